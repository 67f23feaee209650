//! Simulated time.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::Serialize;

use super::additive::additive;
use super::decimal::Scale;
use super::{UnitsError, decimal_of};

/// An instant [ns since the scenario's start].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct SimTime(u64);

/// A length of simulated time \[ns\], never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct SimDuration(u64);

const NS_PER_MS: u64 = 1_000_000;
const NS_PER_S: u64 = 1_000_000_000;

const SECONDS: Scale = Scale {
    what: "time in seconds",
    places: 9,
    step: "0.000000001",
    low: 0,
    high: 1_000_000_000_000_000_000,
};
const MILLISECONDS: Scale = Scale {
    what: "time in milliseconds",
    places: 6,
    step: "0.000001",
    low: 0,
    high: 1_000_000_000_000_000_000,
};

impl SimTime {
    /// The scenario's start.
    pub const START: Self = Self(0);

    /// The instant this many nanoseconds after the start.
    #[must_use]
    pub const fn from_ns(ns: u64) -> Self {
        Self(ns)
    }

    /// Nanoseconds since the start.
    #[must_use]
    pub const fn ns(self) -> u64 {
        self.0
    }

    /// The time since `earlier`, zero when `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> SimDuration {
        SimDuration(self.0.saturating_sub(earlier.0))
    }

    /// The instant this long before, not earlier than the start.
    #[must_use]
    pub const fn before(self, length: SimDuration) -> Self {
        Self(self.0.saturating_sub(length.0))
    }
}

impl SimDuration {
    /// No time.
    pub const ZERO: Self = Self(0);

    /// A length in nanoseconds.
    #[must_use]
    pub const fn from_ns(ns: u64) -> Self {
        Self(ns)
    }

    /// A length in whole milliseconds.
    #[must_use]
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms * NS_PER_MS)
    }

    /// A length in whole seconds.
    #[must_use]
    pub const fn from_s(s: u64) -> Self {
        Self(s * NS_PER_S)
    }

    /// A length of a decimal number of seconds.
    ///
    /// # Errors
    /// Negative, beyond 10^9 s, or finer than a nanosecond.
    pub fn from_decimal_s(s: Decimal) -> Result<Self, UnitsError> {
        Ok(Self(SECONDS.integer(s)?.unsigned_abs()))
    }

    /// A length of a decimal number of milliseconds.
    ///
    /// # Errors
    /// Negative, beyond 10^12 ms, or finer than a nanosecond.
    pub fn from_decimal_ms(ms: Decimal) -> Result<Self, UnitsError> {
        Ok(Self(MILLISECONDS.integer(ms)?.unsigned_abs()))
    }

    /// Nanoseconds.
    #[must_use]
    pub const fn ns(self) -> u64 {
        self.0
    }

    /// Whether no time passes.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// What is left after taking `other` away, zero when `other` is longer.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// As a decimal number of seconds.
    #[must_use]
    pub fn to_decimal_s(self) -> Decimal {
        decimal_of(self.0.into(), 9)
    }
}

additive!(SimDuration);

impl FromStr for SimDuration {
    type Err = UnitsError;

    /// Reads a decimal number of seconds.
    fn from_str(text: &str) -> Result<Self, UnitsError> {
        SECONDS.parse(text).map(|ns| Self(ns.unsigned_abs()))
    }
}

impl std::ops::Add<SimDuration> for SimTime {
    type Output = Self;

    fn add(self, length: SimDuration) -> Self {
        Self(self.0 + length.0)
    }
}

impl std::ops::AddAssign<SimDuration> for SimTime {
    fn add_assign(&mut self, length: SimDuration) {
        self.0 += length.0;
    }
}

impl fmt::Display for SimTime {
    /// Seconds since the start without trailing zeros: `5`, `0.05`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&decimal_of(self.0.into(), 9).to_string())
    }
}

impl fmt::Display for SimDuration {
    /// Seconds without trailing zeros: `5`, `0.05`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.to_decimal_s().to_string())
    }
}
