//! What a bot wants to buy.

use std::collections::BTreeSet;

use crate::bot::settings::{Period, QuantityRange};
use crate::units::{MarketId, Price, Quantity, SimTime};

/// What a bot wants to buy. Signals are numbered in the order in which they become true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StrategySettings {
    /// A list of signals, each at its instant.
    Scheduled(Vec<ScheduledSignal>),
    /// A signal at regular instants, its size drawn, its price the ask.
    Periodic(PeriodicSignals),
}

impl Default for StrategySettings {
    fn default() -> Self {
        Self::Scheduled(Vec::new())
    }
}

impl StrategySettings {
    /// The markets that signals name.
    #[must_use]
    pub fn markets(&self) -> BTreeSet<MarketId> {
        match self {
            Self::Scheduled(signals) => signals.iter().map(|signal| signal.market).collect(),
            Self::Periodic(signals) => BTreeSet::from([signals.market]),
        }
    }
}

/// One signal, known beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduledSignal {
    /// When it becomes true; the bot notices at its first pass then or later.
    pub at: SimTime,
    /// Where.
    pub market: MarketId,
    /// Contracts wanted.
    pub quantity: Quantity,
    /// The limit of the entry.
    pub limit_price: Price,
    /// Sell when the price is at or below this.
    pub stop: Option<Price>,
    /// Sell when the price is at or above this.
    pub target: Option<Price>,
}

/// Signals at regular instants. The size depends on the seed and the signal's number alone, so
/// bots whose passes differ want the same; the limit is the ask that the bot sees as it turns to
/// the signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodicSignals {
    /// Where.
    pub market: MarketId,
    /// When the first becomes true.
    pub first_at: SimTime,
    /// From one to the next.
    pub every: Period,
    /// Contracts wanted: every whole number of the range with the same chance.
    pub quantity: QuantityRange,
    /// How far the stop is below the limit \[cent\]; a stop outside of 0 to 1 dollar is none.
    pub stop_below_cents: Option<u16>,
    /// How far the target is above the limit \[cent\]; a target outside of 0 to 1 dollar is none.
    pub target_above_cents: Option<u16>,
}
