//! Checked values of settings.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use thiserror::Error;

use crate::units::{Cash, Quantity, SimDuration, SimTime};

/// Why a value can not be a setting of a bot.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SettingsError {
    /// A repeated sleep of no time would never let time pass.
    #[error("period: found 0 s, allowed is more than 0 s")]
    NoPeriod,
    /// The ratio is negative, too large or too fine.
    #[error("ratio: found {found}, allowed is 0 to 100000 in steps of 0.0001")]
    Ratio {
        /// The number as it was found.
        found: Decimal,
    },
    /// The window is over before it begins.
    #[error("time window: found {from} to {until} s, allowed is `from` before `until`")]
    TimeWindow {
        /// Its first instant.
        from: SimTime,
        /// The instant after it.
        until: SimTime,
    },
    /// The range holds no quantity that can be ordered.
    #[error("quantity range in contracts: found {low} to {high}, allowed is 1 <= low <= high")]
    QuantityRange {
        /// The lower end.
        low: u32,
        /// The upper end.
        high: u32,
    },
}

/// A length of time between repetitions, more than zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period(SimDuration);

impl Period {
    pub(in crate::bot) const SECOND: Self = Self::of_s(1);

    pub(in crate::bot) const fn of_s(s: u64) -> Self {
        Self(SimDuration::from_s(s))
    }

    pub(in crate::bot) const fn of_ms(ms: u64) -> Self {
        Self(SimDuration::from_ms(ms))
    }

    /// The period of a length.
    ///
    /// # Errors
    /// Of no length.
    pub const fn new(length: SimDuration) -> Result<Self, SettingsError> {
        if length.is_zero() { Err(SettingsError::NoPeriod) } else { Ok(Self(length)) }
    }

    /// The length.
    #[must_use]
    pub const fn length(self) -> SimDuration {
        self.0
    }
}

/// A share or a factor \[0.0001\], 0 to 100,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ratio(u32);

impl Ratio {
    const SCALE: u32 = 10_000;

    pub(in crate::bot) const fn of_hundredths(hundredths: u32) -> Self {
        Self(hundredths * (Self::SCALE / 100))
    }

    /// The ratio of a decimal number.
    ///
    /// # Errors
    /// Negative, above 100,000, or finer than 0.0001.
    pub fn from_decimal(number: Decimal) -> Result<Self, SettingsError> {
        let scaled = number.checked_mul(Self::SCALE.into()).filter(Decimal::is_integer);
        scaled
            .and_then(|scaled| scaled.to_u32())
            .filter(|scaled| *scaled <= 100_000 * Self::SCALE)
            .map(Self)
            .ok_or(SettingsError::Ratio { found: number })
    }

    /// This share of an amount of money, rounded down to the millionth.
    ///
    /// # Panics
    /// When the share does not fit an amount, which a real account does not reach.
    #[must_use]
    pub fn of_cash(self, amount: Cash) -> Cash {
        let scaled = i128::from(amount.millionths()) * i128::from(self.0);
        let share = scaled.div_euclid(i128::from(Self::SCALE));
        Cash::from_millionths(i64::try_from(share).expect("Invariant: a share of cash fits cash"))
    }

    /// This multiple of a quantity, rounded down to whole contracts.
    #[must_use]
    pub fn whole_contracts_of(self, quantity: Quantity) -> Quantity {
        let scaled = u128::from(quantity.hundredths()) * u128::from(self.0);
        let contracts = scaled / (u128::from(Self::SCALE) * 100);
        u64::try_from(contracts * 100)
            .ok()
            .and_then(|hundredths| Quantity::new(hundredths).ok())
            .unwrap_or(Quantity::MAX)
    }
}

/// A range of whole numbers of contracts, both ends included, from 1 up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuantityRange {
    low: u32,
    high: u32,
}

impl QuantityRange {
    /// The range from `low` to `high` contracts.
    ///
    /// # Errors
    /// When `low` is zero or above `high`.
    pub const fn new(low: u32, high: u32) -> Result<Self, SettingsError> {
        if low == 0 || low > high {
            return Err(SettingsError::QuantityRange { low, high });
        }
        Ok(Self { low, high })
    }

    /// The lower end \[contract\].
    #[must_use]
    pub const fn low(self) -> u32 {
        self.low
    }

    /// The upper end \[contract\].
    #[must_use]
    pub const fn high(self) -> u32 {
        self.high
    }
}

/// A stretch of time that is not empty, without its last instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeWindow {
    from: SimTime,
    until: SimTime,
}

impl TimeWindow {
    /// The time from `from` on, before `until`.
    ///
    /// # Errors
    /// When `from` is not before `until`.
    pub fn new(from: SimTime, until: SimTime) -> Result<Self, SettingsError> {
        if from < until {
            Ok(Self { from, until })
        } else {
            Err(SettingsError::TimeWindow { from, until })
        }
    }

    /// The first instant.
    #[must_use]
    pub const fn from(self) -> SimTime {
        self.from
    }

    /// The first instant after it.
    #[must_use]
    pub const fn until(self) -> SimTime {
        self.until
    }

    /// Whether an instant lies in it.
    #[must_use]
    pub fn contains(self, instant: SimTime) -> bool {
        self.from <= instant && instant < self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::settings::LimitSettings;

    fn ratio(text: &str) -> Result<Ratio, SettingsError> {
        Ratio::from_decimal(text.parse().unwrap())
    }

    #[test]
    fn a_ratio_is_exact_to_its_step() {
        for (text, allowed) in [
            ("0", true),
            ("0.3", true),
            ("0.0001", true),
            ("1.10", true),
            ("100000", true),
            ("0.00001", false),
            ("100000.0001", false),
            ("-0.1", false),
        ] {
            assert_eq!(ratio(text).is_ok(), allowed, "{text}");
        }
        assert_eq!(ratio("0.30").unwrap(), LimitSettings::default().total_share);
        assert_eq!(ratio("0.1").unwrap(), LimitSettings::default().event_share);
        assert_eq!(ratio("1.1").unwrap(), LimitSettings::default().live_cap_factor);
    }

    /// Rounded down: 0.3 of 0.000001 is nothing, of -0.000001 it is a whole millionth of debt.
    #[test]
    fn a_share_of_cash_is_rounded_down() {
        for (amount, share) in [
            ("10000", "3000"),
            ("7700", "2310"),
            ("0.00001", "0.000003"),
            ("0.000001", "0"),
            ("-0.000001", "-0.000001"),
        ] {
            let amount: Cash = amount.parse().unwrap();
            assert_eq!(ratio("0.3").unwrap().of_cash(amount), share.parse().unwrap());
        }
    }

    #[test]
    fn a_multiple_of_a_quantity_is_rounded_down_to_whole_contracts() {
        for (quantity, multiple) in
            [("100", "110"), ("99", "108"), ("5", "5"), ("0.95", "1"), ("0.9", "0")]
        {
            let quantity: Quantity = quantity.parse().unwrap();
            let whole = ratio("1.1").unwrap().whole_contracts_of(quantity);
            assert_eq!(whole, multiple.parse().unwrap());
        }
        assert_eq!(ratio("2").unwrap().whole_contracts_of(Quantity::MAX), Quantity::MAX);
    }

    #[test]
    fn a_period_lasts_and_a_range_holds_a_contract() {
        assert_eq!(Period::new(SimDuration::ZERO), Err(SettingsError::NoPeriod));
        assert!(Period::new(SimDuration::from_ns(1)).is_ok());
        for (low, high, allowed) in [(1, 1, true), (1, 9, true), (0, 9, false), (9, 8, false)] {
            assert_eq!(QuantityRange::new(low, high).is_ok(), allowed, "{low} to {high}");
        }
    }

    #[test]
    fn a_window_holds_its_first_instant_and_not_its_last() {
        let (one, two) = (SimTime::from_ns(1), SimTime::from_ns(2));
        let window = TimeWindow::new(one, two).unwrap();
        assert!(window.contains(one) && !window.contains(two));
        assert_eq!(
            TimeWindow::new(one, one),
            Err(SettingsError::TimeWindow { from: one, until: one })
        );
    }
}
