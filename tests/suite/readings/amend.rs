//! How orders change.

use fillgap::exchange::{
    AmendRules, AmendedToNothing, AmendedToOwn, AmendedTotal, CollateralRule, DecreaseToNoLess,
    ExchangeEvent, ExchangeSettings, FormerClientOrder, OversizedDecrease, PostOnlyCross,
};
use fillgap::protocol::{Amended, Execution, PrivateMessage, Query, Reply};
use fillgap::units::{ClientOrderId, SimDuration, SimTime};

use crate::exchange_desk::{Desk, terms};
use crate::readings::{desk_after, ends};

fn with(amend: AmendRules) -> ExchangeSettings {
    ExchangeSettings { amend, ..ExchangeSettings::default() }
}

const FIVE: &[(&str, &str)] = &[("bot", "bid 5 @ 0.40")];

#[test]
fn a_decrease_by_more_than_remains_takes_what_remains_or_is_refused() {
    for (what, takes, refused) in [
        ("decrease #0 by 4.99", "remaining 0.01", "remaining 0.01"),
        ("decrease #0 by 5", "remaining 0", "remaining 0"),
        ("decrease #0 by 5.01", "remaining 0", "InvalidOrderSize"),
    ] {
        for (oversized_decrease, expected) in
            [(OversizedDecrease::TakesWhatRemains, takes), (OversizedDecrease::Refused, refused)]
        {
            let settings = with(AmendRules { oversized_decrease, ..AmendRules::default() });
            let mut desk = desk_after(settings, FIVE);
            assert_eq!(desk.say(1, "bot", what), expected, "{oversized_decrease:?}: {what}");
        }
    }
}

#[test]
fn a_decrease_to_no_less_than_remains_is_refused_or_changes_nothing() {
    for (what, refused, nothing) in [
        ("decrease #0 to 4.99", "remaining 4.99", "remaining 4.99"),
        ("decrease #0 to 5", "InvalidOrderSize", "remaining 5"),
        ("decrease #0 to 5.01", "InvalidOrderSize", "remaining 5"),
    ] {
        for (decrease_to_no_less, expected) in
            [(DecreaseToNoLess::Refused, refused), (DecreaseToNoLess::ChangesNothing, nothing)]
        {
            let settings = with(AmendRules { decrease_to_no_less, ..AmendRules::default() });
            let mut desk = desk_after(settings, FIVE);
            assert_eq!(desk.say(1, "bot", what), expected, "{decrease_to_no_less:?}: {what}");
            let is_told = expected == "remaining 4.99";
            assert_eq!(desk.story().is_empty(), !is_told, "{decrease_to_no_less:?}: {what}");
            assert_eq!(
                desk.say(1, "bot", "cancel #0"),
                expected.replace("remaining", "canceled").replace("InvalidOrderSize", "canceled 5")
            );
        }
    }
}

/// 10 ordered, 4 filled, 3 taken off, 3 remain. A total of 9 then leaves 9 - 4 = 5, or, with what was
/// taken off, 9 - 4 - 3 = 2.
#[test]
fn the_total_of_an_amend_counts_what_a_decrease_took_off_or_not() {
    let before = [("bot", "bid 10 @ 0.40"), ("crowd", "ask 4 @ 0.40"), ("bot", "decrease #0 by 3")];
    for (what, without, with_decreased) in [
        ("amend #0 to 9 @ 0.40", "filled 0, rests 5", "filled 0, rests 2"),
        ("amend #0 to 9 @ 0.41", "filled 0, rests 5", "filled 0, rests 2"),
        ("amend #0 to 12 @ 0.40", "filled 0, rests 8", "filled 0, rests 5"),
        ("amend #0 to 7.01 @ 0.40", "filled 0, rests 3.01", "filled 0, rests 0.01"),
        ("amend #0 to 7 @ 0.40", "filled 0, rests 3", "filled 0, rests 0"),
        ("amend #0 to 6.99 @ 0.40", "filled 0, rests 2.99", "AmendBelowFilled"),
        ("amend #0 to 4 @ 0.40", "filled 0, rests 0", "AmendBelowFilled"),
        ("amend #0 to 3.99 @ 0.40", "AmendBelowFilled", "AmendBelowFilled"),
    ] {
        for (total, expected) in [
            (AmendedTotal::WithoutDecreased, without),
            (AmendedTotal::WithDecreased, with_decreased),
        ] {
            let settings = with(AmendRules { total, ..AmendRules::default() });
            let mut desk = desk_after(settings, &before);
            assert_eq!(desk.say(1, "bot", what), expected, "{total:?}: {what}");
            // What was taken off stays counted, or is forgotten with the first amend.
            if !matches!(expected, "filled 0, rests 0" | "AmendBelowFilled") {
                assert_eq!(desk.say(1, "bot", what), expected, "{total:?}: {what} again");
            }
        }
    }
}

/// 5 ordered and nothing filled; or 1 filled, where zero is less than that.
#[test]
fn an_amend_to_nothing_is_refused_or_a_cancel() {
    let filled = [FIVE[0], ("crowd", "ask 1 @ 0.40")];
    for (before, what, refused, cancels) in [
        (FIVE, "amend #0 to 0 @ 0.40", "InvalidOrderSize", "filled 0, rests 0"),
        (FIVE, "amend #0 to 0 @ 0.30", "InvalidOrderSize", "filled 0, rests 0"),
        (FIVE, "amend #0 to 0.01 @ 0.40", "filled 0, rests 0.01", "filled 0, rests 0.01"),
        (&filled, "amend #0 to 0 @ 0.40", "InvalidOrderSize", "AmendBelowFilled"),
    ] {
        for (to_nothing, expected) in
            [(AmendedToNothing::Refused, refused), (AmendedToNothing::Cancels, cancels)]
        {
            let settings = with(AmendRules { to_nothing, ..AmendRules::default() });
            let mut desk = desk_after(settings, before);
            assert_eq!(desk.say(1, "bot", what), expected, "{to_nothing:?}: {what}");
            let is_over = expected == "filled 0, rests 0";
            let over: &[&str] = if is_over { &["bot: #0 canceled, 5 unfilled"] } else { &[] };
            assert_eq!(ends(&desk), over, "{to_nothing:?}: {what}");
        }
    }
}

/// As by a cancel: the answer, what tells of the order and what reads it name the id that it had, and the
/// new one is not used up.
#[test]
fn an_order_that_an_amend_cancels_keeps_its_client_order_id() {
    let before = [("bot", "bid 10 @ 0.40 as 7"), ("crowd", "ask 4 @ 0.40")];
    let mut desk = desk_after(with(AmendRules::default()), &before);
    let amend = desk.request("amend #0 to 4 @ 0.40 as 8");
    let now = SimTime::START + SimDuration::from_s(1);
    let reply = desk.ask(now, "bot", &amend);
    let had = ClientOrderId::new(7);
    assert!(matches!(reply, Reply::Amended(Amended { client_order, .. }) if client_order == had));
    let ended = desk.last_events.iter().find_map(|event| match event {
        ExchangeEvent::Private(PrivateMessage {
            execution: Execution::Ended { client_order, .. },
            ..
        }) => Some(*client_order),
        _ => None,
    });
    assert_eq!(ended, Some(had));
    assert!(matches!(desk.read(1, "bot", Query::OrderByClient(had), 1), Reply::Order(_)));
    assert_eq!(desk.say(1, "bot", "bid 1 @ 0.30 as 7"), "OrderAlreadyExists");
    assert_eq!(desk.say(1, "bot", "bid 1 @ 0.30 as 8"), "filled 0, rests 1");
}

#[test]
fn the_former_client_order_id_of_an_amended_order_stays_used_up_or_is_free() {
    for (former_client_order, expected) in [
        (FormerClientOrder::StaysUsedUp, "OrderAlreadyExists"),
        (FormerClientOrder::Freed, "filled 0, rests 1"),
    ] {
        let settings = with(AmendRules { former_client_order, ..AmendRules::default() });
        let mut desk = desk_after(settings, &[("bot", "bid 5 @ 0.40 as 7")]);
        for (what, expected) in [
            ("bid 1 @ 0.40 as 7", "OrderAlreadyExists"),
            ("amend #0 to 5 @ 0.40 as 7", "filled 0, rests 5"),
            ("bid 1 @ 0.40 as 7", "OrderAlreadyExists"),
            ("amend #0 to 5 @ 0.40 as 8", "filled 0, rests 5"),
            ("bid 1 @ 0.40 as 8", "OrderAlreadyExists"),
            ("bid 1 @ 0.40 as 7", expected),
            ("bid 1 @ 0.40 as 7", "OrderAlreadyExists"),
        ] {
            assert_eq!(desk.say(1, "bot", what), expected, "{former_client_order:?}: {what}");
        }
    }
}

/// The crowd offers 2 at 0.49, the bot 3 at 0.50, and again the crowd 4 at 0.51. The bot's bid of 10
/// comes to there.
#[test]
fn an_amended_order_that_would_meet_its_own_is_refused_or_does_what_its_rule_says() {
    let kept: &[&str] = &[];
    for (rule, what, refused, by_its_rule, over) in [
        ("taker", "amend #3 to 10 @ 0.49", "filled 2, rests 8", "filled 2, rests 8", kept),
        ("taker", "amend #3 to 2 @ 0.51", "filled 2, rests 0", "filled 2, rests 0", kept),
        (
            "taker",
            "amend #3 to 10 @ 0.50",
            "SelfCross",
            "filled 2, rests 0",
            &["bot: #3 self trade, 8 unfilled"],
        ),
        (
            "taker",
            "amend #3 to 2.01 @ 0.51",
            "SelfCross",
            "filled 2, rests 0",
            &["bot: #3 self trade, 0.01 unfilled"],
        ),
        (
            "maker",
            "amend #3 to 10 @ 0.50",
            "SelfCross",
            "filled 2, rests 8",
            &["bot: #1 self trade, 3 unfilled"],
        ),
        (
            "maker",
            "amend #3 to 5 @ 0.51",
            "SelfCross",
            "filled 5, rests 0",
            &["bot: #1 self trade, 3 unfilled"],
        ),
    ] {
        for (to_own, expected) in
            [(AmendedToOwn::Refused, refused), (AmendedToOwn::ByItsRule, by_its_rule)]
        {
            let settings = with(AmendRules { to_own, ..AmendRules::default() });
            let bid = format!("bid 10 @ 0.40 apart {rule}");
            let mut desk = desk_after(
                settings,
                &[
                    ("crowd", "ask 2 @ 0.49"),
                    ("bot", "ask 3 @ 0.50"),
                    ("crowd", "ask 4 @ 0.51"),
                    ("bot", bid.as_str()),
                ],
            );
            assert_eq!(desk.say(1, "bot", what), expected, "{to_own:?}, {rule}: {what}");
            if to_own == AmendedToOwn::ByItsRule {
                let story = ends(&desk);
                let of_rule: Vec<_> =
                    story.iter().filter(|line| line.contains("self trade")).collect();
                assert_eq!(of_rule, over, "{rule}: {what}");
            }
        }
    }
    // The own order is the first that it meets: nothing fills.
    let settings = with(AmendRules { to_own: AmendedToOwn::ByItsRule, ..AmendRules::default() });
    let before = [("bot", "ask 3 @ 0.50"), ("bot", "bid 10 @ 0.40 apart taker")];
    let mut desk = desk_after(settings, &before);
    assert_eq!(desk.say(1, "bot", "amend #1 to 10 @ 0.50"), "filled 0, rests 0");
    assert_eq!(ends(&desk), ["bot: #1 self trade, 10 unfilled"]);
    assert_eq!(desk.say(1, "bot", "cancel #0"), "canceled 3");
}

/// Poor's dollar paid 0.60 for a NO, or its two did: what it offers at 0.49 needs 0.51 more. Unpaid, it
/// leaves as it is met, and the bot's bid comes to the bot's own offer at 0.50.
#[test]
fn an_amended_order_would_meet_its_own_behind_what_can_not_be_paid() {
    for (cash, what, expected) in [
        ("2", "amend #4 to 1 @ 0.50", "filled 1, rests 0"),
        ("2", "amend #4 to 1.01 @ 0.50", "SelfCross"),
        ("1", "amend #4 to 1 @ 0.49", "filled 0, rests 1"),
        ("1", "amend #4 to 1 @ 0.50", "SelfCross"),
    ] {
        let collateral = CollateralRule::AtMatch;
        let settings = ExchangeSettings { collateral, ..ExchangeSettings::default() };
        let accounts = [("bot", "100"), ("poor", cash), ("crowd", "unlimited")];
        let mut desk = Desk::new(settings, terms("0"), &accounts);
        for (who, what) in [
            ("crowd", "bid 1 @ 0.40"),
            ("poor", "ask 1 @ 0.49"),
            ("poor", "ask 1 @ 0.40"),
            ("bot", "ask 3 @ 0.50"),
            ("bot", "bid 1 @ 0.30 apart taker"),
        ] {
            desk.say(0, who, what);
        }
        assert_eq!(desk.say(1, "bot", what), expected, "{cash}: {what}");
    }
}

#[test]
fn an_amended_post_only_order_that_would_trade_is_refused_or_canceled() {
    for (what, refused, canceled) in [
        ("amend #1 to 5 @ 0.49", "filled 0, rests 5", "filled 0, rests 5"),
        ("amend #1 to 6 @ 0.50", "PostOnlyCross", "filled 0, rests 0"),
    ] {
        for (post_only_cross, expected) in
            [(PostOnlyCross::Refused, refused), (PostOnlyCross::Canceled, canceled)]
        {
            let settings = with(AmendRules { post_only_cross, ..AmendRules::default() });
            let before = [("crowd", "ask 5 @ 0.50"), ("bot", "bid 5 @ 0.40 post")];
            let mut desk = desk_after(settings, &before);
            assert_eq!(desk.say(1, "bot", what), expected, "{post_only_cross:?}: {what}");
            if expected == "filled 0, rests 0" {
                assert_eq!(
                    desk.story(),
                    [
                        "bot: #1 amended to 6 @ 0.50, 6 remain",
                        "bot: #1 post only, 6 unfilled",
                        "quote - 0.50",
                        "bot has 100.00, available 100.00",
                    ]
                );
            }
        }
    }
}
