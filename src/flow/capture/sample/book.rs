//! The made-up market's book, order by order.

use std::collections::BTreeMap;

use crate::flow::capture::{Change, Movement};
use crate::market::{PriceLevelStructure, Tick};
use crate::units::{Price, Quantity, Side};

/// Who owns an order.
pub(super) type Person = u64;

#[derive(Clone, Copy, Debug)]
struct SampleOrder {
    owner: Person,
    quantity: Quantity,
}

/// The orders at each tick, earliest first.
type SideOrders = BTreeMap<Tick, Vec<SampleOrder>>;

/// All orders, and what the event at hand changed.
#[derive(Debug)]
pub(super) struct SampleBook {
    grid: PriceLevelStructure,
    bids: SideOrders,
    asks: SideOrders,
    changes: Vec<Change>,
    /// Contracts matched so far.
    pub(super) matched: Quantity,
    /// Price and contracts of the last match.
    pub(super) last: Option<(Price, Quantity)>,
}

impl SampleBook {
    pub(super) const fn new(grid: PriceLevelStructure) -> Self {
        Self {
            grid,
            bids: BTreeMap::new(),
            asks: BTreeMap::new(),
            changes: Vec::new(),
            matched: Quantity::ZERO,
            last: None,
        }
    }

    pub(super) const fn grid(&self) -> &PriceLevelStructure {
        &self.grid
    }

    /// Hands over the changes since the last call.
    pub(super) fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// The best tick of a side.
    pub(super) fn best(&self, side: Side) -> Option<Tick> {
        match side {
            Side::Bid => self.bids.keys().next_back().copied(),
            Side::Ask => self.asks.keys().next().copied(),
        }
    }

    /// The levels of a side, lowest price first.
    pub(super) fn levels(
        &self,
        side: Side,
    ) -> impl DoubleEndedIterator<Item = (Price, Quantity)> + '_ {
        self.side(side).iter().map(|(tick, orders)| {
            (self.grid.price_of(*tick), orders.iter().map(|order| order.quantity).sum())
        })
    }

    /// How many orders a side has.
    pub(super) fn order_count(&self, side: Side) -> usize {
        self.side(side).values().map(Vec::len).sum()
    }

    /// Where the n-th order of a side is, lowest price first.
    pub(super) fn nth(&self, side: Side, nth: usize) -> Option<(Tick, usize, Person)> {
        let mut places = self.side(side).iter().flat_map(|(tick, orders)| {
            orders.iter().enumerate().map(|(place, order)| (*tick, place, order.owner))
        });
        places.nth(nth)
    }

    /// Rests an order. It must not cross.
    pub(super) fn rest(&mut self, side: Side, tick: Tick, owner: Person, quantity: Quantity) {
        self.side_mut(side).entry(tick).or_default().push(SampleOrder { owner, quantity });
        self.note(side, tick, Movement::Added(quantity));
    }

    /// Removes an order.
    pub(super) fn remove(&mut self, side: Side, tick: Tick, place: usize) -> Quantity {
        let orders =
            self.side_mut(side).get_mut(&tick).expect("Invariant: the place was looked up");
        let quantity = orders.remove(place).quantity;
        if orders.is_empty() {
            self.side_mut(side).remove(&tick);
        }
        self.note(side, tick, Movement::Removed(quantity));
        quantity
    }

    /// Fills a taker from the best orders of `makers` outward, as far as `limit`, and returns what
    /// did not fill.
    pub(super) fn take(&mut self, makers: Side, limit: Tick, quantity: Quantity) -> Quantity {
        let mut left = quantity;
        while let Some(tick) = self.best(makers).filter(|tick| within(makers, *tick, limit)) {
            if left.is_zero() {
                break;
            }
            let orders = self.side_mut(makers).get_mut(&tick).expect("Invariant: the best level");
            let filled = orders[0].quantity.min(left);
            left -= filled;
            self.matched += filled;
            self.last = Some((self.grid.price_of(tick), filled));
            let orders = self.side_mut(makers).get_mut(&tick).expect("Invariant: the best level");
            if orders[0].quantity == filled {
                self.remove(makers, tick, 0);
            } else {
                orders[0].quantity -= filled;
                self.note(makers, tick, Movement::Removed(filled));
            }
        }
        left
    }

    /// The owner of all orders at the best level of a side, if it is one.
    pub(super) fn only_owner(&self, side: Side) -> Option<(Tick, Person)> {
        let tick = self.best(side)?;
        let orders = &self.side(side)[&tick];
        let owner = orders[0].owner;
        orders.iter().all(|order| order.owner == owner).then_some((tick, owner))
    }

    fn note(&mut self, side: Side, tick: Tick, movement: Movement) {
        let price = self.grid.price_of(tick);
        self.changes.push(Change { side, price, movement });
    }

    const fn side(&self, side: Side) -> &SideOrders {
        match side {
            Side::Bid => &self.bids,
            Side::Ask => &self.asks,
        }
    }

    const fn side_mut(&mut self, side: Side) -> &mut SideOrders {
        match side {
            Side::Bid => &mut self.bids,
            Side::Ask => &mut self.asks,
        }
    }
}

/// Whether a maker at `tick` is as good as the taker's limit.
fn within(makers: Side, tick: Tick, limit: Tick) -> bool {
    match makers {
        Side::Bid => tick >= limit,
        Side::Ask => tick <= limit,
    }
}
