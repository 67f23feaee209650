//! What is told again and again, told once.

use crate::measure::story::Row;
use crate::units::SimTime;

/// The most rows of a cycle that is looked for.
const LONGEST_CYCLE: usize = 6;

/// A cycle of several rows is shortened when it comes this often; a single row when it comes twice.
const FEWEST_CYCLES: usize = 3;

/// The rows, with repetitions told once: the same lines within a row, the same row several times
/// with nothing between, and the same few rows as a cycle. Belief and truth are part of what must
/// be the same, so no change of either is left out.
pub(super) fn merge(rows: &[Row]) -> Vec<Row> {
    let rows: Vec<Row> = rows.iter().map(merge_lines).collect();
    let mut merged = Vec::new();
    let mut rest = rows.as_slice();
    while let Some(first) = rest.first() {
        let Some((rows, times)) = cycle(rest) else {
            merged.push(first.clone());
            rest = &rest[1..];
            continue;
        };
        let last = &rest[rows * times - 1];
        if let ([line], 1) = (first.lines.as_slice(), rows) {
            let line = format!("{line}, {times} times until {} s", last.time);
            merged.push(Row { lines: vec![line], ..first.clone() });
        } else {
            merged.extend_from_slice(&rest[..rows]);
            let again = &rest[rows];
            let lines = vec![again_until(times - 1, again.time, last.time)];
            merged.push(Row { time: again.time, place: last.place, lines });
        }
        rest = &rest[rows * times..];
    }
    merged
}

/// A line that comes several times in a row is told once.
fn merge_lines(row: &Row) -> Row {
    let runs = row.lines.chunk_by(|one, next| one == next);
    let lines = runs.map(|run| match run {
        [line] => line.clone(),
        run => format!("{}, {} times", run[0], run.len()),
    });
    Row { time: row.time, place: row.place, lines: lines.collect() }
}

/// How many rows make the cycle that the rows begin with, and how often it comes; `None` when they
/// begin with none. Of several, the one that covers most, of those the shortest.
fn cycle(rows: &[Row]) -> Option<(usize, usize)> {
    let cycles = (1..=LONGEST_CYCLE.min(rows.len())).filter_map(|length| {
        let first = &rows[..length];
        let times = rows.chunks_exact(length).take_while(|next| says_the_same(first, next)).count();
        let fewest = if length == 1 { 2 } else { FEWEST_CYCLES };
        (times >= fewest).then_some((length, times))
    });
    cycles.min_by_key(|(length, times)| (rows.len() - length * times, *length))
}

/// Whether two cycles say the same, at other times.
fn says_the_same(one: &[Row], other: &[Row]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.place == other.place && one.lines == other.lines)
}

fn again_until(times: usize, from: SimTime, until: SimTime) -> String {
    let often = if times == 1 { "once".to_owned() } else { format!("{times} times") };
    let until = if until == from { String::new() } else { format!(", until {until} s") };
    format!("the same {often} more{until}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of single letters, one a second.
    fn rows(text: &str) -> Vec<Row> {
        let row = |(second, letter): (u64, char)| Row {
            time: SimTime::from_ns(second * 1_000_000_000),
            place: None,
            lines: vec![letter.to_string()],
        };
        (0..).zip(text.chars()).map(row).collect()
    }

    #[test]
    fn what_repeats_is_told_once_with_its_count_and_its_end() {
        let cases: [(&str, &[&str]); 8] = [
            ("", &[]),
            ("abc", &["0 a", "1 b", "2 c"]),
            ("abbbc", &["0 a", "1 b, 3 times until 3 s", "4 c"]),
            ("aa", &["0 a, 2 times until 1 s"]),
            // Twice a, b is no cycle yet; three times is.
            ("abab", &["0 a", "1 b", "2 a", "3 b"]),
            ("ababab", &["0 a", "1 b", "2 the same 2 times more, until 5 s"]),
            (
                "xabcabcabcab",
                &["0 x", "1 a", "2 b", "3 c", "4 the same 2 times more, until 9 s", "10 a", "11 b"],
            ),
            // A cycle of seven rows is longer than what is looked for.
            (
                "abcdefgabcdefgabcdefg",
                &[
                    "0 a", "1 b", "2 c", "3 d", "4 e", "5 f", "6 g", "7 a", "8 b", "9 c", "10 d",
                    "11 e", "12 f", "13 g", "14 a", "15 b", "16 c", "17 d", "18 e", "19 f", "20 g",
                ],
            ),
        ];
        for (text, expected) in cases {
            let merged = merge(&rows(text));
            let told: Vec<String> =
                merged.iter().map(|row| format!("{} {}", row.time, row.lines.join("; "))).collect();
            assert_eq!(told, expected, "{text}");
        }
    }

    #[test]
    fn a_row_of_several_lines_is_told_and_then_counted() {
        let both = |row: &Row| Row { lines: vec!["a".to_owned(), "b".to_owned()], ..row.clone() };
        let twice: Vec<Row> = rows("xx").iter().map(both).collect();
        let told = |rows: Vec<Row>| -> Vec<String> {
            merge(&rows).iter().map(|row| row.lines.join("; ")).collect()
        };
        assert_eq!(told(twice), ["a; b", "the same once more"]);
        let thrice: Vec<Row> = rows("xxx").iter().map(both).collect();
        assert_eq!(told(thrice), ["a; b", "the same 2 times more, until 2 s"]);
    }

    #[test]
    fn the_same_line_within_a_row_is_counted() {
        let row = &rows("x")[0];
        let lines = ["a", "a", "b", "a"].map(str::to_owned).to_vec();
        let merged = merge(&[Row { lines, ..row.clone() }]);
        assert_eq!(merged[0].lines, ["a, 2 times", "b", "a"]);
    }
}
