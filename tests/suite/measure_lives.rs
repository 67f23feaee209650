//! What the life of a market does to measures and stories, on logs with results worked out by hand.

use fillgap::market::{ExchangeStatus, MarketResult, MarketStatus};
use fillgap::measure::story::{Detail, story};
use fillgap::measure::{GapCause, Report, measure};
use fillgap::protocol::OrderEnd;
use fillgap::protocol::record::{BeliefCause, Holding, Standing, Truth};
use fillgap::units::{EventId, MarketId};

use crate::telling::{Telling, contracts, dollars, guarded, price, seconds, time};

const MARKET: MarketId = MarketId::new(0);

/// 100 bought at 0.65 with a stop at 0.62, all filled and known. The others bid 0.64 and ask 0.66.
fn entered() -> Telling {
    let mut log = Telling::new();
    log.touch("0.64 0.66").signal(0, Some("0.62")).buy(0, 0, "100", "0.65").accept(0);
    log.fill(0, "100", "0.65").over(0, OrderEnd::Executed, "0");
    log.hold(0, guarded("100", "0.65", "0.62"), BeliefCause::EntryConfirmed);
    log
}

/// The market is decided, and pays for what is held at once.
fn settle(log: &mut Telling, result: MarketResult, held: &str, payout: &str, cash: &str) {
    status(log, MarketStatus::Closed);
    log.touch("- -");
    status(log, MarketStatus::Determined(result));
    status(log, MarketStatus::Finalized(result));
    let position = held.parse::<fillgap::units::Quantity>().unwrap();
    let position = fillgap::units::Position::of(fillgap::units::Side::Bid, position);
    let (payout, fee) = (dollars(payout), dollars("0"));
    log.truth(Truth::Settled { market: MARKET, position, payout, fee });
    let balance = dollars(cash);
    log.truth(Truth::Funds { balance, available: balance });
}

fn status(log: &mut Telling, status: MarketStatus) {
    log.truth(Truth::MarketStatus { market: MARKET, status });
}

/// At 40 s the market pays nothing for 100; the bot learns of it at 50 s. 100 times 10 s.
#[test]
fn a_settlement_opens_a_gap_that_the_bot_closes() {
    let mut log = entered();
    log.at("40");
    settle(&mut log, MarketResult::No, "100", "0", "9935");
    let settled = Holding { standing: Standing::Settled, ..guarded("0", "0.65", "0.62") };
    log.at("50").hold(0, settled, BeliefCause::Reconciled).end("70");
    let Report { measures, windows, stops, .. } = measure(&log.entries);
    let [window] = &windows[..] else { panic!("one window, found {windows:?}") };
    assert_eq!((window.opened_at_s, window.closed_at_s), (time("40"), time("50")));
    assert_eq!((window.opened_by, window.opened_by.name()), (GapCause::Settlement, "settlement"));
    assert_eq!(measures.gap_contract_seconds.to_string(), "1000");
    assert_eq!(measures.pnl_true_dollars, dollars("-65"));
    assert!(stops.is_empty());
}

/// The bid touches the stop at 10 s with 0.60: the ideal sells 100 for 60. Nothing is sold; what the
/// market pays at 40 s is what the stop's contracts brought.
#[test]
fn contracts_of_a_missed_stop_bring_what_the_market_pays() {
    let scalar = MarketResult::Scalar(price("0.25"));
    for (result, payout, cash, cost) in [
        (MarketResult::No, "0", "9935", "60"),
        (MarketResult::Yes, "100", "10035", "-40"),
        (scalar, "25", "9960", "35"),
    ] {
        let mut log = entered();
        log.at("10").touch("0.6 0.61").at("40");
        settle(&mut log, result, "100", payout, cash);
        // What others would pay for it later is of no matter.
        log.at("45").touch("0.9 0.91").end("70");
        let Report { measures, stops, .. } = measure(&log.entries);
        assert_eq!((stops.len(), measures.stops_missed), (1, 1), "{result:?}");
        assert_eq!(stops[0].ideal_proceeds_dollars, dollars("60"));
        assert_eq!(stops[0].sold_contracts, contracts("100"));
        assert_eq!(measures.stop_cost_dollars, dollars(cost), "{result:?}");
        assert_eq!(measures.unprotected_contract_seconds.to_string(), "0", "{result:?}");
    }
}

/// Of the 100, 40 are sold at 0.55 by the stop at 12 s, and 60 bring nothing: 60 - 22.
#[test]
fn only_what_is_left_brings_what_the_market_pays() {
    let mut log = entered();
    log.at("10").touch("0.6 0.61").at("12").touch("0.55 0.61").see("0.55 0.61");
    log.stop_out(1, 0, "100", "0.55").fill(1, "40", "0.55").over(1, OrderEnd::Canceled, "60");
    log.at("40");
    settle(&mut log, MarketResult::No, "60", "0", "9957");
    let Report { measures, stops, .. } = measure(&log.end("70").entries);
    assert_eq!((stops.len(), measures.stops_missed), (1, 0));
    assert_eq!(measures.stop_delay_seconds_longest, Some(seconds("2")));
    assert_eq!(measures.stop_cost_dollars, dollars("38"));
}

/// A market that is decided and has not paid is worth what it will pay, not what was last bid.
#[test]
fn a_decided_market_is_valued_at_its_result() {
    for (result, pnl) in [(MarketResult::No, "-65"), (MarketResult::Yes, "35")] {
        let mut log = entered();
        log.at("40");
        status(&mut log, MarketStatus::Closed);
        status(&mut log, MarketStatus::Determined(result));
        let report = measure(&log.end("70").entries);
        assert_eq!(report.measures.pnl_true_dollars, dollars(pnl), "{result:?}");
    }
}

/// Something that happens in a log.
type Change = fn(&mut Telling);

/// The bid falls to 0.60 at 10 s, in a pause that ends at 20 s. Nobody could have sold before.
#[test]
fn nobody_sells_in_a_pause() {
    let pauses: [(Change, Change); 3] = [
        (|log| status(log, MarketStatus::Inactive), |log| status(log, MarketStatus::Active)),
        (
            |log| {
                log.truth(Truth::ExchangeStatus(ExchangeStatus::TradingPaused));
            },
            |log| {
                log.truth(Truth::ExchangeStatus(ExchangeStatus::Active));
            },
        ),
        (
            |log| {
                log.truth(Truth::ExchangeStatus(ExchangeStatus::ExchangePaused));
            },
            |log| {
                log.truth(Truth::ExchangeStatus(ExchangeStatus::Active));
            },
        ),
    ];
    for (begin, end) in pauses {
        let mut log = entered();
        log.at("5");
        begin(&mut log);
        log.at("10").touch("0.6 0.61").at("20");
        end(&mut log);
        let report = measure(&log.end("70").entries);
        assert_eq!(report.stops.len(), 1);
        assert_eq!(report.stops[0].ideal_at_s, Some(time("20")));
        let mut log = entered();
        log.at("5");
        begin(&mut log);
        assert!(measure(&log.at("10").touch("0.6 0.61").end("70").entries).stops.is_empty());
    }
}

/// A dollar that came back is cash that belongs to the position: 100 cost 65, are worth 64 at the bid,
/// and a dollar of that is in the cash already.
#[test]
fn returned_collateral_is_no_profit() {
    let mut log = entered();
    let (event, balance) = (EventId::new(0), dollars("9936"));
    log.at("5").truth(Truth::CollateralReturned { event, amount: dollars("1") });
    log.truth(Truth::Funds { balance, available: balance });
    assert_eq!(measure(&log.end("70").entries).measures.pnl_true_dollars, dollars("-1"));
}

/// What happens at 5 s, and how it is told, briefly and in full.
#[test]
fn each_step_of_a_venue_is_told() {
    let event = EventId::new(0);
    let scalar = MarketResult::Scalar(price("0.25"));
    let of_market = |status| Truth::MarketStatus { market: MARKET, status };
    for (truth, line) in [
        (of_market(MarketStatus::Inactive), "the market is inactive"),
        (
            of_market(MarketStatus::Determined(scalar)),
            "the market is determined: YES is worth 0.25",
        ),
        (
            of_market(MarketStatus::Disputed(MarketResult::No)),
            "the market is disputed: YES is worth 0.00",
        ),
        (
            Truth::CloseMoved { market: MARKET, closes_at: time("30") },
            "the market's close is moved to 30 s",
        ),
        (
            Truth::LevelsRefined { market: MARKET, levels: 999 },
            "the market trades at finer prices, 999 of them",
        ),
        (Truth::FeesDue { market: MARKET }, "the market's fees are no longer waived"),
        (
            Truth::CollateralReturned { event, amount: dollars("1") },
            "1.00 of collateral for event 0 is returned",
        ),
        (
            Truth::CollateralReturned { event, amount: dollars("-1") },
            "1.00 of collateral for event 0 is taken back",
        ),
        (
            Truth::ExchangeStatus(ExchangeStatus::TradingPaused),
            "the exchange pauses trading: orders can only be canceled",
        ),
        (
            Truth::ExchangeStatus(ExchangeStatus::ExchangePaused),
            "the exchange pauses: nothing can be changed",
        ),
        (Truth::ExchangeStatus(ExchangeStatus::Active), "the exchange trades again"),
    ] {
        for detail in [Detail::Brief, Detail::Full] {
            let mut log = entered();
            log.at("5").truth(truth).end("70");
            let rows = story(&log.entries, detail);
            let told: Vec<_> = rows.iter().filter(|row| row.time == time("5")).collect();
            assert_eq!(told.len(), 1, "{truth:?}");
            assert_eq!(told[0].lines, [line], "{truth:?}");
        }
    }
}
