//! What the oracle is told.

use crate::protocol::{BalanceView, Execution};
use crate::units::{ClientOrderId, MarketId, Price};

/// A piece of truth about the account, told past every channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// One of its orders changed at the exchange.
    Execution(Execution),
    /// An order that it sent will never be: each copy of its request was lost, turned away at the door or refused,
    /// and none is on its way any more.
    NeverTaken {
        /// The owner's id.
        client_order: ClientOrderId,
    },
    /// A market paid for all that it held there, and it holds nothing there any more.
    Settled {
        /// Which.
        market: MarketId,
        /// What each YES contract was worth.
        value: Price,
    },
    /// Its money, at the start and after each change.
    Funds(BalanceView),
}
