//! The private feed's delay, and what of gap and missing protection is beyond it, by hand.

use fillgap::measure::{Measures, measure};
use fillgap::protocol::OrderEnd;
use fillgap::protocol::record::{BeliefCause, Standing};
use rust_decimal::Decimal;

use crate::telling::{Telling, guarded, held, seconds};

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A log that bought 100 in two fills, 60 at 1 s and 40 at 2 s, and ends at 20 s.
fn bought(tell: impl FnOnce(&mut Telling)) -> Measures {
    let mut log = Telling::new();
    log.signal(0, Some("0.6")).buy(0, 0, "100", "0.65");
    log.at("1").fill(0, "60", "0.65");
    log.at("2").fill(0, "40", "0.65");
    tell(&mut log);
    measure(&log.end("20").entries).measures
}

/// The first fill is told at 3, the second at 2.5, and each is believed then: 100 minus nothing is
/// unknown from 1 to 3 and 40 from 2 to 2.5, so 60*2 + 40*0.5 = 140, all of it on its way.
#[test]
fn a_gap_of_fills_on_their_way_is_the_feeds() {
    let measures = bought(|log| {
        log.at("2.5").report(0).hold(0, guarded("40", "0.65", "0.6"), BeliefCause::EntryConfirmed);
        log.at("3").report(1).hold(0, guarded("100", "0.65", "0.6"), BeliefCause::EntryConfirmed);
    });
    assert_eq!(measures.gap_contract_seconds, decimal("140"));
    assert_eq!(measures.gap_contract_seconds_beyond_feed, Decimal::ZERO);
    assert_eq!(measures.unprotected_contract_seconds, decimal("140"));
    assert_eq!(measures.unprotected_contract_seconds_beyond_feed, Decimal::ZERO);
    assert_eq!(measures.feed_delay_seconds_longest, Some(seconds("2")));
}

/// Both are told at 3 and believed at 5: the feed explains what was unknown until 3, and not the
/// 100 for 2 s after it.
#[test]
fn a_gap_after_the_last_word_is_beyond_the_feed() {
    let measures = bought(|log| {
        log.at("3").report(0).report(1);
        log.at("5").hold(0, guarded("100", "0.65", "0.6"), BeliefCause::EntryConfirmed);
    });
    assert_eq!(measures.gap_contract_seconds, decimal("360"));
    assert_eq!(measures.gap_contract_seconds_beyond_feed, decimal("200"));
    assert_eq!(measures.unprotected_contract_seconds_beyond_feed, decimal("200"));
}

/// A copy that comes at 9 makes the feed no slower.
#[test]
fn only_the_first_delivery_of_a_message_counts() {
    let measures = bought(|log| {
        log.at("2").report(0);
        log.at("4").report(1);
        log.at("9").report(1).report(0);
        log.hold(0, held("100", "0.65"), BeliefCause::EntryConfirmed);
    });
    assert_eq!(measures.feed_delay_seconds_longest, Some(seconds("3")));
}

/// What the link loses explains nothing from the start, and has no delay: of the second fill's 40,
/// unknown from 2 to 12, all 400; the first one's 60 are on their way from 1 to 12.
#[test]
fn a_lost_message_is_not_on_its_way() {
    let measures = bought(|log| {
        log.lose();
        log.at("12").report(1).hold(0, held("100", "0.65"), BeliefCause::Reconciled);
    });
    assert_eq!(measures.gap_contract_seconds, decimal("1060"));
    assert_eq!(measures.gap_contract_seconds_beyond_feed, decimal("400"));
    assert_eq!(measures.feed_delay_seconds_longest, Some(seconds("11")));
}

/// 150 are believed all along: more than held, which no purchase on its way explains. 150 from 0 to
/// 1, 90 from 1 to 2, then 50 for 18 s. Nothing was ever told.
#[test]
fn contracts_that_are_believed_too_many_need_a_sale_on_its_way() {
    let mut log = Telling::new();
    log.signal(0, Some("0.6")).buy(0, 0, "100", "0.65");
    log.hold(0, held("150", "0.65"), BeliefCause::EntryAssumed);
    log.at("1").fill(0, "60", "0.65");
    log.at("2").fill(0, "40", "0.65");
    let measures = measure(&log.end("20").entries).measures;
    assert_eq!(measures.gap_contract_seconds, decimal("1140"));
    assert_eq!(measures.gap_contract_seconds_beyond_feed, decimal("1140"));
    assert_eq!(measures.feed_delay_seconds_longest, None);
}

/// 100 are held and closing. The exit fills 30 at 5 and ends there; that is told at 6, when the
/// record is open again with 70. From 5 to 6 belief has 30 too many, explained by the sale on its
/// way, and no exit works for the 70, explained by the end on its way. Had the record only opened at
/// 8, 30 and 70 would count for 2 s each.
#[test]
fn the_end_of_an_exit_on_its_way_explains_contracts_that_nobody_watches() {
    let story = |known_at: &str| {
        let mut log = Telling::new();
        log.signal(0, Some("0.6")).buy(0, 0, "100", "0.65").fill(0, "100", "0.65").report(0);
        let open = guarded("100", "0.65", "0.6");
        log.hold(0, open, BeliefCause::EntryConfirmed);
        log.at("4").stop_out(1, 0, "100", "0.55");
        let closing = fillgap::protocol::record::Holding { standing: Standing::Closing, ..open };
        log.hold(0, closing, BeliefCause::ExitSent);
        log.at("5").fill(1, "30", "0.55").over(1, OrderEnd::NotFilledAtOnce, "70");
        log.at("6").report(0).report(1);
        log.at(known_at).hold(0, guarded("70", "0.65", "0.6"), BeliefCause::ExitConfirmed);
        measure(&log.end("20").entries).measures
    };
    let measures = story("6");
    assert_eq!(measures.gap_contract_seconds, decimal("30"));
    assert_eq!(measures.gap_contract_seconds_beyond_feed, Decimal::ZERO);
    assert_eq!(measures.unprotected_contract_seconds, decimal("70"));
    assert_eq!(measures.unprotected_contract_seconds_beyond_feed, Decimal::ZERO);
    assert_eq!(measures.feed_delay_seconds_longest, Some(seconds("1")));
    let measures = story("8");
    assert_eq!(measures.gap_contract_seconds_beyond_feed, decimal("60"));
    assert_eq!(measures.unprotected_contract_seconds_beyond_feed, decimal("140"));
}
