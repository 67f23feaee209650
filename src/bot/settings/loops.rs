//! How the parts of a bot take turns.

use crate::bot::settings::{Period, TimeWindow};

/// How the parts of a bot take turns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoopSettings {
    /// One task does everything in turn and sleeps between passes.
    Single(SingleLoopSettings),
    /// One task for entries and reconciling, one for the stops, and a lock that each holds for its
    /// whole pass.
    Threads(ThreadsSettings),
    /// A task for every part, which acts when something happens.
    EventDriven(EventLoopSettings),
}

impl Default for LoopSettings {
    fn default() -> Self {
        Self::Single(SingleLoopSettings::default())
    }
}

/// The sleeps of the single-task loop, each from the end of a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SingleLoopSettings {
    /// While the position list has records, settled ones included.
    pub sleep_with_positions: Period,
    /// While the position list is empty.
    pub sleep_when_empty: Period,
    /// While there is no active match; the pass is left out, stops included.
    pub sleep_without_matches: Period,
    /// After a pass that failed.
    pub sleep_after_failure: Period,
    /// When there is no active match.
    pub without_matches: Vec<TimeWindow>,
}

impl Default for SingleLoopSettings {
    fn default() -> Self {
        Self {
            sleep_with_positions: Period::of_s(10),
            sleep_when_empty: Period::of_s(60),
            sleep_without_matches: Period::of_s(300),
            sleep_after_failure: Period::of_s(30),
            without_matches: Vec::new(),
        }
    }
}

/// The loop that acts when something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventLoopSettings {
    /// Stops are checked whenever the public feed brings something, and at least this often.
    pub check: Period,
    /// How often a reconciler without a schedule of its own runs.
    pub reconcile_every: Period,
}

impl Default for EventLoopSettings {
    fn default() -> Self {
        Self { check: Period::SECOND, reconcile_every: Period::of_s(10) }
    }
}

/// The rates of the two tasks, each from the beginning of a pass to that of the next. A pass that
/// takes longer is followed by the next at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadsSettings {
    /// Entries and reconciling.
    pub strategy_every: Period,
    /// Stops.
    pub stops_every: Period,
    /// The pause after a pass of the first task that failed, from its end.
    pub strategy_pause: Period,
    /// The pause after a pass of the stops that failed, from its end.
    pub stops_pause: Period,
    /// When there is no active match: nothing is entered or reconciled, stops are watched.
    pub without_matches: Vec<TimeWindow>,
}

impl Default for ThreadsSettings {
    fn default() -> Self {
        Self {
            strategy_every: Period::of_s(30),
            stops_every: Period::of_s(2),
            strategy_pause: Period::of_s(5),
            stops_pause: Period::of_s(1),
            without_matches: Vec::new(),
        }
    }
}
