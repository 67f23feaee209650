//! What happened to each order within one instant, as one line.

use std::collections::{BTreeMap, BTreeSet};

use crate::measure::state::State;
use crate::measure::story::{Told, words};
use crate::protocol::{Execution, FillReport, OrderEnd};
use crate::units::{ClientOrderId, MarketId, OrderId, Position, Price, Quantity, Side};

/// The orders of the account.
#[derive(Debug, Default)]
pub(super) struct Orders {
    /// What the exchange calls them.
    names: BTreeMap<OrderId, ClientOrderId>,
    /// Those to which something happened within the instant.
    news: BTreeMap<ClientOrderId, News>,
    /// Those that were sent within the instant.
    sent: BTreeSet<ClientOrderId>,
}

/// What happened to an order within an instant.
#[derive(Debug)]
struct News {
    rank: usize,
    market: Option<MarketId>,
    /// What reached the exchange, when it was sent in an earlier instant.
    arrived: Option<String>,
    fills: Vec<(Price, Quantity)>,
    /// The side, and the position before the first fill and after the last.
    moved: Option<(Side, Position, Position)>,
    ended: Option<(OrderEnd, Quantity)>,
}

impl Orders {
    /// Takes in an execution, before the state does.
    pub(super) fn take(&mut self, state: &State, rank: usize, execution: &Execution) {
        let (client_order, market) = match execution {
            Execution::Accepted { order, client_order, market, .. } => {
                self.names.insert(*order, *client_order);
                (*client_order, Some(*market))
            }
            Execution::Filled(fill) => (fill.client_order, Some(fill.market)),
            Execution::Decreased { client_order, .. } => {
                let order = state.orders.get(client_order);
                (*client_order, order.map(|order| order.body.market))
            }
            Execution::Amended { client_order, market, .. }
            | Execution::Ended { client_order, market, .. } => (*client_order, Some(*market)),
        };
        let news = self.news.entry(client_order).or_insert_with(|| News::new(rank, market));
        match execution {
            Execution::Accepted { .. } => {
                let order = state.orders.get(&client_order);
                let earlier = order.filter(|_| !self.sent.contains(&client_order));
                news.arrived = earlier.map(|order| words::order(&order.body));
            }
            Execution::Amended { .. } | Execution::Decreased { .. } => {}
            Execution::Filled(fill) => news.fill(fill),
            Execution::Ended { end, unfilled, .. } => news.ended = Some((*end, *unfilled)),
        }
    }

    /// Takes note of an order that is sent.
    pub(super) fn send(&mut self, client_order: ClientOrderId) {
        self.sent.insert(client_order);
    }

    /// One line for each order of the instant.
    pub(super) fn settle(&mut self, state: &State) -> Vec<Told> {
        self.sent.clear();
        let news = std::mem::take(&mut self.news);
        news.into_iter().map(|(client_order, news)| news.told(state, client_order)).collect()
    }

    /// What the bot calls an order.
    pub(super) fn client_order(&self, order: OrderId) -> Option<ClientOrderId> {
        self.names.get(&order).copied()
    }

    /// Where an order is, and its words.
    pub(super) fn name(&self, state: &State, order: OrderId) -> (Option<MarketId>, String) {
        let client_order = self.names.get(&order);
        let sent = client_order.and_then(|client_order| state.orders.get(client_order));
        match sent {
            Some(sent) => (Some(sent.body.market), words::order(&sent.body)),
            None => (None, order.to_string()),
        }
    }
}

impl News {
    fn new(rank: usize, market: Option<MarketId>) -> Self {
        Self { rank, market, arrived: None, fills: Vec::new(), moved: None, ended: None }
    }

    fn fill(&mut self, fill: &FillReport) {
        let before = fill.position_after - Position::of(fill.side, fill.quantity);
        let first = self.moved.map_or(before, |(_, before, _)| before);
        self.moved = Some((fill.side, first, fill.position_after));
        match self.fills.last_mut() {
            Some((price, quantity)) if *price == fill.price => *quantity += fill.quantity,
            _ => self.fills.push((fill.price, fill.quantity)),
        }
    }

    fn told(self, state: &State, client_order: ClientOrderId) -> Told {
        let line = match self.moved {
            Some((Side::Bid, ..)) => {
                format!("{}, {}", words::bought(&self.fills), self.rest(state, client_order))
            }
            Some((Side::Ask, before, after)) => {
                let sold = words::sold(&self.fills, before, after);
                match self.ended {
                    None if remaining(state, client_order).is_zero() => sold,
                    Some((OrderEnd::Executed, _)) => sold,
                    _ => format!("{sold}, {}", self.rest(state, client_order)),
                }
            }
            None if self.ended.is_none() => {
                format!("no fill now, {}", self.rest(state, client_order))
            }
            None => self.rest(state, client_order),
        };
        let arrived = self.arrived.map(|order| format!("{order} reaches the exchange: "));
        let line = arrived.unwrap_or_default() + &line;
        Told { rank: self.rank, market: self.market, line }
    }

    /// What became of the contracts that did not fill.
    fn rest(&self, state: &State, client_order: ClientOrderId) -> String {
        match (self.ended, remaining(state, client_order)) {
            (Some((end, unfilled)), _) => words::unfilled(end, unfilled),
            (None, Quantity::ZERO) => words::unfilled(OrderEnd::Executed, Quantity::ZERO),
            (None, remaining) => format!("{remaining} rest"),
        }
    }
}

fn remaining(state: &State, client_order: ClientOrderId) -> Quantity {
    state.orders.get(&client_order).map_or(Quantity::ZERO, |order| order.remaining)
}
