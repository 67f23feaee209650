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
    /// When the file cannot be read, has no such column or no line below the header, a line has
    /// more or fewer cells than the header, or a cell is no decimal number, negative, or above
    /// 10^9 s.
    pub fn from_column(path: &Path, column: &str, unit: ColumnUnit) -> Result<Self, LinkError> {
        let broken = |found: String| LinkError::File { path: path.into(), found };
        let content = std::fs::read(path).map_err(|error| broken(error.kind().to_string()))?;
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .flexible(true)
            .from_reader(content.as_slice());
        let headers = reader.byte_headers().map_err(|error| broken(error.to_string()))?.clone();
        let found = headers.iter().position(|header| header == column.as_bytes());
        let index = found.ok_or_else(|| LinkError::Column {
            path: path.into(),
            column: column.to_owned(),
            allowed: named(&headers),
        })?;
        let mut samples = Vec::new();
        for record in reader.byte_records() {
            let record = record.map_err(|error| broken(error.to_string()))?;
            if record.len() != headers.len() {
                return Err(LinkError::Row {
                    path: path.into(),
                    line: line_of(&record, &content),
                    found: record.len(),
                    allowed: headers.len(),
                });
            }
            let wrong = |error| LinkError::Cell {
                path: path.into(),
                line: line_of(&record, &content),
                column: column.to_owned(),
                source: Box::new(error),
            };
            let cell = String::from_utf8_lossy(&record[index]);
            samples.push(sample(&cell, unit).map_err(wrong)?);
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

/// The line of a record, counted from 1. The reader's own count stops before empty lines, which
/// it skips.
fn line_of(record: &csv::ByteRecord, content: &[u8]) -> usize {
    let read = record.position().map_or(0, csv::Position::byte);
    let read = usize::try_from(read).unwrap_or(content.len()).min(content.len());
    let skipped = content[read..].iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    content[..read + skipped].split(|byte| *byte == b'\n').count()
}

fn named(headers: &csv::ByteRecord) -> String {
    if headers.is_empty() {
        return "a file with a header line".to_owned();
    }
    let names = headers.iter().map(|name| format!("`{}`", String::from_utf8_lossy(name)));
    format!("one of {}", names.collect::<Vec<_>>().join(", "))
}
