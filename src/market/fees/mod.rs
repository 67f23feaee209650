//! What a match costs: the fee formula, exactly.
//!
//! The formula is `coefficient * multiplier * contracts * price * (1 - price)` dollars
//! (Kalshi, fee schedule, 2026-02-05, documented). What becomes of its many decimals is
//! [`FeeRounding`]'s business.

mod error;
mod rounding;

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use crate::market::Liquidity;
use crate::units::{Cash, Price, Quantity, decimal_of};

pub use error::FeeError;
pub use rounding::{BalanceStep, Fee, FeeRounding, PricedFill, RoundingCarry};

/// Who pays which share of the formula (Kalshi, "Get series", `fee_type`, 2026-08-22, documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeeKind {
    /// Takers pay 0.07, makers nothing.
    Quadratic,
    /// Takers pay 0.07, makers 0.0175.
    QuadraticWithMakerFees,
    /// Takers pay 0.07, makers 0.035 (combos, since 2026-08-20).
    QuadraticWithComboMakerFees,
}

impl FeeKind {
    /// All kinds, in the order of their declaration.
    pub const ALL: [Self; 3] =
        [Self::Quadratic, Self::QuadraticWithMakerFees, Self::QuadraticWithComboMakerFees];

    /// The name that Kalshi uses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quadratic => "quadratic",
            Self::QuadraticWithMakerFees => "quadratic_with_maker_fees",
            Self::QuadraticWithComboMakerFees => "quadratic_with_combo_maker_fees",
        }
    }

    /// The coefficient [0.0001].
    const fn coefficient(self, liquidity: Liquidity) -> u64 {
        match (liquidity, self) {
            (Liquidity::Taker, _) => 700,
            (Liquidity::Maker, Self::Quadratic) => 0,
            (Liquidity::Maker, Self::QuadraticWithMakerFees) => 175,
            (Liquidity::Maker, Self::QuadraticWithComboMakerFees) => 350,
        }
    }
}

impl FromStr for FeeKind {
    type Err = FeeError;

    fn from_str(text: &str) -> Result<Self, FeeError> {
        let unknown = || FeeError::UnknownKind { found: text.to_owned() };
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(unknown)
    }
}

impl fmt::Display for FeeKind {
    /// The name that Kalshi uses.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// A series' or event's factor on the fee [0.0001], 0 to 10 (Kalshi, "Get series",
/// `fee_multiplier`, 2026-08-22, documented; 0, 0.5 and 1 were observed).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeeMultiplier(u32);

impl FeeMultiplier {
    /// No change.
    pub const ONE: Self = Self(10_000);
    /// Up to here a better price never costs more in all, fee included.
    const MAX: Self = Self(100_000);

    /// The factor of a decimal number.
    ///
    /// # Errors
    /// Below 0, above 10, or finer than 0.0001.
    pub fn from_decimal(factor: Decimal) -> Result<Self, FeeError> {
        let wrong = || FeeError::Multiplier { found: factor.to_string() };
        let scaled = factor.checked_mul(Decimal::from(Self::ONE.0)).ok_or_else(wrong)?;
        if !scaled.is_integer() {
            return Err(wrong());
        }
        u32::try_from(scaled)
            .ok()
            .filter(|scaled| *scaled <= Self::MAX.0)
            .map(Self)
            .ok_or_else(wrong)
    }

    /// The factor as a decimal number.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        decimal_of(self.0.into(), 4)
    }
}

/// A market's fee formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeSchedule {
    kind: FeeKind,
    multiplier: FeeMultiplier,
    /// Coefficient times multiplier is `rate / divisor`, reduced, so that products stay small.
    taker_rate: u64,
    maker_rate: u64,
    divisor: u64,
    /// At least what 0.01 contract costs in either role, not rounded \[0.000001 dollar\].
    most_per_hundredth: i64,
}

impl FeeSchedule {
    /// The formula of a kind and a multiplier.
    #[must_use]
    pub const fn new(kind: FeeKind, multiplier: FeeMultiplier) -> Self {
        let taker = kind.coefficient(Liquidity::Taker) * multiplier.0 as u64;
        let maker = kind.coefficient(Liquidity::Maker) * multiplier.0 as u64;
        let divisor = 100_000_000;
        let common = common_divisor(common_divisor(taker, maker), divisor);
        let higher = if taker > maker { taker } else { maker };
        // The formula is highest where YES and NO cost the same: 0.01 x 0.5 x 0.5 dollars are 2,500
        // millionths.
        let most_per_hundredth = (higher * 2_500).div_ceil(divisor).cast_signed();
        Self {
            kind,
            multiplier,
            taker_rate: taker / common,
            maker_rate: maker / common,
            divisor: divisor / common,
            most_per_hundredth,
        }
    }

    /// Who pays which share.
    #[must_use]
    pub const fn kind(&self) -> FeeKind {
        self.kind
    }

    /// The factor on it.
    #[must_use]
    pub const fn multiplier(&self) -> FeeMultiplier {
        self.multiplier
    }

    /// The same formula while the fee is waived: it comes to nothing, in the same parts.
    #[must_use]
    pub const fn waived(self) -> Self {
        Self {
            multiplier: FeeMultiplier(0),
            taker_rate: 0,
            maker_rate: 0,
            most_per_hundredth: 0,
            ..self
        }
    }

    /// The formula's value, not rounded, in parts of a millionth of a dollar: divide by
    /// [`Self::parts_per_millionth`].
    #[must_use]
    pub fn parts(&self, liquidity: Liquidity, price: Price, quantity: Quantity) -> u128 {
        let rate = match liquidity {
            Liquidity::Taker => self.taker_rate,
            Liquidity::Maker => self.maker_rate,
        };
        let yes = u64::from(price.ten_thousandths());
        let no = u64::from(price.complement().ten_thousandths());
        u128::from(quantity.hundredths()) * u128::from(yes * no * rate)
    }

    /// At least what the formula says for so many contracts, not rounded, at any price and in either
    /// role \[dollar\]. Sums of this are this of the sum.
    ///
    /// # Panics
    /// Never within [`Quantity::MAX`].
    #[must_use]
    pub fn at_most(&self, quantity: Quantity) -> Cash {
        let quantity = i64::try_from(quantity.hundredths()).expect("Invariant: Quantity::MAX");
        Cash::from_millionths(self.most_per_hundredth * quantity)
    }

    /// How many parts, as [`Self::parts`] counts them, a millionth of a dollar has.
    #[must_use]
    pub const fn parts_per_millionth(&self) -> u64 {
        // Contracts times price times price counts 10^-10 dollars.
        self.divisor * 10_000
    }
}

/// The greatest common divisor; of a number and zero it is the number.
const fn common_divisor(left: u64, right: u64) -> u64 {
    if right == 0 { left } else { common_divisor(right, left % right) }
}
