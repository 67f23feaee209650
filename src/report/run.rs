//! One run in full: every measure with its meaning, its windows, its stops.

use std::fmt::Write;

use comfy_table::CellAlignment;

use crate::experiment::{Cell, Identity, MeasuredRun};
use crate::measure::{
    COLUMNS, Column, FAULT_COLUMNS, FaultCount, Kind, STOP_COLUMNS, Value, WINDOW_COLUMNS,
};
use crate::report::number::{NONE, plain};
use crate::report::text::{TextColumn, paragraph, table, tables};
use crate::report::words::{meaning, unit};
use crate::units::MarketId;

/// Decimals of the numbers: a millionth of a dollar, a microsecond.
const PLACES: u32 = 6;

/// Windows and stops beyond so many are only counted.
const MOST_ROWS: usize = 40;

/// Columns that tell a window, or a stop, apart: its market, and its opening or its level.
const KEYS: usize = 2;

/// The column that says where.
const MARKET: &str = "market";

/// One run as text for people.
#[must_use]
pub fn run_table(scenario: &Identity, cell: &Cell, output: &MeasuredRun) -> String {
    let about = format!(
        "Engine {}, seed {}; scenario {}, run {}.",
        cell.engine,
        cell.seed,
        scenario.digest.short(),
        output.digest.short(),
    );
    let report = &output.report;
    let names: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
    let values = COLUMNS.iter().map(|column| cell_text(column.value(&report.measures)));
    let measures = table(&[
        TextColumn::words("measure", names.iter().map(|name| (*name).to_owned()).collect()),
        TextColumn::numbers("value", "", values.collect()),
        TextColumn::words("unit", names.iter().map(|name| unit(name).to_owned()).collect()),
        TextColumn::words("meaning", names.iter().map(|name| meaning(name).to_owned()).collect()),
    ]);
    let windows = part(
        scenario,
        "Windows: while belief and truth differed.",
        "No windows: belief and truth never differed.",
        WINDOW_COLUMNS,
        &report.windows,
    );
    let stops = part(
        scenario,
        "Stops: what should have happened at each level, and what did.",
        "No stops: none was due and none triggered.",
        STOP_COLUMNS,
        &report.stops,
    );
    let faults = faults(scenario, &report.faults);
    let title = &scenario.title;
    format!("{title}\n\n{}\n{measures}\n{windows}\n{stops}{faults}", paragraph(&about))
}

/// A table of the link's faults; nothing when there were none.
fn faults(scenario: &Identity, faults: &[FaultCount]) -> String {
    if faults.is_empty() {
        return String::new();
    }
    let columns: Vec<TextColumn> =
        FAULT_COLUMNS.iter().map(|column| part_column(scenario, column, faults)).collect();
    format!("\nFaults of the link: messages that met one.\n\n{}", table(&columns))
}

/// A table of parts of the run, or a sentence when there are none.
fn part<Row>(
    scenario: &Identity,
    title: &str,
    none: &str,
    columns: &[Column<Row>],
    rows: &[Row],
) -> String {
    if rows.is_empty() {
        return format!("{none}\n");
    }
    let shown = &rows[..rows.len().min(MOST_ROWS)];
    let columns: Vec<TextColumn> =
        columns.iter().map(|column| part_column(scenario, column, shown)).collect();
    let (keys, others) = columns.split_at(KEYS);
    let mut text = format!("{title}\n\n{}", tables(keys, others));
    if rows.len() > shown.len() {
        let _ = writeln!(text, "and {} more.", rows.len() - shown.len());
    }
    text
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
