//! Why the exchange refuses.

use std::fmt;

use serde::Serialize;

/// Why a request was refused: a closed list that knows Kalshi's words for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum RejectReason {
    /// The quantity is zero (observed code, 2026).
    InvalidOrderSize,
    /// The price is not on the market's grid, or not strictly between 0 and 1 dollar
    /// (recorded, demo, 2026-06-11).
    InvalidPrice,
    /// The expiry is not in the future (changelog, 2025-11).
    ExpiryNotInFuture,
    /// A reduce-only order that is not immediate or cancel ("Create order (V2)", 2026-08-22,
    /// documented; the code is assumed).
    ReduceOnlyNotImmediate,
    /// A post-only order would trade at once (recorded, demo, 2026-06-11).
    PostOnlyCross,
    /// The order needs more than the available balance (recorded, demo, 2026-06-11).
    InsufficientBalance,
    /// The client order id was used before (recorded, demo, 2026-06-11).
    OrderAlreadyExists,
    /// A fill or kill could not fill whole (observed, production, 2026-07-14).
    FillOrKillInsufficientVolume,
    /// No such order rests for this account: unknown, canceled and executed look alike
    /// (recorded, demo, 2026-06-11).
    OrderNotFound,
    /// No such market.
    MarketNotFound,
    /// The market does not take orders now ("Market lifecycle", 2026-08-22).
    MarketInactive,
    /// The exchange holds as many orders as it was built for.
    ExchangeUnavailable,
}

impl RejectReason {
    /// All reasons, in the order of their declaration.
    pub const ALL: [Self; 12] = [
        Self::InvalidOrderSize,
        Self::InvalidPrice,
        Self::ExpiryNotInFuture,
        Self::ReduceOnlyNotImmediate,
        Self::PostOnlyCross,
        Self::InsufficientBalance,
        Self::OrderAlreadyExists,
        Self::FillOrKillInsufficientVolume,
        Self::OrderNotFound,
        Self::MarketNotFound,
        Self::MarketInactive,
        Self::ExchangeUnavailable,
    ];

    /// Kalshi's error code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidOrderSize => "invalid_order_size",
            Self::InvalidPrice => "invalid_price",
            Self::ExpiryNotInFuture | Self::ReduceOnlyNotImmediate => "invalid_parameters",
            Self::PostOnlyCross => "invalid_order",
            Self::InsufficientBalance => "insufficient_balance",
            Self::OrderAlreadyExists => "order_already_exists",
            Self::FillOrKillInsufficientVolume => "fill_or_kill_insufficient_resting_volume",
            Self::OrderNotFound | Self::MarketNotFound => "not_found",
            Self::MarketInactive => "market_inactive",
            Self::ExchangeUnavailable => "exchange_unavailable",
        }
    }

    /// Kalshi's HTTP status. For an inactive market it is assumed, by analogy with the pauses.
    #[must_use]
    pub const fn http_status(self) -> u16 {
        match self {
            Self::InvalidOrderSize
            | Self::InvalidPrice
            | Self::ExpiryNotInFuture
            | Self::ReduceOnlyNotImmediate
            | Self::PostOnlyCross
            | Self::InsufficientBalance => 400,
            Self::OrderNotFound | Self::MarketNotFound => 404,
            Self::OrderAlreadyExists
            | Self::FillOrKillInsufficientVolume
            | Self::MarketInactive => 409,
            Self::ExchangeUnavailable => 503,
        }
    }
}

impl fmt::Display for RejectReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.code())
    }
}
