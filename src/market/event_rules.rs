//! What is fixed about an event.

/// The rules that all markets of an event share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventRules {
    /// For what accounts that ask for it have collateral returned.
    pub collateral_return: CollateralReturn,
}

/// Whether collateral of positions that can not all lose is returned (Kalshi, "Get event", field
/// `collateral_return_type`, 2026-08-22, documented; its `DIRECNET`, for thresholds that imply each
/// other, is not modelled).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CollateralReturn {
    /// It is not.
    #[default]
    None,
    /// It is for NO contracts of markets of which at most one can be YES: Kalshi's `MECNET`.
    MutuallyExclusive,
}
