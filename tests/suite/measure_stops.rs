//! Stops that were late, oversold, undersold, missed, phantom, doubled or just right, on logs with
//! results worked out by hand.

use fillgap::measure::{Report, StopEpisode, measure};
use fillgap::protocol::OrderEnd;
use fillgap::protocol::record::{BeliefCause, Holding, Standing, Truth};
use fillgap::protocol::{RejectReason, TriggerKind};
use fillgap::units::{Quantity, RequestId};

use crate::telling::{Telling, contracts, dollars, guarded, held, price, seconds, time};

/// 100 bought at 0.65 with a stop at 0.62, of which `filled` have filled, and a record of
/// `believed`. The others bid 0.64 and ask 0.66. Client order 0 is the entry.
fn entered(filled: &str, believed: &str) -> Telling {
    let mut log = Telling::new();
    log.touch("0.64 0.66").signal(0, Some("0.62")).buy(0, 0, "100", "0.65").accept(0);
    if filled != "0" {
        log.fill(0, filled, "0.65");
    }
    log.hold(0, guarded(believed, "0.65", "0.62"), BeliefCause::EntryAssumed);
    log
}

/// Record 0 after all of it was sold.
fn sold_out() -> Holding {
    Holding { standing: Standing::Settled, ..guarded("0", "0.65", "0.62") }
}

fn the_stop(report: &Report) -> &StopEpisode {
    assert_eq!(report.stops.len(), 1, "{:?}", report.stops);
    &report.stops[0]
}

/// The bid falls to 0.60; in the same instant the bot sees it and sells. The ideal looks at the
/// market as it was before the sale.
#[test]
fn a_stop_in_the_instant_of_the_touch_is_ideal() {
    let mut log = entered("100", "100");
    log.at("10").touch("0.6 0.61").see("0.6 0.61").stop_out(1, 0, "100", "0.6");
    log.fill(1, "100", "0.6").touch("0.59 0.61");
    log.over(1, OrderEnd::Executed, "0").hold(0, sold_out(), BeliefCause::ExitConfirmed).end("70");
    let report = measure(&log.entries);
    let stop = the_stop(&report);
    assert_eq!(stop.ideal_at_s, Some(time("10")));
    assert_eq!((stop.ideal_contracts, stop.sold_contracts), (contracts("100"), contracts("100")));
    assert_eq!(stop.delay_s, Some(seconds("0")));
    let measures = report.measures;
    assert_eq!((measures.stop_triggers, measures.stops_missed), (1, 0));
    assert_eq!((measures.stops_phantom, measures.stops_doubled), (0, 0));
    assert_eq!(measures.stop_delay_seconds_mean, Some(seconds("0")));
    assert_eq!(measures.stop_cost_dollars, dollars("0"));
    assert_eq!(measures.stop_oversold_contracts, Quantity::ZERO);
    assert_eq!(measures.stop_undersold_contracts, Quantity::ZERO);
}

/// Touched at 10 s with a bid of 0.60, sent at 13.5 s, sold at 0.55: 100 times 0.05.
#[test]
fn a_late_stop_costs_what_the_bid_fell_meanwhile() {
    let mut log = entered("100", "100");
    log.at("10").touch("0.6 0.61").at("12").touch("0.55 0.61");
    log.at("13").trigger(0, "0.55", "100").at("13.5").sell(1, 0, "100", "0.55");
    log.at("14").fill(1, "100", "0.55").hold(0, sold_out(), BeliefCause::ExitConfirmed).end("70");
    let report = measure(&log.entries);
    let stop = the_stop(&report);
    assert_eq!((stop.triggered_at_s, stop.sent_at_s), (Some(time("13")), Some(time("13.5"))));
    let measures = report.measures;
    assert_eq!(measures.stop_delay_seconds_mean, Some(seconds("3.5")));
    assert_eq!(measures.stop_delay_seconds_longest, Some(seconds("3.5")));
    assert_eq!(measures.stop_cost_dollars, dollars("5"));
    assert_eq!(measures.stops_missed, 0);
}

/// 50 held, 100 believed and sold at 0.60: 50 oversold, a flip. They brought 30 and cost 50 times
/// the ask of 0.61 to buy back.
#[test]
fn a_stop_sized_by_a_believed_stake_oversells() {
    let mut log = entered("50", "100");
    log.at("10").touch("0.6 0.61").at("12").stop_out(1, 0, "100", "0.6").fill(1, "100", "0.6");
    log.hold(0, sold_out(), BeliefCause::ExitConfirmed).end("70");
    let measures = measure(&log.entries).measures;
    assert_eq!(measures.stop_oversold_contracts, contracts("50"));
    assert_eq!(measures.stop_undersold_contracts, Quantity::ZERO);
    assert_eq!(measures.position_flips, 1);
    assert_eq!(measures.stop_delay_seconds_mean, Some(seconds("2")));
    assert_eq!(measures.stop_cost_dollars, dollars("0.5"));
}

/// 100 held, 50 believed and sold. The ideal got 60; the bot got 30 and keeps 50 that the bid of
/// 0.40 at the end values at 20.
#[test]
fn a_stop_sized_by_a_believed_stake_undersells() {
    let mut log = entered("100", "50");
    log.at("10").touch("0.6 0.61").stop_out(1, 0, "50", "0.6").fill(1, "50", "0.6");
    log.hold(0, sold_out(), BeliefCause::ExitConfirmed).at("20").touch("0.4 0.45").end("70");
    let report = measure(&log.entries);
    assert_eq!(report.measures.stop_undersold_contracts, contracts("50"));
    assert_eq!(report.measures.stop_cost_dollars, dollars("10"));
    assert_eq!(report.measures.stops_missed, 0);
    let stop = the_stop(&report);
    assert_eq!((stop.ideal_contracts, stop.sold_contracts), (contracts("100"), contracts("50")));
}

/// A record that is settled when its exit is sent is not undersold by what fills later; what never
/// fills is, at the end, or when the exit order is over.
#[test]
fn undersold_waits_for_the_exit_order() {
    let table = [("fills", "0"), ("rests", "100"), ("expires", "40")];
    for (case, undersold) in table {
        let mut log = entered("100", "100");
        log.at("10").touch("0.6 0.61").stop_out(1, 0, "100", "0.6").accept(1);
        log.hold(0, sold_out(), BeliefCause::ExitSent).at("11");
        match case {
            "fills" => log.fill(1, "100", "0.6"),
            "expires" => log.fill(1, "60", "0.6").over(1, OrderEnd::Expired, "40"),
            _ => &mut log,
        };
        log.end("70");
        let found = measure(&log.entries).measures.stop_undersold_contracts;
        assert_eq!(found, contracts(undersold), "{case}");
    }
}

/// A record that is told to be short 50 after an oversale guards nothing any more: the exit is over
/// then, and the 50 that the entry's rest brings later are not undersold.
#[test]
fn a_short_stake_guards_nothing() {
    let mut log = entered("50", "100");
    log.at("10").touch("0.6 0.61").stop_out(1, 0, "100", "0.6").fill(1, "100", "0.6");
    log.hold(0, guarded("-50", "0.65", "0.62"), BeliefCause::Told);
    log.at("12").buy(2, 0, "100", "0.65").fill(2, "100", "0.65").end("70");
    let measures = measure(&log.entries).measures;
    assert_eq!(measures.stop_undersold_contracts, Quantity::ZERO);
    assert_eq!(measures.position_flips, 2);
}

/// Two stops of the market trigger one after the other while 30 contracts too many are held: they
/// are undersold once, when both are over.
#[test]
fn contracts_are_undersold_once_for_an_exit_of_several_records() {
    let mut log = entered("100", "40");
    log.hold(1, guarded("30", "0.65", "0.62"), BeliefCause::EntryConfirmed);
    log.at("10").touch("0.6 0.61").stop_out(1, 0, "40", "0.6").fill(1, "40", "0.6");
    log.hold(0, sold_out(), BeliefCause::ExitConfirmed);
    log.at("15").stop_out(2, 1, "30", "0.6").fill(2, "30", "0.6");
    log.hold(1, sold_out(), BeliefCause::ExitConfirmed).end("70");
    let report = measure(&log.entries);
    assert_eq!(report.measures.stop_triggers, 2);
    assert_eq!(report.measures.stop_undersold_contracts, contracts("30"));
    assert_eq!(report.measures.stops_doubled, 0);
}

/// Held and touched, but the bot's record has no stop: missed. The bid recovers to 0.70, so the
/// ideal, which sold at 0.60, was worse: -10.
#[test]
fn a_stop_that_the_bot_does_not_know_is_missed() {
    let mut log = entered("100", "100");
    log.hold(0, held("100", "0.65"), BeliefCause::Reconciled);
    log.at("10").touch("0.6 0.61").at("20").touch("0.7 0.71").end("70");
    let report = measure(&log.entries);
    assert_eq!((report.measures.stops_missed, report.measures.stop_triggers), (1, 0));
    assert_eq!(report.measures.stop_delay_seconds_mean, None);
    assert_eq!(report.measures.stop_cost_dollars, dollars("-10"));
    assert_eq!(the_stop(&report).missed, 1);
}

/// A touch between two looks is missed when the contracts leave otherwise: sold at the target.
#[test]
fn a_target_exit_after_an_unseen_touch_leaves_the_stop_missed() {
    let mut log = entered("100", "100");
    log.at("10").touch("0.6 0.61").at("11").touch("0.8 0.81");
    log.at("20").sell_for(TriggerKind::Target, 1, 0, "100", "0.8").fill(1, "100", "0.8");
    log.hold(0, sold_out(), BeliefCause::ExitConfirmed).end("70");
    let report = measure(&log.entries);
    assert_eq!((report.measures.stops_missed, report.measures.stop_triggers), (1, 0));
    assert_eq!(report.measures.stop_cost_dollars, dollars("-20"));
    assert_eq!(the_stop(&report).sold_proceeds_dollars, dollars("80"));
}

/// Nothing is held; a believed 100 are sold at 0.60 and cost 0.61 to buy back: 1 dollar.
#[test]
fn a_stop_on_nothing_is_a_phantom() {
    let mut log = entered("0", "100");
    log.at("10").touch("0.6 0.61").stop_out(1, 0, "100", "0.6").fill(1, "100", "0.6");
    log.hold(0, sold_out(), BeliefCause::ExitSent).end("70");
    let report = measure(&log.entries);
    assert_eq!((report.measures.stops_phantom, report.measures.stop_triggers), (1, 1));
    assert_eq!(report.measures.stops_missed, 0);
    assert_eq!(report.measures.stop_oversold_contracts, contracts("100"));
    assert_eq!(report.measures.stop_cost_dollars, dollars("1"));
    assert_eq!(report.measures.position_flips, 0);
    assert_eq!(the_stop(&report).ideal_at_s, None);
}

/// The first exit rests; the bot gives it up without canceling and triggers again. The second fills
/// at 0.58, the first then at 0.60 and oversells 100. Ideal 60, done 58; oversold: sold for 60,
/// bought back at the ask of 0.63 at the end for 63: 2 + 3.
#[test]
fn a_stop_sent_again_over_a_working_exit_is_doubled() {
    let mut log = entered("100", "100");
    log.at("10").touch("0.6 0.61").stop_out(1, 0, "100", "0.6").accept(1);
    log.at("11").touch("0.58 0.6");
    log.at("16").hold(0, guarded("100", "0.65", "0.62"), BeliefCause::ExitAbandoned);
    log.stop_out(2, 0, "100", "0.58").fill(2, "100", "0.58");
    log.at("20").fill(1, "100", "0.6").hold(0, sold_out(), BeliefCause::Reconciled);
    log.at("21").touch("0.62 0.63").end("70");
    let report = measure(&log.entries);
    assert_eq!((report.measures.stops_doubled, report.measures.stop_triggers), (1, 2));
    assert_eq!(report.measures.stops_phantom, 0);
    assert_eq!(report.measures.stop_oversold_contracts, contracts("100"));
    assert_eq!(report.measures.stop_cost_dollars, dollars("5"));
    assert_eq!(report.measures.stop_delay_seconds_mean, Some(seconds("0")));
    assert_eq!(the_stop(&report).triggers, 2);
}

/// An exit that ended, or that the exchange refused, is not there to be doubled.
#[test]
fn a_stop_sent_again_after_its_exit_ended_is_not_doubled() {
    for refused in ["refused", "canceled"] {
        let mut log = entered("100", "100");
        log.at("10").touch("0.6 0.61").stop_out(1, 0, "100", "0.6");
        match refused {
            "canceled" => log.accept(1).over(1, OrderEnd::Canceled, "100"),
            _ => log.truth(Truth::Refused {
                request: RequestId::new(1),
                reason: RejectReason::MarketInactive,
            }),
        };
        log.at("16").stop_out(2, 0, "100", "0.6").fill(2, "100", "0.6").end("70");
        let measures = measure(&log.entries).measures;
        assert_eq!((measures.stops_doubled, measures.stop_triggers), (0, 2), "{refused}");
    }
}

/// Triggered at 9 s by a stale 0.62 while the others bid 0.64; the exit rests at 0.65 until the
/// others' bid touches 0.62 at 12 s: the ideal finds the bot's exit under way, so no delay.
#[test]
fn an_exit_under_way_at_the_touch_has_no_delay() {
    let mut log = entered("100", "100");
    log.at("9").trigger(0, "0.62", "100").sell(1, 0, "100", "0.65").accept(1);
    log.at("12").touch("0.62 0.63").at("14").fill(1, "100", "0.65").end("70");
    let report = measure(&log.entries);
    let stop = the_stop(&report);
    assert_eq!((stop.began_at_s, stop.ideal_at_s), (time("9"), Some(time("12"))));
    assert_eq!(stop.delay_s, Some(seconds("0")));
    assert_eq!(report.measures.stops_missed, 0);
    assert_eq!(report.measures.stop_cost_dollars, dollars("-3"));
}

/// The same when the bot has already forgotten its record: the exit order still works.
#[test]
fn a_forgotten_exit_under_way_answers_the_touch() {
    let mut log = entered("100", "100");
    log.at("9").trigger(0, "0.62", "100").sell(1, 0, "100", "0.65").accept(1);
    log.hold(0, sold_out(), BeliefCause::ExitSent).at("12").touch("0.62 0.63").end("70");
    let report = measure(&log.entries);
    assert_eq!(the_stop(&report).delay_s, Some(seconds("0")));
    assert_eq!(report.measures.stops_missed, 0);
}

/// The early exit sold everything before the level was ever touched: no ideal, no delay, no cost.
#[test]
fn an_exit_before_any_touch_has_no_ideal() {
    let mut log = entered("100", "100");
    log.at("9").stop_out(1, 0, "100", "0.64").fill(1, "100", "0.64");
    log.hold(0, sold_out(), BeliefCause::ExitConfirmed).at("12").touch("0.5 0.6").end("70");
    let report = measure(&log.entries);
    assert_eq!(the_stop(&report).ideal_at_s, None);
    assert_eq!(report.measures.stop_delay_seconds_mean, None);
    assert_eq!(report.measures.stop_cost_dollars, dollars("0"));
    assert_eq!((report.measures.stop_triggers, report.measures.stops_phantom), (1, 0));
}

/// An early exit that was over before the touch does not answer it: one episode without an ideal,
/// one that nobody answered.
#[test]
fn an_exit_that_ended_before_the_touch_does_not_answer_it() {
    let mut log = entered("100", "100");
    log.at("9").stop_out(1, 0, "100", "0.7").over(1, OrderEnd::Canceled, "100");
    log.at("12").touch("0.6 0.61").end("70");
    let report = measure(&log.entries);
    assert_eq!((report.stops.len(), report.measures.stops_missed), (2, 1));
}

/// 50 of the entry fill before the touch, 50 at 12 s while the bid is 0.59: the ideal sells 50 at
/// 0.60 and 50 at 0.59. When the bid is back at 0.64, it keeps the second 50.
#[test]
fn contracts_that_come_under_the_level_are_sold_when_they_come() {
    for (bid, contracts_sold, proceeds) in [("0.59 0.61", "100", "59.5"), ("0.64 0.66", "50", "30")]
    {
        let mut log = entered("50", "50");
        log.at("10").touch("0.6 0.61").at("11").touch(bid).at("12").fill(0, "50", "0.65").end("70");
        let report = measure(&log.entries);
        let stop = the_stop(&report);
        assert_eq!(stop.ideal_contracts, contracts(contracts_sold), "bid {bid}");
        assert_eq!(stop.ideal_proceeds_dollars, dollars(proceeds), "bid {bid}");
    }
}

/// The stop sells the 50 that are held; the rest of the entry fills later under the level, and no
/// record knows of it: another ideal stop, missed.
#[test]
fn a_remainder_that_fills_after_the_stop_is_another_stop() {
    let mut log = entered("50", "50");
    log.at("10").touch("0.6 0.61").stop_out(1, 0, "50", "0.6").fill(1, "50", "0.6");
    log.hold(0, sold_out(), BeliefCause::ExitConfirmed);
    log.at("15").fill(0, "50", "0.65").end("70");
    let report = measure(&log.entries);
    assert_eq!((report.stops.len(), report.measures.stops_missed), (2, 1));
    assert_eq!(report.measures.stop_undersold_contracts, Quantity::ZERO);
    let ideal: Vec<_> = report.stops.iter().map(|stop| stop.ideal_at_s).collect();
    assert_eq!(ideal, [Some(time("10")), Some(time("15"))]);
}

/// 100 guarded at 0.62 and 50 at 0.55. The bid falls to 0.60 at 10 s and to 0.50 at 20 s; the bot
/// triggers 1 ns late for the first and 2 ns late for the second. The mean of 1.5 ns rounds to 2.
#[test]
fn each_level_sells_its_own_contracts() {
    let mut log = entered("100", "100");
    log.signal(1, Some("0.55")).buy(1, 1, "50", "0.65").fill(1, "50", "0.65");
    log.hold(1, guarded("50", "0.65", "0.55"), BeliefCause::EntryConfirmed);
    log.at("10").touch("0.6 0.61");
    log.at("10.000000001").stop_out(2, 0, "100", "0.6").fill(2, "100", "0.6");
    log.hold(0, sold_out(), BeliefCause::ExitConfirmed);
    log.at("20").touch("0.5 0.51");
    log.at("20.000000002").stop_out(3, 1, "50", "0.5").fill(3, "50", "0.5");
    log.hold(1, sold_out(), BeliefCause::ExitConfirmed).end("70");
    let report = measure(&log.entries);
    let ideals: Vec<_> =
        report.stops.iter().map(|stop| (stop.level_dollars, stop.ideal_contracts)).collect();
    assert_eq!(ideals, [(price("0.62"), contracts("100")), (price("0.55"), contracts("50"))]);
    assert_eq!(report.measures.stop_delay_seconds_mean, Some(seconds("0.000000002")));
    assert_eq!(report.measures.stop_delay_seconds_longest, Some(seconds("0.000000002")));
    assert_eq!(report.measures.stop_cost_dollars, dollars("0"));
    assert_eq!(report.measures.stops_missed, 0);
}

/// What the own orders of the bot bid does not count: the public bid is 0.65, the others' 0.60.
#[test]
fn the_ideal_sells_to_others_only() {
    use fillgap::protocol::Quote;
    use fillgap::units::MarketId;
    let mut log = entered("100", "100");
    let quote = |bid| Quote { bid: Some(price(bid)), ask: Some(price("0.66")) };
    log.at("10").truth(Truth::Touch {
        market: MarketId::new(0),
        public: quote("0.65"),
        others: quote("0.6"),
    });
    let report = measure(&log.end("70").entries);
    assert_eq!(the_stop(&report).ideal_proceeds_dollars, dollars("60"));
}

/// Without any bid there is nobody to sell to, and no ideal.
#[test]
fn an_empty_side_is_no_touch() {
    let mut log = entered("100", "100");
    log.at("10").touch("- 0.61").end("70");
    assert!(measure(&log.entries).stops.is_empty());
}
