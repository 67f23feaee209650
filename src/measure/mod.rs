//! What the gap between belief and truth cost, computed from the event log alone.
//!
//! [`Measures`] is one row for a run; [`Window`] and [`StopEpisode`] are rows within it. Each has
//! its table of columns, which every writer of tables uses.

mod columns;
mod measures;
mod rows;

pub use columns::{Column, Kind, Value};
pub use measures::{COLUMNS, Measures};
pub use rows::{GapCause, STOP_COLUMNS, StopEpisode, WINDOW_COLUMNS, Window};

/// Everything that is computed from one log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The run as one row.
    pub measures: Measures,
    /// Where belief and truth differed, in the order of opening, then of markets.
    pub windows: Vec<Window>,
    /// Stops, in the order of their beginning, then of markets and levels.
    pub stops: Vec<StopEpisode>,
}
