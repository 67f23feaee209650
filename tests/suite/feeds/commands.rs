//! Subscribing, changing and ending subscriptions: answers and numbers.

use fillgap::exchange::publish::{CommandRules, PublishSettings, UnknownMarkets};
use fillgap::market::LifeStep;
use fillgap::protocol::websocket::{
    Command, FeedChannel, MarketChoice, Subscribe, SubscriptionChange, SubscriptionError,
};
use fillgap::units::{SimDuration, SimTime, SubscriptionId};

use super::feed_desk::{FeedDesk, market_set, these};
use crate::exchange_desk::terms;

/// Three markets with a bid each, of 1 at 0.10, 2 at 0.20 and 3 at 0.30; no other one is listed.
pub(super) fn desk(settings: PublishSettings) -> FeedDesk {
    let mut feeds = FeedDesk::new(settings);
    for _ in 0..2 {
        feeds.desk.exchange.list_market(terms("0"));
    }
    // The audit of a desk knows the first market alone.
    feeds.desk.audit = fillgap::audit::ExchangeAudit::new(&feeds.desk.exchange);
    feeds.prepare(&[
        ("crowd", "bid 1 @ 0.10"),
        ("crowd", "bid 2 @ 0.20 market 1"),
        ("crowd", "bid 3 @ 0.30 market 2"),
    ]);
    feeds
}

/// A command in words: `book 0 1`, `trades all`, `book+ticker 0`, `end 1`, `add 1: 2`,
/// `drop 1: 2`, `snapshot 1: 2`, `list`.
pub(super) fn command(words: &str) -> Command {
    let numbers = |words: &str| -> Vec<u32> {
        words.split_whitespace().map(|word| word.parse().unwrap()).collect()
    };
    let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
    let update = |change: fn(std::collections::BTreeSet<_>) -> SubscriptionChange| {
        let (id, markets) = rest.split_once(':').unwrap();
        let subscription = SubscriptionId::new(id.parse().unwrap());
        Command::Update { subscription, change: change(market_set(&numbers(markets))) }
    };
    match verb {
        "list" => Command::List,
        "end" => Command::Unsubscribe(numbers(rest).into_iter().map(SubscriptionId::new).collect()),
        "add" => update(SubscriptionChange::AddMarkets),
        "drop" => update(SubscriptionChange::DeleteMarkets),
        "snapshot" => update(SubscriptionChange::GetSnapshot),
        channels => {
            let channel = |word| match word {
                "book" => Some(FeedChannel::OrderBook),
                "trades" => Some(FeedChannel::Trades),
                "ticker" => Some(FeedChannel::Ticker),
                "lives" => Some(FeedChannel::MarketLifecycle),
                "nothing" => None,
                _ => panic!("not a command: {words}"),
            };
            let channels = channels.split('+').filter_map(channel).collect();
            let markets = if rest == "all" { MarketChoice::All } else { these(&numbers(rest)) };
            Command::Subscribe(Subscribe::new(channels, markets))
        }
    }
}

/// One connection's commands in their order, with all that they are answered and sent. Between them
/// nothing happens but where a row begins with `*`: a bid of 1 at 0.05 in that market.
#[test]
fn a_subscription_is_numbered_over_all_its_markets_and_answers() {
    let mut feeds = desk(PublishSettings::default());
    let rows: [(&str, &[&str]); 18] = [
        (
            "ticker+book 0 2",
            &[
                "subscribed ticker as 1",
                "subscribed orderbook_delta as 2",
                "book#1 yes 0.10x1 no -",
                "book#2 yes 0.30x3 no -",
            ],
        ),
        ("* 0", &["book#3 yes 0.05 +1"]),
        ("* 1", &[]),
        ("* 2", &["book#4 yes 0.05 +1"]),
        ("add 2: 1", &["updated 2#5 to [0, 1, 2]", "book#6 yes 0.05x1 0.20x2 no -"]),
        ("add 2: 1", &["updated 2#7 to [0, 1, 2]"]),
        ("* 1", &["book#8 yes 0.05 +1"]),
        (
            "snapshot 2: 0 1",
            &[
                "updated 2#9 to [0, 1, 2]",
                "book#10 yes 0.05x1 0.10x1 no -",
                "book#11 yes 0.05x2 0.20x2 no -",
            ],
        ),
        ("drop 2: 0 2", &["updated 2#12 to [1]"]),
        ("* 0", &[]),
        // A channel that the connection has: the new market joins, under the old number.
        (
            "book+trades 0 1",
            &["updated 2#13 to [0, 1]", "subscribed trade as 3", "book#14 yes 0.05x2 0.10x1 no -"],
        ),
        ("list", &["listed 1 ticker 2 orderbook_delta 3 trade"]),
        ("end 2", &["unsubscribed 2#15"]),
        ("* 0", &[]),
        // A new subscription has a new id and starts at 1.
        ("book 1", &["subscribed orderbook_delta as 4", "book#1 yes 0.05x2 0.20x2 no -"]),
        ("end 1 3 4", &["unsubscribed 1", "unsubscribed 3#1", "unsubscribed 4#2"]),
        ("list", &["listed"]),
        ("* 1", &[]),
    ];
    for (what, expected) in rows {
        let found = match what.split_once("* ") {
            Some((_, market)) => feeds.say(1, "crowd", &format!("bid 1 @ 0.05 market {market}")),
            None => feeds.command(&command(what)),
        };
        assert_eq!(found, expected, "{what}");
    }
}

/// A connection starts at subscription 1 and message 1, whatever came before (recorded, 25
/// connections).
#[test]
fn a_new_connection_numbers_anew() {
    let mut feeds = desk(PublishSettings::default());
    for _ in 0..2 {
        assert_eq!(
            feeds.command(&command("book 0")),
            ["subscribed orderbook_delta as 1", "book#1 yes 0.10x1 no -"]
        );
        let old = feeds.bot;
        feeds.publisher.disconnect(&mut feeds.desk.exchange, old);
        feeds.bot = feeds.publisher.connect(feeds.desk.account("bot"));
        assert_ne!(feeds.bot, old);
    }
}

/// The connection has a book of market 0 as subscription 1, trades of all as 2, lives as 3. Each row
/// is refused and changes nothing, but where it says otherwise.
#[test]
fn a_command_is_refused_for_each_reason() {
    let rows: [(&str, &[&str]); 17] = [
        ("nothing 0", &["refused 3: channels required"]),
        ("end", &["refused 4: subscription ids required"]),
        ("end 9", &["refused 7: unknown subscription id, subscription 9"]),
        // The others end.
        ("end 9 1", &["refused 7: unknown subscription id, subscription 9", "unsubscribed 1#2"]),
        ("add 9: 1", &["refused 7: unknown subscription id, subscription 9"]),
        ("drop 2: 1", &["refused 11: invalid parameter, subscription 2"]),
        ("snapshot 1: 0 2", &["refused 11: invalid parameter, subscription 1, market 2"]),
        ("snapshot 1: 0", &["updated 1#2 to [0]", "book#3 yes 0.10x1 no -"]),
        ("snapshot 2: 0", &["refused 13: unsupported action, subscription 2"]),
        ("add 3: 0", &["refused 13: unsupported action, subscription 3"]),
        ("add 1:", &["refused 14: market ticker required, subscription 1"]),
        ("book", &["refused 14: market ticker required"]),
        ("book all", &["refused 14: market ticker required"]),
        // None of several channels begins.
        ("ticker+book all", &["refused 14: market ticker required"]),
        ("add 1: 1 3", &["refused 16: market not found, subscription 1, market 3"]),
        ("ticker 3", &["refused 16: market not found, market 3"]),
        ("ticker 2", &["subscribed ticker as 4"]),
    ];
    for (what, expected) in rows {
        let commands =
            CommandRules { unknown_markets: UnknownMarkets::Refused, ..CommandRules::default() };
        let mut feeds = desk(PublishSettings { commands, ..PublishSettings::default() });
        for before in ["book 0", "trades all", "lives all"] {
            feeds.command(&command(before));
        }
        assert_eq!(feeds.command(&command(what)), expected, "{what}");
        if expected.iter().all(|words| words.starts_with("refused")) {
            let held = ["listed 1 orderbook_delta 2 trade 3 market_lifecycle_v2"];
            assert_eq!(feeds.command(&Command::List), held, "{what}");
        }
    }
}

/// Since September 2026 an unknown market is left out.
#[test]
fn an_unknown_market_is_left_out() {
    let mut feeds = desk(PublishSettings::default());
    for (what, expected) in [
        ("book 7", &["subscribed orderbook_delta as 1"][..]),
        ("add 1: 1 8", &["updated 1#1 to [1]", "book#2 yes 0.20x2 no -"]),
        ("ticker 7", &["subscribed ticker as 2"]),
        // A subscription to all of them stays one.
        ("trades all", &["subscribed trade as 3"]),
        ("add 3: 1", &["updated 3#1 to all"]),
        ("trades all", &["updated 3#2 to all"]),
        ("ticker all", &["updated 2 to all"]),
    ] {
        assert_eq!(feeds.command(&command(what)), expected, "{what}");
    }
}

/// Both markets changed and wait for the beat at 1 s. One leaves the subscription before it, and changes
/// once more.
#[test]
fn a_market_that_leaves_a_ticker_is_not_told_of_at_the_next_beat() {
    let mut feeds = desk(PublishSettings::default());
    feeds.command(&command("ticker 1 2"));
    for what in ["bid 1 @ 0.40 market 1", "bid 1 @ 0.40 market 2"] {
        assert_eq!(feeds.say(0, "crowd", what), [""; 0]);
    }
    assert_eq!(feeds.command(&command("drop 1: 1")), ["updated 1 to [2]"]);
    assert_eq!(feeds.say(0, "crowd", "bid 1 @ 0.41 market 1"), [""; 0]);
    assert_eq!(
        feeds.pass(SimTime::START + SimDuration::from_s(1)),
        ["ticker 0.40x1 - last - volume 0 open 0 at 0"]
    );
}

/// Whatever markets are named, the lives of all of them are told.
#[test]
fn the_lives_of_markets_come_for_all_of_them() {
    let mut feeds = desk(PublishSettings::default());
    assert_eq!(feeds.command(&command("lives 1")), ["subscribed market_lifecycle_v2 as 1"]);
    assert_eq!(feeds.step(1, LifeStep::Deactivate).len(), 1);
}

#[test]
#[should_panic(expected = "connection 0 is open")]
fn a_connection_that_ended_takes_no_command() {
    let mut feeds = desk(PublishSettings::default());
    let old = feeds.bot;
    feeds.publisher.disconnect(&mut feeds.desk.exchange, old);
    feeds.command(&command("list"));
}

#[test]
#[should_panic(expected = "account 1 is followed")]
fn a_connection_is_of_an_account_that_is_followed() {
    let mut feeds = desk(PublishSettings::default());
    feeds.publisher.connect(feeds.desk.account("crowd"));
}

#[test]
#[should_panic(expected = "account 1 is followed before its first order")]
fn an_account_is_followed_before_its_first_order() {
    let mut feeds = desk(PublishSettings::default());
    feeds.publisher.follow(&feeds.desk.exchange, feeds.desk.account("crowd"));
}

/// Codes of "Websocket connection", 2026-08-22.
#[test]
fn an_error_has_the_code_of_the_exchange() {
    let codes = SubscriptionError::ALL.map(|error| (error, error.code()));
    assert_eq!(
        codes,
        [
            (SubscriptionError::ChannelsRequired, 3),
            (SubscriptionError::SubscriptionsRequired, 4),
            (SubscriptionError::UnknownSubscription, 7),
            (SubscriptionError::InvalidParameter, 11),
            (SubscriptionError::UnsupportedAction, 13),
            (SubscriptionError::MarketRequired, 14),
            (SubscriptionError::MarketNotFound, 16),
        ]
    );
}
