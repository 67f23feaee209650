//! What a participant may ask of the exchange.

use serde::Serialize;

use crate::market::{SelfTradePrevention, TimeInForce};
use crate::protocol::{Channel, Endpoint};
use crate::units::{
    ClientOrderId, MarketId, OrderGroupId, OrderId, Price, Quantity, RecordId, Side, SimTime,
};

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
    /// What becomes of it when trading is paused while it rests.
    pub on_pause: OnPause,
    /// The group whose limit its fills count towards.
    pub group: Option<OrderGroupId>,
}

impl CreateOrder {
    /// An order with what Kalshi's fields default to: it rests until it is canceled, may open and
    /// close, may take, stays through pauses and is in no group. Of the two rules for an
    /// account's own orders, which have no default, it has
    /// [`SelfTradePrevention::TakerAtCross`].
    #[must_use]
    pub const fn new(
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
            on_pause: OnPause::Stays,
            group: None,
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

/// What becomes of a resting order when trading is paused (Kalshi, "Create order (V2)", field
/// `cancel_order_on_pause`, 2026-08-22, documented).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum OnPause {
    /// It stays in the book.
    #[default]
    Stays,
    /// It is canceled.
    Canceled,
}

/// A change of an order that rests (Kalshi, "Amend order (V2)", 2026-08-22, documented). Market and
/// side must be the order's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AmendOrder {
    /// The order.
    pub order: OrderId,
    /// Its market.
    pub market: MarketId,
    /// Its side.
    pub side: Side,
    /// The new limit.
    pub limit_price: Price,
    /// The new total, as the API counts it: what has filled already and what shall remain.
    pub quantity: Quantity,
    /// The order's client order id, to be checked if it is given.
    pub client_order: Option<ClientOrderId>,
    /// The client order id that the order shall have from now on, if not the same.
    pub new_client_order: Option<ClientOrderId>,
    /// What becomes of its expiry.
    pub expiry: ExpiryChange,
}

/// What an amend does to an order's expiry (Kalshi, changelog, 2026-10-01, documented).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum ExpiryChange {
    /// It stays.
    #[default]
    Keep,
    /// The order rests until it is canceled.
    Remove,
    /// The order leaves the book at this instant, which must be in the future.
    At(SimTime),
}

/// By how much, or to how much, what remains of an order is lowered: exactly one of the two (Kalshi,
/// "Decrease order (V2)", fields `reduce_by` and `reduce_to`, 2026-08-22, documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Reduction {
    /// Contracts to take off; reaching zero cancels.
    By(Quantity),
    /// Contracts that shall remain; zero cancels.
    To(Quantity),
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Request {
    /// Place an order.
    Create(CreateOrder),
    /// Place several, one after the other; each is taken or refused on its own (Kalshi, "Batch
    /// create orders (V2)", 2026-08-22, documented).
    CreateBatch(Box<[CreateOrder]>),
    /// Change the price, the quantity or the expiry of an order. It keeps its place in the queue if
    /// the price stays and no more contracts shall remain than do (Kalshi, "Amend order (V2)",
    /// 2026-08-22, documented).
    Amend(AmendOrder),
    /// Lower what remains of an order; it keeps its place in the queue
    /// (Kalshi, "Decrease order (V2)", 2026-08-22, documented).
    Decrease {
        /// The order.
        order: OrderId,
        /// How far.
        reduction: Reduction,
    },
    /// Remove what remains of an order.
    Cancel {
        /// The order.
        order: OrderId,
    },
    /// Remove what remains of several orders, one after the other; each is found or not on its own
    /// (Kalshi, "Batch cancel orders (V2)", 2026-08-22, documented).
    CancelBatch(Box<[OrderId]>),
    /// Remove what remains of all orders of the account (Kalshi, changelog, 2026-08-27, documented).
    CancelAll,
    /// Do something with an order group.
    Group(GroupRequest),
    /// Look at something; changes nothing.
    Read(Query),
}

/// What can be done with an order group: orders under one limit of contracts that may match within
/// 15 seconds (Kalshi, "Order groups", 2026-08-22, documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum GroupRequest {
    /// Make one.
    Create {
        /// The most contracts that may match within the window: more trigger the group.
        contracts_limit: Quantity,
    },
    /// Give it another limit; one below what matched within the window triggers it.
    SetLimit {
        /// The group.
        group: OrderGroupId,
        /// The new limit.
        contracts_limit: Quantity,
    },
    /// Cancel its resting orders and take no new ones until it is reset.
    Trigger(OrderGroupId),
    /// Forget what matched, and take new orders again.
    Reset(OrderGroupId),
    /// Cancel its resting orders and forget it.
    Delete(OrderGroupId),
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
    /// How many contracts are ahead of an order, now: it is answered by the matching engine, so no
    /// lag applies (Kalshi, "Get order queue position", 2026-08-22; it is not among what "Get user
    /// data timestamp" says to lag).
    QueuePosition(OrderId),
    /// The same for all resting orders of the account in a market.
    QueuePositions(MarketId),
    /// One order group of the account, now.
    Group(OrderGroupId),
    /// All order groups of the account, now, in the order of their making.
    Groups,
    /// Whether the exchange trades, now.
    ExchangeStatus,
    /// Where a market stands in its life, now.
    MarketStatus(MarketId),
}

impl Query {
    /// The endpoint that serves the query, whose lag applies.
    #[must_use]
    pub const fn endpoint(self) -> Endpoint {
        match self {
            Self::Order(_)
            | Self::OrderByClient(_)
            | Self::Orders
            | Self::QueuePosition(_)
            | Self::QueuePositions(_)
            | Self::Group(_)
            | Self::Groups => Endpoint::Orders,
            Self::Fills => Endpoint::Fills,
            Self::Positions => Endpoint::Positions,
            Self::Balance => Endpoint::Balance,
            Self::Quote(_) | Self::Book(_) | Self::ExchangeStatus | Self::MarketStatus(_) => {
                Endpoint::Market
            }
        }
    }
}

impl Request {
    /// The channel that carries the request and its reply.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Create(_)
            | Self::CreateBatch(_)
            | Self::Amend(_)
            | Self::Decrease { .. }
            | Self::Group(_) => Channel::OrderEntry,
            Self::Cancel { .. } | Self::CancelBatch(_) | Self::CancelAll => Channel::Cancel,
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
