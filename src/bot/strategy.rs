//! What a bot wants to buy, and when.

use crate::bot::settings::{PeriodicSignals, ScheduledSignal, StrategySettings};
use crate::kernel::{Stream, Streams};
use crate::link::Venue;
use crate::protocol::record::Decision;
use crate::units::{MarketId, Price, Quantity, SimDuration, SimTime};

/// A wish to buy YES contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Numbered from 0 in the order of becoming true.
    pub number: u32,
    /// When it became true.
    pub due: SimTime,
    /// Where.
    pub market: MarketId,
    /// Contracts wanted.
    pub quantity: Quantity,
    /// The limit of the entry.
    pub limit_price: Price,
    /// Sell when the bid is at or below this.
    pub stop: Option<Price>,
    /// Sell when the bid is at or above this.
    pub target: Option<Price>,
}

impl Signal {
    /// The signal as the log tells that it is noticed.
    pub(super) const fn noticed(&self) -> Decision {
        let Self { number, due, market, quantity, limit_price, stop, target } = *self;
        Decision::Signal { signal: number, market, quantity, limit_price, stop, target, due }
    }
}

/// What the strategy says when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    /// Buy.
    Signal(Signal),
    /// A signal became true, but there is no price to buy at.
    NoPrice {
        /// The signal's number.
        number: u32,
    },
}

/// A strategy with its place in time: each signal is given out once.
#[derive(Debug)]
pub(super) struct Strategy {
    source: Source,
    given: u32,
}

#[derive(Debug)]
enum Source {
    Scheduled(Vec<ScheduledSignal>),
    Periodic(PeriodicSignals, Box<Stream>),
}

/// Prices that the periodic strategy buys at \[0.0001 dollar\].
const PRICE_LOWEST: u16 = 100;
const PRICE_HIGHEST: u16 = 9_900;

impl Strategy {
    pub(super) fn new(settings: &StrategySettings, streams: Streams) -> Self {
        let source = match settings {
            StrategySettings::Scheduled(signals) => {
                let mut signals = signals.clone();
                signals.sort_by_key(|signal| signal.at);
                Source::Scheduled(signals)
            }
            StrategySettings::Periodic(signals) => {
                Source::Periodic(*signals, Box::new(streams.named("strategy")))
            }
        };
        Self { source, given: 0 }
    }

    /// When the next signal becomes true; none when there are no more.
    pub(super) fn next_due(&self) -> Option<SimTime> {
        match &self.source {
            Source::Scheduled(signals) => scheduled_at(signals, self.given).map(|next| next.at),
            Source::Periodic(signals, _) => Some(periodic_due(signals, self.given)),
        }
    }

    /// The next signal that was true at `at`. A price that the signal depends on is the one that
    /// the bot sees now.
    pub(super) fn next(&mut self, at: SimTime, venue: &Venue) -> Option<Notice> {
        let number = self.given;
        let notice = match &self.source {
            Source::Scheduled(signals) => scheduled(signals, number, at)?,
            Source::Periodic(signals, stream) => periodic(signals, stream, number, at, venue)?,
        };
        self.given += 1;
        Some(notice)
    }
}

fn scheduled_at(signals: &[ScheduledSignal], number: u32) -> Option<&ScheduledSignal> {
    let index = usize::try_from(number).expect("Invariant: an index fits the machine");
    signals.get(index)
}

fn scheduled(signals: &[ScheduledSignal], number: u32, at: SimTime) -> Option<Notice> {
    let signal = scheduled_at(signals, number).filter(|signal| signal.at <= at)?;
    Some(Notice::Signal(Signal {
        number,
        due: signal.at,
        market: signal.market,
        quantity: signal.quantity,
        limit_price: signal.limit_price,
        stop: signal.stop,
        target: signal.target,
    }))
}

fn periodic_due(signals: &PeriodicSignals, number: u32) -> SimTime {
    let elapsed = SimDuration::from_ns(signals.every.length().ns() * u64::from(number));
    signals.first_at + elapsed
}

fn periodic(
    signals: &PeriodicSignals,
    stream: &Stream,
    number: u32,
    at: SimTime,
    venue: &Venue,
) -> Option<Notice> {
    let due = periodic_due(signals, number);
    if due > at {
        return None;
    }
    let ask = venue.quote_seen(signals.market).and_then(|seen| seen.quote.ask);
    let buyable = PRICE_LOWEST..=PRICE_HIGHEST;
    let Some(limit_price) = ask.filter(|ask| buyable.contains(&ask.ten_thousandths())) else {
        return Some(Notice::NoPrice { number });
    };
    let inside = |price: &Price| *price > Price::ZERO && *price < Price::ONE_DOLLAR;
    let distance = |cents: Option<u16>| cents.and_then(|cents| cents.checked_mul(100));
    Some(Notice::Signal(Signal {
        number,
        due,
        market: signals.market,
        quantity: drawn(signals, stream, number),
        limit_price,
        stop: distance(signals.stop_below_cents)
            .and_then(|down| limit_price.down(down))
            .filter(inside),
        target: distance(signals.target_above_cents)
            .and_then(|up| limit_price.up(up))
            .filter(inside),
    }))
}

/// The size of a signal: keyed by its number, so that it does not depend on which signals were
/// skipped or when they were noticed.
fn drawn(signals: &PeriodicSignals, stream: &Stream, number: u32) -> Quantity {
    let (low, high) = (signals.quantity.low(), signals.quantity.high());
    let above = stream.keyed(number.into()).below(u64::from(high - low) + 1);
    let above = u32::try_from(above).expect("Invariant: a draw stays in its range");
    Quantity::of_contracts(low + above).expect("Invariant: 2^32 contracts fit a quantity")
}
