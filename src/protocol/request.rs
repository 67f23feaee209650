//! What a participant may ask of the exchange.

use serde::Serialize;

use crate::market::{SelfTradePrevention, TimeInForce};
use crate::protocol::{Channel, Endpoint};
use crate::units::{ClientOrderId, MarketId, OrderId, Price, Quantity, RecordId, Side};

/// A limit order to be placed (Kalshi, "Create order (V2)", 2026-08-22, documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CreateOrder {
    /// The participant's id of the order; used once for ever.
    pub client_order: ClientOrderId,
    /// Where.
    pub market: MarketId,
    /// Bid buys YES, ask sells YES.
    pub side: Side,
    /// The worst acceptable price, in the YES frame for both sides.
    pub limit_price: Price,
    /// How many contracts.
    pub quantity: Quantity,
    /// How long the order may live.
    pub time_in_force: TimeInForce,
    /// What it may do to the account's position.
    pub effect: PositionEffect,
    /// What becomes of it if it would trade at once.
    pub crossing: Crossing,
    /// What happens if it would meet an order of its own account. Without a rule the two trade:
    /// Kalshi always has one, accounts that stand for many people need none.
    pub self_trade: Option<SelfTradePrevention>,
}

impl CreateOrder {
    /// A plain limit order of a trader: it rests until it is filled or canceled, may take, may open
    /// and close, and never trades with an order of its own account (taker at cross). Others differ
    /// from it: `CreateOrder { time_in_force: TimeInForce::ImmediateOrCancel, ..plain }`.
    #[must_use]
    pub const fn plain(
        client_order: ClientOrderId,
        market: MarketId,
        side: Side,
        limit_price: Price,
        quantity: Quantity,
    ) -> Self {
        Self {
            client_order,
            market,
            side,
            limit_price,
            quantity,
            time_in_force: TimeInForce::REST,
            effect: PositionEffect::Any,
            crossing: Crossing::Allowed,
            self_trade: Some(SelfTradePrevention::TakerAtCross),
        }
    }
}

/// What an order may do to the position of its account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum PositionEffect {
    /// Open, close, or both: selling more than is held flips the position.
    #[default]
    Any,
    /// Only close (Kalshi, "Create order (V2)", field `reduce_only`, 2026-08-22, documented).
    ReduceOnly,
}

/// What becomes of an order that would trade at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Crossing {
    /// It trades.
    #[default]
    Allowed,
    /// It never takes: an order that would is refused whole (Kalshi, "Create order (V2)", field
    /// `post_only`, 2026-08-22, documented).
    PostOnly,
}

/// One request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Request {
    /// Place an order.
    Create(CreateOrder),
    /// Remove what remains of an order.
    Cancel {
        /// The order.
        order: OrderId,
    },
    /// Lower what remains of an order; it keeps its place in the queue
    /// (Kalshi, "Decrease order", 2026-08-22, documented).
    Decrease {
        /// The order.
        order: OrderId,
        /// How many contracts to take off what remains; reaching zero cancels.
        reduce_by: Quantity,
    },
    /// Look at something; changes nothing.
    Read(Query),
}

/// What a read asks for. Answers speak of the asking account only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Query {
    /// One order, by the exchange's id.
    Order(OrderId),
    /// One order, by the participant's own id. Served from the list of orders, with its lag and at
    /// its price (assumed: the list has no such filter, so a client searches it).
    OrderByClient(ClientOrderId),
    /// All orders of the account, oldest first.
    Orders,
    /// All fills of the account, newest first.
    Fills,
    /// All markets in which the account has a position that is not flat.
    Positions,
    /// The account's money.
    Balance,
    /// The best bid and ask of a market.
    Quote(MarketId),
    /// All levels of a market's book.
    Book(MarketId),
}

impl Query {
    /// The endpoint that serves the query, whose lag applies.
    #[must_use]
    pub const fn endpoint(self) -> Endpoint {
        match self {
            Self::Order(_) | Self::OrderByClient(_) | Self::Orders => Endpoint::Orders,
            Self::Fills => Endpoint::Fills,
            Self::Positions => Endpoint::Positions,
            Self::Balance => Endpoint::Balance,
            Self::Quote(_) | Self::Book(_) => Endpoint::Market,
        }
    }
}

impl Request {
    /// The channel that carries the request and its reply.
    #[must_use]
    pub const fn channel(self) -> Channel {
        match self {
            Self::Create(_) | Self::Decrease { .. } => Channel::OrderEntry,
            Self::Cancel { .. } => Channel::Cancel,
            Self::Read(query) => match query.endpoint() {
                Endpoint::Orders | Endpoint::Fills => Channel::OrderRead,
                Endpoint::Positions => Channel::PositionRead,
                Endpoint::Balance => Channel::BalanceRead,
                Endpoint::Market => Channel::MarketRead,
            },
        }
    }
}

/// Why a bot sends a request. It stays with the sender and its log; the exchange never sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Purpose {
    /// To open a position for an entry signal (signals are numbered from 0 within a run).
    Entry {
        /// The signal.
        signal: u32,
    },
    /// To close a believed position.
    Exit {
        /// The record whose stake is sold.
        record: RecordId,
        /// What called for it.
        trigger: TriggerKind,
    },
    /// To follow an order after it was sent.
    Follow,
    /// To compare the bot's records with the exchange.
    Reconcile,
    /// To decide whether or how much to trade.
    Decide,
}

/// What calls for an exit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum TriggerKind {
    /// The price fell to the stop.
    Stop,
    /// The price rose to the target.
    Target,
}
