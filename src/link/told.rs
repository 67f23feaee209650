//! What the oracle is told.

use crate::protocol::Execution;
use crate::units::ClientOrderId;

/// A piece of truth about one of the account's own orders, told past every channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It changed at the exchange.
    Execution(Execution),
    /// It will never be: each copy of its request was lost, turned away at the door or refused,
    /// and none is on its way any more.
    NeverTaken {
        /// The owner's id.
        client_order: ClientOrderId,
    },
}
