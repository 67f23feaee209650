//! Every message is accounted for, whatever the faults.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use fillgap::bot::StrategySettings;
use fillgap::link::{
    BurstSettings, Factor, FaultSettings, Lags, Latency, LegFaults, LinkSettings, Outage,
    ReadFailure, Reordering, Share, Tier, TripFaults,
};
use fillgap::protocol::record::{Answer, Message, Record, Truth};
use fillgap::protocol::{
    Channel, Endpoint, Execution, FaultKind, FaultSubject, FeedChange, HttpStatus, Leg, Quote,
    ServerError,
};
use fillgap::units::{SimDuration, SimTime};
use proptest::prelude::*;

use super::{
    Entries, SHORTEST, at, every_order_takes_effect_at_most_once, jitter, ms, run, scenario, trails,
};

fn share() -> impl Strategy<Value = Share> {
    prop_oneof![Just(0), 0_u32..=300_000].prop_map(|ppm| Share::from_ppm(ppm).unwrap())
}

fn leg_faults() -> impl Strategy<Value = LegFaults> {
    (share(), share(), prop::option::of(share())).prop_map(|(loss, duplication, reordering)| {
        let extra = Latency::uniform(SimDuration::ZERO, ms(900)).unwrap();
        let reordering = reordering.map(|share| Reordering { share, extra });
        LegFaults { loss, duplication, reordering }
    })
}

fn trip_faults() -> impl Strategy<Value = TripFaults> {
    (leg_faults(), leg_faults(), share(), share(), share()).prop_map(
        |(request, reply, busy, down, masked)| TripFaults {
            request,
            reply,
            refused: BTreeMap::from([
                (HttpStatus::TooManyRequests, busy),
                (HttpStatus::Server(ServerError::Unavailable), down),
            ]),
            masked: BTreeMap::from([(ServerError::GatewayTimeout, masked)]),
        },
    )
}

/// An outage that begins in a range and is shorter than `longest_ms`.
fn outage(from_ms: Range<u64>, longest_ms: u64) -> impl Strategy<Value = Outage> {
    let channels = prop::sample::subsequence(Channel::ALL.to_vec(), 1..=8);
    (from_ms, 1..longest_ms, channels)
        .prop_map(|(from, length, channels)| Outage::new(at(from), at(from + length), channels))
        .prop_map(|outage| outage.expect("it has a length and a channel"))
}

fn bursts() -> impl Strategy<Value = Option<BurstSettings>> {
    let factor = Factor::from_decimal("3".parse().unwrap()).unwrap();
    prop::option::of((0_u32..10).prop_map(move |more_than| BurstSettings {
        more_than,
        window: SimDuration::from_s(2),
        factor,
    }))
}

fn faults() -> impl Strategy<Value = FaultSettings> {
    let trips = prop::collection::vec(trip_faults(), 6);
    let outages = prop::collection::vec(outage(0..80_000, 15_000), 0..4);
    let failure = (0..80_000_u64, 1..15_000_u64).prop_map(|(from, length)| {
        let status = HttpStatus::TooManyRequests;
        ReadFailure::new(Endpoint::Positions, at(from), at(from + length), status).unwrap()
    });
    let failures = prop::collection::vec(failure, 0..2);
    (trips, leg_faults(), leg_faults(), bursts(), outages, failures).prop_map(
        |(trips, private_feed, public_feed, bursts, outages, read_failures)| {
            let trips: [TripFaults; 6] = trips.try_into().expect("six were drawn");
            let [order_entry, cancel, order_read, position_read, balance_read, market_read] = trips;
            FaultSettings {
                order_entry,
                cancel,
                order_read,
                position_read,
                balance_read,
                market_read,
                private_feed,
                public_feed,
                bursts,
                outages,
                read_failures,
            }
        },
    )
}

/// Longer than any request or message can be on its way: 40 ms three times, held back by 0.9 s, twice.
const LONGEST_TRIP: SimDuration = SimDuration::from_s(3);

/// INV-23 and INV-24: each copy of a request arrives, is refused at the door, is lost, or is on its
/// way; each answer likewise. Effects lie between sending and answering. What the sender does not
/// know, the log does.
fn every_request_has_one_end_that_the_log_knows(entries: &Entries, end: SimTime) {
    for (request, trail) in trails(entries) {
        let case = || format!("{request}: {trail:?}");
        let copies = 1 + trail.counted(Leg::Request, FaultKind::Duplicated);
        let reached = trail.arrived.len() + trail.refused();
        let ended = reached + trail.lost(Leg::Request);
        assert!(ended <= copies, "{}", case());
        let replies = reached + trail.counted(Leg::Reply, FaultKind::Duplicated);
        let answered = trail.answers.len() + trail.lost(Leg::Reply);
        assert!(answered <= replies, "{}", case());
        if end.since(trail.sent) > LONGEST_TRIP {
            assert_eq!((ended, answered), (copies, replies), "{}", case());
        }
        for arrived in &trail.arrived {
            assert!(arrived.since(trail.sent) >= SHORTEST, "{}", case());
        }
        for (time, answer) in &trail.answers {
            let done = trail.arrived.iter().any(|arrived| time.since(*arrived) >= SHORTEST);
            match answer {
                Answer::Done | Answer::Rejected(_) => assert!(done, "{}", case()),
                Answer::Failed(_) => {
                    assert!(time.since(trail.sent) >= SHORTEST + SHORTEST, "{}", case());
                }
            }
        }
        if let Some(gave_up) = trail.gave_up {
            let first = trail.answers.first().map(|(time, _)| *time);
            assert!(first.is_none_or(|first| first > gave_up), "{}", case());
        }
        let masked = trail.counted(Leg::Reply, FaultKind::Masked(ServerError::GatewayTimeout));
        assert!(masked <= trail.arrived.len(), "only what was carried out is masked: {}", case());
    }
}

/// INV-25 and INV-28: within a connection the messages of the private feed are numbered without a
/// gap as they are sent; the numbers that never come are those that the log calls lost.
fn the_private_feed_misses_exactly_what_was_lost(entries: &Entries, end: SimTime) {
    let mut sent: Vec<BTreeMap<u64, (SimTime, Execution)>> = vec![BTreeMap::new()];
    let mut missing: BTreeSet<u64> = BTreeSet::new();
    let mut is_up = true;
    for entry in entries {
        match entry.record {
            Record::Truth(Truth::Execution(execution)) => {
                let connection = sent.last_mut().unwrap();
                let number = connection.len() as u64 + 1;
                connection.insert(number, (entry.time, execution));
                missing.insert(number);
            }
            Record::Message(Message::Fault {
                kind: FaultKind::Lost | FaultKind::LostInOutage,
                subject: FaultSubject::Report(sequence),
                ..
            }) => assert!(missing.remove(&sequence.number()), "lost once and never told"),
            Record::Message(Message::Reported { sequence, execution }) => {
                assert!(is_up, "nothing comes while the feed is down");
                let number = sequence.number();
                let (left, told) = sent.last().unwrap()[&number];
                assert_eq!(told, execution, "{number} is the message of that number");
                assert!(entry.time.since(left) >= SHORTEST, "{number} is too early");
                missing.remove(&number);
            }
            Record::Message(Message::Feed { channel: Channel::PrivateFeed, change }) => {
                is_up = change == FeedChange::Restored;
                if is_up {
                    assert!(missing.is_empty(), "what did not come was lost: {missing:?}");
                    sent.push(BTreeMap::new());
                }
            }
            _ => {}
        }
    }
    let connection = sent.last().unwrap();
    missing.retain(|number| end.since(connection[number].0) > LONGEST_TRIP);
    assert!(missing.is_empty(), "what did not come was lost: {missing:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_log_accounts_for_every_message_under_any_faults(
        seed in any::<u64>(),
        faults in faults(),
        rate_limit in prop::option::of(Just(Tier::Basic)),
        engine in prop::sample::select(vec!["wait", "immediate"]),
    ) {
        let mut scenario = scenario();
        let lags = Lags::same(&Latency::uniform(SimDuration::ZERO, ms(300)).unwrap());
        scenario.link = LinkSettings { lags, faults, rate_limit, ..LinkSettings::same(&jitter()) };
        let entries = run(&scenario, engine, seed);
        let end = scenario.ends_at;
        every_order_takes_effect_at_most_once(&entries);
        every_request_has_one_end_that_the_log_knows(&entries, end);
        the_private_feed_misses_exactly_what_was_lost(&entries, end);
    }

    /// INV-26: on a public feed that loses nothing but in outages, the quote that came last is the
    /// true one once the market is quiet and the feed is back.
    #[test]
    fn after_an_outage_the_newest_quote_is_the_true_one(
        seed in any::<u64>(),
        outages in prop::collection::vec(outage(70_000..78_000, 800), 0..8),
    ) {
        let mut scenario = scenario();
        let faults = FaultSettings { outages, ..FaultSettings::default() };
        scenario.link = LinkSettings { faults, ..LinkSettings::same(&jitter()) };
        // A bot without signals sends nothing. The crowd's last orders come at 78 s, outages end at
        // 78.8 s at the latest, and until 79 s nothing leaves: the market is quiet, and not empty.
        // What an outage over 78 s hides comes only with the quote that a restored feed brings.
        for engine in &mut scenario.engines {
            engine.bot.strategy = StrategySettings::default();
        }
        scenario.ends_at = at(78_900);
        let (mut truth, mut seen) = (Quote::default(), Quote::default());
        for entry in run(&scenario, "immediate", seed) {
            match entry.record {
                Record::Truth(Truth::Touch { public, .. }) => truth = public,
                Record::Message(Message::Quoted(message)) => seen = message.quote,
                _ => {}
            }
        }
        prop_assert!(truth.bid.is_some() && truth.ask.is_some());
        prop_assert_eq!(seen, truth);
    }
}
