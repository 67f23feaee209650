//! Matching: what a taker does to the other side.

use super::fast::Book;
use super::order::Match;
use super::slab::Slab;
use crate::market::Tick;
use crate::units::{OrderId, Quantity, Side};

/// A level after a taker was there.
enum LevelAfter {
    /// The taker filled whole.
    HoldsOrders,
    IsEmpty {
        /// What is left of the taker.
        left: Quantity,
    },
}

impl Book {
    /// Trades a taker with what rests within its limit, best price first, earliest first.
    ///
    /// Returns what is left of the taker.
    #[inline]
    pub(super) fn take_within(
        &mut self,
        taker: OrderId,
        side: Side,
        limit: Tick,
        quantity: Quantity,
        matches: &mut Vec<Match>,
    ) -> Quantity {
        match self.ladder.best_within(side.opposite(), limit) {
            Some(best) => self.take_from(best, taker, side, limit, quantity, matches),
            None => quantity,
        }
    }

    /// Trades a taker with the levels within its limit from the best on.
    pub(super) fn take_from(
        &mut self,
        best: Tick,
        taker: OrderId,
        side: Side,
        limit: Tick,
        quantity: Quantity,
        matches: &mut Vec<Match>,
    ) -> Quantity {
        let mut left = quantity;
        let mut level = Some(best);
        while let Some(tick) = level {
            left = match self.take_level(taker, tick, left, matches) {
                LevelAfter::HoldsOrders => return Quantity::ZERO,
                LevelAfter::IsEmpty { left } => left,
            };
            self.ladder.empty_level(side.opposite(), tick);
            if left.is_zero() {
                break;
            }
            level = self.ladder.best_within(side.opposite(), limit);
        }
        left
    }

    /// Trades a taker with the orders of one level, earliest first.
    #[inline]
    fn take_level(
        &mut self,
        taker: OrderId,
        tick: Tick,
        quantity: Quantity,
        matches: &mut Vec<Match>,
    ) -> LevelAfter {
        let (first_order, head) = (self.slab.tick_count(), tick.index());
        let Slab { nodes, free, .. } = &mut self.slab;
        let nodes = nodes.as_mut_slice();
        let mut left = quantity;
        let mut maker = nodes[head as usize].next;
        let after = loop {
            let node = &mut nodes[maker as usize];
            let resting = node.quantity();
            let traded = resting.min(left);
            let maker_remaining = resting - traded;
            left -= traded;
            matches.push(Match {
                maker: node.id(maker - first_order),
                maker_owner: node.owner,
                taker,
                tick,
                quantity: traded,
                maker_remaining,
            });
            if !maker_remaining.is_zero() {
                node.set_quantity(maker_remaining);
                break LevelAfter::HoldsOrders;
            }
            let next = node.next;
            free.add(node, maker);
            maker = next;
            if maker == head {
                break LevelAfter::IsEmpty { left };
            }
            if left.is_zero() {
                break LevelAfter::HoldsOrders;
            }
        };
        let level = &mut nodes[head as usize];
        level.next = maker;
        level.take_from_total(quantity - left);
        nodes[maker as usize].prev = head;
        after
    }

    /// Whether the depth within a taker's limit is at least `quantity`. Looks no further than
    /// needed.
    ///
    /// # Panics
    /// When the tick is not below [`Book::tick_count`].
    #[must_use]
    pub fn can_fill(&self, taker: Side, limit: Tick, quantity: Quantity) -> bool {
        self.assert_on_grid(limit);
        let mut depth = Quantity::ZERO;
        for level in self.levels_within(taker.opposite(), limit) {
            depth += level.quantity;
            if depth >= quantity {
                return true;
            }
        }
        quantity.is_zero()
    }

    /// The whole depth within a taker's limit \[0.01 contract\].
    ///
    /// # Panics
    /// When the tick is not below [`Book::tick_count`].
    #[must_use]
    pub fn available(&self, taker: Side, limit: Tick) -> Quantity {
        self.assert_on_grid(limit);
        self.levels_within(taker.opposite(), limit).map(|level| level.quantity).sum()
    }
}
