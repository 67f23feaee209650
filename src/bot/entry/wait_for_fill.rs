//! Option 1 of the original's analysis: waits for a fill and books what filled.

use crate::bot::entry::{EntryOutcome, purpose};
use crate::bot::follow::{self, Rest, WaitOutcome};
use crate::bot::position_record::{EntryOrder, FollowedOrder};
use crate::bot::settings::{RemainderPolicy, WaitForFillSettings};
use crate::bot::shared::Shared;
use crate::bot::strategy::Signal;
use crate::protocol::CreateOrder;
use crate::protocol::record::{BeliefCause, Decision, EntryResult, Wait};
use crate::units::Quantity;

/// Waits, and books a record once the filled quantity is known. A refused order, and one that
/// filled nothing, leaves no record.
pub(super) async fn enter(
    shared: &Shared,
    signal: &Signal,
    order: CreateOrder,
    settings: WaitForFillSettings,
) -> EntryOutcome {
    let Ok(created) = shared.venue.create(order, purpose(signal)).await else {
        return EntryOutcome::nothing(EntryResult::Failed);
    };
    shared.decide(Decision::WaitBegan(Wait::Entry));
    let followed = FollowedOrder { id: created.order, filled_at_once: created.filled };
    let filled = filled(shared, followed, settings).await;
    shared.decide(Decision::WaitEnded(Wait::Entry));
    if !filled.is_zero() {
        let entry_order = EntryOrder::Known(followed);
        shared.positions.open(signal, filled, entry_order, BeliefCause::EntryConfirmed);
    }
    EntryOutcome::known(signal, filled)
}

/// The quantity that filled, as far as the wait and what follows it show.
async fn filled(shared: &Shared, order: FollowedOrder, settings: WaitForFillSettings) -> Quantity {
    match follow::wait_for_fill(shared, order, settings.wait).await {
        WaitOutcome::Filled { filled, rest } => match (settings.after_partial, rest) {
            (RemainderPolicy::Leave, _) | (RemainderPolicy::Cancel, Rest::Gone) => filled,
            (RemainderPolicy::Cancel, Rest::Resting) => {
                follow::cancel_unheard(&shared.venue, order.id).await;
                reread(shared, order, filled).await
            }
            (RemainderPolicy::Cancel, Rest::CancelSent) => reread(shared, order, filled).await,
        },
        WaitOutcome::Canceled => Quantity::ZERO,
        WaitOutcome::TimedOut => match settings.after_timeout {
            RemainderPolicy::Leave => Quantity::ZERO,
            RemainderPolicy::Cancel => {
                follow::cancel_unheard(&shared.venue, order.id).await;
                reread(shared, order, Quantity::ZERO).await
            }
        },
    }
}

/// The filled quantity after a cancel. A read that fails, or is older than what is known, leaves
/// what is known.
async fn reread(shared: &Shared, order: FollowedOrder, known: Quantity) -> Quantity {
    follow::fill_status(shared, order).await.filled.max(known)
}
