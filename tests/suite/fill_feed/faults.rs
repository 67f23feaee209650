//! Everything goes wrong at once, again and again: nothing may get lost.

use std::collections::BTreeSet;

use fillgap::bot::FillFeedSettings;
use fillgap::link::TimeLimits;
use fillgap::protocol::{Channel, Leg};
use fillgap::units::{SimDuration, SimTime};
use fillgap::world::run_one;

use crate::fill_feed::market;
use crate::fill_feed::witness::{self, Witness};

/// Loss, copies, errors before and after the effect, fills that overtake each other, outages of
/// single channels and of all, reads that fail: on a home connection with its lags of up to 10 s.
const FAULTY: &str = r#"
[link]
profile = "home"
[link.faults.order_entry]
refused_429_ppm = 10000
refused_503_ppm = 10000
masked_500_ppm = 10000
request = { loss_ppm = 30000, duplication_ppm = 30000 }
reply = { loss_ppm = 50000, duplication_ppm = 30000 }
[link.faults.cancel]
refused_503_ppm = 20000
masked_504_ppm = 20000
request = { loss_ppm = 50000, duplication_ppm = 30000 }
reply = { loss_ppm = 50000 }
[link.faults.order_read]
refused_429_ppm = 20000
request = { loss_ppm = 20000 }
reply = { loss_ppm = 20000, duplication_ppm = 20000 }
[link.faults.balance_read]
refused_503_ppm = 50000
request = { loss_ppm = 20000 }
[link.faults.market_read]
request = { loss_ppm = 50000 }
[link.faults.private_feed.delivery]
loss_ppm = 50000
duplication_ppm = 100000
reordering = { share_ppm = 100000, extra = { kind = "uniform", low_ms = 10, high_ms = 3000 } }
[link.faults.public_feed.delivery]
loss_ppm = 50000
[[link.faults.outage]]
from_s = 50
to_s = 65
channels = ["private_feed"]
[[link.faults.outage]]
from_s = 100
to_s = 112
channels = ["order_entry", "cancel"]
[[link.faults.outage]]
from_s = 150
to_s = 158
channels = ["order_entry", "cancel", "order_read", "position_read", "balance_read", "market_read", "private_feed", "public_feed"]
[[link.faults.outage]]
from_s = 180
to_s = 200
channels = ["public_feed"]
[[link.faults.read_failure]]
from_s = 60
to_s = 80
endpoint = "fills"
status = 429
"#;

fn witness(seed: u64) -> Witness {
    let scenario = market::scenario(seed, FAULTY);
    let output = run_one(&scenario, &scenario.engines[0], seed);
    let output = output.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    witness::watch(output.log.entries())
}

/// The bound that the settings state, with as many failed reads as there were in a row. A round
/// trip at home takes at most 1.255 s.
fn bound(failed_reads: u32) -> SimDuration {
    let (settings, limits) = (FillFeedSettings::default(), TimeLimits::default());
    settings.recovery_bound(&limits, SimDuration::from_ms(1_255), failed_reads).unwrap()
}

/// Runs seeds and says what is broken; returns what was seen.
fn soak(seeds: std::ops::Range<u64>) -> Vec<Witness> {
    let (mut broken, mut seen) = (Vec::new(), Vec::new());
    for seed in seeds {
        let witness = witness(seed);
        broken.extend(witness.broken.iter().map(|line| format!("seed {seed} {line}")));
        if witness.slowest > bound(witness.failed_reads) {
            broken.push(format!("seed {seed}: belief differs {} s after a fill", witness.slowest));
        }
        if !witness.gap_at_end.is_flat() {
            broken.push(format!("seed {seed}: belief less truth is {}", witness.gap_at_end));
        }
        seen.push(witness);
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    seen
}

/// The last fault window ends at 200 s, the last signal comes at 240 s and nothing trades after
/// 332 s, while losses go on to the end: 460 s. Belief has to be truth then.
#[test]
fn on_a_faulty_link_belief_is_truth_again_within_the_stated_bound() {
    let seen = soak(0..200);
    // The faults did happen, and the bot did trade.
    assert!(seen.iter().all(|witness| !witness.bought.is_zero()));
    let faults: BTreeSet<_> = seen.iter().flat_map(|witness| witness.faults.keys()).collect();
    for expected in [
        (Channel::OrderEntry, Leg::Request, "lost"),
        (Channel::OrderEntry, Leg::Request, "duplicated"),
        (Channel::OrderEntry, Leg::Request, "refused"),
        (Channel::OrderEntry, Leg::Reply, "lost"),
        (Channel::OrderEntry, Leg::Reply, "masked"),
        (Channel::Cancel, Leg::Request, "lost"),
        (Channel::Cancel, Leg::Reply, "lost"),
        (Channel::OrderRead, Leg::Request, "lost"),
        (Channel::OrderRead, Leg::Request, "read_failed"),
        (Channel::PrivateFeed, Leg::Delivery, "lost"),
        (Channel::PrivateFeed, Leg::Delivery, "lost_in_outage"),
        (Channel::PrivateFeed, Leg::Delivery, "duplicated"),
        (Channel::PrivateFeed, Leg::Delivery, "reordered"),
        (Channel::PublicFeed, Leg::Delivery, "lost_in_outage"),
    ] {
        assert!(faults.contains(&expected), "{expected:?} never happened");
    }
}

/// The same over many seeds; `cargo test --release -- --ignored ten_thousand`.
#[test]
#[ignore = "takes many minutes"]
fn ten_thousand_seeds_find_nothing_lost() {
    let seen = soak(0..10_000);
    let slowest = seen.iter().map(|witness| witness.slowest).max().unwrap();
    assert!(slowest > SimDuration::ZERO, "no fill was ever learned late");
    assert!(slowest <= bound(seen.iter().map(|witness| witness.failed_reads).max().unwrap()));
}

#[test]
fn without_faults_and_latency_belief_is_truth_at_the_end_of_every_instant() {
    for seed in 0..20 {
        let scenario = market::scenario(seed, "[link]\nprofile = \"ideal\"");
        let output = run_one(&scenario, &scenario.engines[0], seed).unwrap();
        let witness = witness::watch(output.log.entries());
        assert_eq!(witness.broken, Vec::<String>::new(), "seed {seed}");
        assert_eq!(witness.slowest, SimDuration::ZERO, "seed {seed}");
        assert!(!witness.bought.is_zero(), "seed {seed}");
        let end = output.log.entries().last().unwrap().time;
        assert_eq!(end, SimTime::START + SimDuration::from_s(market::END_S));
    }
}
