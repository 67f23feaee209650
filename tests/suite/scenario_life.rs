//! The rules of markets, events and accounts in a scenario: each key reaches what it is for.

use std::path::Path;

use fillgap::exchange::EventNetting;
use fillgap::experiment::{MeasuredRun, differences};
use fillgap::kernel::Stamped;
use fillgap::market::{
    CollateralReturn, EarlyClose, EventRules, ExchangeStatus, LifeStep, MarketResult, MarketRules,
    PositionLimit, PriceLevelLabel, PriceLevelStructure,
};
use fillgap::measure::{Measures, measure};
use fillgap::protocol::record::{Record, Truth};
use fillgap::scenario::{MarketChange, Scenario, VenueChange, VenueStep};
use fillgap::units::{EventId, MarketId, SimDuration, SimTime};
use fillgap::world::RunOutput;

use crate::runs::{self, measured, run};

const PLAIN: &str = include_str!("../fixtures/plain.toml");
const TICKER: &str = "ticker = \"KXDEMO-26NOV22-T50\"\n";

fn scenario(text: &str) -> Scenario {
    let read = Scenario::of_text(Path::new("tests/fixtures/read.toml"), text, &[]);
    read.unwrap_or_else(|errors| panic!("{errors}"))
}

/// The plain scenario with more keys of its market, and whatever follows them.
fn with(keys: &str) -> Scenario {
    scenario(&PLAIN.replacen(TICKER, &format!("{TICKER}{keys}\n"), 1))
}

fn at(s: u64) -> SimTime {
    SimTime::START + SimDuration::from_s(s)
}

/// One key a line; everything else stays as it is.
#[test]
fn each_key_of_a_market_reaches_its_rule() {
    let plain = MarketRules::default;
    for (keys, expected) in [
        ("", plain()),
        ("opens_at_s = 5", MarketRules { opens_at: Some(at(5)), ..plain() }),
        ("closes_at_s = 90", MarketRules { closes_at: Some(at(90)), ..plain() }),
        ("early_close = \"never\"", MarketRules { early_close: EarlyClose::Never, ..plain() }),
        (
            "settlement_timer_s = 60",
            MarketRules { settlement_timer: Some(SimDuration::from_s(60)), ..plain() },
        ),
        (
            "position_limit_contracts = 10",
            MarketRules {
                position_limit: Some(PositionLimit::Contracts("10".parse().unwrap())),
                ..plain()
            },
        ),
        (
            "position_limit_dollars = 2.5",
            MarketRules {
                position_limit: Some(PositionLimit::Risk("2.5".parse().unwrap())),
                ..plain()
            },
        ),
        ("fees_waived_until_s = 7", MarketRules { fees_waived_until: Some(at(7)), ..plain() }),
    ] {
        let read = with(keys);
        assert_eq!(read.venue.markets, [expected], "{keys}");
        assert_eq!((read.venue.events, read.venue.steps), (vec![], vec![]), "{keys}");
        // What is resolved reads as the same.
        let venue = with(keys).venue;
        assert_eq!(scenario(with(keys).resolved()).venue, venue, "{keys}");
    }
}

#[test]
fn steps_are_taken_in_the_order_of_time_and_the_exchange_comes_first() {
    let read = with(
        r#"
        step = [
            { at_s = 10, kind = "deactivate" },
            { at_s = 20, kind = "activate" },
            { at_s = 20, kind = "move_close", closes_at_s = 50 },
            { at_s = 20, kind = "refine_prices", price_levels = "deci_cent" },
            { at_s = 30, kind = "close" },
            { at_s = 31, kind = "determine", result = "yes" },
            { at_s = 32, kind = "dispute" },
            { at_s = 33, kind = "uphold" },
            { at_s = 34, kind = "dispute" },
            { at_s = 35, kind = "amend", result = "scalar", value_dollars = 0.25 },
            { at_s = 36, kind = "settle" },
        ]

        [[exchange.status]]
        at_s = 40
        becomes = "active"

        [[exchange.status]]
        at_s = 20
        becomes = "trading_paused"
        "#,
    );
    let step = |step| VenueChange::Market(MarketId::new(0), MarketChange::Step(step));
    let of_market = |change| VenueChange::Market(MarketId::new(0), change);
    let tenths = PriceLevelStructure::of_label(PriceLevelLabel::DeciCent);
    let quarter = MarketResult::Scalar("0.25".parse().unwrap());
    let expected = [
        (10, step(LifeStep::Deactivate)),
        (20, VenueChange::Exchange(ExchangeStatus::TradingPaused)),
        (20, step(LifeStep::Activate)),
        (20, of_market(MarketChange::MoveClose(at(50)))),
        (20, of_market(MarketChange::Refine(tenths))),
        (30, step(LifeStep::Close)),
        (31, step(LifeStep::Determine(MarketResult::Yes))),
        (32, step(LifeStep::Dispute)),
        (33, step(LifeStep::Uphold)),
        (34, step(LifeStep::Dispute)),
        (35, step(LifeStep::Amend(quarter))),
        (36, step(LifeStep::Settle)),
        (40, VenueChange::Exchange(ExchangeStatus::Active)),
    ];
    let expected = expected.map(|(s, change)| VenueStep { at: at(s), change });
    assert_eq!(read.venue.steps, expected);
    assert_eq!(scenario(read.resolved()).venue, read.venue);
}

/// Events are numbered as markets name them first; an account is told apart by engine.
#[test]
fn events_and_accounts_say_what_is_returned() {
    let events = "\n[[event]]\nticker = \"KXDEMO-26NOV22\"\ncollateral_return = \"mecnet\"\n";
    let read = with(events);
    let rules = EventRules { collateral_return: CollateralReturn::MutuallyExclusive };
    assert_eq!(read.venue.events, [(EventId::new(0), rules)]);
    assert!(read.engines.iter().all(|engine| engine.netting == EventNetting::Off));

    let two = PLAIN.replace("name = \"wait\"\n", "name = \"wait\"\ncollateral_return = \"on\"\n");
    let read = scenario(&two);
    let netting: Vec<_> = read.engines.iter().map(|engine| engine.netting).collect();
    assert_eq!(netting, [EventNetting::Off, EventNetting::On]);

    // Two events: the second market's is number 1.
    let markets = "\n[[market]]\nticker = \"KXOTHER-26NOV22-T1\"\n\n[[event]]\nticker = \"KXOTHER-26NOV22\"\n";
    let named = PLAIN.replace("at_s = 0\n", "at_s = 0\nmarket = \"KXDEMO-26NOV22-T50\"\n");
    let read = scenario(&named.replacen(TICKER, &format!("{TICKER}{markets}"), 1));
    assert_eq!(read.venue.events, [(EventId::new(1), EventRules::default())]);
    assert_eq!(read.venue.markets.len(), 2);
}

/// The bot buys 50 at 0.65 at 0 s, which somebody offers: fee 0.07*50*0.65*0.35 = 0.79625, rounded with
/// the balance to 0.7963. Each line says what a key does to that.
#[test]
fn the_keys_reach_the_exchange_of_a_run() {
    let filled = |measures: &Measures| measures.final_position_true_contracts.to_string();
    let fees = |measures: &Measures| measures.fees_dollars.to_string();
    for (keys, position, paid) in [
        ("", "50", "0.7963"),
        ("fees_waived_until_s = 1", "50", "0.00"),
        // The offer is taken when the bot's 100 may rest, 0.65 each: not with less than 65 at risk.
        ("position_limit_contracts = 99", "0", "0.00"),
        ("position_limit_contracts = 100", "50", "0.7963"),
        ("position_limit_dollars = 64", "0", "0.00"),
        ("opens_at_s = 1", "0", "0.00"),
        ("step = [{ at_s = 0, kind = \"deactivate\" }]", "0", "0.00"),
        ("[[exchange.status]]\nat_s = 0\nbecomes = \"trading_paused\"", "0", "0.00"),
        ("[[exchange.status]]\nat_s = 1\nbecomes = \"exchange_paused\"", "50", "0.7963"),
        (
            "closes_at_s = 10\nsettlement_timer_s = 1\nstep = [{ at_s = 20, kind = \"determine\", result = \"no\" }]",
            "0",
            "0.7963",
        ),
    ] {
        let measures = measured(&with(keys), "immediate");
        assert_eq!(
            (filled(&measures), fees(&measures)),
            (position.to_owned(), paid.to_owned()),
            "{keys}"
        );
    }
}

/// One market of the story below: 50 of 100 fill at 5 s, the rest expires at 6 s, the bid falls through
/// the stop at 12 s. The markets' names differ by their numbers.
fn oversold(number: u32) -> (String, String, String) {
    let market = format!("market = \"KXDEMO-26NOV22-T{number}\"");
    let order = |at_s: u32, more: &str| format!("{{ at_s = {at_s}, {market}, {more} }},\n");
    let quote = |side: &str, price: &str| {
        format!("side = \"{side}\", price_dollars = {price}, quantity_contracts = 500")
    };
    let orders = [
        order(0, &format!("{}, label = \"bid{number}\"", quote("bid", "0.64"))),
        order(0, &quote("bid", "0.58")),
        order(0, &quote("ask", "0.66")),
        order(
            5,
            "side = \"ask\", price_dollars = 0.65, quantity_contracts = 50, \
             time_in_force = \"immediate_or_cancel\"",
        ),
    ];
    let cancel = format!("{{ at_s = 12, label = \"bid{number}\" }},\n");
    let signal = order(0, "quantity_contracts = 100, price_dollars = 0.65, stop_dollars = 0.60");
    (orders.concat(), cancel, signal)
}

/// In two markets of one event `immediate` sells 100 at its stop where 50 are held: 50 NO in each at
/// 20 s, of which 50 are certain to pay a dollar. That is cash for one engine and not for the other,
/// and no profit for either.
#[test]
fn collateral_comes_back_in_a_run() {
    let [(orders, cancels, signals), (more_orders, more_cancels, more_signals)] =
        [50, 60].map(oversold);
    let text = format!(
        r#"
        title = "Oversold twice"
        ends_at_s = 25

        [[market]]
        ticker = "KXDEMO-26NOV22-T50"

        [[market]]
        ticker = "KXDEMO-26NOV22-T60"

        [[event]]
        ticker = "KXDEMO-26NOV22"
        collateral_return = "mecnet"

        [flow]
        kind = "scripted"
        order = [{orders}{more_orders}]
        cancel = [{cancels}{more_cancels}]

        [bot.order]
        expires_after_s = 6

        [bot.strategy]
        kind = "scheduled"
        signal = [{signals}{more_signals}]

        [[engine]]
        name = "without"
        entry = {{ kind = "immediate" }}

        [[engine]]
        name = "with"
        entry = {{ kind = "immediate" }}
        collateral_return = "on"
        "#
    );
    let scenario = scenario(&text);
    let returned = |engine: &str| -> Vec<(SimTime, String)> {
        let output = run(&scenario, engine);
        let amount = |entry: &Stamped<Record>| match entry.record {
            Record::Truth(Truth::CollateralReturned { amount, .. }) => {
                Some((entry.time, amount.to_string()))
            }
            _ => None,
        };
        output.log.entries().iter().filter_map(amount).collect()
    };
    assert_eq!(returned("without"), []);
    assert_eq!(returned("with"), [(at(20), "50.00".to_owned())]);
    let [without, with] = ["without", "with"].map(|engine| measured(&scenario, engine));
    assert_eq!(with.final_position_true_contracts.to_string(), "-100");
    assert_eq!(with, without);
}

/// The scenarios of a pause and of a settlement, each engine against what its file derives by hand.
#[test]
fn the_lives_that_ship_go_as_their_files_say() {
    for file in ["market-pauses.toml", "market-settles.toml"] {
        let scenario = runs::scenario(file, &[]);
        assert_eq!(scenario.expectations.len(), scenario.engines.len(), "{file}");
        for expectation in &scenario.expectations {
            let RunOutput { log, digest, .. } = run(&scenario, &expectation.engine);
            let report = measure(log.entries());
            let found = differences(expectation, &MeasuredRun { log, digest, report });
            assert!(found.is_empty(), "{file} {}: {found:?}", expectation.engine);
        }
    }
}
