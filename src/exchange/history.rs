//! What a watched account was shown and can still be shown.

use std::collections::{BTreeMap, BTreeSet};

use crate::exchange::timeline::Timeline;
use crate::protocol::{BalanceView, FillReport, OrderView, PositionView};
use crate::units::{ClientOrderId, MarketId, OrderId, SimDuration, SimTime};

/// A watched account's orders and fills for ever, and how orders, positions and balance changed
/// for a while.
#[derive(Debug)]
pub(super) struct History {
    keep: SimDuration,
    /// In the order of acceptance.
    orders: Vec<Timeline<OrderView>>,
    by_id: BTreeMap<OrderId, usize>,
    /// Every id that an order ever had, with the order.
    by_client: BTreeSet<(ClientOrderId, usize)>,
    /// In the order of trading.
    fills: Vec<(SimTime, FillReport)>,
    positions: BTreeMap<MarketId, Timeline<PositionView>>,
    balance: Timeline<BalanceView>,
}

impl History {
    pub(super) fn new(now: SimTime, keep: SimDuration, balance: BalanceView) -> Self {
        Self {
            keep,
            orders: Vec::new(),
            by_id: BTreeMap::new(),
            by_client: BTreeSet::new(),
            fills: Vec::new(),
            positions: BTreeMap::new(),
            balance: Timeline::new(now, balance),
        }
    }

    /// Remembers at least this long from now on.
    pub(super) fn keep_longer(&mut self, keep: SimDuration) {
        self.keep = self.keep.max(keep);
    }

    /// Notes how an order stands.
    pub(super) fn note_order(&mut self, now: SimTime, view: OrderView) {
        let index = *self.by_id.entry(view.order).or_insert(self.orders.len());
        self.by_client.insert((view.client_order, index));
        match self.orders.get_mut(index) {
            Some(line) => line.set(now, view, self.keep),
            None => self.orders.push(Timeline::new(now, view)),
        }
    }

    /// Notes a fill.
    pub(super) fn note_fill(&mut self, now: SimTime, fill: FillReport) {
        self.fills.push((now, fill));
    }

    /// Notes what is held in a market.
    pub(super) fn note_position(&mut self, now: SimTime, view: PositionView) {
        match self.positions.get_mut(&view.market) {
            Some(line) => line.set(now, view, self.keep),
            None => {
                self.positions.insert(view.market, Timeline::new(now, view));
            }
        }
    }

    /// Notes the money. Returns whether it changed.
    pub(super) fn note_balance(&mut self, now: SimTime, view: BalanceView) -> bool {
        let has_changed = self.balance.at_or_first(now) != view;
        if has_changed {
            self.balance.set(now, view, self.keep);
        }
        has_changed
    }

    /// How an order stood at the end of an instant, if it was there.
    pub(super) fn order_at(&self, order: OrderId, instant: SimTime) -> Option<OrderView> {
        self.by_id.get(&order).and_then(|index| self.orders[*index].at(instant))
    }

    /// How an order stood at the end of an instant, by its owner's id; of several that were there and
    /// had that id, the one that was placed last.
    pub(super) fn order_by_client_at(
        &self,
        client_order: ClientOrderId,
        instant: SimTime,
    ) -> Option<OrderView> {
        let latest_first =
            self.by_client.range((client_order, 0)..=(client_order, usize::MAX)).rev();
        let mut views = latest_first.filter_map(|(_, index)| self.orders[*index].at(instant));
        views.find(|view| view.client_order == client_order)
    }

    /// The orders that were there at the end of an instant, oldest first.
    pub(super) fn orders_at(&self, instant: SimTime) -> Vec<OrderView> {
        self.orders.iter().filter_map(|line| line.at(instant)).collect()
    }

    /// The fills up to the end of an instant, newest first.
    pub(super) fn fills_at(&self, instant: SimTime) -> Vec<FillReport> {
        let known = self.fills.partition_point(|(at, _)| *at <= instant);
        self.fills[..known].iter().rev().map(|(_, fill)| *fill).collect()
    }

    /// The positions that were not flat at the end of an instant, by market.
    pub(super) fn positions_at(&self, instant: SimTime) -> Vec<PositionView> {
        let known = self.positions.values().filter_map(|line| line.at(instant));
        known.filter(|view| !view.position.is_flat()).collect()
    }

    /// The money at the end of an instant.
    pub(super) fn balance_at(&self, instant: SimTime) -> BalanceView {
        self.balance.at_or_first(instant)
    }
}
