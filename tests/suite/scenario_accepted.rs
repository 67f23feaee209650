//! What the reader accepts runs to its end: lives of markets under any rules, and the largest amounts.

use std::fmt::Write as _;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::select;

use fillgap::protocol::record::RunEnd;
use fillgap::scenario::{Scenario, ScenarioErrors};
use fillgap::world::run_one;

use crate::runs;

fn read(text: &str) -> Result<Scenario, ScenarioErrors> {
    Scenario::of_text(Path::new("tests/fixtures/read.toml"), text, &[])
}

/// Two markets of an event, a bot that buys and is filled in the first, and others who trade in both.
fn text(exchange: &str, event: &str, markets: &[String; 2], steps: &[String; 2]) -> String {
    let market = |number: usize| {
        let (keys, steps) = (&markets[number], &steps[number]);
        format!("[[market]]\nticker = \"KXDEMO-26NOV22-T{number}\"\n{keys}step = [\n{steps}]\n")
    };
    let order = |at: u32, number: u32, side: &str, price: &str| {
        format!(
            "{{ at_s = {at}, market = \"KXDEMO-26NOV22-T{number}\", account = \"{side}er\", \
             side = \"{side}\", price_dollars = {price}, quantity_contracts = 60 }},\n"
        )
    };
    let orders = [0, 3, 9, 17, 25].map(|at| {
        [0, 1]
            .map(|number| order(at, number, "ask", "0.60") + &order(at + 1, number, "bid", "0.60"))
    });
    format!(
        r#"
        title = "Lives"
        ends_at_s = 40

        {exchange}
        {first}
        {second}
        [[event]]
        ticker = "KXDEMO-26NOV22"
        collateral_return = "{event}"

        [flow]
        kind = "scripted"
        order = [{orders}]

        [bot]
        collateral_return = "on"

        [bot.strategy]
        kind = "scheduled"
        signal = [
            {{ at_s = 0, market = "KXDEMO-26NOV22-T0", quantity_contracts = 20, price_dollars = 0.60, stop_dollars = 0.40 }},
            {{ at_s = 9, market = "KXDEMO-26NOV22-T1", quantity_contracts = 20, price_dollars = 0.60 }},
        ]

        [[engine]]
        name = "immediate"
        entry = {{ kind = "immediate" }}
        "#,
        first = market(0),
        second = market(1),
        orders = orders.concat().concat(),
    )
}

/// `[exchange]` with any rules for lives, and up to two pauses.
fn exchange() -> impl Strategy<Value = String> {
    let rules = (
        select(vec!["gone_before", "still_there"]),
        select(vec!["during", "at_the_end"]),
        select(vec!["allowed", "refused"]),
        select(vec!["cancels_on_pause", "keeps_all"]),
        select(vec![0, 1, 4]),
        select(vec!["starts_anew", "goes_on"]),
        select(vec!["stay", "canceled"]),
    );
    let word = select(vec!["active", "trading_paused", "exchange_paused"]);
    let statuses = prop::collection::vec((0_u32..40, word), 0..3);
    (rules, statuses).prop_map(|((instant, paused, removal, pause, after, timer, refined), statuses)| {
        let mut text = format!(
            "[exchange.life]\nexpiry_instant = \"{instant}\"\npaused_expiry = \"{paused}\"\n\
             inactive_removal = \"{removal}\"\nmarket_pause = \"{pause}\"\nclose_cancels_after_s = {after}\n\
             settlement_timer = \"{timer}\"\nrefined_orders = \"{refined}\"\n"
        );
        for (at, becomes) in statuses {
            writeln!(text, "[[exchange.status]]\nat_s = {at}\nbecomes = \"{becomes}\"").unwrap();
        }
        text
    })
}

/// What is fixed about a market.
fn market() -> impl Strategy<Value = String> {
    let second = || prop::option::weighted(0.3, 0_u32..30);
    (second(), second(), prop::option::of(0_u32..8), select(vec!["allowed", "never"])).prop_map(
        |(opens, closes, timer, early)| {
            let mut text = format!("early_close = \"{early}\"\n");
            for (key, value) in
                [("opens_at_s", opens), ("closes_at_s", closes), ("settlement_timer_s", timer)]
            {
                if let Some(value) = value {
                    writeln!(text, "{key} = {value}").unwrap();
                }
            }
            text
        },
    )
}

/// What may happen to a market after what happened last: mostly what follows, unless it moved on by itself.
fn followers(last: &str) -> &'static [&'static str] {
    match last {
        "close" => &[
            "\"determine\", result = \"yes\"",
            "\"determine\", result = \"no\"",
            "\"determine\", result = \"scalar\", value_dollars = 0.4",
            "\"activate\"",
        ],
        "determine" | "uphold" => &["\"dispute\"", "\"dispute\"", "\"settle\""],
        "dispute" => &["\"uphold\"", "\"amend\", result = \"no\"", "\"amend\", result = \"yes\""],
        "amend" => &["\"settle\"", "\"dispute\""],
        "deactivate" => &["\"activate\"", "\"close\"", "\"determine\", result = \"no\""],
        _ => &[
            "\"close\"",
            "\"close\"",
            "\"deactivate\"",
            "\"activate\"",
            "\"determine\", result = \"yes\"",
            "\"move_close\", closes_at_s = 21",
            "\"refine_prices\", price_levels = \"deci_cent\"",
        ],
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// A life grows by the steps that are accepted after those before. The run that comes of it ends when
    /// the scenario says, with every invariant watched.
    #[test]
    fn every_life_that_is_accepted_is_lived(
        exchange in exchange(),
        event in select(vec!["none", "mecnet"]),
        markets in [market(), market()],
        steps in prop::collection::vec((0_usize..2, 0_u32..5, any::<prop::sample::Index>()), 0..24),
    ) {
        let mut taken = [String::new(), String::new()];
        let mut last = [(0, "open"), (0, "open")];
        let Ok(mut scenario) = read(&text(&exchange, event, &markets, &taken)) else {
            // A close that is not after the opening.
            return Ok(());
        };
        for (number, after, choice) in steps {
            let (before, step) = last[number];
            let (at, kind) = (before + after, *choice.get(followers(step)));
            let mut tried = taken.clone();
            writeln!(tried[number], "{{ at_s = {at}, kind = {kind} }},").unwrap();
            if let Ok(accepted) = read(&text(&exchange, event, &markets, &tried)) {
                (scenario, taken) = (accepted, tried);
                last[number] = (at, kind.split('"').nth(1).unwrap());
            }
        }
        let run = run_one(&scenario, &scenario.engines[0], 1);
        prop_assert_eq!(run.map(|output| output.end).map_err(|error| error.to_string()), Ok(RunEnd::Horizon));
    }
}

/// Two accounts trade the most that one order may be for, again and again: with 1,000 orders the flow is
/// full. 500 matches of 100,000,000 contracts put 50,000 million dollars into the pool, at fees of ten times
/// the usual. The market pays them, every invariant holds, and one order of 0.01 more is refused.
#[test]
fn the_largest_flow_runs_to_its_end() {
    let mut orders = String::new();
    for match_number in 0..500 {
        for (account, side) in [("left", "bid"), ("right", "ask")] {
            writeln!(
                orders,
                "{{ at_s = {match_number}, account = \"{account}\", side = \"{side}\", \
                 price_dollars = 0.5, quantity_contracts = 100000000 }},"
            )
            .unwrap();
        }
    }
    let scenario = |more: &str| {
        read(&format!(
            "title = \"Large\"\nends_at_s = 600\n\
             [[market]]\nticker = \"KXDEMO-26NOV22-T50\"\nfees.multiplier = 10\n\
             step = [{{ at_s = 550, kind = \"close\" }},\n\
             {{ at_s = 560, kind = \"determine\", result = \"yes\" }},\n\
             {{ at_s = 570, kind = \"settle\" }}]\n\
             [flow]\nkind = \"scripted\"\norder = [\n{orders}{more}]\n\
             [bot.strategy]\nkind = \"scheduled\"\nsignal = []\n\
             [[engine]]\nname = \"immediate\"\nentry = {{ kind = \"immediate\" }}\n"
        ))
    };
    let full = scenario("").unwrap_or_else(|errors| panic!("{errors}"));
    let output = runs::run(&full, "immediate");
    assert_eq!(output.end, RunEnd::Horizon);
    let more = "{ at_s = 600, side = \"bid\", price_dollars = 0.5, quantity_contracts = 0.01 }";
    let errors = scenario(more).unwrap_err();
    let found: Vec<String> = errors.errors().iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    let expected = "flow.order.1000.quantity_contracts: found 0.01, allowed are 100000000000 contracts \
                    at most in all orders together";
    assert!(found[0].ends_with(expected), "{found:?}");
}
