//! Latencies from one column of a CSV file.

use std::path::Path;

use rust_decimal::Decimal;

use crate::link::{Latency, LinkError};
use crate::units::{SimDuration, UnitsError, parse_decimal};

/// The unit of a column of latencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnUnit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Microseconds.
    Microseconds,
    /// Nanoseconds.
    Nanoseconds,
}

impl ColumnUnit {
    /// The power of ten from the unit to a nanosecond.
    const fn places(self) -> u32 {
        match self {
            Self::Seconds => 9,
            Self::Milliseconds => 6,
            Self::Microseconds => 3,
            Self::Nanoseconds => 0,
        }
    }
}

impl Latency {
    /// The distribution of the samples in one column of a CSV file with a header line. The
    /// shortest sample is the quantile at level 0, the longest the one at 100 percent, the others
    /// lie at equal steps between. Samples are rounded to the nanosecond, halves to even.
    ///
    /// # Errors
    /// When the file cannot be read or is no CSV, has no such column or no line below the header,
    /// or a cell is no decimal number, negative, or above 10^9 s.
    pub fn from_column(path: &Path, column: &str, unit: ColumnUnit) -> Result<Self, LinkError> {
        let broken =
            |error: csv::Error| LinkError::File { path: path.into(), found: plain(&error) };
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).map_err(broken)?;
        let headers = reader.headers().map_err(broken)?;
        let found = headers.iter().position(|header| header == column);
        let index = found.ok_or_else(|| LinkError::Column {
            path: path.into(),
            column: column.to_owned(),
            allowed: quoted(headers),
        })?;
        let mut samples = Vec::new();
        for record in reader.records() {
            let record = record.map_err(broken)?;
            let line = record.position().map_or(0, csv::Position::line);
            let wrong = |error| LinkError::Cell {
                path: path.into(),
                line,
                column: column.to_owned(),
                source: Box::new(error),
            };
            samples.push(sample(record.get(index).unwrap_or_default(), unit).map_err(wrong)?);
        }
        let empty = || LinkError::NoSample { path: path.into(), column: column.to_owned() };
        Self::from_samples(samples).ok_or_else(empty)
    }
}

fn sample(cell: &str, unit: ColumnUnit) -> Result<SimDuration, UnitsError> {
    let number = parse_decimal("latency", cell)?.round_dp(unit.places());
    // A step of the unit in seconds; the product is exact, as both have few digits.
    let seconds = number * Decimal::new(1, 9 - unit.places());
    SimDuration::from_decimal_s(seconds)
}

/// What went wrong with a file, without the words that the error around it says already.
fn plain(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Io(error) => error.kind().to_string(),
        _ => error.to_string(),
    }
}

fn quoted(headers: &csv::StringRecord) -> String {
    let names: Vec<_> = headers.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
