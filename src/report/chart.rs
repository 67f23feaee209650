//! Belief and truth over time as a chart of letters.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::units::{Position, SimTime};

/// Columns of the chart.
const COLUMNS: usize = 96;

/// The most rows of the chart.
const MOST_ROWS: usize = 12;

/// A market from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    /// The instant.
    pub(super) time: SimTime,
    /// What the bot believes to hold.
    pub(super) belief: Position,
    /// What the account holds.
    pub(super) truth: Position,
}

impl Point {
    fn gap_size(&self) -> u64 {
        (self.belief - self.truth).size().hundredths()
    }
}

/// The chart of a market from the start to the end of a run; the points are in the order of time.
/// Absent when nothing was ever held nor believed.
///
/// A column shows the widest gap that began within its stretch of time. The rows are the numbers of
/// contracts that occurred, or evenly spaced ones when there are too many; so the upright scale is
/// only even in the second case, and always labelled.
pub(super) fn chart(points: &[Point], end: SimTime) -> Option<String> {
    let flat = |point: &Point| point.belief.is_flat() && point.truth.is_flat();
    if points.iter().all(flat) || end == SimTime::START {
        return None;
    }
    let columns = columns(points, end);
    let levels = levels(points);
    let labels: Vec<String> = levels.iter().map(ToString::to_string).collect();
    let wide = labels.iter().map(String::len).max().unwrap_or(0);
    let mut text = String::new();
    for (row, label) in labels.iter().enumerate().rev() {
        let mark = |point: &Point| match (
            nearest(&levels, point.belief) == row,
            nearest(&levels, point.truth) == row,
        ) {
            (true, true) => '=',
            (true, false) => 'B',
            (false, true) => 'T',
            (false, false) => ' ',
        };
        let marks: String = columns.iter().map(mark).collect();
        text += format!("{label:>wide$}  {marks}").trim_end();
        text.push('\n');
    }
    let last = format!("{end} s");
    let rest = COLUMNS - "0 s".len();
    let _ = writeln!(text, "{:wide$}  0 s{last:>rest$}", "");
    text += "B believed, T true, = both; contracts over time.\n";
    Some(text)
}

/// What each column shows.
fn columns(points: &[Point], end: SimTime) -> Vec<Point> {
    let flat = Point { time: SimTime::START, belief: Position::FLAT, truth: Position::FLAT };
    let column_of = |time: SimTime| {
        let wide = u128::try_from(COLUMNS).expect("Invariant: columns are few");
        let column = u128::from(time.ns()) * wide / u128::from(end.ns());
        usize::try_from(column).expect("Invariant: columns are few").min(COLUMNS - 1)
    };
    let mut columns = Vec::with_capacity(COLUMNS);
    let (mut state, mut rest) = (flat, points);
    for column in 0..COLUMNS {
        let count = rest.iter().take_while(|point| column_of(point.time) <= column).count();
        let (within, later) = rest.split_at(count);
        // The last of several instants: only then is the state more than a passing one.
        let settled = within.chunk_by(|one, next| one.time == next.time);
        let settled = settled.map(|instant| instant[instant.len() - 1]);
        columns.push(settled.max_by_key(Point::gap_size).unwrap_or(state));
        state = within.last().copied().unwrap_or(state);
        rest = later;
    }
    columns
}

/// The numbers that the rows stand for, from the lowest.
fn levels(points: &[Point]) -> Vec<Position> {
    let both = points.iter().flat_map(|point| [point.belief, point.truth]);
    let values: BTreeSet<Position> = both.chain([Position::FLAT]).collect();
    if values.len() <= MOST_ROWS {
        return values.into_iter().collect();
    }
    let ends = values.first().zip(values.last());
    let (low, high) = ends.expect("Invariant: the flat position is a level");
    let (low, high) = (low.hundredths(), high.hundredths());
    let steps = i64::try_from(MOST_ROWS - 1).expect("Invariant: rows are few");
    (0..=steps).map(|step| Position::new(low + (high - low) * step / steps)).collect()
}

/// The row that is nearest to a number.
fn nearest(levels: &[Position], value: Position) -> usize {
    let distance = |row: &usize| (levels[*row] - value).size();
    (0..levels.len()).min_by_key(distance).expect("Invariant: there is a row")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(s: u64, belief: i64, truth: i64) -> Point {
        let contracts = |contracts: i64| Position::new(contracts * 100);
        let time = SimTime::from_ns(s * 1_000_000_000);
        Point { time, belief: contracts(belief), truth: contracts(truth) }
    }

    /// 96 columns for 96 s, a column a second: 100 believed from 8 s on, 50 true from 16 s on, 50
    /// believed from 32 s on.
    #[test]
    fn belief_and_truth_are_drawn_where_they_are() {
        let points = [point(0, 0, 0), point(8, 100, 0), point(16, 100, 50), point(32, 50, 50)];
        let drawn = chart(&points, SimTime::from_ns(96_000_000_000)).unwrap();
        let expected = [
            format!("100  {}{}", " ".repeat(8), "B".repeat(24)),
            format!(" 50  {}{}{}", " ".repeat(16), "T".repeat(16), "=".repeat(64)),
            format!("  0  {}{}", "=".repeat(8), "T".repeat(8)),
            format!("     0 s{}96 s", " ".repeat(89)),
            "B believed, T true, = both; contracts over time.".to_owned(),
        ];
        assert_eq!(drawn.lines().collect::<Vec<_>>(), expected);
    }

    /// Within the column from 10 s to 20 s the gap is 100, 50 and 0: the widest one is shown.
    #[test]
    fn a_short_gap_is_not_lost_between_two_columns() {
        let points = [point(11, 100, 0), point(12, 100, 50), point(13, 100, 100)];
        let drawn = chart(&points, SimTime::from_ns(960_000_000_000)).unwrap();
        let rows: Vec<&str> = drawn.lines().collect();
        assert_eq!(rows[0], format!("100   B{}", "=".repeat(94)));
        assert_eq!(rows[2], "  0  =T");
    }

    #[test]
    fn many_numbers_share_evenly_spaced_rows() {
        let points: Vec<Point> = (0..=110).map(|sold| point(1, -sold, 0)).collect();
        let shown: Vec<String> = levels(&points).iter().map(ToString::to_string).collect();
        let expected: Vec<String> = (0..12).map(|row| (row * 10 - 110).to_string()).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn nothing_held_and_nothing_believed_is_no_chart() {
        assert_eq!(chart(&[point(1, 0, 0)], SimTime::from_ns(1)), None);
    }
}
