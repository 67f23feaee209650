//! Records whose exit is under way.

use crate::bot::position_record::{EntryOrder, Stage};
use crate::bot::positions::Positions;
use crate::bot::reconcile::LiveMarket;
use crate::protocol::record::BeliefCause;
use crate::units::{Position, Quantity, Side};

/// Takes missing contracts from the records whose exit is under way, newest first: they are taken
/// for sold. Returns what is still missing.
///
/// A record that keeps some contracts books the profit of the others and is open again; the exit
/// order is neither followed nor canceled. A record that keeps none is settled, without booking a
/// profit, as in the original; it stays open while its entry order is known to rest.
pub(super) fn take(positions: &Positions, account: &LiveMarket<'_>, missing: Quantity) -> Quantity {
    let mut missing = missing;
    for record in account.newest_first(positions) {
        let Stage::Closing(exit) = record.stage else { continue };
        let Some(price) = exit.map(|exit| exit.limit_price).or(record.last_exit_price) else {
            continue;
        };
        let sold = missing.min(record.stake.long());
        if sold.is_zero() {
            continue;
        }
        missing -= sold;
        let left = record.stake - Position::of(Side::Bid, sold);
        let may_grow = match record.entry_order {
            EntryOrder::Known(order) => account.resting.contains(&order.id),
            EntryOrder::Unknown | EntryOrder::Refused => false,
        };
        positions.change(record.id, BeliefCause::Reconciled, |record| {
            record.take_sold(sold);
            let over = left.is_flat() && !may_grow;
            record.stage = if over { Stage::Settled } else { Stage::Open };
        });
        if !left.is_flat() {
            positions.book(record.id, sold, price);
        }
    }
    missing
}
