//! The fast book.

use super::ladder::Ladder;
use super::node::NodeIndex;
use super::order::{
    BookCapacity, BookError, Canceled, Match, NewOrder, Outcome, Placed, Reduced, RestingOrder,
};
use super::slab::Slab;
use crate::market::{Tick, TimeInForce};
use crate::units::{AccountId, OrderId, Quantity, Side};

/// The resting orders of one market, in YES prices, and the matching of new ones against them.
///
/// ```
/// use fillgap::book::{Book, BookCapacity, NewOrder, Outcome};
/// use fillgap::market::{Tick, TimeInForce};
/// use fillgap::units::{AccountId, Quantity, Side};
///
/// let mut book = Book::new(99, BookCapacity::new(1_000)?);
/// let mut matches = Vec::new();
/// let mut order = NewOrder {
///     owner: AccountId::new(0),
///     side: Side::Bid,
///     tick: Tick::new(51),
///     quantity: Quantity::of_contracts(3)?,
///     time_in_force: TimeInForce::REST,
/// };
/// book.place(&order, &mut matches)?;
/// order.side = Side::Ask;
/// order.tick = Tick::new(10);
/// let placed = book.place(&order, &mut matches)?;
/// assert_eq!(placed.outcome, Outcome::Filled);
/// assert_eq!(matches[0].tick, Tick::new(51));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
// One cache line holds what every operation reads: the slab and the best levels.
#[repr(C, align(64))]
pub struct Book {
    pub(super) slab: Slab,
    pub(super) ladder: Ladder,
}

impl Book {
    /// The most ticks that a book can have.
    pub const TICKS_MAX: u32 = 1 << 17;

    /// A book without orders for a market with this many ticks.
    ///
    /// # Panics
    /// When `tick_count` is zero or above [`Book::TICKS_MAX`]: no market is like that.
    #[must_use]
    pub fn new(tick_count: u32, capacity: BookCapacity) -> Self {
        assert!(
            (1..=Self::TICKS_MAX).contains(&tick_count),
            "Invariant: a market has 1 to {} ticks, not {tick_count}",
            Self::TICKS_MAX
        );
        Self { slab: Slab::new(tick_count, capacity), ladder: Ladder::new(tick_count) }
    }

    /// The number of ticks.
    #[must_use]
    pub const fn tick_count(&self) -> u32 {
        self.slab.tick_count()
    }

    /// Lets an order in: it trades with what rests within its limit, best price first, earliest
    /// first, and the rest of it becomes what its time in force says.
    ///
    /// The matches are appended to `matches` in the order in which they happened.
    ///
    /// # Errors
    /// [`BookError::OffGrid`], [`BookError::NoQuantity`], [`BookError::TooLarge`], and
    /// [`BookError::Full`] when the book holds as many orders as it can, even if this one would
    /// not rest.
    #[inline]
    pub fn place(
        &mut self,
        order: &NewOrder,
        matches: &mut Vec<Match>,
    ) -> Result<Placed, BookError> {
        self.check(order.tick, order.quantity)?;
        let Some(node) = self.slab.take() else {
            return Err(BookError::Full { capacity: self.slab.capacity().orders() });
        };
        let id = self.slab.id(node);
        let NewOrder { owner, side, tick, quantity, time_in_force } = *order;
        if time_in_force == TimeInForce::FillOrKill && !self.can_fill(side, tick, quantity) {
            self.slab.give_back(node);
            return Ok(Placed { order: id, filled: Quantity::ZERO, outcome: Outcome::Killed });
        }
        let rests = matches!(time_in_force, TimeInForce::GoodTillCanceled { .. });
        let Some(best) = self.ladder.best_within(side.opposite(), tick) else {
            let outcome = if rests {
                self.rest(node, owner, side, tick, quantity);
                Outcome::Rests { remaining: quantity }
            } else {
                self.slab.give_back(node);
                Outcome::Canceled { remaining: quantity }
            };
            return Ok(Placed { order: id, filled: Quantity::ZERO, outcome });
        };
        let remaining = self.take_from(best, id, side, tick, quantity, matches);
        let outcome = if remaining.is_zero() {
            self.slab.give_back(node);
            Outcome::Filled
        } else if rests {
            self.rest(node, owner, side, tick, remaining);
            Outcome::Rests { remaining }
        } else {
            self.slab.give_back(node);
            Outcome::Canceled { remaining }
        };
        Ok(Placed { order: id, filled: quantity - remaining, outcome })
    }

    /// Lets an order of this size come and go without a trade: it is canceled whole, and its id is
    /// used up.
    ///
    /// # Errors
    /// [`BookError::NoQuantity`], [`BookError::TooLarge`], and [`BookError::Full`] as for
    /// [`Book::place`].
    pub fn pass(&mut self, quantity: Quantity) -> Result<Placed, BookError> {
        self.check(Tick::new(0), quantity)?;
        let Some(node) = self.slab.take() else {
            return Err(BookError::Full { capacity: self.slab.capacity().orders() });
        };
        let order = self.slab.id(node);
        self.slab.give_back(node);
        let outcome = Outcome::Canceled { remaining: quantity };
        Ok(Placed { order, filled: Quantity::ZERO, outcome })
    }

    /// Takes an order out of the book, or `None` when it does not rest here.
    #[inline]
    pub fn cancel(&mut self, order: OrderId) -> Option<Canceled> {
        let node = self.slab.find(order)?;
        let RestingOrder { owner, side, tick, remaining, .. } = self.resting(node);
        self.remove(node, side, tick);
        self.slab.give_back(node);
        Some(Canceled { owner, side, tick, remaining })
    }

    /// Makes an order smaller. It keeps its place in the queue.
    ///
    /// # Errors
    /// [`BookError::NotResting`]; [`BookError::NoQuantity`] for a new remaining quantity of zero
    /// (which is [`Book::cancel`]); [`BookError::NotLess`].
    #[inline]
    pub fn reduce(
        &mut self,
        order: OrderId,
        new_remaining: Quantity,
    ) -> Result<Reduced, BookError> {
        let node = self.slab.find(order).ok_or(BookError::NotResting { order })?;
        if new_remaining.is_zero() {
            return Err(BookError::NoQuantity);
        }
        let RestingOrder { owner, side, tick, remaining, .. } = self.resting(node);
        if new_remaining >= remaining {
            return Err(BookError::NotLess { order, found: new_remaining, remaining });
        }
        let removed = remaining - new_remaining;
        let nodes = self.slab.nodes.as_mut_slice();
        nodes[node as usize].set_quantity(new_remaining);
        nodes[tick.index() as usize].take_from_total(removed);
        Ok(Reduced { owner, side, tick, removed })
    }

    /// Gives an order a new limit price and remaining quantity. It keeps its id and its side,
    /// trades like a new order if it can, and what is left rests at the end of the queue.
    ///
    /// # Errors
    /// [`BookError::NotResting`], [`BookError::OffGrid`], [`BookError::NoQuantity`],
    /// [`BookError::TooLarge`]. The order stays as it was.
    #[inline]
    pub fn replace(
        &mut self,
        order: OrderId,
        tick: Tick,
        quantity: Quantity,
        matches: &mut Vec<Match>,
    ) -> Result<Placed, BookError> {
        let node = self.slab.find(order).ok_or(BookError::NotResting { order })?;
        self.check(tick, quantity)?;
        let RestingOrder { owner, side, tick: old_tick, .. } = self.resting(node);
        self.remove(node, side, old_tick);
        let remaining = self.take_within(order, side, tick, quantity, matches);
        let outcome = if remaining.is_zero() {
            self.slab.give_back(node);
            Outcome::Filled
        } else {
            self.rest(node, owner, side, tick, remaining);
            Outcome::Rests { remaining }
        };
        Ok(Placed { order, filled: quantity - remaining, outcome })
    }

    /// An order that rests in the book.
    #[must_use]
    pub fn order(&self, order: OrderId) -> Option<RestingOrder> {
        self.slab.find(order).map(|node| self.resting(node))
    }

    /// The order in a node.
    #[inline]
    pub(super) fn resting(&self, node: NodeIndex) -> RestingOrder {
        let found = &self.slab.nodes[node as usize];
        RestingOrder {
            order: self.slab.id(node),
            owner: found.owner,
            side: found.side(),
            tick: found.tick(),
            remaining: found.quantity(),
        }
    }

    /// Puts an order that is in no level at the end of one.
    #[inline]
    fn rest(&mut self, node: NodeIndex, owner: AccountId, side: Side, tick: Tick, left: Quantity) {
        if self.slab.append(node, owner, side, tick, left) {
            self.ladder.fill_level(side, tick);
        }
    }

    /// Takes an order out of its level. Its slot stays taken.
    #[inline]
    fn remove(&mut self, node: NodeIndex, side: Side, tick: Tick) {
        if self.slab.unlink(node) {
            self.ladder.empty_level(side, tick);
        }
    }

    /// Whether an order may have this limit and this size.
    #[inline]
    pub(super) fn check(&self, tick: Tick, quantity: Quantity) -> Result<(), BookError> {
        let may_enter = tick.index() < self.slab.tick_count()
            && !quantity.is_zero()
            && quantity <= Quantity::MAX;
        if may_enter { Ok(()) } else { Err(self.refusal(tick, quantity)) }
    }

    /// Why an order may not have this limit or this size.
    #[cold]
    fn refusal(&self, tick: Tick, quantity: Quantity) -> BookError {
        let tick_count = self.slab.tick_count();
        if tick.index() >= tick_count {
            BookError::OffGrid { found: tick.index(), tick_count }
        } else if quantity.is_zero() {
            BookError::NoQuantity
        } else {
            BookError::TooLarge { found: quantity }
        }
    }
}
