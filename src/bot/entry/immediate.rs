//! Books the wanted quantity and never looks: the original entry.

use crate::bot::entry::{EntryOutcome, purpose};
use crate::bot::position_record::EntryOrder;
use crate::bot::settings::Booking;
use crate::bot::shared::Shared;
use crate::bot::strategy::Signal;
use crate::link::RequestError;
use crate::protocol::CreateOrder;
use crate::protocol::record::{BeliefCause, EntryResult};

/// Books the quantity that was wanted, even when the cap let only part of it be sent, and does not
/// read the reply: a refused order leaves its record, one answered with an error does too. Only a
/// request that is never answered leaves none, whatever became of its order.
pub(super) async fn enter(
    shared: &Shared,
    signal: &Signal,
    order: CreateOrder,
    booking: Booking,
) -> EntryOutcome {
    let stake = signal.quantity;
    let book = || {
        let cause = BeliefCause::EntryAssumed;
        shared.positions.open(signal, stake, EntryOrder::Unknown, cause)
    };
    let at_send = (booking == Booking::AtSend).then(book);
    let is_answered =
        shared.venue.create(order, purpose(signal)).await != Err(RequestError::Unanswered);
    match at_send {
        Some(record) if !is_answered => shared.positions.take_back(record),
        None if is_answered => {
            book();
        }
        _ => {}
    }
    if is_answered {
        EntryOutcome { result: EntryResult::Assumed, filled: stake }
    } else {
        EntryOutcome::nothing(EntryResult::Failed)
    }
}
