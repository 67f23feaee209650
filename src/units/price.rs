//! Prices of a binary contract.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::Serialize;

use super::decimal::Scale;
use super::{Cash, Quantity, UnitsError, decimal_of};

/// A price of one contract in the YES frame \[0.0001 dollar\], 0 to 1 dollar.
///
/// Orders trade strictly between 0 and 1; the two ends exist because a contract settles there.
///
/// ```
/// use fillgap::units::Price;
/// let price: Price = "0.65".parse().unwrap();
/// assert_eq!(price.ten_thousandths(), 6_500);
/// assert_eq!(price.complement().to_string(), "0.35");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Price(u16);

const SCALE: Scale =
    Scale { what: "price in dollars", places: 4, step: "0.0001", low: 0, high: 10_000 };

impl Price {
    /// Worth nothing: a YES contract after NO won.
    pub const ZERO: Self = Self(0);
    /// Worth one dollar: a YES contract after YES won.
    pub const ONE_DOLLAR: Self = Self(10_000);

    /// The price of a count of ten-thousandths of a dollar.
    ///
    /// # Errors
    /// Above one dollar.
    pub fn new(ten_thousandths: u16) -> Result<Self, UnitsError> {
        if ten_thousandths > 10_000 {
            return Err(SCALE.out_of_range(&decimal_of(ten_thousandths.into(), 4).to_string()));
        }
        Ok(Self(ten_thousandths))
    }

    /// The price of a decimal number of dollars.
    ///
    /// # Errors
    /// Outside of 0 to 1, or finer than 0.0001.
    pub fn from_decimal(dollars: Decimal) -> Result<Self, UnitsError> {
        Ok(Self::of_integer(SCALE.integer(dollars)?))
    }

    fn of_integer(integer: i64) -> Self {
        Self(u16::try_from(integer).expect("Invariant: the scale admits 0 to 10000 only"))
    }

    /// The count of ten-thousandths of a dollar.
    #[must_use]
    pub const fn ten_thousandths(self) -> u16 {
        self.0
    }

    /// The price of the other outcome: one dollar minus this.
    #[must_use]
    pub const fn complement(self) -> Self {
        Self(10_000 - self.0)
    }

    /// What `quantity` contracts cost at this price, exact.
    ///
    /// # Panics
    /// Never within [`Quantity::MAX`].
    #[must_use]
    pub fn times(self, quantity: Quantity) -> Cash {
        let quantity = i64::try_from(quantity.hundredths()).expect("Invariant: Quantity::MAX");
        Cash::from_millionths(i64::from(self.0) * quantity)
    }

    /// The price this many ten-thousandths higher, or `None` above one dollar.
    #[must_use]
    pub fn up(self, ten_thousandths: u16) -> Option<Self> {
        self.0.checked_add(ten_thousandths).filter(|raised| *raised <= 10_000).map(Self)
    }

    /// The price this many ten-thousandths lower, or `None` below zero.
    #[must_use]
    pub fn down(self, ten_thousandths: u16) -> Option<Self> {
        self.0.checked_sub(ten_thousandths).map(Self)
    }
}

impl FromStr for Price {
    type Err = UnitsError;

    fn from_str(text: &str) -> Result<Self, UnitsError> {
        SCALE.parse(text).map(Self::of_integer)
    }
}

impl fmt::Display for Price {
    /// Dollars, at least two decimals: `0.65`, `0.012`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut dollars = decimal_of(self.0.into(), 4);
        dollars.rescale(dollars.scale().max(2));
        formatter.pad(&dollars.to_string())
    }
}
