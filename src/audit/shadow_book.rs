//! A market's resting orders as the events tell them.

use std::collections::BTreeMap;

use crate::protocol::Quote;
use crate::units::{OrderId, Price, Side};

/// Which order fills first: by price, then by arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Priority {
    /// The price that an opposite order would have to pay: lower is first.
    rank: Price,
    /// The place in the order of acceptance.
    arrival: u64,
}

impl Priority {
    pub(super) fn new(side: Side, limit: Price, arrival: u64) -> Self {
        let rank = match side {
            Side::Bid => limit.complement(),
            Side::Ask => limit,
        };
        Self { rank, arrival }
    }
}

/// The resting orders of a market, first to fill first.
#[derive(Clone, Debug, Default)]
pub(super) struct ShadowBook {
    bids: BTreeMap<Priority, OrderId>,
    asks: BTreeMap<Priority, OrderId>,
}

impl ShadowBook {
    pub(super) fn side(&self, side: Side) -> &BTreeMap<Priority, OrderId> {
        match side {
            Side::Bid => &self.bids,
            Side::Ask => &self.asks,
        }
    }

    pub(super) fn insert(&mut self, side: Side, priority: Priority, order: OrderId) {
        self.side_mut(side).insert(priority, order);
    }

    pub(super) fn remove(&mut self, side: Side, priority: Priority) {
        self.side_mut(side).remove(&priority);
    }

    /// The order that fills first.
    pub(super) fn first(&self, side: Side) -> Option<(Priority, OrderId)> {
        self.side(side).first_key_value().map(|(priority, order)| (*priority, *order))
    }

    /// The orders that an order of the other side with this limit may trade with.
    pub(super) fn within(&self, side: Side, limit: Price) -> impl Iterator<Item = OrderId> {
        let last = Priority::new(side, limit, u64::MAX);
        self.side(side).range(..=last).map(|(_, order)| *order)
    }

    /// The best prices.
    pub(super) fn quote(&self) -> Quote {
        let rank = |side| self.first(side).map(|(priority, _)| priority.rank);
        Quote { bid: rank(Side::Bid).map(Price::complement), ask: rank(Side::Ask) }
    }

    fn side_mut(&mut self, side: Side) -> &mut BTreeMap<Priority, OrderId> {
        match side {
            Side::Bid => &mut self.bids,
            Side::Ask => &mut self.asks,
        }
    }
}

impl Priority {
    /// Whether one order has the better price, whenever the two arrived.
    pub(super) fn is_better_priced(self, other: Self) -> bool {
        self.rank < other.rank
    }
}
