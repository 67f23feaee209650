//! The model bot's exit: no more than is held, below the bid, and nothing left behind.

use crate::bot::exit::{Call, order, purpose};
use crate::bot::position_record::{ExitOrder, FollowedOrder, PositionRecord};
use crate::bot::reference_wait;
use crate::bot::settings::ReferenceExitSettings;
use crate::bot::shared::Shared;
use crate::link::RequestError;
use crate::protocol::Purpose;
use crate::protocol::record::{Decision, PassFailure, Wait};
use crate::units::Price;

/// Sells the stake, or what is held when that is less and not nothing, then takes off what the
/// wait counts as filled.
pub(super) async fn sell(
    shared: &Shared,
    settings: ReferenceExitSettings,
    record: &PositionRecord,
    call: Call,
) -> Result<(), PassFailure> {
    let positions = &shared.positions;
    let held = shared.held(Purpose::Decide).await;
    let stake = record.contracts();
    let quantity = held.get(&record.key()).map_or(stake, |held| held.contracts.min(stake));
    let below = settings.below_cents.saturating_mul(100);
    let price = call.price.down(below).unwrap_or(Price::ZERO);
    let order = order(shared, record, quantity, price);
    let created = match shared.venue.create(order, purpose(record, call)).await {
        Ok(created) => created,
        Err(RequestError::Unanswered) => return Err(PassFailure::ExitUnanswered),
        Err(_) => return Ok(()),
    };
    let followed = FollowedOrder { id: created.order, filled_at_once: created.filled };
    positions.exit_sent(record.id, ExitOrder { order: followed, quantity, limit_price: price });
    shared.decide(Decision::WaitBegan(Wait::Exit));
    let wait = settings.wait;
    let filled = reference_wait::wait(shared, followed, record.market, quantity, wait).await;
    shared.decide(Decision::WaitEnded(Wait::Exit));
    let filled = filled.min(stake);
    if filled.is_zero() {
        positions.exit_abandoned(record.id);
    } else {
        positions.exit_filled_in_part(record.id, price, filled);
    }
    Ok(())
}
