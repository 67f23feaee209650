//! The records that matter, in words, merged within an instant.

use std::collections::BTreeMap;

use crate::measure::state::{Observer, State};
use crate::measure::stops::Stops;
use crate::measure::story::beliefs::Beliefs;
use crate::measure::story::levels::Levels;
use crate::measure::story::looks::Looks;
use crate::measure::story::orders::Orders;
use crate::measure::story::reads::Reads;
use crate::measure::story::requests::Requests;
use crate::measure::story::waits::Waits;
use crate::measure::story::{Line, Told, decisions, venue, words};
use crate::protocol::record::{Belief, Decision, Message, Record, RunMark, Truth};
use crate::protocol::{Execution, Purpose, Quote, Request};
use crate::units::{MarketId, Side, SimTime};

/// What the teller remembers beside the state.
#[derive(Debug, Default)]
pub(super) struct Brief {
    /// How many records of the instant came before.
    rank: usize,
    /// What happened to orders within the instant.
    orders: Orders,
    /// What is asked of the exchange.
    requests: Requests,
    /// What the bot comes to believe.
    beliefs: Beliefs,
    /// How reads ended that explain what the bot does next.
    reads: Reads,
    /// What its looks at orders met.
    looks: Looks,
    /// What the bot waits for.
    waits: Waits,
    /// Which levels guard contracts.
    stops: Stops,
    /// Which levels the others' bid reached.
    levels: Levels,
    /// Markets whose first prices came within the instant, with the rank of the first.
    first_prices: BTreeMap<MarketId, (usize, First)>,
}

/// Whose first prices a market has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum First {
    /// The market itself.
    Market,
    /// The bot: a quote arrived.
    Bot,
}

impl Brief {
    /// The line of a record, if it has its own, before the state takes it in.
    pub(super) fn tell(&mut self, state: &State, time: SimTime, record: &Record) -> Option<Told> {
        self.rank += 1;
        let (market, line) = match record {
            Record::Truth(truth) => self.tell_truth(state, time, truth),
            Record::Belief(belief) => self.tell_belief(state, belief),
            Record::Decision(decision) => self.tell_decision(state, time, decision),
            Record::Message(message) => self.tell_message(state, time, message),
            Record::Run(RunMark::Listed { .. }) => None,
            Record::Run(RunMark::Opened { balance }) => {
                Some((None, format!("opens with {balance} dollars")))
            }
            Record::Run(RunMark::Ended(_)) => Some((None, "the run ends".to_owned())),
        }?;
        Some(Told { rank: self.rank, market, line })
    }

    /// Takes note of a record that the state has taken in.
    pub(super) fn note(&mut self, state: &State, time: SimTime, record: &Record) {
        self.stops.record(state, time, record);
        self.reads.note(state, time, record);
        self.looks.note(&self.orders, record);
    }

    /// The lines that only the end of the instant could tell.
    pub(super) fn settle(&mut self, state: &State, time: SimTime) -> Vec<Told> {
        let mut told = self.orders.settle(state);
        told.extend(self.beliefs.settle(state));
        told.extend(self.levels.settle(state, &self.stops));
        self.stops.settle(state, time);
        told.extend(self.waits.settle());
        let first = std::mem::take(&mut self.first_prices).into_iter();
        told.extend(first.map(|(market, (rank, first))| first.told(state, market, rank)));
        self.rank = 0;
        told
    }

    fn tell_truth(&mut self, state: &State, time: SimTime, truth: &Truth) -> Option<Line> {
        match truth {
            Truth::Execution(execution) => {
                self.take_execution(state, execution);
                None
            }
            Truth::Refused { request, reason } => {
                self.requests.tell_refusal(time, *request, *reason)
            }
            Truth::Touch { market, others, .. } => {
                self.take_touch(state, *market, *others);
                None
            }
            Truth::MarketStatus { .. }
            | Truth::Settled { .. }
            | Truth::LevelsRefined { .. }
            | Truth::FeesDue { .. }
            | Truth::CollateralReturned { .. }
            | Truth::ExchangeStatus(_)
            | Truth::CloseMoved { .. } => venue::tell(truth),
            Truth::ReplayClipped { market, quantity } => {
                Some((Some(*market), format!("the replay could not remove {quantity}")))
            }
            Truth::Funds { .. } | Truth::Trade { .. } => None,
        }
    }

    /// Before the bot itself sells, the others' bid is looked at.
    fn take_execution(&mut self, state: &State, execution: &Execution) {
        self.orders.take(state, self.rank, execution);
        if let Execution::Filled(fill) = execution {
            if fill.side == Side::Ask {
                self.levels.look(state, &self.stops, fill.market);
            }
            self.levels.hold(self.rank, fill.market);
        }
    }

    /// The first prices of a market are told as they are.
    fn take_touch(&mut self, state: &State, market: MarketId, others: Quote) {
        let before = state.markets.get(&market).map(|market| market.others).unwrap_or_default();
        if before == Quote::default() {
            self.first_prices.entry(market).or_insert((self.rank, First::Market));
        }
        self.levels.bid(state, self.rank, market, others.bid);
    }

    fn tell_belief(&mut self, state: &State, belief: &Belief) -> Option<Line> {
        if let Belief::Holding { holding, .. } = belief {
            self.levels.hold(self.rank, holding.market);
        }
        self.beliefs.tell(state, &self.reads, self.rank, belief)
    }

    fn tell_message(&mut self, state: &State, time: SimTime, message: &Message) -> Option<Line> {
        match message {
            Message::Sent { request, body, purpose } => {
                if let (Request::Create(order), Purpose::Exit { .. }) = (body, purpose) {
                    self.waits.exit(order.market);
                }
                self.requests.tell_sent(state, &mut self.orders, *request, body, *purpose)
            }
            Message::Answered { request, answer } => {
                self.requests.tell_answer(time, *request, *answer)
            }
            Message::GaveUp { request } => self.requests.tell_gave_up(*request),
            Message::Feed { channel, change } => {
                self.requests.hear(*channel);
                Some((None, words::feed(*channel, *change)))
            }
            Message::Fault { channel, leg, kind, subject } => {
                self.requests.tell_fault((*channel, *leg), *kind, *subject)
            }
            Message::Quoted(message) => {
                let market = state.markets.get(&message.market);
                if market.is_none_or(|market| market.seen == Quote::default()) {
                    let first = (self.rank, First::Bot);
                    self.first_prices.entry(message.market).or_insert(first);
                }
                None
            }
            Message::Arrived { .. } | Message::Reported { .. } | Message::PaidReported { .. } => {
                None
            }
        }
    }

    fn tell_decision(&mut self, state: &State, time: SimTime, decision: &Decision) -> Option<Line> {
        match decision {
            Decision::Signal { market, .. } => {
                self.waits.enter(*market);
                decisions::signal(time, decision)
            }
            Decision::Limit { .. } => decisions::limit(state, &self.reads, decision),
            Decision::LiveCap { .. } => decisions::live_cap(state, decision),
            Decision::EntryDone { .. } => decisions::entry_done(state, &self.looks, decision),
            Decision::Triggered { .. } => decisions::trigger(state, decision),
            Decision::WaitBegan(wait) => {
                self.waits.begin(time, self.rank, *wait);
                None
            }
            Decision::WaitEnded(wait) => self.waits.end(time, *wait),
            Decision::LockWaitBegan(task) => {
                self.waits.begin_lock(time, *task);
                None
            }
            Decision::LockWaitEnded(task) => self.waits.end_lock(time, *task),
            Decision::PassFailed(failure) => {
                Some((None, format!("a pass fails: {}", words::failure(*failure))))
            }
            Decision::NoMatches => {
                Some((None, "finds no active match and leaves its pass out".to_owned()))
            }
            Decision::Restarted => {
                self.waits.restart();
                Some((None, "stops in the middle of what it does, and starts anew".to_owned()))
            }
            Decision::StopPass | Decision::StopCheck { .. } => None,
        }
    }
}

impl First {
    /// The prices as they stand at the instant's end.
    fn told(self, state: &State, market: MarketId, rank: usize) -> Told {
        let prices = &state.markets[&market];
        let line = match self {
            Self::Market => format!("the others: {}", words::quote(prices.others)),
            Self::Bot => format!("the first quote arrives: {}", words::quote(prices.seen)),
        };
        Told { rank, market: Some(market), line }
    }
}
