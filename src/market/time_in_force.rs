//! How long an order may live.

use serde::Serialize;

use crate::units::SimTime;

/// How long an order may live (Kalshi, "Create order (V2)", 2026-08-22, documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum TimeInForce {
    /// What does not fill at once rests until it is filled or canceled, or until `expires_at`.
    GoodTillCanceled {
        /// The instant at which the order leaves the book by itself.
        expires_at: Option<SimTime>,
    },
    /// What does not fill at once is canceled.
    ImmediateOrCancel,
    /// Fills whole at once, or not at all.
    FillOrKill,
}

impl TimeInForce {
    /// Good till canceled, without an expiry.
    pub const REST: Self = Self::GoodTillCanceled { expires_at: None };
}
