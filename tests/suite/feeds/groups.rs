//! What is told of order groups.

use fillgap::exchange::publish::PublishSettings;
use fillgap::protocol::websocket::{Command, FeedChannel, SubscriptionChange};
use fillgap::units::SubscriptionId;

use super::feed_desk::{FeedDesk, market_set};

/// Each change is a message with the next number, to the owner alone. What a group cancels follows.
#[test]
fn each_change_of_an_own_group_is_told() {
    let mut feeds = FeedDesk::new(PublishSettings::default());
    let channels = [FeedChannel::OrderGroups];
    assert_eq!(feeds.subscribe(&channels), ["subscribed order_group_updates as 1"]);
    for (at_s, who, what, told) in [
        (1, "bot", "group 5", "group#1 order group 0: created 5 at 1"),
        (1, "crowd", "group 3", ""),
        (2, "bot", "bid 2 @ 0.40 in 0", ""),
        (2, "bot", "group 0 limit 4", "group#2 order group 0: limit_updated 4 at 2"),
        (3, "bot", "group 0 trigger", "group#3 order group 0: triggered at 3"),
        (4, "bot", "group 0 trigger", "group#4 order group 0: triggered at 4"),
        (5, "bot", "group 0 reset", "group#5 order group 0: reset at 5"),
        (6, "crowd", "ask 9 @ 0.50", ""),
        // 4 are the limit, 0.01 more are beyond it.
        (6, "bot", "bid 4 @ 0.50 in 0", ""),
        (7, "bot", "bid 0.01 @ 0.50 in 0", "group#6 order group 0: triggered at 7"),
        (8, "crowd", "group 1 delete", ""),
        (8, "bot", "group 1 reset", ""),
        (8, "bot", "group 0 delete", "group#7 order group 0: deleted at 8"),
    ] {
        let expected: Vec<&str> = Some(told).filter(|told| !told.is_empty()).into_iter().collect();
        assert_eq!(feeds.say(at_s, who, what), expected, "{at_s} s, {who}: {what}");
    }
}

/// A limit below what matched triggers at once; own orders come after the groups' news of one event
/// only if messages are told as things happen.
#[test]
fn a_limit_that_triggers_is_told_twice_and_then_the_cancels() {
    let mut feeds = FeedDesk::new(PublishSettings::default());
    feeds.subscribe(&[FeedChannel::OrderGroups, FeedChannel::UserOrders]);
    feeds.prepare(&[
        ("bot", "group 5"),
        ("crowd", "ask 9 @ 0.50"),
        ("bot", "bid 3 @ 0.50 in 0"),
        ("bot", "bid 2 @ 0.40 in 0"),
    ]);
    let told = feeds.say(1, "bot", "group 0 limit 2");
    let groups: Vec<_> = told.iter().filter(|line| line.starts_with("group")).collect();
    assert_eq!(
        groups,
        ["group#2 order group 0: limit_updated 2 at 1", "group#3 order group 0: triggered at 1"]
    );
    let orders: Vec<_> = told.iter().filter(|line| line.starts_with("order ")).collect();
    assert_eq!(orders.len(), 1);
    assert!(orders[0].contains("canceled: 2 @ 0.40, 0 filled, 0 left"), "{orders:?}");
}

/// The channel is about no market, so there is none to add to it.
#[test]
fn a_subscription_to_groups_ignores_markets() {
    let mut feeds = FeedDesk::new(PublishSettings::default());
    feeds.subscribe(&[FeedChannel::OrderGroups]);
    let change = SubscriptionChange::AddMarkets(market_set(&[0]));
    let update = Command::Update { subscription: SubscriptionId::new(1), change };
    assert_eq!(feeds.command(&update), ["refused 13: unsupported action, subscription 1"]);
}
