//! Limits, exposure on the truth, profit and loss, on logs with results worked out by hand.

use fillgap::measure::measure;
use fillgap::protocol::OrderEnd;
use fillgap::protocol::record::{BeliefCause, Holding, LimitRule, Standing, Truth, Verdict};
use fillgap::units::{MarketId, Position};

use crate::telling::{Telling, contracts, dollars, guarded, held, seconds};

use LimitRule::{EventExposure, TotalExposure};
use Verdict::{Accepted, Refused};

/// 50 held at 0.65, so 32.50 is the true exposure. A check refuses when true plus added is above
/// the limit: 32.5 + 40 = 72.5.
#[test]
fn a_limit_check_is_decided_again_with_the_true_exposure() {
    let table = [
        ("truth agrees to accept", "72.5", Accepted, (0, 0)),
        ("truth would refuse", "72.499999", Accepted, (1, 0)),
        ("truth would accept", "72.5", Refused, (0, 1)),
        ("truth agrees to refuse", "72.499999", Refused, (0, 0)),
    ];
    for rule in [TotalExposure, EventExposure] {
        for (case, limit, verdict, expected) in table {
            let mut log = Telling::new();
            log.buy(0, 0, "100", "0.65").at("5").fill(0, "50", "0.65");
            log.at("6").limit(rule, ("65", "40", limit), verdict).end("10");
            let measures = measure(&log.entries).measures;
            let found = (measures.limit_false_accepts, measures.limit_false_rejects);
            assert_eq!(found, expected, "{rule:?}: {case}");
        }
    }
}

/// The truth counts as it stood at the check: the fill of the accepted entry itself, later in the
/// same instant, does not make the check wrong.
#[test]
fn a_check_is_not_judged_by_what_it_let_in() {
    let mut log = Telling::new();
    log.at("1").limit(TotalExposure, ("0", "65", "65"), Accepted);
    log.buy(0, 0, "100", "0.65").fill(0, "100", "0.65").end("10");
    let measures = measure(&log.entries).measures;
    assert_eq!((measures.limit_false_accepts, measures.limit_false_rejects), (0, 0));
}

/// Markets 0 and 1 are one event, market 2 another. Held: 10 dollars in each. For market 1 the
/// event's exposure is 20, for market 2 it is 10; with 5 more the limit of 20 refuses only the
/// first. The total is 30.
#[test]
fn an_event_limit_looks_at_the_markets_of_its_event() {
    let table = [
        (EventExposure, 1, "20", (1, 0)),
        (EventExposure, 2, "20", (0, 0)),
        (TotalExposure, 2, "34.999999", (1, 0)),
        (TotalExposure, 2, "35", (0, 0)),
    ];
    for (rule, market, limit, expected) in table {
        let mut log = Telling::new();
        log.list(1, 0).list(2, 1);
        for market in 0..3 {
            log.buy_in(market, market.into(), 0, "20", "0.5").fill(market.into(), "20", "0.5");
        }
        log.at("1").limit_in(market, rule, ("0", "5", limit), Accepted).end("10");
        let measures = measure(&log.entries).measures;
        let found = (measures.limit_false_accepts, measures.limit_false_rejects);
        assert_eq!(found, expected, "{rule:?} in market {market}, limit {limit}");
    }
}

/// True exposure 32.5 from 5 s, 65 from 20 s, 0 from 40 s. The total limit is 50 from 1 s: beyond
/// it 20..40. The event's limit is 30 from 10 s: beyond it 10..40. Together 30 s.
#[test]
fn time_beyond_any_limit_counts_once() {
    let mut log = Telling::new();
    log.at("1").limit(TotalExposure, ("0", "65", "50"), Refused);
    log.buy(0, 0, "100", "0.65");
    log.at("5").fill(0, "50", "0.65");
    log.at("10").limit(EventExposure, ("0", "0", "30"), Refused);
    log.at("20").fill(0, "50", "0.65");
    log.at("40").sell(1, 0, "100", "0.6").fill(1, "100", "0.6").end("70");
    assert_eq!(measure(&log.entries).measures.limit_breach_seconds, seconds("30"));
}

/// Bought 100 at 0.65 and 50 at 0.5: cost 90. 50 sold: a third of the cost goes, 60 are left. 150
/// sold: flipped to 50 NO at 1 - 0.6 each, 20. Bought 25 back: 10. Bought 75: flipped to 50 at 0.7.
/// Belief is nothing, so the error is the cost; the mean over 5 s is (90+60+20+10+35)/5 = 43.
#[test]
fn true_exposure_is_average_cost_and_restarts_at_a_flip() {
    let mut log = Telling::new();
    log.buy(0, 0, "100", "0.65").fill(0, "100", "0.65");
    log.buy(1, 0, "50", "0.5").fill(1, "50", "0.5");
    log.at("1").sell(2, 0, "50", "0.6").fill(2, "50", "0.6");
    log.at("2").sell(3, 0, "150", "0.6").fill(3, "150", "0.6");
    log.at("3").buy(4, 0, "25", "0.7").fill(4, "25", "0.7");
    log.at("4").buy(5, 0, "75", "0.7").fill(5, "75", "0.7").end("5");
    let measures = measure(&log.entries).measures;
    assert_eq!(measures.exposure_error_dollars_mean, dollars("43"));
    assert_eq!(measures.exposure_error_dollars_peak, dollars("90"));
    assert_eq!(measures.position_flips, 2);
}

/// Cost of 3 contracts at 0.0001, 0.0001 and 0.0003 dollars: 0.0005. Two sold one by one: a third
/// of the cost goes (0.000333333.. are left of it twice: 0.000333, then half: 0.0001665, half to
/// even 0.000166). Over 1 s each: errors 0.0005, 0.000333, 0.000166; mean 0.000333.
#[test]
fn average_cost_rounds_half_to_even_at_the_millionth() {
    let mut log = Telling::new();
    for (order, price) in [(0, "0.0001"), (1, "0.0001"), (2, "0.0003")] {
        log.buy(order, 0, "1", price).fill(order, "1", price);
    }
    log.at("1").sell(3, 0, "1", "0.1").fill(3, "1", "0.1");
    log.at("2").sell(4, 0, "1", "0.1").fill(4, "1", "0.1").end("3");
    let measures = measure(&log.entries).measures;
    assert_eq!(measures.exposure_error_dollars_peak, dollars("0.0005"));
    assert_eq!(measures.exposure_error_dollars_mean, dollars("0.000333"));
}

/// A believed and a true short of 50 NO, entered at the YES price 0.6, cost 20 dollars both.
#[test]
fn a_no_contract_costs_the_complement_on_both_sides() {
    let mut log = Telling::new();
    log.sell(0, 0, "50", "0.6").fill(0, "50", "0.6").hold(0, held("-50", "0.6"), BeliefCause::Told);
    log.end("5");
    assert_eq!(measure(&log.entries).measures.exposure_error_dollars_peak, dollars("0"));
}

/// 100 believed at 0.65, 50 held, one cent of fee for each contract; the bid falls to 0.58:
/// believed 100 (0.58 - 0.65 - 0.01) = -8, true 50 (0.58 - 0.65) - 0.50 = -4.
#[test]
fn a_loss_is_believed_twice_as_large_as_it_is() {
    let mut log = Telling::new();
    log.touch("0.64 0.66").see("0.64 0.66").buy(0, 0, "100", "0.65");
    log.hold(0, held("100", "0.65"), BeliefCause::EntryAssumed);
    log.at("5").fill_paying(0, "50", "0.65", "0.5");
    log.at("8").touch("0.58 0.6").see("0.58 0.6").end("10");
    let measures = measure(&log.entries).measures;
    assert_eq!(measures.pnl_believed_dollars, dollars("-8"));
    assert_eq!(measures.pnl_true_dollars, dollars("-4"));
    assert_eq!(measures.pnl_error_dollars_peak, dollars("4"));
    assert_eq!(measures.fees_dollars, dollars("0.5"));
}

/// 10 YES bought at 0.65, or 10 NO made by selling at 0.65: cost 6.50 and 3.50. What they are
/// worth, by the prices there are. A NO contract is worth one dollar minus the YES price.
#[test]
fn a_position_is_valued_by_the_first_price_there_is() {
    let table = [
        ("0.58 0.6", Some("0.3"), "-0.7", "0.5"),
        ("- 0.6", Some("0.3"), "-0.5", "0.5"),
        ("0.58 -", Some("0.3"), "-0.7", "0.7"),
        ("- -", Some("0.3"), "-3.5", "3.5"),
        ("- -", None, "0", "0"),
    ];
    for (prices, trade, long, short) in table {
        for (side, expected) in [("long", long), ("short", short)] {
            let mut log = Telling::new();
            match side {
                "long" => log.buy(0, 0, "10", "0.65"),
                _ => log.sell(0, 0, "10", "0.65"),
            };
            log.fill(0, "10", "0.65");
            if let Some(price) = trade {
                log.trade(price);
            }
            log.at("1").touch(prices).end("2");
            let measures = measure(&log.entries).measures;
            assert_eq!(measures.pnl_true_dollars, dollars(expected), "{side} at {prices}");
        }
    }
}

/// What was booked counts; a record in a market that was never seen adds nothing; a NO record
/// entered at 0.6 gains 10 (0.6 - 0.55 - 0.01) = 0.4 when the ask is 0.55.
#[test]
fn believed_profit_is_what_was_booked_plus_what_open_records_seem_to_gain() {
    let mut log = Telling::new();
    log.hold(0, held("100", "0.65"), BeliefCause::EntryAssumed).book(0, "-4.5").end("2");
    assert_eq!(measure(&log.entries).measures.pnl_believed_dollars, dollars("-4.5"));
    let mut log = Telling::new();
    log.hold(0, held("-10", "0.6"), BeliefCause::Told).see("0.5 0.55").end("2");
    assert_eq!(measure(&log.entries).measures.pnl_believed_dollars, dollars("0.4"));
}

/// Held 50 from 5 s. Stakes with a stop: 0 until 10 s, 30 until 20 s, 80 after: unprotected 50, 20
/// and 0 contracts: 250 + 200.
#[test]
fn contracts_without_a_believed_stop_are_unprotected() {
    let mut log = Telling::new();
    log.buy(0, 0, "100", "0.65").hold(0, held("50", "0.65"), BeliefCause::EntryAssumed);
    log.at("5").fill(0, "50", "0.65");
    log.at("10").hold(0, guarded("30", "0.65", "0.6"), BeliefCause::Reconciled);
    log.at("20").hold(1, guarded("50", "0.65", "0.5"), BeliefCause::Reconciled).end("70");
    let measures = measure(&log.entries).measures;
    assert_eq!(measures.unprotected_contract_seconds.to_string(), "450");
}

/// 100 held, 60 believed with a stop: 40 unprotected. At 10 s the record is closing with an exit of
/// 60 in the book: still 40. At 20 s 20 of it fill: 80 held, 40 covered. At 30 s the exit is over
/// and the record still closing, which covers nothing: 80. At 40 s it is open again: 20.
/// 400 + 400 + 400 + 800 + 30 s times 20.
#[test]
fn a_closing_record_covers_what_its_exit_can_still_sell() {
    let mut log = Telling::new();
    log.buy(0, 0, "100", "0.65").fill(0, "100", "0.65");
    log.hold(0, guarded("60", "0.65", "0.6"), BeliefCause::EntryAssumed);
    log.at("10").sell(1, 0, "60", "0.6").accept(1);
    let closing = Holding { standing: Standing::Closing, ..guarded("60", "0.65", "0.6") };
    log.hold(0, closing, BeliefCause::ExitSent);
    log.at("20").fill(1, "20", "0.6").at("30").over(1, OrderEnd::Canceled, "40");
    log.at("40").hold(0, guarded("60", "0.65", "0.6"), BeliefCause::ExitAbandoned).end("70");
    let measures = measure(&log.entries).measures;
    assert_eq!(measures.unprotected_contract_seconds.to_string(), "2600");
}

/// A stop of a YES record does not cover the 50 NO contracts that a sale of 100 left.
#[test]
fn a_stop_covers_its_own_outcome_only() {
    let mut log = Telling::new();
    log.buy(0, 0, "100", "0.65").fill(0, "50", "0.65");
    log.hold(0, guarded("100", "0.65", "0.6"), BeliefCause::EntryAssumed);
    log.at("10").sell(1, 0, "100", "0.6").fill(1, "100", "0.6").end("20");
    let measures = measure(&log.entries).measures;
    assert_eq!(measures.unprotected_contract_seconds.to_string(), "500");
    assert_eq!(measures.final_position_true_contracts, Position::new(-50_00));
}

#[test]
fn clipped_contracts_add_up() {
    let mut log = Telling::new();
    for quantity in ["1.5", "2"] {
        let market = MarketId::new(0);
        log.truth(Truth::ReplayClipped { market, quantity: contracts(quantity) });
    }
    let measures = measure(&log.end("1").entries).measures;
    assert_eq!(measures.replay_clipped_contracts, contracts("3.5"));
}
