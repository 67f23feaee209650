//! What can be wrong with a number that is to become a unit.

use thiserror::Error;

/// A value that is not in the range or on the grid of its unit.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UnitsError {
    /// The text is not a decimal number.
    #[error("{what}: found `{found}`, allowed is a decimal number such as `0.65`")]
    NotANumber {
        /// The unit that was asked for, in words.
        what: &'static str,
        /// The text as it was found.
        found: String,
    },
    /// The number is finer than the unit's step.
    #[error("{what}: found {found}, allowed are steps of {step}")]
    TooFine {
        /// The unit that was asked for, in words.
        what: &'static str,
        /// The number as it was found.
        found: String,
        /// The smallest step, as a decimal.
        step: &'static str,
    },
    /// The number is outside of the unit's range.
    #[error("{what}: found {found}, allowed is {low} to {high}")]
    OutOfRange {
        /// The unit that was asked for, in words.
        what: &'static str,
        /// The number as it was found.
        found: String,
        /// The lowest value, as a decimal.
        low: String,
        /// The highest value, as a decimal.
        high: String,
    },
}
