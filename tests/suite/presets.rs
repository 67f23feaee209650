//! The named bots in scenarios: what a preset brings along, and what may be given beside it.

use std::path::Path;

use fillgap::bot::{
    BotSettings, EntrySettings, ExcessPolicy, LoopSettings, OrderSchema, Preset, ReconcileSettings,
    StopRule, StrategySettings,
};
use fillgap::scenario::{Engine, Scenario, SetValue};
use fillgap::units::{SimDuration, SimTime};

const PLAIN: &str = include_str!("../fixtures/plain.toml");

fn read(text: &str, sets: &[&str]) -> Scenario {
    let sets: Vec<SetValue> = sets.iter().map(|set| set.parse().unwrap()).collect();
    let path = Path::new("tests/fixtures/read.toml");
    Scenario::of_text(path, text, &sets).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The plain fixture with other engines.
fn with_engines(engines: &str) -> String {
    let shared = PLAIN.split("[[engine]]").next().unwrap();
    format!("{shared}{engines}")
}

fn engine<'s>(scenario: &'s Scenario, name: &str) -> &'s Engine {
    scenario.engines.iter().find(|engine| engine.name == name).unwrap()
}

/// One engine for each preset, named like it.
fn all() -> String {
    let engines = Preset::ALL
        .map(|each| format!("[[engine]]\nname = \"{0}\"\npreset = \"{0}\"\n", each.name()));
    with_engines(&engines.concat())
}

#[test]
fn a_scenario_lists_every_named_bot() {
    let scenario = read(&all(), &[]);
    for preset in Preset::ALL {
        let found = &engine(&scenario, preset.name()).bot;
        let StrategySettings::Scheduled(signals) = &found.strategy else { panic!("a schedule") };
        assert_eq!(signals.len(), 1, "the signals are those of [bot]");
        let expected = BotSettings { strategy: found.strategy.clone(), ..preset.settings() };
        assert_eq!(*found, expected, "{preset:?}");
    }
}

#[test]
fn a_resolved_scenario_of_named_bots_reads_like_itself() {
    let scenario = read(&all(), &[]);
    let again = read(scenario.resolved(), &[]);
    assert_eq!(again.engines, scenario.engines);
    assert_eq!(again.resolved(), scenario.resolved());
}

/// Parts of `[bot]` do not reach a named bot; its own keys do, one by one where the kind is the
/// preset's, and from scratch where it is another.
#[test]
fn what_an_engine_gives_goes_over_its_preset_and_its_preset_over_the_shared_parts() {
    let text = with_engines(
        "[bot.entry]\nkind = \"oracle\"\n\
         [bot.loop]\nsleep_with_positions_s = 7\n\
         [bot.exit]\nkind = \"fire_and_forget\"\n\
         [bot.reconcile]\nkind = \"none\"\n\
         [bot.order_read]\nschema = \"split\"\n\
         [bot.limits]\ntotal_share = 0.5\n\
         [bot.order]\ntime_in_force = \"immediate_or_cancel\"\n\
         [[engine]]\nname = \"own\"\npreset = \"SHIPPED-INTENDED\"\n\
         entry = { look_after_s = 1, timeout_s = 4 }\n\
         loop = { stops_every_s = 1 }\n\
         reconcile = { kind = \"literal\" }\n\
         [[engine]]\nname = \"other\"\npreset = \"SHIPPED-INTENDED\"\n\
         entry = { kind = \"wait_for_fill\" }\n\
         [[engine]]\nname = \"plain\"\n",
    );
    let scenario = read(&text, &[]);
    let own = &engine(&scenario, "own").bot;
    let preset = Preset::ShippedIntended.settings();
    let EntrySettings::FirstFill(entry) = own.entry else { panic!("{:?}", own.entry) };
    assert_eq!(entry.look_after, SimDuration::from_s(1));
    assert_eq!(entry.wait.timeout, SimDuration::from_s(4));
    assert_eq!(entry.wait.poll.length(), SimDuration::from_s(1), "the preset's");
    let LoopSettings::Threads(threads) = &own.loop_model else { panic!("{:?}", own.loop_model) };
    assert_eq!(threads.stops_every.length(), SimDuration::from_s(1));
    assert_eq!(threads.strategy_every.length(), SimDuration::from_s(30));
    assert_eq!(own.reconcile, Some(ReconcileSettings::Literal));
    assert_eq!((own.exit, own.stop, own.order_read), (preset.exit, preset.stop, preset.order_read));
    // Limits and orders are shared.
    assert_eq!(own.limits, engine(&scenario, "plain").bot.limits);
    assert_eq!(own.order, engine(&scenario, "plain").bot.order);
    let other = &engine(&scenario, "other").bot;
    assert!(matches!(other.entry, EntrySettings::WaitForFill(_)));
    assert_eq!(other.reconcile, preset.reconcile);
    let plain = &engine(&scenario, "plain").bot;
    assert_eq!((plain.entry, plain.order_read), (EntrySettings::Oracle, OrderSchema::Split));
    assert_eq!(plain.reconcile, None);
}

/// What nobody gives of the limits is the preset's.
#[test]
fn the_model_bot_brings_its_own_limits_where_none_are_given() {
    let text = with_engines(
        "[bot.limits]\nlive_cap_factor = 1.1\n[[engine]]\nname = \"r\"\npreset = \"REFERENCE\"\n",
    );
    let limits = read(&text, &[]).engines[0].bot.limits;
    assert_eq!(limits.when_exceeded, ExcessPolicy::ScaleDown);
    assert_eq!(limits.balance_cache, SimDuration::from_s(60));
    let hundred = "100".parse().unwrap();
    assert_eq!(limits.live_cap_factor.whole_contracts_of(hundred), "110".parse().unwrap());
}

#[test]
fn every_part_of_the_original_can_be_set() {
    let text = with_engines("[[engine]]\nname = \"e\"\nentry = { kind = \"immediate\" }\n");
    let sets = [
        "engine.e.entry.books=after_answer",
        "engine.e.loop.kind=threads",
        "engine.e.loop.without_matches=[{ from_s = 5, to_s = 6.5 }]",
        "engine.e.loop.strategy_pause_s=4",
        "engine.e.order_read.schema=size_only",
        "engine.e.exit.kind=reduce_only_ioc",
        "engine.e.stop.rule=loss_share",
        "engine.e.stop.loss_share=0.2",
        "engine.e.limits.when_exceeded=scale_down",
        "engine.e.reconcile.kind=presence_only",
        "engine.e.restart_at_s=12.5",
    ];
    let scenario = read(&text, &sets);
    let bot = &scenario.engines[0].bot;
    let resolved = scenario.resolved();
    for key in ["books = \"after_answer\"", "schema = \"size_only\"", "restart_at_s = 12.5"] {
        assert!(resolved.contains(key), "{key} in {resolved}");
    }
    let LoopSettings::Threads(threads) = &bot.loop_model else { panic!("{:?}", bot.loop_model) };
    let [window] = threads.without_matches[..] else { panic!("one window") };
    let at = |ms| SimTime::START + SimDuration::from_ms(ms);
    assert_eq!((window.from(), window.until()), (at(5_000), at(6_500)));
    assert_eq!(threads.strategy_pause.length(), SimDuration::from_s(4));
    assert_eq!(bot.restart_at, Some(at(12_500)));
    let StopRule::LossShare { share, held_for } = bot.stop.rule else { panic!("a share") };
    assert_eq!(share.of_cash("1".parse().unwrap()), "0.2".parse().unwrap());
    assert_eq!(held_for, SimDuration::from_s(300));
    assert_eq!(bot.reconcile, Some(ReconcileSettings::PresenceOnly));
    assert_eq!(read(resolved, &[]).engines, scenario.engines);
}

#[test]
fn a_name_that_no_bot_has_is_told_with_those_that_there_are() {
    let text = with_engines("[[engine]]\nname = \"e\"\npreset = \"BEFORE-G3\"\n");
    let error = Scenario::of_text(Path::new("s.toml"), &text, &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "s.toml:33:10: engine.e.preset: found `BEFORE-G3`, allowed are `BEFORE-DOC`, `BEFORE-G0`, \
         `BEFORE-G1`, `OPT1`, `OPT2a`, `OPT2b`, `SHIPPED-LITERAL`, `SHIPPED-INTENDED`, \
         `REFERENCE`, `FILL-FEED`, `ORACLE`; did you mean `BEFORE-G0`?"
    );
}

#[test]
fn a_key_of_another_kind_than_the_presets_is_unknown() {
    let text = with_engines(
        "[[engine]]\nname = \"e\"\npreset = \"BEFORE-G0\"\nentry = { timeout_s = 3 }\n",
    );
    let error = Scenario::of_text(Path::new("s.toml"), &text, &[]).unwrap_err().to_string();
    assert_eq!(
        error,
        "s.toml:34:11: engine.e.entry.timeout_s: found a key that kind `immediate` does not have, \
         allowed are `books`, `kind`"
    );
    let text = with_engines(
        "[[engine]]\nname = \"e\"\npreset = \"OPT1\"\n\
         loop = { without_matches = [{ from_s = 3, to_s = 3 }] }\n",
    );
    let error = Scenario::of_text(Path::new("s.toml"), &text, &[]).unwrap_err().to_string();
    assert!(error.contains("to_s: found 3, allowed is after `from_s`, 3"), "{error}");
}
