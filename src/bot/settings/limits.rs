//! What a bot may hold.

use crate::bot::settings::Ratio;
use crate::units::{Cash, SimDuration};

/// What a bot may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitSettings {
    /// Exposure over all markets, as a share of equity.
    pub total_share: Ratio,
    /// Exposure over the markets of one event, as a share of equity.
    pub event_share: Ratio,
    /// Contracts that an entry may bring the live position to, as a multiple of the contracts
    /// wanted, rounded down to whole contracts.
    pub live_cap_factor: Ratio,
    /// How long a read balance is used again.
    pub balance_cache: SimDuration,
    /// The equity while the balance can not be read.
    pub fallback_equity: Cash,
    /// What becomes of an entry that is above a limit.
    pub when_exceeded: ExcessPolicy,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            total_share: Ratio::of_hundredths(30),
            event_share: Ratio::of_hundredths(10),
            live_cap_factor: Ratio::of_hundredths(110),
            balance_cache: SimDuration::from_s(10),
            fallback_equity: Cash::from_millionths(10_000_000_000),
            when_exceeded: ExcessPolicy::Refuse,
        }
    }
}

/// What becomes of an entry that would take the exposure above a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExcessPolicy {
    /// It is not sent.
    Refuse,
    /// It is cut to the whole contracts that fit, where a contract counts with its price and one
    /// cent of fee, and settled records count as well.
    ScaleDown,
}
