//! Rows of results made by hand, for tests of what is done with rows.

use fillgap::experiment::{Cell, Comparison, Identity, Row};
use fillgap::kernel::Digest;
use fillgap::measure::Measures;
use fillgap::units::{Cash, Position, Quantity, SimDuration};
use rust_decimal::Decimal;

pub(crate) fn cell(seed: u64, engine: &str) -> Cell {
    Cell { seed, engine: engine.to_owned() }
}

pub(crate) fn row(seed: u64, engine: &str, measures: Measures) -> Row {
    let digest = Digest::of(format!("{seed} {engine}").as_bytes());
    Row { cell: cell(seed, engine), digest, measures, faults: Vec::new() }
}

pub(crate) fn identity() -> Identity {
    Identity {
        name: "entry-partial-fill".to_owned(),
        title: "Entry partial fill".to_owned(),
        digest: Digest::of(b"scenario"),
        tickers: vec!["KXDEMO-26NOV22-T50".to_owned(), "KXDEMO-26NOV22-T60".to_owned()],
    }
}

pub(crate) fn comparison(rows: Vec<Row>) -> Comparison {
    Comparison::new(identity(), rows)
}

pub(crate) fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

pub(crate) fn contracts(text: &str) -> Quantity {
    text.parse().unwrap()
}

pub(crate) fn dollars(text: &str) -> Cash {
    text.parse().unwrap()
}

/// The measures of a run in which nothing happened.
pub(crate) fn quiet() -> Measures {
    Measures {
        entry_orders_placed: 0,
        entry_orders_full_filled: 0,
        entry_orders_partial_filled: 0,
        entry_orders_failed: 0,
        gap_windows: 0,
        gap_seconds: SimDuration::ZERO,
        gap_seconds_longest: SimDuration::ZERO,
        gap_contracts_peak: Quantity::ZERO,
        gap_contract_seconds: Decimal::ZERO,
        gap_contract_seconds_over: Decimal::ZERO,
        gap_contract_seconds_under: Decimal::ZERO,
        gap_dollar_seconds: Decimal::ZERO,
        exposure_error_dollars_peak: Cash::ZERO,
        exposure_error_dollars_mean: Cash::ZERO,
        limit_false_accepts: 0,
        limit_false_rejects: 0,
        limit_breach_seconds: SimDuration::ZERO,
        stop_triggers: 0,
        stop_delay_seconds_mean: None,
        stop_delay_seconds_longest: None,
        stop_oversold_contracts: Quantity::ZERO,
        stop_undersold_contracts: Quantity::ZERO,
        stops_missed: 0,
        stops_phantom: 0,
        stops_doubled: 0,
        stop_cost_dollars: Cash::ZERO,
        position_flips: 0,
        unprotected_contract_seconds: Decimal::ZERO,
        pnl_true_dollars: Cash::ZERO,
        pnl_believed_dollars: Cash::ZERO,
        pnl_error_dollars_peak: Cash::ZERO,
        fees_dollars: Cash::ZERO,
        entry_blocked_seconds: SimDuration::ZERO,
        stop_check_gap_seconds_longest: SimDuration::ZERO,
        final_position_true_contracts: Position::FLAT,
        final_position_believed_contracts: Position::FLAT,
        replay_clipped_contracts: Quantity::ZERO,
        lock_wait_seconds: SimDuration::ZERO,
        lock_wait_seconds_longest: SimDuration::ZERO,
        link_faults: 0,
        feed_delay_seconds_longest: None,
        gap_contract_seconds_beyond_feed: Decimal::ZERO,
        unprotected_contract_seconds_beyond_feed: Decimal::ZERO,
    }
}
