//! The columns of the comparison's table.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::experiment::{Row, Statistic, Summary};
use crate::measure::{COLUMNS, Kind};
use crate::report::comparison::{Seeds, View};
use crate::report::number::{NONE, aligned};
use crate::report::text::TextColumn;
use crate::report::words::{index_of, meaning, unit};

/// What a column shows.
#[derive(Clone, Copy)]
pub(super) enum Item {
    /// One of the measures.
    Measure(Measure),
    /// A part of a measure that the feed's delay does not explain: the whole of it when there is
    /// no delay, so that it says something only where there is.
    BeyondFeed(Measure),
    /// In how many seeds an engine has less gap area than the first one.
    SmallerGap,
    /// What was held and believed in the end.
    End,
}

/// A measure as a column for people.
#[derive(Clone, Copy)]
pub(super) struct Measure {
    name: &'static str,
    head: &'static str,
    worst: Worst,
}

/// Which end of the values is the bad one.
#[derive(Clone, Copy)]
enum Worst {
    Highest,
    Lowest,
}

const fn high(name: &'static str, head: &'static str) -> Item {
    Item::Measure(Measure { name, head, worst: Worst::Highest })
}

const fn beyond_feed(name: &'static str, head: &'static str) -> Item {
    Item::BeyondFeed(Measure { name, head, worst: Worst::Highest })
}

const FEED_DELAY: Measure =
    Measure { name: "feed_delay_seconds_longest", head: "feed delay", worst: Worst::Highest };

const fn low(name: &'static str, head: &'static str) -> Item {
    Item::Measure(Measure { name, head, worst: Worst::Lowest })
}

/// All columns, what matters most first.
pub(super) static ORDER: [Item; 25] = [
    high("gap_contract_seconds", "gap area"),
    Item::SmallerGap,
    high("gap_contracts_peak", "peak gap"),
    high("gap_windows", "windows"),
    high("exposure_error_dollars_peak", "exposure error"),
    high("stop_oversold_contracts", "oversold"),
    high("stop_delay_seconds_longest", "stop delay"),
    low("pnl_true_dollars", "P&L true"),
    high("entry_blocked_seconds", "blocked"),
    Item::End,
    high("gap_seconds", "gap time"),
    high("unprotected_contract_seconds", "unprotected"),
    high("stop_cost_dollars", "stop cost"),
    high("stop_undersold_contracts", "undersold"),
    high("stops_missed", "missed stops"),
    high("stops_phantom", "phantom stops"),
    high("stops_doubled", "doubled stops"),
    high("limit_false_accepts", "false accepts"),
    high("limit_false_rejects", "false rejects"),
    high("limit_breach_seconds", "limit breach"),
    low("pnl_believed_dollars", "P&L believed"),
    high("replay_clipped_contracts", "clipped"),
    Item::Measure(FEED_DELAY),
    beyond_feed("gap_contract_seconds_beyond_feed", "gap beyond feed"),
    beyond_feed("unprotected_contract_seconds_beyond_feed", "unprotected beyond feed"),
];

impl Item {
    /// The measure, if the column shows one.
    pub(super) const fn measure(&self) -> Option<&Measure> {
        if let Self::Measure(measure) = self { Some(measure) } else { None }
    }

    /// The column and its meaning; absent when it would say nothing.
    pub(super) fn column(&self, view: &View<'_>) -> Option<(TextColumn, String)> {
        match self {
            Self::BeyondFeed(_) if is_zero(&FEED_DELAY, &view.summaries) => None,
            Self::Measure(measure) | Self::BeyondFeed(measure) => measured(measure, view),
            Self::SmallerGap => {
                let says_something = view.seeds == Seeds::Several && view.summaries.len() > 1;
                says_something.then(|| smaller_gap(view))
            }
            Self::End => Some(match view.seeds {
                Seeds::One => end(view),
                Seeds::Several => end_wrong(view),
            }),
        }
    }

    /// The heading of a measure that is zero for every engine.
    pub(super) fn zero_head(&self, view: &View<'_>) -> Option<&'static str> {
        self.measure().filter(|measure| is_zero(measure, &view.summaries)).map(|it| it.head)
    }
}

/// A measure's column and meaning; absent when it is zero.
fn measured(measure: &Measure, view: &View<'_>) -> Option<(TextColumn, String)> {
    (!is_zero(measure, &view.summaries)).then(|| {
        let column = measure_column(measure, &view.summaries, view.seeds);
        (column, meaning(measure.name).to_owned())
    })
}

/// Whether a measure is zero, or has no value, for all seeds of all engines.
pub(super) fn is_zero(measure: &Measure, summaries: &[Summary]) -> bool {
    let zero = |value: Option<Decimal>| value.is_none_or(|value| value.is_zero());
    let all_zero = |statistic: Statistic| zero(statistic.lowest) && zero(statistic.highest);
    summaries.iter().all(|summary| all_zero(summary.column(index_of(measure.name))))
}

/// A measure of all engines; over several seeds its mean above its worst value.
pub(super) fn measure_column(measure: &Measure, summaries: &[Summary], seeds: Seeds) -> TextColumn {
    let index = index_of(measure.name);
    let mean = |summary: &Summary| summary.column(index).mean;
    let worst = |summary: &Summary| match measure.worst {
        Worst::Highest => summary.column(index).highest,
        Worst::Lowest => summary.column(index).lowest,
    };
    let means: Vec<Option<Decimal>> = summaries.iter().map(mean).collect();
    let worsts: Vec<Option<Decimal>> = summaries.iter().map(worst).collect();
    let places = places(measure.name);
    let cells = match seeds {
        Seeds::One => aligned(&means, places),
        // The mean of counts has a fraction, but no count has.
        Seeds::Several if COLUMNS[index].kind == Kind::Count => {
            pairs(&aligned(&means, places), &aligned(&worsts, 0))
        }
        Seeds::Several => {
            let texts = aligned(&[means, worsts].concat(), places);
            let (means, worsts) = texts.split_at(summaries.len());
            pairs(means, worsts)
        }
    };
    TextColumn::numbers(measure.head, unit_line(measure.name), cells)
}

/// Means, each above the worst of its values.
fn pairs(means: &[String], worsts: &[String]) -> Vec<String> {
    means.iter().zip(worsts).map(|(mean, worst)| format!("{mean}\n{worst}")).collect()
}

/// Decimals that people can use: milliseconds, cents, hundredths of a contract.
fn places(name: &str) -> u32 {
    if unit(name) == "s" { 3 } else { 2 }
}

fn unit_line(name: &str) -> &'static str {
    match name {
        "exposure_error_dollars_peak" => "$ peak",
        "stop_delay_seconds_longest" | "feed_delay_seconds_longest" => "s longest",
        _ => unit(name),
    }
}

fn smaller_gap(view: &View<'_>) -> (TextColumn, String) {
    let area = |row: &Row| row.measures.gap_contract_seconds;
    let first = view.summaries[0].engine.as_str();
    let partners: BTreeMap<u64, &Row> =
        view.rows_of(first).map(|row| (row.cell.seed, row)).collect();
    let cell = |summary: &Summary| {
        if summary.engine == first {
            return NONE.to_owned();
        }
        let (mut smaller, mut pairs) = (0, 0);
        for row in view.rows_of(&summary.engine) {
            let partner = partners.get(&row.cell.seed);
            pairs += usize::from(partner.is_some());
            smaller += usize::from(partner.is_some_and(|first| area(row) < area(first)));
        }
        format!("{smaller} of {pairs}")
    };
    let cells = view.summaries.iter().map(cell).collect();
    let meaning = format!("seeds with less gap area than {first} has");
    (TextColumn::numbers("smaller gap", "of seeds", cells), meaning)
}

fn end(view: &View<'_>) -> (TextColumn, String) {
    let cell = |summary: &Summary| {
        let row = view.rows_of(&summary.engine).next();
        let measures = &row.expect("Invariant: a summary has a row").measures;
        let (truth, belief) =
            (measures.final_position_true_contracts, measures.final_position_believed_contracts);
        format!("{truth} / {belief}")
    };
    let cells = view.summaries.iter().map(cell).collect();
    let meaning = "contracts held / believed held when the run was over".to_owned();
    (TextColumn::numbers("end", "true/believed", cells), meaning)
}

fn end_wrong(view: &View<'_>) -> (TextColumn, String) {
    let differ = |row: &&Row| {
        let measures = &row.measures;
        measures.final_position_true_contracts != measures.final_position_believed_contracts
    };
    let cell = |summary: &Summary| {
        let wrong = view.rows_of(&summary.engine).filter(differ).count();
        format!("{wrong} of {}", summary.seeds)
    };
    let cells = view.summaries.iter().map(cell).collect();
    let meaning = "runs that ended with another belief than truth".to_owned();
    (TextColumn::numbers("end wrong", "of seeds", cells), meaning)
}
