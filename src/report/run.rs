//! One run in full: every measure with its meaning, its windows, its stops.

use std::fmt::Write;

use comfy_table::CellAlignment;

use crate::experiment::{Cell, Identity, MeasuredRun};
use crate::measure::{
    COLUMNS, Column, FAULT_COLUMNS, FaultCount, Kind, Measures, STOP_COLUMNS, Value, WINDOW_COLUMNS,
};
use crate::report::number::{NONE, plain};
use crate::report::text::{TextColumn, Width, table, tables, wrapped};
use crate::report::words::{
    DEFINED, FAULT_MEANINGS, Meanings, STOP_MEANINGS, WINDOW_MEANINGS, legend, meaning, unit,
};
use crate::units::MarketId;

/// Decimals of the numbers: a millionth of a dollar, a microsecond.
const PLACES: u32 = 6;

/// Windows and stops beyond so many are only counted.
const MOST_ROWS: usize = 40;

/// Columns that tell a window, or a stop, apart: its market, and its opening or its level.
const KEYS: usize = 2;

/// What a meaning below its measure begins with.
const INDENT: &str = "  ";

/// The column that says where.
const MARKET: &str = "market";

/// One run as text for people.
#[must_use]
pub fn run_table(scenario: &Identity, cell: &Cell, output: &MeasuredRun, width: Width) -> String {
    let about = format!(
        "Engine {}, seed {}; scenario {}, run {}.",
        cell.engine,
        cell.seed,
        scenario.digest.short(),
        output.digest.short(),
    );
    let report = &output.report;
    let measures = measures(&report.measures, width);
    let windows = part(
        scenario,
        "Windows: while belief and truth differed.",
        "No windows: belief and truth never differed.",
        (WINDOW_COLUMNS, &WINDOW_MEANINGS),
        &report.windows,
        width,
    );
    let stops = part(
        scenario,
        "Stops: what should have happened at each level, and what did. The ideal stop sells all \
         that a level guards, at the others' bid, in the instant in which that comes to the level.",
        "No stops: none was due and none triggered.",
        (STOP_COLUMNS, &STOP_MEANINGS),
        &report.stops,
        width,
    );
    let faults = faults(scenario, &report.faults, width);
    let title = &scenario.title;
    let about = width.paragraph(&about);
    let defined = width.paragraph(DEFINED);
    format!("{title}\n\n{about}\n{measures}\n{defined}\n{windows}\n{stops}{faults}")
}

/// Every measure with its meaning: beside it, or below where the line is too short for that.
fn measures(measures: &Measures, width: Width) -> String {
    let names = || COLUMNS.iter().map(|column| column.name);
    let values = COLUMNS.iter().map(|column| cell_text(column.value(measures)));
    let values = TextColumn::numbers("value", "", values.collect());
    let units = TextColumn::words("unit", names().map(|name| unit(name).to_owned()).collect());
    let alone = TextColumn::words("measure", names().map(str::to_owned).collect());
    if width == Width::PAGE {
        let keys = [alone, values, units];
        let line = width.left_beside(&keys);
        let meanings = names().map(|name| wrapped(meaning(name), line, "")).collect();
        let [alone, values, units] = keys;
        return table(&[alone, values, units, TextColumn::words("meaning", meanings)]);
    }
    let line = width.left_beside(&[values.clone(), units.clone()]);
    let below = |name| format!("{name}\n  {}", wrapped(meaning(name), line - INDENT.len(), INDENT));
    let both = TextColumn::words("measure, meaning", names().map(below).collect());
    table(&[both, values, units])
}

/// A table of the link's faults; nothing when there were none.
fn faults(scenario: &Identity, faults: &[FaultCount], width: Width) -> String {
    if faults.is_empty() {
        return String::new();
    }
    let columns: Vec<TextColumn> =
        FAULT_COLUMNS.iter().map(|column| part_column(scenario, column, faults)).collect();
    let legend = part_legend(FAULT_COLUMNS, &FAULT_MEANINGS, width);
    format!("\nFaults of the link: messages that met one.\n\n{}\n{legend}", table(&columns))
}

/// A table of parts of the run with its legend, or a sentence when there are none.
fn part<Row>(
    scenario: &Identity,
    title: &str,
    none: &str,
    (columns, meanings): (&[Column<Row>], &Meanings),
    rows: &[Row],
    width: Width,
) -> String {
    if rows.is_empty() {
        return format!("{none}\n");
    }
    let shown = &rows[..rows.len().min(MOST_ROWS)];
    let cells: Vec<TextColumn> =
        columns.iter().map(|column| part_column(scenario, column, shown)).collect();
    let (keys, others) = cells.split_at(KEYS);
    let mut text = format!("{}\n{}", width.paragraph(title), tables(keys, others, width));
    if rows.len() > shown.len() {
        let _ = writeln!(text, "and {} more.", rows.len() - shown.len());
    }
    text + "\n" + &part_legend(columns, meanings, width)
}

fn part_legend<Row>(columns: &[Column<Row>], meanings: &Meanings, width: Width) -> String {
    let heads = columns.iter().map(|column| head_and_unit(column.name).0);
    legend(heads.zip(meanings.iter().map(|(_, meaning)| (*meaning).to_owned())), width)
}

fn part_column<Row>(scenario: &Identity, column: &Column<Row>, rows: &[Row]) -> TextColumn {
    // Files have markets by their numbers, people know them by their tickers.
    let cell = |row| match column.value(row) {
        Some(Value::Count(number)) if column.name == MARKET => {
            let number = u32::try_from(number).expect("Invariant: a market's number has 32 bits");
            scenario.market(MarketId::new(number))
        }
        value => cell_text(value),
    };
    let cells = rows.iter().map(cell).collect();
    let (head, unit) = head_and_unit(column.name);
    let alignment = match column.kind {
        Kind::Text => CellAlignment::Left,
        Kind::Count if column.name == MARKET => CellAlignment::Left,
        Kind::Count | Kind::Decimal { .. } => CellAlignment::Right,
    };
    TextColumn { head: [head, unit.to_owned()], alignment, cells }
}

/// A column's name as words, and its unit apart.
fn head_and_unit(name: &str) -> (String, &'static str) {
    let suffixes = ["_contract_seconds", "dollar_seconds", "_contracts", "_dollars", "_s"];
    let stem = suffixes.iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
    let head = if stem.is_empty() { "worth".to_owned() } else { stem.replace('_', " ") };
    (head, unit(name))
}

pub(super) fn cell_text(value: Option<Value>) -> String {
    match value {
        None => NONE.to_owned(),
        Some(Value::Count(count)) => count.to_string(),
        Some(Value::Decimal(decimal)) => plain(decimal, PLACES),
        Some(Value::Text(text)) => text.replace('_', " "),
    }
}
