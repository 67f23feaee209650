//! What the oracle counts of its own entry orders, over a link that loses, doubles and refuses them.

use std::path::Path;

use fillgap::protocol::record::{Decision, LimitRule, Record};
use fillgap::scenario::{Scenario, SetValue};
use fillgap::world::run_one;

/// Two signals of 100 at 0.50, 20 s apart, under a cap of 110. At 5, somebody sells 30 at 0.50. The
/// exposure may be a hundred times the cash, so that it is checked but refuses nothing.
const TWO_SIGNALS: &str = r#"
title = "Two signals"
ends_at_s = 40

[[market]]
ticker = "KXDEMO-26NOV22-T50"

[flow]
kind = "scripted"

[[flow.order]]
at_s = 5
side = "ask"
price_dollars = 0.50
quantity_contracts = 30
time_in_force = "immediate_or_cancel"

[bot]
cash_dollars = 10000

[bot.limits]
total_share = 2
event_share = 2

[bot.strategy]
kind = "scheduled"

[[bot.strategy.signal]]
at_s = 0
quantity_contracts = 100
price_dollars = 0.50

[[bot.strategy.signal]]
at_s = 20
quantity_contracts = 100
price_dollars = 0.50

[[engine]]
name = "ORACLE"
preset = "ORACLE"
"#;

/// What the second signal meets: the exposure, the contracts that count as live, and how many are
/// let be sent.
fn second_signal(sets: &[&str]) -> String {
    let sets: Vec<SetValue> = sets.iter().map(|set| set.parse().unwrap()).collect();
    let scenario = Scenario::of_text(Path::new("two.toml"), TWO_SIGNALS, &sets);
    let scenario = scenario.unwrap_or_else(|errors| panic!("{errors}"));
    let output = run_one(&scenario, &scenario.engines[0], 1);
    let log = output.unwrap_or_else(|error| panic!("{error}")).log;
    let words = log.entries().iter().filter_map(|entry| match entry.record {
        Record::Decision(Decision::Limit {
            signal: 1,
            rule: LimitRule::EventExposure,
            believed,
            ..
        }) => Some(believed.to_string()),
        Record::Decision(Decision::LiveCap { signal: 1, live, allowed, .. }) => {
            Some(format!("{live} {allowed}"))
        }
        _ => None,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The order of the first signal holds 30 and has 70 left at 20, each worth 0.50, if it was taken
/// and nothing else became of it. An answer changes nothing: the truth does.
#[test]
fn an_entry_counts_with_its_worst_for_as_long_as_it_may_exist_and_no_longer() {
    const REQUEST_LOST: &str = "link.faults.order_entry.request.loss_ppm=1000000";
    const REQUEST_TWICE: &str = "link.faults.order_entry.request.duplication_ppm=1000000";
    const ANSWER_LOST: &str = "link.faults.order_entry.reply.loss_ppm=1000000";
    const REFUSED_503: &str = "link.faults.order_entry.refused_503_ppm=1000000";
    const REFUSED_429: &str = "link.faults.order_entry.refused_429_ppm=1000000";
    const MASKED_503: &str = "link.faults.order_entry.masked_503_ppm=1000000";
    const NOBODY_SELLS: &str = "flow.order.0.price_dollars=0.51";
    const EXPIRES: &str = "bot.order.expires_after_s=10";
    const AT_ONCE: &str = "bot.order.time_in_force=immediate_or_cancel";
    const ALL_AT_ONCE: &str = "bot.order.time_in_force=fill_or_kill";
    const POOR: &str = "bot.cash_dollars=40";
    for (sets, found) in [
        // Taken: held and working together are 100, of which 10 more fit under the cap.
        (&[][..], "50.00 100 10"),
        (&[NOBODY_SELLS], "50.00 100 10"),
        (&[ANSWER_LOST], "50.00 100 10"),
        (&[MASKED_503], "50.00 100 10"),
        (&[REQUEST_TWICE], "50.00 100 10"),
        // Over: what filled counts, the rest does not.
        (&[EXPIRES], "15.00 30 80"),
        (&[EXPIRES, NOBODY_SELLS], "0.00 0 100"),
        (&[EXPIRES, ANSWER_LOST], "15.00 30 80"),
        (&[AT_ONCE], "0.00 0 100"),
        // Never taken: by the exchange, which asks for 50 dollars or for 100 contracts, by its door,
        // or because no request arrived.
        (&[POOR], "0.00 0 100"),
        (&[POOR, ANSWER_LOST], "0.00 0 100"),
        (&[POOR, REQUEST_TWICE], "0.00 0 100"),
        (&[ALL_AT_ONCE], "0.00 0 100"),
        (&[REFUSED_503], "0.00 0 100"),
        (&[REFUSED_429], "0.00 0 100"),
        (&[REFUSED_503, REQUEST_TWICE], "0.00 0 100"),
        (&[REQUEST_LOST], "0.00 0 100"),
    ] {
        assert_eq!(second_signal(sets), found, "{sets:?}");
    }
}

/// The request takes 30 s, the bot gives up after 10: at 20 the order may still arrive.
#[test]
fn an_entry_that_was_given_up_on_counts_while_it_may_still_arrive() {
    let slow = "link.order_entry.request={ kind = \"constant\", latency_ms = 30000 }";
    assert_eq!(second_signal(&[slow]), "50.00 100 10");
}
