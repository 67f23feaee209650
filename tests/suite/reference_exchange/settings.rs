//! What can be chosen about an exchange, as the reference knows it.

use fillgap::units::{Cash, Quantity, SimDuration, SimTime};

use super::fees::{Formula, Rounding};
use super::readings::{Readings, Second};

/// How many trade.
pub(super) const ACCOUNTS: u32 = 4;

/// The choices of one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) formula: Formula,
    pub(super) rounding: Rounding,
    pub(super) limit: Limit,
    pub(super) payment: Payment,
    pub(super) readings: Readings,
    /// How long after a cancel of all orders new ones are canceled as they come to rest.
    pub(super) cancel_all_reach: SimDuration,
    pub(super) batch_longest: Option<usize>,
    /// Until when no market charges a fee, if that is so.
    pub(super) waived_until: Option<SimTime>,
    /// The accounts that have collateral returned, where the event allows it.
    pub(super) returns: Option<[bool; ACCOUNTS as usize]>,
}

impl Settings {
    /// Whether a rule has its second reading.
    pub(super) fn reads(&self, second: Second) -> bool {
        self.readings.has(second)
    }
}

/// The most that one account may hold in a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    None,
    Contracts(Quantity),
    Risk(Cash),
}

/// When orders have to be paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Payment {
    AtEntry,
    AtMatch,
}
