//! Whole runs over faulty links: what the log tells of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fillgap::kernel::Stamped;
use fillgap::link::{
    AfterReconnect, BurstSettings, ClientSettings, Factor, FaultSettings, Lags, Latency, LegFaults,
    LinkSettings, Outage, ReadFailure, Reordering, RoundTrip, Share, Tier, TripFaults,
};
use fillgap::protocol::record::{Answer, Message, Record, Truth};
use fillgap::protocol::{
    Channel, Endpoint, Execution, FaultKind, FaultSubject, FeedChange, HttpStatus, Leg, Quote,
    RejectReason, Request, ServerError,
};
use fillgap::scenario::Scenario;
use fillgap::units::{ClientOrderId, FeedSequence, RequestId, SimDuration, SimTime};
use fillgap::world::run_one;
use proptest::prelude::*;

const END_S: u64 = 90;

/// Asks of 30 contracts every 2 s, taken by a bot that wants 50 every 3 s, waits for 4 s and cancels
/// the rest; its stops lie within the range of the bids.
fn scenario() -> Scenario {
    let mut text = format!(
        r#"
title = "Busy"
ends_at_s = {END_S}
[[market]]
ticker = "KXDEMO-26NOV22-T50"
[bot]
cash_dollars = 100000
[bot.loop]
kind = "single"
sleep_with_positions_s = 1
sleep_when_empty_s = 1
[bot.strategy]
kind = "periodic"
first_at_s = 1
every_s = 3
quantity_low_contracts = 40
quantity_high_contracts = 60
stop_below_cents = 6
[bot.limits]
total_share = 100
event_share = 100
live_cap_factor = 100
[bot.stop]
stale_after_s = 5
[[engine]]
name = "wait"
entry = {{ kind = "wait_for_fill", timeout_s = 4, after_partial = "cancel", after_timeout = "cancel" }}
[[engine]]
name = "immediate"
entry = {{ kind = "immediate" }}
[flow]
kind = "scripted"
"#
    );
    for step in 0..40 {
        let (at_s, cents) = (2 * step, 60 + step % 5);
        for (side, price) in [("ask", cents), ("bid", cents - 8)] {
            text.extend([
                format!("[[flow.order]]\nat_s = {at_s}\nside = \"{side}\"\n"),
                format!("price_dollars = 0.{price}\nquantity_contracts = 30\n"),
                format!("expires_at_s = {}\n", at_s + 9),
            ]);
        }
    }
    Scenario::of_text(Path::new("busy.toml"), &text, &[]).unwrap_or_else(|error| panic!("{error}"))
}

type Entries = Vec<Stamped<Record>>;

fn run(scenario: &Scenario, engine: &str, seed: u64) -> Entries {
    let engine = scenario.engines.iter().find(|candidate| candidate.name == engine);
    let output = run_one(scenario, engine.expect("the scenario has the engine"), seed);
    output.unwrap_or_else(|error| panic!("{error}")).log.entries().to_vec()
}

fn ms(ms: u64) -> SimDuration {
    SimDuration::from_ms(ms)
}

fn at(at_ms: u64) -> SimTime {
    SimTime::START + ms(at_ms)
}

fn messages(entries: &Entries) -> impl Iterator<Item = (SimTime, Message)> {
    entries.iter().filter_map(|entry| match entry.record {
        Record::Message(message) => Some((entry.time, message)),
        _ => None,
    })
}

/// Each leg takes 5 to 40 ms.
fn jitter() -> Latency {
    Latency::uniform(ms(5), ms(40)).unwrap()
}

const SHORTEST: SimDuration = SimDuration::from_ms(5);

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

fn outage() -> impl Strategy<Value = Outage> {
    let channels = prop::sample::subsequence(Channel::ALL.to_vec(), 1..=8);
    (0..80_000_u64, 1..15_000_u64, channels)
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
    let outages = prop::collection::vec(outage(), 0..4);
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

/// What the log tells of one request.
#[derive(Debug, Default)]
struct Trail {
    body: Option<Request>,
    sent: SimTime,
    arrived: Vec<SimTime>,
    answers: Vec<(SimTime, Answer)>,
    gave_up: Option<SimTime>,
    faults: Vec<(Leg, FaultKind)>,
}

impl Trail {
    fn counted(&self, leg: Leg, kind: FaultKind) -> usize {
        self.faults.iter().filter(|fault| **fault == (leg, kind)).count()
    }

    /// Copies that are lost to the exchange or to the bot.
    fn lost(&self, leg: Leg) -> usize {
        self.counted(leg, FaultKind::Lost) + self.counted(leg, FaultKind::LostInOutage)
    }

    /// Copies that were answered at the door.
    fn refused(&self) -> usize {
        let is_refusal = |kind: &FaultKind| {
            matches!(
                kind,
                FaultKind::Refused(_) | FaultKind::ReadFailed(_) | FaultKind::RateLimited
            )
        };
        self.faults.iter().filter(|(_, kind)| is_refusal(kind)).count()
    }
}

fn trails(entries: &Entries) -> BTreeMap<RequestId, Trail> {
    let mut trails: BTreeMap<RequestId, Trail> = BTreeMap::new();
    for (time, message) in messages(entries) {
        match message {
            Message::Sent { request, body, .. } => {
                let trail = Trail { body: Some(body), sent: time, ..Trail::default() };
                trails.insert(request, trail);
            }
            Message::Arrived { request } => {
                trails.get_mut(&request).unwrap().arrived.push(time);
            }
            Message::Answered { request, answer } => {
                trails.get_mut(&request).unwrap().answers.push((time, answer));
            }
            Message::GaveUp { request } => {
                trails.get_mut(&request).unwrap().gave_up = Some(time);
            }
            Message::Fault { leg, kind, subject: FaultSubject::Request(request), .. } => {
                trails.get_mut(&request).unwrap().faults.push((leg, kind));
            }
            _ => {}
        }
    }
    trails
}

/// Longer than any request or message can be on its way: 40 ms three times, held back by 0.9 s, twice.
const LONGEST_TRIP: SimDuration = SimDuration::from_s(3);

/// INV-23: a client order id takes effect at most once, whatever the link does to its request.
fn every_order_takes_effect_at_most_once(entries: &Entries) {
    let mut accepted: BTreeSet<ClientOrderId> = BTreeSet::new();
    let mut refused: BTreeSet<RequestId> = BTreeSet::new();
    let mut asked: BTreeMap<ClientOrderId, RequestId> = BTreeMap::new();
    for entry in entries {
        match entry.record {
            Record::Message(Message::Sent { request, body: Request::Create(order), .. }) => {
                assert_eq!(asked.insert(order.client_order, request), None, "ids are used once");
            }
            Record::Truth(Truth::Execution(Execution::Accepted { client_order, .. })) => {
                assert!(accepted.insert(client_order), "{client_order} is accepted twice");
            }
            Record::Truth(Truth::Refused { request, reason })
                if reason != RejectReason::OrderAlreadyExists =>
            {
                refused.insert(request);
            }
            _ => {}
        }
    }
    for (client_order, request) in asked {
        let both = accepted.contains(&client_order) && refused.contains(&request);
        assert!(!both, "{client_order} is accepted and refused");
    }
}

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
    #![proptest_config(ProptestConfig::with_cases(48))]

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
        outages in prop::collection::vec(outage(), 0..4),
    ) {
        let mut scenario = scenario();
        let faults = FaultSettings { outages, ..FaultSettings::default() };
        scenario.link = LinkSettings { faults, ..LinkSettings::same(&jitter()) };
        // The last order of the crowd leaves at 87 s; outages end at 95 s at the latest.
        scenario.ends_at = at(200_000);
        let (mut truth, mut seen) = (Quote::default(), Quote::default());
        for entry in run(&scenario, "immediate", seed) {
            match entry.record {
                Record::Truth(Truth::Touch { public, .. }) => truth = public,
                Record::Message(Message::Quoted(message)) => seen = message.quote,
                _ => {}
            }
        }
        prop_assert_eq!(seen, truth);
    }
}

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
    for engine in &mut scenario.engines {
        engine.bot.client = ClientSettings::default();
    }
    let entries = run(&scenario, "immediate", 5);
    let of_instant = |time| -> Vec<Record> {
        let there = entries.iter().filter(|entry| entry.time == time);
        there.map(|entry| entry.record).collect()
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
