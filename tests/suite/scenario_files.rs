//! What a good scenario becomes.

use std::path::Path;

use fillgap::bot::{
    EntrySettings, EntryTimeInForce, ExitSettings, LoopSettings, ReconcileSettings,
    StrategySettings,
};
use fillgap::exchange::ExchangeSettings;
use fillgap::flow::Flow;
use fillgap::flow::recorded::CancelModel;
use fillgap::link::Profile;
use fillgap::market::PriceLevelLabel;
use fillgap::protocol::{Channel, Endpoint, Leg};
use fillgap::scenario::{Engine, FlowSource, Scenario, SetValue};
use fillgap::units::{Cash, Quantity, SimDuration, SimTime};

const PLAIN: &str = include_str!("../fixtures/plain.toml");
const RICH: &str = include_str!("../fixtures/rich.toml");

fn read(text: &str, sets: &[&str]) -> Scenario {
    let sets: Vec<SetValue> = sets.iter().map(|set| set.parse().unwrap()).collect();
    let path = Path::new("tests/fixtures/read.toml");
    Scenario::of_text(path, text, &sets).unwrap_or_else(|errors| panic!("{errors}"))
}

fn engine<'s>(scenario: &'s Scenario, name: &str) -> &'s Engine {
    scenario.engines.iter().find(|engine| engine.name == name).unwrap()
}

fn seconds(text: &str) -> SimDuration {
    text.parse().unwrap()
}

/// The constants are those of the original bot: 30 s to wait for a fill and 1 s between looks,
/// 5 s for an exit, 10 and 60 s between passes, 30 and 10 percent of equity, 1.1 times the wanted
/// quantity, 10 s of balance cache, a feed that is stale after 60 s, 10,000 dollars.
#[test]
fn what_a_file_leaves_out_is_as_in_the_original_bot() {
    let scenario = read(PLAIN, &[]);
    let Engine { cash, bot, .. } = engine(&scenario, "wait");
    assert_eq!(*cash, "10000".parse::<Cash>().unwrap());
    let LoopSettings::Single(sleeps) = bot.loop_model.clone() else { panic!("another loop") };
    assert_eq!(sleeps.sleep_with_positions.length(), seconds("10"));
    assert_eq!(sleeps.sleep_when_empty.length(), seconds("60"));
    let EntrySettings::WaitForFill(entry) = bot.entry else { panic!("{:?}", bot.entry) };
    assert_eq!((entry.wait.timeout, entry.wait.poll.length()), (seconds("30"), seconds("1")));
    let ExitSettings::Fixed(exit) = bot.exit else { panic!("another exit") };
    assert_eq!((exit.timeout, exit.poll.length()), (seconds("5"), seconds("1")));
    let equity = "10000".parse::<Cash>().unwrap();
    assert_eq!(bot.limits.total_share.of_cash(equity), "3000".parse().unwrap());
    assert_eq!(bot.limits.event_share.of_cash(equity), "1000".parse().unwrap());
    let hundred = Quantity::of_contracts(100).unwrap();
    let cap = Quantity::of_contracts(110).unwrap();
    assert_eq!(bot.limits.live_cap_factor.whole_contracts_of(hundred), cap);
    assert_eq!(bot.limits.balance_cache, seconds("10"));
    assert_eq!(bot.limits.fallback_equity, equity);
    assert_eq!(bot.stop.stale_after, seconds("60"));
    assert_eq!(bot.order, EntryTimeInForce::GoodTillCanceled { expires_after: None });
    let Some(ReconcileSettings::Narrated(schedule)) = bot.reconcile else { panic!("another") };
    assert_eq!(schedule.first_at, SimTime::START + seconds("30"));
    assert_eq!(schedule.every.length(), seconds("10"));
}

#[test]
fn what_a_file_leaves_out_of_its_surroundings_is_the_plainest() {
    let scenario = read(PLAIN, &[]);
    assert_eq!((scenario.seed, scenario.description.as_str()), (1, ""));
    assert_eq!(scenario.exchange, ExchangeSettings::default());
    assert_eq!(scenario.link, Profile::Ideal.settings());
    let [market] = scenario.markets.as_slice() else { panic!("one market") };
    assert_eq!(market.levels.ranges(), PriceLevelLabel::LinearCent.ranges());
    assert_eq!(market.event.number(), 0);
    assert_eq!(scenario.flow.accounts, ["others"]);
    let FlowSource::Scripted(script) = &scenario.flow.source else { panic!("a script") };
    assert_eq!(script.next_due(), Some(SimTime::START));
}

#[test]
fn a_rich_file_reaches_every_room() {
    let scenario = read(RICH, &[]);
    assert_eq!(scenario.seed, u64::MAX);
    assert_eq!(scenario.ends_at, SimTime::START + seconds("3600.5"));
    // Two markets, one event: named in the second, derived in the first.
    assert_eq!(scenario.markets[0].event, scenario.markets[1].event);
    // 0.001 steps to 0.1 make 99 tradable prices, 0.01 steps from there 90 more.
    assert_eq!(scenario.markets[1].levels.tick_count(), 189);
    let longest = |channel, leg| scenario.link.leg(channel, leg).unwrap().longest();
    // Everything takes 100 ms but what has its own: 1 to 2.5 ms, and a column of 1.5, 3, 20 ms.
    assert_eq!(longest(Channel::BalanceRead, Leg::Reply), SimDuration::from_ms(100));
    assert_eq!(longest(Channel::OrderEntry, Leg::Request), seconds("0.0025"));
    assert_eq!(longest(Channel::OrderEntry, Leg::Reply), SimDuration::from_ms(100));
    assert_eq!(longest(Channel::PrivateFeed, Leg::Delivery), SimDuration::from_ms(20));
    let lag = scenario.link.lags.of(Endpoint::Positions);
    assert_eq!((lag.shortest(), lag.longest()), (seconds("0.3"), seconds("10")));
    // `every_leg` replaces no lag: the profile's stays.
    let home = Profile::Home.settings();
    assert_eq!(scenario.link.lags.of(Endpoint::Orders), home.lags.of(Endpoint::Orders));
    assert_eq!(scenario.flow.accounts, ["maker", "others"]);
}

#[test]
fn an_engine_overrides_one_key_and_keeps_the_others() {
    let scenario = read(RICH, &[]);
    let EntrySettings::WaitForFill(shared) = engine(&scenario, "wait").bot.entry else { panic!() };
    let EntrySettings::WaitForFill(own) = engine(&scenario, "wait-longer").bot.entry else {
        panic!()
    };
    assert_eq!((shared.wait.timeout, own.wait.timeout), (seconds("15"), seconds("60")));
    assert_eq!(own.after_partial, shared.after_partial, "from [bot.entry]");
}

#[test]
fn an_engine_of_another_kind_starts_its_part_empty() {
    let scenario = read(RICH, &[]);
    let track = &engine(&scenario, "track").bot;
    // Neither `timeout_s` of the shared entry nor `every_s` of the shared reconciler is left over.
    assert!(matches!(track.entry, EntrySettings::TrackAndReconcile(_)));
    assert_eq!(track.reconcile, None);
    // Nor the shared `expires_after_s`, with which a fill-or-kill order would be refused.
    assert_eq!(track.order, EntryTimeInForce::FillOrKill);
    let strategy = &engine(&scenario, "oracle").bot.strategy;
    assert!(matches!(strategy, StrategySettings::Scheduled(signals) if signals.len() == 1));
}

/// `[bot.reconcile]` without `kind` is of the default kind, so `none` is another.
#[test]
fn a_shared_part_without_kind_is_of_the_default_kind() {
    let text = PLAIN.replace("[bot.strategy]", "[bot.reconcile]\nevery_s = 7\n[bot.strategy]");
    let scenario = read(&text, &["engine.immediate.reconcile.kind=none"]);
    assert_eq!(engine(&scenario, "immediate").bot.reconcile, None);
    let reconcile = engine(&scenario, "wait").bot.reconcile;
    let Some(ReconcileSettings::Narrated(schedule)) = reconcile else { panic!("another") };
    assert_eq!(schedule.every.length(), seconds("7"));
}

#[test]
fn set_values_reach_sections_items_and_engines() {
    let scenario = read(
        PLAIN,
        &[
            "title=Again",
            "link.profile=home",
            "bot.strategy.signal.0.quantity_contracts=12.5",
            "engine.wait.entry.timeout_s=5",
            "engine.0.cash_dollars=1",
            "engine.0.entry={kind = \"track_and_reconcile\", reading = \"orders\"}",
            "flow.order.0.label=\"wall\"",
        ],
    );
    assert_eq!(scenario.title, "Again");
    assert_eq!(scenario.link, Profile::Home.settings());
    let wait = engine(&scenario, "wait");
    let StrategySettings::Scheduled(signals) = &wait.bot.strategy else { panic!() };
    assert_eq!(signals[0].quantity, "12.5".parse().unwrap());
    let EntrySettings::WaitForFill(entry) = wait.bot.entry else { panic!() };
    assert_eq!(entry.wait.timeout, seconds("5"));
    let first = engine(&scenario, "immediate");
    assert_eq!(first.cash, "1".parse().unwrap());
    assert!(matches!(first.bot.entry, EntrySettings::TrackAndReconcile(_)));
}

/// Whatever the order of the options: the kind empties the section, then the other keys are set.
#[test]
fn setting_another_kind_empties_the_section_first() {
    let sets = ["flow.capture=tiny.jsonl", "flow.kind=recorded"];
    let scenario = read(PLAIN, &sets);
    assert!(matches!(scenario.flow.source, FlowSource::Recorded { .. }));
    let same_kind = read(PLAIN, &["flow.kind=scripted"]);
    assert_eq!(same_kind.digest(), read(PLAIN, &[]).digest());
}

#[test]
fn a_capture_gives_its_market_when_the_file_names_none() {
    let text = PLAIN
        .replace("[[market]]\nticker = \"KXDEMO-26NOV22-T50\"\n", "")
        .replace("price_dollars = 0.65\nstop", "price_dollars = 0.405\nstop")
        .replace("stop_dollars = 0.58", "");
    let scenario = read(&text, &["flow.kind=recorded", "flow.capture=tiny.jsonl"]);
    let [market] = scenario.markets.as_slice() else { panic!("one market") };
    assert_eq!(market.ticker, "KXDEMO-26NOV22-T50");
    // The capture has 0.40 and 0.405: of the structures with 0.005 in the middle the coarsest.
    let label = PriceLevelLabel::CenterHalfEdgeHalfCent;
    assert_eq!(market.levels.ranges(), label.ranges());
    let FlowSource::Recorded { settings, .. } = scenario.flow.source else { panic!() };
    assert_eq!((settings.crowd.number(), settings.crowd_taker.number()), (0, 1));
    assert_eq!(settings.cancels, CancelModel::ProRata);
    assert_eq!(scenario.flow.accounts.len(), 2);
}

/// The capture's only delta is at the instant of its snapshot, so the run is as short as can be.
#[test]
fn a_single_market_is_the_captured_one_and_the_run_ends_with_the_recording() {
    let text = PLAIN.replace("ends_at_s = 70", "").replace("-26NOV22-T50", "-RENAMED").replace(
        "at_s = 0\nquantity_contracts = 100\nprice_dollars = 0.65\nstop_dollars = 0.58",
        "at_s = 0\nquantity_contracts = 100\nprice_dollars = 0.405",
    );
    let scenario = read(&text, &["flow.kind=recorded", "flow.capture=tiny.jsonl"]);
    let [market] = scenario.markets.as_slice() else { panic!("one market") };
    assert_eq!(market.ticker, "KXDEMO-RENAMED");
    assert_eq!(scenario.ends_at, SimTime::START + SimDuration::from_ms(1));
    assert!(scenario.resolved().contains("\nends_at_s = 0.001\n"));
}

/// Each of these goes wrong by one unit when it passes through a binary fraction that is cut:
/// 0.57 * 10000 is 5699.999..., 0.29 * 10000 is 2899.999..., 1.15 * 100 is 114.999...
#[test]
fn decimals_are_exact() {
    for (text, ten_thousandths) in
        [("0.57", 5_700), ("0.29", 2_900), ("0.65", 6_500), ("65e-2", 6_500), ("+0.650", 6_500)]
    {
        let set = format!("bot.strategy.signal.0.price_dollars={text}");
        let scenario = read(PLAIN, &["bot.strategy.signal.0.stop_dollars=0.01", &set]);
        let StrategySettings::Scheduled(signals) = &scenario.engines[0].bot.strategy else {
            panic!()
        };
        assert_eq!(signals[0].limit_price.ten_thousandths(), ten_thousandths, "{text}");
    }
    for (text, hundredths) in
        [("1.15", 115), ("0x10", 1_600), ("1_000.01", 100_001), ("1e3", 100_000)]
    {
        let set = format!("bot.strategy.signal.0.quantity_contracts={text}");
        let scenario = read(PLAIN, &[&set]);
        let StrategySettings::Scheduled(signals) = &scenario.engines[0].bot.strategy else {
            panic!()
        };
        assert_eq!(signals[0].quantity.hundredths(), hundredths, "{text}");
    }
    for (text, ns) in
        [("0.3", 300_000_000), ("3e-1", 300_000_000), ("1e-9", 1), ("4.35", 4_350_000_000)]
    {
        let set = format!("bot.strategy.signal.0.at_s={text}");
        let scenario = read(PLAIN, &[&set]);
        let StrategySettings::Scheduled(signals) = &scenario.engines[0].bot.strategy else {
            panic!()
        };
        assert_eq!(signals[0].at.ns(), ns, "{text}");
    }
}

#[test]
fn the_resolved_scenario_reads_as_the_same_scenario() {
    for text in [PLAIN, RICH] {
        let scenario = read(text, &[]);
        let again = read(scenario.resolved(), &[]);
        assert_eq!(again.resolved(), scenario.resolved());
        assert_eq!(again.digest(), scenario.digest());
        assert_eq!(again.engines, scenario.engines);
        assert_eq!(again.link, scenario.link);
        assert_eq!(again.markets, scenario.markets);
        assert_eq!(again.exchange, scenario.exchange);
    }
    let recorded = ["flow.kind=recorded", "flow.capture=tiny.jsonl"];
    let scenario = read(PLAIN, &recorded);
    assert_eq!(read(scenario.resolved(), &[]).digest(), scenario.digest());
}

#[test]
fn the_resolved_scenario_shows_defaults_and_overrides() {
    let resolved = read(PLAIN, &["engine.wait.entry.poll_s=5e-1"]).resolved().to_owned();
    for line in ["price_levels = \"linear_cent\"", "event = \"KXDEMO-26NOV22\"", "poll_s = 0.5"] {
        assert!(resolved.lines().any(|found| found == line), "{line}\n{resolved}");
    }
}

#[test]
fn a_text_of_several_lines_survives() {
    let text = PLAIN.replace(
        "title = \"Plain\"",
        "title = \"Plain\"\ndescription = \"a\\n\\\"b\\\" \\u00e9 \\t '''\"",
    );
    let scenario = read(&text, &[]);
    assert_eq!(scenario.description, "a\n\"b\" \u{e9} \t '''");
    assert_eq!(read(scenario.resolved(), &[]).description, scenario.description);
}

#[test]
fn order_of_keys_comments_and_notation_leave_the_digest_alone() {
    let digest = read(PLAIN, &[]).digest();
    let swapped = PLAIN.replace(
        "title = \"Plain\"\nends_at_s = 70",
        "# a comment\nends_at_s = 7e1 # another\n\"title\" = 'Plain'",
    );
    assert_ne!(swapped, PLAIN);
    assert_eq!(read(&swapped, &[]).digest(), digest);
    let spelt_out = read(PLAIN, &["link.profile=ideal", "bot.cash_dollars=1e4"]);
    assert_eq!(spelt_out.digest(), digest, "a default that is written down");
    assert_eq!(read(&format!("\u{feff}{PLAIN}"), &[]).digest(), digest, "a byte order mark");
    assert_eq!(read(&PLAIN.replace('\n', "\r\n"), &[]).digest(), digest, "other line ends");
}

#[test]
fn whatever_matters_changes_the_digest() {
    let digest = read(PLAIN, &[]).digest();
    for set in ["seed=2", "ends_at_s=71", "engine.wait.entry.timeout_s=29", "link.profile=colo"] {
        assert_ne!(read(PLAIN, &[set]).digest(), digest, "{set}");
    }
}

#[test]
fn the_bytes_of_a_recording_are_part_of_the_digest() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenario.toml");
    let sets = ["flow.kind=recorded", "flow.capture=tiny.jsonl"].map(|set| set.parse().unwrap());
    let capture = include_str!("../fixtures/tiny.jsonl");
    let digest = |capture: &str| {
        std::fs::write(folder.path().join("tiny.jsonl"), capture).unwrap();
        Scenario::of_text(&path, PLAIN, &sets).unwrap().digest()
    };
    assert_eq!(digest(capture), digest(capture));
    assert_ne!(digest(capture), digest(&capture.replace("-2.50", "-2.51")));
}

/// A path is a path, wherever it leads and whatever it begins with.
#[test]
fn a_capture_is_named_by_any_plain_path() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("a_b-c+d");
    std::fs::create_dir(&deep).unwrap();
    for file in [folder.path().join("2026-05-01.jsonl"), deep.join("~x@y%20.jsonl")] {
        std::fs::write(file, include_str!("../fixtures/tiny.jsonl")).unwrap();
    }
    let path = folder.path().join("scenario.toml");
    let absolute = format!("{}/2026-05-01.jsonl", folder.path().display());
    for capture in ["2026-05-01.jsonl", "./2026-05-01.jsonl", &absolute, "a_b-c+d/~x@y%20.jsonl"] {
        let sets = ["flow.kind=recorded", &format!("flow.capture={capture}")];
        let sets = sets.map(|set| set.parse().unwrap());
        let scenario =
            Scenario::of_text(&path, PLAIN, &sets).unwrap_or_else(|told| panic!("{told}"));
        assert!(matches!(scenario.flow.source, FlowSource::Recorded { .. }), "{capture}");
        assert!(scenario.resolved().contains(&format!("\ncapture = \"{capture}\"\n")), "{capture}");
    }
    let sets = ["flow.kind=recorded", "flow.capture=~/x.jsonl"].map(|set| set.parse().unwrap());
    let told = Scenario::of_text(&path, PLAIN, &sets).unwrap_err().to_string();
    let expected = "--set flow.capture=~/x.jsonl: flow.capture: found \"~/x.jsonl\" (entity not found), \
                    allowed is a file beside the scenario or in the working directory; `~` is no \
                    folder here, in a shell `$HOME` is";
    assert_eq!(told, expected);
}

/// What is no TOML value and has no sign of its own meaning is a text as it stands.
#[test]
fn a_bare_word_is_a_text() {
    for word in ["oracle", "1.2.3", "30s", "-x", "C:\\a\\b", "\u{e9}t\u{e9}/1", "true/false", "."] {
        assert_eq!(read(PLAIN, &[&format!("title={word}")]).title, word);
    }
}
