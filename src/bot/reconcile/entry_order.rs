//! Open records of the entry that tracks its orders, in both readings of the analysis: compared
//! with the live contracts, or with the fills of their own entry order.

use std::collections::{BTreeMap, BTreeSet};

use crate::bot::follow::filled_counter;
use crate::bot::position_record::{EntryOrder, Stage};
use crate::bot::positions::Positions;
use crate::bot::reconcile::LiveMarket;
use crate::bot::settings::OrderSchema;
use crate::protocol::record::BeliefCause;
use crate::protocol::{OrderStatus, OrderView};
use crate::units::{OrderId, Position, Side};

/// Lowers every stake that is above the market's live contracts to them.
///
/// The live contracts of one market can not be told apart by order, so each record is compared
/// with all of them. A stake is never raised: one that was lowered before its order filled stays.
pub(super) fn lower_to_live(positions: &Positions, account: &LiveMarket<'_>) {
    let live = Position::of(Side::Bid, account.live);
    for record in account.newest_first(positions) {
        if record.stage == Stage::Open {
            positions.change(record.id, BeliefCause::Reconciled, |record| {
                record.stake = record.stake.min(live);
            });
        }
    }
}

/// Sets every open record's stake to what its entry order filled, less what was taken off as sold.
///
/// A record whose order is final and that holds nothing is settled; so is one whose order was
/// refused. An order that the read does not show yet leaves its record as it is.
pub(super) fn follow(positions: &Positions, schema: OrderSchema, views: &[OrderView]) {
    let by_id: BTreeMap<_, _> = views.iter().map(|view| (view.order, view)).collect();
    for record in positions.unsettled() {
        if record.stage != Stage::Open {
            continue;
        }
        let (stake, working) = match record.entry_order {
            EntryOrder::Unknown => continue,
            EntryOrder::Refused => (Position::FLAT, false),
            EntryOrder::Known(order) => {
                let Some(view) = by_id.get(&order.id) else { continue };
                let filled = filled_counter(schema, view, order.filled_at_once);
                let held = filled.unwrap_or_default().saturating_sub(record.exited);
                (Position::of(Side::Bid, held), view.status == OrderStatus::Resting)
            }
        };
        positions.change(record.id, BeliefCause::Reconciled, |record| {
            record.stake = stake;
            if stake.is_flat() && !working {
                record.stage = Stage::Settled;
            }
        });
    }
}

/// The orders that rest.
pub(super) fn resting(views: &[OrderView]) -> BTreeSet<OrderId> {
    let resting = views.iter().filter(|view| view.status == OrderStatus::Resting);
    resting.map(|view| view.order).collect()
}
