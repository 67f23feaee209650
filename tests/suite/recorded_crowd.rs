//! The recorded crowd beside another trader, by hand.

use fillgap::flow::Flow;
use fillgap::flow::recorded::CancelModel;
use fillgap::market::TimeInForce;
use fillgap::protocol::{Reply, Request};
use fillgap::units::{Price, Quantity, Side, SimTime};

use crate::capture_text::CaptureText;
use crate::crowd_world::CrowdWorld;

const IOC: TimeInForce = TimeInForce::ImmediateOrCancel;

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn contracts(text: &str) -> Quantity {
    text.parse().unwrap()
}

fn world(capture: &CaptureText) -> CrowdWorld {
    CrowdWorld::new(&capture.recording(), CancelModel::ProRata, 1)
}

/// One level, and what the bot takes or the recording does to it. The crowd's level is the
/// recorded one minus what the bot took and no removal has missed yet.
///
/// | step | recorded | crowd | missing | clipped in all |
/// |---|---|---|---|---|
/// | snapshot 100 | 100 | 100 | 0 | 0 |
/// | bot takes 60 | 100 | 40 | 60 | 0 |
/// | -30: taken in full | 70 | 10 | 60 | 0 |
/// | -50: 10 are there | 20 | 0 | 20 | 40 |
/// | +40 | 60 | 40 | 20 | 40 |
/// | -60: 40 are there | 0 | 0 | 0 | 60 |
/// | +30: a new level | 30 | 30 | 0 | 60 |
#[test]
fn what_the_bot_took_is_gone_until_the_level_turns_over() {
    let mut capture = CaptureText::starting("0.40:100", "0.50:100");
    for (ms, delta) in [(100, "-30"), (200, "-50"), (300, "40"), (400, "-60"), (500, "30")] {
        capture.delta(ms, "yes", "0.40", delta);
    }
    let mut world = world(&capture);
    world.run_moment();
    world.bot_order(Side::Ask, "0.40", "60", IOC);
    for (recorded, crowd, clipped) in [
        ("70", "10", "0"),
        ("20", "0", "40"),
        ("60", "40", "40"),
        ("0", "0", "60"),
        ("30", "30", "60"),
    ] {
        assert!(world.run_moment());
        assert_eq!(world.recorded.quantity(Side::Bid, price("0.40")), contracts(recorded));
        assert_eq!(world.crowd_level(Side::Bid, price("0.40")), contracts(crowd));
        assert_eq!(world.clipped, contracts(clipped));
        assert_eq!(world.flow.following().clipped, contracts(clipped));
    }
    assert!(!world.run_moment());
}

/// The bot bids 25 at 0.41, ahead of the crowd's 100 at 0.40. The recorded taker sells 30 at 0.40:
/// 25 go to the bot, 5 to the crowd. The recording has 70 left there, the crowd 95: 25 are canceled.
#[test]
fn a_recorded_trade_that_meets_the_bot_displaces_the_crowd() {
    let mut capture = CaptureText::starting("0.40:100", "0.50:100");
    capture.ticker(50, "1000", "0.40", "1");
    capture.delta(100, "yes", "0.40", "-30");
    capture.ticker(150, "1060", "0.40", "30");
    let mut world = world(&capture);
    world.run_moment();
    world.bot_order(Side::Bid, "0.41", "25", TimeInForce::REST);
    world.run_moment();
    assert_eq!(world.crowd_level(Side::Bid, price("0.40")), contracts("70"));
    assert_eq!(world.exchange.position(world.bot, world.market).to_string(), "25");
    assert_eq!(world.flow.following().displaced, contracts("25"));
    assert_eq!(world.clipped, Quantity::ZERO);
}

/// In the queue at 0.40: crowd 100, bot 30, crowd 50. The recorded taker sells 120: the crowd's 100
/// and 20 of the bot's. The recording has 30 left, the crowd 50 behind the bot: 20 are canceled.
#[test]
fn the_bot_waits_its_turn_in_the_queue() {
    let mut capture = CaptureText::starting("0.40:100", "0.50:100");
    capture.delta(100, "yes", "0.40", "50");
    capture.ticker(150, "1000", "0.40", "1");
    capture.delta(200, "yes", "0.40", "-120");
    capture.ticker(250, "1240", "0.40", "120");
    let mut world = world(&capture);
    world.run_moment();
    world.bot_order(Side::Bid, "0.40", "30", TimeInForce::REST);
    world.run_moment();
    world.run_moment();
    assert_eq!(
        world.queue(Side::Bid, price("0.40")),
        [(world.bot, contracts("10")), (world.crowd, contracts("30"))]
    );
    assert_eq!(world.flow.following().displaced, contracts("20"));
    assert_eq!(world.clipped, Quantity::ZERO);
}

/// The bot asks 10 at 0.45 below the crowd's 0.50. The recorded bid of 30 at 0.46 takes them and
/// rests 20. When the recording removes the 30, 10 are missing.
#[test]
fn a_crowd_order_that_crosses_the_bots_trades_with_it() {
    let mut capture = CaptureText::starting("0.40:100", "0.50:100");
    capture.delta(100, "yes", "0.46", "30");
    capture.delta(200, "yes", "0.46", "-30");
    let mut world = world(&capture);
    world.run_moment();
    world.bot_order(Side::Ask, "0.45", "10", TimeInForce::REST);
    world.run_moment();
    assert_eq!(world.crowd_level(Side::Bid, price("0.46")), contracts("20"));
    assert_eq!(world.exchange.position(world.bot, world.market).to_string(), "-10");
    world.run_moment();
    assert_eq!(world.crowd_level(Side::Bid, price("0.46")), Quantity::ZERO);
    assert_eq!(world.clipped, contracts("10"));
}

/// A taker that sells 150 with the limit 0.39 takes 100 at 0.40 and 30 at 0.39 and rests 20: the
/// remainder comes last. Where the order comes first it rests whole and the bids that leave were its
/// owner's own: nothing trades. The book is the same in the end.
#[test]
fn only_a_remainder_that_comes_last_is_a_taker() {
    for (order, position) in [("last", "-130"), ("first", "0")] {
        let mut capture = CaptureText::starting("0.40:100 0.39:30 0.30:1", "0.50:100");
        // NO at 0.61 is an ask at 0.39.
        if order == "first" {
            capture.delta(100, "no", "0.61", "20");
        }
        capture.delta(100, "yes", "0.40", "-100");
        capture.delta(100, "yes", "0.39", "-30");
        if order == "last" {
            capture.delta(100, "no", "0.61", "20");
        }
        let mut world = world(&capture);
        world.run_to_end();
        let taker = world.exchange.position(world.crowd_taker, world.market);
        assert_eq!(taker.to_string(), position, "{order}");
        assert_eq!(world.recording.volume().intervals, 0, "no ticker was needed");
        assert_eq!(world.level(Side::Ask, price("0.39")), contracts("20"), "{order}");
        assert_eq!(world.level(Side::Bid, price("0.30")), contracts("1"), "{order}");
        assert_eq!(world.missing(), Quantity::ZERO, "{order}");
    }
}

/// Three removals at the best bid between two ticker messages that count 22 contracts: of 10, 7
/// and 15, only 7 and 15 add up to them. The amend of 40 to another level is none of them.
#[test]
fn the_volume_tells_which_removals_traded() {
    let mut capture = CaptureText::starting("0.40:100 0.39:50", "0.50:100");
    capture.ticker(50, "1000", "0.40", "1");
    for (ms, delta) in [(100, "-10"), (200, "-7"), (300, "-40"), (400, "-15")] {
        capture.delta(ms, "yes", "0.40", delta);
        if delta == "-40" {
            capture.delta(ms, "yes", "0.39", "40");
        }
    }
    capture.ticker(450, "1044", "0.40", "15");
    let recording = capture.recording();
    let traded: Vec<_> =
        (0..5).map(|moment| recording.traded(moment, Side::Bid).to_string()).collect();
    assert_eq!(traded, ["0", "0", "7", "0", "15"]);
    let volume = recording.volume();
    assert_eq!((volume.matched, volume.explained), (contracts("22"), contracts("22")));
    assert_eq!((volume.intervals, volume.intervals_exact), (1, 1));
}

/// The same removal twice, one of them traded: the ticker's last match was at 0.39, so it is the
/// later one.
#[test]
fn the_last_match_of_the_ticker_decides_between_equals() {
    for (last_price, traded) in [("0.39", ["0", "10"]), ("0.40", ["10", "0"])] {
        let mut capture = CaptureText::starting("0.40:10 0.39:10", "0.50:100");
        capture.ticker(50, "1000", "0.40", "1");
        capture.delta(100, "yes", "0.40", "-10");
        capture.delta(200, "yes", "0.39", "-10");
        capture.ticker(450, "1020", last_price, "10");
        let recording = capture.recording();
        let found = [1, 2].map(|moment| recording.traded(moment, Side::Bid).to_string());
        assert_eq!(found, traded, "{last_price}");
    }
}

/// In the queue: crowd 10, bot 5, crowd 20, crowd 30. A cancel of 25 is recorded.
#[test]
fn the_cancel_model_decides_who_leaves() {
    let mut capture = CaptureText::starting("0.40:10", "0.50:100");
    capture.delta(100, "yes", "0.40", "20");
    capture.delta(200, "yes", "0.40", "30");
    capture.delta(300, "yes", "0.40", "-25");
    let left = |model| {
        let mut world = CrowdWorld::new(&capture.recording(), model, 1);
        world.run_moment();
        world.bot_order(Side::Bid, "0.40", "5", TimeInForce::REST);
        world.run_to_end();
        let queue = world.queue(Side::Bid, price("0.40"));
        queue.iter().map(|(_, remaining)| remaining.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(left(CancelModel::NewestFirst), "10 5 20 5");
    assert_eq!(left(CancelModel::OldestFirst), "5 5 30");
}

/// Orders of 10, 20 and 30, a cancel of 0.01: over 3,000 seeds each is hit in proportion to its
/// quantity. Binomial(3000, 1/6) has mean 500 and deviation 20.4, Binomial(3000, 1/3) mean 1000
/// and deviation 25.8, Binomial(3000, 1/2) mean 1500 and deviation 27.4; the bounds are 5 deviations.
#[test]
fn pro_rata_hits_each_order_in_proportion() {
    let mut capture = CaptureText::starting("0.40:10", "0.50:100");
    capture.delta(100, "yes", "0.40", "20");
    capture.delta(200, "yes", "0.40", "30");
    capture.delta(300, "yes", "0.40", "-0.01");
    let recording = capture.recording();
    let mut hits = [0_u32; 3];
    for seed in 0..3_000 {
        let mut world = CrowdWorld::new(&recording, CancelModel::ProRata, seed);
        world.run_to_end();
        let queue = world.queue(Side::Bid, price("0.40"));
        let full = ["10", "20", "30"];
        let hit = queue.iter().zip(full).position(|((_, left), full)| *left != contracts(full));
        hits[hit.unwrap()] += 1;
    }
    for (found, (mean, bound)) in hits.iter().zip([(500, 102), (1_000, 129), (1_500, 137)]) {
        assert!(found.abs_diff(mean) < bound, "{hits:?}");
    }
}

/// The bot empties an order of another level between two cancels; at 0.30 the same orders leave.
#[test]
fn the_bot_shifts_no_draw_elsewhere() {
    let mut capture = CaptureText::starting("0.40:50 0.30:10", "0.50:100");
    for order in 0..20 {
        capture.delta(100 + order, "yes", "0.30", "10");
        capture.delta(100 + order, "yes", "0.40", "10");
    }
    for cancel in 0..20 {
        capture.delta(200 + cancel, "yes", "0.40", "-7");
        capture.delta(300 + cancel, "yes", "0.30", "-7");
    }
    let recording = capture.recording();
    let run = |sold: Option<&str>| {
        let mut world = CrowdWorld::new(&recording, CancelModel::ProRata, 7);
        for moment in 0.. {
            if !world.run_moment() {
                break;
            }
            if let Some(quantity) = sold.filter(|_| moment == 25) {
                world.bot_order(Side::Ask, "0.40", quantity, IOC);
            }
        }
        [price("0.40"), price("0.30")].map(|level| world.queue(Side::Bid, level))
    };
    let (alone, beside) = (run(None), run(Some("33")));
    assert_ne!(alone[0], beside[0], "the bot changed the level that it traded at");
    assert_eq!(alone[1], beside[1]);
}

/// The snapshot is due at the start; a delta received 250 ms after it is due 250 ms later, and the
/// others follow on the exchange's clock.
#[test]
fn time_starts_with_the_snapshot() {
    let mut capture = CaptureText::starting("0.40:10", "");
    capture.delta(250, "yes", "0.40", "1");
    capture.delta(300, "yes", "0.40", "1");
    let mut world = world(&capture);
    for due_ms in [0, 250, 300] {
        let due = world.flow.next_due();
        assert_eq!(due, Some(SimTime::from_ns(due_ms * 1_000_000)));
        assert_eq!(world.flow.clone().next_step(SimTime::START).is_some(), due_ms == 0);
        world.run_moment();
    }
    assert_eq!(world.flow.next_due(), None);
}

/// A second snapshot says 70 where the recording had 100 and adds 0.41. The bot took 60 of the
/// 100 and they stay gone: the crowd keeps 10 of its 40 there.
#[test]
fn a_snapshot_in_the_middle_changes_what_it_says_differently() {
    let mut capture = CaptureText::starting("0.40:100 0.20:5", "0.50:100");
    capture.delta(100, "no", "0.45", "5");
    capture.snapshot(300, "0.40:70 0.41:9", "0.50:100 0.45:5");
    let mut world = world(&capture);
    world.run_moment();
    world.bot_order(Side::Ask, "0.40", "60", IOC);
    world.run_to_end();
    for (level, left) in [("0.40", "10"), ("0.41", "9"), ("0.20", "0")] {
        assert_eq!(world.crowd_level(Side::Bid, price(level)), contracts(left), "{level}");
    }
    assert_eq!(world.level(Side::Ask, price("0.55")), contracts("5"));
    assert_eq!(world.missing(), contracts("60"));
    // The snapshot was received 200 ms after the delta at 100 ms.
    assert_eq!(world.now, SimTime::from_ns(300_000_000));
}

/// The orders of the flow that the exchange never took count as missing and do no harm.
#[test]
fn an_order_that_was_refused_is_clipped_later() {
    let mut capture = CaptureText::starting("0.40:100", "0.50:100");
    capture.delta(100, "yes", "0.40", "-70");
    let recording = capture.recording();
    let mut world = CrowdWorld::new(&recording, CancelModel::ProRata, 1);
    // Nobody tells this flow anything, as if every order had been refused.
    let mut deaf = world.flow.clone();
    let mut clipped = Vec::new();
    while let Some(now) = deaf.next_due() {
        while let Some(step) = deaf.next_step(now) {
            if let fillgap::flow::FlowStep::Clipped { quantity, .. } = step {
                clipped.push(quantity.to_string());
            }
        }
    }
    assert_eq!(clipped, ["70"]);
    world.run_to_end();
    assert_eq!(world.clipped, Quantity::ZERO);
}

/// A cancel of the bot's own order is its own affair.
#[test]
fn the_flow_ignores_the_orders_of_others() {
    let capture = CaptureText::starting("0.40:100", "0.50:100");
    let mut world = world(&capture);
    world.run_moment();
    let before = world.flow.clone();
    let Reply::Created(created) = world.bot_order(Side::Bid, "0.40", "3", TimeInForce::REST) else {
        panic!("the order is valid");
    };
    world.apply(world.bot, &Request::Cancel { order: created.order });
    assert_eq!(world.flow, before);
}
