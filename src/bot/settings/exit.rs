//! How a bot watches and sells.

use crate::bot::settings::{Period, Ratio, WaitSettings};
use crate::units::SimDuration;

/// How a bot sells what a stop or target calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitSettings {
    /// Sends the whole stake at the price that triggered, waits, and keeps looking afterwards.
    Fixed(WaitSettings),
    /// Sends the whole stake and never looks: the older one.
    FireAndForget,
    /// Sends an immediate-or-cancel order that may only reduce, and takes off what it filled.
    ReduceOnlyIoc,
    /// Compares the stake with what is held, sends below the bid, waits, cancels what is left: the
    /// model bot's.
    Reference(ReferenceExitSettings),
}

impl Default for ExitSettings {
    fn default() -> Self {
        Self::Fixed(WaitSettings { timeout: SimDuration::from_s(5), poll: Period::SECOND })
    }
}

/// The exit of the model bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferenceExitSettings {
    /// How far below the price that triggered the limit is \[cent\].
    pub below_cents: u16,
    /// The wait for the fill, before what remains is canceled.
    pub wait: WaitSettings,
}

impl Default for ReferenceExitSettings {
    fn default() -> Self {
        let wait = WaitSettings { timeout: SimDuration::from_s(15), poll: Period::SECOND };
        Self { below_cents: 2, wait }
    }
}

/// How a bot watches stops and targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StopSettings {
    /// From this age on a price of the feed is not used, and the quote is read instead.
    pub stale_after: SimDuration,
    /// What makes a stop.
    pub rule: StopRule,
    /// What is taken for the price where nobody bids.
    pub without_bid: WithoutBid,
}

impl Default for StopSettings {
    fn default() -> Self {
        Self {
            stale_after: SimDuration::from_s(60),
            rule: StopRule::Level,
            without_bid: WithoutBid::default(),
        }
    }
}

/// What is taken for the price of a market where somebody asks and nobody bids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WithoutBid {
    /// The ask.
    #[default]
    Ask,
    /// Zero, which the exchange's quotes show in the place of a bid (market read, 2026-06,
    /// observed), and which no order can have as its limit.
    Zero,
}

/// What makes a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopRule {
    /// The price is at or below the level of the record's signal.
    Level,
    /// The model bot's: the record has lost a share of what it cost, and is old enough. What it
    /// cost is noted when it is entered and does not follow a stake that is reconciled.
    LossShare {
        /// The share that is lost.
        share: Ratio,
        /// How long the record must have been held.
        held_for: SimDuration,
    },
}

impl StopRule {
    /// The model bot's rule with its own numbers.
    #[must_use]
    pub const fn loss_share() -> Self {
        Self::LossShare { share: Ratio::of_hundredths(35), held_for: SimDuration::from_s(300) }
    }
}
