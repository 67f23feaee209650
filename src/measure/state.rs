//! What is true and what is believed after some part of the log.

use std::collections::{BTreeMap, BTreeSet};

use crate::measure::market::{Believed, Market};
use crate::protocol::record::{
    Belief, Decision, Holding, LimitRule, Message, Record, RunMark, Standing, Truth,
};
use crate::protocol::{
    CreateOrder, ExchangeStatus, Execution, MarketStatus, Purpose, RejectReason, Request,
};
use crate::units::{
    Cash, ClientOrderId, EventId, MarketId, Position, Price, Quantity, RecordId, RequestId, Side,
    SimTime,
};

/// What the log has told so far.
#[derive(Debug, Default)]
pub(super) struct State {
    /// All markets that were named.
    pub(super) markets: BTreeMap<MarketId, Market>,
    /// Whether the exchange trades.
    exchange_status: ExchangeStatus,
    /// All position records, the settled ones included.
    pub(super) records: BTreeMap<RecordId, Holding>,
    /// The records that are not settled.
    pub(super) unsettled: BTreeSet<RecordId>,
    /// All orders that the bot sent.
    pub(super) orders: BTreeMap<ClientOrderId, Order>,
    /// All signals.
    pub(super) signals: BTreeMap<u32, Signal>,
    /// All cash of the account.
    pub(super) cash: Cash,
    /// Collateral that is in that cash and belongs to positions.
    pub(super) returned: Cash,
    /// The cash that it was opened with.
    pub(super) opening: Cash,
    /// What the bot booked.
    pub(super) booked: Cash,
    requests: BTreeMap<RequestId, ClientOrderId>,
    /// Exit orders of each record; those that are final may be missing.
    exits: BTreeMap<RecordId, Vec<ClientOrderId>>,
}

/// A signal, as far as the measures need it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signal {
    /// Where.
    pub(super) market: MarketId,
    /// The protective level.
    pub(super) stop: Option<Price>,
}

/// An order of the bot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    /// What was sent.
    pub(super) body: CreateOrder,
    /// Why.
    pub(super) purpose: Purpose,
    /// Contracts that can still fill.
    pub(super) remaining: Quantity,
    /// Whether more can happen to it.
    pub(super) life: Life,
}

/// Whether more can happen to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Life {
    /// Sent, or taken by the exchange, and not final.
    Working,
    /// Refused, filled, canceled or expired.
    Final,
}

impl Order {
    fn reduce_to(&mut self, remaining: Quantity) {
        self.remaining = remaining;
        if remaining.is_zero() {
            self.life = Life::Final;
        }
    }
}

impl State {
    /// Takes in the next record.
    pub(super) fn apply(&mut self, record: &Record) {
        match *record {
            Record::Truth(truth) => self.apply_truth(truth),
            Record::Belief(Belief::Holding { record, holding, .. }) => self.hold(record, holding),
            Record::Belief(Belief::Booked { amount, .. }) => self.booked += amount,
            Record::Decision(Decision::Signal { signal, market, stop, .. }) => {
                self.signals.insert(signal, Signal { market, stop });
            }
            Record::Message(Message::Sent { request, body: Request::Create(body), purpose }) => {
                self.send(request, body, purpose);
            }
            Record::Message(Message::Quoted(message)) => {
                self.market(message.market).seen = message.quote;
            }
            Record::Run(RunMark::Listed { market, event }) => {
                self.market(market).event = Some(event);
            }
            Record::Run(RunMark::Opened { balance }) => {
                (self.opening, self.cash) = (balance, balance);
            }
            Record::Decision(_) | Record::Message(_) | Record::Run(RunMark::Ended(_)) => {}
        }
    }

    fn apply_truth(&mut self, truth: Truth) {
        match truth {
            Truth::Execution(execution) => self.execute(&execution),
            // The order that took the id first, by a copy of this request perhaps, goes on.
            Truth::Refused { reason: RejectReason::OrderAlreadyExists, .. }
            | Truth::ReplayClipped { .. }
            | Truth::LevelsRefined { .. }
            | Truth::FeesDue { .. }
            | Truth::CloseMoved { .. } => {}
            Truth::MarketStatus { market, status } => self.market(market).status = Some(status),
            Truth::ExchangeStatus(status) => self.exchange_status = status,
            Truth::CollateralReturned { amount, .. } => self.returned += amount,
            Truth::Settled { market, .. } => self.market(market).settle(),
            Truth::Refused { request, .. } => {
                if let Some(client_order) = self.requests.get(&request).copied() {
                    self.end(client_order);
                }
            }
            Truth::Funds { balance, .. } => self.cash = balance,
            Truth::Touch { market, others, .. } => self.market(market).others = others,
            Truth::Trade { market, price, .. } => self.market(market).last_trade = Some(price),
        }
    }

    fn execute(&mut self, execution: &Execution) {
        match *execution {
            Execution::Accepted { .. } => {}
            Execution::Filled(fill) => {
                self.market(fill.market).fill(&fill);
                if let Some(order) = self.orders.get_mut(&fill.client_order) {
                    order.reduce_to(order.remaining.saturating_sub(fill.quantity));
                }
            }
            Execution::Amended { client_order, limit_price, remaining, .. } => {
                if let Some(order) = self.orders.get_mut(&client_order) {
                    order.body.limit_price = limit_price;
                    order.remaining = remaining;
                }
            }
            Execution::Decreased { client_order, remaining, .. } => {
                if let Some(order) = self.orders.get_mut(&client_order) {
                    order.reduce_to(remaining);
                }
            }
            Execution::Ended { client_order, .. } => self.end(client_order),
        }
    }

    fn end(&mut self, client_order: ClientOrderId) {
        if let Some(order) = self.orders.get_mut(&client_order) {
            order.life = Life::Final;
        }
    }

    fn send(&mut self, request: RequestId, body: CreateOrder, purpose: Purpose) {
        match purpose {
            Purpose::Entry { .. } => self.market(body.market).entry_limit = Some(body.limit_price),
            Purpose::Exit { record, .. } => {
                let mut exits = self.exits.remove(&record).unwrap_or_default();
                exits.retain(|exit| self.works(*exit));
                exits.push(body.client_order);
                self.exits.insert(record, exits);
            }
            Purpose::Follow | Purpose::Reconcile | Purpose::Decide => {}
        }
        // An id that was used before names the earlier order; the exchange will refuse this one.
        self.orders.entry(body.client_order).or_insert_with(|| {
            self.requests.insert(request, body.client_order);
            Order { body, purpose, remaining: body.quantity, life: Life::Working }
        });
    }

    fn hold(&mut self, record: RecordId, holding: Holding) {
        self.records.insert(record, holding);
        if holding.standing == Standing::Settled {
            self.unsettled.remove(&record);
        } else {
            self.unsettled.insert(record);
        }
        let mut believed = Believed::default();
        for (_, other) in self.held(holding.market) {
            believed.add(other);
        }
        let market = self.market(holding.market);
        market.believed = believed;
        market.record_price = Some(holding.entry_price);
    }

    fn market(&mut self, market: MarketId) -> &mut Market {
        self.markets.entry(market).or_default()
    }

    /// The records of a market that are not settled.
    fn held(&self, market: MarketId) -> impl Iterator<Item = (RecordId, &Holding)> {
        let records = self.unsettled.iter().map(|record| (*record, &self.records[record]));
        records.filter(move |(_, holding)| holding.market == market)
    }

    /// T of a market.
    pub(super) fn position(&self, market: MarketId) -> Position {
        self.markets.get(&market).map_or(Position::FLAT, |market| market.position)
    }

    /// Whether a market trades, as far as the log tells.
    pub(super) fn trades(&self, market: MarketId) -> bool {
        let status = self.markets.get(&market).and_then(|market| market.status);
        let is_open = status.is_none_or(|status| status == MarketStatus::Active);
        is_open && self.exchange_status == ExchangeStatus::Active
    }

    /// B of a market.
    pub(super) fn belief(&self, market: MarketId) -> Position {
        self.markets.get(&market).map_or(Position::FLAT, |market| market.believed.position)
    }

    /// The stops of a market that the bot believes to guard contracts.
    pub(super) fn stopped(&self, market: MarketId) -> impl Iterator<Item = Price> {
        self.long(market).filter_map(|holding| holding.stop)
    }

    /// The records of a market that are not settled and have YES contracts: stops and targets are
    /// made for those.
    fn long(&self, market: MarketId) -> impl Iterator<Item = &Holding> {
        let records = self.held(market).map(|(_, holding)| holding);
        records.filter(|holding| !holding.stake.long().is_zero())
    }

    /// Contracts held in a market that no believed stop covers. A record with a stop covers its
    /// stake; while it is closing, no more of it than its working exit orders can still sell.
    pub(super) fn unprotected(&self, market: MarketId) -> Quantity {
        let position = self.position(market);
        if position.is_flat() {
            return Quantity::ZERO;
        }
        let same_outcome =
            |stake: Position| stake.hundredths().signum() == position.hundredths().signum();
        let covering = self.held(market).filter(|(_, holding)| holding.stop.is_some());
        let covering = covering.filter(|(_, holding)| same_outcome(holding.stake));
        let covered: Quantity = covering
            .map(|(record, holding)| match holding.standing {
                Standing::Open => holding.stake.size(),
                Standing::Closing => holding.stake.size().min(self.exiting(record, holding.stake)),
                Standing::Settled => Quantity::ZERO,
            })
            .sum();
        position.size().saturating_sub(covered)
    }

    /// Contracts that a record's working exit orders can still close of a stake.
    fn exiting(&self, record: RecordId, stake: Position) -> Quantity {
        let side = if stake.short().is_zero() { Side::Ask } else { Side::Bid };
        let exits = self.exits.get(&record).into_iter().flatten();
        let orders = exits.filter_map(|exit| self.orders.get(exit));
        orders
            .filter(|order| order.life == Life::Working && order.body.side == side)
            .map(|order| order.remaining)
            .sum()
    }

    /// The targets of a market that the bot watches.
    pub(super) fn targets(&self, market: MarketId) -> impl Iterator<Item = Price> {
        self.long(market).filter_map(|holding| holding.target)
    }

    /// Whether an order is not final yet, as far as the log tells.
    pub(super) fn works(&self, client_order: ClientOrderId) -> bool {
        self.orders.get(&client_order).is_some_and(|order| order.life == Life::Working)
    }

    /// The true exposure over all markets.
    pub(super) fn exposure(&self) -> Cash {
        self.markets.values().map(|market| market.cost).sum()
    }

    /// The exposure by the bot's records.
    pub(super) fn believed_exposure(&self) -> Cash {
        self.markets.values().map(|market| market.believed.exposure).sum()
    }

    /// The event of a market, when the log lists it.
    pub(super) fn event(&self, market: MarketId) -> Option<EventId> {
        self.markets.get(&market).and_then(|market| market.event)
    }

    /// The true exposure that a limit check would compare. A market that is not listed is an event
    /// of its own.
    pub(super) fn limited_exposure(&self, rule: LimitRule, market: MarketId) -> Cash {
        match (rule, self.event(market)) {
            (LimitRule::TotalExposure, _) => self.exposure(),
            (LimitRule::EventExposure, Some(event)) => self.event_exposure(event),
            (LimitRule::EventExposure, None) => {
                self.markets.get(&market).map_or(Cash::ZERO, |market| market.cost)
            }
        }
    }

    /// The true exposure over the markets of an event.
    pub(super) fn event_exposure(&self, event: EventId) -> Cash {
        let markets = self.markets.values().filter(|market| market.event == Some(event));
        markets.map(|market| market.cost).sum()
    }
}

/// What reads the log and measures one thing.
pub(super) trait Observer {
    /// A record, which the state has taken in already.
    fn record(&mut self, _state: &State, _time: SimTime, _record: &Record) {}

    /// The instant `time` is over; what the state says now lasts until the next instant.
    fn settle(&mut self, _state: &State, _time: SimTime) {}
}
