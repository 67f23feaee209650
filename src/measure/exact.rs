//! Exact integrals of piecewise constant values, and the two places where a quotient is rounded.

use rust_decimal::Decimal;

use crate::units::{SimDuration, SimTime, decimal_of};

/// The integral over time of a value that is constant between instants: zero until it is set.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Integral {
    value: i128,
    since: SimTime,
    total: i128,
}

impl Integral {
    /// From `time` on the value is `value`.
    pub(super) fn set(&mut self, time: SimTime, value: i128) {
        self.total += self.value * i128::from(time.since(self.since).ns());
        self.since = time;
        self.value = value;
    }

    /// The integral up to the latest setting [unit of the value times ns].
    pub(super) fn total(&self) -> i128 {
        self.total
    }
}

/// The time during which a condition holds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stopwatch(Integral);

impl Stopwatch {
    /// From `time` on the condition holds.
    pub(super) fn start(&mut self, time: SimTime) {
        self.0.set(time, 1);
    }

    /// From `time` on the condition does not hold.
    pub(super) fn stop(&mut self, time: SimTime) {
        self.0.set(time, 0);
    }

    /// The time up to the latest start or stop.
    pub(super) fn total(&self) -> SimDuration {
        SimDuration::from_ns(u64::try_from(self.0.total()).expect("Invariant: time counts up"))
    }
}

/// The quotient rounded half to even.
///
/// # Panics
/// When the divisor is not positive.
pub(super) fn divide(dividend: i128, divisor: i128) -> i128 {
    assert!(divisor > 0, "Invariant: a divisor is positive");
    let (quotient, twice_rest) = (dividend.div_euclid(divisor), 2 * dividend.rem_euclid(divisor));
    let odd = quotient.rem_euclid(2) == 1;
    if twice_rest > divisor || (twice_rest == divisor && odd) { quotient + 1 } else { quotient }
}

/// Integers below this fit into a decimal.
const DECIMAL_LIMIT: i128 = (1 << 96) - 1;

/// The decimal `integer / 10^places`: exact while 28 digits hold it. Beyond, which takes ten
/// thousand million contracts for a day, its last digits are rounded half to even.
pub(super) fn decimal(integer: i128, places: u32) -> Decimal {
    let fits = |dropped: &u32| (integer / 10_i128.pow(*dropped)).abs() < DECIMAL_LIMIT;
    let dropped = (0..=places).find(fits).unwrap_or(places);
    decimal_of(divide(integer, 10_i128.pow(dropped)), places - dropped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_round_half_to_even_on_both_sides_of_zero() {
        let cases = [(5, 2, 2), (7, 2, 4), (-5, 2, -2), (-7, 2, -4), (8, 3, 3), (-8, 3, -3)];
        for (dividend, divisor, quotient) in cases {
            assert_eq!(divide(dividend, divisor), quotient, "{dividend} / {divisor}");
        }
    }

    /// 3 from 2 ns to 5 ns is 9, then -1 until 7 ns is -2.
    #[test]
    fn an_integral_adds_value_times_length() {
        let mut integral = Integral::default();
        for (ns, value) in [(2, 3), (5, -1), (7, 0), (9, 0)] {
            integral.set(SimTime::from_ns(ns), value);
        }
        assert_eq!(integral.total(), 7);
    }

    /// 2^97 has 30 digits and ends in 0672: one digit too many, so 067.2 becomes 067.
    #[test]
    fn a_decimal_is_exact_within_28_digits() {
        assert_eq!(decimal(48_750_000, 5).to_string(), "487.5");
        let long = 12_345_678_901_234_567_890_123_456_789_i128;
        assert_eq!(decimal(long, 15).to_string(), "12345678901234.567890123456789");
        assert_eq!(decimal(1 << 97, 15).to_string(), "158456325028528.67518708790067");
        assert_eq!(decimal(-1 << 97, 15).to_string(), "-158456325028528.67518708790067");
    }
}
