//! Limit checks decided again with the true exposure, and time beyond the limits.

use std::collections::BTreeMap;

use crate::measure::exact::Stopwatch;
use crate::measure::state::{Observer, State};
use crate::protocol::record::{Decision, LimitRule, Record, Verdict};
use crate::units::{Cash, EventId, SimTime};

/// Watches the exposure limits.
#[derive(Debug, Default)]
pub(super) struct Limits {
    /// Accepted, though the truth would have refused.
    pub(super) false_accepts: u64,
    /// Refused, though the truth would have accepted.
    pub(super) false_rejects: u64,
    /// Time beyond any limit.
    pub(super) breach: Stopwatch,
    total: Option<Cash>,
    events: BTreeMap<EventId, Cash>,
}

impl Observer for Limits {
    fn record(&mut self, state: &State, _time: SimTime, record: &Record) {
        let Record::Decision(Decision::Limit { rule, market, added, limit, verdict, .. }) = *record
        else {
            return;
        };
        match rule {
            LimitRule::TotalExposure => self.total = Some(limit),
            LimitRule::EventExposure => {
                if let Some(event) = state.event(market) {
                    self.events.insert(event, limit);
                }
            }
        }
        let in_truth = if state.limited_exposure(rule, market) + added > limit {
            Verdict::Refused
        } else {
            Verdict::Accepted
        };
        match (verdict, in_truth) {
            (Verdict::Accepted, Verdict::Refused) => self.false_accepts += 1,
            (Verdict::Refused, Verdict::Accepted) => self.false_rejects += 1,
            (Verdict::Accepted, Verdict::Accepted) | (Verdict::Refused, Verdict::Refused) => {}
        }
    }

    fn settle(&mut self, state: &State, time: SimTime) {
        let total = self.total.is_some_and(|limit| state.exposure() > limit);
        let mut events = self.events.iter();
        if total || events.any(|(event, limit)| state.event_exposure(*event) > *limit) {
            self.breach.start(time);
        } else {
            self.breach.stop(time);
        }
    }
}
