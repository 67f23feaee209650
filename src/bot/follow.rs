//! Following one order by reading it again and again.

use crate::bot::settings::WaitSettings;
use crate::link::Venue;
use crate::protocol::{OrderStatus, Purpose};
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

/// Looks at an order once.
pub(super) async fn fill_status(venue: &Venue, order: OrderId) -> FillStatus {
    let Ok(view) = venue.order(order, Purpose::Follow).await else {
        return FillStatus::default();
    };
    let done =
        view.status == OrderStatus::Executed && view.remaining.is_zero() && !view.filled.is_zero();
    FillStatus { done, filled: view.filled, remaining: view.remaining }
}

/// Waits until something of an order is seen to be filled, looking twice per poll: for fills, then
/// for a cancel.
///
/// The timeout is only compared before a round of looks, so the wait lasts longer. Only the last
/// look, after the timeout, cancels what remains, and only when it is the first to see a fill.
pub(super) async fn wait_for_fill(
    venue: &Venue,
    order: OrderId,
    settings: WaitSettings,
) -> WaitOutcome {
    let clock = venue.clock();
    let began = clock.now();
    while clock.now().since(began) < settings.timeout {
        let look = fill_status(venue, order).await;
        if !look.filled.is_zero() {
            let rest = if look.remaining.is_zero() { Rest::Gone } else { Rest::Resting };
            return WaitOutcome::Filled { filled: look.filled, rest };
        }
        let second = venue.order(order, Purpose::Follow).await;
        if second.is_ok_and(|view| view.status == OrderStatus::Canceled) {
            return WaitOutcome::Canceled;
        }
        clock.sleep(settings.poll.length()).await;
    }
    let last = fill_status(venue, order).await;
    if last.filled.is_zero() {
        return WaitOutcome::TimedOut;
    }
    let rest = if last.remaining.is_zero() {
        Rest::Gone
    } else {
        cancel_unheard(venue, order).await;
        Rest::CancelSent
    };
    WaitOutcome::Filled { filled: last.filled, rest }
}

/// Cancels an order and waits for the answer, whatever it is: an order that is filled or gone can
/// not be canceled, and a look at the order says more.
pub(super) async fn cancel_unheard(venue: &Venue, order: OrderId) {
    let _: Result<_, _> = venue.cancel(order, Purpose::Follow).await;
}
