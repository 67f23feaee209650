//! The crowd's resting orders as the flow knows them from its own reports.

use std::collections::{BTreeMap, VecDeque};

use crate::flow::recorded::CancelModel;
use crate::kernel::Stream;
use crate::market::Tick;
use crate::protocol::Execution;
use crate::units::{ClientOrderId, OrderId, Quantity, Side};

/// One order of the crowd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CrowdOrder {
    /// The exchange's id, once it took the order.
    order: Option<OrderId>,
    /// Contracts that rest.
    remaining: Quantity,
    side: Side,
    tick: Tick,
}

/// One level's orders of the crowd.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct CrowdLevel {
    /// Contracts that rest.
    total: Quantity,
    /// The client order ids, in the order of the queue.
    queue: Vec<u32>,
}

/// All resting orders of the crowd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Crowd {
    /// By client order id.
    orders: Vec<CrowdOrder>,
    bids: Vec<CrowdLevel>,
    asks: Vec<CrowdLevel>,
    /// What the crowd is to have at the levels where the venue kept it from that: more or less than
    /// it has.
    behind: BTreeMap<(Side, Tick), Quantity>,
}

impl Crowd {
    pub(super) fn new(tick_count: u32) -> Self {
        let levels = vec![CrowdLevel::default(); tick_count as usize];
        let behind = BTreeMap::new();
        Self { orders: Vec::new(), bids: levels.clone(), asks: levels, behind }
    }

    /// Contracts of the crowd at a level.
    pub(super) fn total(&self, side: Side, tick: Tick) -> Quantity {
        self.level(side, tick).total
    }

    /// Contracts that the crowd is to have at a level.
    pub(super) fn wanted(&self, side: Side, tick: Tick) -> Quantity {
        let behind = self.behind.get(&(side, tick)).copied();
        behind.unwrap_or_else(|| self.total(side, tick))
    }

    /// Says what the crowd is to have at a level.
    pub(super) fn want(&mut self, side: Side, tick: Tick, wanted: Quantity) {
        if self.total(side, tick) == wanted {
            self.behind.remove(&(side, tick));
        } else {
            self.behind.insert((side, tick), wanted);
        }
    }

    /// The levels where the crowd has something else than it is to have, those with too much first.
    pub(super) fn all_behind(&self) -> VecDeque<(Side, Tick)> {
        let has_more = |level: &(Side, Tick)| self.total(level.0, level.1) > self.behind[level];
        let (more, fewer): (Vec<_>, Vec<_>) = self.behind.keys().copied().partition(has_more);
        more.into_iter().chain(fewer).collect()
    }

    /// The id for the next order; it counts only once the exchange took it.
    pub(super) fn next_order(&mut self, side: Side, tick: Tick) -> ClientOrderId {
        let number = self.orders.len() as u64;
        self.orders.push(CrowdOrder { order: None, remaining: Quantity::ZERO, side, tick });
        ClientOrderId::new(number)
    }

    /// The order of a level that a cancel of the recording hits, and what remains of it.
    ///
    /// # Panics
    /// When the crowd has no order there.
    pub(super) fn pick(
        &self,
        side: Side,
        tick: Tick,
        model: CancelModel,
        draws: &mut Stream,
    ) -> (OrderId, Quantity) {
        let level = self.level(side, tick);
        let number = match model {
            CancelModel::ProRata => {
                let place = draws.below(level.total.hundredths());
                let mut passed = 0;
                level.queue.iter().copied().find(|number| {
                    passed += self.order(*number).remaining.hundredths();
                    place < passed
                })
            }
            CancelModel::NewestFirst => level.queue.last().copied(),
            CancelModel::OldestFirst => level.queue.first().copied(),
        };
        let known = self.order(number.expect("Invariant: a level with contracts has an order"));
        let order = known.order.expect("Invariant: an order with contracts was accepted");
        (order, known.remaining)
    }

    /// Learns what happened to an order of the crowd.
    pub(super) fn observe(&mut self, execution: &Execution) {
        match *execution {
            Execution::Accepted { order, client_order, quantity, .. } => {
                let Some(number) = self.number(client_order) else { return };
                let known = &mut self.orders[number as usize];
                (known.order, known.remaining) = (Some(order), quantity);
                let (side, tick) = (known.side, known.tick);
                let level = self.level_mut(side, tick);
                level.total += quantity;
                level.queue.push(number);
                self.forget_if_even(side, tick);
            }
            Execution::Filled(fill) => {
                if let Some(number) = self.number(fill.client_order) {
                    let CrowdOrder { remaining, side, tick, .. } = *self.order(number);
                    // What traded is not to be there any more.
                    if let Some(wanted) = self.behind.get_mut(&(side, tick)) {
                        *wanted = wanted.saturating_sub(fill.quantity);
                    }
                    self.set_remaining(number, remaining.saturating_sub(fill.quantity));
                }
            }
            Execution::Decreased { client_order, remaining, .. } => {
                if let Some(number) = self.number(client_order) {
                    self.set_remaining(number, remaining);
                }
            }
            // The crowd changes its orders by decreases and new orders only.
            Execution::Amended { .. } => {}
            Execution::Ended { client_order, .. } => {
                if let Some(number) = self.number(client_order) {
                    self.set_remaining(number, Quantity::ZERO);
                }
            }
        }
    }

    /// Learns that the venue ended an order of the crowd, whose contracts are still to be there.
    pub(super) fn lose(&mut self, client_order: ClientOrderId) {
        let Some(number) = self.number(client_order) else { return };
        let CrowdOrder { side, tick, .. } = *self.order(number);
        let wanted = self.wanted(side, tick);
        self.set_remaining(number, Quantity::ZERO);
        self.want(side, tick, wanted);
    }

    fn set_remaining(&mut self, number: u32, remaining: Quantity) {
        let known = &mut self.orders[number as usize];
        let gone = known.remaining.saturating_sub(remaining);
        known.remaining -= gone;
        let (side, tick, left) = (known.side, known.tick, known.remaining);
        let level = self.level_mut(side, tick);
        level.total -= gone;
        if left.is_zero() {
            level.queue.retain(|each| *each != number);
        }
        self.forget_if_even(side, tick);
    }

    fn forget_if_even(&mut self, side: Side, tick: Tick) {
        if !self.behind.is_empty() {
            self.want(side, tick, self.wanted(side, tick));
        }
    }

    fn number(&self, client_order: ClientOrderId) -> Option<u32> {
        let number = u32::try_from(client_order.number()).ok()?;
        ((number as usize) < self.orders.len()).then_some(number)
    }

    fn order(&self, number: u32) -> &CrowdOrder {
        &self.orders[number as usize]
    }

    fn level(&self, side: Side, tick: Tick) -> &CrowdLevel {
        match side {
            Side::Bid => &self.bids[tick.index() as usize],
            Side::Ask => &self.asks[tick.index() as usize],
        }
    }

    fn level_mut(&mut self, side: Side, tick: Tick) -> &mut CrowdLevel {
        match side {
            Side::Bid => &mut self.bids[tick.index() as usize],
            Side::Ask => &mut self.asks[tick.index() as usize],
        }
    }
}
