//! Signed holdings of one market.

use std::fmt;

use rust_decimal::Decimal;
use serde::Serialize;

use super::additive::additive;
use super::{Quantity, Side, decimal_of};

/// Net contracts of one market [0.01 contract]: positive YES, negative NO.
///
/// Within a market YES and NO always net (Kalshi, "Market settlement", 2026-08-22), so one signed
/// number says all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Position(i64);

impl Position {
    /// Nothing held.
    pub const FLAT: Self = Self(0);

    /// The position of a signed count of hundredths of a contract.
    #[must_use]
    pub const fn new(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// The position that a quantity bought (bid) or sold (ask) from flat makes.
    ///
    /// # Panics
    /// Never within [`Quantity::MAX`].
    #[must_use]
    pub fn of(side: Side, quantity: Quantity) -> Self {
        let contracts = i64::try_from(quantity.hundredths()).expect("Invariant: Quantity::MAX");
        match side {
            Side::Bid => Self(contracts),
            Side::Ask => Self(-contracts),
        }
    }

    /// The signed count of hundredths of a contract.
    #[must_use]
    pub const fn hundredths(self) -> i64 {
        self.0
    }

    /// The number of contracts, whatever the outcome.
    #[must_use]
    pub const fn size(self) -> Quantity {
        Quantity::of_size(self.0.unsigned_abs())
    }

    /// The YES contracts held; zero when flat or NO.
    #[must_use]
    pub const fn long(self) -> Quantity {
        if self.0 > 0 { self.size() } else { Quantity::ZERO }
    }

    /// The NO contracts held; zero when flat or YES.
    #[must_use]
    pub const fn short(self) -> Quantity {
        if self.0 < 0 { self.size() } else { Quantity::ZERO }
    }

    /// The contracts that a fill of a side closes before it opens any: a bid closes NO, an ask YES.
    #[must_use]
    pub const fn closable(self, side: Side) -> Quantity {
        match side {
            Side::Bid => self.short(),
            Side::Ask => self.long(),
        }
    }

    /// Whether nothing is held.
    #[must_use]
    pub const fn is_flat(self) -> bool {
        self.0 == 0
    }

    /// As a signed decimal number of contracts.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        decimal_of(self.0.into(), 2)
    }
}

additive!(Position);

impl std::ops::Neg for Position {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl fmt::Display for Position {
    /// Signed contracts without trailing zeros: `50`, `-0.13`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.to_decimal().to_string())
    }
}
