//! The older exit: sends the whole stake and never looks.

use crate::bot::exit::{Call, order, purpose};
use crate::bot::position_record::{PositionRecord, Stage};
use crate::bot::shared::Shared;
use crate::protocol::record::BeliefCause;

/// Sends a plain order for the stake and marks the record as closing, whatever the answer is.
/// Nothing takes the mark off again, so what the order did not sell is never watched any more.
pub(super) async fn sell(shared: &Shared, record: &PositionRecord, call: Call) {
    let order = order(shared, record, record.contracts(), call.price);
    let _: Result<_, _> = shared.venue.create(order, purpose(record, call)).await;
    shared.positions.change(record.id, BeliefCause::ExitSent, |record| {
        if record.stage == Stage::Open {
            record.stage = Stage::Closing(None);
            record.last_exit_price = Some(call.price);
        }
    });
}
