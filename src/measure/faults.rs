//! What went wrong on the link, counted.

use std::collections::BTreeMap;

use crate::measure::FaultCount;
use crate::measure::state::{Observer, State};
use crate::protocol::record::{Message, Record};
use crate::protocol::{Channel, FaultKind, Leg};
use crate::units::SimTime;

/// Counts the link's faults.
#[derive(Debug, Default)]
pub(super) struct Faults {
    counts: BTreeMap<(Channel, Leg, FaultKind), u64>,
}

impl Observer for Faults {
    fn record(&mut self, _state: &State, _time: SimTime, record: &Record) {
        if let Record::Message(Message::Fault { channel, leg, kind, subject: _ }) = *record {
            *self.counts.entry((channel, leg, kind)).or_default() += 1;
        }
    }
}

impl Faults {
    /// One row for each kind on each leg of each channel, in their order.
    pub(super) fn finish(self) -> Vec<FaultCount> {
        let row = |((channel, leg, fault), messages): ((Channel, Leg, FaultKind), u64)| {
            let status = fault.status().map(|status| u64::from(status.code()));
            FaultCount { channel, leg, fault, status, messages }
        };
        self.counts.into_iter().map(row).collect()
    }
}
