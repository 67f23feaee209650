//! Following one order by reading it again and again.

use crate::bot::position_record::FollowedOrder;
use crate::bot::settings::{OrderSchema, WaitSettings};
use crate::bot::shared::Shared;
use crate::link::Venue;
use crate::protocol::{OrderStatus, OrderView, Purpose};
use crate::units::{OrderId, Quantity};

/// What one look at an order shows. A look that fails shows nothing filled and nothing remaining,
/// as in the original.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct FillStatus {
    /// Whether the order is known to be filled in full.
    pub(super) done: bool,
    pub(super) filled: Quantity,
    pub(super) remaining: Quantity,
}

/// What a wait ended with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WaitOutcome {
    /// Something of it filled, perhaps all.
    Filled {
        /// Contracts.
        filled: Quantity,
        /// What is known of the others.
        rest: Rest,
    },
    /// Nothing was seen to be filled, then the order was seen canceled. A fill between the two
    /// looks goes unseen.
    Canceled,
    /// Nothing was seen to be filled until the end. The order is left as it is.
    TimedOut,
}

/// What is known of the part of an order that did not fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// Nothing remains.
    Gone,
    /// It was in the book at the last look.
    Resting,
    /// It was in the book at the last look, and a cancel was sent, whose answer is not looked at.
    CancelSent,
}

/// Looks at an order once, with the counters that it shows.
pub(super) async fn fill_status(shared: &Shared, order: FollowedOrder) -> FillStatus {
    let Ok(view) = shared.venue.order(order.id, Purpose::Follow).await else {
        return FillStatus::default();
    };
    let filled = filled_counter(shared.schema, &view, order.filled_at_once).unwrap_or_default();
    let remaining = match shared.schema {
        OrderSchema::Documented | OrderSchema::Split | OrderSchema::FillCount => view.remaining,
        OrderSchema::SizeOnly => Quantity::ZERO,
    };
    let done = view.status == OrderStatus::Executed && remaining.is_zero() && !filled.is_zero();
    FillStatus { done, filled, remaining }
}

/// The first counter of filled contracts that the original knows and the order shows.
///
/// Where takers and makers are counted apart, it is the takers'. An order fills as a taker only as
/// it arrives, so what filled then is all that this counter ever shows.
pub(super) fn filled_counter(
    schema: OrderSchema,
    view: &OrderView,
    filled_at_once: Quantity,
) -> Option<Quantity> {
    match schema {
        OrderSchema::Documented => Some(view.filled),
        OrderSchema::Split => Some(view.filled.min(filled_at_once)),
        OrderSchema::FillCount | OrderSchema::SizeOnly => None,
    }
}

/// Waits until something of an order is seen to be filled, looking twice per poll: for fills, then
/// for a cancel.
///
/// The timeout is only compared before a round of looks, so the wait lasts longer. Only the last
/// look, after the timeout, cancels what remains, and only when it is the first to see a fill.
pub(super) async fn wait_for_fill(
    shared: &Shared,
    order: FollowedOrder,
    settings: WaitSettings,
) -> WaitOutcome {
    let clock = shared.clock();
    let began = clock.now();
    while clock.now().since(began) < settings.timeout {
        let look = fill_status(shared, order).await;
        if !look.filled.is_zero() {
            let rest = if look.remaining.is_zero() { Rest::Gone } else { Rest::Resting };
            return WaitOutcome::Filled { filled: look.filled, rest };
        }
        let second = shared.venue.order(order.id, Purpose::Follow).await;
        if second.is_ok_and(|view| view.status == OrderStatus::Canceled) {
            return WaitOutcome::Canceled;
        }
        clock.sleep(settings.poll.length()).await;
    }
    let last = fill_status(shared, order).await;
    if last.filled.is_zero() {
        return WaitOutcome::TimedOut;
    }
    let rest = if last.remaining.is_zero() {
        Rest::Gone
    } else {
        cancel_unheard(&shared.venue, order.id).await;
        Rest::CancelSent
    };
    WaitOutcome::Filled { filled: last.filled, rest }
}

/// Cancels an order and waits for the answer, whatever it is: an order that is filled or gone can
/// not be canceled, and a look at the order says more.
pub(super) async fn cancel_unheard(venue: &Venue, order: OrderId) {
    let _: Result<_, _> = venue.cancel(order, Purpose::Follow).await;
}
