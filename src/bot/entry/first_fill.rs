//! The fix as it was shipped: one look, a short wait, no cancel.

use crate::bot::entry::{EntryOutcome, purpose};
use crate::bot::follow::{self, WaitOutcome};
use crate::bot::position_record::{EntryOrder, FollowedOrder};
use crate::bot::settings::FirstFillSettings;
use crate::bot::shared::Shared;
use crate::bot::strategy::Signal;
use crate::link::RequestError;
use crate::protocol::CreateOrder;
use crate::protocol::record::{BeliefCause, Decision, EntryResult, Wait};
use crate::units::Quantity;

/// Books what the first look shows as filled, or else what the wait does. What did not fill goes on
/// resting, and so does an order that filled nothing.
///
/// An answer without an order id, which every refusal is, books the quantity that was wanted. An
/// order that is not answered in time leaves no record.
pub(super) async fn enter(
    shared: &Shared,
    signal: &Signal,
    order: CreateOrder,
    settings: FirstFillSettings,
) -> EntryOutcome {
    let created = match shared.venue.create(order, purpose(signal)).await {
        Ok(created) => created,
        Err(RequestError::Unanswered) => return EntryOutcome::nothing(EntryResult::Failed),
        Err(_) => {
            let (stake, cause) = (signal.quantity, BeliefCause::EntryAssumed);
            shared.positions.open(signal, stake, EntryOrder::Refused, cause);
            return EntryOutcome { result: EntryResult::Assumed, filled: stake };
        }
    };
    let followed = FollowedOrder { id: created.order, filled_at_once: created.filled };
    shared.decide(Decision::WaitBegan(Wait::Entry));
    let filled = filled(shared, followed, settings).await;
    shared.decide(Decision::WaitEnded(Wait::Entry));
    if !filled.is_zero() {
        let entry_order = EntryOrder::Known(followed);
        shared.positions.open(signal, filled, entry_order, BeliefCause::EntryConfirmed);
    }
    EntryOutcome::known(signal, filled)
}

async fn filled(shared: &Shared, order: FollowedOrder, settings: FirstFillSettings) -> Quantity {
    shared.clock().sleep(settings.look_after).await;
    let look = follow::fill_status(shared, order).await;
    if !look.filled.is_zero() {
        return look.filled;
    }
    match follow::wait_for_fill(shared, order, settings.wait).await {
        WaitOutcome::Filled { filled, .. } => filled,
        WaitOutcome::Canceled | WaitOutcome::TimedOut => Quantity::ZERO,
    }
}
