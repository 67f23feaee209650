//! What the reader makes of a capture: moments, times, markets.

use std::sync::Arc;

use fillgap::flow::capture::{Capture, CapturedMarket, MomentKind, RecordedBook};
use fillgap::flow::recorded::Recording;
use fillgap::units::{Quantity, Side};

use crate::capture_text::{CaptureText, TICKER};

fn market(capture: &CaptureText) -> Arc<CapturedMarket> {
    Arc::clone(capture.capture().busiest_market())
}

/// The moments as `kind at changes`, times in milliseconds after the first.
fn moments(market: &CapturedMarket) -> Vec<String> {
    let line = |moment: fillgap::flow::capture::Moment<'_>| {
        let kind = match moment.kind {
            MomentKind::Deltas => "deltas",
            MomentKind::Snapshot => "snapshot",
        };
        let after_ms = market.sim_time(moment.at).ns() / 1_000_000;
        format!("{kind} {after_ms} {}", moment.changes.len())
    };
    market.moments().map(line).collect()
}

#[test]
fn deltas_of_one_instant_are_one_moment() {
    let mut capture = CaptureText::starting("0.40:10", "0.50:10");
    capture.delta(100, "yes", "0.40", "-4");
    capture.delta(100, "yes", "0.39", "4");
    capture.delta(101, "yes", "0.39", "1");
    // A ticker has no sequence number and ends nothing.
    capture.ticker(101, "2", "0.40", "1");
    capture.delta(101, "yes", "0.38", "1");
    assert_eq!(moments(&market(&capture)), ["snapshot 0 2", "deltas 100 2", "deltas 101 2"]);
}

/// Another market's message between two deltas of one instant takes a sequence number.
#[test]
fn a_hole_in_the_sequence_of_a_market_ends_its_moment() {
    let mut one = CaptureText::starting("0.40:10", "0.50:10");
    one.delta(100, "yes", "0.40", "1");
    one.delta(100, "yes", "0.39", "1");
    one.delta(100, "yes", "0.38", "1");
    let other = "KXDEMO-26NOV22-T60";
    // The third line, of the other market, becomes a snapshot of it.
    let mut lines: Vec<String> = one.text.lines().map(str::to_owned).collect();
    lines[2] = lines[0].replace(TICKER, other).replace(r#""seq":1"#, r#""seq":3"#);
    let capture = Capture::read("demo", lines.join("\n").as_bytes()).unwrap();
    let tickers: Vec<_> = capture.markets().iter().map(|market| market.ticker()).collect();
    assert_eq!(tickers, [TICKER, other]);
    let first = capture.market(TICKER).unwrap();
    assert_eq!(moments(first), ["snapshot 0 2", "deltas 100 1", "deltas 100 1"]);
    assert_eq!(capture.busiest_market().ticker(), TICKER);
    assert_eq!(capture.market(other).unwrap().delta_count(), 0);
}

/// The delta at 200 ms says 50 ms: it is kept, at the time of the one before it, and counted.
#[test]
fn a_timestamp_that_goes_back_is_moved_and_counted() {
    let mut capture = CaptureText::starting("0.40:10", "0.50:10");
    capture.delta(100, "yes", "0.40", "1");
    capture.delta(50, "yes", "0.40", "1");
    capture.delta(300, "yes", "0.40", "1");
    let market = market(&capture);
    assert_eq!(moments(&market), ["snapshot 0 2", "deltas 100 1", "deltas 100 1", "deltas 300 1"]);
    assert_eq!(market.clamped_count(), 1);
}

/// The receiver's clock is 7 s ahead of the exchange's. Two snapshots come before the first delta:
/// they stand as long before it as they were received before it.
#[test]
fn snapshots_before_the_first_delta_stand_on_the_exchanges_clock() {
    let mut capture = CaptureText::starting("0.40:10", "0.50:10");
    capture.snapshot(400, "0.40:10 0.41:2", "0.50:10");
    capture.delta(1_000, "yes", "0.40", "1");
    let mut ahead = CaptureText::default();
    ahead.text = capture.text.replace(r#""recv_ns":1795348800"#, r#""recv_ns":1795348807"#);
    ahead.text = ahead.text.replace(r#""recv_ns":1795348801"#, r#""recv_ns":1795348808"#);
    let market = market(&ahead);
    assert_eq!(moments(&market), ["snapshot 0 2", "snapshot 400 1", "deltas 1000 1"]);
    assert_eq!(market.origin().to_string(), "2026-11-22T12:00:00Z");
    assert_eq!(market.clamped_count(), 0);
}

/// A snapshot that was received after a delta that is stamped later than it can be stands at the
/// delta that follows.
#[test]
fn a_snapshot_is_never_after_the_delta_that_follows_it() {
    let mut capture = CaptureText::starting("0.40:10", "0.50:10");
    capture.delta(100, "yes", "0.40", "1");
    capture.snapshot(900, "0.40:5", "");
    capture.delta(300, "yes", "0.40", "1");
    let market = market(&capture);
    assert_eq!(
        moments(&market),
        ["snapshot 0 2", "deltas 100 1", "snapshot 300 2", "deltas 300 1"]
    );
    assert_eq!(market.clamped_count(), 0);
}

/// Both keys absent: the book is empty, whatever was there.
#[test]
fn an_empty_snapshot_empties_the_book() {
    let mut capture = CaptureText::starting("0.40:10 0.39:2", "0.50:10");
    capture.delta(100, "yes", "0.40", "1");
    capture.snapshot(2_500, "", "");
    let market = market(&capture);
    let mut book = RecordedBook::new();
    for moment in market.moments() {
        moment.changes.iter().for_each(|change| book.apply(change).unwrap());
    }
    assert_eq!(book, RecordedBook::new());
    assert_eq!(moments(&market), ["snapshot 0 3", "deltas 100 1", "snapshot 2500 3"]);
}

/// NO at 0.45 is an ask at 0.55.
#[test]
fn no_levels_are_asks_at_the_complement() {
    let capture = CaptureText::starting("", "0.45:7");
    let market = market(&capture);
    let change = market.moment(0).changes[0];
    assert_eq!((change.side, change.price.to_string()), (Side::Ask, "0.55".to_owned()));
}

/// A ticker from before the first snapshot counts trades that the book does not show.
#[test]
fn a_late_ticker_of_the_time_before_is_no_witness() {
    let mut capture = CaptureText::default();
    capture.ticker(0, "1000", "0.40", "1");
    capture.snapshot(500, "0.40:10", "0.50:10");
    capture.ticker(600, "5000", "0.40", "1");
    capture.delta(700, "yes", "0.40", "-1");
    capture.ticker(800, "5002", "0.40", "1");
    let recording = capture.recording();
    assert_eq!(recording.volume().matched, "1".parse().unwrap());
    assert_eq!(recording.volume().explained, "1".parse().unwrap());
}

/// Removals that are too many to try all sums of: 40 of 1.00 to 1.39 at the best level, of which
/// the first 30 trade. The search still finds contracts that add up to the volume.
#[test]
fn a_crowded_interval_is_explained_too() {
    let mut capture = CaptureText::starting("0.40:100", "0.50:10");
    capture.ticker(1, "0", "0.40", "1");
    let mut traded = 0;
    for removal in 0..40 {
        let hundredths = 100 + removal;
        traded += if removal < 30 { hundredths } else { 0 };
        let delta = format!("-{}.{:02}", hundredths / 100, hundredths % 100);
        capture.delta(10 + removal, "yes", "0.40", &delta);
    }
    let volume = format!("{}.{:02}", traded * 2 / 100, traded * 2 % 100);
    capture.ticker(500, &volume, "0.40", "1");
    let recording = capture.recording();
    assert_eq!(recording.volume().explained.hundredths(), traded);
    assert_eq!(recording.volume().intervals_exact, 1);
    let found: Quantity = (1..=40).map(|moment| recording.traded(moment, Side::Bid)).sum();
    assert_eq!(found.hundredths(), traded);
}

#[test]
fn captures_and_recordings_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Capture>();
    shared::<Recording>();
}
