//! What the strategies ask for.

use std::collections::BTreeMap;

use fillgap::bot::{
    self, BotSettings, LoopSettings, Period, PeriodicSignals, QuantityRange, ScheduledSignal,
    SingleLoopSettings, StrategySettings,
};
use fillgap::kernel::{Clock, Executor, Log, Streams};
use fillgap::link::Gateway;
use fillgap::protocol::record::{Decision, Record};

use super::world::{Action, MARKET, Run, Script, at, buyer, contracts, seconds, signal};

fn every(period: &str) -> Period {
    Period::new(seconds(period)).unwrap()
}

/// A wish every 7 s from 3 on, of 1 to 1000 contracts; passes are `sleep` apart.
fn periodic(sleep: &str) -> BotSettings {
    let strategy = StrategySettings::Periodic(PeriodicSignals {
        market: MARKET,
        first_at: at("3"),
        every: every("7"),
        quantity: QuantityRange::new(1, 1000).unwrap(),
        stop_below_cents: Some(5),
        target_above_cents: Some(10),
    });
    let sleeps = SingleLoopSettings {
        sleep_with_positions: every(sleep),
        sleep_when_empty: every(sleep),
        ..SingleLoopSettings::default()
    };
    BotSettings { strategy, loop_model: LoopSettings::Single(sleeps), ..BotSettings::default() }
}

fn signals(run: &Run) -> Vec<String> {
    run.lines(|record| match record {
        Record::Decision(Decision::Signal { signal, limit_price, stop, target, due, .. }) => {
            let level = |level: &Option<_>| {
                level.map_or("none".to_owned(), |price: fillgap::units::Price| price.to_string())
            };
            let (stop, target) = (level(stop), level(target));
            Some(format!("{signal} due {due} at {limit_price}, stop {stop}, target {target}"))
        }
        _ => None,
    })
}

fn quantities(run: &Run) -> BTreeMap<u32, fillgap::units::Quantity> {
    let signals = run.entries.iter().filter_map(|entry| match entry.record {
        Record::Decision(Decision::Signal { signal, quantity, .. }) => Some((signal, quantity)),
        _ => None,
    });
    signals.collect()
}

/// Due at 3, 10, 17, 24: with passes every 10 s the first two are noticed at 10, the next at 20
/// and 30, each at the ask of that moment.
#[test]
fn periodic_signals_are_noticed_in_passes_at_the_ask_of_the_feed() {
    let script = Script::default()
        .act("1", Action::Feed(Some("0.60"), Some("0.65")))
        .act("12", Action::Feed(Some("0.64"), Some("0.66")));
    let run = script.run(&periodic("10"), "30");
    assert_eq!(
        signals(&run),
        [
            "10 0 due 3 at 0.65, stop 0.60, target 0.75",
            "10 1 due 10 at 0.65, stop 0.60, target 0.75",
            "20 2 due 17 at 0.66, stop 0.61, target 0.76",
            "30 3 due 24 at 0.66, stop 0.61, target 0.76",
        ]
    );
}

/// The size belongs to the signal's number: bots that look at other times, or that skip signals
/// for want of a price, ask for the same sizes.
#[test]
fn sizes_do_not_depend_on_when_signals_are_noticed() {
    let early = Script::default().act("1", Action::Feed(None, Some("0.01")));
    let late = Script::default().act("31", Action::Feed(None, Some("0.01")));
    let base = quantities(&early.run(&periodic("10"), "700"));
    assert_eq!(base.len(), 100);
    assert_eq!(base, quantities(&early.run(&periodic("3"), "699")));
    let skipping = quantities(&late.run(&periodic("10"), "700"));
    // Due at 3, 10, 17, 24: noticed by 30, without a price.
    assert_eq!(skipping.keys().next(), Some(&4));
    assert!(skipping.iter().all(|(number, quantity)| base[number] == *quantity));
    // Whole contracts, spread over the range: of 100 draws from 1 to 1000 the chance that none is
    // in a given tenth is below 3 in 100,000.
    assert!(base.values().all(|quantity| quantity.hundredths() % 100 == 0));
    assert!(base.values().all(|quantity| (100..=100_000).contains(&quantity.hundredths())));
    for tenth in 0..10 {
        let range = tenth * 10_000 + 100..(tenth + 1) * 10_000 + 100;
        let inside = base.values().filter(|quantity| range.contains(&quantity.hundredths()));
        assert!(inside.count() > 0, "{range:?}");
    }
}

#[test]
fn a_signal_without_a_usable_ask_is_not_sent() {
    for (ask, usable) in [
        (None, false),
        (Some("0.0099"), false),
        (Some("0.01"), true),
        (Some("0.99"), true),
        (Some("0.9901"), false),
    ] {
        let script = Script::default().act("1", Action::Feed(Some("0.001"), ask));
        let run = script.run(&periodic("5"), "5");
        assert_eq!(signals(&run).len(), usize::from(usable), "{ask:?}");
        let skipped = run.entries_done() == ["5 signal 0 NotSent 0"];
        assert_eq!(skipped, !usable, "{ask:?}: {:?}", run.entries_done());
    }
}

/// Stop 5 cents below, target 10 cents above; neither reaches 0 or 1 dollar.
#[test]
fn a_level_that_no_price_can_reach_is_left_out() {
    for (ask, levels) in [
        ("0.05", "at 0.05, stop none, target 0.15"),
        ("0.0501", "at 0.0501, stop 0.0001, target 0.1501"),
        ("0.04", "at 0.04, stop none, target 0.14"),
        ("0.8999", "at 0.8999, stop 0.8499, target 0.9999"),
        ("0.90", "at 0.90, stop 0.85, target none"),
        ("0.95", "at 0.95, stop 0.90, target none"),
    ] {
        let script = Script::default().act("1", Action::Feed(None, Some(ask)));
        assert_eq!(signals(&script.run(&periodic("5"), "5")), [format!("5 0 due 3 {levels}")]);
    }
}

#[test]
fn scheduled_signals_are_numbered_by_time_and_fire_once() {
    let wish = |when, quantity| ScheduledSignal { quantity: contracts(quantity), ..signal(when) };
    let wishes = vec![wish("15", "3"), wish("0", "1"), wish("15", "4"), wish("5", "2")];
    let run = Script::default().run(&buyer(wishes), "100");
    let orders: Vec<_> = run.orders();
    assert_eq!(
        orders,
        ["0 bid 1 at 0.65", "10 bid 2 at 0.65", "20 bid 3 at 0.65", "20 bid 4 at 0.65"]
    );
}

#[test]
#[should_panic(expected = "Invariant: the bot knows the markets of its signals")]
fn a_signal_in_an_unknown_market_is_a_bug_of_the_caller() {
    let clock = Clock::default();
    let gateway = Gateway::new(clock.clone(), Log::new(clock));
    let spawner = Executor::default().spawner();
    bot::start(&buyer(vec![signal("0")]), &[], gateway.venue(), &spawner, &Streams::new(1));
}
