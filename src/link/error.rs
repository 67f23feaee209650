//! What can be wrong with the description of a link.

use std::path::PathBuf;

use thiserror::Error;

use crate::link::Level;
use crate::units::{SimDuration, SimTime, UnitsError};

/// A description that no link can be built from. Durations are shown in seconds, levels in
/// percent.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LinkError {
    /// A level outside of the distribution, or finer than the table can hold.
    #[error(
        "level of a quantile: found {found} percent, allowed is 0 to 100 percent in steps of 0.0000001"
    )]
    Level {
        /// The level as it was found, in percent.
        found: String,
    },
    /// A uniform latency whose ends are swapped.
    #[error("uniform latency: found low {low} s above high {high} s, allowed is low up to high")]
    UniformReversed {
        /// The low end.
        low: SimDuration,
        /// The high end.
        high: SimDuration,
    },
    /// A lognormal latency given at a level where it is not modelled.
    #[error("lognormal latency: found level {found} percent, allowed is {low} to {high} percent")]
    LognormalLevel {
        /// The level as it was found.
        found: Level,
        /// The lowest level that is allowed.
        low: Level,
        /// The highest level that is allowed.
        high: Level,
    },
    /// A lognormal latency whose two quantiles do not rise, or whose lower one is zero.
    #[error(
        "lognormal latency: found {low} s at {low_level} percent and {high} s at {high_level} percent, \
         allowed are two quantiles above 0 s whose levels and latencies both rise"
    )]
    LognormalQuantiles {
        /// The level of the first quantile.
        low_level: Level,
        /// The first quantile.
        low: SimDuration,
        /// The level of the second quantile.
        high_level: Level,
        /// The second quantile.
        high: SimDuration,
    },
    /// A lognormal latency with a tail beyond simulated time.
    #[error(
        "lognormal latency: found a longest latency of {found_s} s, allowed is up to {longest} s"
    )]
    TooLong {
        /// The latency at the highest level that is modelled, rounded, in seconds.
        found_s: String,
        /// The longest that is allowed.
        longest: SimDuration,
    },
    /// A table without a row.
    #[error("quantile table: found no quantile, allowed is one or more")]
    TableEmpty,
    /// A table whose levels do not rise, or whose latencies fall.
    #[error(
        "quantile table, row {row}: found {found} s at {found_level} percent after {before} s at \
         {before_level} percent, allowed are rising levels and latencies that do not fall"
    )]
    TableOrder {
        /// The row at fault, counted from 1.
        row: usize,
        /// Its level.
        found_level: Level,
        /// Its latency.
        found: SimDuration,
        /// The level of the row before.
        before_level: Level,
        /// The latency of the row before.
        before: SimDuration,
    },
    /// A profile that does not exist.
    #[error("link profile: found `{found}`, allowed is {allowed}")]
    Profile {
        /// The name as it was found.
        found: String,
        /// The names that exist.
        allowed: String,
    },
    /// A rate limit tier that does not exist.
    #[error("rate limit tier: found `{found}`, allowed is {allowed}")]
    Tier {
        /// The name as it was found.
        found: String,
        /// The names that exist.
        allowed: String,
    },
    /// A share of messages above all of them.
    #[error("share of messages: found {found_ppm} ppm, allowed is 0 to 1000000 ppm")]
    Share {
        /// The share as it was found, in parts per million.
        found_ppm: u32,
    },
    /// A factor that makes nothing slower, or everything stand still.
    #[error("factor of a burst: found {found}, allowed is 1 to 1000 in steps of 0.000001")]
    Factor {
        /// The factor as it was found.
        found: String,
    },
    /// A window that ends before it begins.
    #[error(
        "window of a fault: found {from} s up to {to} s, allowed is an end after the beginning"
    )]
    Window {
        /// The beginning.
        from: SimTime,
        /// The end.
        to: SimTime,
    },
    /// An outage of nothing.
    #[error("channels of an outage: found none, allowed is one or more")]
    NoChannel,
    /// A file of samples that cannot be read.
    #[error("{path}: found {found}, allowed is a readable CSV file")]
    File {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        found: String,
    },
    /// A file of samples without the column that was asked for.
    #[error("{path}: found no column `{column}`, allowed is {allowed}")]
    Column {
        /// The file.
        path: PathBuf,
        /// The column that was asked for.
        column: String,
        /// The columns that exist, in words.
        allowed: String,
    },
    /// A line that does not match the header.
    #[error("{path}, line {line}: cells: found {found}, allowed is {allowed} as in the header")]
    Row {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// How many cells the line has.
        found: usize,
        /// How many the header has.
        allowed: usize,
    },
    /// A cell that is no latency.
    #[error("{path}, line {line}, column `{column}`: {source}")]
    Cell {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The column.
        column: String,
        /// What is wrong with it.
        source: Box<UnitsError>,
    },
    /// A column without a sample.
    #[error("{path}, column `{column}`: found no sample, allowed is one or more")]
    NoSample {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
    },
}
