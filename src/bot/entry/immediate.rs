//! Books the wanted quantity the moment the order is sent: the original entry.

use crate::bot::entry::{EntryOutcome, purpose};
use crate::bot::positions::EntryOrder;
use crate::bot::shared::Shared;
use crate::bot::strategy::Signal;
use crate::link::RequestError;
use crate::protocol::CreateOrder;
use crate::protocol::record::{BeliefCause, EntryResult};

/// Books the quantity that was wanted, even when the cap let only part of it be sent, and does not
/// read the reply: a refused order leaves its record, one answered with an error does too. Only a
/// request that is never answered leaves none, whatever became of its order.
pub(super) async fn enter(shared: &Shared, signal: &Signal, order: CreateOrder) -> EntryOutcome {
    let stake = signal.quantity;
    let cause = BeliefCause::EntryAssumed;
    let record = shared.positions.open(signal, stake, EntryOrder::Unknown, cause);
    if shared.venue.create(order, purpose(signal)).await == Err(RequestError::Unanswered) {
        shared.positions.take_back(record);
        return EntryOutcome::nothing(EntryResult::Failed);
    }
    EntryOutcome { result: EntryResult::Assumed, filled: stake }
}
