//! Money.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::Serialize;

use super::additive::additive;
use super::decimal::Scale;
use super::{UnitsError, decimal_of};

/// An amount of money \[0.000001 dollar\], signed.
///
/// ```
/// use fillgap::units::{Cash, Price, Quantity};
/// let cost = "0.65".parse::<Price>().unwrap().times("50".parse::<Quantity>().unwrap());
/// assert_eq!(cost, "32.5".parse::<Cash>().unwrap());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Cash(i64);

const SCALE: Scale = Scale {
    what: "amount in dollars",
    places: 6,
    step: "0.000001",
    low: -1_000_000_000_000_000_000,
    high: 1_000_000_000_000_000_000,
};

impl Cash {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One cent.
    pub const CENT: Self = Self(10_000);

    /// The amount of a signed count of millionths of a dollar.
    #[must_use]
    pub const fn from_millionths(millionths: i64) -> Self {
        Self(millionths)
    }

    /// The amount of a decimal number of dollars.
    ///
    /// # Errors
    /// Beyond a million million dollars, or finer than 0.000001.
    pub fn from_decimal(dollars: Decimal) -> Result<Self, UnitsError> {
        SCALE.integer(dollars).map(Self)
    }

    /// The signed count of millionths of a dollar.
    #[must_use]
    pub const fn millionths(self) -> i64 {
        self.0
    }

    /// Whether the amount is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The amount without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// The largest multiple of `step` that is not above this, towards minus infinity.
    ///
    /// # Panics
    /// When `step` is not positive.
    #[must_use]
    pub const fn floor_to(self, step: Self) -> Self {
        assert!(step.0 > 0, "Invariant: a rounding step is positive");
        Self(self.0.div_euclid(step.0) * step.0)
    }

    /// The smallest multiple of `step` that is not below this.
    ///
    /// # Panics
    /// When `step` is not positive.
    #[must_use]
    pub const fn ceil_to(self, step: Self) -> Self {
        Self(-Self(-self.0).floor_to(step).0)
    }

    /// As a signed decimal number of dollars.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        decimal_of(self.0.into(), 6)
    }
}

additive!(Cash);

impl std::ops::Neg for Cash {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl FromStr for Cash {
    type Err = UnitsError;

    fn from_str(text: &str) -> Result<Self, UnitsError> {
        SCALE.parse(text).map(Self)
    }
}

impl fmt::Display for Cash {
    /// Dollars, at least two decimals: `32.50`, `-0.017472`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut dollars = self.to_decimal();
        dollars.rescale(dollars.scale().max(2));
        formatter.pad(&dollars.to_string())
    }
}
