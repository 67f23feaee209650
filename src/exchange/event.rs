//! What happens at the exchange.

use serde::Serialize;

use crate::market::{MarketResult, MarketStatus};
use crate::protocol::{BalanceView, PrivateMessage, PublicMessage};
use crate::units::{AccountId, Cash, MarketId, Position, Price, Quantity, Side, TradeId};

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

/// One thing that happened.
///
/// A request's events come in this order: the order is accepted; for each match the trade, the
/// taker's fill, the maker's fill, and the maker's end if it has one; then the taker's end. The
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
    /// A market's life moved on. What that cancels and pays follows.
    MarketStatusChanged {
        /// Which.
        market: MarketId,
        /// Where it stands now.
        status: MarketStatus,
    },
    /// A market paid an account for what it held.
    Settled {
        /// Whom.
        account: AccountId,
        /// What.
        settlement: Settlement,
    },
    /// A watched account's money changed.
    FundsChanged {
        /// Whose.
        account: AccountId,
        /// The money after the change.
        balance: BalanceView,
    },
}
