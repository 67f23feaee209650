//! What rests in a book.

use super::fast::Book;
use super::order::{Level, RestingOrder};
use crate::market::Tick;
use crate::units::{AccountId, OrderId, Quantity, Side};

impl Book {
    /// Whether there is room for one more order.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.slab.has_room()
    }

    /// The best level of a side.
    #[must_use]
    pub fn best(&self, side: Side) -> Option<Level> {
        self.ladder.best(side).map(|tick| self.level(tick))
    }

    /// The quantity that rests at a price \[0.01 contract\].
    ///
    /// # Panics
    /// When the tick is not below [`Book::tick_count`].
    #[must_use]
    pub fn level_quantity(&self, side: Side, tick: Tick) -> Quantity {
        self.assert_on_grid(tick);
        if self.ladder.is_filled(side, tick) {
            self.slab.head(tick).total()
        } else {
            Quantity::ZERO
        }
    }

    /// The levels of a side that hold orders, best first.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = Level> + '_ {
        std::iter::successors(self.ladder.best(side), move |tick| self.ladder.worse(side, *tick))
            .map(|tick| self.level(tick))
    }

    /// The levels of a side that an order of the other side with this limit may trade with.
    pub(super) fn levels_within(&self, side: Side, limit: Tick) -> impl Iterator<Item = Level> {
        self.levels(side).take_while(move |level| self.ladder.is_as_good(side, level.tick, limit))
    }

    /// Whose orders a taker of a side with this limit would meet, in the order in which it would.
    ///
    /// # Panics
    /// When the tick is not below [`Book::tick_count`].
    pub fn owners_within(&self, taker: Side, limit: Tick) -> impl Iterator<Item = AccountId> + '_ {
        self.assert_on_grid(limit);
        let makers = taker.opposite();
        let levels = self.levels_within(makers, limit);
        levels.flat_map(move |level| self.queue(makers, level.tick)).map(|resting| resting.owner)
    }

    /// The orders that rest at a price, earliest first.
    ///
    /// # Panics
    /// When the tick is not below [`Book::tick_count`].
    pub fn queue(&self, side: Side, tick: Tick) -> impl Iterator<Item = RestingOrder> + '_ {
        self.assert_on_grid(tick);
        let head = tick.index();
        let is_order = move |node: &u32| *node != head;
        let first = self.slab.head(tick).next;
        let first = Some(first).filter(|_| self.ladder.is_filled(side, tick));
        std::iter::successors(first, |node| Some(self.slab.nodes[*node as usize].next))
            .take_while(is_order)
            .map(|node| self.resting(node))
    }

    /// The quantity ahead of an order at its price \[0.01 contract\], or `None` when the order does
    /// not rest here.
    #[must_use]
    pub fn quantity_ahead(&self, order: OrderId) -> Option<Quantity> {
        let node = self.slab.find(order)?;
        let head = self.slab.nodes[node as usize].tick().index();
        let mut ahead = Quantity::ZERO;
        let mut earlier = self.slab.nodes[node as usize].prev;
        while earlier != head {
            ahead += self.slab.nodes[earlier as usize].quantity();
            earlier = self.slab.nodes[earlier as usize].prev;
        }
        Some(ahead)
    }

    /// Stops the program when a tick is not one of the market's.
    pub(super) fn assert_on_grid(&self, tick: Tick) {
        let (found, tick_count) = (tick.index(), self.tick_count());
        assert!(found < tick_count, "Invariant: tick {found} of a market with {tick_count}");
    }

    fn level(&self, tick: Tick) -> Level {
        Level { tick, quantity: self.slab.head(tick).total() }
    }
}
