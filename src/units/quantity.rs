//! Numbers of contracts.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::Serialize;

use super::additive::additive;
use super::decimal::Scale;
use super::{UnitsError, decimal_of};

/// A number of contracts \[0.01 contract\], never negative.
///
/// ```
/// use fillgap::units::Quantity;
/// let quantity: Quantity = "161.25".parse().unwrap();
/// assert_eq!(quantity.hundredths(), 16_125);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Quantity(u64);

const SCALE: Scale = Scale {
    what: "quantity in contracts",
    places: 2,
    step: "0.01",
    low: 0,
    high: 1_000_000_000_000,
};

impl Quantity {
    /// No contract.
    pub const ZERO: Self = Self(0);
    /// The smallest quantity that can be ordered: 0.01 contract
    /// (Kalshi, "Fixed-point contracts", 2026-08-22).
    pub const STEP: Self = Self(1);
    /// Ten thousand million contracts: the largest quantity that input may name.
    pub const MAX: Self = Self(1_000_000_000_000);

    /// The quantity of a count of hundredths of a contract.
    ///
    /// # Errors
    /// Above [`Quantity::MAX`].
    pub fn new(hundredths: u64) -> Result<Self, UnitsError> {
        if hundredths > Self::MAX.0 {
            return Err(SCALE.out_of_range(&decimal_of(hundredths.into(), 2).to_string()));
        }
        Ok(Self(hundredths))
    }

    /// The quantity of a whole number of contracts.
    ///
    /// # Errors
    /// Above [`Quantity::MAX`].
    pub fn of_contracts(contracts: u32) -> Result<Self, UnitsError> {
        Self::new(u64::from(contracts) * 100)
    }

    /// The quantity of a decimal number of contracts.
    ///
    /// # Errors
    /// Negative, above [`Quantity::MAX`], or finer than 0.01.
    pub fn from_decimal(contracts: Decimal) -> Result<Self, UnitsError> {
        Ok(Self(SCALE.integer(contracts)?.unsigned_abs()))
    }

    /// A size that admitted quantities or sums of them bound.
    pub(crate) const fn of_size(hundredths: u64) -> Self {
        Self(hundredths)
    }

    /// The count of hundredths of a contract.
    #[must_use]
    pub const fn hundredths(self) -> u64 {
        self.0
    }

    /// Whether there is no contract.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// What is left after taking `other` away, zero when `other` is larger.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// As a decimal number of contracts.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        decimal_of(self.0.into(), 2)
    }
}

additive!(Quantity);

impl FromStr for Quantity {
    type Err = UnitsError;

    fn from_str(text: &str) -> Result<Self, UnitsError> {
        SCALE.parse(text).map(|integer| Self(integer.unsigned_abs()))
    }
}

impl fmt::Display for Quantity {
    /// Contracts without trailing zeros: `50`, `0.13`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.to_decimal().to_string())
    }
}
