//! How order groups are judged.

use fillgap::exchange::{ExchangeSettings, GroupJudgement, GroupRules, PausedGroups, WindowEnd};
use fillgap::market::ExchangeStatus;

use crate::readings::{desk_after, ends};

fn with(groups: GroupRules) -> ExchangeSettings {
    ExchangeSettings { groups, ..ExchangeSettings::default() }
}

/// 3 of a limit of 5 matched at 1 s. 3 more exceed it while the first count.
#[test]
fn a_match_counts_to_the_end_of_the_window_or_up_to_it() {
    for (at_s, excluded, included) in [
        (15, "OrderGroupTriggered", "OrderGroupTriggered"),
        (16, "filled 0, rests 1", "OrderGroupTriggered"),
        (17, "filled 0, rests 1", "filled 0, rests 1"),
    ] {
        for (window_end, expected) in
            [(WindowEnd::Excluded, excluded), (WindowEnd::Included, included)]
        {
            let settings = with(GroupRules { window_end, ..GroupRules::default() });
            let mut desk = desk_after(settings, &[("bot", "group 5"), ("crowd", "ask 9 @ 0.50")]);
            desk.say(1, "bot", "bid 3 @ 0.50 in 0");
            desk.say(at_s, "bot", "bid 3 @ 0.50 in 0");
            let told = desk.say(at_s, "bot", "bid 1 @ 0.40 in 0");
            assert_eq!(told, expected, "{window_end:?} at {at_s} s");
        }
    }
}

/// The bot's group has a limit of 5 and bids 4 at 0.40, 4 at 0.39 and 4 at 0.38; another bids 4 at
/// 0.37. The second match exceeds the limit and stands.
#[test]
fn orders_of_a_group_that_is_triggered_are_met_to_the_end_or_not_any_more() {
    for (what, after_order, after_match) in [
        ("ask 5 @ 0.37", "filled 5, rests 0", "filled 5, rests 0"),
        ("ask 8 @ 0.37", "filled 8, rests 0", "filled 8, rests 0"),
        ("ask 14 @ 0.37", "filled 14, rests 0", "filled 12, rests 2"),
        ("ask 14 @ 0.38", "filled 12, rests 2", "filled 8, rests 6"),
        ("ask 12 @ 0.37 fok", "filled 12, rests 0", "filled 12, rests 0"),
        ("ask 12.01 @ 0.37 fok", "filled 12.01, rests 0", "FillOrKillInsufficientVolume"),
        ("ask 16.01 @ 0.37 fok", "FillOrKillInsufficientVolume", "FillOrKillInsufficientVolume"),
    ] {
        for (judgement, expected) in [
            (GroupJudgement::AfterTheOrder, after_order),
            (GroupJudgement::AfterEachMatch, after_match),
        ] {
            let mut desk = desk_after(
                with(GroupRules { judgement, ..GroupRules::default() }),
                &[
                    ("bot", "group 5"),
                    ("bot", "bid 4 @ 0.40 in 0"),
                    ("bot", "bid 4 @ 0.39 in 0"),
                    ("bot", "bid 4 @ 0.38 in 0"),
                    ("other", "bid 4 @ 0.37"),
                ],
            );
            assert_eq!(desk.say(1, "crowd", what), expected, "{judgement:?}: {what}");
            // 5 do not exceed 5; a killed order triggers nothing.
            let is_open = what == "ask 5 @ 0.37" || expected.starts_with("FillOrKill");
            let next = if is_open { "filled 0, rests 1" } else { "OrderGroupTriggered" };
            assert_eq!(desk.say(1, "bot", "bid 1 @ 0.30 in 0"), next, "{judgement:?}: {what}");
        }
    }
}

/// The crowd offers 3 at each of 0.50, 0.51 and 0.52. The second match of a taker of the group exceeds
/// its limit of 5.
#[test]
fn an_order_of_a_group_that_is_triggered_goes_on_or_is_over() {
    let rest = "bot: #3 group canceled, 3 unfilled";
    for (what, after_order, after_match, over) in [
        ("bid 5 @ 0.52 in 0", "filled 5, rests 0", "filled 5, rests 0", None),
        ("bid 6 @ 0.52 in 0", "filled 6, rests 0", "filled 6, rests 0", None),
        ("bid 9 @ 0.52 in 0", "filled 9, rests 0", "filled 6, rests 0", Some(rest)),
        ("bid 9 @ 0.52 in 0 ioc", "filled 9, rests 0", "filled 6, rests 0", Some(rest)),
        ("bid 9 @ 0.52 in 0 fok", "filled 9, rests 0", "filled 6, rests 0", Some(rest)),
        ("bid 9 @ 0.52", "filled 9, rests 0", "filled 9, rests 0", None),
    ] {
        for (judgement, expected) in [
            (GroupJudgement::AfterTheOrder, after_order),
            (GroupJudgement::AfterEachMatch, after_match),
        ] {
            let mut desk = desk_after(
                with(GroupRules { judgement, ..GroupRules::default() }),
                &[
                    ("bot", "group 5"),
                    ("crowd", "ask 3 @ 0.50"),
                    ("crowd", "ask 3 @ 0.51"),
                    ("crowd", "ask 3 @ 0.52"),
                ],
            );
            assert_eq!(desk.say(1, "bot", what), expected, "{judgement:?}: {what}");
            let story = ends(&desk);
            let canceled = story.iter().find(|line| line.contains("group canceled"));
            let expected_end = over.filter(|_| judgement == GroupJudgement::AfterEachMatch);
            assert_eq!(canceled.map(String::as_str), expected_end, "{judgement:?}: {what}");
        }
    }
    // An amended order, too.
    let judgement = GroupJudgement::AfterEachMatch;
    let mut desk = desk_after(
        with(GroupRules { judgement, ..GroupRules::default() }),
        &[
            ("bot", "group 5"),
            ("crowd", "ask 3 @ 0.50"),
            ("crowd", "ask 3 @ 0.51"),
            ("crowd", "ask 3 @ 0.52"),
            ("bot", "bid 9 @ 0.40 in 0"),
        ],
    );
    assert_eq!(desk.say(1, "bot", "amend #3 to 9 @ 0.52"), "filled 6, rests 0");
    assert!(ends(&desk).contains(&rest.to_owned()), "{:?}", desk.story());
}

/// 3 of a limit of 5 matched at 1 s. The crowd offers 2 at each of 0.50, 0.51 and 0.52. While the 3
/// count, the second match of a taker of the group exceeds the limit with 3 + 4, the first hits it with
/// 3 + 2. When they no longer count, the third does with 6.
#[test]
fn earlier_matches_count_on_the_way_as_long_as_the_window_is() {
    for (at_s, excluded, included) in [
        (1, "filled 4, rests 0", "filled 4, rests 0"),
        (15, "filled 4, rests 0", "filled 4, rests 0"),
        (16, "filled 6, rests 0", "filled 4, rests 0"),
        (17, "filled 6, rests 0", "filled 6, rests 0"),
    ] {
        for (window_end, expected) in
            [(WindowEnd::Excluded, excluded), (WindowEnd::Included, included)]
        {
            let judgement = GroupJudgement::AfterEachMatch;
            let rules = GroupRules { judgement, window_end, ..GroupRules::default() };
            let before = [("bot", "group 5"), ("crowd", "ask 3 @ 0.49")];
            let mut desk = desk_after(with(rules), &before);
            assert_eq!(desk.say(1, "bot", "bid 3 @ 0.49 in 0"), "filled 3, rests 0");
            for what in ["ask 2 @ 0.50", "ask 2 @ 0.51", "ask 2 @ 0.52"] {
                desk.say(1, "crowd", what);
            }
            let told = desk.say(at_s, "bot", "bid 6 @ 0.52 in 0");
            assert_eq!(told, expected, "{window_end:?} at {at_s} s");
        }
    }
}

#[test]
fn groups_can_be_changed_while_trading_is_paused_or_not() {
    for (what, like_cancel) in [
        ("group 1", "order group 1"),
        ("group 0 limit 3", "done"),
        ("group 0 trigger", "done"),
        ("group 0 reset", "done"),
        ("group 0 delete", "done"),
    ] {
        for (paused_changes, trading) in
            [(PausedGroups::LikeCancel, like_cancel), (PausedGroups::LikeCreate, "TradingPaused")]
        {
            for (status, expected) in [
                (ExchangeStatus::Active, like_cancel),
                (ExchangeStatus::TradingPaused, trading),
                (ExchangeStatus::ExchangePaused, "ExchangePaused"),
            ] {
                let settings = with(GroupRules { paused_changes, ..GroupRules::default() });
                let mut desk = desk_after(settings, &[("bot", "group 5")]);
                desk.set_status(1, status);
                let told = desk.say(1, "bot", what);
                assert_eq!(told, expected, "{paused_changes:?}, {status:?}: {what}");
            }
        }
    }
}
