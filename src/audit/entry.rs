//! An order on its way into a book.

use crate::audit::order_trail::OrderTrail;
use crate::protocol::OrderEnd;
use crate::units::{OrderId, Position, Quantity};

/// An order that a request let in, or in again, and what came of it. A request that lets several in
/// has one of these for each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// The order as it was when nothing more could happen to it at once.
    pub(super) trail: OrderTrail,
    /// What asked for it.
    pub(super) cause: Cause,
    /// What had filled before it came in.
    pub(super) filled_before: Quantity,
    /// What its owner held there before.
    pub(super) held_before: Position,
    /// Orders of its own account that were canceled on its way.
    pub(super) own_canceled: u32,
    /// Why it is over, if it is.
    pub(super) end: Option<OrderEnd>,
    /// What rested within its limit when its matches were done.
    pub(super) depth: Quantity,
    /// What rested of it when the request was done with it.
    pub(super) rests: Quantity,
}

/// What lets an order into a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// It is new: an item of the request, numbered from 0.
    Created {
        /// Which.
        item: usize,
    },
    /// It was changed.
    Amended,
}

impl Entry {
    /// An order that is coming in now.
    pub(super) fn new(trail: OrderTrail, cause: Cause, held_before: Position) -> Self {
        Self {
            trail,
            cause,
            filled_before: trail.filled,
            held_before,
            own_canceled: 0,
            end: None,
            depth: Quantity::ZERO,
            rests: Quantity::ZERO,
        }
    }

    pub(super) fn id(&self) -> OrderId {
        self.trail.order
    }

    /// How much it could close as it came in.
    pub(super) fn closable(&self) -> Quantity {
        self.held_before.closable(self.trail.side)
    }

    /// What filled because of the request.
    pub(super) fn filled(&self) -> Quantity {
        self.trail.filled - self.filled_before
    }

    /// Whether what was left of it was canceled on its way.
    pub(super) fn is_stopped(&self) -> bool {
        matches!(self.end, Some(OrderEnd::SelfTrade | OrderEnd::GroupCanceled))
    }

    /// Whether what rested of it was taken out again before the request was done.
    pub(super) fn is_taken_out(&self) -> bool {
        matches!(self.end, Some(OrderEnd::GroupCanceled | OrderEnd::Canceled))
    }
}
