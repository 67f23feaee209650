//! Reads under way, how the latest ones ended, and how old what they showed must have been.

use std::collections::BTreeMap;

use crate::measure::state::State;
use crate::protocol::record::{Answer, Message, Record, Truth};
use crate::protocol::{Execution, Purpose, Query, Request};
use crate::units::{MarketId, Position, RequestId, SimDuration, SimTime};

/// The reads that explain what the bot does next.
#[derive(Debug, Default)]
pub(super) struct Reads {
    under_way: BTreeMap<RequestId, Read>,
    /// How the latest read for the reconciler ended.
    reconciling: Option<View>,
    /// How the latest read of the balance ended.
    balance: Option<Outcome>,
    /// The true positions of each market from the instants on at which they changed.
    positions: BTreeMap<MarketId, Vec<(SimTime, Position)>>,
}

/// A read that was not answered yet.
#[derive(Clone, Copy, Debug)]
struct Read {
    subject: Subject,
    /// When the exchange got it.
    arrived: Option<SimTime>,
}

/// What a read is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    /// To reconcile with the positions.
    Positions,
    /// To reconcile with orders or fills.
    Orders,
    /// To know the equity.
    Balance,
}

/// How a read ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Shown,
    Failed,
}

/// What the reconciler has before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    /// Positions; `arrived` is when the exchange got the read.
    Positions {
        /// Absent when the log does not tell.
        arrived: Option<SimTime>,
    },
    /// Orders, or fills.
    Orders,
    /// Nothing: the read failed.
    Failed,
}

impl Reads {
    /// Takes note of a record that the state has taken in.
    pub(super) fn note(&mut self, state: &State, time: SimTime, record: &Record) {
        match record {
            Record::Message(message) => self.hear(time, message),
            Record::Truth(Truth::Execution(Execution::Filled(fill))) => {
                self.hold(time, fill.market, state.position(fill.market));
            }
            Record::Truth(Truth::Settled { market, .. }) => {
                self.hold(time, *market, state.position(*market));
            }
            _ => {}
        }
    }

    fn hold(&mut self, time: SimTime, market: MarketId, position: Position) {
        self.positions.entry(market).or_default().push((time, position));
    }

    fn hear(&mut self, time: SimTime, message: &Message) {
        match message {
            Message::Sent { request, body: Request::Read(query), purpose } => {
                if let Some(subject) = subject(query, *purpose) {
                    self.under_way.insert(*request, Read { subject, arrived: None });
                }
            }
            Message::Arrived { request } => {
                if let Some(read) = self.under_way.get_mut(request) {
                    read.arrived.get_or_insert(time);
                }
            }
            Message::Answered { request, answer: Answer::Done } => {
                self.end(*request, Outcome::Shown);
            }
            Message::Answered { request, .. } | Message::GaveUp { request } => {
                self.end(*request, Outcome::Failed);
            }
            _ => {}
        }
    }

    fn end(&mut self, request: RequestId, outcome: Outcome) {
        let Some(Read { subject, arrived }) = self.under_way.remove(&request) else { return };
        match (subject, outcome) {
            (Subject::Balance, outcome) => self.balance = Some(outcome),
            (_, Outcome::Failed) => self.reconciling = Some(View::Failed),
            (Subject::Positions, Outcome::Shown) => {
                self.reconciling = Some(View::Positions { arrived });
            }
            (Subject::Orders, Outcome::Shown) => self.reconciling = Some(View::Orders),
        }
    }

    /// What the reconciler has before it, if the log tells.
    pub(super) const fn reconciling(&self) -> Option<View> {
        self.reconciling
    }

    /// Whether the latest read of the balance failed.
    pub(super) fn lacks_balance(&self) -> bool {
        self.balance == Some(Outcome::Failed)
    }

    /// The least age of a view that the exchange gave at an instant and in which a market's position
    /// was one of some: how long before that the position was last one of them. Zero when it still
    /// was; `None` when it never had been.
    pub(super) fn least_age(
        &self,
        arrived: SimTime,
        market: MarketId,
        shows: impl Fn(Position) -> bool,
    ) -> Option<SimDuration> {
        let changes = self.positions.get(&market).map(Vec::as_slice).unwrap_or_default();
        let mut until = None;
        for (time, position) in changes.iter().rev().filter(|(time, _)| *time <= arrived) {
            if shows(*position) {
                return Some(until.map_or(SimDuration::ZERO, |until| arrived.since(until)));
            }
            until = Some(*time);
        }
        let age = until.map_or(SimDuration::ZERO, |until| arrived.since(until));
        shows(Position::FLAT).then_some(age)
    }
}

/// What a read is for, if it explains anything.
const fn subject(query: &Query, purpose: Purpose) -> Option<Subject> {
    match (query, purpose) {
        (Query::Positions, Purpose::Reconcile) => Some(Subject::Positions),
        (
            Query::Order(_) | Query::OrderByClient(_) | Query::Orders | Query::Fills,
            Purpose::Reconcile,
        ) => Some(Subject::Orders),
        (Query::Balance, _) => Some(Subject::Balance),
        _ => None,
    }
}
