//! The exit that keeps its order's id and looks after it.
//!
//! It sends a plain order for the stake, waits for it, and keeps looking in later passes. It never
//! compares the stake with what is held, never reprices, and cancels only where the wait does, so
//! exits that were given up on still rest beside their successors, as in the original.

use crate::bot::exit::{Attention, Call, order, purpose};
use crate::bot::follow::{self, WaitOutcome};
use crate::bot::position_record::{ExitOrder, FollowedOrder, PositionRecord};
use crate::bot::settings::WaitSettings;
use crate::bot::shared::Shared;
use crate::link::RequestError;
use crate::protocol::record::{Decision, PassFailure, Wait};
use crate::units::RecordId;

/// Sells a record's stake at the price that called for it, and waits.
pub(super) async fn sell(
    shared: &Shared,
    wait: WaitSettings,
    record: &PositionRecord,
    call: Call,
) -> Result<(), PassFailure> {
    let positions = &shared.positions;
    let quantity = record.contracts();
    let order = order(shared, record, quantity, call.price);
    let created = match shared.venue.create(order, purpose(record, call)).await {
        Ok(created) => created,
        Err(RequestError::Unanswered) => return Err(PassFailure::ExitUnanswered),
        // A refused exit changes nothing; the next pass tries again.
        Err(_) => return Ok(()),
    };
    let followed = FollowedOrder { id: created.order, filled_at_once: created.filled };
    let exit = ExitOrder { order: followed, quantity, limit_price: call.price };
    positions.exit_sent(record.id, exit);
    shared.decide(Decision::WaitBegan(Wait::Exit));
    let outcome = follow::wait_for_fill(shared, exit.order, wait).await;
    shared.decide(Decision::WaitEnded(Wait::Exit));
    match outcome {
        WaitOutcome::Filled { filled, .. } if filled < quantity => {
            positions.exit_filled_in_part(record.id, exit.limit_price, filled);
        }
        // Sold in full: the record stays as it is until it is reconciled.
        WaitOutcome::Filled { .. } => {}
        WaitOutcome::Canceled | WaitOutcome::TimedOut => positions.exit_abandoned(record.id),
    }
    Ok(())
}

/// Looks at the exit once.
pub(super) async fn look_after(shared: &Shared, record: RecordId, exit: ExitOrder) -> Attention {
    let positions = &shared.positions;
    let look = follow::fill_status(shared, exit.order).await;
    if look.done {
        return Attention::Done;
    }
    if look.remaining.is_zero() {
        // Canceled, expired, or the look failed: all are taken for an exit that sold nothing.
        positions.exit_abandoned(record);
        return Attention::PriceCheck;
    }
    if !look.filled.is_zero() {
        positions.exit_filled_in_part(record, exit.limit_price, look.filled);
    }
    Attention::Done
}
