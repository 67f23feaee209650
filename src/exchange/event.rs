//! What happens at the exchange.

use crate::protocol::{BalanceView, PrivateMessage, PublicMessage};
use crate::units::{AccountId, MarketId, Price, Quantity, Side, TradeId};

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
    /// A watched account's money changed.
    FundsChanged {
        /// Whose.
        account: AccountId,
        /// The money after the change.
        balance: BalanceView,
    },
}
