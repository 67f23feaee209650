//! Exact conversion between decimal text and scaled integers, on top of `rust_decimal`.

use rust_decimal::Decimal;

use super::UnitsError;

/// What a scaled integer unit accepts.
pub(super) struct Scale {
    /// The unit in words, for messages.
    pub(super) what: &'static str,
    /// Decimal places that the integer holds.
    pub(super) places: u32,
    /// The smallest step, as a decimal, for messages.
    pub(super) step: &'static str,
    /// Lowest allowed integer.
    pub(super) low: i64,
    /// Highest allowed integer.
    pub(super) high: i64,
}

impl Scale {
    /// The integer for a decimal.
    pub(super) fn integer(&self, value: Decimal) -> Result<i64, UnitsError> {
        let value = value.normalize();
        if value.scale() > self.places {
            let (what, step) = (self.what, self.step);
            return Err(UnitsError::TooFine { what, found: value.to_string(), step });
        }
        let factor = 10_i128.pow(self.places - value.scale());
        let scaled = value.mantissa().checked_mul(factor);
        scaled
            .and_then(|wide| i64::try_from(wide).ok())
            .filter(|integer| (self.low..=self.high).contains(integer))
            .ok_or_else(|| self.out_of_range(&value.to_string()))
    }

    /// The integer for decimal text.
    pub(super) fn parse(&self, text: &str) -> Result<i64, UnitsError> {
        self.integer(parse_decimal(self.what, text)?)
    }

    /// The error for a number outside of `low..=high`.
    pub(super) fn out_of_range(&self, found: &str) -> UnitsError {
        UnitsError::OutOfRange {
            what: self.what,
            found: found.to_owned(),
            low: decimal_of(i128::from(self.low), self.places).to_string(),
            high: decimal_of(i128::from(self.high), self.places).to_string(),
        }
    }
}

/// Reads decimal text exactly; plain (`0.65`) and scientific (`1e-3`) notation are understood.
///
/// # Errors
/// When the text is no decimal number or has more than 28 digits; `what` names the quantity.
pub fn parse_decimal(what: &'static str, text: &str) -> Result<Decimal, UnitsError> {
    let trimmed = text.trim();
    // `from_scientific` rounds a mantissa that is too long: the exact reader has to accept it first.
    let (mantissa, exponent) = trimmed.split_once(['e', 'E']).unzip();
    let parsed = Decimal::from_str_exact(mantissa.unwrap_or(trimmed))
        .and_then(|plain| exponent.map_or(Ok(plain), |_| Decimal::from_scientific(trimmed)));
    parsed.map_err(|_| UnitsError::NotANumber { what, found: text.to_owned() })
}

/// The decimal `integer / 10^places`, without trailing zeros.
///
/// # Panics
/// When the integer does not fit into 96 bits or `places` is above 28: no sum of a run comes near.
#[must_use]
pub fn decimal_of(integer: i128, places: u32) -> Decimal {
    Decimal::from_i128_with_scale(integer, places).normalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mantissa_that_would_be_rounded_is_refused_in_both_notations() {
        let long = "0.65000000000000000000000000000000001";
        assert!(parse_decimal("price", long).is_err());
        assert!(parse_decimal("price", &format!("{long}e0")).is_err());
        assert_eq!(parse_decimal("price", "6.5e-1"), parse_decimal("price", "0.65"));
    }
}
