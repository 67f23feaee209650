//! The pass after each reconciling, which books what is over.

use crate::bot::position_record::{Outcome, PositionRecord, Stage};
use crate::bot::positions::booked_fee;
use crate::bot::shared::Shared;
use crate::protocol::Purpose;
use crate::protocol::record::{BeliefCause, PassFailure};
use crate::units::{Cash, Price};

/// The older pass: settles what is not held, exits under way included, and books for each the
/// average of what the others seem to gain.
///
/// # Errors
/// Without any other record there is nothing to average over; the record stays settled.
pub(super) async fn average(shared: &Shared) -> Result<(), PassFailure> {
    let positions = &shared.positions;
    let held = shared.held(Purpose::Reconcile).await;
    for record in positions.unsettled() {
        if held.contains_key(&record.key()) {
            continue;
        }
        positions.change(record.id, BeliefCause::Reconciled, |record| {
            record.stage = Stage::Settled;
        });
        let others = positions.unsettled();
        let mut gains = 0;
        for other in &others {
            gains += unrealised(shared, other).await.millionths();
        }
        let Some(average) = i64::try_from(others.len()).ok().and_then(|n| gains.checked_div(n))
        else {
            return Err(PassFailure::EmptyAverage);
        };
        positions.book_amount(record.id, Cash::from_millionths(average));
    }
    Ok(())
}

/// What a record seems to gain at a quote that is read for it: YES contracts alone, nothing
/// without a price.
async fn unrealised(shared: &Shared, record: &PositionRecord) -> Cash {
    let contracts = record.stake.long();
    match (record.outcome, price(shared, record).await) {
        (Outcome::Yes, Some(price)) => {
            price.times(contracts) - record.entry_price.times(contracts) - booked_fee(contracts)
        }
        _ => Cash::ZERO,
    }
}

async fn price(shared: &Shared, record: &PositionRecord) -> Option<Price> {
    let quote = shared.venue.quote(record.market, Purpose::Decide).await.unwrap_or_default();
    quote.bid.or(quote.ask)
}

/// The newer pass: leaves exits under way alone, settles what is not held, and lowers a stake that
/// is above what is held, without booking.
pub(super) async fn lower(shared: &Shared) {
    let positions = &shared.positions;
    let held = shared.held(Purpose::Reconcile).await;
    for record in positions.unsettled() {
        if matches!(record.stage, Stage::Closing(_)) {
            continue;
        }
        match held.get(&record.key()) {
            None => {
                positions.change(record.id, BeliefCause::Reconciled, |record| {
                    record.stage = Stage::Settled;
                });
                let seen = match record.last_exit_price {
                    Some(price) => Some(price),
                    None => price(shared, &record).await,
                };
                if let Some(price) = seen {
                    positions.book(record.id, record.stake.long(), price);
                }
            }
            Some(held) if held.contracts < record.contracts() => {
                positions.change(record.id, BeliefCause::Reconciled, |record| {
                    record.set_contracts(held.contracts);
                });
            }
            Some(_) => {}
        }
    }
}
