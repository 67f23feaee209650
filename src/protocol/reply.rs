//! What the exchange answers.

use serde::Serialize;

use crate::protocol::{FillReport, Quote, RejectReason};
use crate::units::{Cash, ClientOrderId, MarketId, OrderId, Position, Price, Quantity, Side};

/// One answer, of the kind that the request asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Reply {
    /// The order was taken.
    Created(Created),
    /// The remainder was removed.
    Canceled(Canceled),
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
