//! Books the wanted quantity the moment the order is sent: the original entry.

use crate::bot::entry::{EntryOutcome, purpose};
use crate::bot::positions::EntryOrder;
use crate::bot::shared::Shared;
use crate::bot::strategy::Signal;
use crate::protocol::CreateOrder;
use crate::protocol::record::{BeliefCause, EntryResult};

/// Books the quantity that was wanted, even when the cap let only part of it be sent, and does not
/// read the reply: a refused order leaves its record.
pub(super) async fn enter(shared: &Shared, signal: &Signal, order: CreateOrder) -> EntryOutcome {
    let stake = signal.quantity;
    shared.positions.open(signal, stake, EntryOrder::Unknown, BeliefCause::EntryAssumed);
    let _: Result<_, _> = shared.venue.create(order, purpose(signal)).await;
    EntryOutcome { result: EntryResult::Assumed, filled: stake }
}
