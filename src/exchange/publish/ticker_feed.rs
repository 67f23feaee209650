//! The ticker: a market in numbers, now and then.

use std::collections::{BTreeMap, BTreeSet};

use crate::exchange::publish::settings::TickerPace;
use crate::exchange::publish::subscribers::{Address, Subscribers};
use crate::exchange::publish::{Publisher, Timer};
use crate::exchange::state::Exchange;
use crate::protocol::BookLevel;
use crate::protocol::websocket::{FeedBody, FeedChannel, FeedMessage, LastTrade, Ticker};
use crate::units::{MarketId, Side, SimDuration, SimTime};

/// When a subscription began, and the markets that changed since it last spoke.
#[derive(Debug)]
struct Clock {
    since: SimTime,
    pending: BTreeSet<MarketId>,
}

/// The numbers of the markets that anybody follows, and what is still to be said of them.
#[derive(Debug, Default)]
pub(super) struct Tickers {
    numbers: BTreeMap<MarketId, Ticker>,
    clocks: BTreeMap<Address, Clock>,
}

impl Tickers {
    /// Begins to keep a market's numbers.
    pub(super) fn keep(&mut self, now: SimTime, exchange: &Exchange, market: MarketId) {
        self.numbers.entry(market).or_insert_with(|| ticker(now, exchange, market));
    }

    /// Forgets a market.
    pub(super) fn forget(&mut self, market: MarketId) {
        self.numbers.remove(&market);
    }

    /// Begins a subscription.
    pub(super) fn start(&mut self, now: SimTime, address: Address) {
        self.clocks.insert(address, Clock { since: now, pending: BTreeSet::new() });
    }

    /// Ends a subscription.
    pub(super) fn end(&mut self, address: Address) {
        self.clocks.remove(&address);
    }

    /// Drops what was to be said of markets that a subscription is no longer about.
    pub(super) fn narrow(&mut self, address: Address, deleted: &BTreeSet<MarketId>) {
        if let Some(clock) = self.clocks.get_mut(&address) {
            clock.pending.retain(|market| !deleted.contains(market));
        }
    }

    /// What a market's numbers are, if they are kept.
    pub(super) fn of(&self, market: MarketId) -> Option<Ticker> {
        self.numbers.get(&market).copied()
    }

    /// Tells a subscription what changed.
    pub(super) fn speak(
        &mut self,
        address: Address,
        subscribers: &mut Subscribers,
        out: &mut Vec<FeedMessage>,
    ) {
        let Some(clock) = self.clocks.get_mut(&address) else { return };
        for market in std::mem::take(&mut clock.pending) {
            let numbers = self.numbers.get(&market);
            let numbers = numbers.expect("Invariant: what is to be said is kept");
            subscribers.send_to(address, FeedBody::Ticker(*numbers), out);
        }
    }
}

impl Publisher {
    /// Looks at the markets that an event changed.
    pub(super) fn tell_tickers(
        &mut self,
        now: SimTime,
        exchange: &Exchange,
        out: &mut Vec<FeedMessage>,
    ) {
        let mut changed = std::mem::take(&mut self.changed);
        for market in changed.drain(..) {
            let Some(before) = self.tickers.numbers.get_mut(&market) else { continue };
            let after = ticker(now, exchange, market);
            if after == (Ticker { at: now, ..*before }) {
                continue;
            }
            *before = after;
            self.say(now, after, out);
        }
        self.changed = changed;
    }

    fn say(&mut self, now: SimTime, numbers: Ticker, out: &mut Vec<FeedMessage>) {
        let market = numbers.market;
        let every = match self.settings.ticker_pace {
            TickerPace::Conflated { every } => every,
            TickerPace::EachChange => {
                let body = |_| Some(FeedBody::Ticker(numbers));
                return self.subscribers.send(FeedChannel::Ticker, market, out, body);
            }
        };
        for address in self.subscribers.audience(FeedChannel::Ticker) {
            if self.subscribers.wants(*address, market) {
                let clock = self.tickers.clocks.get_mut(address);
                let clock = clock.expect("Invariant: each ticker subscription has a clock");
                if clock.pending.is_empty() {
                    let due = next_beat(clock.since, every, now);
                    self.timers.insert((due, Timer::Ticker(*address)));
                }
                clock.pending.insert(market);
            }
        }
    }
}

/// The first beat after `now`.
fn next_beat(since: SimTime, every: SimDuration, now: SimTime) -> SimTime {
    let beats = now.since(since).ns() / every.ns() + 1;
    since + SimDuration::from_ns(beats * every.ns())
}

/// A market in numbers.
fn ticker(now: SimTime, exchange: &Exchange, market: MarketId) -> Ticker {
    let grid = &exchange.terms(market).levels;
    let best = |side| {
        let level = exchange.order_book(market).best(side)?;
        Some(BookLevel { price: grid.price_of(level.tick), quantity: level.quantity })
    };
    let activity = exchange.activity(market);
    Ticker {
        market,
        last: activity.last.map(|(price, quantity)| LastTrade { price, quantity }),
        bid: best(Side::Bid),
        ask: best(Side::Ask),
        volume: activity.matched + activity.matched,
        open_interest: activity.open + activity.open,
        at: now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{ConnectionId, SubscriptionId};

    #[test]
    fn a_beat_is_strictly_after_now_and_counted_from_the_subscription() {
        let (since, every) = (SimTime::from_ns(7), SimDuration::from_ns(10));
        for (now, beat) in [(7, 17), (8, 17), (16, 17), (17, 27), (26, 27), (107, 117)] {
            assert_eq!(next_beat(since, every, SimTime::from_ns(now)), SimTime::from_ns(beat));
        }
    }

    #[test]
    fn a_subscription_that_ends_leaves_nothing_behind() {
        let addresses = [1, 2].map(|id| (ConnectionId::new(0), SubscriptionId::new(id)));
        let mut tickers = Tickers::default();
        for address in addresses {
            tickers.start(SimTime::START, address);
        }
        tickers.end(addresses[0]);
        assert_eq!(tickers.clocks.keys().collect::<Vec<_>>(), [&addresses[1]]);
    }
}
