//! The channels that messages cross.

use serde::Serialize;

/// A way between a participant and the exchange, with its own latency, order, loss and staleness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Channel {
    /// New orders, amends, decreases and order groups: request and reply.
    OrderEntry,
    /// Cancels: request and reply.
    Cancel,
    /// Reads of orders, queue positions, order groups and fills: request and reply.
    OrderRead,
    /// Reads of positions: request and reply.
    PositionRead,
    /// Reads of the balance: request and reply.
    BalanceRead,
    /// Reads of quotes, books and statuses: request and reply.
    MarketRead,
    /// The account's own fills and order updates: deliveries only.
    PrivateFeed,
    /// Quotes of the market: deliveries only.
    PublicFeed,
}

impl Channel {
    /// All channels, in the order of their declaration.
    pub const ALL: [Self; 8] = [
        Self::OrderEntry,
        Self::Cancel,
        Self::OrderRead,
        Self::PositionRead,
        Self::BalanceRead,
        Self::MarketRead,
        Self::PrivateFeed,
        Self::PublicFeed,
    ];

    /// The name in scenarios and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OrderEntry => "order_entry",
            Self::Cancel => "cancel",
            Self::OrderRead => "order_read",
            Self::PositionRead => "position_read",
            Self::BalanceRead => "balance_read",
            Self::MarketRead => "market_read",
            Self::PrivateFeed => "private_feed",
            Self::PublicFeed => "public_feed",
        }
    }
}

/// One direction of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Leg {
    /// From the participant to the exchange.
    Request,
    /// From the exchange back to the participant, answering a request.
    Reply,
    /// From the exchange to the participant, unasked.
    Delivery,
}

impl Leg {
    /// The name in scenarios and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Reply => "reply",
            Self::Delivery => "delivery",
        }
    }
}

/// What a read looks at. Each serves a view that may be older than the request's arrival
/// (Kalshi, "Get user data timestamp", 2026-08-22, documented: reads lag the matching engine).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Endpoint {
    /// One order, or the list of orders; queue positions and order groups.
    Orders,
    /// The list of fills.
    Fills,
    /// The list of positions.
    Positions,
    /// The balance.
    Balance,
    /// Quotes and books, and whether they trade.
    Market,
}

impl Endpoint {
    /// All endpoints, in the order of their declaration.
    pub const ALL: [Self; 5] =
        [Self::Orders, Self::Fills, Self::Positions, Self::Balance, Self::Market];

    /// The name in scenarios and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Fills => "fills",
            Self::Positions => "positions",
            Self::Balance => "balance",
            Self::Market => "market",
        }
    }
}
