//! Faults, the rate limit and time limits as a scenario file gives them.

use std::collections::BTreeMap;
use std::path::Path;

use fillgap::link::{
    AfterReconnect, BurstSettings, ClientSettings, Factor, FaultSettings, Latency, LegFaults,
    Outage, PrivateNumbers, ReadFailure, Reordering, Share, Tier, TimeLimits, TripFaults,
};
use fillgap::protocol::{Channel, Endpoint, HttpStatus, ServerError};
use fillgap::scenario::Scenario;
use fillgap::units::{SimDuration, SimTime};

const FILE: &str = "tests/fixtures/faults.toml";

fn load() -> Scenario {
    Scenario::load(Path::new(FILE), &[]).unwrap_or_else(|errors| panic!("{errors}"))
}

fn ppm(ppm: u32) -> Share {
    Share::from_ppm(ppm).unwrap()
}

fn at(at_ms: u64) -> SimTime {
    SimTime::START + SimDuration::from_ms(at_ms)
}

/// The file's text, number by number.
fn expected() -> FaultSettings {
    let unavailable = HttpStatus::Server(ServerError::Unavailable);
    let order_entry = TripFaults {
        request: LegFaults { loss: ppm(1), duplication: ppm(2), reordering: None },
        reply: LegFaults { loss: Share::ALL, ..LegFaults::default() },
        refused: BTreeMap::from([(HttpStatus::TooManyRequests, ppm(3)), (unavailable, ppm(4))]),
        masked: BTreeMap::from([(ServerError::GatewayTimeout, ppm(5))]),
    };
    let extra = Latency::constant(SimDuration::from_ms(7));
    let reordering = Some(Reordering { share: ppm(6), extra });
    let cancel = TripFaults {
        request: LegFaults { reordering, ..LegFaults::default() },
        ..TripFaults::default()
    };
    let factor = Factor::from_decimal("2.5".parse().unwrap()).unwrap();
    let feeds = [Channel::PrivateFeed, Channel::PublicFeed];
    let too_many = HttpStatus::TooManyRequests;
    FaultSettings {
        order_entry,
        cancel,
        private_feed: LegFaults { duplication: ppm(8), ..LegFaults::default() },
        public_feed: LegFaults { loss: ppm(9), ..LegFaults::default() },
        bursts: Some(BurstSettings { more_than: 50, window: SimDuration::from_ms(500), factor }),
        outages: vec![
            Outage::new(at(10_000), at(20_000), feeds).unwrap(),
            Outage::new(at(15_000), at(25_500), [Channel::OrderEntry]).unwrap(),
        ],
        read_failures: vec![
            ReadFailure::new(Endpoint::Positions, at(1_000), at(2_000), too_many).unwrap(),
        ],
        ..FaultSettings::default()
    }
}

#[test]
fn every_fault_and_limit_can_be_given_in_a_file() {
    let scenario = load();
    assert_eq!(scenario.link.faults, expected());
    assert_eq!(scenario.link.rate_limit, Some(Tier::Advanced));
    let shared = TimeLimits {
        order_entry: Some(SimDuration::from_s(3)),
        market_read: None,
        ..TimeLimits::default()
    };
    let silent = TimeLimits { cancel: Some(SimDuration::from_ms(1_500)), ..shared };
    for (index, time_limits, after_reconnect) in
        [(0, shared, AfterReconnect::Subscribe), (1, silent, AfterReconnect::StaySilent)]
    {
        let client = ClientSettings { time_limits, after_reconnect, ..ClientSettings::default() };
        assert_eq!(scenario.engines[index].bot.client, client, "engine {index}");
    }
}

#[test]
fn the_resolved_text_of_faults_reads_as_the_same_faults() {
    let scenario = load();
    let again = Scenario::of_text(Path::new(FILE), scenario.resolved(), &[]);
    let again = again.unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(again.link, scenario.link);
    assert_eq!(again.resolved(), scenario.resolved());
}

/// Each alone; what is left out is the first reading.
#[test]
fn delays_can_be_held_and_the_private_feed_can_be_without_numbers() {
    let load = |sets: &[&str]| {
        let sets: Vec<_> = sets.iter().map(|set| set.parse().unwrap()).collect();
        let read = Scenario::load(Path::new("tests/fixtures/plain.toml"), &sets);
        read.unwrap_or_else(|errors| panic!("{errors}"))
    };
    for (sets, held_ms, numbers) in [
        (&[][..], 0, PrivateNumbers::Given),
        (&["link.level_held_ms=250"], 250, PrivateNumbers::Given),
        (&["bot.feed.private_numbers=absent"], 0, PrivateNumbers::Absent),
    ] {
        let read = load(sets);
        assert_eq!(read.link.level_held, SimDuration::from_ms(held_ms), "{sets:?}");
        for engine in &read.engines {
            assert_eq!(engine.bot.client.private_numbers, numbers, "{sets:?}");
        }
    }
}

#[test]
fn a_file_without_faults_has_none_and_the_time_limits_of_the_original() {
    let plain = Scenario::load(Path::new("tests/fixtures/plain.toml"), &[]);
    let plain = plain.unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(plain.link.faults, FaultSettings::default());
    assert_eq!(plain.link.rate_limit, None);
    let limits = plain.engines[0].bot.client.time_limits;
    let seconds = |s: u64| Some(SimDuration::from_s(s));
    assert_eq!((limits.order_entry, limits.cancel), (seconds(10), seconds(5)));
    assert_eq!((limits.order_read, limits.position_read), (seconds(10), seconds(8)));
    assert_eq!(limits.balance_read, seconds(8));
    assert_eq!(limits.market_read, Some(SimDuration::from_ms(1_500)));
    assert!(!plain.resolved().contains("faults"));
}
