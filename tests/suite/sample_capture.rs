//! The capture that belongs to the project: made by it, and with the habits of the real ones.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fillgap::flow::capture::sample::{TICKER, write_sample};
use fillgap::flow::capture::{Capture, CapturedMarket, MomentKind, Movement, RecordedBook};
use fillgap::flow::recorded::{CancelModel, Recording};
use fillgap::market::PriceLevelLabel;
use fillgap::units::{Quantity, Side};

use crate::crowd_world::CrowdWorld;

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample-btc15m.jsonl.gz")
}

fn market() -> Arc<CapturedMarket> {
    Arc::clone(Capture::open(&path()).unwrap().market(TICKER).unwrap())
}

/// The texts are compared, so that another version of the packer may pack it otherwise.
#[test]
fn the_committed_sample_is_what_the_generator_writes() {
    let mut committed = Vec::new();
    let file = std::fs::File::open(path()).unwrap();
    flate2::read::GzDecoder::new(file).read_to_end(&mut committed).unwrap();
    let mut written = Vec::new();
    write_sample(&mut written).unwrap();
    assert!(committed == written, "run `cargo run --example make_sample_capture` and commit");
}

#[test]
fn the_sample_is_small_and_of_one_market() {
    assert!(std::fs::metadata(path()).unwrap().len() < 150_000);
    let capture = Capture::open(&path()).unwrap();
    assert_eq!(capture.markets().len(), 1);
    let market = market();
    assert!((3_000..8_000).contains(&market.delta_count()), "{}", market.delta_count());
    assert_eq!(market.clamped_count(), 0);
    assert_eq!(market.infer_levels().ranges(), PriceLevelLabel::TaperedDeciCent.ranges());
    let close = market.close_time().unwrap();
    assert_eq!(close.to_string(), "2026-11-22T12:15:00Z");
    let minutes = (close.us() - market.origin().us()) / 60_000_000;
    assert!((4..=5).contains(&minutes), "{minutes} minutes");
    // A message a second: 282 in 300 s.
    assert!((250..=330).contains(&market.tickers().len()));
}

/// What one event of the sample looks like.
#[derive(Debug, Default)]
struct Habits {
    events: usize,
    amends: usize,
    remainders_first: usize,
    remainders_last: usize,
    sweeps: usize,
}

fn habits(market: &CapturedMarket) -> Habits {
    let mut habits = Habits::default();
    let mut book = RecordedBook::new();
    for moment in market.moments() {
        habits.events += 1;
        let added = |index: usize| matches!(moment.changes[index].movement, Movement::Added(_));
        let crosses = |index: usize| {
            let change = moment.changes[index];
            added(index)
                && book.best(change.side.opposite()).is_some_and(|best| match change.side {
                    Side::Bid => change.price >= best,
                    Side::Ask => change.price <= best,
                })
        };
        let last = moment.changes.len().saturating_sub(1);
        if moment.kind == MomentKind::Deltas && last > 0 {
            let one_side =
                moment.changes.iter().all(|change| change.side == moment.changes[0].side);
            habits.amends += usize::from(one_side && last == 1 && !added(0) && added(1));
            habits.sweeps += usize::from(one_side && (0..=last).all(|index| !added(index)));
            habits.remainders_first += usize::from(crosses(0));
            habits.remainders_last += usize::from(crosses(last));
        }
        moment.changes.iter().for_each(|change| book.apply(change).unwrap());
    }
    habits
}

/// As the real stream: pairs of one instant and side are more than half of the deltas, takers rest
/// remainders that are shown last, orders that are shown first make their owners' orders leave.
#[test]
fn the_sample_has_the_habits_of_the_real_stream() {
    let market = market();
    let habits = habits(&market);
    assert!(habits.amends * 4 > market.delta_count(), "{habits:?}");
    assert!(habits.remainders_last >= 20, "{habits:?}");
    assert!(habits.remainders_first >= 20, "{habits:?}");
    assert!(habits.sweeps >= 20, "{habits:?}");
    let moments = market.moment_count();
    let last = market.moment(moments - 1);
    assert_eq!(last.kind, MomentKind::Snapshot);
    assert!(!last.changes.is_empty());
    assert!(last.changes.iter().all(|change| matches!(change.movement, Movement::Removed(_))));
    // The empty snapshot was received 2.7 s after the close; the message before it within 1 s.
    let after_us = last.at.us() - market.close_time().unwrap().us();
    assert!((1_000_000..3_000_000).contains(&after_us), "{after_us} µs");
}

/// For the last 20 seconds of trading nobody offers.
#[test]
fn the_sample_is_one_sided_at_the_end() {
    let market = market();
    let close = market.close_time().unwrap();
    let mut book = RecordedBook::new();
    let mut two_sided_until = market.origin();
    for moment in market.moments().filter(|moment| moment.at <= close) {
        moment.changes.iter().for_each(|change| book.apply(change).unwrap());
        if book.best(Side::Bid).is_some() && book.best(Side::Ask).is_some() {
            two_sided_until = moment.at;
        }
    }
    assert!(book.best(Side::Bid).is_some());
    assert!(close.us() - two_sided_until.us() > 20_000_000);
}

#[test]
fn the_replayed_sample_is_the_recorded_one_to_its_end() {
    let market = market();
    let recording = Recording::new(Arc::clone(&market), &market.infer_levels()).unwrap();
    // The generator knows what traded, and the ticker says it; every interval is explained.
    assert_eq!(recording.volume().explained, recording.volume().matched);
    assert_eq!(recording.volume().intervals_exact, recording.volume().intervals);
    assert_eq!(recording.volume().excess, Quantity::ZERO);
    let recording = Arc::new(recording);
    let mut world = CrowdWorld::new(&recording, CancelModel::ProRata, 1);
    while world.run_moment() {
        assert_eq!(world.missing(), Quantity::ZERO);
    }
    assert_eq!(world.clipped, Quantity::ZERO);
    assert_eq!(world.exchange.book(world.market).bids, []);
}
