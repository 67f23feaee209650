//! What a connection may ask for.

use std::collections::BTreeSet;

use crate::protocol::websocket::PriceFrame;
use crate::units::{MarketId, SubscriptionId};

/// What can be subscribed to (Kalshi, "Websocket connection", 2026-08-22, documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedChannel {
    /// Snapshots and deltas of the order book.
    OrderBook,
    /// All matches.
    Trades,
    /// The touch, the last match, volume and open interest.
    Ticker,
    /// The account's own fills.
    Fills,
    /// The account's own orders.
    UserOrders,
    /// The account's own positions.
    MarketPositions,
    /// The lives of markets.
    MarketLifecycle,
    /// The account's own order groups.
    OrderGroups,
}

impl FeedChannel {
    /// All channels, in the order of their declaration.
    pub const ALL: [Self; 8] = [
        Self::OrderBook,
        Self::Trades,
        Self::Ticker,
        Self::Fills,
        Self::UserOrders,
        Self::MarketPositions,
        Self::MarketLifecycle,
        Self::OrderGroups,
    ];

    /// Kalshi's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OrderBook => "orderbook_delta",
            Self::Trades => "trade",
            Self::Ticker => "ticker",
            Self::Fills => "fill",
            Self::UserOrders => "user_orders",
            Self::MarketPositions => "market_positions",
            Self::MarketLifecycle => "market_lifecycle_v2",
            Self::OrderGroups => "order_group_updates",
        }
    }

    /// Whether it is about no market: what is named of them is ignored (Kalshi, "Market lifecycle" and
    /// "Order group updates", 2026-08-22, documented).
    #[must_use]
    pub const fn ignores_markets(self) -> bool {
        matches!(self, Self::MarketLifecycle | Self::OrderGroups)
    }

    /// Whether Kalshi documents that its messages are numbered (changelog, 2026-09-10; order groups:
    /// "Order group updates", 2026-08-22; the recorded ticker of May 2026 has no numbers, the recorded
    /// order book has).
    #[must_use]
    pub const fn is_numbered(self) -> bool {
        match self {
            Self::OrderBook | Self::Trades | Self::MarketLifecycle | Self::OrderGroups => true,
            Self::Ticker | Self::Fills | Self::UserOrders | Self::MarketPositions => false,
        }
    }
}

/// Which markets a subscription is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarketChoice {
    /// Every market, those of the future too.
    All,
    /// These.
    These(BTreeSet<MarketId>),
}

impl MarketChoice {
    /// Whether a market is among them.
    #[must_use]
    pub fn contains(&self, market: MarketId) -> bool {
        match self {
            Self::All => true,
            Self::These(markets) => markets.contains(&market),
        }
    }
}

/// Whether a new ticker subscription begins with the tickers as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TickerStart {
    /// The first message is the first change.
    #[default]
    Change,
    /// One message for each market that was asked for by name comes at once.
    Snapshot,
}

/// A subscription, or several, that begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribe {
    /// To what; each gets a subscription of its own.
    pub channels: Vec<FeedChannel>,
    /// About which markets. The order book needs a list; the lives of markets and order groups ignore
    /// it.
    pub markets: MarketChoice,
    /// How the order book shows prices of the NO side.
    pub book_prices: PriceFrame,
    /// How the ticker begins.
    pub ticker_start: TickerStart,
}

impl Subscribe {
    /// A subscription with what Kalshi's fields default to.
    #[must_use]
    pub fn new(channels: Vec<FeedChannel>, markets: MarketChoice) -> Self {
        Self {
            channels,
            markets,
            book_prices: PriceFrame::default(),
            ticker_start: TickerStart::default(),
        }
    }
}

/// A change of a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubscriptionChange {
    /// It is about these markets, too. The order book sends a snapshot of each new one.
    AddMarkets(BTreeSet<MarketId>),
    /// It is no longer about these.
    DeleteMarkets(BTreeSet<MarketId>),
    /// A new snapshot of each of these order books.
    GetSnapshot(BTreeSet<MarketId>),
}

impl SubscriptionChange {
    /// The markets that it names.
    #[must_use]
    pub const fn markets(&self) -> &BTreeSet<MarketId> {
        match self {
            Self::AddMarkets(markets)
            | Self::DeleteMarkets(markets)
            | Self::GetSnapshot(markets) => markets,
        }
    }
}

/// A command (Kalshi, "Websocket connection", 2026-08-22, documented).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Begins subscriptions. A channel that the connection has already gets the new markets
    /// (changelog, 2025-09-25, documented).
    Subscribe(Subscribe),
    /// Ends subscriptions.
    Unsubscribe(Vec<SubscriptionId>),
    /// Changes one.
    Update {
        /// Which.
        subscription: SubscriptionId,
        /// How.
        change: SubscriptionChange,
    },
    /// Asks which there are.
    List,
}
