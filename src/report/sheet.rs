//! A table for programs: named, typed columns and exact values.

use crate::experiment::{Cell, Comparison, MeasuredRun};
use crate::measure::{COLUMNS, Column, FAULT_COLUMNS, Kind, STOP_COLUMNS, Value, WINDOW_COLUMNS};

/// A table for programs: every writer of files takes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    columns: Vec<Heading>,
    rows: Vec<Vec<Option<Value>>>,
}

/// The head of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heading {
    /// The name; its last word is the unit.
    pub name: &'static str,
    /// What the column holds.
    pub kind: Kind,
}

impl Sheet {
    /// A table without rows.
    #[must_use]
    pub fn new(columns: Vec<Heading>) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// One row for each run: `seed`, `engine`, `digest`, then the measures.
    #[must_use]
    pub fn results(comparison: &Comparison) -> Self {
        let keys = [SEED, ENGINE, Heading { name: "digest", kind: Kind::Text }];
        let mut sheet = Self::keyed(&keys, COLUMNS);
        for row in &comparison.rows {
            let digest = Some(Value::Text(row.digest.to_string()));
            let values = COLUMNS.iter().map(|column| column.value(&row.measures));
            sheet.add(keys_of(&row.cell).into_iter().chain([digest]).chain(values).collect());
        }
        sheet
    }

    /// One row for each window of each run: `seed`, `engine`, then the window.
    #[must_use]
    pub fn windows(runs: &[(Cell, MeasuredRun)]) -> Self {
        Self::parts(runs, WINDOW_COLUMNS, |output| &output.report.windows)
    }

    /// One row for each stop of each run: `seed`, `engine`, then the stop.
    #[must_use]
    pub fn stops(runs: &[(Cell, MeasuredRun)]) -> Self {
        Self::parts(runs, STOP_COLUMNS, |output| &output.report.stops)
    }

    /// One row for each kind of fault of each run: `seed`, `engine`, then how often it happened.
    #[must_use]
    pub fn faults(comparison: &Comparison) -> Self {
        let mut sheet = Self::keyed(&[SEED, ENGINE], FAULT_COLUMNS);
        for row in &comparison.rows {
            for fault in &row.faults {
                let values = FAULT_COLUMNS.iter().map(|column| column.value(fault));
                sheet.add(keys_of(&row.cell).into_iter().chain(values).collect());
            }
        }
        sheet
    }

    fn parts<Part>(
        runs: &[(Cell, MeasuredRun)],
        columns: &[Column<Part>],
        parts: impl Fn(&MeasuredRun) -> &[Part],
    ) -> Self {
        let mut sheet = Self::keyed(&[SEED, ENGINE], columns);
        for (cell, output) in runs {
            for part in parts(output) {
                let values = columns.iter().map(|column| column.value(part));
                sheet.add(keys_of(cell).into_iter().chain(values).collect());
            }
        }
        sheet
    }

    fn keyed<Row>(keys: &[Heading], columns: &[Column<Row>]) -> Self {
        let heading = |column: &Column<Row>| Heading { name: column.name, kind: column.kind };
        Self::new(keys.iter().copied().chain(columns.iter().map(heading)).collect())
    }

    /// Adds a row.
    ///
    /// # Panics
    /// When a value is not of its column's kind, or there are more or fewer values than columns.
    pub fn add(&mut self, row: Vec<Option<Value>>) {
        assert_eq!(row.len(), self.columns.len(), "Invariant: a value for every column");
        for (column, value) in self.columns.iter().zip(&row) {
            let fits = match value {
                Some(Value::Text(_)) => column.kind == Kind::Text,
                Some(Value::Count(_)) => column.kind == Kind::Count,
                Some(Value::Decimal(_)) => matches!(column.kind, Kind::Decimal { .. }),
                None => true,
            };
            assert!(fits, "Invariant: {} holds {:?}, not {value:?}", column.name, column.kind);
        }
        self.rows.push(row);
    }

    /// The columns, in order.
    #[must_use]
    pub fn columns(&self) -> &[Heading] {
        &self.columns
    }

    /// The rows, in order; a value that a row does not have is absent.
    #[must_use]
    pub fn rows(&self) -> &[Vec<Option<Value>>] {
        &self.rows
    }
}

const SEED: Heading = Heading { name: "seed", kind: Kind::Count };
const ENGINE: Heading = Heading { name: "engine", kind: Kind::Text };

fn keys_of(cell: &Cell) -> [Option<Value>; 2] {
    [Some(Value::Count(cell.seed)), Some(Value::Text(cell.engine.clone()))]
}
