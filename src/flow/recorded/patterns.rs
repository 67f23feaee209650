//! Which removals of one exchange event can be the fills of a taker.

use crate::flow::capture::{Moment, Movement, RecordedBook};
use crate::units::{Price, Quantity, Side};

/// How sure it is that a run of removals is a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likelihood {
    /// The same event adds to the other side at a price that would have crossed: a taker filled
    /// and rested the remainder. Nothing but a trade explains it.
    Certain,
    /// Several removals of one instant, best level outward, each level emptied before the next.
    Sweep,
    /// One removal at the best level.
    Single,
}

/// All removals of one side in one exchange event, if they can be the fills of a taker: they go
/// from the best level outward, empty each level before the next, and nothing is added to the side
/// (that would be the amend of an order).
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
    let of_side = || moment.changes.iter().filter(|change| change.side == side);
    let mut quantity = Quantity::ZERO;
    let mut last = None;
    let mut count = 0;
    // The level that removals are at, and what it still holds.
    let mut levels = Outward::new(before, side);
    for change in of_side() {
        let Movement::Removed(removed) = change.movement else { return None };
        if !levels.take(change.price, removed) {
            return None;
        }
        quantity += removed;
        last = Some((change.price, removed));
        count += 1;
    }
    let last = last?;
    let crossed = |price: Price| match side {
        Side::Ask => before.best(Side::Ask).is_some_and(|best| price >= best),
        Side::Bid => before.best(Side::Bid).is_some_and(|best| price <= best),
    };
    let rested = moment.changes.iter().any(|change| {
        let added = matches!(change.movement, Movement::Added(_));
        added && change.side == side.opposite() && crossed(change.price)
    });
    let likelihood = match (rested, count) {
        (true, _) => Likelihood::Certain,
        (false, 1) => Likelihood::Single,
        (false, _) => Likelihood::Sweep,
    };
    Some(Run { side, likelihood, quantity, last })
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
