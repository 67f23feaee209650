//! The rules of the original's code, in three generations: what is held and not in the list is
//! added, what is in the list and not held is settled.

use crate::bot::position_record::{PositionRecord, Stage};
use crate::bot::settings::ReconcileSettings;
use crate::bot::shared::{Held, Shared};
use crate::protocol::Purpose;
use crate::protocol::record::BeliefCause;
use crate::units::{Price, Quantity};

/// Compares key by key. Settled records count as being in the list, so what was settled too early
/// and filled later is not added; each record is compared with everything that is held under its
/// key.
pub(super) async fn compare(shared: &Shared, rules: ReconcileSettings) {
    let positions = &shared.positions;
    let held = shared.held(Purpose::Reconcile).await;
    for (key, held) in &held {
        if let Some(average) = held.average
            && !positions.has(*key)
        {
            positions.adopt(*key, held.contracts, average);
        }
    }
    for record in positions.unsettled() {
        let held = held.get(&record.key());
        match (record.stage, rules) {
            (Stage::Closing(_), ReconcileSettings::DownOnly) => {
                lower_closing(shared, &record, held.map_or(Quantity::ZERO, |held| held.contracts));
            }
            (Stage::Closing(_), _) => {}
            (_, ReconcileSettings::Reference) if held.is_some() => {
                follow(shared, &record, held);
            }
            _ if held.is_none() => settle(shared, &record),
            _ => {}
        }
    }
}

/// Settled, with nothing left. Nothing is booked.
fn settle(shared: &Shared, record: &PositionRecord) {
    shared.positions.change(record.id, BeliefCause::Reconciled, |record| {
        record.set_contracts(Quantity::ZERO);
        record.stage = Stage::Settled;
    });
}

/// A record whose exit is under way follows what is held downwards and books the difference as
/// sold. One of which nothing is held is settled, without booking. The exit itself is not canceled.
fn lower_closing(shared: &Shared, record: &PositionRecord, held: Quantity) {
    if held.is_zero() {
        return settle(shared, record);
    }
    let sold = record.contracts().saturating_sub(held);
    if sold.is_zero() {
        return;
    }
    let exit_price = record.last_exit_price;
    shared.positions.change(record.id, BeliefCause::Reconciled, |record| {
        record.set_contracts(held);
        record.exited += sold;
        record.stage = Stage::Open;
    });
    shared.positions.book(record.id, sold, exit_price.unwrap_or(Price::ZERO));
}

/// Stake and entry price become what is held; what the record cost stays as it was noted.
fn follow(shared: &Shared, record: &PositionRecord, held: Option<&Held>) {
    let Some(held) = held else { return };
    shared.positions.change(record.id, BeliefCause::Reconciled, |record| {
        record.set_contracts(held.contracts);
        record.entry_price = held.average.unwrap_or(record.entry_price);
    });
}
