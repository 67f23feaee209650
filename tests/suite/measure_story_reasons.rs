//! Stories that say by what the bot came to its belief.

use fillgap::measure::story::{Detail, story};
use fillgap::protocol::record::{
    Answer, BeliefCause, EntryResult, Holding, LimitRule, Message, Record, Standing, Verdict,
};
use fillgap::protocol::{HttpStatus, OrderEnd, Purpose, Query, RejectReason, Request};
use fillgap::units::{OrderId, RequestId};

use crate::telling::{Telling, guarded, held, time};

/// What is told, and how it happens.
type Case = (&'static str, fn(&mut Telling));

/// 4.00 believed and held, 30.00 more: 12.00 allowed by the true balance, 3,000.00 by the amount
/// that stands in for it when the read fails. What passes by a balance that was read goes untold.
#[test]
fn a_limit_that_passes_without_a_balance_is_told() {
    let mut log = Telling::new();
    log.touch("0.49 0.51").buy(0, 0, "8", "0.5").accept(0).fill(0, "8", "0.5");
    log.hold(0, held("8", "0.5"), BeliefCause::EntryConfirmed);
    let (body, purpose) = (Request::Read(Query::Balance), Purpose::Decide);
    for (number, at, answer) in
        [(7, "1", Answer::Done), (8, "2", Answer::Failed(HttpStatus::TooManyRequests))]
    {
        let (request, body) = (RequestId::new(number), body.clone());
        log.at(at).push(Record::Message(Message::Sent { request, body, purpose }));
        log.push(Record::Message(Message::Answered { request, answer }));
        let numbers = ("4", "30", "3000");
        log.limit(LimitRule::TotalExposure, numbers, Verdict::Accepted);
    }
    let rows = story(&log.entries, Detail::Brief);
    assert_eq!(rows.len(), 3, "{rows:?}");
    let expected = "the total exposure limit passes: 4.00 believed and 30.00 more, 3000.00 allowed, \
                    though its read of the balance failed";
    assert_eq!((rows[2].time, rows[2].lines.as_slice()), (time("2"), &[expected.to_owned()][..]));
}

/// A read for the reconciler: when it leaves, when the exchange has it, and how it is answered.
fn read_for_reconciling(log: &mut Telling, number: u64, times: [&str; 3], answer: Answer) {
    let (request, body) = (RequestId::new(number), Request::Read(Query::Positions));
    let purpose = Purpose::Reconcile;
    log.at(times[0]).push(Record::Message(Message::Sent { request, body, purpose }));
    log.at(times[1]).push(Record::Message(Message::Arrived { request }));
    log.at(times[2]).push(Record::Message(Message::Answered { request, answer }));
}

/// What a reconciliation at 2 s that settles the record of 100 is told as, after this happened.
fn settling(tell: fn(&mut Telling)) -> String {
    let mut log = Telling::new();
    log.touch("0.64 0.66").signal(0, None).buy(0, 0, "100", "0.65").accept(0);
    log.hold(0, held("100", "0.65"), BeliefCause::EntryAssumed);
    tell(&mut log);
    let settled = Holding { standing: Standing::Settled, ..held("0", "0.65") };
    log.at("2").hold(0, settled, BeliefCause::Reconciled);
    story(&log.entries, Detail::Brief).last().unwrap().lines.join("; ")
}

/// The exchange gets the read at 1.5 s. 100 were held from 0.8 s on, so a view without them is
/// from before: at least 0.7 s old. What fills after 1.5 s no view of then can show.
#[test]
fn a_record_is_settled_by_what_the_exchange_showed_and_by_how_old_that_was() {
    let cases: [Case; 6] = [
        ("reconciles: the exchange shows nothing held, settles the record", |log| {
            read_for_reconciling(log, 7, ["1", "1.5", "2"], Answer::Done);
        }),
        (
            "reconciles: the exchange shows nothing held, a view at least 0.7 s old, \
             settles the record",
            |log| {
                log.at("0.8").fill(0, "60", "0.65").at("0.9").fill(0, "40", "0.65");
                read_for_reconciling(log, 7, ["1", "1.5", "2"], Answer::Done);
            },
        ),
        ("reconciles: the exchange shows nothing held, settles the record", |log| {
            let (request, body) = (RequestId::new(7), Request::Read(Query::Positions));
            let purpose = Purpose::Reconcile;
            log.at("1").push(Record::Message(Message::Sent { request, body, purpose }));
            log.at("1.5").push(Record::Message(Message::Arrived { request }));
            log.at("1.8").fill(0, "100", "0.65");
            let answer = Answer::Done;
            log.at("2").push(Record::Message(Message::Answered { request, answer }));
        }),
        ("reconciles: the exchange shows no YES held, settles the record", |log| {
            log.at("0.8").fill(0, "100", "0.65").sell(1, 0, "150", "0.6").fill(1, "150", "0.6");
            read_for_reconciling(log, 7, ["1", "1.5", "2"], Answer::Done);
        }),
        ("reconciles: its read failed, which looks like nothing held, settles the record", |log| {
            log.at("0.8").fill(0, "100", "0.65");
            let answer = Answer::Failed(HttpStatus::TooManyRequests);
            read_for_reconciling(log, 7, ["1", "1.5", "2"], answer);
        }),
        // With two records the 100 that are held may be the other's.
        ("reconciles: settles the record (record 0)", |log| {
            log.hold(1, held("100", "0.65"), BeliefCause::EntryAssumed);
            log.at("0.8").fill(0, "100", "0.65");
            read_for_reconciling(log, 7, ["1", "1.5", "2"], Answer::Done);
        }),
    ];
    for (expected, tell) in cases {
        assert_eq!(settling(tell), expected);
    }
}

/// 50 were held from 0.2 s to 0.8 s, then 100: a view of 50 is from before 0.8 s.
#[test]
fn a_record_is_corrected_by_what_the_exchange_showed_and_by_how_old_that_was() {
    let mut log = Telling::new();
    log.touch("0.64 0.66").signal(0, None).buy(0, 0, "100", "0.65").accept(0);
    log.hold(0, held("100", "0.65"), BeliefCause::EntryAssumed);
    log.at("0.2").fill(0, "50", "0.65").at("0.8").fill(0, "50", "0.65");
    read_for_reconciling(&mut log, 7, ["1", "1.5", "2"], Answer::Done);
    log.hold(0, held("50", "0.65"), BeliefCause::Reconciled);
    read_for_reconciling(&mut log, 8, ["3", "3.5", "4"], Answer::Done);
    log.hold(0, held("100", "0.65"), BeliefCause::Reconciled);
    log.hold(1, held("30", "0.65"), BeliefCause::EntryAssumed);
    read_for_reconciling(&mut log, 9, ["5", "5.5", "6"], Answer::Done);
    log.hold(0, held("70", "0.65"), BeliefCause::Reconciled);
    let rows = story(&log.entries, Detail::Brief);
    let told: Vec<String> = rows.iter().rev().take(3).map(|row| row.lines.join("; ")).collect();
    assert_eq!(
        told,
        [
            "reconciles: leaves 70 of 100 to the record (record 0)",
            "reconciles: the exchange shows 100; takes 30 as filled, without asking (record 1)",
            "reconciles: the exchange shows 50, a view at least 0.7 s old",
        ]
    );
}

/// A stop that a rule makes: 35 % less than 25.00 for 50 contracts is 0.325 each, for 100 of the
/// same worth 0.1625. The signal's own is 0.32.
#[test]
fn a_stop_that_is_not_the_signals_is_told_and_so_is_its_move() {
    let mut log = Telling::new();
    log.touch("0.49 0.51").signal(0, Some("0.32")).buy(0, 0, "100", "0.5").accept(0);
    log.at("1").hold(0, guarded("50", "0.5", "0.325"), BeliefCause::EntryConfirmed);
    log.at("2").hold(0, guarded("100", "0.5", "0.1625"), BeliefCause::Reconciled);
    log.at("3").hold(0, held("0", "0.5"), BeliefCause::ExitConfirmed);
    log.at("4").hold(0, guarded("100", "0.5", "0.325"), BeliefCause::EntryConfirmed);
    log.at("5").hold(1, guarded("100", "0.5", "0.32"), BeliefCause::EntryConfirmed);
    let rows = story(&log.entries, Detail::Brief);
    let told: Vec<&str> = rows[2..].iter().map(|row| row.lines[0].as_str()).collect();
    assert_eq!(
        told,
        [
            "learns that 50 filled, its stop at 0.325",
            "reconciles: the exchange shows 100, which moves its stop from 0.325 to 0.1625",
            "learns that all is sold",
            "learns that 100 filled, its stop at 0.325",
            "learns that 100 filled (record 1)",
        ]
    );
}

/// A sale at a loss of 4.00, a fee 0.1376 lower than thought, and 50 that are watched again; then a
/// sale of the rest, and in the same instant a profit of another record.
#[test]
fn what_is_booked_to_a_record_in_one_instant_is_one_sum() {
    let mut log = Telling::new();
    log.touch("0.49 0.51").hold(0, held("100", "0.5"), BeliefCause::EntryConfirmed);
    log.hold(1, held("10", "0.5"), BeliefCause::EntryConfirmed);
    let closing = Holding { standing: Standing::Closing, ..held("100", "0.5") };
    log.at("1").hold(0, closing, BeliefCause::ExitSent);
    let closing = Holding { standing: Standing::Closing, ..held("50", "0.5") };
    log.at("2").hold(0, closing, BeliefCause::ExitConfirmed).book(0, "-4").book(0, "0.1376");
    log.hold(0, held("50", "0.5"), BeliefCause::ExitConfirmed);
    log.at("3").hold(0, held("0", "0.5"), BeliefCause::ExitConfirmed).book(0, "-2");
    log.book(1, "1").book(0, "-0.5");
    let rows = story(&log.entries, Detail::Brief);
    let told: Vec<String> = rows[2..].iter().map(|row| row.lines.join("; ")).collect();
    assert_eq!(
        told,
        [
            "learns of the sale, 50 left (record 0); books a loss of 3.8624",
            "learns that all is sold (record 0); books a loss of 2.50; books a profit of 1.00",
        ]
    );
}

/// What an entry is counted as at 3 s, told after this happened to its order of 100. A look leaves
/// at 1 s and reaches the exchange at 1.5 s.
fn counted(tell: fn(&mut Telling)) -> String {
    let mut log = Telling::new();
    log.touch("0.49 0.51").signal(0, None).buy(0, 0, "100", "0.5").accept(0);
    tell(&mut log);
    story(&log.entries, Detail::Brief).last().unwrap().lines.join("; ")
}

/// A look, and what happens at 1.2 s before it reaches the exchange, and at 1.7 s after it did.
fn look(log: &mut Telling, before: fn(&mut Telling), after: fn(&mut Telling), answer: Answer) {
    let request = RequestId::new(7);
    let (body, purpose) = (Request::Read(Query::Order(OrderId::new(0))), Purpose::Follow);
    log.at("1").push(Record::Message(Message::Sent { request, body, purpose }));
    before(log.at("1.2"));
    log.at("1.5").push(Record::Message(Message::Arrived { request }));
    after(log.at("1.7"));
    log.at("2").push(Record::Message(Message::Answered { request, answer })).at("3");
}

fn nothing(_: &mut Telling) {}

fn half_fills(log: &mut Telling) {
    log.fill(0, "50", "0.5");
}

fn half_fills_and_the_rest_expires(log: &mut Telling) {
    log.fill(0, "50", "0.5").over(0, OrderEnd::Expired, "50");
}

#[test]
fn an_entry_that_is_counted_wrong_is_told_with_what_its_last_look_met() {
    let cases: [Case; 7] = [
        ("counts the entry as failed: nothing filled, 100 rest on", |log| {
            look(log, nothing, nothing, Answer::Done);
            log.entry_done(EntryResult::Unfilled, "0");
        }),
        (
            "counts the entry as failed: nothing filled, though its last look met the order \
             expired with 50 filled",
            |log| {
                look(log, half_fills_and_the_rest_expires, nothing, Answer::Done);
                log.entry_done(EntryResult::Unfilled, "0");
            },
        ),
        ("counts the entry as failed: nothing filled, 50 more filled after its last look", |log| {
            look(log, nothing, half_fills, Answer::Done);
            log.entry_done(EntryResult::Unfilled, "0");
        }),
        ("counts the entry as partial: 50, 50 rest on", |log| {
            look(log, half_fills, nothing, Answer::Done);
            log.entry_done(EntryResult::Partial, "50");
        }),
        (
            "counts the entry as full: 100, though its last look met the order with 50 filled",
            |log| {
                look(log, half_fills, nothing, Answer::Done);
                log.entry_done(EntryResult::Full, "100");
            },
        ),
        ("counts the entry as full: 100, though 50 filled", |log| {
            look(log, half_fills, nothing, Answer::Rejected(RejectReason::OrderNotFound));
            log.entry_done(EntryResult::Full, "100");
        }),
        ("counts the entry as partial: 50", |log| {
            look(log, half_fills_and_the_rest_expires, nothing, Answer::Done);
            log.entry_done(EntryResult::Partial, "50");
        }),
    ];
    for (expected, tell) in cases {
        assert_eq!(counted(tell), expected);
    }
}
