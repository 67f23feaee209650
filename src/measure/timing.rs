//! What waiting cost: blocked time, time without a look at the stops, waits for a lock.

use std::collections::BTreeMap;

use crate::measure::exact::Stopwatch;
use crate::measure::state::{Observer, State};
use crate::protocol::record::{BotTask, Decision, Record, Wait};
use crate::units::{SimDuration, SimTime};

/// Watches the bot's waits and the stop monitor's passes.
#[derive(Debug, Default)]
pub(super) struct Timing {
    blocked: Stopwatch,
    latest_pass: SimTime,
    longest_without_pass: SimDuration,
    /// When each task that waits for the lock began to.
    waiting: BTreeMap<BotTask, SimTime>,
    lock_waits: SimDuration,
    longest_lock_wait: SimDuration,
}

/// What waiting came to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waited {
    /// Time blocked by entries.
    pub(super) blocked: SimDuration,
    /// The longest time without a pass of the stop monitor.
    pub(super) longest_without_pass: SimDuration,
    /// Waits for a lock, summed over tasks.
    pub(super) lock_waits: SimDuration,
    /// The longest of them.
    pub(super) longest_lock_wait: SimDuration,
}

impl Observer for Timing {
    fn record(&mut self, _state: &State, time: SimTime, record: &Record) {
        match record {
            Record::Decision(Decision::WaitBegan(Wait::Entry)) => self.blocked.start(time),
            Record::Decision(Decision::WaitEnded(Wait::Entry)) => self.blocked.stop(time),
            Record::Decision(Decision::StopPass) => self.pass(time),
            Record::Decision(Decision::LockWaitBegan(task)) => {
                self.waiting.insert(*task, time);
            }
            Record::Decision(Decision::LockWaitEnded(task)) => self.locked(*task, time),
            // Nothing of what the bot did goes on.
            Record::Decision(Decision::Restarted) => {
                self.blocked.stop(time);
                self.end_lock_waits(time);
            }
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

    fn locked(&mut self, task: BotTask, time: SimTime) {
        if let Some(began) = self.waiting.remove(&task) {
            let waited = time.since(began);
            self.lock_waits += waited;
            self.longest_lock_wait = self.longest_lock_wait.max(waited);
        }
    }

    fn end_lock_waits(&mut self, time: SimTime) {
        for task in self.waiting.keys().copied().collect::<Vec<_>>() {
            self.locked(task, time);
        }
    }

    /// What waiting came to, when the run ends at `horizon`.
    pub(super) fn finish(mut self, horizon: SimTime) -> Waited {
        self.blocked.stop(horizon);
        self.pass(horizon);
        self.end_lock_waits(horizon);
        Waited {
            blocked: self.blocked.total(),
            longest_without_pass: self.longest_without_pass,
            lock_waits: self.lock_waits,
            longest_lock_wait: self.longest_lock_wait,
        }
    }
}
