//! The table of a comparison: engines as rows, the measures that matter as columns.

mod columns;
mod faults;

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::experiment::{Comparison, Row, Summary, excess_over_floor, is_floor, summarise};
use crate::report::comparison::columns::{ORDER, is_zero, measure_column};
use crate::report::comparison::faults::faults;
use crate::report::number::NONE;
use crate::report::text::{TextColumn, Width, tables};
use crate::report::words::{DEFINED, legend};

/// A comparison with its statistics.
struct View<'c> {
    comparison: &'c Comparison,
    summaries: Vec<Summary>,
    seeds: Seeds,
}

/// How many markets the engines met.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seeds {
    One,
    Several,
}

impl<'c> View<'c> {
    fn new(comparison: &'c Comparison) -> Self {
        let summaries = summarise(&comparison.rows);
        let several = summaries.iter().any(|summary| summary.seeds > 1);
        let seeds = if several { Seeds::Several } else { Seeds::One };
        Self { comparison, summaries, seeds }
    }

    fn rows_of(&self, engine: &str) -> impl Iterator<Item = &'c Row> {
        self.comparison.rows.iter().filter(move |row| row.cell.engine == engine)
    }
}

/// The comparison as text for people: what it is, the table, what each column means.
#[must_use]
pub fn comparison_table(comparison: &Comparison, width: Width) -> String {
    let view = View::new(comparison);
    let mut text = introduction(&view, width);
    if view.summaries.is_empty() {
        return text + "No run finished.\n";
    }
    let shown: Vec<_> = ORDER.iter().filter_map(|item| item.column(&view)).collect();
    let columns: Vec<TextColumn> = shown.iter().map(|(column, _)| column.clone()).collect();
    text += &tables(&keys(&view.summaries, view.seeds), &columns, width);
    text += &over_the_floor(&view, width);
    text += &faults(&view, width);
    let heads = columns.iter().map(|column| column.head[0].clone());
    let meanings = shown.into_iter().map(|(_, meaning)| meaning);
    let _ = write!(text, "\n{}\n", legend(heads.zip(meanings), width));
    if view.seeds == Seeds::Several {
        text += &width.paragraph(
            "Worst is the highest of the seeds, for P&L the lowest, in each column for itself.",
        );
    }
    let zero: Vec<&str> = ORDER.iter().filter_map(|item| item.zero_head(&view)).collect();
    if !zero.is_empty() {
        text +=
            &width.paragraph(&format!("Zero for every engine, so not shown: {}.", zero.join(", ")));
    }
    let mut lines = columns.iter().flat_map(|column| &column.cells).flat_map(|cell| cell.lines());
    if lines.any(|line| line == NONE) {
        text += "A dash stands where there is no value.\n";
    }
    let rounded = "Rounded for reading; the other formats have every digit.";
    text + &width.paragraph(&format!("{rounded} {DEFINED}"))
}

fn introduction(view: &View<'_>, width: Width) -> String {
    let comparison = view.comparison;
    let seeds: BTreeSet<u64> = comparison.rows.iter().map(|row| row.cell.seed).collect();
    let seeds = match (seeds.first(), seeds.last()) {
        (Some(first), Some(last)) if first != last => {
            format!("{} seeds from {first} to {last}", seeds.len())
        }
        (Some(first), _) => format!("seed {first}"),
        _ => "no seeds".to_owned(),
    };
    let engines = match view.summaries.len() {
        1 => "1 engine".to_owned(),
        count => format!("{count} engines"),
    };
    let scenario = &comparison.scenario;
    let mut about = format!(
        "{engines}, {seeds}; scenario {}, results {}. How far what the bot believes was from what \
         the exchange holds, and what that cost.",
        scenario.digest.short(),
        comparison.digest.short(),
    );
    if view.summaries.iter().any(|summary| is_floor(&summary.engine)) {
        about += " The floor is told every fill at once, so what it believes to hold is always true: \
                  no engine can have less gap. In every other column an engine may do better, as \
                  the floor's loop, orders and books are those of a bot.";
    }
    format!("{}\n\n{}\n", scenario.title, width.paragraph(&about))
}

/// The engines, and which of an engine's lines is what.
fn keys(summaries: &[Summary], seeds: Seeds) -> Vec<TextColumn> {
    let name = |summary: &Summary| match summary.engine.as_str() {
        engine if is_floor(engine) => format!("{engine} (floor)"),
        engine => engine.to_owned(),
    };
    let engines = TextColumn::words("engine", summaries.iter().map(name).collect());
    match seeds {
        Seeds::One => vec![engines],
        Seeds::Several => {
            let lines = vec!["mean\nworst".to_owned(); summaries.len()];
            vec![engines, TextColumn::words("", lines)]
        }
    }
}

/// What is left after taking the floor away, where the floor itself is not zero.
fn over_the_floor(view: &View<'_>, width: Width) -> String {
    let floors = view.summaries.iter().filter(|summary| is_floor(&summary.engine));
    let floor: Vec<Summary> = floors.cloned().collect();
    let excess = excess_over_floor(&view.comparison.rows);
    let matters =
        |measure: &&columns::Measure| !is_zero(measure, &floor) && !is_zero(measure, &excess);
    let measures = ORDER.iter().filter_map(columns::Item::measure).filter(matters);
    let columns: Vec<TextColumn> =
        measures.map(|measure| measure_column(measure, &excess, Seeds::One)).collect();
    if columns.is_empty() {
        return String::new();
    }
    let how = match view.seeds {
        Seeds::One => "",
        Seeds::Several => ", mean over the seeds",
    };
    let about = format!(
        "Minus the floor on the same market{how}: columns in which the floor is not zero. Below \
         zero an engine has less than the floor.",
    );
    let tables = tables(&keys(&excess, Seeds::One), &columns, width);
    format!("\n{}\n{tables}", width.paragraph(&about))
}
