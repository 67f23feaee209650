//! The reference book: slow, plain, and the oracle of the fast one.
//!
//! It keeps all orders in one list and looks through the whole list for everything.

use super::order::{
    BookCapacity, BookError, Canceled, Level, Match, NewOrder, Outcome, Placed, Prevented, Reduced,
    RestingOrder,
};
use super::regrid::{Regrid, RegridError};
use crate::market::{SelfTradePrevention, Tick, TimeInForce};
use crate::units::{AccountId, OrderId, Quantity, Side};

/// A book that does what [`Book`](super::Book) does, in the plainest way. Its order ids count up
/// from zero.
#[derive(Clone, Debug)]
pub struct ReferenceBook {
    /// In the order of arrival: a replaced order arrives anew.
    orders: Vec<RestingOrder>,
    next_id: u64,
    tick_count: u32,
    capacity: BookCapacity,
}

/// An order on its way in.
struct Taker {
    order: OrderId,
    owner: AccountId,
    side: Side,
    limit: Tick,
    left: Quantity,
}

impl ReferenceBook {
    /// A book without orders for a market with this many ticks.
    #[must_use]
    pub const fn new(tick_count: u32, capacity: BookCapacity) -> Self {
        Self { orders: Vec::new(), next_id: 0, tick_count, capacity }
    }

    /// Does what [`Book::place`](super::Book::place) does.
    ///
    /// # Errors
    /// As there.
    pub fn place(
        &mut self,
        order: &NewOrder,
        matches: &mut Vec<Match>,
    ) -> Result<Placed, BookError> {
        self.check(order.tick, order.quantity)?;
        if self.orders.len() >= self.capacity.orders() as usize {
            return Err(BookError::Full { capacity: self.capacity.orders() });
        }
        let id = OrderId::new(self.next_id);
        self.next_id += 1;
        let kills = order.time_in_force == TimeInForce::FillOrKill;
        if kills && self.available(order.side, order.tick) < order.quantity {
            return Ok(Placed { order: id, filled: Quantity::ZERO, outcome: Outcome::Killed });
        }
        let mut taker = Taker {
            order: id,
            owner: order.owner,
            side: order.side,
            limit: order.tick,
            left: order.quantity,
        };
        self.trade(&mut taker, matches);
        let filled = order.quantity - taker.left;
        let outcome = match order.time_in_force {
            _ if taker.left.is_zero() => Outcome::Filled,
            TimeInForce::GoodTillCanceled { .. } => self.rest(&taker),
            TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill => {
                Outcome::Canceled { remaining: taker.left }
            }
        };
        Ok(Placed { order: id, filled, outcome })
    }

    /// Does what [`Book::place_apart`](super::Book::place_apart) does.
    ///
    /// # Errors
    /// As there.
    pub fn place_apart(
        &mut self,
        order: &NewOrder,
        prevention: SelfTradePrevention,
        matches: &mut Vec<Match>,
        prevented: &mut Vec<Prevented>,
    ) -> Result<Placed, BookError> {
        self.check(order.tick, order.quantity)?;
        let kills = order.time_in_force == TimeInForce::FillOrKill;
        let is_killed = kills && self.available(order.side, order.tick) < order.quantity;
        let mut after = self.clone();
        after.next_id += 1;
        let NewOrder { owner, side, tick: limit, quantity: left, .. } = *order;
        let mut taker = Taker { order: OrderId::new(self.next_id), owner, side, limit, left };
        let (start, seen) = (matches.len(), prevented.len());
        let has_stopped =
            !is_killed && after.trade_apart(&mut taker, prevention, matches, prevented);
        let is_full = self.orders.len() >= self.capacity.orders() as usize;
        if is_full && prevented.len() == seen {
            matches.truncate(start);
            return Err(BookError::Full { capacity: self.capacity.orders() });
        }
        let outcome = match order.time_in_force {
            _ if is_killed => Outcome::Killed,
            _ if has_stopped => Outcome::SelfTrade { remaining: taker.left },
            _ if taker.left.is_zero() => Outcome::Filled,
            TimeInForce::GoodTillCanceled { .. } => after.rest(&taker),
            TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill => {
                Outcome::Canceled { remaining: taker.left }
            }
        };
        *self = after;
        Ok(Placed { order: taker.order, filled: order.quantity - taker.left, outcome })
    }

    /// Does what [`Book::cancel`](super::Book::cancel) does.
    pub fn cancel(&mut self, order: OrderId) -> Option<Canceled> {
        let found = self.order(order)?;
        self.orders.retain(|resting| resting.order != order);
        let RestingOrder { owner, side, tick, remaining, .. } = found;
        Some(Canceled { owner, side, tick, remaining })
    }

    /// Does what [`Book::reduce`](super::Book::reduce) does.
    ///
    /// # Errors
    /// As there.
    pub fn reduce(
        &mut self,
        order: OrderId,
        new_remaining: Quantity,
    ) -> Result<Reduced, BookError> {
        let found = self.order(order).ok_or(BookError::NotResting { order })?;
        let RestingOrder { owner, side, tick, remaining, .. } = found;
        if new_remaining.is_zero() {
            return Err(BookError::NoQuantity);
        }
        if new_remaining >= remaining {
            return Err(BookError::NotLess { order, found: new_remaining, remaining });
        }
        for resting in self.orders.iter_mut().filter(|resting| resting.order == order) {
            resting.remaining = new_remaining;
        }
        Ok(Reduced { owner, side, tick, removed: remaining - new_remaining })
    }

    /// Does what [`Book::replace`](super::Book::replace) does.
    ///
    /// # Errors
    /// As there.
    pub fn replace(
        &mut self,
        order: OrderId,
        tick: Tick,
        quantity: Quantity,
        matches: &mut Vec<Match>,
    ) -> Result<Placed, BookError> {
        let mut taker = self.take_out(order, tick, quantity)?;
        self.trade(&mut taker, matches);
        let filled = quantity - taker.left;
        let outcome = if taker.left.is_zero() { Outcome::Filled } else { self.rest(&taker) };
        Ok(Placed { order, filled, outcome })
    }

    /// Does what [`Book::replace_apart`](super::Book::replace_apart) does.
    ///
    /// # Errors
    /// As there.
    pub fn replace_apart(
        &mut self,
        order: OrderId,
        tick: Tick,
        quantity: Quantity,
        prevention: SelfTradePrevention,
        matches: &mut Vec<Match>,
        prevented: &mut Vec<Prevented>,
    ) -> Result<Placed, BookError> {
        let mut taker = self.take_out(order, tick, quantity)?;
        let has_stopped = self.trade_apart(&mut taker, prevention, matches, prevented);
        let filled = quantity - taker.left;
        let outcome = match taker.left {
            Quantity::ZERO => Outcome::Filled,
            remaining if has_stopped => Outcome::SelfTrade { remaining },
            _ => self.rest(&taker),
        };
        Ok(Placed { order, filled, outcome })
    }

    /// Takes an order out that is to come in again with another limit and quantity.
    fn take_out(
        &mut self,
        order: OrderId,
        limit: Tick,
        left: Quantity,
    ) -> Result<Taker, BookError> {
        let RestingOrder { owner, side, .. } =
            self.order(order).ok_or(BookError::NotResting { order })?;
        self.check(limit, left)?;
        self.orders.retain(|resting| resting.order != order);
        Ok(Taker { order, owner, side, limit, left })
    }

    /// Does what [`Book::regrid`](super::Book::regrid) does.
    ///
    /// # Errors
    /// As there.
    pub fn regrid(&mut self, regrid: &Regrid) -> Result<(), RegridError> {
        regrid.leads_from(self.tick_count)?;
        self.tick_count = regrid.tick_count();
        for resting in &mut self.orders {
            resting.tick = regrid.tick(resting.tick);
        }
        Ok(())
    }

    /// An order that rests in the book.
    #[must_use]
    pub fn order(&self, order: OrderId) -> Option<RestingOrder> {
        self.orders.iter().copied().find(|resting| resting.order == order)
    }

    /// The best level of a side.
    #[must_use]
    pub fn best(&self, side: Side) -> Option<Level> {
        self.levels(side).first().copied()
    }

    /// The quantity that rests at a price \[0.01 contract\].
    #[must_use]
    pub fn level_quantity(&self, side: Side, tick: Tick) -> Quantity {
        self.queue(side, tick).iter().map(|resting| resting.remaining).sum()
    }

    /// The levels of a side that hold orders, best first.
    #[must_use]
    pub fn levels(&self, side: Side) -> Vec<Level> {
        let mut ticks: Vec<Tick> = self.of_side(side).map(|resting| resting.tick).collect();
        ticks.sort_unstable();
        ticks.dedup();
        if side == Side::Bid {
            ticks.reverse();
        }
        let level = |tick| Level { tick, quantity: self.level_quantity(side, tick) };
        ticks.into_iter().map(level).collect()
    }

    /// The orders that rest at a price, earliest first.
    #[must_use]
    pub fn queue(&self, side: Side, tick: Tick) -> Vec<RestingOrder> {
        self.of_side(side).filter(|resting| resting.tick == tick).copied().collect()
    }

    /// The quantity ahead of an order at its price \[0.01 contract\].
    #[must_use]
    pub fn quantity_ahead(&self, order: OrderId) -> Option<Quantity> {
        let RestingOrder { side, tick, .. } = self.order(order)?;
        let queue = self.queue(side, tick);
        Some(queue.iter().take_while(|resting| resting.order != order).map(left).sum())
    }

    /// The whole depth within a taker's limit \[0.01 contract\].
    #[must_use]
    pub fn available(&self, taker: Side, limit: Tick) -> Quantity {
        self.of_side(taker.opposite()).filter(|maker| crosses(taker, limit, maker)).map(left).sum()
    }

    /// Every resting order in the order of arrival.
    #[must_use]
    pub fn orders(&self) -> &[RestingOrder] {
        &self.orders
    }

    fn of_side(&self, side: Side) -> impl Iterator<Item = &RestingOrder> {
        self.orders.iter().filter(move |resting| resting.side == side)
    }

    /// Trades with one maker after the other, each time with the best of all.
    fn trade(&mut self, taker: &mut Taker, matches: &mut Vec<Match>) {
        while !taker.left.is_zero() {
            let Some(index) = self.best_maker(taker) else { break };
            self.trade_with(index, taker, matches);
        }
    }

    /// The same with nobody of the taker's account. Returns whether such an order stopped it.
    fn trade_apart(
        &mut self,
        taker: &mut Taker,
        prevention: SelfTradePrevention,
        matches: &mut Vec<Match>,
        prevented: &mut Vec<Prevented>,
    ) -> bool {
        let start = matches.len();
        while !taker.left.is_zero() {
            let Some(index) = self.best_maker(taker) else { break };
            if self.orders[index].owner != taker.owner {
                self.trade_with(index, taker, matches);
            } else if prevention == SelfTradePrevention::TakerAtCross {
                return true;
            } else {
                let RestingOrder { order, owner, side, tick, remaining } =
                    self.orders.remove(index);
                let canceled = Canceled { owner, side, tick, remaining };
                let matches_before = matches.len() - start;
                prevented.push(Prevented { order, canceled, matches_before });
            }
        }
        false
    }

    /// Trades with one maker.
    fn trade_with(&mut self, index: usize, taker: &mut Taker, matches: &mut Vec<Match>) {
        let maker = &mut self.orders[index];
        let traded = maker.remaining.min(taker.left);
        maker.remaining -= traded;
        taker.left -= traded;
        matches.push(Match {
            maker: maker.order,
            maker_owner: maker.owner,
            taker: taker.order,
            tick: maker.tick,
            quantity: traded,
            maker_remaining: maker.remaining,
        });
        self.orders.retain(|resting| !resting.remaining.is_zero());
    }

    /// Where the maker with the best price is, among equals the one that arrived first.
    fn best_maker(&self, taker: &Taker) -> Option<usize> {
        let mut best: Option<usize> = None;
        for (index, maker) in self.orders.iter().enumerate() {
            if maker.side == taker.side || !crosses(taker.side, taker.limit, maker) {
                continue;
            }
            let is_better = best.is_none_or(|best| match maker.side {
                Side::Bid => maker.tick > self.orders[best].tick,
                Side::Ask => maker.tick < self.orders[best].tick,
            });
            if is_better {
                best = Some(index);
            }
        }
        best
    }

    fn rest(&mut self, taker: &Taker) -> Outcome {
        self.orders.push(RestingOrder {
            order: taker.order,
            owner: taker.owner,
            side: taker.side,
            tick: taker.limit,
            remaining: taker.left,
        });
        Outcome::Rests { remaining: taker.left }
    }

    fn check(&self, tick: Tick, quantity: Quantity) -> Result<(), BookError> {
        if tick.index() >= self.tick_count {
            Err(BookError::OffGrid { found: tick.index(), tick_count: self.tick_count })
        } else if quantity.is_zero() {
            Err(BookError::NoQuantity)
        } else if quantity > Quantity::MAX {
            Err(BookError::TooLarge { found: quantity })
        } else {
            Ok(())
        }
    }
}

/// What is left of an order.
fn left(order: &RestingOrder) -> Quantity {
    order.remaining
}

/// Whether a taker with this limit may trade with an order of the other side.
fn crosses(taker: Side, limit: Tick, maker: &RestingOrder) -> bool {
    match taker {
        Side::Bid => maker.tick <= limit,
        Side::Ask => maker.tick >= limit,
    }
}
