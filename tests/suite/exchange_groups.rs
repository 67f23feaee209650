//! Order groups, one request a line.

use fillgap::exchange::ExchangeSettings;
use fillgap::protocol::{GroupState, Query, Reply};
use fillgap::units::OrderGroupId;

use crate::exchange_desk::{Desk, terms};

/// The bot has group 0 with a limit of 5 contracts; the crowd bids 100 at 0.30 and offers 100 at
/// 0.50.
fn desk() -> Desk {
    let accounts = [("bot", "100"), ("crowd", "unlimited")];
    let mut desk = Desk::new(ExchangeSettings::default(), terms("0"), &accounts);
    desk.say(0, "bot", "group 5");
    desk.say(0, "crowd", "bid 100 @ 0.30");
    desk.say(0, "crowd", "ask 100 @ 0.50");
    desk
}

fn carry_out(lines: &[(u64, &str, &str, &str)]) {
    let mut desk = desk();
    for (at_s, who, what, expected) in lines {
        assert_eq!(desk.say(*at_s, who, what), *expected, "{at_s} s, {who}: {what}");
    }
}

#[test]
fn a_group_is_triggered_by_more_than_its_limit_and_not_by_the_limit() {
    carry_out(&[
        (1, "bot", "bid 4 @ 0.40 in 0", "filled 0, rests 4"),
        (1, "bot", "bid 5 @ 0.50 in 0", "filled 5, rests 0"),
        (1, "bot", "bid 1 @ 0.40 in 0", "filled 0, rests 1"),
        // The fill that exceeds stands; the rests are gone, and new orders are refused.
        (2, "bot", "bid 0.01 @ 0.50 in 0", "filled 0.01, rests 0"),
        (2, "bot", "cancel #2", "OrderNotFound"),
        (2, "bot", "cancel #4", "OrderNotFound"),
        (2, "bot", "bid 1 @ 0.40 in 0", "OrderGroupTriggered"),
        (2, "bot", "bid 1 @ 0.40", "filled 0, rests 1"),
        // Time alone does not open it again.
        (60, "bot", "bid 1 @ 0.40 in 0", "OrderGroupTriggered"),
        (60, "bot", "group 0 reset", "done"),
        (60, "bot", "bid 5 @ 0.50 in 0", "filled 5, rests 0"),
    ]);
}

/// A match counts for 15 seconds, and no longer at the end of them.
#[test]
fn the_window_rolls() {
    carry_out(&[
        (1, "bot", "bid 3 @ 0.50 in 0", "filled 3, rests 0"),
        (10, "bot", "bid 2 @ 0.50 in 0", "filled 2, rests 0"),
        (16, "bot", "bid 3 @ 0.50 in 0", "filled 3, rests 0"),
        (24, "bot", "bid 0.01 @ 0.50 in 0", "filled 0.01, rests 0"),
        (24, "bot", "bid 1 @ 0.50 in 0", "OrderGroupTriggered"),
    ]);
}

/// An order that rests counts when it is met, and takes the others of its group along.
#[test]
fn makers_count_and_the_rest_of_a_taker_goes_too() {
    let mut desk = desk();
    desk.say(1, "bot", "bid 4 @ 0.40 in 0");
    desk.say(1, "bot", "bid 4 @ 0.39 in 0");
    desk.say(1, "bot", "bid 4 @ 0.38");
    // The sweep of 9 at 0.38 and better fills 4 + 4 + 1, though 4 + 4 exceed 5 already.
    assert_eq!(desk.say(2, "crowd", "ask 9 @ 0.38"), "filled 9, rests 0");
    let mut desk = self::desk();
    desk.say(1, "bot", "bid 4 @ 0.40 in 0");
    desk.say(1, "bot", "bid 7 @ 0.39 in 0");
    desk.say(1, "bot", "bid 1 @ 0.38");
    assert_eq!(desk.say(2, "crowd", "ask 6 @ 0.39"), "filled 6, rests 0");
    let canceled: Vec<_> =
        desk.story().into_iter().filter(|line| line.contains("group canceled")).collect();
    assert_eq!(canceled, ["bot: #3 group canceled, 5 unfilled"]);
    // A taker of the group that exceeds the limit does not rest.
    let mut desk = self::desk();
    assert_eq!(desk.say(1, "bot", "bid 101 @ 0.50 in 0"), "filled 100, rests 0");
    assert_eq!(desk.story().last().unwrap(), "bot has 50.00, available 50.00");
}

#[test]
fn a_group_can_be_triggered_reset_limited_and_deleted() {
    carry_out(&[
        (1, "bot", "bid 1 @ 0.40 in 0", "filled 0, rests 1"),
        (1, "bot", "group 0 trigger", "done"),
        (1, "bot", "cancel #2", "OrderNotFound"),
        (1, "bot", "bid 1 @ 0.40 in 0", "OrderGroupTriggered"),
        (1, "bot", "group 0 reset", "done"),
        (1, "bot", "bid 3 @ 0.50 in 0", "filled 3, rests 0"),
        (1, "bot", "bid 1 @ 0.40 in 0", "filled 0, rests 1"),
        // A limit of what matched is not exceeded, one below is.
        (1, "bot", "group 0 limit 3", "done"),
        (1, "bot", "cancel #4", "canceled 1"),
        (1, "bot", "group 0 limit 2.99", "done"),
        (1, "bot", "bid 1 @ 0.40 in 0", "OrderGroupTriggered"),
        // A larger limit does not open it.
        (1, "bot", "group 0 limit 1000", "done"),
        (1, "bot", "bid 1 @ 0.40 in 0", "OrderGroupTriggered"),
        (1, "bot", "group 0 reset", "done"),
        (1, "bot", "bid 1 @ 0.40 in 0", "filled 0, rests 1"),
        (1, "bot", "group 0 delete", "done"),
        (1, "bot", "cancel #5", "OrderNotFound"),
        (1, "bot", "bid 1 @ 0.40 in 0", "OrderGroupNotFound"),
        (1, "bot", "group 0 reset", "OrderGroupNotFound"),
        // The number is not given out again.
        (1, "bot", "group 1", "order group 1"),
    ]);
}

#[test]
fn the_limit_is_from_1_to_1_000_000_contracts() {
    carry_out(&[
        (1, "bot", "group 1", "order group 1"),
        (1, "bot", "group 0.99", "InvalidGroupLimit"),
        (1, "bot", "group 1000000", "order group 2"),
        (1, "bot", "group 1000000.01", "InvalidGroupLimit"),
        (1, "bot", "group 0 limit 1", "done"),
        (1, "bot", "group 0 limit 0.99", "InvalidGroupLimit"),
    ]);
}

#[test]
fn a_group_is_its_owners() {
    carry_out(&[
        (1, "crowd", "bid 1 @ 0.40 in 0", "OrderGroupNotFound"),
        (1, "crowd", "group 0 trigger", "OrderGroupNotFound"),
        (1, "crowd", "group 0 delete", "OrderGroupNotFound"),
        (1, "bot", "bid 1 @ 0.40 in 1", "OrderGroupNotFound"),
        (1, "bot", "bid 1 @ 0.40 in 0", "filled 0, rests 1"),
    ]);
}

#[test]
fn a_group_is_read_with_its_orders() {
    let mut desk = desk();
    desk.say(1, "bot", "bid 1 @ 0.40 in 0");
    desk.say(1, "bot", "bid 1 @ 0.41");
    desk.say(1, "bot", "ask 1 @ 0.60 in 0");
    let query = Query::Group(OrderGroupId::new(0));
    let Reply::Group(view) = desk.read(1, "bot", query, 1) else { panic!("it is there") };
    assert_eq!(view.orders, [desk.order("#2"), desk.order("#4")]);
    assert_eq!((view.contracts_limit, view.state), ("5".parse().unwrap(), GroupState::Open));
    desk.say(2, "bot", "group 0 trigger");
    let Reply::Groups(groups) = desk.read(2, "bot", Query::Groups, 2) else { panic!("a list") };
    let shown: Vec<_> = groups.iter().map(|view| (view.state, view.orders.len())).collect();
    assert_eq!(shown, [(GroupState::Triggered, 0)]);
    assert_eq!(desk.read(2, "crowd", Query::Groups, 2), Reply::Groups(vec![]));
}

/// An amend keeps an order in its group.
#[test]
fn an_amended_order_counts_for_its_group() {
    carry_out(&[
        (1, "bot", "bid 6 @ 0.40 in 0", "filled 0, rests 6"),
        (1, "bot", "bid 1 @ 0.39 in 0", "filled 0, rests 1"),
        (1, "bot", "amend #2 to 6 @ 0.50", "filled 6, rests 0"),
        (1, "bot", "cancel #3", "OrderNotFound"),
        (1, "bot", "bid 1 @ 0.40 in 0", "OrderGroupTriggered"),
    ]);
}
