//! An account's resting orders in one market.

use std::cmp::Reverse;

use crate::book::Regrid;
use crate::exchange::collateral::Candidate;
use crate::exchange::market::Market;
use crate::market::Tick;
use crate::units::{AccountId, Cash, OrderId, Quantity, Side};

/// An account's resting orders in one market.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnOrders {
    bids: OwnSide,
    asks: OwnSide,
}

/// An account's resting orders of one side. The one that fills last comes first: most orders come and
/// go near the touch.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnSide {
    orders: Vec<OwnOrder>,
}

/// A resting order, as its book knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct OwnOrder {
    pub(super) in_book: OrderId,
    tick: Tick,
    /// What it locks if it can close nothing, once that was asked for \[dollar\].
    pub(super) alone: Option<Cash>,
}

impl OwnOrders {
    /// The orders of an account that rest in a market.
    pub(super) fn of(market: &Market, account: AccountId) -> Self {
        let side = |side| {
            let own =
                market.book.levels(side).flat_map(|level| market.book.queue(side, level.tick));
            let own = own.filter(|order| order.owner == account);
            let mut orders: Vec<_> = own
                .map(|order| OwnOrder { in_book: order.order, tick: order.tick, alone: None })
                .collect();
            orders.reverse();
            OwnSide { orders }
        };
        Self { bids: side(Side::Bid), asks: side(Side::Ask) }
    }

    /// Notes an order that came to rest after all others.
    pub(super) fn insert(&mut self, side: Side, tick: Tick, in_book: OrderId) {
        let own = self.side_mut(side);
        own.orders.insert(own.behind(side, tick), OwnOrder { in_book, tick, alone: None });
    }

    /// Notes that an order that rests has less left or other fees to come.
    pub(super) fn change(&mut self, side: Side, tick: Tick, in_book: OrderId) {
        let own = self.side_mut(side);
        let index = own.index_of(side, tick, in_book);
        own.orders[index].alone = None;
    }

    /// Forgets an order that no longer rests.
    pub(super) fn remove(&mut self, side: Side, tick: Tick, in_book: OrderId) {
        let own = self.side_mut(side);
        own.orders.remove(own.index_of(side, tick, in_book));
    }

    /// Computes what each order locks alone where that is not known.
    pub(super) fn know_alone(&mut self, alone: impl Fn(OrderId) -> Cash) {
        for own in self.bids.orders.iter_mut().chain(&mut self.asks.orders) {
            own.alone.get_or_insert_with(|| alone(own.in_book));
        }
    }

    /// Moves the orders to a finer grid; their order stays.
    pub(super) fn regrid(&mut self, regrid: &Regrid) {
        for own in self.bids.orders.iter_mut().chain(&mut self.asks.orders) {
            own.tick = regrid.tick(own.tick);
        }
    }

    /// What rests on the side of a candidate, without the order whose place it takes.
    pub(super) fn resting(&self, market: &Market, candidate: &Candidate) -> Quantity {
        let own = self.side(candidate.side).orders.iter();
        let others = own.filter(|own| Some(own.in_book) != candidate.instead_of);
        let resting = others.filter_map(|own| market.book.order(own.in_book));
        resting.map(|order| order.remaining).sum()
    }

    pub(super) fn side(&self, side: Side) -> &OwnSide {
        match side {
            Side::Bid => &self.bids,
            Side::Ask => &self.asks,
        }
    }

    fn side_mut(&mut self, side: Side) -> &mut OwnSide {
        match side {
            Side::Bid => &mut self.bids,
            Side::Ask => &mut self.asks,
        }
    }
}

impl OwnSide {
    /// The orders, the one that fills last first.
    pub(super) fn last_to_fill_first(&self) -> &[OwnOrder] {
        &self.orders
    }

    /// The orders, the one that was placed last first.
    pub(super) fn last_placed_first(&self, market: &Market) -> Vec<OwnOrder> {
        let mut orders = self.orders.clone();
        orders.sort_by_key(|own| Reverse(market.record(own.in_book).sequence));
        orders
    }

    /// How many of them fill after an order that arrives now at a tick.
    pub(super) fn behind(&self, side: Side, tick: Tick) -> usize {
        self.orders.partition_point(|own| match side {
            Side::Bid => own.tick < tick,
            Side::Ask => own.tick > tick,
        })
    }

    fn index_of(&self, side: Side, tick: Tick, in_book: OrderId) -> usize {
        let first = self.behind(side, tick);
        let level = self.orders[first..].iter().take_while(|own| own.tick == tick);
        let index = level.enumerate().find(|(_, own)| own.in_book == in_book);
        first + index.expect("Invariant: an order is kept as long as it rests").0
    }
}
