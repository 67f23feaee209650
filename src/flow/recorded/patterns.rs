//! Which removals of one exchange event can be the fills of a taker.

use crate::flow::capture::{Change, Moment, Movement, RecordedBook};
use crate::units::{Price, Quantity, Side};

/// How sure it is that a run of removals is a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likelihood {
    /// The event ends by adding to the other side at a price that would have crossed: a taker
    /// filled and rested the remainder. Nothing but a trade explains it.
    Certain,
    /// Several removals of one instant, best level outward, each level emptied before the next.
    Sweep,
    /// One removal at the best level.
    Single,
}

/// All removals of one side in one exchange event, if they can be the fills of a taker: they go
/// from the best level outward, empty each level before the next, and nothing is added to the side
/// (that would be the amend of an order).
///
/// Where an order that would have crossed comes before the removals, they are no fills: it rests
/// whole, and what it would have met leaves. The ticker's volume does not count these contracts
/// (observed in 153 events of 12 recordings of May 2026), so they must be its owner's own orders,
/// canceled by the rule against trading with oneself (assumed: no owner is recorded).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// The side of the makers.
    pub(super) side: Side,
    pub(super) likelihood: Likelihood,
    /// Contracts, all levels together.
    pub(super) quantity: Quantity,
    /// Price and contracts of the last removal: that of the last maker.
    pub(super) last: (Price, Quantity),
}

/// The run of one side of an event, given the book before it.
pub(super) fn run_of(moment: &Moment<'_>, side: Side, before: &RecordedBook) -> Option<Run> {
    let best = before.best(side)?;
    let crosses = |change: &Change| {
        let added = matches!(change.movement, Movement::Added(_));
        let beyond = match side {
            Side::Ask => change.price >= best,
            Side::Bid => change.price <= best,
        };
        added && change.side == side.opposite() && beyond
    };
    if moment.changes.first().is_some_and(crosses) {
        return None;
    }
    let mut levels = Outward::new(before, side);
    let mut quantity = Quantity::ZERO;
    let mut last = None;
    let mut count = 0;
    for change in moment.changes.iter().filter(|change| change.side == side) {
        let Movement::Removed(removed) = change.movement else { return None };
        if !levels.take(change.price, removed) {
            return None;
        }
        quantity += removed;
        last = Some((change.price, removed));
        count += 1;
    }
    let likelihood = match count {
        _ if moment.changes.iter().any(crosses) => Likelihood::Certain,
        1 => Likelihood::Single,
        _ => Likelihood::Sweep,
    };
    Some(Run { side, likelihood, quantity, last: last? })
}

/// Walks the levels of a side from the best outward.
struct Outward<'a> {
    levels: Box<dyn Iterator<Item = (Price, Quantity)> + 'a>,
    current: Option<(Price, Quantity)>,
}

impl<'a> Outward<'a> {
    fn new(book: &'a RecordedBook, side: Side) -> Self {
        let ascending = book.levels(side).iter().map(|(price, quantity)| (*price, *quantity));
        let mut levels: Box<dyn Iterator<Item = _> + 'a> = match side {
            Side::Bid => Box::new(ascending.rev()),
            Side::Ask => Box::new(ascending),
        };
        let current = levels.next();
        Self { levels, current }
    }

    /// Takes from the best level that is left; false when the removal is not there.
    fn take(&mut self, price: Price, removed: Quantity) -> bool {
        if self.current.is_some_and(|(_, left)| left.is_zero()) {
            self.current = self.levels.next();
        }
        match &mut self.current {
            Some((best, left)) if *best == price && *left >= removed => {
                *left -= removed;
                true
            }
            _ => false,
        }
    }
}
