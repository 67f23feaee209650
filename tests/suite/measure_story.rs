//! Logs told in plain words.

use fillgap::measure::story::{Detail, Row, story};
use fillgap::protocol::record::{
    Answer, BeliefCause, BotTask, Decision, EntryResult, Holding, LimitRule, Message, PassFailure,
    Record, Standing, Truth, Verdict, Wait,
};
use fillgap::protocol::{
    Channel, FaultKind, FaultSubject, FeedChange, HttpStatus, Leg, OrderEnd, Purpose, Query,
    RejectReason, Request,
};
use fillgap::units::{OrderId, RecordId, RequestId};

use crate::telling::{Telling, contracts, guarded, held, price, time};

/// Rows as text: time, belief, truth and gap, and each line.
fn told(log: &Telling, detail: Detail) -> Vec<String> {
    let row = |row: &Row| {
        let place = row.place.map_or("-".to_owned(), |place| {
            format!("{} {} {}", place.belief, place.truth, place.gap())
        });
        format!("{} | {place} | {}", row.time, row.lines.join("; "))
    };
    story(&log.entries, detail).iter().map(row).collect()
}

fn check(log: &Telling, expected: &[&str]) {
    let told = told(log, Detail::Brief);
    assert_eq!(told, expected, "found:\n{}", told.join("\n"));
}

/// The timeline of the analysis: 100 believed at once, 50 filled 5 s later, corrected at 10 s; in
/// the noise of quotes, looks and reads.
#[test]
fn the_analysed_entry_reads_like_its_analysis() {
    let mut log = Telling::new();
    log.touch("0.64 -").see("0.64 -").touch("0.64 0.66").see("0.64 0.66");
    log.signal(0, Some("0.62")).buy(0, 0, "100", "0.65");
    log.push(Record::Message(Message::Arrived { request: RequestId::new(0) })).accept(0);
    log.hold(0, guarded("100", "0.65", "0.62"), BeliefCause::EntryAssumed);
    log.entry_done(EntryResult::Assumed, "100");
    log.at("2").touch("0.63 0.66").see("0.63 0.66").decision(Decision::StopPass);
    log.decision(Decision::StopCheck { record: RecordId::new(0), seen: Some(price("0.63")) });
    log.at("5").trade("0.65").fill(0, "20", "0.65").fill(0, "30", "0.65");
    log.at("10").push(Record::Message(Message::Sent {
        request: RequestId::new(1),
        body: Request::Read(Query::Positions),
        purpose: Purpose::Reconcile,
    }));
    let answer = Answer::Done;
    log.push(Record::Message(Message::Answered { request: RequestId::new(1), answer }));
    log.hold(0, guarded("50", "0.65", "0.62"), BeliefCause::Reconciled);
    log.at("20").hold(0, guarded("50", "0.65", "0.62"), BeliefCause::Reconciled).end("70");
    check(
        &log,
        &[
            "0 | - | opens with 10000.00 dollars",
            "0 | 100 0 100 | the others: bid 0.64, ask 0.66; \
             signal 0: 100 at 0.65, stop 0.62; sends buy 100 at 0.65; no fill now, 100 rest; \
             takes 100 as filled, without asking",
            "5 | 100 50 50 | 50 fill at 0.65, 50 rest",
            "10 | 50 50 0 | reconciles: the exchange shows 50",
            "70 | - | the run ends",
        ],
    );
}

/// A stop at 0.62 while 100 are believed and 50 held.
#[test]
fn an_oversold_stop_is_told_with_its_cause() {
    let mut log = Telling::new();
    log.touch("0.64 0.66").signal(0, Some("0.62")).buy(0, 0, "100", "0.65").fill(0, "50", "0.65");
    log.hold(0, guarded("100", "0.65", "0.62"), BeliefCause::EntryAssumed);
    log.at("8").touch("0.6 0.61");
    log.at("10").decision(Decision::StopPass).stop_out(1, 0, "100", "0.6");
    log.fill(1, "60", "0.6").fill(1, "40", "0.59").touch("0.58 0.61");
    log.over(1, OrderEnd::Executed, "0");
    let closing = Holding { standing: Standing::Closing, ..guarded("100", "0.65", "0.62") };
    log.hold(0, closing, BeliefCause::ExitSent);
    let settled = Holding { standing: Standing::Settled, ..guarded("0", "0.65", "0.62") };
    log.hold(0, settled, BeliefCause::ExitConfirmed).book(0, "-6.5");
    log.at("12").touch("0.7 0.71").end("20");
    check(
        &log,
        &[
            "0 | - | opens with 10000.00 dollars",
            "0 | 100 50 50 | the others: bid 0.64, ask 0.66; \
             signal 0: 100 at 0.65, stop 0.62; sends buy 100 at 0.65; 50 fill at 0.65, 50 rest; \
             takes 100 as filled, without asking",
            "8 | 100 50 50 | the bid of the others falls to 0.60: the stop at 0.62 is reached",
            "10 | 0 -50 50 | its stop triggers at 0.60: 100 to sell, 50 held; \
             sends sell 100 at 0.60 (stop); \
             sells 100 (60 at 0.60, 40 at 0.59), 50 held before: short 50 now; \
             learns that all is sold; books a loss of 6.50",
            "20 | - | the run ends",
        ],
    );
}

/// The words for what happens, and how it happens.
type Case = (&'static str, fn(&mut Telling));

/// What is told at 5 s, after an entry of 100 of which 50 filled at 0 s.
const CASES: &[Case] = &[
    ("the bid of the others falls to 0.62: the stop at 0.62 is reached", |log| {
        log.touch("0.62 0.63");
    }),
    ("nobody else bids any more", |log| {
        log.touch("- 0.66");
    }),
    (
        "reconciles: the exchange shows 100 short that it did not know, without a stop (record 1)",
        |log| {
            log.hold(1, held("-100", "0.65"), BeliefCause::Reconciled);
        },
    ),
    ("the bid of the others rises to 0.80: the target at 0.80 is reached", |log| {
        log.touch("0.8 0.81");
    }),
    (
        "the total exposure limit refuses: 65.00 believed and 40.00 more, 72.50 allowed; \
             the true 32.50 would pass",
        |log| {
            log.limit(LimitRule::TotalExposure, ("65", "40", "72.5"), Verdict::Refused);
        },
    ),
    ("the event exposure limit refuses: 65.00 believed and 40.00 more, 72.00 allowed", |log| {
        log.limit(LimitRule::EventExposure, ("65", "40", "72"), Verdict::Refused);
    }),
    (
        "the total exposure limit passes: 0.00 believed and 40.00 more, 72.00 allowed; \
             the true 32.50 would not pass",
        |log| {
            log.limit(LimitRule::TotalExposure, ("0", "40", "72"), Verdict::Accepted);
        },
    ),
    ("the live cap allows 60 of 100: 50 show as held", |log| {
        log.decision(Decision::LiveCap {
            signal: 0,
            live: contracts("50"),
            wanted: contracts("100"),
            allowed: contracts("60"),
        });
    }),
    ("sends cancel the order to buy 100 at 0.65; 50 are canceled", |log| {
        log.push(Record::Message(Message::Sent {
            request: RequestId::new(7),
            body: Request::Cancel { order: OrderId::new(0) },
            purpose: Purpose::Follow,
        }));
        log.over(0, OrderEnd::Canceled, "50");
    }),
    ("50 expire", |log| {
        log.over(0, OrderEnd::Expired, "50");
    }),
    ("counts the entry as partial: 50, 50 rest on", |log| {
        log.entry_done(EntryResult::Partial, "50");
    }),
    ("50 fill at 0.65, the order is complete", |log| {
        log.fill(0, "50", "0.65");
    }),
    ("waits for the entry's fill, nothing else runs", |log| {
        log.decision(Decision::WaitBegan(Wait::Entry));
    }),
    ("sends buy 10 at 0.60; the exchange refuses to buy 10 at 0.60: insufficient_balance", |log| {
        let (request, reason) = (RequestId::new(1), RejectReason::InsufficientBalance);
        log.buy(9, 0, "10", "0.6").truth(Truth::Refused { request, reason });
        let answer = Answer::Rejected(reason);
        log.push(Record::Message(Message::Answered { request, answer }));
    }),
    ("learns that 30 filled: into a settled record, so none counts", |log| {
        let into = |stake| Holding { standing: Standing::Settled, ..held(stake, "0.65") };
        log.at("4").hold(0, into("20"), BeliefCause::Reconciled);
        log.at("5").hold(0, into("50"), BeliefCause::EntryConfirmed);
    }),
    ("reconciles: settles the record", |log| {
        let settled = Holding { standing: Standing::Settled, ..guarded("0", "0.65", "0.62") };
        log.hold(0, settled, BeliefCause::Reconciled);
    }),
];

#[test]
fn each_matter_has_its_words() {
    for (expected, tell) in CASES {
        let mut log = Telling::new();
        log.touch("0.64 0.66").signal(0, Some("0.62")).buy(0, 0, "100", "0.65").accept(0);
        log.fill(0, "50", "0.65");
        let holding = Holding { target: Some(price("0.8")), ..guarded("100", "0.65", "0.62") };
        log.hold(0, holding, BeliefCause::EntryAssumed).at("5");
        tell(&mut log);
        let rows = story(&log.entries, Detail::Brief);
        let last = rows.last().unwrap();
        assert_eq!(last.lines.join("; "), *expected);
        assert_eq!(last.place.map(|place| place.market.number()), Some(0), "{expected}");
    }
}

/// Everything takes a second: the first quote, the order's way, and what the bot knows of its fill.
#[test]
fn what_takes_time_is_told_when_it_comes() {
    let mut log = Telling::new();
    log.touch("0.64 0.66");
    log.at("1").see("0.64 0.66").signal(0, None).buy(0, 0, "100", "0.65");
    log.at("2").accept(0);
    log.at("3").buy(1, 0, "10", "0.66").at("4").accept(1).fill(1, "10", "0.66");
    log.at("5").hold(0, held("10", "0.66"), BeliefCause::EntryConfirmed);
    check(
        &log,
        &[
            "0 | - | opens with 10000.00 dollars",
            "0 | 0 0 0 | the others: bid 0.64, ask 0.66",
            "1 | 0 0 0 | the first quote arrives: bid 0.64, ask 0.66; \
             signal 0: 100 at 0.65; sends buy 100 at 0.65",
            "2 | 0 0 0 | buy 100 at 0.65 reaches the exchange: no fill now, 100 rest",
            "3 | 0 0 0 | sends buy 10 at 0.66",
            "4 | 0 10 -10 | buy 10 at 0.66 reaches the exchange: 10 fill at 0.66, \
             the order is complete",
            "5 | 10 10 0 | learns that 10 filled",
        ],
    );
}

/// What happens to the bot as a whole.
#[test]
fn failures_waits_for_a_lock_and_restarts_have_their_words() {
    let mut log = Telling::new();
    log.hold(0, held("100", "0.65"), BeliefCause::EntryAssumed);
    log.at("1").decision(Decision::LockWaitBegan(BotTask::Stops));
    log.at("4").decision(Decision::LockWaitEnded(BotTask::Stops));
    log.at("5").decision(Decision::LockWaitBegan(BotTask::Strategy));
    log.decision(Decision::LockWaitEnded(BotTask::Strategy));
    log.at("6").decision(Decision::PassFailed(PassFailure::EmptyAverage));
    log.at("7").decision(Decision::NoMatches);
    log.at("8").decision(Decision::Restarted);
    log.hold(0, held("60", "0.65"), BeliefCause::Restarted);
    let gone = Holding { standing: Standing::Settled, ..held("0", "0.65") };
    log.at("9").hold(0, gone, BeliefCause::Restarted);
    check(
        &log,
        &[
            "0 | - | opens with 10000.00 dollars",
            "0 | 100 0 100 | takes 100 as filled, without asking",
            "4 | - | the stops' task waited 3 s for the lock",
            "6 | - | a pass fails: the settlement divides by the number of open records, zero",
            "7 | - | finds no active match and leaves its pass out",
            "8 | - | stops in the middle of what it does, and starts anew",
            "8 | 60 0 60 | starts anew from its file, which says 60",
            "9 | 0 0 0 | starts anew from its file, without this record",
        ],
    );
}

/// A read is told only when it goes wrong, and then by what it asked for.
#[test]
fn what_goes_wrong_with_a_read_is_told_by_what_it_asked_for() {
    let mut log = Telling::new();
    log.buy(0, 0, "10", "0.6").accept(0);
    let reads = [Query::Positions, Query::Order(OrderId::new(0)), Query::Balance];
    for (number, query) in (7..).zip(reads) {
        let (body, purpose) = (Request::Read(query), Purpose::Reconcile);
        log.push(Record::Message(Message::Sent { request: RequestId::new(number), body, purpose }));
    }
    let fails = |number, leg, kind| {
        let subject = FaultSubject::Request(RequestId::new(number));
        Record::Message(Message::Fault { channel: Channel::PositionRead, leg, kind, subject })
    };
    let failed = FaultKind::ReadFailed(HttpStatus::TooManyRequests);
    log.at("1").push(fails(7, Leg::Request, failed));
    log.at("2").push(fails(8, Leg::Reply, FaultKind::Lost));
    log.at("3").push(Record::Message(Message::GaveUp { request: RequestId::new(8) }));
    let (request, answer) = (RequestId::new(9), Answer::Done);
    log.at("4").push(Record::Message(Message::Answered { request, answer }));
    check(
        &log,
        &[
            "0 | - | opens with 10000.00 dollars",
            "0 | 0 0 0 | sends buy 10 at 0.60; no fill now, 10 rest",
            "1 | - | its request to read the positions on position_read fails with 429",
            "2 | 0 0 0 | the answer to its request to read the order to buy 10 at 0.60 \
             on position_read is lost",
            "3 | 0 0 0 | stops waiting for the answer to its request to read the order to \
             buy 10 at 0.60",
        ],
    );
}

/// After a reconnect that subscribed to nothing, the first price that does not come is told, once.
#[test]
fn a_feed_that_stays_silent_is_told_once() {
    let mut log = Telling::new();
    log.touch("0.64 0.66").see("0.64 0.66");
    let (channel, change) = (Channel::PublicFeed, FeedChange::Restored);
    log.at("1").push(Record::Message(Message::Feed { channel, change }));
    let lost = |kind| {
        let subject = FaultSubject::Quote(fillgap::units::MarketId::new(0));
        Record::Message(Message::Fault { channel, leg: Leg::Delivery, kind, subject })
    };
    log.at("2").push(lost(FaultKind::Lost)).push(lost(FaultKind::NotSubscribed));
    log.at("3").push(lost(FaultKind::NotSubscribed));
    check(
        &log,
        &[
            "0 | - | opens with 10000.00 dollars",
            "0 | 0 0 0 | the others: bid 0.64, ask 0.66",
            "1 | - | public_feed is back",
            "2 | 0 0 0 | a new price on public_feed does not come: nobody subscribed again",
        ],
    );
}

/// Two markets: what is waited for is told where it is, not where the latest signal was.
#[test]
fn an_exit_is_waited_for_where_it_sells() {
    let mut log = Telling::new();
    log.touch("0.64 0.66").hold(0, guarded("100", "0.65", "0.62"), BeliefCause::EntryAssumed);
    let elsewhere = Decision::Signal {
        signal: 1,
        market: fillgap::units::MarketId::new(1),
        quantity: contracts("10"),
        limit_price: price("0.5"),
        stop: None,
        target: None,
        due: time("0"),
    };
    log.decision(elsewhere);
    log.at("1").stop_out(1, 0, "100", "0.6").decision(Decision::WaitBegan(Wait::Exit));
    log.at("2").decision(Decision::WaitEnded(Wait::Exit));
    let rows = story(&log.entries, Detail::Brief);
    let last = rows.last().unwrap();
    assert_eq!(last.lines, ["waited 1 s for the exit's fill"]);
    assert_eq!(last.place.unwrap().market.number(), 0);
}

/// A refusal that arrives later is told twice: when it happened, and when the bot knew.
#[test]
fn what_the_bot_learns_later_is_told_when_it_learns() {
    let mut log = Telling::new();
    log.buy(0, 0, "10", "0.6");
    let (request, reason) = (RequestId::new(0), RejectReason::InsufficientBalance);
    log.at("1").truth(Truth::Refused { request, reason });
    let answer = Answer::Rejected(reason);
    log.at("2").push(Record::Message(Message::Answered { request, answer }));
    log.at("3").decision(Decision::WaitBegan(Wait::Entry));
    log.at("4").decision(Decision::WaitEnded(Wait::Entry));
    log.at("5").decision(Decision::WaitBegan(Wait::Entry));
    log.decision(Decision::WaitEnded(Wait::Entry));
    check(
        &log,
        &[
            "0 | - | opens with 10000.00 dollars",
            "0 | 0 0 0 | sends buy 10 at 0.60",
            "1 | 0 0 0 | the exchange refuses to buy 10 at 0.60: insufficient_balance",
            "2 | 0 0 0 | learns that the exchange refused to buy 10 at 0.60: insufficient_balance",
            "3 | - | waits for the entry's fill, nothing else runs",
            "4 | - | waited 1 s for the entry's fill",
        ],
    );
}

/// A pass that fails every 5 s, and four orders that fill in one instant between two of them.
#[test]
fn what_happens_again_and_again_is_told_once() {
    let mut log = Telling::new();
    log.touch("0.49 0.51");
    for order in 0..4 {
        log.buy(order, 0, "100", "0.5").accept(order);
    }
    let failed = Decision::PassFailed(PassFailure::Reconcile);
    for time in ["10", "15", "20"] {
        log.at(time).decision(failed);
    }
    log.at("22");
    for order in 0..4 {
        log.fill(order, "100", "0.5");
    }
    log.at("25").decision(failed).at("30").decision(failed).end("31");
    check(
        &log,
        &[
            "0 | - | opens with 10000.00 dollars",
            "0 | 0 0 0 | the others: bid 0.49, ask 0.51; \
             sends buy 100 at 0.50; no fill now, 100 rest; \
             sends buy 100 at 0.50; no fill now, 100 rest; \
             sends buy 100 at 0.50; no fill now, 100 rest; \
             sends buy 100 at 0.50; no fill now, 100 rest",
            "10 | - | a pass fails: the reconciler fails, as it does on every call, \
             3 times until 20 s",
            "22 | 0 400 -400 | 100 fill at 0.50, the order is complete, 4 times",
            "25 | - | a pass fails: the reconciler fails, as it does on every call, \
             2 times until 30 s",
            "31 | - | the run ends",
        ],
    );
}

/// A cancel that is refused at the door every second, and answered 0.1 s later.
#[test]
fn what_fails_again_and_again_is_told_once_and_counted() {
    let mut log = Telling::new();
    log.touch("0.49 0.51").buy(0, 0, "100", "0.5").accept(0);
    for (number, times) in
        (1..).zip([["1", "1.1"], ["2", "2.1"], ["3", "3.1"], ["4", "4.1"], ["5", "5.1"]])
    {
        let (request, status) = (RequestId::new(number), HttpStatus::TooManyRequests);
        log.at(times[0]).push(Record::Message(Message::Sent {
            request,
            body: Request::Cancel { order: OrderId::new(0) },
            purpose: Purpose::Follow,
        }));
        let answer = Answer::Failed(status);
        log.at(times[1]).push(Record::Message(Message::Answered { request, answer }));
    }
    log.at("6").over(0, OrderEnd::Expired, "100");
    check(
        &log,
        &[
            "0 | - | opens with 10000.00 dollars",
            "0 | 0 0 0 | the others: bid 0.49, ask 0.51; \
             sends buy 100 at 0.50; no fill now, 100 rest",
            "1 | 0 0 0 | sends cancel the order to buy 100 at 0.50",
            "1.1 | 0 0 0 | asked to cancel the order to buy 100 at 0.50, and is answered with \
             status 429",
            "2 | 0 0 0 | the same 4 times more, until 5.1 s",
            "6 | 0 0 0 | 100 expire",
        ],
    );
}

/// The full story has a line for each record of the log.
#[test]
fn the_full_story_leaves_nothing_out() {
    let mut log = Telling::new();
    log.touch("0.64 0.66").see("0.64 0.66").signal(0, Some("0.62")).buy(0, 0, "100", "0.65");
    log.accept(0).fill(0, "50", "0.65").trade("0.65").decision(Decision::StopPass);
    log.hold(0, guarded("100", "0.65", "0.62"), BeliefCause::EntryAssumed).book(0, "1.5");
    log.stop_out(1, 0, "100", "0.6").over(1, OrderEnd::Canceled, "100").end("70");
    let rows = story(&log.entries, Detail::Full);
    let lines: Vec<&String> = rows.iter().flat_map(|row| &row.lines).collect();
    assert_eq!(lines.len(), log.entries.len());
    assert!(lines.iter().any(|line| *line == "looks at all stops"), "{lines:?}");
    let fill = "the exchange: client order 0 fills 50 at 0.65, fee 0.00, position 50";
    assert!(lines.iter().any(|line| *line == fill), "{lines:?}");
}
