//! What the exchange sends unasked.

use serde::Serialize;

use crate::market::Liquidity;
use crate::units::{
    AccountId, Cash, ClientOrderId, FeedSequence, MarketId, OrderId, Position, Price, Quantity,
    Side, TradeId,
};

/// One execution on one order, from that order's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FillReport {
    /// The match, shared with the other side.
    pub trade: TradeId,
    /// The order that filled.
    pub order: OrderId,
    /// Its owner's id of it.
    pub client_order: ClientOrderId,
    /// Where.
    pub market: MarketId,
    /// The order's side.
    pub side: Side,
    /// The maker's price.
    pub price: Price,
    /// Contracts.
    pub quantity: Quantity,
    /// This order's role.
    pub liquidity: Liquidity,
    /// Net fee of this fill \[dollar\], positive when paid.
    pub fee: Cash,
    /// The account's net position in the market after the fill.
    pub position_after: Position,
}

/// Why an order is final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum OrderEnd {
    /// All of it filled.
    Executed,
    /// Its owner removed the rest.
    Canceled,
    /// Its time was over.
    Expired,
    /// Immediate or cancel: the rest did not fill at once.
    NotFilledAtOnce,
    /// Post-only: it would have traded at once.
    PostOnlyCross,
    /// It would have met, or been met by, an order of its own account.
    SelfTrade,
    /// Reduce-only: the rest would not have closed anything.
    NothingToClose,
    /// It was met, and its owner could not pay.
    Unfunded,
    /// Its order group was triggered or deleted.
    GroupCanceled,
    /// Trading was paused and the order was not to stay, its market came back from a pause, or got
    /// finer prices.
    Halted,
    /// Its market closed.
    MarketClosed,
}

/// A change of one order, as its owner is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Execution {
    /// The exchange took the order.
    Accepted {
        /// The exchange's id.
        order: OrderId,
        /// The owner's id.
        client_order: ClientOrderId,
        /// Where.
        market: MarketId,
        /// Which side.
        side: Side,
        /// The limit.
        limit_price: Price,
        /// Contracts ordered.
        quantity: Quantity,
    },
    /// The owner changed the order. What it trades because of that follows.
    Amended {
        /// The exchange's id, the same as before.
        order: OrderId,
        /// The owner's id from now on.
        client_order: ClientOrderId,
        /// Where.
        market: MarketId,
        /// Which side.
        side: Side,
        /// The limit from now on.
        limit_price: Price,
        /// The total from now on: what has filled and what shall remain.
        quantity: Quantity,
        /// Contracts that shall remain.
        remaining: Quantity,
    },
    /// Part or all of the order traded.
    Filled(FillReport),
    /// What remains was lowered by the owner.
    Decreased {
        /// The exchange's id.
        order: OrderId,
        /// The owner's id.
        client_order: ClientOrderId,
        /// Contracts that still rest.
        remaining: Quantity,
    },
    /// The order is final.
    Ended {
        /// The exchange's id.
        order: OrderId,
        /// The owner's id.
        client_order: ClientOrderId,
        /// Where.
        market: MarketId,
        /// Why.
        end: OrderEnd,
        /// Contracts that did not fill.
        unfilled: Quantity,
    },
}

/// A message of the private feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PrivateMessage {
    /// The account that it is for.
    pub account: AccountId,
    /// What happened.
    pub execution: Execution,
}

/// What the private feed hands to its participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum PrivateEvent {
    /// A message came. It may come twice, late, or before an earlier one.
    Message {
        /// Its number within the connection, where messages have one. Numbers of messages that never
        /// came are gaps.
        sequence: Option<FeedSequence>,
        /// What happened.
        execution: Execution,
    },
    /// A market paid for all that is held there, and it is over (Kalshi, "Market positions", 2026-08-22,
    /// documented: a position is told when it changes; what a contract was worth comes with "Market
    /// lifecycle", documented, and is told here together). It may come twice, late, or before an earlier
    /// message.
    Paid {
        /// Its number within the connection, where messages have one.
        sequence: Option<FeedSequence>,
        /// Which.
        market: MarketId,
        /// What each YES contract was worth.
        value: Price,
    },
    /// The connection broke. What happens until it is back is never told.
    Lost,
    /// The connection is back; numbers start from 1. Nothing that was missed is told again: it has
    /// to be read.
    Restored,
}

/// The best prices of a market, in the YES frame. A side without orders is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Quote {
    /// The highest bid.
    pub bid: Option<Price>,
    /// The lowest ask.
    pub ask: Option<Price>,
}

/// A message of the public feed: the quote changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PublicMessage {
    /// Where.
    pub market: MarketId,
    /// The quote after the change.
    pub quote: Quote,
}
