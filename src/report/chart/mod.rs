//! Belief and truth over time as a chart of letters.

mod scale;

use std::fmt::Write;

use rust_decimal::Decimal;

use crate::measure::Moment;
use crate::report::chart::scale::Scale;
use crate::report::number::plain;
use crate::report::text::Width;
use crate::units::{Position, SimTime};

/// The most columns of the chart.
const MOST_COLUMNS: usize = 96;

/// Blanks between a row's number and its marks.
const BETWEEN: usize = 2;

/// Decimals of a column's length: milliseconds.
const TIME_PLACES: u32 = 3;

/// What is believed and what is true, for a while.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct State {
    belief: Position,
    truth: Position,
}

impl State {
    fn gap_size(&self) -> u64 {
        (self.belief - self.truth).size().hundredths()
    }
}

/// The chart of one market from the start to the end of a run; the moments are its own, in the
/// order of time. Absent when nothing was ever held nor believed.
///
/// A column shows the widest gap of its stretch of time, of several the last, and without any gap
/// where belief and truth stood at its end. So it says that the two are equal if and only if they
/// are so in all of it.
pub(super) fn chart(moments: &[Moment], end: SimTime, width: Width) -> Option<String> {
    let flat = |moment: &Moment| moment.belief.is_flat() && moment.truth.is_flat();
    if moments.iter().all(flat) || end == SimTime::START {
        return None;
    }
    let mut count = MOST_COLUMNS;
    let (columns, scale, labels) = loop {
        let columns = columns(moments, end, count);
        let scale = Scale::of(columns.iter().flat_map(|state| [state.belief, state.truth]));
        let labels = scale.labels();
        let room = width.characters().saturating_sub(longest(&labels) + BETWEEN).max(1);
        if count <= room {
            break (columns, scale, labels);
        }
        count = room;
    };
    let wide = longest(&labels);
    let mut text = String::new();
    let mut narrow = false;
    for (row, label) in labels.iter().enumerate().rev() {
        let mark =
            |state: &State| match (scale.row(state.belief) == row, scale.row(state.truth) == row) {
                (true, true) if state.belief == state.truth => '=',
                (true, true) => 'x',
                (true, false) => 'B',
                (false, true) => 'T',
                (false, false) => ' ',
            };
        let marks: String = columns.iter().map(mark).collect();
        narrow |= marks.contains('x');
        text += format!("{label:>wide$}{:BETWEEN$}{marks}", "").trim_end();
        text.push('\n');
    }
    let last = format!("{end} s");
    let rest = count.saturating_sub("0 s".len());
    let _ = writeln!(text, "{:wide$}{:BETWEEN$}0 s{last:>rest$}", "", "");
    Some(text + &width.paragraph(&legend(end, count, &scale, narrow)))
}

/// What the marks, the columns and the rows stand for.
fn legend(end: SimTime, count: usize, scale: &Scale, narrow: bool) -> String {
    let length = end.since(SimTime::START).to_decimal_s() / Decimal::from(count);
    let narrow = if narrow { ", x both in one row but not the same" } else { "" };
    format!(
        "B believed, T true, = both the same{narrow}; contracts over time. A column is {} s: it \
         shows the widest gap in it, and = only where there is none in all of it. {}",
        plain(length, TIME_PLACES),
        scale.about(),
    )
}

fn longest(labels: &[String]) -> usize {
    labels.iter().map(String::len).max().unwrap_or(0)
}

/// What each column shows.
fn columns(moments: &[Moment], end: SimTime, count: usize) -> Vec<State> {
    let wide = u128::try_from(count).expect("Invariant: columns are few");
    // The column in which an instant is, and whether it is the column's first.
    let place_of = |time: SimTime| {
        let place = u128::from(time.ns()) * wide;
        let column = usize::try_from(place / u128::from(end.ns())).unwrap_or(usize::MAX);
        (column.min(count - 1), place % u128::from(end.ns()) == 0 && column < count)
    };
    let mut columns = Vec::with_capacity(count);
    let (mut state, mut rest) = (State::default(), moments);
    for column in 0..count {
        let within = rest.iter().take_while(|moment| place_of(moment.time).0 <= column).count();
        let (within, later) = rest.split_at(within);
        // What the column began with lasted for a while in it, but where it changed at once.
        let lasted = within.first().is_none_or(|first| !place_of(first.time).1);
        let before = lasted.then_some(state);
        let changes = within.iter().map(|&Moment { belief, truth, .. }| State { belief, truth });
        let shown = before.into_iter().chain(changes).max_by_key(State::gap_size);
        columns.push(shown.expect("Invariant: what lasts or what changes"));
        if let Some(&Moment { belief, truth, .. }) = within.last() {
            state = State { belief, truth };
        }
        rest = later;
    }
    columns
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::units::MarketId;

    use super::*;

    fn seconds(s: u64) -> SimTime {
        SimTime::from_ns(s * 1_000_000_000)
    }

    fn moment(s: u64, belief: i64, truth: i64) -> Moment {
        let contracts = |contracts: i64| Position::new(contracts * 100);
        let (belief, truth) = (contracts(belief), contracts(truth));
        Moment { time: seconds(s), market: MarketId::new(0), belief, truth }
    }

    fn drawn(moments: &[Moment], end_s: u64) -> String {
        chart(moments, seconds(end_s), Width::PAGE).unwrap()
    }

    /// 96 columns for 96 s, a column a second: 100 believed from 8 s on, 50 true from 16 s on, 50
    /// believed from 32 s on.
    #[test]
    fn belief_and_truth_are_drawn_where_they_are() {
        let moments = [moment(8, 100, 0), moment(16, 100, 50), moment(32, 50, 50)];
        let expected = [
            format!("100  {}{}", " ".repeat(8), "B".repeat(24)),
            format!(" 50  {}{}{}", " ".repeat(16), "T".repeat(16), "=".repeat(64)),
            format!("  0  {}{}", "=".repeat(8), "T".repeat(8)),
            format!("     0 s{}96 s", " ".repeat(89)),
            "B believed, T true, = both the same; contracts over time. A column is 1 s: it shows \
             the widest gap in it, and = only"
                .to_owned(),
            "where there is none in all of it. A row is the number of contracts beside it; the \
             scale is even, 50 from row to row."
                .to_owned(),
        ];
        assert_eq!(drawn(&moments, 96).lines().collect::<Vec<_>>(), expected);
    }

    /// Columns of 10 s. Within the second one the gap is 100, 50 and 0: the widest one is shown. A
    /// gap of 30 from 35 s on, in the fourth, is over at 41 s, in the fifth: both show it, though the
    /// fifth ends without.
    #[test]
    fn a_short_gap_is_not_lost_between_two_columns() {
        let moments = [
            moment(11, 100, 0),
            moment(12, 100, 50),
            moment(13, 100, 100),
            moment(35, 100, 70),
            moment(41, 100, 100),
        ];
        let text = drawn(&moments, 960);
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(rows[0], format!("100   B=BB{}", "=".repeat(91)));
        assert_eq!(rows[1], " 70     TT");
        assert_eq!(rows[2], "  0  =T");
        assert!(text.ends_with("the scale is not even.\n"), "{text}");
    }

    /// A gap that is over at the very beginning of a column, at 20 s, is not in it.
    #[test]
    fn a_column_begins_with_its_first_instant() {
        let text = drawn(&[moment(10, 5, 0), moment(20, 5, 5)], 960);
        assert!(text.starts_with(&format!("5   B{}\n0  =T\n", "=".repeat(94))), "{text}");
    }

    /// 6 are bought and believed each 2 s, 96 from 30 s on; 100 are believed from 32 s to 60 s. These
    /// are 18 numbers with 0, too many for 16 rows; 100 by fives are 20 rows, by tens 10. So 84 and
    /// 90 (26 s, 28 s) are in the row up to 90, and 96 and 100 in the one above it.
    #[test]
    fn a_gap_that_is_smaller_than_a_row_has_a_mark_of_its_own() {
        let bought = (1..=16_u32)
            .map(|fill| moment(2 * u64::from(fill) - 2, 6 * i64::from(fill), 6 * i64::from(fill)));
        let gap = [moment(32, 100, 96), moment(60, 96, 96)];
        let text = drawn(&bought.chain(gap).collect::<Vec<_>>(), 96);
        let rows: Vec<&str> = text.lines().collect();
        let highest = ["==".to_owned(), "x".repeat(28), "=".repeat(36)].concat();
        assert_eq!(rows[0], format!("100  {}{highest}", " ".repeat(30)));
        assert_eq!(rows[1], format!(" 90  {}====", " ".repeat(26)));
        assert_eq!(rows[10], "  0");
        assert!(text.contains(", x both in one row but not the same;"), "{text}");
        assert!(text.contains("exactly 0. The scale is even, 10 from row to row."), "{text}");
    }

    /// A terminal of 80: 5 characters for the numbers, 75 columns, 750 s of 10 s each. The texts below
    /// keep to it as well.
    #[test]
    fn a_narrow_chart_has_fewer_columns() {
        let moments = [moment(100, 100, 0), moment(200, 100, 100)];
        let text = chart(&moments, seconds(750), Width::NARROWEST).unwrap();
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(rows[0], format!("100  {}{}{}", " ".repeat(10), "B".repeat(10), "=".repeat(55)));
        assert!(rows.iter().all(|row| row.len() <= 80) && text.contains("is 10 s:"), "{text}");
    }

    /// Two step functions over 0 to `end`: changes of belief and truth in the order of time, few or
    /// many numbers, close or far.
    fn step_functions() -> impl Strategy<Value = (Vec<Moment>, SimTime)> {
        let values = prop_oneof![
            (-2..=2_i64).boxed(),
            (-60..=60_i64).boxed(),
            (0..=5_000_i64).boxed(),
            (-1_000_000..=1_000_000_i64).prop_map(|value| value / 7).boxed(),
        ];
        // Short runs have changes at the borders of columns, and several columns within 1 ns.
        let ends = prop_oneof![1..=300_u64, 1..=1_000_000_000_000_u64];
        (ends, prop::collection::vec((0..=u64::MAX, values.clone(), values, 0..3), 1..60)).prop_map(
            |(end, changes)| {
                let time = |at: u64| at % (end + 1);
                let moment = |(at, belief, truth, kind): (u64, i64, i64, i32)| Moment {
                    time: SimTime::from_ns(time(at)),
                    market: MarketId::new(0),
                    // Often equal, and often nothing.
                    belief: Position::new(if kind == 0 { 0 } else { belief }),
                    truth: Position::new(if kind == 2 { truth } else { belief }),
                };
                let mut moments: Vec<Moment> = changes.into_iter().map(moment).collect();
                moments.sort_by_key(|moment| moment.time);
                moments.dedup_by_key(|moment| moment.time);
                (moments, SimTime::from_ns(end))
            },
        )
    }

    /// What is there in a column at some time: plain comparisons of times with its borders.
    fn states_within(moments: &[Moment], end: SimTime, column: u128, of: u128) -> Vec<State> {
        let scaled = |moment: &Moment| u128::from(moment.time.ns()) * of;
        let border = |column: u128| column * u128::from(end.ns());
        let state = |moment: &Moment| State { belief: moment.belief, truth: moment.truth };
        let begins = moments.iter().rev().find(|moment| scaled(moment) <= border(column));
        let mut states = vec![begins.map(state).unwrap_or_default()];
        states.extend(
            moments
                .iter()
                .filter(|moment| scaled(moment) > border(column))
                .filter(|moment| scaled(moment) < border(column + 1) || column + 1 == of)
                .map(state),
        );
        states
    }

    proptest! {
        /// `=` if and only if belief and truth are equal throughout the column; otherwise a mark of
        /// each or the one that says that they share a row; the row of zero for zero alone.
        #[test]
        fn a_column_says_equal_where_all_of_it_is_and_nowhere_else(
            (moments, end) in step_functions(),
            terminal in 80..130_u16,
        ) {
            let width = Width::of_terminal(terminal);
            let Some(text) = chart(&moments, end, width) else {
                let flat = |moment: &Moment| moment.belief.is_flat() && moment.truth.is_flat();
                prop_assert!(moments.iter().all(flat));
                return Ok(());
            };
            prop_assert!(text.lines().all(|line| line.len() <= width.characters()), "{}", text);
            let rows: Vec<&str> = text.lines().collect();
            let axis = rows.iter().position(|row| row.contains("0 s ")).expect("an axis");
            let at = rows[axis].find("0 s ").expect("an axis");
            let count = rows[axis].len().max(at + 1) - at;
            let zero = rows[..axis].iter().position(|row| row[..at.min(row.len())].trim() == "0");
            let zero = zero.expect("a row for zero");
            let all = u128::try_from(count).expect("few");
            for column in 0..count {
                let states = states_within(&moments, end, u128::try_from(column).expect("few"), all);
                let mark = |row: usize| rows[row].as_bytes().get(at + column).map_or(' ', |byte| char::from(*byte));
                let marks: Vec<(usize, char)> =
                    (0..axis).map(|row| (row, mark(row))).filter(|(_, mark)| *mark != ' ').collect();
                let letters: String = marks.iter().map(|(_, mark)| *mark).collect();
                let equal = states.iter().all(|state| state.belief == state.truth);
                let expected: &[&str] = if equal { &["="] } else { &["BT", "TB", "x"] };
                prop_assert!(expected.contains(&letters.as_str()), "column {}: {}\n{}", column, letters, text);
                for (row, mark) in marks {
                    let fits = |state: &&State| match mark {
                        'B' => (row == zero) == state.belief.is_flat(),
                        'T' => (row == zero) == state.truth.is_flat(),
                        '=' => (row == zero) == state.truth.is_flat() && state.belief == state.truth,
                        _ => row != zero && state.belief != state.truth,
                    };
                    prop_assert!(states.iter().any(|state| fits(&state)), "column {}\n{}", column, text);
                }
            }
        }
    }

    #[test]
    fn nothing_held_and_nothing_believed_is_no_chart() {
        assert_eq!(chart(&[moment(1, 0, 0)], SimTime::from_ns(1), Width::PAGE), None);
    }
}
