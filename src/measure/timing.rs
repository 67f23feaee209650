//! What waiting cost: blocked time, and time without a look at the stops.

use crate::measure::exact::Stopwatch;
use crate::measure::state::{Observer, State};
use crate::protocol::record::{Decision, Record, Wait};
use crate::units::{SimDuration, SimTime};

/// Watches the bot's waits and the stop monitor's passes.
#[derive(Debug, Default)]
pub(super) struct Timing {
    blocked: Stopwatch,
    latest_pass: SimTime,
    longest_without_pass: SimDuration,
}

impl Observer for Timing {
    fn record(&mut self, _state: &State, time: SimTime, record: &Record) {
        match record {
            Record::Decision(Decision::WaitBegan(Wait::Entry)) => self.blocked.start(time),
            Record::Decision(Decision::WaitEnded(Wait::Entry)) => self.blocked.stop(time),
            Record::Decision(Decision::StopPass) => self.pass(time),
            _ => {}
        }
    }
}

impl Timing {
    fn pass(&mut self, time: SimTime) {
        let without = time.since(self.latest_pass);
        self.longest_without_pass = self.longest_without_pass.max(without);
        self.latest_pass = time;
    }

    /// Time blocked by entries, and the longest time without a pass, when the run ends at `horizon`.
    pub(super) fn finish(mut self, horizon: SimTime) -> (SimDuration, SimDuration) {
        self.blocked.stop(horizon);
        self.pass(horizon);
        (self.blocked.total(), self.longest_without_pass)
    }
}
