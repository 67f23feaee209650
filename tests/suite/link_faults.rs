//! What a link's faults do to each message: exact tables, streams, shares.

use std::collections::BTreeMap;

use fillgap::kernel::Streams;
use fillgap::link::{
    Admission, BurstSettings, Factor, Fate, FaultSettings, FeedEdge, Latency, LegFaults, Link,
    LinkSettings, Outage, ReadFailure, Reordering, Share, TripFaults,
};
use fillgap::protocol::{
    Channel, Endpoint, FaultKind, FeedChange, HttpStatus, Leg, Query, Request, ServerError,
};
use fillgap::units::{MarketId, OrderId, SimDuration, SimTime};
use proptest::prelude::*;

fn ms(ms: u64) -> SimDuration {
    SimDuration::from_ms(ms)
}

fn at(at_ms: u64) -> SimTime {
    SimTime::START + ms(at_ms)
}

fn ppm(ppm: u32) -> Share {
    Share::from_ppm(ppm).unwrap()
}

fn constant(latency_ms: u64) -> Latency {
    Latency::constant(ms(latency_ms))
}

fn wide() -> Latency {
    Latency::uniform(SimDuration::ZERO, SimDuration::from_s(1)).unwrap()
}

fn link(latency: &Latency, faults: FaultSettings, seed: u64) -> Link {
    let settings = LinkSettings { faults, ..LinkSettings::same(latency) };
    Link::new(&settings, &Streams::new(seed))
}

fn held_back(share: Share, extra: &Latency) -> Reordering {
    Reordering { share, extra: extra.clone() }
}

/// The faults of one leg, the same on every leg.
fn everywhere(leg: &LegFaults) -> FaultSettings {
    let trip = TripFaults { request: leg.clone(), reply: leg.clone(), ..TripFaults::default() };
    FaultSettings {
        order_entry: trip.clone(),
        cancel: trip.clone(),
        order_read: trip.clone(),
        position_read: trip.clone(),
        balance_read: trip.clone(),
        market_read: trip,
        private_feed: leg.clone(),
        public_feed: leg.clone(),
        ..FaultSettings::default()
    }
}

/// Every channel with every leg that it has.
fn legs() -> Vec<(Channel, Leg)> {
    let is_feed = |channel| matches!(channel, Channel::PrivateFeed | Channel::PublicFeed);
    let of = |channel| {
        if is_feed(channel) {
            vec![(channel, Leg::Delivery)]
        } else {
            vec![(channel, Leg::Request), (channel, Leg::Reply)]
        }
    };
    Channel::ALL.into_iter().flat_map(of).collect()
}

fn fate(link: &mut Link, now: SimTime, (channel, leg): (Channel, Leg)) -> Fate {
    match leg {
        Leg::Request | Leg::Reply => link.crossing(now, channel, leg),
        Leg::Delivery => link.delivery(now, channel).fate,
    }
}

fn arrivals(fate: &Fate) -> Vec<SimTime> {
    fate.arrivals().collect()
}

/// A message leaves at 100 ms and takes 10 ms.
#[test]
fn each_fault_does_to_a_message_what_its_name_says() {
    let (some, all) = (Share::NONE, Share::ALL);
    let extra = constant(50);
    let cases = [
        (some, some, some, vec![110], vec![]),
        (all, some, some, vec![], vec![FaultKind::Lost]),
        (some, all, some, vec![110, 110], vec![FaultKind::Duplicated]),
        (some, some, all, vec![160], vec![FaultKind::Reordered]),
        // The copy never comes before the message that was held back.
        (some, all, all, vec![160, 160], vec![FaultKind::Reordered, FaultKind::Duplicated]),
        // What is lost has no copy and is not late.
        (all, all, some, vec![], vec![FaultKind::Lost]),
        (all, some, all, vec![], vec![FaultKind::Lost]),
        (all, all, all, vec![], vec![FaultKind::Lost]),
    ];
    for (loss, duplication, reordering, expected, kinds) in cases {
        let leg = LegFaults { loss, duplication, reordering: Some(held_back(reordering, &extra)) };
        let mut link = link(&constant(10), everywhere(&leg), 1);
        for at_leg in legs() {
            let fate = fate(&mut link, at(100), at_leg);
            let expected: Vec<_> = expected.iter().map(|due| at(*due)).collect();
            assert_eq!(arrivals(&fate), expected, "{at_leg:?} {leg:?}");
            assert_eq!(fate.faults(), kinds, "{at_leg:?} {leg:?}");
            assert_eq!(fate.error(), None);
        }
    }
}

#[test]
fn a_fault_of_one_leg_is_none_of_another() {
    let lossy = LegFaults { loss: Share::ALL, ..LegFaults::default() };
    for at_leg in legs() {
        let mut faults = FaultSettings::default();
        let (channel, leg) = at_leg;
        let mut trip = TripFaults::default();
        match leg {
            Leg::Request => trip.request = lossy.clone(),
            Leg::Reply => trip.reply = lossy.clone(),
            Leg::Delivery => {}
        }
        match channel {
            Channel::OrderEntry => faults.order_entry = trip,
            Channel::Cancel => faults.cancel = trip,
            Channel::OrderRead => faults.order_read = trip,
            Channel::PositionRead => faults.position_read = trip,
            Channel::BalanceRead => faults.balance_read = trip,
            Channel::MarketRead => faults.market_read = trip,
            Channel::PrivateFeed => faults.private_feed = lossy.clone(),
            Channel::PublicFeed => faults.public_feed = lossy.clone(),
        }
        let mut link = link(&constant(10), faults, 1);
        for other in legs() {
            let is_lost = arrivals(&fate(&mut link, at(0), other)).is_empty();
            assert_eq!(is_lost, other == at_leg, "{other:?}, lossy {at_leg:?}");
        }
    }
}

#[test]
fn an_error_answers_before_an_effect_or_in_place_of_the_reply() {
    let shares = |statuses: &[HttpStatus]| -> BTreeMap<_, _> {
        statuses.iter().map(|status| (*status, Share::ALL)).collect()
    };
    let (internal, gateway) = (ServerError::Internal, ServerError::GatewayTimeout);
    let too_many = HttpStatus::TooManyRequests;
    for (refused, masked, on_request, on_reply) in [
        (vec![], vec![], None, None),
        (vec![too_many], vec![], Some(too_many), None),
        (vec![], vec![internal], None, Some(HttpStatus::Server(internal))),
        // Of several, the lowest number answers.
        (vec![HttpStatus::Server(gateway), too_many], vec![], Some(too_many), None),
        (vec![], vec![gateway, internal], None, Some(HttpStatus::Server(internal))),
    ] {
        let masked = masked.into_iter().map(|error| (error, Share::ALL)).collect();
        let trip = TripFaults { refused: shares(&refused), masked, ..TripFaults::default() };
        let faults = FaultSettings { cancel: trip, ..FaultSettings::default() };
        let mut link = link(&constant(10), faults, 1);
        let request = link.crossing(at(0), Channel::Cancel, Leg::Request);
        let reply = link.crossing(at(0), Channel::Cancel, Leg::Reply);
        assert_eq!((request.error(), reply.error()), (on_request, on_reply), "{refused:?}");
        // It is no fault of the way: the message arrives.
        for fate in [request, reply] {
            assert_eq!((arrivals(&fate), fate.faults()), (vec![at(10)], &[][..]));
        }
        let body = Request::Cancel { order: OrderId::new(1) };
        let expected = on_request.map_or(Admission::Admitted, |status| Admission::Refused {
            status,
            fault: FaultKind::Refused(status),
        });
        assert_eq!(link.admit(at(10), &body, on_request), expected);
    }
}

#[test]
fn reads_of_a_failing_endpoint_are_refused_while_it_fails() {
    let (busy, down) = (HttpStatus::TooManyRequests, HttpStatus::Server(ServerError::Unavailable));
    let failure =
        |endpoint, from, to, status| ReadFailure::new(endpoint, at(from), at(to), status).unwrap();
    let faults = FaultSettings {
        read_failures: vec![
            failure(Endpoint::Positions, 10, 20, busy),
            failure(Endpoint::Positions, 15, 25, down),
            failure(Endpoint::Market, 15, 25, down),
        ],
        ..FaultSettings::default()
    };
    let mut link = link(&constant(10), faults, 1);
    let quote = Query::Quote(MarketId::new(0));
    for (now, query, expected) in [
        (9, Query::Positions, None),
        (10, Query::Positions, Some(busy)),
        (19, Query::Positions, Some(busy)),
        (20, Query::Positions, Some(down)),
        (25, Query::Positions, None),
        (14, quote, None),
        (15, quote, Some(down)),
        (15, Query::Balance, None),
    ] {
        let expected = expected.map_or(Admission::Admitted, |status| Admission::Refused {
            status,
            fault: FaultKind::ReadFailed(status),
        });
        let found = link.admit(at(now), &Request::Read(query), None);
        assert_eq!(found, expected, "{query:?} at {now} ms");
    }
    // A write is no read, whatever fails.
    let cancel = Request::Cancel { order: OrderId::new(1) };
    assert_eq!(link.admit(at(15), &cancel, None), Admission::Admitted);
}

/// The way takes 10 ms, the channel is down from 100 to 200 ms.
#[test]
fn what_leaves_travels_or_arrives_in_an_outage_is_lost() {
    for (leaves, arrives) in [
        (0, Some(10)),
        (89, Some(99)),
        (90, None),
        (99, None),
        (100, None),
        (199, None),
        (200, Some(210)),
    ] {
        let outage = Outage::new(at(100), at(200), Channel::ALL).unwrap();
        let faults = FaultSettings { outages: vec![outage], ..FaultSettings::default() };
        let mut link = link(&constant(10), faults, 1);
        for at_leg in legs() {
            let fate = fate(&mut link, at(leaves), at_leg);
            let expected: Vec<_> = arrives.map(at).into_iter().collect();
            assert_eq!(arrivals(&fate), expected, "{at_leg:?}, left at {leaves} ms");
            let kinds: &[_] = if arrives.is_some() { &[] } else { &[FaultKind::LostInOutage] };
            assert_eq!(fate.faults(), kinds);
        }
    }
}

#[test]
fn an_outage_can_cut_the_copy_alone() {
    // The copy takes 0 or 200 ms more than the message; the channel breaks at 50 ms.
    let slow_or_fast = Latency::uniform(SimDuration::ZERO, ms(200)).unwrap();
    let leg = LegFaults { duplication: Share::ALL, ..LegFaults::default() };
    let outage = Outage::new(at(50), at(60), [Channel::Cancel]).unwrap();
    let faults = FaultSettings { outages: vec![outage], ..everywhere(&leg) };
    let mut found = BTreeMap::new();
    for seed in 0..200 {
        let mut link = link(&slow_or_fast, faults.clone(), seed);
        let fate = link.crossing(at(0), Channel::Cancel, Leg::Request);
        let copies = arrivals(&fate).len();
        let expected: &[_] = match copies {
            0 => &[FaultKind::LostInOutage],
            1 => &[],
            _ => &[FaultKind::Duplicated],
        };
        assert_eq!(fate.faults(), expected);
        assert!(arrivals(&fate).iter().all(|due| *due < at(50)));
        *found.entry(copies).or_insert(0) += 1;
    }
    // Both within 50 of 200 ms: 1/16; the first alone: 1/4 less that; the others are lost.
    assert_eq!(found.values().sum::<u32>(), 200);
    assert!(found[&0] > found[&1] && found[&1] > found[&2], "{found:?}");
}

#[test]
fn a_feed_is_numbered_anew_and_waits_for_nothing_after_an_outage() {
    let half = ppm(500_000);
    let outage = Outage::new(at(300), at(400), [Channel::PrivateFeed]).unwrap();
    let faults = FaultSettings {
        outages: vec![outage],
        private_feed: LegFaults { loss: half, ..LegFaults::default() },
        ..FaultSettings::default()
    };
    let mut link = link(&constant(10), faults, 3);
    let mut lost_by_chance = 0;
    for (now, sequence) in
        [(100, 1), (100, 2), (200, 3), (250, 4), (350, 5), (400, 1), (410, 2), (900, 3)]
    {
        let found = link.delivery(at(now), Channel::PrivateFeed);
        assert_eq!(found.sequence.number(), sequence, "left at {now} ms");
        lost_by_chance += u32::from(found.fate.faults() == [FaultKind::Lost]);
    }
    // What is lost by chance keeps its number: that is how a receiver can miss it.
    assert!((1..8).contains(&lost_by_chance), "{lost_by_chance}");
    // The other feed was never away.
    for sequence in 1..=3 {
        let found = link.delivery(at(350), Channel::PublicFeed);
        assert_eq!(found.sequence.number(), sequence);
    }
}

/// A message that would arrive after the outage holds nobody up on the connection that follows.
#[test]
fn a_message_that_an_outage_took_holds_up_no_message_of_the_new_connection() {
    let outage = Outage::new(at(10), at(20), [Channel::PublicFeed]).unwrap();
    let faults = FaultSettings { outages: vec![outage], ..FaultSettings::default() };
    for seed in 0..100 {
        let mut link = link(&wide(), faults.clone(), seed);
        let mut stream = Streams::new(seed).named("link.public_feed.delivery");
        let first = at(5) + wide().draw(&mut stream);
        let alone = at(20) + wide().draw(&mut stream);
        let fate = link.delivery(at(5), Channel::PublicFeed).fate;
        assert_eq!(fate.arrivals().next(), Some(first).filter(|due| *due < at(10)));
        let fate = link.delivery(at(20), Channel::PublicFeed).fate;
        assert_eq!(arrivals(&fate), [alone], "seed {seed}");
    }
}

#[test]
fn edges_are_told_in_order_and_only_for_feeds() {
    let outage = |from, to, channels: &[Channel]| {
        Outage::new(at(from), at(to), channels.iter().copied()).unwrap()
    };
    let (private, public) = (Channel::PrivateFeed, Channel::PublicFeed);
    let faults = FaultSettings {
        outages: vec![
            outage(50, 60, &[Channel::Cancel, public]),
            outage(10, 20, &[public, private]),
            // These two touch: one outage to the one feed.
            outage(20, 30, &[private]),
        ],
        ..FaultSettings::default()
    };
    let mut link = link(&constant(10), faults, 1);
    let mut found = Vec::new();
    while let Some(next) = link.next_edge() {
        let FeedEdge { at, channel, change } = link.take_edge().unwrap();
        assert_eq!(at, next);
        found.push((at.since(SimTime::START), channel, change));
    }
    assert_eq!(link.take_edge(), None);
    let (lost, restored) = (FeedChange::Lost, FeedChange::Restored);
    assert_eq!(
        found,
        [
            (ms(10), private, lost),
            (ms(10), public, lost),
            (ms(20), public, restored),
            (ms(30), private, restored),
            (ms(50), public, lost),
            (ms(60), public, restored),
        ]
    );
}

/// More than 2 events within 100 ms make every leg 2.5 times as slow.
#[test]
fn a_busy_market_slows_every_leg_until_it_calms() {
    let factor = Factor::from_decimal("2.5".parse().unwrap()).unwrap();
    let bursts = Some(BurstSettings { more_than: 2, window: ms(100), factor });
    let faults = FaultSettings { bursts, ..FaultSettings::default() };
    let mut link = link(&constant(10), faults, 1);
    for event in [0, 10, 20] {
        link.note_activity(at(event));
    }
    for (now, takes) in [(20, 25), (85, 25), (100, 10), (1_000, 10)] {
        for at_leg in legs() {
            let fate = fate(&mut link, at(now), at_leg);
            assert_eq!(arrivals(&fate), [at(now + takes)], "{at_leg:?} at {now} ms");
            let kinds: &[_] = if takes == 25 { &[FaultKind::Slowed] } else { &[] };
            assert_eq!(fate.faults(), kinds);
        }
    }
    // Without latency there is nothing to slow down.
    let faults = FaultSettings { bursts, ..FaultSettings::default() };
    let mut instant = self::link(&constant(0), faults, 1);
    (0..3).for_each(|_| instant.note_activity(at(0)));
    let fate = instant.crossing(at(0), Channel::Cancel, Leg::Request);
    assert_eq!((arrivals(&fate), fate.faults()), (vec![at(0)], &[][..]));
}

/// One word per message, on a stream named by channel, leg and kind, below the share of a million.
#[test]
fn every_kind_of_fault_has_a_stream_of_its_own() {
    let leg = LegFaults {
        loss: ppm(200_000),
        duplication: ppm(300_000),
        reordering: Some(held_back(ppm(400_000), &wide())),
    };
    let mut faults = everywhere(&leg);
    faults.cancel.refused.insert(HttpStatus::TooManyRequests, ppm(100_000));
    let mut link = link(&wide(), faults, 9);
    let streams = Streams::new(9);
    let stream = |kind: &str| streams.named(&format!("link.fault.cancel.request.{kind}"));
    let (mut losses, mut duplication) = (stream("loss"), stream("duplication"));
    let (mut copy_delay, mut reordering) = (stream("copy_delay"), stream("reordering"));
    let (mut extra_delay, mut error) = (stream("extra_delay"), stream("error_429"));
    let mut delay = streams.named("link.cancel.request");
    for _ in 0..200 {
        let fate = link.crossing(at(0), Channel::Cancel, Leg::Request);
        let lost = losses.below(1_000_000) < 200_000;
        let duplicated = duplication.below(1_000_000) < 300_000;
        let held = reordering.below(1_000_000) < 400_000;
        let refused = error.below(1_000_000) < 100_000;
        let extra = wide().draw(&mut extra_delay);
        let copy = at(0) + wide().draw(&mut copy_delay);
        let first = at(0) + wide().draw(&mut delay);
        let first = if held { first + extra } else { first };
        let mut expected = vec![first];
        expected.extend(duplicated.then_some(copy.max(first)));
        let expected = if lost { Vec::new() } else { expected };
        assert_eq!(arrivals(&fate), expected);
        let error = (refused && !lost).then_some(HttpStatus::TooManyRequests);
        assert_eq!(fate.error(), error);
    }
}

fn leg_faults() -> impl Strategy<Value = LegFaults> {
    let share = || (0_u32..=400_000).prop_map(ppm);
    (share(), share(), prop::option::of((share(), 0_u64..500))).prop_map(
        |(loss, duplication, reordering)| LegFaults {
            loss,
            duplication,
            reordering: reordering.map(|(share, extra_ms)| held_back(share, &constant(extra_ms))),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The reference is the same link without faults: a message that nothing happens to arrives
    /// when it would have; one that is held back, so much later; a copy, not before the first.
    #[test]
    fn a_fault_of_one_message_moves_no_other(
        seed in any::<u64>(),
        leg in leg_faults(),
        steps_ms in prop::collection::vec(0_u64..400, 1..60),
    ) {
        let extra = leg.reordering.as_ref().map(|reordering| reordering.extra.longest());
        let mut faulty = link(&wide(), everywhere(&leg), seed);
        let mut plain = link(&wide(), FaultSettings::default(), seed);
        let mut now = SimTime::START;
        for step in steps_ms {
            now += ms(step);
            for at_leg in legs() {
                let expected = fate(&mut plain, now, at_leg).arrivals().next().unwrap();
                let found = fate(&mut faulty, now, at_leg);
                let has = |kind| found.faults().contains(&kind);
                let held = if has(FaultKind::Reordered) { extra } else { None };
                let first = (!has(FaultKind::Lost))
                    .then_some(expected + held.unwrap_or_default());
                let copies: Vec<_> = found.arrivals().skip(1).collect();
                prop_assert_eq!(found.arrivals().next(), first);
                prop_assert_eq!(copies.len(), usize::from(has(FaultKind::Duplicated)));
                prop_assert!(copies.iter().all(|copy| Some(*copy) >= first));
            }
        }
    }

    /// Of two links that differ in one share, every other fault hits the same messages.
    #[test]
    fn another_share_of_one_fault_moves_no_other_fault(
        seed in any::<u64>(),
        leg in leg_faults(),
        loss in 0_u32..=400_000,
    ) {
        let other = LegFaults { loss: ppm(loss), ..leg.clone() };
        let mut links = [leg, other].map(|leg| link(&wide(), everywhere(&leg), seed));
        for _ in 0..50 {
            let [one, two] = links.each_mut().map(|link| {
                link.crossing(at(0), Channel::OrderEntry, Leg::Reply)
            });
            let is_lost = |fate: &Fate| fate.faults() == [FaultKind::Lost];
            if !is_lost(&one) && !is_lost(&two) {
                prop_assert_eq!(one, two);
            }
        }
    }
}

/// Each kind happens at its share: of 100,000 messages, binomial with standard deviation
/// `sqrt(100000 p (1 - p))`; the band is 3.3 of them, which holds in 99.9 percent of seeds.
#[test]
fn faults_happen_at_their_shares() {
    let messages = 100_000_u32;
    let leg = LegFaults {
        loss: ppm(10_000),
        duplication: ppm(50_000),
        reordering: Some(held_back(ppm(200_000), &constant(5))),
    };
    for at_leg in [(Channel::OrderEntry, Leg::Reply), (Channel::PrivateFeed, Leg::Delivery)] {
        let mut link = link(&constant(10), everywhere(&leg), 11);
        let mut counts: BTreeMap<FaultKind, u32> = BTreeMap::new();
        for _ in 0..messages {
            for kind in fate(&mut link, at(0), at_leg).faults() {
                *counts.entry(*kind).or_default() += 1;
            }
        }
        // Lost: p = 0.01, mean 1000, deviation 31.5, band 104. The others are counted when the
        // message is not lost. Duplicated: p = 0.0495, mean 4950, deviation 68.6, band 227.
        // Reordered: p = 0.198, mean 19800, deviation 126.0, band 416.
        for (kind, mean, band) in [
            (FaultKind::Lost, 1_000, 104),
            (FaultKind::Duplicated, 4_950, 227),
            (FaultKind::Reordered, 19_800, 416),
        ] {
            assert!(counts[&kind].abs_diff(mean) <= band, "{kind:?} {at_leg:?}: {counts:?}");
        }
    }
}
