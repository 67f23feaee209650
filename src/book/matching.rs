//! Matching: what a taker does to the other side.

use super::fast::Book;
use super::order::Match;
use crate::market::Tick;
use crate::units::{OrderId, Quantity, Side};

impl Book {
    /// Trades a taker with what rests within its limit, best price first, earliest first.
    ///
    /// Returns what is left of the taker.
    pub(super) fn take_within(
        &mut self,
        taker: OrderId,
        side: Side,
        limit: Tick,
        quantity: Quantity,
        matches: &mut Vec<Match>,
    ) -> Quantity {
        let mut left = quantity;
        while let Some(tick) = self.ladder.best_within(side.opposite(), limit) {
            left = self.take_level(taker, tick, left, matches);
            if !self.slab.head(tick).quantity.is_zero() {
                break;
            }
            self.ladder.empty_level(side.opposite(), tick);
            if left.is_zero() {
                break;
            }
        }
        left
    }

    /// Trades a taker with the orders of one level, earliest first.
    ///
    /// Returns what is left of the taker: something only when the level is empty now.
    fn take_level(
        &mut self,
        taker: OrderId,
        tick: Tick,
        quantity: Quantity,
        matches: &mut Vec<Match>,
    ) -> Quantity {
        let head = tick.index();
        let mut left = quantity;
        let mut maker = self.slab.head(tick).next;
        while maker != head && !left.is_zero() {
            let node = self.slab.nodes[maker as usize];
            let traded = node.quantity.min(left);
            let maker_remaining = node.quantity - traded;
            left -= traded;
            matches.push(Match {
                maker: self.slab.id(maker),
                maker_owner: self.slab.identity(maker).owner,
                taker,
                tick,
                quantity: traded,
                maker_remaining,
            });
            if maker_remaining.is_zero() {
                self.slab.give_back(maker);
                maker = node.next;
            } else {
                self.slab.nodes[maker as usize].quantity = maker_remaining;
            }
        }
        let level = &mut self.slab.nodes[head as usize];
        level.next = maker;
        level.quantity -= quantity - left;
        self.slab.nodes[maker as usize].prev = head;
        left
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
