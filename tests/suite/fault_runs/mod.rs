//! Whole runs over faulty links: what the log tells of them.

mod examples;
mod properties;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fillgap::kernel::Stamped;
use fillgap::link::Latency;
use fillgap::protocol::record::{Answer, Message, Record, Truth};
use fillgap::protocol::{Execution, FaultKind, FaultSubject, Leg, RejectReason, Request};
use fillgap::scenario::Scenario;
use fillgap::units::{ClientOrderId, RequestId, SimDuration, SimTime};
use fillgap::world::run_one;

pub(super) const END_S: u64 = 90;

/// Asks of 30 contracts every 2 s, taken by a bot that wants 50 every 3 s, waits for 4 s and cancels
/// the rest; its stops lie within the range of the bids.
pub(super) fn scenario() -> Scenario {
    let mut text = format!(
        r#"
title = "Busy"
ends_at_s = {END_S}
[[market]]
ticker = "KXDEMO-26NOV22-T50"
[bot]
cash_dollars = 100000
[bot.loop]
kind = "single"
sleep_with_positions_s = 1
sleep_when_empty_s = 1
[bot.strategy]
kind = "periodic"
first_at_s = 1
every_s = 3
quantity_low_contracts = 40
quantity_high_contracts = 60
stop_below_cents = 6
[bot.limits]
total_share = 2
event_share = 2
live_cap_factor = 100
[bot.stop]
stale_after_s = 5
[[engine]]
name = "wait"
entry = {{ kind = "wait_for_fill", timeout_s = 4, after_partial = "cancel", after_timeout = "cancel" }}
[[engine]]
name = "immediate"
entry = {{ kind = "immediate" }}
[flow]
kind = "scripted"
"#
    );
    for step in 0..40 {
        let (at_s, cents) = (2 * step, 60 + step % 5);
        for (side, price) in [("ask", cents), ("bid", cents - 8)] {
            text.extend([
                format!("[[flow.order]]\nat_s = {at_s}\nside = \"{side}\"\n"),
                format!("price_dollars = 0.{price}\nquantity_contracts = 30\n"),
                format!("expires_at_s = {}\n", at_s + 9),
            ]);
        }
    }
    Scenario::of_text(Path::new("busy.toml"), &text, &[]).unwrap_or_else(|error| panic!("{error}"))
}

pub(super) type Entries = Vec<Stamped<Record>>;

pub(super) fn run(scenario: &Scenario, engine: &str, seed: u64) -> Entries {
    let engine = scenario.engines.iter().find(|candidate| candidate.name == engine);
    let output = run_one(scenario, engine.expect("the scenario has the engine"), seed);
    output.unwrap_or_else(|error| panic!("{error}")).log.entries().to_vec()
}

pub(super) fn ms(ms: u64) -> SimDuration {
    SimDuration::from_ms(ms)
}

pub(super) fn at(at_ms: u64) -> SimTime {
    SimTime::START + ms(at_ms)
}

pub(super) fn messages(entries: &Entries) -> impl Iterator<Item = (SimTime, Message)> {
    entries.iter().filter_map(|entry| match &entry.record {
        Record::Message(message) => Some((entry.time, message.clone())),
        _ => None,
    })
}

/// Each leg takes 5 to 40 ms.
pub(super) fn jitter() -> Latency {
    Latency::uniform(ms(5), ms(40)).unwrap()
}

pub(super) const SHORTEST: SimDuration = SimDuration::from_ms(5);

/// What the log tells of one request.
#[derive(Debug, Default)]
pub(super) struct Trail {
    pub(super) body: Option<Request>,
    pub(super) sent: SimTime,
    pub(super) arrived: Vec<SimTime>,
    pub(super) answers: Vec<(SimTime, Answer)>,
    pub(super) gave_up: Option<SimTime>,
    pub(super) faults: Vec<(Leg, FaultKind)>,
}

impl Trail {
    pub(super) fn counted(&self, leg: Leg, kind: FaultKind) -> usize {
        self.faults.iter().filter(|fault| **fault == (leg, kind)).count()
    }

    /// Copies that are lost to the exchange or to the bot.
    pub(super) fn lost(&self, leg: Leg) -> usize {
        self.counted(leg, FaultKind::Lost) + self.counted(leg, FaultKind::LostInOutage)
    }

    /// Copies that were answered at the door.
    pub(super) fn refused(&self) -> usize {
        let is_refusal = |kind: &FaultKind| {
            matches!(
                kind,
                FaultKind::Refused(_) | FaultKind::ReadFailed(_) | FaultKind::RateLimited
            )
        };
        self.faults.iter().filter(|(_, kind)| is_refusal(kind)).count()
    }
}

pub(super) fn trails(entries: &Entries) -> BTreeMap<RequestId, Trail> {
    let mut trails: BTreeMap<RequestId, Trail> = BTreeMap::new();
    for (time, message) in messages(entries) {
        match message {
            Message::Sent { request, body, .. } => {
                let trail = Trail { body: Some(body), sent: time, ..Trail::default() };
                trails.insert(request, trail);
            }
            Message::Arrived { request } => {
                trails.get_mut(&request).unwrap().arrived.push(time);
            }
            Message::Answered { request, answer } => {
                trails.get_mut(&request).unwrap().answers.push((time, answer));
            }
            Message::GaveUp { request } => {
                trails.get_mut(&request).unwrap().gave_up = Some(time);
            }
            Message::Fault { leg, kind, subject: FaultSubject::Request(request), .. } => {
                trails.get_mut(&request).unwrap().faults.push((leg, kind));
            }
            _ => {}
        }
    }
    trails
}

/// INV-23: a client order id takes effect at most once, whatever the link does to its request.
pub(super) fn every_order_takes_effect_at_most_once(entries: &Entries) {
    let mut accepted: BTreeSet<ClientOrderId> = BTreeSet::new();
    let mut refused: BTreeSet<RequestId> = BTreeSet::new();
    let mut asked: BTreeMap<ClientOrderId, RequestId> = BTreeMap::new();
    for entry in entries {
        match entry.record {
            Record::Message(Message::Sent { request, body: Request::Create(order), .. }) => {
                assert_eq!(asked.insert(order.client_order, request), None, "ids are used once");
            }
            Record::Truth(Truth::Execution(Execution::Accepted { client_order, .. })) => {
                assert!(accepted.insert(client_order), "{client_order} is accepted twice");
            }
            Record::Truth(Truth::Refused { request, reason })
                if reason != RejectReason::OrderAlreadyExists =>
            {
                refused.insert(request);
            }
            _ => {}
        }
    }
    for (client_order, request) in asked {
        let both = accepted.contains(&client_order) && refused.contains(&request);
        assert!(!both, "{client_order} is accepted and refused");
    }
}
