//! A run held against what its scenario expects of it.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::experiment::MeasuredRun;
use crate::measure::{COLUMNS, Measures, Moment, Value, timeline};
use crate::scenario::Expectation;
use crate::units::{MarketId, Position, SimTime};

/// Something that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// A change of belief or truth; each side is absent when it has no change there and then.
    Moment {
        /// When.
        time: SimTime,
        /// In which market.
        market: MarketId,
        /// Belief and truth as expected \[contract\].
        expected: Option<(Position, Position)>,
        /// Belief and truth as found \[contract\].
        found: Option<(Position, Position)>,
    },
    /// A measure; a side is absent when it has no value.
    Measure {
        /// The name of its column.
        name: &'static str,
        /// As expected.
        expected: Option<Decimal>,
        /// As found.
        found: Option<Decimal>,
    },
}

/// Everything in which a run differs from what is expected of it: first the changes of belief and
/// truth in the order of time, then the measures as they were given.
#[must_use]
pub fn differences(expectation: &Expectation, run: &MeasuredRun) -> Vec<Difference> {
    let mut differences = Vec::new();
    if let Some(expected) = &expectation.timeline {
        let found = timeline(run.log.entries());
        differences.extend(moments(expected, &found));
    }
    for (name, expected) in &expectation.measures {
        let found = measure(name, &run.report.measures);
        if *expected != found {
            differences.push(Difference::Measure { name, expected: *expected, found });
        }
    }
    differences
}

fn moments(expected: &[Moment], found: &[Moment]) -> Vec<Difference> {
    type Pair = (Option<(Position, Position)>, Option<(Position, Position)>);
    let mut pairs: BTreeMap<(SimTime, MarketId), Pair> = BTreeMap::new();
    for Moment { time, market, belief, truth } in expected {
        pairs.entry((*time, *market)).or_default().0 = Some((*belief, *truth));
    }
    for Moment { time, market, belief, truth } in found {
        pairs.entry((*time, *market)).or_default().1 = Some((*belief, *truth));
    }
    let differing = pairs.into_iter().filter(|(_, (expected, found))| expected != found);
    differing
        .map(|((time, market), (expected, found))| Difference::Moment {
            time,
            market,
            expected,
            found,
        })
        .collect()
}

fn measure(name: &str, measures: &Measures) -> Option<Decimal> {
    let column = COLUMNS.iter().find(|column| column.name == name);
    match column.expect("Invariant: an expectation names columns").value(measures)? {
        Value::Count(count) => Some(count.into()),
        Value::Decimal(decimal) => Some(decimal),
        Value::Text(text) => unreachable!("Invariant: no measure is a text, found {text}"),
    }
}
