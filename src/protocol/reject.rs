//! Why the exchange refuses.

use std::fmt;

use serde::Serialize;

/// Why a request was refused: a closed list that knows Kalshi's words for each.
///
/// Each reason names where it was seen. Codes and statuses that were not seen are assumed, and
/// said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum RejectReason {
    /// The quantity is zero, or larger than an order may be (observed code, 2026).
    InvalidOrderSize,
    /// The price is not on the market's grid, or not strictly between 0 and 1 dollar
    /// (recorded, demo, 2026-06-11).
    InvalidPrice,
    /// The expiry is not in the future (changelog, 2025-11; the code is assumed).
    ExpiryNotInFuture,
    /// A reduce-only order that is not immediate or cancel ("Create order (V2)", 2026-08-22,
    /// documented; the code is assumed).
    ReduceOnlyNotImmediate,
    /// A post-only order would trade at once (recorded, demo, 2026-06-11).
    PostOnlyCross,
    /// The order needs more than the available balance (recorded, demo, 2026-06-11).
    InsufficientBalance,
    /// With this order the account could hold more than the market allows (FIX "Order entry",
    /// 2026-08-22, documented; code and status are assumed).
    PositionLimit,
    /// The client order id was used before (recorded, demo, 2026-06-11).
    OrderAlreadyExists,
    /// A fill or kill could not fill whole (observed, production, 2026-07-14).
    FillOrKillInsufficientVolume,
    /// No such order rests for this account: unknown, canceled and executed look alike
    /// (recorded, demo, 2026-06-11).
    OrderNotFound,
    /// An amend names another market than the order's (changelog, 2026-01-26; the status is
    /// assumed).
    OrderMarketMismatch,
    /// An amend names another side than the order's (changelog, 2026-01-26; the status is assumed).
    OrderSideMismatch,
    /// An amend names another client order id than the order's (changelog, 2026-01-26; the status
    /// is assumed).
    ClientOrderMismatch,
    /// An amend's total is below what has filled already (FIX "Order entry", 2026-08-22,
    /// documented; code and status are assumed).
    AmendBelowFilled,
    /// An amended order would meet one of its own account (FIX "Order entry", 2026-08-22,
    /// documented; code and status are assumed).
    SelfCross,
    /// No such order group of this account (FIX "Order entry", 2026-08-22, documented; code and
    /// status are assumed).
    OrderGroupNotFound,
    /// The order group takes no orders until it is reset (FIX "Order entry", 2026-08-22,
    /// documented; code and status are assumed).
    OrderGroupTriggered,
    /// An order group's limit is not from 1 to 1,000,000 contracts ("Order groups", 2026-08-22,
    /// documented; code and status are assumed).
    InvalidGroupLimit,
    /// A batch is empty, or longer than allowed ("Batch create orders", 2026-04, documented; code
    /// and status are assumed).
    InvalidBatch,
    /// No such market (recorded, demo, 2026-06-11).
    MarketNotFound,
    /// The market does not take orders now ("Market lifecycle", 2026-08-22, documented; the status
    /// is assumed, by analogy with the pauses).
    MarketInactive,
    /// Trading is paused: orders can only be canceled ("Maintenance and pauses", 2026-08-22,
    /// documented; code and status observed, production).
    TradingPaused,
    /// The exchange is paused: nothing can be changed ("Maintenance and pauses", 2026-08-22,
    /// documented; code and status observed, production).
    ExchangePaused,
    /// The exchange holds as many orders as it was built for (FIX "Order entry", 2026-08-22,
    /// documented; the code is assumed).
    ExchangeUnavailable,
    /// A reduce-only order has nothing to close (in one reading; FIX "Order entry", 2026-10, documents
    /// the text; code and status are assumed).
    NothingToClose,
    /// The order is somebody else's (in one reading; "Amend order (V2)", 2026-08-22, declares the
    /// status; the code is assumed).
    ForeignOrder,
}

impl RejectReason {
    /// All reasons, in the order of their declaration.
    pub const ALL: [Self; 26] = [
        Self::InvalidOrderSize,
        Self::InvalidPrice,
        Self::ExpiryNotInFuture,
        Self::ReduceOnlyNotImmediate,
        Self::PostOnlyCross,
        Self::InsufficientBalance,
        Self::PositionLimit,
        Self::OrderAlreadyExists,
        Self::FillOrKillInsufficientVolume,
        Self::OrderNotFound,
        Self::OrderMarketMismatch,
        Self::OrderSideMismatch,
        Self::ClientOrderMismatch,
        Self::AmendBelowFilled,
        Self::SelfCross,
        Self::OrderGroupNotFound,
        Self::OrderGroupTriggered,
        Self::InvalidGroupLimit,
        Self::InvalidBatch,
        Self::MarketNotFound,
        Self::MarketInactive,
        Self::TradingPaused,
        Self::ExchangePaused,
        Self::ExchangeUnavailable,
        Self::NothingToClose,
        Self::ForeignOrder,
    ];

    /// Kalshi's error code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidOrderSize | Self::AmendBelowFilled => "invalid_order_size",
            Self::InvalidPrice => "invalid_price",
            Self::ExpiryNotInFuture
            | Self::ReduceOnlyNotImmediate
            | Self::InvalidGroupLimit
            | Self::InvalidBatch => "invalid_parameters",
            Self::PostOnlyCross | Self::SelfCross | Self::NothingToClose => "invalid_order",
            Self::ForeignOrder => "forbidden",
            Self::InsufficientBalance => "insufficient_balance",
            Self::PositionLimit => "exceeded_per_market_risk_limit",
            Self::OrderAlreadyExists => "order_already_exists",
            Self::FillOrKillInsufficientVolume => "fill_or_kill_insufficient_resting_volume",
            Self::OrderNotFound | Self::OrderGroupNotFound | Self::MarketNotFound => "not_found",
            Self::OrderMarketMismatch => "order_ticker_mismatch",
            Self::OrderSideMismatch => "order_side_mismatch",
            Self::ClientOrderMismatch => "order_id_and_client_order_id_mismatch",
            Self::OrderGroupTriggered => "exceeded_order_group_risk_limit",
            Self::MarketInactive => "market_inactive",
            Self::TradingPaused => "trading_is_paused",
            Self::ExchangePaused => "exchange_is_paused",
            Self::ExchangeUnavailable => "exchange_unavailable",
        }
    }

    /// Kalshi's HTTP status.
    #[must_use]
    pub const fn http_status(self) -> u16 {
        match self {
            Self::InvalidOrderSize
            | Self::InvalidPrice
            | Self::ExpiryNotInFuture
            | Self::ReduceOnlyNotImmediate
            | Self::NothingToClose
            | Self::PostOnlyCross
            | Self::InsufficientBalance
            | Self::PositionLimit
            | Self::OrderMarketMismatch
            | Self::OrderSideMismatch
            | Self::ClientOrderMismatch
            | Self::AmendBelowFilled
            | Self::SelfCross
            | Self::InvalidGroupLimit
            | Self::InvalidBatch => 400,
            Self::ForeignOrder => 403,
            Self::OrderNotFound | Self::OrderGroupNotFound | Self::MarketNotFound => 404,
            Self::OrderAlreadyExists
            | Self::FillOrKillInsufficientVolume
            | Self::OrderGroupTriggered
            | Self::MarketInactive
            | Self::TradingPaused
            | Self::ExchangePaused => 409,
            Self::ExchangeUnavailable => 503,
        }
    }

    /// The text of the FIX message that refuses or cancels (tag 58), where one is documented for it
    /// (Kalshi, FIX "Order entry", 2026-08-22).
    #[must_use]
    pub const fn fix_text(self) -> Option<&'static str> {
        match self {
            Self::InvalidOrderSize
            | Self::InvalidPrice
            | Self::ExpiryNotInFuture
            | Self::ReduceOnlyNotImmediate => Some("INVALID_ORDER"),
            Self::NothingToClose => Some("REDUCE_ONLY"),
            Self::PostOnlyCross => Some("POST_ONLY_CROSS"),
            Self::InsufficientBalance => Some("INSUFFICIENT_BALANCE"),
            Self::PositionLimit => Some("EXCEEDED_PER_MARKET_RISK_LIMIT"),
            Self::OrderAlreadyExists => Some("ORDER_ALREADY_EXISTS"),
            Self::FillOrKillInsufficientVolume => Some("FOK_INSUFFICIENT_VOLUME"),
            Self::AmendBelowFilled => Some("INVALID_AMEND_QTY_FOR_ORDER"),
            Self::SelfCross => Some("SELF_CROSS_ATTEMPT"),
            Self::OrderGroupNotFound => Some("ORDER_GROUP_NOT_FOUND"),
            Self::OrderGroupTriggered => Some("EXCEEDED_ORDER_GROUP_RISK_LIMIT"),
            Self::MarketNotFound => Some("MARKET_NOT_FOUND"),
            Self::MarketInactive => Some("MARKET_INACTIVE"),
            Self::TradingPaused => Some("TRADING_PAUSED"),
            Self::ExchangePaused => Some("EXCHANGE_PAUSED"),
            Self::ExchangeUnavailable => Some("EXCHANGE_UNAVAILABLE"),
            Self::OrderNotFound
            | Self::ForeignOrder
            | Self::OrderMarketMismatch
            | Self::OrderSideMismatch
            | Self::ClientOrderMismatch
            | Self::InvalidGroupLimit
            | Self::InvalidBatch => None,
        }
    }
}

impl fmt::Display for RejectReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.code())
    }
}
