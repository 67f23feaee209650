//! One market of a capture, in the form that runs share.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::flow::capture::grid;
use crate::flow::capture::{CaptureError, ExchangeTime, LineProblem};
use crate::market::PriceLevelStructure;
use crate::units::{Price, Quantity, Side, SimTime};

/// How a level changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// Contracts came.
    Added(Quantity),
    /// Contracts went.
    Removed(Quantity),
}

/// A change of one level, in the YES frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which side.
    pub side: Side,
    /// Which level.
    pub price: Price,
    /// What happened to it.
    pub movement: Movement,
}

/// What kind of exchange event a recording shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MomentKind {
    /// Deltas of one instant with consecutive sequence numbers.
    Deltas,
    /// A snapshot: its changes are the differences to the book that was recorded before.
    Snapshot,
}

/// One exchange event: all that the recording shows of one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment<'a> {
    /// When, never before the moment that precedes it.
    pub at: ExchangeTime,
    /// What the changes come from.
    pub kind: MomentKind,
    /// The changes in the order of the recording.
    pub changes: &'a [Change],
}

/// What a ticker message says about trading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticker {
    /// When the exchange made it.
    pub at: ExchangeTime,
    /// The price of the last match, in the YES frame.
    pub last_price: Price,
    /// Contracts of the last match.
    pub last_quantity: Quantity,
    /// Contracts traded since the market opened, both sides of each match counted: every
    /// difference between two messages is an even number of hundredths, and its half is what the
    /// book's removals add up to (observed in 12 recordings of May 2026).
    pub volume: Quantity,
}

/// Where a moment's changes end in the list of all changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MomentEnd {
    pub(super) at: ExchangeTime,
    pub(super) kind: MomentKind,
    pub(super) end: usize,
}

/// All that a capture holds of one market. It does not change any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapturedMarket {
    pub(super) file: Arc<str>,
    pub(super) ticker: String,
    pub(super) close_time: Option<ExchangeTime>,
    pub(super) changes: Vec<Change>,
    pub(super) moments: Vec<MomentEnd>,
    pub(super) tickers: Vec<Ticker>,
    /// Each price with the line on which it was first seen.
    pub(super) prices: BTreeMap<Price, u64>,
    pub(super) deltas: usize,
    pub(super) clamped: u64,
}

impl CapturedMarket {
    /// The market's name at the venue.
    #[must_use]
    pub fn ticker(&self) -> &str {
        &self.ticker
    }

    /// When trading ends, if the capture says it.
    #[must_use]
    pub const fn close_time(&self) -> Option<ExchangeTime> {
        self.close_time
    }

    /// How many deltas the recording has.
    #[must_use]
    pub const fn delta_count(&self) -> usize {
        self.deltas
    }

    /// How many exchange events there are.
    #[must_use]
    pub const fn moment_count(&self) -> usize {
        self.moments.len()
    }

    /// How many exchange events had a timestamp before the one that precedes them; they were moved
    /// to its time.
    #[must_use]
    pub const fn clamped_count(&self) -> u64 {
        self.clamped
    }

    /// The exchange events in the order of the recording. The first is a snapshot.
    #[must_use]
    pub fn moments(&self) -> impl ExactSizeIterator<Item = Moment<'_>> + Clone {
        (0..self.moments.len()).map(|index| self.moment(index))
    }

    /// One exchange event.
    ///
    /// # Panics
    /// When `index` is not below [`Self::moment_count`].
    #[must_use]
    pub fn moment(&self, index: usize) -> Moment<'_> {
        let start = index.checked_sub(1).map_or(0, |before| self.moments[before].end);
        let MomentEnd { at, kind, end } = self.moments[index];
        Moment { at, kind, changes: &self.changes[start..end] }
    }

    /// The instant at which simulated time starts: that of the first exchange event.
    #[must_use]
    pub fn origin(&self) -> ExchangeTime {
        self.moments[0].at
    }

    /// An instant of the exchange's clock in simulated time; earlier ones become the start.
    #[must_use]
    pub fn sim_time(&self, at: ExchangeTime) -> SimTime {
        at.sim_time(self.origin())
    }

    /// The ticker messages in the order of the recording.
    #[must_use]
    pub fn tickers(&self) -> &[Ticker] {
        &self.tickers
    }

    /// The coarsest of Kalshi's price level structures that has every recorded price.
    #[must_use]
    pub fn infer_levels(&self) -> PriceLevelStructure {
        grid::coarsest(&self.prices.keys().copied())
    }

    /// Whether every recorded price is on a grid.
    ///
    /// # Errors
    /// The first line with a price that is not.
    pub fn check_levels(&self, levels: &PriceLevelStructure) -> Result<(), CaptureError> {
        let off_grid = self.prices.iter().filter(|(price, _)| levels.tick_of(**price).is_none());
        match off_grid.min_by_key(|(_, line)| **line) {
            None => Ok(()),
            Some((price, line)) => Err(CaptureError::BadLine {
                file: self.file.to_string(),
                line: *line,
                problem: LineProblem::OffGrid { market: self.ticker.clone(), found: *price },
            }),
        }
    }
}
