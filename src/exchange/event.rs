//! What happens at the exchange.

use serde::Serialize;

use crate::market::{FeeSchedule, MarketResult, MarketStatus};
use crate::protocol::websocket::{GroupChange, Movement};
use crate::protocol::{BalanceView, PrivateMessage, PublicMessage};
use crate::units::{
    AccountId, Cash, ClientOrderId, EventId, MarketId, OrderGroupId, Position, Price, Quantity,
    Side, SimTime, TradeId,
};

/// What a market paid one account (Kalshi, "Get settlements", 2026-08-22, documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Settlement {
    /// The market.
    pub market: MarketId,
    /// Its result.
    pub result: MarketResult,
    /// What the account held; nothing from now on.
    pub position: Position,
    /// What it was paid \[dollar\].
    pub payout: Cash,
    /// What was worth less than a balance can show, and is kept \[dollar\].
    pub fee: Cash,
}

/// What moved contracts at a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LevelCause {
    /// An order came to rest, or one that rests grew where it is.
    Rested,
    /// An order that rests traded.
    Traded {
        /// Whose order arrived.
        taker: AccountId,
        /// That owner's id of it.
        taker_order: ClientOrderId,
    },
    /// An order left, or shrank, or went to another level.
    Left,
    /// An order left because its owner's next order would have met it.
    Prevented,
}

/// The contracts at a level of a market became more or fewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelChange {
    /// Where.
    pub market: MarketId,
    /// The side of the level.
    pub side: Side,
    /// Its price, in the YES frame.
    pub price: Price,
    /// What came or went.
    pub movement: Movement,
    /// Whose order it was.
    pub account: AccountId,
    /// The owner's id of that order.
    pub client_order: ClientOrderId,
    /// Why.
    pub cause: LevelCause,
}

/// What moved a market's life on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusCause {
    /// Somebody at the exchange did: [`Exchange::take_step`](crate::exchange::Exchange::take_step).
    Step,
    /// The clock did: it opened, closed or paid at its time.
    Clock,
}

/// One thing that happened.
///
/// A request's events come in this order: the order is accepted; for each match the trade, the
/// taker's fill, the maker's fill, the maker's end if it has one, and what collateral that returns; then
/// the taker's end. The
/// quote follows once the whole request is done, so that no quote is ever crossed (observed: no
/// recorded book is crossed at the end of an exchange event, 2026-05). Kalshi does not document
/// the order across channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExchangeEvent {
    /// An account's order changed.
    Private(PrivateMessage),
    /// Two orders matched.
    Trade {
        /// The match.
        trade: TradeId,
        /// Where.
        market: MarketId,
        /// The maker's price.
        price: Price,
        /// Contracts.
        quantity: Quantity,
        /// The side of the order that arrived.
        taker_side: Side,
    },
    /// The best bid or ask price of a market changed.
    QuoteChanged(PublicMessage),
    /// A level of a market changed; told only where [`Exchange::tell_levels`] asked for it. One
    /// change for each order that changes the level.
    ///
    /// [`Exchange::tell_levels`]: crate::exchange::Exchange::tell_levels
    LevelChanged(LevelChange),
    /// A market's close was moved.
    CloseMoved {
        /// Which.
        market: MarketId,
        /// The close from now on.
        closes_at: SimTime,
    },
    /// A market's fees are no longer waived.
    FeesDue {
        /// Which.
        market: MarketId,
        /// The fees from now on.
        fees: FeeSchedule,
    },
    /// A market trades at finer prices from now on.
    LevelsRefined {
        /// Which.
        market: MarketId,
    },
    /// A market's life moved on. What that cancels and pays follows.
    MarketStatusChanged {
        /// Which.
        market: MarketId,
        /// Where it stands now.
        status: MarketStatus,
        /// What moved it on.
        cause: StatusCause,
    },
    /// A market paid an account for what it held.
    Settled {
        /// Whom.
        account: AccountId,
        /// What.
        settlement: Settlement,
    },
    /// An account's collateral was returned, or taken back.
    CollateralReturned {
        /// Whose.
        account: AccountId,
        /// For NO contracts of which event.
        event: EventId,
        /// How much came back \[dollar\]; below zero it was taken back.
        amount: Cash,
    },
    /// An order group changed. The cancels that come of it follow.
    GroupChanged {
        /// Whose.
        account: AccountId,
        /// Which.
        group: OrderGroupId,
        /// How.
        change: GroupChange,
    },
    /// A watched account's money changed.
    FundsChanged {
        /// Whose.
        account: AccountId,
        /// The money after the change.
        balance: BalanceView,
    },
}
