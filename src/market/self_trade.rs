//! What happens when two orders of one account would meet.

use serde::Serialize;

/// What happens when an order would meet a resting order of its own account (Kalshi, "Create order
/// (V2)", field `self_trade_prevention_type`, 2026-08-22, and changelog, 2025-09-25, documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum SelfTradePrevention {
    /// What is left of the order that arrives is canceled; what it traded before stands, and the
    /// resting order stays (recorded, demo, 2026-06-11).
    TakerAtCross,
    /// The resting order is canceled, and the one that arrives goes on (documented only).
    Maker,
}
