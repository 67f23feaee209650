//! Where in a distribution a quantile lies.

use std::fmt;

use rust_decimal::Decimal;

use crate::link::LinkError;
use crate::units::{SimDuration, decimal_of};

/// The share of draws that are not longer than a quantile, in billionths: 500,000,000 is the
/// median.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(u32);

const BILLION: u32 = 1_000_000_000;

/// Decimal places of a percentage that a level holds.
const PERCENT_PLACES: u32 = 7;

impl Level {
    /// Nothing is shorter.
    pub const LOWEST: Self = Self(0);

    /// Nothing is longer.
    pub const HIGHEST: Self = Self(BILLION);

    /// The level of a percentage, such as 99.9.
    ///
    /// # Errors
    /// Below 0, above 100, or finer than 0.0000001 percent.
    pub fn from_percent(percent: Decimal) -> Result<Self, LinkError> {
        let percent = percent.normalize();
        let wrong = || LinkError::Level { found: percent.to_string() };
        let places = PERCENT_PLACES.checked_sub(percent.scale()).ok_or_else(wrong)?;
        let scaled = percent.mantissa().checked_mul(10_i128.pow(places)).ok_or_else(wrong)?;
        let billionths = u32::try_from(scaled).ok().filter(|found| *found <= BILLION);
        billionths.map(Self).ok_or_else(wrong)
    }

    /// The level of tenths of a percent, for constants of the program.
    ///
    /// # Panics
    /// Above 1000.
    #[must_use]
    pub const fn from_tenths(tenths: u32) -> Self {
        assert!(tenths <= 1000, "Invariant: a level is at most 100 percent");
        Self::from_billionths(tenths * (BILLION / 1000))
    }

    /// The level of this many billionths.
    pub(super) const fn from_billionths(billionths: u32) -> Self {
        assert!(billionths <= BILLION, "Invariant: a level is at most 100 percent");
        Self(billionths)
    }

    /// As a probability, for the maths of a distribution.
    pub(super) fn probability(self) -> f64 {
        f64::from(self.0) / f64::from(BILLION)
    }

    /// The level as far from the other end.
    pub(super) const fn mirrored(self) -> Self {
        Self(BILLION - self.0)
    }

    /// The draw out of 2^64 at this level.
    pub(super) fn draw(self) -> u64 {
        let draw = (u128::from(self.0) << 64) / u128::from(BILLION);
        u64::try_from(draw).unwrap_or(u64::MAX)
    }
}

impl fmt::Display for Level {
    /// In percent, without trailing zeros: `50`, `99.9`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&decimal_of(self.0.into(), PERCENT_PLACES).to_string())
    }
}

/// One quantile of a latency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantile {
    /// The share of draws that are not longer.
    pub level: Level,
    /// The latency there.
    pub latency: SimDuration,
}
