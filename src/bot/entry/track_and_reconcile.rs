//! Option 2 of the original's analysis: books the wanted quantity the moment the order is sent,
//! keeps the order's id, and leaves the correction to the reconciler.

use crate::bot::entry::{EntryOutcome, purpose};
use crate::bot::position_record::{EntryOrder, FollowedOrder};
use crate::bot::shared::Shared;
use crate::bot::strategy::Signal;
use crate::link::RequestError;
use crate::protocol::CreateOrder;
use crate::protocol::record::{BeliefCause, EntryResult};

/// Books the quantity that was wanted; of the reply only the order's id is used. A request that is
/// never answered leaves no record.
pub(super) async fn enter(shared: &Shared, signal: &Signal, order: CreateOrder) -> EntryOutcome {
    let stake = signal.quantity;
    let cause = BeliefCause::EntryAssumed;
    let record = shared.positions.open(signal, stake, EntryOrder::Unknown, cause);
    let entry_order = match shared.venue.create(order, purpose(signal)).await {
        Ok(created) => {
            EntryOrder::Known(FollowedOrder { id: created.order, filled_at_once: created.filled })
        }
        Err(RequestError::Unanswered) => {
            shared.positions.take_back(record);
            return EntryOutcome::nothing(EntryResult::Failed);
        }
        Err(RequestError::Rejected(_) | RequestError::Status(_)) => EntryOrder::Refused,
    };
    shared.positions.change(record, cause, |record| record.entry_order = entry_order);
    EntryOutcome { result: EntryResult::Assumed, filled: stake }
}
