//! What the messages of the channels say.

use crate::market::{MarketResult, PriceLevelStructure};
use crate::protocol::websocket::FeedChannel;
use crate::protocol::{BookLevel, FillReport, OrderView};
use crate::units::{
    Cash, ClientOrderId, MarketId, OrderGroupId, Position, Price, Quantity, Side, SimTime, TradeId,
};

/// A leg of a contract. The order book is shown as bids for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It happens.
    Yes,
    /// It does not.
    No,
}

impl Outcome {
    /// The outcome that a side of the YES book bids for (Kalshi, "Order direction", 2026-08-22,
    /// documented).
    #[must_use]
    pub const fn bought_by(side: Side) -> Self {
        match side {
            Side::Bid => Self::Yes,
            Side::Ask => Self::No,
        }
    }
}

/// In which prices the order book shows its NO side (Kalshi, "Order direction", field
/// `use_yes_price`, 2026-08-22, documented).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PriceFrame {
    /// Each side in the price of what it buys.
    #[default]
    Own,
    /// Both in the price of YES.
    Yes,
}

impl PriceFrame {
    /// How a price of the YES frame is shown on a side.
    #[must_use]
    pub const fn show(self, side: Side, price: Price) -> Price {
        match self {
            Self::Own => side.own_price(price),
            Self::Yes => price,
        }
    }
}

/// What came to a level or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// Contracts came.
    Added(Quantity),
    /// Contracts went.
    Removed(Quantity),
}

/// A level as the order book shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownLevel {
    /// The price, in the frame of the subscription.
    pub price: Price,
    /// Contracts, more than none.
    pub quantity: Quantity,
}

/// An order book as it is (Kalshi, "Orderbook updates", 2026-08-22, documented). A side without
/// levels is left out on the wire (documented; recorded after each close).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookSnapshot {
    /// Where.
    pub market: MarketId,
    /// In which prices the NO side is.
    pub prices: PriceFrame,
    /// Bids for YES, lowest first (recorded, 2026-05).
    pub yes: Vec<ShownLevel>,
    /// Bids for NO, lowest own price first (recorded, 2026-05; in YES prices a setting of the feeds
    /// says in which order).
    pub no: Vec<ShownLevel>,
}

/// A level changed (Kalshi, "Orderbook updates", 2026-08-22, documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookDelta {
    /// Where.
    pub market: MarketId,
    /// Which side.
    pub outcome: Outcome,
    /// Which level, in the frame of the subscription.
    pub price: Price,
    /// What came or went.
    pub movement: Movement,
    /// The receiver's id of the order whose contracts came or went, if it is the receiver's own.
    pub own_order: Option<ClientOrderId>,
    /// When.
    pub at: SimTime,
}

/// A match (Kalshi, "Public trades", 2026-08-22, documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TradeNotice {
    /// Which.
    pub trade: TradeId,
    /// Where.
    pub market: MarketId,
    /// The maker's price, in the YES frame.
    pub price: Price,
    /// Contracts.
    pub quantity: Quantity,
    /// The side of the order that arrived.
    pub taker_side: Side,
    /// When.
    pub at: SimTime,
}

/// Price and contracts of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastTrade {
    /// The maker's price, in the YES frame.
    pub price: Price,
    /// Contracts.
    pub quantity: Quantity,
}

/// A market in numbers (Kalshi, "Market ticker", 2026-08-22, documented). Recordings of May 2026
/// show an absent bid as a price of 0 and an absent ask as one of 1 dollar, both with no contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticker {
    /// Where.
    pub market: MarketId,
    /// The last match, if there was one.
    pub last: Option<LastTrade>,
    /// The best bid with its contracts.
    pub bid: Option<BookLevel>,
    /// The best ask with its contracts.
    pub ask: Option<BookLevel>,
    /// Contracts traded since the market opened, both sides of each match counted (recorded,
    /// 2026-05).
    pub volume: Quantity,
    /// Contracts held, both outcomes counted (recorded, 2026-05).
    pub open_interest: Quantity,
    /// When the market last changed.
    pub at: SimTime,
}

impl Ticker {
    /// Traded pairs at one dollar each, without cents (recorded in 7,749 of 7,749 messages,
    /// 2026-05).
    #[must_use]
    pub const fn dollar_volume(&self) -> u64 {
        self.volume.hundredths() / 200
    }

    /// Held pairs at one dollar each, without cents (recorded in 7,749 of 7,749 messages, 2026-05).
    #[must_use]
    pub const fn dollar_open_interest(&self) -> u64 {
        self.open_interest.hundredths() / 200
    }
}

/// A fill of the receiver (Kalshi, "User fills", 2026-08-22, documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FillNotice {
    /// What.
    pub fill: FillReport,
    /// When.
    pub at: SimTime,
}

/// An order of the receiver as it stands after a change (Kalshi, "User orders", 2026-08-22,
/// documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserOrderNotice {
    /// The order.
    pub order: OrderView,
    /// What its fills as a taker cost \[dollar\]; in which prices for NO, which the documentation does
    /// not say, a setting of the feeds decides.
    pub taker_cost: Cash,
    /// The same for its fills as a maker \[dollar\].
    pub maker_cost: Cash,
    /// Net fees of its fills as a taker \[dollar\].
    pub taker_fees: Cash,
    /// Net fees of its fills as a maker \[dollar\].
    pub maker_fees: Cash,
    /// When it was accepted.
    pub created_at: SimTime,
    /// When it last changed.
    pub updated_at: SimTime,
}

/// The receiver's position in a market after a change (Kalshi, "Market positions", 2026-08-22,
/// documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarketPositionNotice {
    /// Where.
    pub market: MarketId,
    /// Net contracts.
    pub position: Position,
    /// What the open position cost, without fees \[dollar\].
    pub cost: Cash,
    /// Profit of what was closed, without fees \[dollar\]; below zero a loss.
    pub realized: Cash,
    /// Net fees paid \[dollar\].
    pub fees: Cash,
    /// Contracts that the receiver traded, each fill counted once.
    pub volume: Quantity,
}

/// How a market's life moved on (Kalshi, "Market lifecycle", 2026-08-22, documented: there is no
/// message for a close, a dispute or an end of it).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LifecycleChange {
    /// It was listed.
    Created {
        /// When it opens; without an instant it is open.
        opens_at: Option<SimTime>,
        /// When it closes, if that is known.
        closes_at: Option<SimTime>,
        /// Its prices.
        levels: PriceLevelStructure,
    },
    /// It trades.
    Activated,
    /// It is paused.
    Deactivated,
    /// Its close was moved.
    CloseMoved {
        /// The close from now on.
        closes_at: SimTime,
    },
    /// It trades at finer prices; what rests stays (event `price_level_structure_updated`,
    /// changelog, 2026, documented).
    LevelsRefined {
        /// Its prices from now on.
        levels: PriceLevelStructure,
    },
    /// Its result is known, or was changed (whether a change is told is a setting of the feeds).
    Determined {
        /// The result.
        result: MarketResult,
        /// When.
        at: SimTime,
    },
    /// It has paid.
    Settled {
        /// When.
        at: SimTime,
    },
}

/// A market's life moved on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LifecycleNotice {
    /// Where.
    pub market: MarketId,
    /// How.
    pub change: LifecycleChange,
}

/// What happened to an order group (Kalshi, "Order group updates", 2026-08-22, documented: each of
/// these, and the limit where it is new).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupChange {
    /// It was made.
    Created {
        /// The most contracts that may match within the window.
        contracts_limit: Quantity,
    },
    /// It has another limit.
    LimitSet {
        /// The limit from now on.
        contracts_limit: Quantity,
    },
    /// It was triggered: its orders are canceled. Whether that is told again if it was before is a
    /// setting of the feeds.
    Triggered,
    /// It takes orders again.
    Reset,
    /// It is gone.
    Deleted,
}

impl GroupChange {
    /// Kalshi's word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created { .. } => "created",
            Self::LimitSet { .. } => "limit_updated",
            Self::Triggered => "triggered",
            Self::Reset => "reset",
            Self::Deleted => "deleted",
        }
    }
}

/// An order group of the receiver changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupNotice {
    /// Which.
    pub group: OrderGroupId,
    /// How.
    pub change: GroupChange,
    /// When.
    pub at: SimTime,
}

/// What a message of a channel says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedBody {
    /// An order book.
    BookSnapshot(BookSnapshot),
    /// A change of an order book.
    BookDelta(BookDelta),
    /// A match.
    Trade(TradeNotice),
    /// A market in numbers.
    Ticker(Ticker),
    /// An own fill.
    Fill(FillNotice),
    /// An own order.
    UserOrder(UserOrderNotice),
    /// An own position.
    MarketPosition(MarketPositionNotice),
    /// A market's life.
    MarketLifecycle(LifecycleNotice),
    /// An own order group.
    OrderGroup(GroupNotice),
}

impl FeedBody {
    /// The channel that it belongs to.
    #[must_use]
    pub const fn channel(&self) -> FeedChannel {
        match self {
            Self::BookSnapshot(_) | Self::BookDelta(_) => FeedChannel::OrderBook,
            Self::Trade(_) => FeedChannel::Trades,
            Self::Ticker(_) => FeedChannel::Ticker,
            Self::Fill(_) => FeedChannel::Fills,
            Self::UserOrder(_) => FeedChannel::UserOrders,
            Self::MarketPosition(_) => FeedChannel::MarketPositions,
            Self::MarketLifecycle(_) => FeedChannel::MarketLifecycle,
            Self::OrderGroup(_) => FeedChannel::OrderGroups,
        }
    }
}
