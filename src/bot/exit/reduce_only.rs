//! The exit that can not oversell: an immediate-or-cancel order that may only reduce.

use crate::bot::exit::{Call, order, purpose};
use crate::bot::position_record::PositionRecord;
use crate::bot::shared::Shared;
use crate::market::TimeInForce;
use crate::protocol::{CreateOrder, PositionEffect};

/// Sells what it can at once at the price that called for it, and takes off what filled. The rest
/// stays with the record, whose next look tries again: nothing is left in the book to fill later.
/// An order that is refused, or whose outcome is not known, changes nothing.
pub(super) async fn sell(shared: &Shared, record: &PositionRecord, call: Call) {
    let order = CreateOrder {
        time_in_force: TimeInForce::ImmediateOrCancel,
        effect: PositionEffect::ReduceOnly,
        ..order(shared, record, record.contracts(), call.price)
    };
    let Ok(created) = shared.venue.create(order, purpose(record, call)).await else { return };
    if created.filled == record.contracts() {
        shared.positions.exit_filled_whole(record.id, call.price, created.filled);
    } else if !created.filled.is_zero() {
        shared.positions.exit_filled_in_part(record.id, call.price, created.filled);
    }
}
