//! Exact decimals, rounded for people.

use rust_decimal::{Decimal, RoundingStrategy};

/// What stands for a number that is not there.
pub(super) const NONE: &str = "-";

/// Rounds half away from zero, as people do.
fn rounded(value: Decimal, places: u32) -> Decimal {
    value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero).normalize()
}

/// A number with at most so many decimals and no trailing zeros: `50`, `0.13`.
pub(super) fn plain(value: Decimal, most_places: u32) -> String {
    rounded(value, most_places).to_string()
}

/// Numbers of one column, all with the same decimals so that their points line up: none when all
/// are whole, otherwise so many. An exact zero is `0`, an absent number `-`.
pub(super) fn aligned(values: &[Option<Decimal>], places: u32) -> Vec<String> {
    let is_whole = |value: &Decimal| rounded(*value, places).is_integer();
    let places = if values.iter().flatten().all(is_whole) { 0 } else { places };
    let text = |value: &Option<Decimal>| match value {
        None => NONE.to_owned(),
        Some(value) if value.is_zero() => "0".to_owned(),
        Some(value) => {
            let mut shown = rounded(*value, places);
            shown.rescale(places);
            shown.to_string()
        }
    };
    values.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimals(texts: &[&str]) -> Vec<Option<Decimal>> {
        texts.iter().map(|text| Decimal::from_str_exact(text).ok()).collect()
    }

    #[test]
    fn a_column_has_the_same_decimals_in_all_its_numbers_or_none() {
        let cases: [(&[&str], &[&str]); 5] = [
            (&["1500", "0", "75"], &["1500", "0", "75"]),
            (&["1500", "0.5"], &["1500.00", "0.50"]),
            (&["2.005", "-2.005", "0.125"], &["2.01", "-2.01", "0.13"]),
            // Not nothing, but less than the column shows.
            (&["0.001", "0"], &["0", "0"]),
            (&["0.001", "0", "none", "1.25"], &["0.00", "0", "-", "1.25"]),
        ];
        for (values, expected) in cases {
            assert_eq!(aligned(&decimals(values), 2), expected, "{values:?}");
        }
    }

    #[test]
    fn a_single_number_has_no_trailing_zeros() {
        let cases = [("50.00", "50"), ("0.1234567", "0.123457"), ("-0.0000001", "0")];
        for (value, expected) in cases {
            assert_eq!(plain(Decimal::from_str_exact(value).unwrap(), 6), expected);
        }
    }
}
