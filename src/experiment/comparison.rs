//! Engines side by side on the same markets.

use crate::experiment::{Cell, CellFailure, MeasuredRun, Row, run_cells};
use crate::kernel::{Digest, Hasher};
use crate::units::MarketId;

/// Which scenario a result belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name of its file, without folder and ending.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The digest of the resolved scenario.
    pub digest: Digest,
    /// The tickers of its markets, by their numbers.
    pub tickers: Vec<String>,
}

impl Identity {
    /// What people call a market: its ticker, or its number where the scenario has no such market.
    #[must_use]
    pub fn market(&self, market: MarketId) -> String {
        let ticker = self.tickers.get(market.number() as usize);
        ticker.cloned().unwrap_or_else(|| market.number().to_string())
    }
}

/// The rows of several runs of one scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The scenario.
    pub scenario: Identity,
    /// The runs that finished, in the order of their cells.
    pub rows: Vec<Row>,
    /// The digest of the scenario's and all rows' digests.
    pub digest: Digest,
}

impl Comparison {
    /// The comparison of finished runs.
    #[must_use]
    pub fn new(scenario: Identity, rows: Vec<Row>) -> Self {
        let mut hasher = Hasher::default();
        hasher.add(scenario.digest.bytes());
        for row in &rows {
            hasher.add(row.digest.bytes());
        }
        Self { scenario, rows, digest: hasher.digest() }
    }
}

/// A comparison and the runs that it lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared<E> {
    /// What finished.
    pub comparison: Comparison,
    /// What did not, in the order of the cells.
    pub failures: Vec<CellFailure<E>>,
}

/// Runs every cell and puts the rows side by side. `finished` is told of each run that is over.
pub fn compare<E: Send>(
    scenario: Identity,
    cells: &[Cell],
    run_one: impl Fn(&Cell) -> Result<MeasuredRun, E> + Sync,
    finished: impl Fn(&Cell) + Sync,
) -> Compared<E> {
    // The log of a run can be large: only the row outlives it.
    let row_of = |cell: &Cell| run_one(cell).map(|output| output.row(cell));
    let (mut rows, mut failures) = (Vec::new(), Vec::new());
    for result in run_cells(cells, row_of, finished) {
        match result {
            Ok(row) => rows.push(row),
            Err(failure) => failures.push(failure),
        }
    }
    Compared { comparison: Comparison::new(scenario, rows), failures }
}
