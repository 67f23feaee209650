//! What the exchange answers.

use serde::Serialize;

use crate::market::{ExchangeStatus, MarketStatus};
use crate::protocol::{FillReport, Quote, RejectReason};
use crate::units::{
    Cash, ClientOrderId, MarketId, OrderGroupId, OrderId, Position, Price, Quantity, Side,
};

/// One answer, of the kind that the request asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Reply {
    /// The order was taken.
    Created(Created),
    /// Which orders of a batch were taken, in the order of the request.
    CreatedBatch(Vec<Result<Created, RejectReason>>),
    /// The order was changed.
    Amended(Amended),
    /// The remainder was removed.
    Canceled(Canceled),
    /// Which remainders of a batch were removed, in the order of the request.
    CanceledBatch(Vec<Result<Canceled, RejectReason>>),
    /// All remainders were removed.
    CanceledAll,
    /// The remainder was lowered.
    Decreased(Decreased),
    /// One order.
    Order(OrderView),
    /// Orders, oldest first.
    Orders(Vec<OrderView>),
    /// Fills, newest first.
    Fills(Vec<FillReport>),
    /// Positions that are not flat, by market.
    Positions(Vec<PositionView>),
    /// The account's money.
    Balance(BalanceView),
    /// The best bid and ask.
    Quote(Quote),
    /// All levels of one book.
    Book(BookView),
    /// The contracts that are ahead of an order.
    QueuePosition(Quantity),
    /// The same of several orders, oldest first.
    QueuePositions(Vec<QueuePosition>),
    /// The order group was made.
    GroupCreated(OrderGroupId),
    /// What was asked of an order group was done.
    GroupChanged,
    /// One order group.
    Group(GroupView),
    /// Order groups, in the order of their making.
    Groups(Vec<GroupView>),
    /// Whether the exchange trades.
    ExchangeStatus(ExchangeStatus),
    /// Where a market stands in its life.
    MarketStatus(MarketStatus),
    /// The request was refused and changed nothing.
    Rejected(RejectReason),
}

/// An order as it stood right after matching
/// (Kalshi, "Create order (V2)" response, 2026-08-22, documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Created {
    /// The exchange's id.
    pub order: OrderId,
    /// The id that the participant gave.
    pub client_order: ClientOrderId,
    /// Contracts that filled at once.
    pub filled: Quantity,
    /// Contracts that rest; zero for immediate or cancel and fill or kill.
    pub remaining: Quantity,
}

/// An order as it stood right after an amend
/// (Kalshi, "Amend order (V2)" response, 2026-08-22, documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Amended {
    /// The exchange's id, the same as before.
    pub order: OrderId,
    /// The participant's id after the amend.
    pub client_order: ClientOrderId,
    /// Contracts that filled because of this amend.
    pub filled: Quantity,
    /// Contracts that rest after matching (changelog, 2026-09-03, documented).
    pub remaining: Quantity,
}

/// The answer to a cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Canceled {
    /// The exchange's id.
    pub order: OrderId,
    /// Contracts that were removed.
    pub reduced_by: Quantity,
}

/// The answer to a decrease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Decreased {
    /// The exchange's id.
    pub order: OrderId,
    /// Contracts that still rest.
    pub remaining: Quantity,
}

/// Where an order stands, in Kalshi's three words ("Get order", 2026-08-22, documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum OrderStatus {
    /// In the book.
    Resting,
    /// Removed before it was fully filled.
    Canceled,
    /// Fully filled; in one reading of Kalshi also an immediate-or-cancel order that was partly
    /// filled.
    Executed,
}

/// An order as a read shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct OrderView {
    /// The exchange's id.
    pub order: OrderId,
    /// The id that the participant gave.
    pub client_order: ClientOrderId,
    /// Where.
    pub market: MarketId,
    /// Which side.
    pub side: Side,
    /// The limit, not the price of fills.
    pub limit_price: Price,
    /// Contracts ordered.
    pub initial: Quantity,
    /// Contracts filled.
    pub filled: Quantity,
    /// Contracts that still rest; zero once canceled, whatever was filled
    /// (observed in recorded orders, 2026-05).
    pub remaining: Quantity,
    /// Where it stands.
    pub status: OrderStatus,
}

/// How many contracts are ahead of one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct QueuePosition {
    /// The order.
    pub order: OrderId,
    /// Where.
    pub market: MarketId,
    /// Contracts that fill before the order's first does.
    pub ahead: Quantity,
}

/// Whether an order group takes orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum GroupState {
    /// It does.
    Open,
    /// More matched than its limit allows, or its owner triggered it: it does not until it is reset.
    Triggered,
}

/// An order group as a read shows it (Kalshi, "Get order group", 2026-08-22, documented).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupView {
    /// Its id.
    pub group: OrderGroupId,
    /// The most contracts that may match within the window.
    pub contracts_limit: Quantity,
    /// Whether it takes orders.
    pub state: GroupState,
    /// Its resting orders, oldest first.
    pub orders: Vec<OrderId>,
}

/// One market's position as a read shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PositionView {
    /// Where.
    pub market: MarketId,
    /// Net contracts: positive YES, negative NO.
    pub position: Position,
    /// Cost basis of the open position without fees \[dollar\], never negative.
    pub exposure: Cash,
}

/// An account's money as a read shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct BalanceView {
    /// All cash, including what resting orders lock.
    pub balance: Cash,
    /// Cash that no resting order locks.
    pub available: Cash,
}

/// One price level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct BookLevel {
    /// The price, in the YES frame.
    pub price: Price,
    /// Contracts that rest there.
    pub quantity: Quantity,
}

/// All levels of one book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BookView {
    /// Bids, best first.
    pub bids: Vec<BookLevel>,
    /// Asks, best first, in the YES frame.
    pub asks: Vec<BookLevel>,
}
