//! The terms of one market.

use crate::market::{FeeSchedule, PriceLevelStructure};
use crate::units::EventId;

/// What is fixed about a market when it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketTerms {
    /// The market's name.
    pub ticker: String,
    /// The event that it belongs to.
    pub event: EventId,
    /// The prices that it trades at.
    pub levels: PriceLevelStructure,
    /// What a match costs.
    pub fees: FeeSchedule,
}
