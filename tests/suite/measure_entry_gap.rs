//! Gap windows, exposure, entries and timing on logs with results worked out by hand.

use fillgap::measure::{COLUMNS, GapCause, Measures, Report, WINDOW_COLUMNS, measure};
use fillgap::protocol::OrderEnd;
use fillgap::protocol::record::{
    BeliefCause, BotTask, Decision, EntryResult, Holding, Standing, Wait,
};
use fillgap::units::{MarketId, Position, Quantity, SimDuration, SimTime};

use crate::telling::{Telling, contracts, dollars, held, seconds, time};

/// The analysed story: 100 ordered and believed at 0 s, 50 filled at 5 s, the record corrected to
/// 50 at `corrected`, the run over at 70 s.
fn story(corrected: &str) -> Report {
    let mut log = Telling::new();
    log.signal(0, None).buy(0, 0, "100", "0.65");
    log.hold(0, held("100", "0.65"), BeliefCause::EntryAssumed);
    log.at("5").fill(0, "50", "0.65");
    log.at(corrected).hold(0, held("50", "0.65"), BeliefCause::Reconciled);
    log.end("70");
    measure(&log.entries)
}

/// |100 - 0| for 5 s is 500 contract s; |100 - 50| until the correction at t is 50 (t - 5).
/// Every contract weighs 0.65 dollars: dollar s are 0.65 times contract s. The exposure is wrong by
/// 65 and then 32.50 dollars, so its mean over 70 s is the dollar s divided by 70, rounded.
#[test]
fn the_analysed_entry_costs_what_the_analysis_says() {
    let table = [
        ("10", "750", "487.5", "6.964286"),
        ("15", "1000", "650", "9.285714"),
        ("20", "1250", "812.5", "11.607143"),
        ("30", "1750", "1137.5", "16.25"),
        ("45", "2500", "1625", "23.214286"),
        ("60", "3250", "2112.5", "30.178571"),
    ];
    for (corrected, contract_seconds, dollar_seconds, mean) in table {
        let Report { measures, windows, .. } = story(corrected);
        assert_eq!(measures.gap_contract_seconds.to_string(), contract_seconds);
        assert_eq!(measures.gap_contract_seconds_over, measures.gap_contract_seconds);
        assert_eq!(measures.gap_contract_seconds_under.to_string(), "0");
        assert_eq!(measures.gap_dollar_seconds.to_string(), dollar_seconds);
        assert_eq!(measures.gap_windows, 1);
        assert_eq!(measures.gap_seconds, seconds(corrected));
        assert_eq!(measures.gap_seconds_longest, seconds(corrected));
        assert_eq!(measures.gap_contracts_peak, contracts("100"));
        assert_eq!(measures.exposure_error_dollars_peak, dollars("65"));
        assert_eq!(measures.exposure_error_dollars_mean, dollars(mean));
        let [window] = &windows[..] else { panic!("one window, found {windows:?}") };
        assert_eq!((window.opened_at_s, window.closed_at_s), (SimTime::START, time(corrected)));
        assert_eq!(window.opened_by, GapCause::Belief(BeliefCause::EntryAssumed));
        assert_eq!(window.closed_by, Some(GapCause::Belief(BeliefCause::Reconciled)));
    }
}

/// Waiting for the fill: belief and truth change in the same instant, whatever came first in it.
#[test]
fn a_gap_within_one_instant_is_no_window() {
    let mut log = Telling::new();
    log.signal(0, None).buy(0, 0, "100", "0.65");
    log.at("5").fill(0, "50", "0.65");
    log.hold(0, held("100", "0.65"), BeliefCause::EntryAssumed);
    log.hold(0, held("50", "0.65"), BeliefCause::EntryConfirmed);
    log.end("70");
    let Report { measures, windows, .. } = measure(&log.entries);
    assert!(windows.is_empty(), "{windows:?}");
    assert_eq!(measures.gap_contracts_peak, Quantity::ZERO);
    assert_eq!(measures.exposure_error_dollars_peak, dollars("0"));
    assert_eq!(measures.final_position_true_contracts, Position::new(50_00));
    assert_eq!(measures.final_position_believed_contracts, Position::new(50_00));
}

/// 50 held and nothing believed from 5 s to the end at 70 s: 65 s, -50 contracts, 3250 contract s
/// and, at 0.65, 2112.5 dollar s.
#[test]
fn a_gap_that_is_open_at_the_end_lasts_until_the_end() {
    let mut log = Telling::new();
    log.signal(0, None).buy(0, 0, "100", "0.65").at("5").fill(0, "50", "0.65").end("70");
    let Report { measures, windows, .. } = measure(&log.entries);
    assert_eq!(measures.gap_seconds, seconds("65"));
    assert_eq!(measures.gap_contract_seconds.to_string(), "3250");
    assert_eq!(measures.gap_contract_seconds_over.to_string(), "0");
    assert_eq!(measures.gap_contract_seconds_under.to_string(), "3250");
    assert_eq!(measures.gap_dollar_seconds.to_string(), "2112.5");
    let [window] = &windows[..] else { panic!("one window, found {windows:?}") };
    assert_eq!(window.opened_by, GapCause::Fill);
    assert_eq!(window.closed_by, None);
    assert_eq!(window.closed_at_s, time("70"));
}

#[test]
fn a_gap_that_begins_with_the_last_instant_is_no_window() {
    let mut log = Telling::new();
    log.signal(0, None).buy(0, 0, "100", "0.65").at("70").fill(0, "50", "0.65").end("70");
    let report = measure(&log.entries);
    assert!(report.windows.is_empty(), "{:?}", report.windows);
    assert_eq!(report.measures.final_position_true_contracts, Position::new(50_00));
}

/// Believed 100, held 0 for 5 s: 500 over. The fill of 60 and the belief of 30 at 5 s leave -30 for
/// 10 s: 300 under. Without a zero between, it is one window of 15 s.
#[test]
fn a_gap_that_changes_its_sign_stays_one_window() {
    let mut log = Telling::new();
    log.buy(0, 0, "100", "0.65").hold(0, held("100", "0.65"), BeliefCause::EntryAssumed);
    log.at("5").fill(0, "60", "0.65").hold(0, held("30", "0.65"), BeliefCause::Reconciled);
    log.at("15").hold(0, held("60", "0.65"), BeliefCause::Reconciled).end("70");
    let Measures {
        gap_windows,
        gap_seconds,
        gap_contract_seconds,
        gap_contract_seconds_over,
        gap_contract_seconds_under,
        gap_contracts_peak,
        ..
    } = measure(&log.entries).measures;
    assert_eq!((gap_windows, gap_seconds), (1, seconds("15")));
    assert_eq!(gap_contract_seconds_over.to_string(), "500");
    assert_eq!(gap_contract_seconds_under.to_string(), "300");
    assert_eq!(gap_contract_seconds.to_string(), "800");
    assert_eq!(gap_contracts_peak, contracts("100"));
}

/// Market 0: +100 for 4 s at 0.65. Market 1: -20 for 10 s (2 s to 12 s) at 0.30, where two records
/// of 15 and 5 together bring the belief to 20. Sums: 14 s, 400 + 200 contract s,
/// 260 + 60 dollar s; the longest is 10 s.
#[test]
fn markets_are_measured_apart_and_records_together() {
    let mut log = Telling::new();
    log.list(1, 0).buy(0, 0, "100", "0.65").buy_in(1, 1, 1, "20", "0.3");
    log.hold(0, held("100", "0.65"), BeliefCause::EntryAssumed);
    log.at("2").fill(1, "20", "0.3");
    log.at("4").fill(0, "100", "0.65");
    let in_one = |stake| Holding { market: MarketId::new(1), ..held(stake, "0.3") };
    log.at("12").hold(1, in_one("15"), BeliefCause::EntryConfirmed);
    log.hold(2, in_one("5"), BeliefCause::EntryConfirmed);
    log.end("20");
    let Report { measures, windows, .. } = measure(&log.entries);
    assert_eq!(measures.gap_windows, 2);
    assert_eq!(measures.gap_seconds, seconds("14"));
    assert_eq!(measures.gap_seconds_longest, seconds("10"));
    assert_eq!(measures.gap_contract_seconds.to_string(), "600");
    assert_eq!(measures.gap_dollar_seconds.to_string(), "320");
    assert_eq!(measures.final_position_true_contracts, bought("120"));
    let opened: Vec<_> = windows.iter().map(|window| window.market.number()).collect();
    assert_eq!(opened, [0, 1]);
    assert_eq!(windows[1].closed_by, Some(GapCause::Belief(BeliefCause::EntryConfirmed)));
}

fn bought(text: &str) -> Position {
    Position::of(fillgap::units::Side::Bid, contracts(text))
}

/// Each 100 contracts of gap weigh the latest entry limit: 0.65 for 10 s, then 0.5 for 10 s (a new
/// entry order is sent): 650 + 500. A market without entry orders takes the record's price.
#[test]
fn a_gap_weighs_the_latest_entry_limit() {
    let mut log = Telling::new();
    log.buy(0, 0, "100", "0.65").hold(0, held("100", "0.7"), BeliefCause::EntryAssumed);
    log.at("10").buy(1, 1, "50", "0.5").end("20");
    assert_eq!(measure(&log.entries).measures.gap_dollar_seconds.to_string(), "1150");
    let mut log = Telling::new();
    log.hold(0, held("100", "0.7"), BeliefCause::Reconciled).end("20");
    assert_eq!(measure(&log.entries).measures.gap_dollar_seconds.to_string(), "1400");
}

/// A settled record no longer counts: believed 100 for 3 s only.
#[test]
fn a_settled_record_is_not_believed() {
    let mut log = Telling::new();
    log.hold(0, held("100", "0.7"), BeliefCause::EntryAssumed);
    let settled = Holding { standing: Standing::Settled, ..held("100", "0.7") };
    log.at("3").hold(0, settled, BeliefCause::Reconciled).end("20");
    let measures = measure(&log.entries).measures;
    assert_eq!(measures.gap_contract_seconds.to_string(), "300");
    assert_eq!(measures.final_position_believed_contracts, Position::FLAT);
}

/// Without an end mark the run ends with its last entry, at 7 s; with one, later entries are none of
/// it.
#[test]
fn a_run_without_an_end_lasts_to_its_last_entry() {
    let mut log = Telling::new();
    log.hold(0, held("100", "0.7"), BeliefCause::EntryAssumed).at("7").see("0.6 0.7");
    assert_eq!(measure(&log.entries).measures.gap_seconds, seconds("7"));
    log.end("7").at("9").hold(0, held("0", "0.7"), BeliefCause::Reconciled);
    assert_eq!(measure(&log.entries).measures.gap_seconds, seconds("7"));
    assert_eq!(measure(&[]).measures.gap_seconds, SimDuration::ZERO);
}

/// Five entries: full, partial, nothing, refused, not sent; one more only assumed.
#[test]
fn entries_are_counted_as_the_bot_counts_them() {
    let mut log = Telling::new();
    let entries = [
        (EntryResult::Full, "100"),
        (EntryResult::Partial, "50"),
        (EntryResult::Unfilled, "0"),
        (EntryResult::Failed, "0"),
        (EntryResult::Assumed, "100"),
    ];
    for (client_order, (result, filled)) in (0..).zip(entries) {
        log.buy(client_order, 0, "100", "0.65").entry_done(result, filled);
    }
    log.entry_done(EntryResult::NotSent, "0").sell(9, 0, "100", "0.6");
    log.over(9, OrderEnd::Canceled, "100").end("1");
    let measures = measure(&log.entries).measures;
    assert_eq!(measures.entry_orders_placed, 5);
    assert_eq!(measures.entry_orders_full_filled, 1);
    assert_eq!(measures.entry_orders_partial_filled, 1);
    assert_eq!(measures.entry_orders_failed, 2);
}

/// Waits: 2 s to 32 s and 60 s to the end at 70 s, 40 s in all; waiting for an exit is another
/// thing. Passes at 1, 35 and 35.5 s, the end at 70 s: without one for 1, 34, 0.5 and 34.5 s.
#[test]
fn waiting_and_the_time_without_a_stop_check_are_measured() {
    let mut log = Telling::new();
    log.at("1").decision(Decision::StopPass);
    log.at("2").decision(Decision::WaitBegan(Wait::Entry));
    log.at("32").decision(Decision::WaitEnded(Wait::Entry));
    log.at("33").decision(Decision::WaitBegan(Wait::Exit));
    log.at("35").decision(Decision::WaitEnded(Wait::Exit)).decision(Decision::StopPass);
    log.at("35.5").decision(Decision::StopPass);
    log.at("60").decision(Decision::WaitBegan(Wait::Entry)).end("70");
    let measures = measure(&log.entries).measures;
    assert_eq!(measures.entry_blocked_seconds, seconds("40"));
    assert_eq!(measures.stop_check_gap_seconds_longest, seconds("34.5"));
    let mut log = Telling::new();
    let never = measure(&log.end("70").entries).measures;
    assert_eq!(never.stop_check_gap_seconds_longest, seconds("70"));
}

/// The stops' task waits from 1 to 4 and from 10 to 12, the other one from 11 to the end at 20:
/// 3 + 2 + 9 s. A restart at 15 ends what it finds under way.
#[test]
fn waits_for_a_lock_are_measured() {
    let story = |restarted: bool| {
        let mut log = Telling::new();
        log.at("1").decision(Decision::LockWaitBegan(BotTask::Stops));
        log.at("4").decision(Decision::LockWaitEnded(BotTask::Stops));
        log.at("10").decision(Decision::LockWaitBegan(BotTask::Stops));
        log.at("11").decision(Decision::LockWaitBegan(BotTask::Strategy));
        log.at("12").decision(Decision::LockWaitEnded(BotTask::Stops));
        log.decision(Decision::WaitBegan(Wait::Entry));
        if restarted {
            log.at("15").decision(Decision::Restarted);
        }
        measure(&log.end("20").entries).measures
    };
    let measures = story(false);
    assert_eq!(measures.lock_wait_seconds, seconds("14"));
    assert_eq!(measures.lock_wait_seconds_longest, seconds("9"));
    assert_eq!(measures.entry_blocked_seconds, seconds("8"));
    // Nothing of what went on at 15 went on after it: 3 + 2 + 4, and 3 s blocked.
    let measures = story(true);
    assert_eq!(measures.lock_wait_seconds, seconds("9"));
    assert_eq!(measures.lock_wait_seconds_longest, seconds("4"));
    assert_eq!(measures.entry_blocked_seconds, seconds("3"));
}

/// The names of a result row, in their order, without the run's own (seed, engine, digest).
#[test]
fn the_columns_are_the_published_ones() {
    let names: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
    let published = "entry_orders_placed entry_orders_full_filled entry_orders_partial_filled \
        entry_orders_failed gap_windows gap_seconds gap_seconds_longest gap_contracts_peak \
        gap_contract_seconds gap_contract_seconds_over gap_contract_seconds_under \
        gap_dollar_seconds exposure_error_dollars_peak exposure_error_dollars_mean \
        limit_false_accepts limit_false_rejects limit_breach_seconds stop_triggers \
        stop_delay_seconds_mean stop_delay_seconds_longest stop_oversold_contracts \
        stop_undersold_contracts stops_missed stops_phantom stops_doubled stop_cost_dollars \
        position_flips unprotected_contract_seconds pnl_true_dollars pnl_believed_dollars \
        pnl_error_dollars_peak fees_dollars entry_blocked_seconds stop_check_gap_seconds_longest \
        final_position_true_contracts final_position_believed_contracts replay_clipped_contracts \
        lock_wait_seconds lock_wait_seconds_longest link_faults feed_delay_seconds_longest \
        gap_contract_seconds_beyond_feed unprotected_contract_seconds_beyond_feed";
    assert_eq!(names, published.split_whitespace().collect::<Vec<_>>());
}

/// Values are exact and of the kind that the column says; a delay that does not exist is absent.
#[test]
fn columns_read_the_row() {
    use fillgap::measure::{Kind, Value};
    let report = story("10");
    let value = |name: &str| {
        let column = COLUMNS.iter().find(|column| column.name == name).unwrap();
        let value = column.value(&report.measures);
        match (&value, column.kind) {
            (Some(Value::Count(_)), Kind::Count) | (None, Kind::Decimal { .. }) => {}
            (Some(Value::Decimal(decimal)), Kind::Decimal { places }) => {
                assert!(decimal.scale() <= places);
            }
            other => panic!("{name}: {other:?}"),
        }
        value
    };
    assert_eq!(value("gap_windows"), Some(Value::Count(1)));
    assert_eq!(value("gap_dollar_seconds"), Some(Value::Decimal("487.5".parse().unwrap())));
    assert_eq!(value("stop_delay_seconds_mean"), None);
    let window = &report.windows[0];
    let cells: Vec<_> = WINDOW_COLUMNS.iter().map(|column| column.value(window)).collect();
    assert_eq!(cells[3], Some(Value::Text("entry_assumed".to_owned())));
    assert_eq!(cells[5], Some(Value::Decimal("10".parse().unwrap())));
}
