//! The private feed: how late it tells, and how much of what is wrong it does not explain.

use std::collections::BTreeMap;

use crate::measure::exact::Integral;
use crate::measure::state::{Observer, State};
use crate::protocol::record::{Message, Record, Truth};
use crate::protocol::{Channel, Execution, FaultKind, Purpose};
use crate::units::{ClientOrderId, MarketId, Position, Quantity, SimDuration, SimTime, TradeId};

/// Watches what is on its way on the private feed.
#[derive(Debug, Default)]
pub(super) struct PrivateFeed {
    on_its_way: BTreeMap<Word, OnItsWay>,
    /// What the latest execution said; the log tells right behind it when that is lost.
    latest: Option<Word>,
    /// The longest time from a fill to its first delivery.
    pub(super) longest_delay: Option<SimDuration>,
    /// Contracts of gaps that no fill on its way explains.
    pub(super) gap_beyond: Integral,
    /// Contracts without protection that nothing on its way explains.
    pub(super) unprotected_beyond: Integral,
}

/// A message that can explain a gap: it is the same one however often it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    Fill(TradeId, ClientOrderId),
    End(ClientOrderId),
    Paid(MarketId),
}

impl Word {
    fn of(execution: &Execution) -> Option<Self> {
        match execution {
            Execution::Filled(fill) => Some(Self::Fill(fill.trade, fill.client_order)),
            Execution::Ended { client_order, .. } => Some(Self::End(*client_order)),
            Execution::Accepted { .. }
            | Execution::Amended { .. }
            | Execution::Decreased { .. } => None,
        }
    }
}

/// What a message says that has not come yet.
#[derive(Clone, Copy, Debug)]
struct OnItsWay {
    since: SimTime,
    market: MarketId,
    news: News,
}

#[derive(Clone, Copy, Debug)]
enum News {
    /// The position changed.
    Filled(Position),
    /// The market paid for this, which is over.
    Paid(Position),
    /// An exit order is over with this much unfilled.
    ExitOver(Quantity),
}

/// What is on its way, in sum, for one market.
#[derive(Clone, Copy, Debug, Default)]
struct Unheard {
    bought: Quantity,
    sold: Quantity,
    left_by_exits: Quantity,
}

impl Observer for PrivateFeed {
    fn record(&mut self, state: &State, time: SimTime, record: &Record) {
        match record {
            Record::Truth(Truth::Execution(execution)) => self.leave(state, time, execution),
            Record::Truth(Truth::Settled { market, position, .. }) => {
                let (market, word) = (*market, Word::Paid(*market));
                let news = News::Paid(-*position);
                self.latest = Some(word);
                self.on_its_way.insert(word, OnItsWay { since: time, market, news });
            }
            Record::Message(Message::Fault {
                channel: Channel::PrivateFeed,
                kind: FaultKind::Lost | FaultKind::LostInOutage,
                ..
            }) => {
                if let Some(word) = self.latest {
                    self.on_its_way.remove(&word);
                }
            }
            Record::Message(Message::Reported { execution, .. }) => self.arrive(time, execution),
            Record::Message(Message::PaidReported { market, .. }) => {
                self.on_its_way.remove(&Word::Paid(*market));
            }
            _ => {}
        }
    }

    fn settle(&mut self, state: &State, time: SimTime) {
        let (mut gap_beyond, mut unprotected_beyond) = (Quantity::ZERO, Quantity::ZERO);
        for (market, there) in &state.markets {
            let (gap, unprotected) = (there.gap(), state.unprotected(*market));
            if gap.is_flat() && unprotected.is_zero() {
                continue;
            }
            let Unheard { bought, sold, left_by_exits } = self.unheard(*market);
            gap_beyond += gap.long().saturating_sub(sold) + gap.short().saturating_sub(bought);
            let made = if there.position.short().is_zero() { bought } else { sold };
            unprotected_beyond += unprotected.saturating_sub(made + left_by_exits);
        }
        self.gap_beyond.set(time, gap_beyond.hundredths().into());
        self.unprotected_beyond.set(time, unprotected_beyond.hundredths().into());
    }
}

impl PrivateFeed {
    fn leave(&mut self, state: &State, time: SimTime, execution: &Execution) {
        self.latest = Word::of(execution);
        let Some(word) = self.latest else { return };
        let (market, news) = match *execution {
            Execution::Filled(fill) => {
                (fill.market, News::Filled(Position::of(fill.side, fill.quantity)))
            }
            Execution::Ended { client_order, market, unfilled, .. } => {
                let purpose = state.orders.get(&client_order).map(|order| order.purpose);
                let Some(Purpose::Exit { .. }) = purpose else { return };
                (market, News::ExitOver(unfilled))
            }
            Execution::Accepted { .. }
            | Execution::Amended { .. }
            | Execution::Decreased { .. } => return,
        };
        self.on_its_way.insert(word, OnItsWay { since: time, market, news });
    }

    fn arrive(&mut self, time: SimTime, execution: &Execution) {
        let message = Word::of(execution).and_then(|word| self.on_its_way.remove(&word));
        if let Some(OnItsWay { since, news: News::Filled(_), .. }) = message {
            self.longest_delay = self.longest_delay.max(Some(time.since(since)));
        }
    }

    fn unheard(&self, market: MarketId) -> Unheard {
        let mut sum = Unheard::default();
        for message in self.on_its_way.values().filter(|message| message.market == market) {
            match message.news {
                News::Filled(change) | News::Paid(change) => {
                    sum.bought += change.long();
                    sum.sold += change.short();
                }
                News::ExitOver(left) => sum.left_by_exits += left,
            }
        }
        sum
    }
}
