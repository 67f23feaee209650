//! A participant's link: which legs it has, its streams, its feeds, the ready-made profiles.

use fillgap::kernel::Streams;
use fillgap::link::{Lags, Latency, Link, LinkSettings, Profile};
use fillgap::protocol::{Channel, Endpoint, Leg};
use fillgap::units::{SimDuration, SimTime};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::operation_count::{case, count};

const LEGS: [Leg; 3] = [Leg::Request, Leg::Reply, Leg::Delivery];

fn ms(ms: u64) -> SimDuration {
    SimDuration::from_ms(ms)
}

fn wide() -> Latency {
    Latency::uniform(SimDuration::ZERO, SimDuration::from_s(1)).expect("zero is below one second")
}

fn link(latency: &Latency, seed: u64) -> Link {
    let settings = LinkSettings { lags: Lags::same(latency), ..LinkSettings::same(latency) };
    Link::new(&settings, &Streams::new(seed))
}

/// How long a faultless message takes.
fn delay(link: &mut Link, channel: Channel, leg: Leg) -> SimDuration {
    let fate = link.crossing(SimTime::START, channel, leg);
    fate.arrivals().next().expect("nothing is lost without faults").since(SimTime::START)
}

/// When a faultless message of a feed arrives.
fn delivery(link: &mut Link, channel: Channel, now: SimTime) -> SimTime {
    let fate = link.delivery(now, channel).fate;
    fate.arrivals().next().expect("nothing is lost without faults")
}

/// The draw out of 2^64 at a level in thousandths; the highest draw for 1000.
fn draw_at(thousandths: u64) -> u64 {
    let draw = (u128::from(thousandths) << 64) / 1_000;
    u64::try_from(draw).unwrap_or(u64::MAX)
}

#[test]
fn requests_have_two_legs_and_feeds_have_one() {
    let settings = Profile::Home.settings();
    for channel in Channel::ALL {
        let feed = matches!(channel, Channel::PrivateFeed | Channel::PublicFeed);
        for leg in LEGS {
            let expected = feed == (leg == Leg::Delivery);
            assert_eq!(settings.leg(channel, leg).is_some(), expected, "{channel:?} {leg:?}");
        }
    }
}

#[test]
fn every_leg_and_every_lag_has_its_own_setting() {
    // Field by field, in the order of declaration, 1 ms more each.
    let at = |n: u64| Latency::constant(ms(n));
    let mut settings = LinkSettings::same(&at(0));
    let trips = [
        &mut settings.order_entry,
        &mut settings.cancel,
        &mut settings.order_read,
        &mut settings.position_read,
        &mut settings.balance_read,
        &mut settings.market_read,
    ];
    for (index, trip) in (0..).zip(trips) {
        (trip.request, trip.reply) = (at(2 * index + 1), at(2 * index + 2));
    }
    (settings.private_feed, settings.public_feed) = (at(13), at(14));
    settings.lags =
        Lags { orders: at(15), fills: at(16), positions: at(17), balance: at(18), market: at(19) };

    let mut link = Link::new(&settings, &Streams::new(1));
    let trips = Channel::ALL.into_iter().take(6);
    let mut drawn: Vec<_> = trips
        .flat_map(|channel| [(channel, Leg::Request), (channel, Leg::Reply)])
        .map(|(channel, leg)| delay(&mut link, channel, leg))
        .collect();
    for feed in [Channel::PrivateFeed, Channel::PublicFeed] {
        drawn.push(delivery(&mut link, feed, SimTime::START).since(SimTime::START));
    }
    drawn.extend(Endpoint::ALL.map(|endpoint| link.lag(endpoint)));
    assert_eq!(drawn, (1..=19).map(ms).collect::<Vec<_>>());
    assert_eq!(link.lag_longest(), ms(19));
}

#[test]
fn the_same_seed_draws_the_same_and_another_seed_does_not() {
    let draws = |seed| -> Vec<SimDuration> {
        let mut link = link(&wide(), seed);
        (0..20).map(|_| delay(&mut link, Channel::OrderEntry, Leg::Request)).collect()
    };
    assert_eq!(draws(1), draws(1));
    assert_ne!(draws(1), draws(2));
}

#[test]
fn streams_are_named_by_channel_and_leg_and_by_endpoint() {
    let (streams, latency) = (Streams::new(5), wide());
    let mut link = link(&latency, 5);
    let cases = [
        ("link.order_entry.request", Channel::OrderEntry, Leg::Request),
        ("link.order_entry.reply", Channel::OrderEntry, Leg::Reply),
        ("link.cancel.request", Channel::Cancel, Leg::Request),
        ("link.market_read.reply", Channel::MarketRead, Leg::Reply),
    ];
    for (name, channel, leg) in cases {
        assert_eq!(
            delay(&mut link, channel, leg),
            latency.draw(&mut streams.named(name)),
            "{name}"
        );
    }
    let delivered = delivery(&mut link, Channel::PublicFeed, SimTime::START);
    let expected = latency.draw(&mut streams.named("link.public_feed.delivery"));
    assert_eq!(delivered, SimTime::START + expected);
    let expected = latency.draw(&mut streams.named("link.lag.positions"));
    assert_eq!(link.lag(Endpoint::Positions), expected);
}

#[test]
fn a_draw_more_on_one_leg_moves_no_other() {
    let everything = |link: &mut Link| -> Vec<SimDuration> {
        let mut drawn = Vec::new();
        for channel in Channel::ALL.into_iter().take(6) {
            for leg in [Leg::Request, Leg::Reply] {
                drawn.push(delay(link, channel, leg));
            }
        }
        drawn.extend(Endpoint::ALL.map(|endpoint| link.lag(endpoint)));
        drawn
    };
    let expected = everything(&mut link(&wide(), 3));
    let mut disturbed = link(&wide(), 3);
    delay(&mut disturbed, Channel::Cancel, Leg::Request);
    disturbed.lag(Endpoint::Orders);
    let found = everything(&mut disturbed);
    // The request leg of the cancel channel is the third draw, the lag of orders the thirteenth.
    for (index, (found, expected)) in found.iter().zip(&expected).enumerate() {
        assert_eq!(found == expected, index != 2 && index != 12, "draw {index}");
    }
}

/// A leg draws a word for each message and keeps the level of one for 10 ms. Each row: when a message
/// leaves \[ms\], and whose level it has.
#[test]
fn a_leg_keeps_its_level_as_long_as_the_setting_says() {
    let rows = [(0, 0), (0, 0), (9, 0), (10, 3), (19, 3), (20, 5), (45, 6), (54, 6), (55, 8)];
    let mut free = link(&wide(), 7);
    let levels = rows.map(|_| delay(&mut free, Channel::OrderEntry, Leg::Request));
    let settings = LinkSettings { level_held: ms(10), ..LinkSettings::same(&wide()) };
    let mut held = Link::new(&settings, &Streams::new(7));
    for (at_ms, whose) in rows {
        let now = SimTime::START + ms(at_ms);
        let fate = held.crossing(now, Channel::OrderEntry, Leg::Request);
        let found = fate.arrivals().next().expect("nothing is lost without faults").since(now);
        assert_eq!(found, levels[whose], "at {at_ms} ms");
    }
    // Another leg has a level of its own.
    let reply = delay(&mut held, Channel::OrderEntry, Leg::Reply);
    assert_eq!(reply, delay(&mut free, Channel::OrderEntry, Leg::Reply));
}

/// One message each ms and levels that are held for 10 ms: of 20,000 messages 2,000 draw a level, so
/// that 18,000 follow one of the same level. Half of the 2,000 are above the median, within 5 of their
/// standard deviations of 22.4.
#[test]
fn delays_that_are_held_have_the_same_distribution() {
    let settings = LinkSettings { level_held: ms(10), ..LinkSettings::same(&wide()) };
    for seed in 1..=3 {
        let mut link = Link::new(&settings, &Streams::new(seed));
        let delays: Vec<_> = (0..20_000)
            .map(|at_ms| {
                let now = SimTime::START + ms(at_ms);
                let fate = link.crossing(now, Channel::Cancel, Leg::Request);
                fate.arrivals().next().expect("nothing is lost without faults").since(now)
            })
            .collect();
        let same = delays.windows(2).filter(|pair| pair[0] == pair[1]).count();
        assert_eq!(same, 18_000, "seed {seed}");
        let above = delays.iter().step_by(10).filter(|delay| **delay > ms(500)).count();
        assert!((888..=1_112).contains(&above), "seed {seed}: {above}");
    }
}

#[test]
fn another_distribution_on_one_leg_moves_no_other_and_no_later_draw() {
    let settings = LinkSettings::same(&wide());
    let mut changed = settings.clone();
    changed.cancel.request = Latency::constant(ms(1));
    let streams = Streams::new(8);
    let (mut plain, mut other) = (Link::new(&settings, &streams), Link::new(&changed, &streams));
    for _ in 0..10 {
        delay(&mut plain, Channel::Cancel, Leg::Request);
        assert_eq!(delay(&mut other, Channel::Cancel, Leg::Request), ms(1));
        let order = (Channel::OrderEntry, Leg::Request);
        assert_eq!(delay(&mut plain, order.0, order.1), delay(&mut other, order.0, order.1));
    }
}

#[test]
fn every_leg_replaces_the_legs_and_keeps_the_lags() {
    let home = Profile::Home.settings();
    let hundred = Latency::constant(ms(100));
    let replaced = home.clone().every_leg(&hundred);
    assert_eq!(replaced.lags, home.lags);
    for channel in Channel::ALL {
        for leg in LEGS {
            let expected = home.leg(channel, leg).map(|_| &hundred);
            assert_eq!(replaced.leg(channel, leg), expected, "{channel:?} {leg:?}");
        }
    }
}

#[test]
#[should_panic(expected = "Invariant: a message crosses a leg that the channel has")]
fn a_feed_has_no_request() {
    delay(&mut link(&wide(), 1), Channel::PublicFeed, Leg::Request);
}

#[test]
#[should_panic(expected = "Invariant: a message crosses a leg that the channel has")]
fn only_a_feed_delivers() {
    delivery(&mut link(&wide(), 1), Channel::OrderEntry, SimTime::START);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        rng_seed: RngSeed::Fixed(5),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// The reference: a message arrives at the latest of all (sent + drawn) up to its own.
    #[test]
    fn a_feed_delivers_in_the_order_of_sending(
        seed in any::<u64>(),
        low_ns in 0_u64..1_000,
        width_ns in 0_u64..100_000,
        steps_ns in prop::collection::vec(0_u64..2_000, 1..60),
    ) {
        let case = case();
        let (low, high) = (SimDuration::from_ns(low_ns), SimDuration::from_ns(low_ns + width_ns));
        let latency = Latency::uniform(low, high).expect("the width is not negative");
        let mut link = link(&latency, seed);
        let mut stream = Streams::new(seed).named("link.private_feed.delivery");
        let (mut sent, mut expected) = (SimTime::START, SimTime::START);
        for step_ns in steps_ns {
            count();
            sent += SimDuration::from_ns(step_ns);
            expected = expected.max(sent + latency.draw(&mut stream));
            prop_assert_eq!(delivery(&mut link, Channel::PrivateFeed, sent), expected);
            prop_assert!(expected >= sent + low);
            // The other feed is another connection and is not held up.
            prop_assert!(delivery(&mut link, Channel::PublicFeed, sent) <= sent + high);
        }
        case.holds();
    }
}

#[test]
fn a_profile_has_a_name_that_finds_it() {
    for (name, profile) in [
        ("ideal", Profile::Ideal),
        ("colo", Profile::Colo),
        ("cloud", Profile::Cloud),
        ("home", Profile::Home),
    ] {
        assert_eq!(name.parse(), Ok(profile));
        assert_eq!(profile.to_string(), name);
    }
    assert_eq!(
        "Home".parse::<Profile>().unwrap_err().to_string(),
        "link profile: found `Home`, allowed is ideal, colo, cloud, home"
    );
}

#[test]
fn the_ideal_link_takes_no_time() {
    let settings = Profile::Ideal.settings();
    for channel in Channel::ALL {
        for latency in LEGS.iter().filter_map(|leg| settings.leg(channel, *leg)) {
            assert_eq!(latency.longest(), SimDuration::ZERO, "{channel:?}");
        }
    }
    assert_eq!(Link::new(&settings, &Streams::new(1)).lag_longest(), SimDuration::ZERO);
}

/// Request and reply together, at the request's level: the reply is constant.
fn round_trip(profile: Profile, channel: Channel, thousandths: u64) -> SimDuration {
    let settings = profile.settings();
    let leg = |leg| settings.leg(channel, leg).expect("the channel carries requests").clone();
    let reply = leg(Leg::Reply);
    assert_eq!(reply.shortest(), reply.longest());
    leg(Leg::Request).at(draw_at(thousandths)) + reply.longest()
}

/// The measured quantiles, as the profile's documentation cites them.
#[test]
fn a_round_trip_has_the_measured_quantiles() {
    let home = [
        (0, 34),
        (50, 41),
        (250, 49),
        (500, 58),
        (750, 78),
        (900, 109),
        (950, 154),
        (990, 554),
        (1000, 1_255),
    ];
    for channel in Channel::ALL.into_iter().take(6) {
        for (thousandths, expected_ms) in home {
            let found = round_trip(Profile::Home, channel, thousandths);
            assert!(close(found, ms(expected_ms)), "home {channel:?} {thousandths}: {found}");
        }
        for (thousandths, expected_ms) in [(0, 14), (500, 17), (1000, 24)] {
            let found = round_trip(Profile::Cloud, channel, thousandths);
            assert!(close(found, ms(expected_ms)), "cloud {channel:?} {thousandths}: {found}");
        }
    }
    let colo_us = [
        (Channel::OrderRead, 5_200, 8_500),
        (Channel::PositionRead, 5_200, 8_500),
        (Channel::BalanceRead, 8_000, 9_500),
        (Channel::MarketRead, 2_700, 3_800),
    ];
    for (channel, p50_us, p99_us) in colo_us {
        for (thousandths, expected_us) in [(500, p50_us), (990, p99_us)] {
            let found = round_trip(Profile::Colo, channel, thousandths);
            let expected = SimDuration::from_ns(expected_us * 1_000);
            assert!(close(found, expected), "colo {channel:?} {thousandths}: {found}");
        }
    }
}

#[test]
fn an_order_next_door_is_in_the_book_after_the_measured_time() {
    let settings = Profile::Colo.settings();
    for request in [&settings.order_entry.request, &settings.cancel.request] {
        assert!(close(request.at(draw_at(500)), SimDuration::from_ns(2_700_000)));
        assert!(close(request.at(draw_at(990)), SimDuration::from_ns(3_800_000)));
    }
}

/// At home: the recorded delay above the fastest message, and 17 ms, half of 34 ms, on top. In
/// another region: next door's, and 7 ms - 1.35 ms for the longer way.
#[test]
fn a_feed_has_the_measured_age() {
    let cases = [
        (Profile::Colo, 500, 5_700),
        (Profile::Colo, 990, 10_100),
        (Profile::Cloud, 500, 11_350),
        (Profile::Cloud, 990, 15_750),
        (Profile::Home, 0, 17_000),
        (Profile::Home, 250, 38_000),
        (Profile::Home, 500, 46_000),
        (Profile::Home, 750, 56_000),
        (Profile::Home, 900, 76_000),
        (Profile::Home, 950, 151_000),
        (Profile::Home, 990, 424_000),
        (Profile::Home, 999, 5_923_000),
    ];
    for (profile, thousandths, expected_us) in cases {
        let settings = profile.settings();
        assert_eq!(settings.private_feed, settings.public_feed);
        let found = settings.public_feed.at(draw_at(thousandths));
        let expected = SimDuration::from_ns(expected_us * 1_000);
        assert!(close(found, expected), "{profile} {thousandths}: {found} against {expected}");
    }
}

#[test]
fn reads_of_the_portfolio_lag_and_reads_of_the_market_do_not() {
    for profile in [Profile::Colo, Profile::Cloud, Profile::Home] {
        let lags = profile.settings().lags;
        for lag in [&lags.orders, &lags.fills, &lags.positions, &lags.balance] {
            for (thousandths, expected_ms) in [(0, 300), (900, 500), (990, 1_000), (1000, 10_000)] {
                assert!(close(lag.at(draw_at(thousandths)), ms(expected_ms)), "{thousandths}");
            }
        }
        assert_eq!(lags.market.longest(), SimDuration::ZERO);
        let link = Link::new(&profile.settings(), &Streams::new(1));
        assert_eq!(link.lag_longest(), ms(10_000));
    }
}

/// Within 0.01 percent, the stated error of a table.
fn close(found: SimDuration, expected: SimDuration) -> bool {
    found.ns().abs_diff(expected.ns()) <= expected.ns() / 10_000
}
