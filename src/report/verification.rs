//! Which expectations hold.

use crate::experiment::{Difference, Identity};
use crate::report::text::{TextColumn, Width, table, wrapped};
use crate::units::{Position, SimTime};

/// The widest line of a difference \[character\].
const LINE: usize = 78;

/// One engine of a scenario held against what is expected of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The engine.
    pub engine: String,
    /// What the scenario says there is to see.
    pub shows: String,
    /// What is not as expected.
    pub differences: Vec<Difference>,
}

/// A table of one scenario's expectations: what holds with what it shows, what does not with every
/// difference.
#[must_use]
pub fn verification_table(scenario: &Identity, verified: &[Verified], width: Width) -> String {
    let verdict = |each: &Verified| if each.differences.is_empty() { "holds" } else { "differs" };
    let cells = |text: &dyn Fn(&Verified) -> String| verified.iter().map(text).collect();
    let mut columns = vec![
        TextColumn::words("engine", cells(&|each| each.engine.clone())),
        TextColumn::words("verdict", cells(&|each| verdict(each).to_owned())),
    ];
    let line = LINE.min(width.left_beside(&columns));
    let said = |each: &Verified| {
        if each.differences.is_empty() {
            return wrapped(&each.shows, line, "");
        }
        let lines = each.differences.iter().map(|each| wrapped(&told(scenario, each), line, "  "));
        lines.collect::<Vec<_>>().join("\n")
    };
    columns.push(TextColumn::words("what it shows, or where it differs", cells(&said)));
    table(&columns)
}

fn told(scenario: &Identity, difference: &Difference) -> String {
    match difference {
        Difference::Moment { time, market, expected, found } => {
            let at = time.since(SimTime::START);
            let market = scenario.market(*market);
            let (expected, found) = (state(*expected), state(*found));
            format!("at {at} s in {market}: expected {expected}, found {found}")
        }
        Difference::Measure { name, expected, found } => {
            let number = |value: &Option<rust_decimal::Decimal>| {
                value.map_or_else(|| "none".to_owned(), |value| value.normalize().to_string())
            };
            format!("{name}: expected {}, found {}", number(expected), number(found))
        }
    }
}

fn state(state: Option<(Position, Position)>) -> String {
    match state {
        Some((belief, truth)) => format!("belief {belief} and truth {truth}"),
        None => "no change".to_owned(),
    }
}
