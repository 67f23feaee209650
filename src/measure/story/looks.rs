//! What the bot's looks at its orders met: what was true of an order when a look reached the
//! exchange. The log does not hold what a look showed.

use std::collections::BTreeMap;

use crate::measure::state::{Life, State};
use crate::measure::story::orders::Orders;
use crate::measure::story::words;
use crate::protocol::record::{Answer, Message, Record, Truth};
use crate::protocol::{Execution, OrderEnd, Purpose, Query, Request};
use crate::units::{ClientOrderId, Quantity, RequestId};

/// The looks of the bot, and what is true of its orders.
#[derive(Debug, Default)]
pub(super) struct Looks {
    /// What is true now of those that the exchange took.
    orders: BTreeMap<ClientOrderId, Met>,
    /// Looks that were sent, with what they met.
    under_way: BTreeMap<RequestId, (ClientOrderId, Option<Met>)>,
    /// What the latest look at each order met that was answered.
    latest: BTreeMap<ClientOrderId, Met>,
}

/// An order at an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Met {
    filled: Quantity,
    end: Option<OrderEnd>,
}

impl Looks {
    /// Takes note of a record.
    pub(super) fn note(&mut self, orders: &Orders, record: &Record) {
        match record {
            Record::Truth(Truth::Execution(Execution::Accepted { client_order, .. })) => {
                self.orders.entry(*client_order).or_default();
            }
            Record::Truth(Truth::Execution(Execution::Filled(fill))) => {
                self.orders.entry(fill.client_order).or_default().filled += fill.quantity;
            }
            Record::Truth(Truth::Execution(Execution::Ended { client_order, end, .. })) => {
                self.orders.entry(*client_order).or_default().end = Some(*end);
            }
            Record::Message(message) => self.hear(orders, message),
            _ => {}
        }
    }

    fn hear(&mut self, orders: &Orders, message: &Message) {
        match message {
            Message::Sent {
                request,
                body: Request::Read(Query::Order(order)),
                purpose: Purpose::Follow,
            } => {
                if let Some(client_order) = orders.client_order(*order) {
                    self.under_way.insert(*request, (client_order, None));
                }
            }
            Message::Arrived { request } => {
                if let Some((client_order, met)) = self.under_way.get_mut(request) {
                    let now = self.orders.get(client_order).copied().unwrap_or_default();
                    met.get_or_insert(now);
                }
            }
            Message::Answered { request, answer } => {
                if let Some((client_order, Some(met))) = self.under_way.remove(request)
                    && *answer == Answer::Done
                {
                    self.latest.insert(client_order, met);
                }
            }
            Message::GaveUp { request } => {
                self.under_way.remove(request);
            }
            _ => {}
        }
    }

    /// What the entry of a signal that counts as so much filled leaves out: what filled in truth, as
    /// its last look met it or after that, or else what still rests.
    pub(super) fn left_out(&self, state: &State, signal: u32, counted: Quantity) -> String {
        let is_entry = |purpose| purpose == Purpose::Entry { signal };
        let orders = state.orders.iter().filter(|(_, order)| is_entry(order.purpose));
        let orders: Vec<_> = orders.collect();
        let met = |order| self.orders.get(order).copied().unwrap_or_default();
        let filled: Quantity = orders.iter().map(|(order, _)| met(order).filled).sum();
        if filled == counted {
            let taken = orders.iter().filter(|(order, _)| self.orders.contains_key(*order));
            let working = taken.filter(|(_, order)| order.life == Life::Working);
            let resting: Quantity = working.map(|(_, order)| order.remaining).sum();
            let rest = || format!(", {resting} rest on");
            return if resting.is_zero() { String::new() } else { rest() };
        }
        match orders.last().and_then(|(order, _)| self.latest.get(order)) {
            Some(look) if look.filled == counted && filled > counted => {
                format!(", {} more filled after its last look", filled - counted)
            }
            Some(look) if look.filled != counted => {
                let ended = look.end.map_or(String::new(), |end| format!(" {}", words::ended(end)));
                format!(", though its last look met the order{ended} with {} filled", look.filled)
            }
            _ => format!(", though {filled} filled"),
        }
    }
}
