//! Runs that show one fault each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fillgap::link::{
    AfterReconnect, BurstSettings, Factor, FaultSettings, Latency, LegFaults, LinkSettings, Outage,
    ReadFailure, Reordering, RoundTrip, Share, Tier, TripFaults,
};
use fillgap::protocol::record::{Answer, Message, Record, Truth};
use fillgap::protocol::{
    Channel, Endpoint, Execution, FaultKind, FeedChange, HttpStatus, Leg, RejectReason, Request,
    ServerError,
};
use fillgap::scenario::Scenario;
use fillgap::units::{FeedSequence, SimDuration};
use fillgap::world::run_one;

use super::{
    Trail, at, every_order_takes_effect_at_most_once, jitter, messages, ms, run, scenario, trails,
};

/// Nothing is drawn differently, logged or delayed by faults that never happen.
#[test]
fn shares_of_none_leave_the_digest_as_it_is_without_faults() {
    let mut scenario = scenario();
    scenario.link = LinkSettings::same(&jitter());
    let digest = |scenario: &Scenario| {
        scenario
            .engines
            .iter()
            .map(|engine| run_one(scenario, engine, 5).unwrap().digest)
            .collect::<Vec<_>>()
    };
    let plain = digest(&scenario);
    let none = Share::NONE;
    let extra = Latency::constant(SimDuration::from_s(9));
    let leg = LegFaults {
        loss: none,
        duplication: none,
        reordering: Some(Reordering { share: none, extra }),
    };
    let trip = TripFaults {
        request: leg.clone(),
        reply: leg.clone(),
        refused: HttpStatus::ALL.into_iter().map(|status| (status, none)).collect(),
        masked: ServerError::ALL.into_iter().map(|error| (error, none)).collect(),
    };
    let faults = FaultSettings {
        order_entry: trip.clone(),
        cancel: trip.clone(),
        order_read: trip.clone(),
        position_read: trip.clone(),
        balance_read: trip.clone(),
        market_read: trip,
        private_feed: leg.clone(),
        public_feed: leg,
        bursts: Some(BurstSettings {
            more_than: 0,
            window: SimDuration::from_s(9),
            factor: Factor::ONE,
        }),
        outages: Vec::new(),
        read_failures: Vec::new(),
    };
    scenario.link.faults = faults;
    assert_eq!(digest(&scenario), plain);
    // A share above none, and a tier that is too slow, do show.
    scenario.link.faults.cancel.reply.loss = Share::ALL;
    assert_ne!(digest(&scenario)[0], plain[0]);
}

/// The answer to the first create is lost: the sender gives up after 10 s and can not know, while
/// the log tells that the order was taken.
#[test]
fn a_lost_answer_is_unknown_to_the_sender_and_known_in_the_log() {
    let mut scenario = scenario();
    let reply = LegFaults { loss: Share::ALL, ..LegFaults::default() };
    let order_entry = TripFaults { reply, ..TripFaults::default() };
    let faults = FaultSettings { order_entry, ..FaultSettings::default() };
    let leg = || Latency::constant(ms(100));
    let same = LinkSettings::same(&leg());
    scenario.link =
        LinkSettings { order_entry: RoundTrip { request: leg(), reply: leg() }, faults, ..same };
    let entries = run(&scenario, "wait", 5);
    let trails = trails(&entries);
    let is_create = |trail: &&Trail| matches!(trail.body, Some(Request::Create(_)));
    let first = trails.values().find(is_create).expect("the bot wants something");
    assert_eq!(first.arrived, [first.sent + ms(100)]);
    assert_eq!(first.faults, [(Leg::Reply, FaultKind::Lost)]);
    assert_eq!((first.gave_up, &first.answers[..]), (Some(first.sent + ms(10_000)), &[][..]));
    let accepted = entries.iter().find_map(|entry| match entry.record {
        Record::Truth(Truth::Execution(Execution::Accepted { .. })) => Some(entry.time),
        _ => None,
    });
    assert_eq!(accepted, Some(first.sent + ms(100)));
}

/// The feeds break at 10 s and are back at 20 s, over a link without latency.
#[test]
fn a_broken_feed_is_told_first_and_a_feed_that_is_back_brings_the_quote() {
    let mut scenario = scenario();
    let feeds = [Channel::PrivateFeed, Channel::PublicFeed];
    let outages = vec![Outage::new(at(10_000), at(20_000), feeds).unwrap()];
    let faults = FaultSettings { outages, ..FaultSettings::default() };
    let instant = Latency::constant(SimDuration::ZERO);
    scenario.link = LinkSettings { faults, ..LinkSettings::same(&instant) };
    let entries = run(&scenario, "immediate", 5);
    let of_instant = |time| -> Vec<Record> {
        let there = entries.iter().filter(|entry| entry.time == time);
        there.map(|entry| entry.record.clone()).collect()
    };
    let feed = |channel, change| Record::Message(Message::Feed { channel, change });
    for (time, change) in [(10_000, FeedChange::Lost), (20_000, FeedChange::Restored)] {
        let expected = feeds.map(|channel| feed(channel, change));
        assert_eq!(of_instant(at(time))[..2], expected, "at {time} ms");
    }
    // At 20 s the crowd acts after the feeds are back. The snapshot left before, so it comes first.
    let quotes: Vec<_> = messages(&entries)
        .filter_map(|(time, message)| match message {
            Message::Quoted(message) => Some((time, message.quote)),
            _ => None,
        })
        .collect();
    let touch_before = |time| {
        let touches = entries.iter().take_while(|entry| entry.time < time);
        let quote = touches.filter_map(|entry| match entry.record {
            Record::Truth(Truth::Touch { public, .. }) => Some(public),
            _ => None,
        });
        quote.last().expect("the market has quotes")
    };
    assert!(quotes.iter().all(|(time, _)| *time < at(10_000) || *time >= at(20_000)));
    let first_back = quotes.iter().find(|(time, _)| *time >= at(20_000));
    assert_eq!(first_back, Some(&(at(20_000), touch_before(at(20_000)))));
    // Numbers start from 1 on the new connection.
    let after = messages(&entries).find_map(|(time, message)| match message {
        Message::Reported { sequence, .. } if time >= at(20_000) => Some(sequence),
        _ => None,
    });
    assert_eq!(after, Some(FeedSequence::new(1)));
}

/// Twice the same create: the second copy is refused, and changes nothing for the order.
#[test]
fn a_duplicated_create_takes_effect_once() {
    let mut scenario = scenario();
    let request = LegFaults { duplication: Share::ALL, ..LegFaults::default() };
    let order_entry = TripFaults { request, ..TripFaults::default() };
    scenario.link = LinkSettings {
        faults: FaultSettings { order_entry, ..FaultSettings::default() },
        ..LinkSettings::same(&jitter())
    };
    let entries = run(&scenario, "wait", 5);
    every_order_takes_effect_at_most_once(&entries);
    let creates = trails(&entries)
        .into_values()
        .filter(|trail| matches!(trail.body, Some(Request::Create(_))))
        .filter(|trail| trail.arrived.len() == 2)
        .count();
    let refused = entries.iter().filter(|entry| {
        let reason = RejectReason::OrderAlreadyExists;
        matches!(entry.record, Record::Truth(Truth::Refused { reason: found, .. }) if found == reason)
    });
    assert_eq!(refused.count(), creates);
    assert!(creates > 5, "{creates}");
}

/// A fault that never happens would make every check above empty.
#[test]
fn every_kind_of_fault_happens_and_is_counted() {
    let mut scenario = scenario();
    let share = Share::from_ppm(100_000).unwrap();
    let extra = Latency::constant(ms(500));
    let leg = LegFaults {
        loss: share,
        duplication: share,
        reordering: Some(Reordering { share, extra }),
    };
    let trip = TripFaults {
        request: leg.clone(),
        reply: leg.clone(),
        refused: BTreeMap::from([(HttpStatus::TooManyRequests, share)]),
        masked: BTreeMap::from([(ServerError::Internal, share)]),
    };
    let (from, to, status) = (at(40_000), at(50_000), HttpStatus::TooManyRequests);
    scenario.link = LinkSettings {
        faults: FaultSettings {
            order_entry: trip.clone(),
            cancel: trip.clone(),
            order_read: trip.clone(),
            position_read: trip.clone(),
            balance_read: trip.clone(),
            market_read: trip,
            private_feed: leg.clone(),
            public_feed: leg,
            bursts: Some(BurstSettings {
                more_than: 1,
                window: SimDuration::from_s(1),
                factor: Factor::from_decimal("3".parse().unwrap()).unwrap(),
            }),
            outages: vec![Outage::new(at(20_000), at(30_000), Channel::ALL).unwrap()],
            read_failures: vec![ReadFailure::new(Endpoint::Positions, from, to, status).unwrap()],
        },
        rate_limit: Some(Tier::Basic),
        ..LinkSettings::same(&jitter())
    };
    let mut counts: BTreeMap<(Leg, &str), u32> = BTreeMap::new();
    for engine in &mut scenario.engines {
        engine.bot.client.after_reconnect = AfterReconnect::StaySilent;
    }
    for seed in 0..4 {
        for (_, message) in messages(&run(&scenario, "wait", seed)) {
            if let Message::Fault { leg, kind, .. } = message {
                *counts.entry((leg, kind.name())).or_default() += 1;
            }
        }
    }
    let way = ["lost", "lost_in_outage", "duplicated", "reordered", "slowed"];
    let of_leg = |leg| way.map(|kind| (leg, kind));
    let mut expected: BTreeSet<_> =
        [Leg::Request, Leg::Reply, Leg::Delivery].into_iter().flat_map(of_leg).collect();
    expected.extend([
        (Leg::Request, "refused"),
        (Leg::Request, "read_failed"),
        (Leg::Reply, "masked"),
        (Leg::Delivery, "not_subscribed"),
    ]);
    // A bot that waits for each answer is never too fast for its tier.
    assert_eq!(counts.keys().copied().collect::<BTreeSet<_>>(), expected, "{counts:?}");
}

/// Basic writes: 10 orders at once, then 10 a second. Signals of one instant are 12 orders.
#[test]
fn a_bot_that_asks_too_much_is_refused_and_the_log_says_why() {
    let signals =
        "[[bot.strategy.signal]]\nat_s = 1\nquantity_contracts = 1\nprice_dollars = 0.5\n";
    let text = format!(
        "title = \"Fast\"\nends_at_s = 5\n[[market]]\nticker = \"KXDEMO-26NOV22-T50\"\n\
         [flow]\nkind = \"scripted\"\n[link.rate_limit]\ntier = \"basic\"\n\
         [bot.loop]\nsleep_when_empty_s = 1\n[bot.strategy]\nkind = \"scheduled\"\n{}\
         [[engine]]\nname = \"immediate\"\nentry = {{ kind = \"immediate\" }}\n",
        signals.repeat(12)
    );
    let scenario = Scenario::of_text(Path::new("fast.toml"), &text, &[]);
    let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
    let entries = run(&scenario, "immediate", 1);
    let trails = trails(&entries);
    let creates: Vec<_> = trails
        .values()
        .filter(|trail| matches!(trail.body, Some(Request::Create(_))))
        .map(|trail| (trail.arrived.len(), &trail.faults[..], trail.answers[0].1))
        .collect();
    let taken = (1, &[][..], Answer::Done);
    let limited = [(Leg::Request, FaultKind::RateLimited)];
    let refused = (0, &limited[..], Answer::Failed(HttpStatus::TooManyRequests));
    assert_eq!(creates, [vec![taken; 10], vec![refused; 2]].concat());
}
