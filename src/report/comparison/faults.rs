//! The faults of the link, side by side.

use std::collections::BTreeMap;

use crate::measure::{FAULT_COLUMNS, FaultCount};
use crate::report::comparison::View;
use crate::report::run::cell_text;
use crate::report::text::{TextColumn, Width, tables};

/// How often each fault happened to each engine, over all seeds; nothing when there was none.
pub(super) fn faults(view: &View<'_>, width: Width) -> String {
    let engines: Vec<&str> = view.summaries.iter().map(|summary| summary.engine.as_str()).collect();
    let mut counts: BTreeMap<_, Vec<u64>> = BTreeMap::new();
    let mut named: BTreeMap<_, &FaultCount> = BTreeMap::new();
    for row in &view.comparison.rows {
        let engine = engines.iter().position(|engine| *engine == row.cell.engine);
        let engine = engine.expect("Invariant: a row's engine has a summary");
        for fault in &row.faults {
            let kind = (fault.channel, fault.leg, fault.fault);
            counts.entry(kind).or_insert_with(|| vec![0; engines.len()])[engine] += fault.messages;
            named.entry(kind).or_insert(fault);
        }
    }
    if counts.is_empty() {
        return String::new();
    }
    let kinds = FAULT_COLUMNS.iter().filter(|column| column.name != "messages");
    let keys: Vec<TextColumn> = kinds
        .map(|column| {
            let cells = named.values().map(|fault| cell_text(column.value(fault))).collect();
            TextColumn::words(column.name, cells)
        })
        .collect();
    let columns: Vec<TextColumn> = engines
        .iter()
        .enumerate()
        .map(|(engine, name)| {
            let cells = counts.values().map(|counts| counts[engine].to_string()).collect();
            TextColumn::numbers(name, "messages", cells)
        })
        .collect();
    let about = "Faults of the link: how many messages of each engine met one, over all seeds.";
    format!("\n{}\n{}", width.paragraph(about), tables(&keys, &columns, width))
}
