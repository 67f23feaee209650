//! Every column that a table or a file has is defined in `scenarios/README.md`, and nothing else is.

use std::collections::BTreeSet;
use std::process::Command;

use fillgap::measure::{
    COLUMNS, Column, FAULT_COLUMNS, FaultCount, Measures, STOP_COLUMNS, WINDOW_COLUMNS,
};
use fillgap::protocol::{Channel, FaultKind, Leg};
use fillgap::report::{Width, comparison_table};
use fillgap::units::{Position, SimDuration};

use crate::hand_made::{comparison, contracts, decimal, dollars, quiet, row};

const REFERENCE: &str = include_str!("../../scenarios/README.md");

/// A row of a table of definitions.
struct Defined {
    head: &'static str,
    name: &'static str,
    unit: &'static str,
    meaning: &'static str,
}

/// The definitions under a heading.
fn defined(heading: &str) -> Vec<Defined> {
    let (_, section) = REFERENCE.split_once(&format!("\n### {heading}\n")).expect(heading);
    let section = section.split("\n### ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| ")).skip(1);
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [head, name, unit, meaning] = cells[..] else { panic!("not four cells: {line}") };
        Defined { head, name: name.trim_matches('`'), unit, meaning }
    })
    .collect()
}

fn names<Row>(columns: &[Column<Row>]) -> Vec<&'static str> {
    columns.iter().map(|column| column.name).collect()
}

/// The unit of a column, which is told by the end of its name or, where the name goes on behind it,
/// by the parts of it.
fn unit_of(name: &str) -> &'static str {
    let parts: Vec<&str> = name.split('_').collect();
    let has = |words: &[&str]| parts.windows(words.len()).any(|found| found == words);
    if has(&["contract", "seconds"]) {
        "contract-s"
    } else if has(&["dollar", "seconds"]) {
        "$-s"
    } else if has(&["contracts"]) {
        "contracts"
    } else if has(&["dollars"]) {
        "$"
    } else if has(&["seconds"]) || has(&["s"]) {
        "s"
    } else {
        "-"
    }
}

#[test]
fn every_column_of_every_file_is_defined_once_with_its_unit() {
    let run = [&["seed", "engine", "digest"][..], &names(COLUMNS)].concat();
    let tables = [
        ("A run", run),
        ("A window", names(WINDOW_COLUMNS)),
        ("A stop", names(STOP_COLUMNS)),
        ("A fault", names(FAULT_COLUMNS)),
    ];
    for (heading, columns) in tables {
        let rows = defined(heading);
        let found: Vec<&str> =
            rows.iter().map(|row| row.name).filter(|name| *name != "-").collect();
        assert_eq!(found, columns, "{heading}");
        for row in &rows {
            assert!(row.meaning.len() > 4, "{heading}: {}", row.name);
            if row.name != "-" {
                assert_eq!(row.unit, unit_of(row.name), "{heading}: {}", row.name);
            }
        }
    }
}

/// The headings of the tables in a text: of the first line above a line of dashes that goes on from
/// there without a gap. Headings are two blanks or more apart.
fn headings(text: &str) -> Vec<Vec<String>> {
    let lines: Vec<&str> = text.lines().collect();
    let is_rule = |line: &str| line.len() > 3 && line.chars().all(|letter| letter == '-');
    let rules = (0..lines.len()).filter(|at| is_rule(lines[*at]));
    let heads = rules.map(|rule| {
        let first = (0..rule).rev().find(|at| lines[*at].is_empty()).map_or(0, |blank| blank + 1);
        let heads = lines[first].split("  ").map(str::trim).filter(|head| !head.is_empty());
        heads.map(str::to_owned).collect()
    });
    heads.collect()
}

/// Nothing is zero, so every column of the comparison is shown.
fn loud() -> Measures {
    Measures {
        gap_windows: 1,
        gap_seconds: SimDuration::from_ms(1),
        gap_contracts_peak: contracts("1"),
        gap_contract_seconds: decimal("1"),
        exposure_error_dollars_peak: dollars("1"),
        limit_false_accepts: 1,
        limit_false_rejects: 1,
        limit_breach_seconds: SimDuration::from_ms(1),
        stop_delay_seconds_longest: Some(SimDuration::from_ms(1)),
        stop_oversold_contracts: contracts("1"),
        stop_undersold_contracts: contracts("1"),
        stops_missed: 1,
        stops_phantom: 1,
        stops_doubled: 1,
        stop_cost_dollars: dollars("1"),
        unprotected_contract_seconds: decimal("1"),
        pnl_true_dollars: dollars("1"),
        pnl_believed_dollars: dollars("1"),
        entry_blocked_seconds: SimDuration::from_ms(1),
        final_position_true_contracts: Position::new(1),
        replay_clipped_contracts: contracts("1"),
        feed_delay_seconds_longest: Some(SimDuration::from_ms(1)),
        gap_contract_seconds_beyond_feed: decimal("1"),
        unprotected_contract_seconds_beyond_feed: decimal("1"),
        ..quiet()
    }
}

fn heads_of(heading: &str) -> BTreeSet<String> {
    let heads = defined(heading).into_iter().map(|row| row.head.to_owned());
    heads.filter(|head| head != "-").collect()
}

/// One seed and several have different columns; together they are all that are defined.
#[test]
fn every_column_of_a_comparison_is_defined() {
    let mut with_faults = row(1, "oracle", loud());
    with_faults.faults.push(FaultCount {
        channel: Channel::PrivateFeed,
        leg: Leg::Delivery,
        fault: FaultKind::Lost,
        status: None,
        messages: 1,
    });
    let one = comparison_table(&comparison(vec![row(1, "a", loud()), with_faults]), Width::PAGE);
    let several = comparison_table(
        &comparison(vec![row(1, "a", loud()), row(2, "a", loud()), row(1, "b", loud())]),
        Width::PAGE,
    );
    let found: Vec<Vec<String>> = [headings(&one), headings(&several)].concat();
    let (faults, others): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|heads| heads.first().is_some_and(|head| head == "channel"));
    assert_eq!(faults, [["channel", "leg", "fault", "status", "a", "oracle"]]);
    let legend = BTreeSet::from(["column".to_owned(), "meaning".to_owned()]);
    let found: BTreeSet<String> = others.into_iter().flatten().collect();
    let expected: BTreeSet<String> = heads_of("A run").union(&legend).cloned().collect();
    assert_eq!(found, expected);
}

fn printed(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fillgap"));
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A run with a window, a stop and a fault: the stop fires inside the window, every answer comes twice.
#[test]
fn every_column_of_a_run_is_defined_and_has_a_line_below_its_table() {
    let faults = "link.faults.order_entry.reply.duplication_ppm=1000000";
    let text = printed(&["run", "scenarios/stop-inside-the-window.toml", "--set", faults]);
    for (title, heading) in [("Windows:", "A window"), ("Stops:", "A stop"), ("Faults", "A fault")]
    {
        let (_, part) = text.split_once(&format!("\n{title}")).expect(title);
        let tables = headings(part);
        let legend = tables.iter().position(|heads| heads[0] == "column").expect("a legend");
        let found: BTreeSet<String> = tables[..legend].concat().into_iter().collect();
        assert_eq!(found, heads_of(heading), "{title}");
        let (_, lines) = part.split_once("\ncolumn ").expect("a legend");
        let lines = lines.lines().skip(2).take_while(|line| !line.is_empty());
        let told: Vec<&str> = lines.map(|line| line.split("  ").next().unwrap()).collect();
        let expected: Vec<&str> = defined(heading).iter().map(|row| row.head).collect();
        assert_eq!(told, expected, "{title}");
    }
}
