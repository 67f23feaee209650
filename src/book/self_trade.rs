//! Orders that do not trade with orders of their own account.

use super::fast::Book;
use super::order::{BookError, Match, NewOrder, Outcome, Placed, Prevented, RestingOrder};
use crate::market::{SelfTradePrevention, Tick, TimeInForce};
use crate::units::{OrderId, Quantity};

/// What an order meets on its way, as far as its quantity reaches.
#[derive(Debug, Default)]
struct Way {
    /// Resting orders of its own account, each with how many others come before it.
    own: Vec<(OrderId, usize)>,
    /// The quantity before the first of them.
    before_own: Quantity,
}

impl Book {
    /// Lets an order in as [`Book::place`] does, but never lets it trade with an order of its own
    /// account. What a way without own orders costs is one look at the orders that it meets.
    ///
    /// A fill-or-kill order is judged on the whole depth, own orders included; what it traded
    /// stands even if it does not fill whole then (changelog, 2025-09-25, documented).
    ///
    /// Own orders that leave the book are appended to `prevented` in the order in which they were
    /// met. They make room for the new order first.
    ///
    /// # Errors
    /// As for [`Book::place`].
    pub fn place_apart(
        &mut self,
        order: &NewOrder,
        prevention: SelfTradePrevention,
        matches: &mut Vec<Match>,
        prevented: &mut Vec<Prevented>,
    ) -> Result<Placed, BookError> {
        self.check(order.tick, order.quantity)?;
        let kills = order.time_in_force == TimeInForce::FillOrKill;
        if kills && !self.can_fill(order.side, order.tick, order.quantity) {
            return self.place(order, matches);
        }
        let way = self.way(order);
        if way.own.is_empty() {
            return self.place(order, matches);
        }
        match prevention {
            SelfTradePrevention::TakerAtCross => self.stop_at_own(order, way.before_own, matches),
            SelfTradePrevention::Maker => {
                self.oust(way, prevented);
                let time_in_force =
                    if kills { TimeInForce::ImmediateOrCancel } else { order.time_in_force };
                self.place(&NewOrder { time_in_force, ..*order }, matches)
            }
        }
    }

    /// Gives an order another limit and quantity as [`Book::replace`] does, but never lets it trade
    /// with an order of its own account. Own orders that leave the book are appended to `prevented`.
    ///
    /// # Errors
    /// As for [`Book::replace`].
    pub fn replace_apart(
        &mut self,
        order: OrderId,
        tick: Tick,
        quantity: Quantity,
        prevention: SelfTradePrevention,
        matches: &mut Vec<Match>,
        prevented: &mut Vec<Prevented>,
    ) -> Result<Placed, BookError> {
        let found = self.order(order).ok_or(BookError::NotResting { order })?;
        self.check(tick, quantity)?;
        let RestingOrder { owner, side, .. } = found;
        let time_in_force = TimeInForce::REST;
        let way = self.way(&NewOrder { owner, side, tick, quantity, time_in_force });
        let before_own = way.before_own;
        match prevention {
            SelfTradePrevention::TakerAtCross if !way.own.is_empty() => {
                if before_own.is_zero() {
                    self.cancel(order);
                } else {
                    self.replace(order, tick, before_own, matches)?;
                }
                let outcome = Outcome::SelfTrade { remaining: quantity - before_own };
                Ok(Placed { order, filled: before_own, outcome })
            }
            SelfTradePrevention::TakerAtCross | SelfTradePrevention::Maker => {
                self.oust(way, prevented);
                self.replace(order, tick, quantity, matches)
            }
        }
    }

    /// Takes the own orders that are on the way out of the book.
    fn oust(&mut self, way: Way, prevented: &mut Vec<Prevented>) {
        for (order, matches_before) in way.own {
            let canceled = self.cancel(order).into_iter();
            prevented.extend(canceled.map(|canceled| Prevented {
                order,
                canceled,
                matches_before,
            }));
        }
    }

    /// Whether an order would meet one of its own account before it fills with other people's.
    #[must_use]
    pub fn meets_own(&self, order: &NewOrder) -> bool {
        !self.way(order).own.is_empty()
    }

    /// Trades what comes before the first own order, and cancels the rest of the taker.
    fn stop_at_own(
        &mut self,
        order: &NewOrder,
        before_own: Quantity,
        matches: &mut Vec<Match>,
    ) -> Result<Placed, BookError> {
        let placed = if before_own.is_zero() {
            self.pass(order.quantity)?
        } else {
            self.place(&NewOrder { quantity: before_own, ..*order }, matches)?
        };
        let remaining = order.quantity - before_own;
        Ok(Placed { outcome: Outcome::SelfTrade { remaining }, ..placed })
    }

    /// Looks along what an order would meet until it is filled with other people's orders.
    ///
    /// An order is met while something is left of the taker, so that what comes before the first
    /// own one is less than the taker's quantity.
    fn way(&self, order: &NewOrder) -> Way {
        let makers = order.side.opposite();
        let levels = self.levels_within(makers, order.tick);
        let mut way = Way::default();
        let (mut others, mut depth) = (0, Quantity::ZERO);
        for resting in levels.flat_map(|level| self.queue(makers, level.tick)) {
            if depth >= order.quantity {
                break;
            }
            if resting.owner == order.owner {
                if way.own.is_empty() {
                    way.before_own = depth;
                }
                way.own.push((resting.order, others));
            } else {
                depth += resting.remaining;
                others += 1;
            }
        }
        way
    }
}
