//! Exposure limits.

use fillgap::bot::{BotSettings, LimitSettings, Ratio, ScheduledSignal};
use fillgap::protocol::Endpoint;
use fillgap::protocol::record::{Decision, Record};
use fillgap::units::MarketId;

use super::world::{
    Action, MARKET, Run, SISTER, STRANGER, Script, buyer, contracts, price, signal,
};

/// A wish at 0.50 without stop.
fn wish(when: &str, market: MarketId, quantity: &str) -> ScheduledSignal {
    let (quantity, limit_price) = (contracts(quantity), price("0.50"));
    ScheduledSignal { market, quantity, limit_price, stop: None, ..signal(when) }
}

fn checks(run: &Run) -> Vec<String> {
    run.lines(|record| match record {
        Record::Decision(Decision::Limit {
            signal, rule, believed, added, limit, verdict, ..
        }) => Some(format!("{signal} {rule:?}: {believed} + {added} of {limit} {verdict:?}")),
        _ => None,
    })
}

fn without_event_limit(signals: Vec<ScheduledSignal>) -> BotSettings {
    let event_share = Ratio::from_decimal(1.into()).unwrap();
    let limits = LimitSettings { event_share, ..LimitSettings::default() };
    BotSettings { limits, ..buyer(signals) }
}

/// 4,600 at 0.50 are 2,300 of 3,000. Then 7,700 of cash make a limit of 2,310: 10.00 more reach it,
/// which is allowed; 10.005 and 50 pass it.
#[test]
fn the_total_limit_is_a_share_of_what_cash_is_left_and_may_be_reached() {
    for (quantity, verdict) in [
        ("20", "2300.00 + 10.00 of 2310.00 Accepted"),
        ("20.01", "2300.00 + 10.005 of 2310.00 Refused"),
        ("100", "2300.00 + 50.00 of 2310.00 Refused"),
    ] {
        let signals = vec![wish("0", MARKET, "4600"), wish("15", STRANGER, quantity)];
        let script = Script::default().act("5", Action::Cash("7700"));
        let run = script.run(&without_event_limit(signals), "20");
        let checks = checks(&run);
        assert_eq!(checks[0], "0 0 TotalExposure: 0.00 + 2300.00 of 3000.00 Accepted");
        assert_eq!(checks[2], format!("20 1 TotalExposure: {verdict}"));
        let refused = verdict.ends_with("Refused");
        // A refusal by the first rule ends the check.
        assert_eq!(checks.len(), if refused { 3 } else { 4 }, "{quantity}");
        assert_eq!(run.orders().len(), if refused { 1 } else { 2 }, "{quantity}");
        if refused {
            assert_eq!(run.entries_done()[1], "20 signal 1 NotSent 0");
        }
    }
}

/// 10 % of 10,000 per event. MARKET and SISTER are of one event, STRANGER is of another.
#[test]
fn the_event_limit_sums_over_the_markets_of_one_event() {
    let signals = vec![
        wish("0", MARKET, "1000"),
        wish("0", SISTER, "1000"),
        wish("0", SISTER, "1"),
        wish("0", STRANGER, "2000"),
    ];
    let run = Script::default().run(&buyer(signals), "0");
    assert_eq!(
        checks(&run),
        [
            "0 0 TotalExposure: 0.00 + 500.00 of 3000.00 Accepted",
            "0 0 EventExposure: 0.00 + 500.00 of 1000.00 Accepted",
            "0 1 TotalExposure: 500.00 + 500.00 of 3000.00 Accepted",
            "0 1 EventExposure: 500.00 + 500.00 of 1000.00 Accepted",
            "0 2 TotalExposure: 1000.00 + 0.50 of 3000.00 Accepted",
            "0 2 EventExposure: 1000.00 + 0.50 of 1000.00 Refused",
            "0 3 TotalExposure: 1000.00 + 1000.00 of 3000.00 Accepted",
            "0 3 EventExposure: 0.00 + 1000.00 of 1000.00 Accepted",
        ]
    );
}

/// Passes at 0, 10, 20, ... A balance read at 0 is used until just before 10; at 10 it is as old as
/// the cache allows and read again.
#[test]
fn the_balance_is_read_again_after_ten_seconds() {
    let signals = ["0", "0", "10", "20"].map(|when| wish(when, MARKET, "10")).to_vec();
    let run = Script::default().run(&buyer(signals), "30");
    assert_eq!(run.orders().len(), 4);
    assert_eq!(run.reads(Endpoint::Balance), ["0", "10", "20"]);
}

/// An account with 40 dollars whose balance can not be read is taken for one with 10,000, until
/// the next read, at 10, works.
#[test]
fn a_balance_that_can_not_be_read_is_taken_for_the_fallback() {
    let script = Script::default()
        .act("0", Action::Cash("40"))
        .act("0", Action::Break(Endpoint::Balance))
        .act("1", Action::Mend(Endpoint::Balance));
    let signals = vec![wish("0", MARKET, "100"), wish("10", MARKET, "100")];
    let run = script.run(&buyer(signals), "10");
    assert_eq!(
        checks(&run),
        [
            "0 0 TotalExposure: 0.00 + 50.00 of 3000.00 Accepted",
            "0 0 EventExposure: 0.00 + 50.00 of 1000.00 Accepted",
            "10 1 TotalExposure: 50.00 + 50.00 of 12.00 Refused",
        ]
    );
}
