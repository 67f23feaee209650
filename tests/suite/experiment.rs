//! Many runs: their order, their failures, their digest, their statistics.

use std::sync::atomic::{AtomicUsize, Ordering};

use fillgap::experiment::{
    MeasuredRun, Statistic, compare, excess_over_floor, run_cells, summarise,
};
use fillgap::kernel::{Digest, EventLog};
use fillgap::measure::{COLUMNS, Measures, Report};

use crate::hand_made::{cell, comparison, decimal, dollars, identity, quiet, row};

fn column(name: &str) -> usize {
    COLUMNS.iter().position(|column| column.name == name).unwrap()
}

/// A run with a digest and measures of its seed.
fn output(seed: u64) -> MeasuredRun {
    let measures = Measures { gap_windows: seed, ..quiet() };
    let report = Report { measures, windows: Vec::new(), stops: Vec::new(), faults: Vec::new() };
    let digest = Digest::of(&seed.to_le_bytes());
    MeasuredRun { log: EventLog::default(), digest, report }
}

#[test]
fn results_keep_the_order_of_the_cells_whatever_the_threads_do() {
    let cells: Vec<_> = (0..200).map(|seed| cell(seed, "immediate")).collect();
    let finished = AtomicUsize::new(0);
    let results = run_cells(
        &cells,
        |cell| Ok::<u64, String>(cell.seed * 2),
        |_| {
            finished.fetch_add(1, Ordering::Relaxed);
        },
    );
    let expected: Vec<_> = (0..200).map(|seed| Ok(seed * 2)).collect();
    assert_eq!(results, expected);
    assert_eq!(finished.into_inner(), 200);
}

#[test]
fn a_failed_run_and_a_panic_cost_no_other_run_its_row() {
    let cells: Vec<_> = (1..=4).map(|seed| cell(seed, "immediate")).collect();
    let compared = compare(
        identity(),
        &cells,
        |cell| match cell.seed {
            2 => Err("the recording ended early"),
            3 => panic!("Invariant: cash is conserved"),
            seed => Ok(output(seed)),
        },
        |_| (),
    );
    let seeds: Vec<u64> = compared.comparison.rows.iter().map(|row| row.cell.seed).collect();
    assert_eq!(seeds, [1, 4]);
    let failures: Vec<String> = compared.failures.iter().map(ToString::to_string).collect();
    assert_eq!(
        failures,
        [
            "seed 2, engine immediate: the recording ended early",
            "seed 3, engine immediate: this is a bug of the program: \
             Invariant: cash is conserved",
        ]
    );
}

/// The digest is BLAKE3 of 32 bytes of the scenario and 32 of each row, in order.
#[test]
fn the_digest_of_a_comparison_covers_the_scenario_and_every_row() {
    let cells = [cell(1, "immediate"), cell(2, "immediate")];
    let compared = compare(identity(), &cells, |cell| Ok::<_, String>(output(cell.seed)), |_| ());
    let digests = [identity().digest, output(1).digest, output(2).digest].map(|it| *it.bytes());
    assert_eq!(compared.comparison.digest, Digest::of(digests.as_flattened()));
    let rows = &compared.comparison.rows;
    assert_eq!((rows[0].measures.gap_windows, rows[1].measures.gap_windows), (1, 2));
    assert_eq!((rows[0].digest, rows[1].digest), (output(1).digest, output(2).digest));
}

#[test]
fn a_mean_is_exact_and_rounded_half_to_even_at_the_fifteenth_decimal() {
    let area = |text: &str| Measures { gap_contract_seconds: decimal(text), ..quiet() };
    let rows = ["0.1", "0.2", "0.7"].map(|text| row(1, "immediate", area(text)));
    // (0.1 + 0.2 + 0.7) / 3 = 1/3.
    let statistic = summarise(&rows)[0].column(column("gap_contract_seconds"));
    let expected = Statistic {
        mean: Some(decimal("0.333333333333333")),
        lowest: Some(decimal("0.1")),
        highest: Some(decimal("0.7")),
    };
    assert_eq!(statistic, expected);
    // Halves of an odd last digit: 0.5 and 1.5 of it go to 0 and 2.
    for (digits, expected) in
        [("0.000000000000001", "0"), ("0.000000000000003", "0.000000000000002")]
    {
        let rows = [row(1, "a", area("0")), row(2, "a", area(digits))];
        let statistic = summarise(&rows)[0].column(column("gap_contract_seconds"));
        assert_eq!(statistic.mean, Some(decimal(expected)), "{digits} / 2");
    }
}

#[test]
fn a_measure_that_no_seed_has_has_no_statistic() {
    let summary = &summarise(&[row(1, "immediate", quiet())])[0];
    assert_eq!(summary.column(column("stop_delay_seconds_mean")), Statistic::default());
    assert_eq!(summary.column(column("gap_windows")).mean, Some(decimal("0")));
}

/// True P&L by seed: immediate 1, -3, 7; oracle 2, 5, failed. Differences -1 and -8, mean -4.5.
#[test]
fn the_excess_over_the_floor_pairs_the_same_seeds() {
    let pnl = |text: &str| Measures { pnl_true_dollars: dollars(text), ..quiet() };
    let rows = [
        row(1, "immediate", pnl("1")),
        row(1, "oracle", pnl("2")),
        row(2, "immediate", pnl("-3")),
        row(2, "oracle", pnl("5")),
        row(3, "immediate", pnl("7")),
    ];
    let excess = excess_over_floor(&rows);
    assert_eq!(excess.len(), 1);
    assert_eq!((excess[0].engine.as_str(), excess[0].seeds), ("immediate", 2));
    let expected = Statistic {
        mean: Some(decimal("-4.5")),
        lowest: Some(decimal("-8")),
        highest: Some(decimal("-1")),
    };
    assert_eq!(excess[0].column(column("pnl_true_dollars")), expected);
    assert!(excess_over_floor(&rows[..1]).is_empty());
}

#[test]
fn a_comparison_without_rows_still_has_a_digest_of_its_scenario() {
    assert_eq!(comparison(Vec::new()).digest, Digest::of(identity().digest.bytes()));
}
