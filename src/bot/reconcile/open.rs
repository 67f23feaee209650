//! Records that are open, as the analysis of the original bot tells it: the stake is set to the
//! live quantity. An open record is never settled, as its entry may still fill.

use crate::bot::position_record::Stage;
use crate::bot::positions::Positions;
use crate::bot::reconcile::LiveMarket;
use crate::protocol::record::BeliefCause;
use crate::units::{Position, Quantity, Side};

/// Takes missing contracts from the open records, newest first, down to none each.
pub(super) fn take(positions: &Positions, account: &LiveMarket<'_>, missing: Quantity) {
    let mut missing = missing;
    for record in account.newest_first(positions) {
        if record.stage == Stage::Open {
            let taken = missing.min(record.stake.long());
            missing -= taken;
            positions.change(record.id, BeliefCause::Reconciled, |record| {
                record.stake -= Position::of(Side::Bid, taken);
            });
        }
    }
}

/// Gives contracts that no record claims to the newest open record.
pub(super) fn give(positions: &Positions, account: &LiveMarket<'_>) {
    let surplus = account.live.saturating_sub(account.believed(positions));
    let records = account.newest_first(positions);
    if let Some(newest) = records.iter().find(|record| record.stage == Stage::Open) {
        positions.change(newest.id, BeliefCause::Reconciled, |record| {
            record.stake += Position::of(Side::Bid, surplus);
        });
    }
}
