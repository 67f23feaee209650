//! What the gap between belief and truth cost, computed from the event log alone.
//!
//! [`measure`] reads a log once; small observers watch one thing each. [`Measures`] is one row for
//! a run; [`Window`] and [`StopEpisode`] are rows within it. Each has its table of columns, which
//! every writer of tables uses.

mod columns;
mod entries;
mod exact;
mod exposure;
mod faults;
mod feed;
mod gap;
mod limits;
mod market;
mod measures;
mod observers;
mod positions;
mod profit;
mod rows;
mod state;
mod stops;
pub mod story;
mod timeline;
mod timing;

pub use columns::{Column, Kind, Value};
pub use measures::{COLUMNS, Measures};
pub use rows::{
    FAULT_COLUMNS, FaultCount, GapCause, STOP_COLUMNS, StopEpisode, WINDOW_COLUMNS, Window,
};
pub use timeline::{Moment, timeline};

use crate::kernel::Stamped;
use crate::measure::observers::Observers;
use crate::measure::state::State;
use crate::protocol::record::{Record, RunMark};
use crate::units::SimTime;

/// Everything that is computed from one log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The run as one row.
    pub measures: Measures,
    /// Where belief and truth differed, in the order of opening, then of markets.
    pub windows: Vec<Window>,
    /// Stops, in the order of their beginning.
    pub stops: Vec<StopEpisode>,
    /// What went wrong on the link, in the order of channels, legs and kinds.
    pub faults: Vec<FaultCount>,
}

/// Computes everything from a log, whose entries are in the order of time.
///
/// The log begins with the run's markets ([`RunMark::Listed`]) and opening cash
/// ([`RunMark::Opened`]); what it does not tell counts as zero or absent. Entries after the instant
/// of [`RunMark::Ended`] do not count.
#[must_use]
pub fn measure(entries: &[Stamped<Record>]) -> Report {
    let entries = within_run(entries);
    let horizon = entries.last().map_or(SimTime::START, |last| last.time);
    let mut observers = Observers::default();
    let mut state = State::default();
    for instant in entries.chunk_by(|one, next| one.time == next.time) {
        for Stamped { time, record } in instant {
            state.apply(record);
            observers.each(|observer| observer.record(&state, *time, record));
        }
        observers.each(|observer| observer.settle(&state, instant[0].time));
    }
    observers.report(&state, horizon)
}

/// The entries up to the end of the run's last instant.
fn within_run(entries: &[Stamped<Record>]) -> &[Stamped<Record>] {
    let is_end = |entry: &&Stamped<Record>| matches!(entry.record, Record::Run(RunMark::Ended(_)));
    let Some(end) = entries.iter().find(is_end) else { return entries };
    &entries[..entries.partition_point(|entry| entry.time <= end.time)]
}
