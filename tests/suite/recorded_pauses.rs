//! The recorded crowd while the venue refuses what the recording does, and after it.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use fillgap::exchange::{ExchangeSettings, InactiveRemoval, LifeRules, PausedDecrease};
use fillgap::flow::recorded::CancelModel;
use fillgap::kernel::Stamped;
use fillgap::market::{ExchangeStatus, LifeStep, TimeInForce};
use fillgap::protocol::record::{Record, Truth};
use fillgap::units::{Price, Quantity, Side, SimDuration, SimTime};

use crate::capture_text::CaptureText;
use crate::crowd_world::CrowdWorld;
use crate::runs;

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn contracts(text: &str) -> Quantity {
    text.parse().unwrap()
}

fn world(capture: &CaptureText, settings: ExchangeSettings) -> CrowdWorld {
    let recording = capture.recording();
    CrowdWorld::with_settings(&recording, CancelModel::OldestFirst, 1, settings).watched()
}

/// Everything is refused from 50 ms on. What the crowd has stays, and what a removal does not remove is
/// clipped. A bid at the price of the asks that left in the recording would cross them. With the end of
/// the pause the crowd has what is recorded, and nobody traded.
///
/// | step | bid 0.40 | bid 0.41 | bid 0.50 | ask 0.50 | clipped in all |
/// |---|---|---|---|---|---|
/// | snapshot | 100 | | | 80 | 0 |
/// | -30 at 0.40 | 70, crowd 100 | | | 80 | 30 |
/// | +20 at 0.40: the 30 that stayed stand for them | 90, crowd 100 | | | 80 | 30 |
/// | +5 at 0.41 | | 5, crowd 0 | | 80 | 30 |
/// | -2 at 0.41: nothing is there | | 3, crowd 0 | | 80 | 32 |
/// | -80 asked at 0.50 | | | | 0, crowd 80 | 112 |
/// | +9 at 0.50 | | | 9, crowd 0 | 0, crowd 80 | 112 |
/// | active | 90 | 3 | 9 | 0 | 112 |
/// | -4 at 0.40 | 86 | 3 | 9 | 0 | 112 |
#[test]
fn a_pause_of_the_exchange_is_made_up_for_when_it_ends() {
    let mut capture = CaptureText::starting("0.40:100", "0.50:80");
    for (ms, side, level, delta) in [
        (100, "yes", "0.40", "-30"),
        (200, "yes", "0.40", "20"),
        (300, "yes", "0.41", "5"),
        (400, "yes", "0.41", "-2"),
        (500, "no", "0.50", "-80"),
        (600, "yes", "0.50", "9"),
        (700, "yes", "0.40", "-4"),
    ] {
        capture.delta(ms, side, level, delta);
    }
    let mut world = world(&capture, ExchangeSettings::default());
    world.run_moment();
    world.become_status(ExchangeStatus::ExchangePaused);
    for clipped in ["30", "30", "30", "32", "112", "112"] {
        assert!(world.run_moment());
        assert_eq!(world.crowd_level(Side::Bid, price("0.40")), contracts("100"));
        assert_eq!(world.crowd_level(Side::Bid, price("0.41")), Quantity::ZERO);
        assert_eq!(world.crowd_level(Side::Ask, price("0.50")), contracts("80"));
        assert_eq!(world.clipped, contracts(clipped));
        assert_eq!(world.flow.following().clipped, contracts(clipped));
    }
    world.become_status(ExchangeStatus::Active);
    for (side, level, quantity) in [
        (Side::Bid, "0.40", "90"),
        (Side::Bid, "0.41", "3"),
        (Side::Bid, "0.50", "9"),
        (Side::Ask, "0.50", "0"),
    ] {
        assert_eq!(world.crowd_level(side, price(level)), contracts(quantity), "{side} {level}");
    }
    assert_eq!(world.missing(), Quantity::ZERO);
    assert!(world.exchange.position(world.crowd, world.market).is_flat());
    assert!(world.run_moment());
    assert_eq!(world.missing(), Quantity::ZERO);
    assert_eq!(world.clipped, contracts("112"));
    world.audit();
}

/// In the queue at 0.40: 10, 20. While trading is paused orders can be canceled and not made smaller: of
/// the 15 that leave, 10 do and 5 are clipped. Of the next 2, which make 7 that are too much, none.
#[test]
fn what_can_leave_during_a_pause_of_trading_does() {
    let mut capture = CaptureText::starting("0.40:10", "0.50:80");
    for (ms, level, delta) in
        [(100, "0.40", "20"), (200, "0.40", "-15"), (300, "0.40", "-2"), (400, "0.39", "6")]
    {
        capture.delta(ms, "yes", level, delta);
    }
    let paused_decrease = PausedDecrease::LikeAmend;
    let mut world = world(&capture, ExchangeSettings { paused_decrease, ..Default::default() });
    world.run_moment();
    world.run_moment();
    world.become_status(ExchangeStatus::TradingPaused);
    for (crowd, clipped) in [("20", "5"), ("20", "7"), ("20", "7")] {
        world.run_moment();
        assert_eq!(world.crowd_level(Side::Bid, price("0.40")), contracts(crowd));
        assert_eq!(world.clipped, contracts(clipped));
    }
    assert_eq!(world.crowd_level(Side::Bid, price("0.39")), Quantity::ZERO);
    world.become_status(ExchangeStatus::Active);
    assert_eq!(world.crowd_level(Side::Bid, price("0.40")), contracts("13"));
    assert_eq!(world.crowd_level(Side::Bid, price("0.39")), contracts("6"));
    assert_eq!(world.missing(), Quantity::ZERO);
    world.audit();
}

/// 30 trade in the recording while nobody trades: they are canceled, or they stay until they can be.
#[test]
fn a_trade_in_a_pause_is_a_cancel() {
    for (status, during, displaced, clipped) in [
        (ExchangeStatus::TradingPaused, "70", "30", "0"),
        (ExchangeStatus::ExchangePaused, "100", "0", "30"),
    ] {
        let mut capture = CaptureText::starting("0.40:100", "0.50:100");
        capture.ticker(50, "1000", "0.40", "1");
        capture.delta(100, "yes", "0.40", "-30");
        capture.ticker(150, "1060", "0.40", "30");
        let mut world = world(&capture, ExchangeSettings::default());
        world.run_moment();
        world.become_status(status);
        world.run_moment();
        assert_eq!(world.recording.traded(1, Side::Bid), contracts("30"));
        assert_eq!(world.crowd_level(Side::Bid, price("0.40")), contracts(during), "{status:?}");
        assert_eq!(world.clipped, contracts(clipped), "{status:?}");
        world.become_status(ExchangeStatus::Active);
        assert_eq!(world.missing(), Quantity::ZERO, "{status:?}");
        assert!(world.exchange.position(world.crowd_taker, world.market).is_flat());
        assert_eq!(world.flow.following().displaced, contracts(displaced), "{status:?}");
    }
}

/// The market's own pauses: what cancels all orders at their end, and what lets nobody cancel meanwhile.
/// The bot took 60 of the 100 before: they stay gone. A close with orders that stay for 10 s, and one
/// without, are undone in the same way.
#[test]
fn what_a_market_cancels_comes_back_with_it() {
    let life = LifeRules::default;
    let later = LifeRules { close_cancels_after: SimDuration::from_s(10), ..life() };
    let refused = LifeRules { inactive_removal: InactiveRemoval::Refused, ..life() };
    for (life, step, during, clipped) in [
        (life(), LifeStep::Deactivate, "25", "0"),
        (refused, LifeStep::Deactivate, "40", "15"),
        (life(), LifeStep::Close, "0", "15"),
        (later, LifeStep::Close, "40", "15"),
    ] {
        let mut capture = CaptureText::starting("0.40:100", "0.50:100");
        capture.delta(100, "yes", "0.40", "-15");
        capture.delta(200, "yes", "0.30", "8");
        capture.delta(300, "yes", "0.40", "-85");
        let mut world = world(&capture, ExchangeSettings { life, ..Default::default() });
        world.run_moment();
        world.bot_order(Side::Ask, "0.40", "60", TimeInForce::ImmediateOrCancel);
        world.take_step(step);
        world.run_moment();
        world.run_moment();
        assert_eq!(world.crowd_level(Side::Bid, price("0.40")), contracts(during), "{step:?}");
        assert_eq!(world.clipped, contracts(clipped), "{step:?}");
        world.take_step(LifeStep::Activate);
        assert_eq!(world.crowd_level(Side::Bid, price("0.40")), contracts("25"), "{step:?}");
        assert_eq!(world.crowd_level(Side::Bid, price("0.30")), contracts("8"), "{step:?}");
        assert_eq!(world.crowd_level(Side::Ask, price("0.50")), contracts("100"), "{step:?}");
        assert_eq!(world.missing(), contracts("60"), "{step:?}");
        // The level turns over: what the bot took is clipped.
        world.run_moment();
        assert_eq!(world.missing(), Quantity::ZERO, "{step:?}");
        assert_eq!(world.clipped, contracts(clipped) + contracts("60"), "{step:?}");
        world.audit();
    }
}

/// What happens between two events of a recording.
#[derive(Clone, Copy, Debug)]
enum Between {
    Nothing,
    Exchange(ExchangeStatus),
    Market,
}

fn between() -> impl Strategy<Value = Between> {
    prop_oneof![
        3 => Just(Between::Nothing),
        1 => Just(Between::Exchange(ExchangeStatus::Active)),
        1 => Just(Between::Exchange(ExchangeStatus::TradingPaused)),
        1 => Just(Between::Exchange(ExchangeStatus::ExchangePaused)),
        1 => Just(Between::Market),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// One to three changes of levels at an instant, bids up to 0.45 and asks from 0.46 on, and pauses in
    /// between. Whenever exchange and market trade, the crowd has exactly what is recorded.
    #[test]
    fn whenever_the_venue_trades_the_book_is_the_recorded_one(
        events in vec((btree_map(40_u32..52, (1_u32..50, any::<bool>()), 1..4), between()), 1..30),
        decrease in prop::sample::select(vec![PausedDecrease::LikeCancel, PausedDecrease::LikeAmend]),
        removal in prop::sample::select(vec![InactiveRemoval::Allowed, InactiveRemoval::Refused]),
        model in prop::sample::select(vec![
            CancelModel::ProRata, CancelModel::NewestFirst, CancelModel::OldestFirst,
        ]),
    ) {
        let mut capture = CaptureText::starting("0.40:100", "0.50:100");
        let mut levels = BTreeMap::from([(40, 100), (50, 100)]);
        for (ms, (changes, _)) in (1..).zip(&events) {
            for (cents, (quantity, joins)) in changes {
                let level = levels.entry(*cents).or_insert(0);
                let joins = *joins || *level < *quantity;
                let delta = format!("{}{quantity}", if joins { "" } else { "-" });
                *level = if joins { *level + quantity } else { *level - quantity };
                let (side, own) = if *cents <= 45 { ("yes", *cents) } else { ("no", 100 - *cents) };
                capture.delta(ms * 100, side, &format!("0.{own}"), &delta);
            }
        }
        let life = LifeRules { inactive_removal: removal, ..LifeRules::default() };
        let settings = ExchangeSettings { paused_decrease: decrease, life, ..Default::default() };
        let recording = capture.recording();
        let mut world = CrowdWorld::with_settings(&recording, model, 1, settings).watched();
        world.run_moment();
        let mut is_open = true;
        for (_, between) in &events {
            match between {
                Between::Nothing => {}
                Between::Exchange(status) => world.become_status(*status),
                Between::Market => {
                    world.take_step(if is_open { LifeStep::Deactivate } else { LifeStep::Activate });
                    is_open = !is_open;
                }
            }
            if is_open && world.exchange.status() == ExchangeStatus::Active {
                prop_assert_eq!(world.missing(), Quantity::ZERO);
            }
            world.run_moment();
            if is_open && world.exchange.status() == ExchangeStatus::Active {
                prop_assert_eq!(world.missing(), Quantity::ZERO);
            }
        }
        if !is_open {
            world.take_step(LifeStep::Activate);
        }
        world.become_status(ExchangeStatus::Active);
        prop_assert_eq!(world.missing(), Quantity::ZERO);
        prop_assert!(!world.run_moment());
        world.audit();
    }
}

/// The best prices of everybody else, as last told at each instant from `since` on.
fn touches(entries: &[Stamped<Record>], since: SimTime) -> BTreeMap<SimTime, String> {
    let mut told = BTreeMap::new();
    let mut before = String::new();
    for entry in entries {
        let Record::Truth(Truth::Touch { others, .. }) = entry.record else { continue };
        if entry.time < since {
            before = format!("{others:?}");
        } else {
            told.insert(entry.time, format!("{others:?}"));
        }
    }
    told.entry(since).or_insert(before);
    // Only what is another price than before counts.
    let mut last = String::new();
    told.retain(|_, quote| std::mem::replace(&mut last, quote.clone()) != *quote);
    told
}

/// The recorded scenario that ships, with a bot that wants nothing, and each way in which the venue can
/// refuse what the recording does from 60 s to 90 s. The run goes on to its end with every invariant
/// watched. What came and went in between, or could not leave, is clipped, nothing after it, and from the
/// end of the pause on the best prices are those of a run without one.
#[test]
fn the_recorded_scenario_runs_through_every_pause() {
    let market = |rest: &str| format!("market=[{{ticker=\"KXDEMO-26NOV22-T50\", {rest}}}]");
    let pause = |word: &str| {
        format!(
            "exchange.status=[{{at_s=60, becomes=\"{word}\"}}, {{at_s=90, becomes=\"active\"}}]"
        )
    };
    let steps = |first: &str| {
        market(&format!("step=[{{at_s=60, kind=\"{first}\"}}, {{at_s=90, kind=\"activate\"}}]"))
    };
    let silent = "bot.strategy={kind=\"scheduled\", signal=[]}";
    let run = |sets: &[&str]| {
        let sets: Vec<&str> = sets.iter().copied().chain([silent]).collect();
        let scenario = runs::scenario("recorded-btc15m.toml", &sets);
        runs::run(&scenario, "immediate").log
    };
    let since = SimTime::START + SimDuration::from_s(90);
    let plain = touches(run(&[]).entries(), since);
    assert!(plain.len() > 10, "prices move after the pause");
    for sets in [
        vec![pause("exchange_paused")],
        vec![pause("trading_paused")],
        vec![pause("trading_paused"), "exchange.paused_decrease=like_amend".to_owned()],
        vec![steps("deactivate")],
        vec![steps("deactivate"), "exchange.life.inactive_removal=refused".to_owned()],
        vec![steps("close")],
        vec![steps("close"), "exchange.life.close_cancels_after_s=10".to_owned()],
        vec![market("opens_at_s=90")],
    ] {
        let texts: Vec<&str> = sets.iter().map(String::as_str).collect();
        let log = run(&texts);
        let found = touches(log.entries(), since);
        assert_eq!(found, plain, "{sets:?}");
        let clips = log
            .entries()
            .iter()
            .filter(|entry| matches!(entry.record, Record::Truth(Truth::ReplayClipped { .. })));
        let times: Vec<SimTime> = clips.map(|entry| entry.time).collect();
        assert!(!times.is_empty() && times.iter().all(|time| *time < since), "{sets:?}");
    }
}
