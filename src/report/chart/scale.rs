//! The rows of a chart.

use std::collections::BTreeSet;

use crate::units::{Position, decimal_of};

/// The most rows.
const MOST_ROWS: usize = 16;

/// What the rows of a chart stand for.
#[derive(Debug)]
pub(super) enum Scale {
    /// One number each, from the lowest.
    Numbers(Vec<Position>),
    /// A range each, all of one length [0.01 contract]: from a multiple of it, which is in it, to
    /// the one next to it in the direction of zero, which is not. Zero has a row for itself.
    Ranges {
        /// The length of a row.
        step: i128,
        /// How many rows are below zero.
        below: usize,
        /// How many rows are above zero.
        above: usize,
    },
}

impl Scale {
    /// The rows for these numbers, and for zero: a row for each of them if they are few, otherwise
    /// ranges.
    pub(super) fn of(values: impl Iterator<Item = Position>) -> Self {
        let values: BTreeSet<Position> = values.chain([Position::FLAT]).collect();
        if values.len() <= MOST_ROWS {
            return Self::Numbers(values.into_iter().collect());
        }
        let ends = values.first().zip(values.last()).expect("Invariant: zero is a number");
        let (low, high) = (hundredths(*ends.0), hundredths(*ends.1));
        let rows = |step: i128| (rows_to(-low, step), rows_to(high, step));
        let fits = |step: &i128| rows(*step).0 + rows(*step).1 < MOST_ROWS;
        let tens = (0..20).map(|exponent| 10_i128.pow(exponent));
        let step = tens.flat_map(|ten| [ten, 2 * ten, 5 * ten]).find(fits);
        let step = step.expect("Invariant: a position is below 10^19");
        let (below, above) = rows(step);
        Self::Ranges { step, below, above }
    }

    /// The row of a number, counted from the lowest.
    ///
    /// # Panics
    /// When the scale is not made for the number.
    pub(super) fn row(&self, value: Position) -> usize {
        match self {
            Self::Numbers(numbers) => {
                numbers.binary_search(&value).expect("Invariant: a row for each number")
            }
            Self::Ranges { step, below, .. } => {
                let away = rows_to(hundredths(value).abs(), *step);
                if value < Position::FLAT { below - away } else { below + away }
            }
        }
    }

    /// The number beside each row, from the lowest.
    pub(super) fn labels(&self) -> Vec<String> {
        match self {
            Self::Numbers(numbers) => numbers.iter().map(ToString::to_string).collect(),
            Self::Ranges { step, below, above } => {
                let rows = |count: &usize| i128::try_from(*count).expect("Invariant: rows are few");
                (-rows(below)..=rows(above)).map(|row| contracts(row * step)).collect()
            }
        }
    }

    /// What the rows stand for, in words.
    pub(super) fn about(&self) -> String {
        match self {
            Self::Numbers(numbers) => {
                let steps: BTreeSet<i128> = numbers
                    .windows(2)
                    .map(|pair| hundredths(pair[1]) - hundredths(pair[0]))
                    .collect();
                let steps = match steps.first() {
                    Some(step) if steps.len() == 1 => {
                        format!("even, {} from row to row", contracts(*step))
                    }
                    _ => "not even".to_owned(),
                };
                format!("A row is the number of contracts beside it; the scale is {steps}.")
            }
            Self::Ranges { step, .. } => format!(
                "A row is the number beside it and what lies between it and the next row nearer \
                 to 0; the row 0 is exactly 0. The scale is even, {} from row to row.",
                contracts(*step)
            ),
        }
    }
}

/// How many rows of a length it takes from zero to a number that is not below it.
fn rows_to(hundredths: i128, step: i128) -> usize {
    let rows = (hundredths + step - 1) / step;
    usize::try_from(rows).expect("Invariant: a number that is not below zero")
}

fn hundredths(value: Position) -> i128 {
    value.hundredths().into()
}

/// A number of hundredths of a contract as contracts.
fn contracts(hundredths: i128) -> String {
    decimal_of(hundredths, 2).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale_of(values: impl IntoIterator<Item = i64>) -> Scale {
        Scale::of(values.into_iter().map(Position::new))
    }

    /// -110 to 5: by tens 11 and 1 rows beside that of zero, by fives 22. 18 numbers with zero.
    #[test]
    fn many_numbers_share_evenly_spaced_rows_and_zero_has_its_own() {
        let scale = scale_of((0..16).map(|sold| -11_000 + sold).chain([500]));
        let expected: Vec<String> = (-11..=1).map(|row| (row * 10).to_string()).collect();
        assert_eq!(scale.labels(), expected);
        let rows =
            [(-11_000, 0), (-10_001, 0), (-10_000, 1), (-1, 10), (0, 11), (1, 12), (500, 12)];
        for (hundredths, row) in rows {
            assert_eq!(scale.row(Position::new(hundredths)), row, "{hundredths}");
        }
    }

    #[test]
    fn few_numbers_have_a_row_each() {
        let scale = scale_of([250, -100, 250]);
        assert_eq!(scale.labels(), ["-1", "0", "2.5"]);
        assert_eq!(scale.row(Position::new(250)), 2);
        assert!(scale.about().ends_with("the scale is not even."));
        assert!(scale_of([-250, 250]).about().ends_with("the scale is even, 2.5 from row to row."));
    }

    /// 17 numbers of hundredths, 0.01 to 0.17: by 0.02 the highest row is 0.18.
    #[test]
    fn rows_can_be_finer_than_a_contract() {
        let labels = scale_of(1..=17).labels();
        assert_eq!((labels.len(), labels[1].as_str(), labels[9].as_str()), (10, "0.02", "0.18"));
    }

    #[test]
    fn the_largest_positions_have_rows() {
        let scale = scale_of((0..20).map(|less| i64::MAX - less).chain([i64::MIN + 1]));
        assert!(scale.labels().len() <= MOST_ROWS);
        assert_eq!(scale.row(Position::new(i64::MAX)), scale.labels().len() - 1);
    }
}
