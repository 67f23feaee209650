//! Each reading of what the feeds do where Kalshi does not say so.

use fillgap::exchange::publish::{
    CommandRules, HeldChannels, HeldPrices, LimitThatTriggers, MessageOrder, OutsideMarkets,
    OwnPositionPace, PublishSettings, SeveralBegun, SeveralEnded, TickerBeat, TriggeredAgain,
};
use fillgap::market::{LifeStep, MarketResult};
use fillgap::protocol::websocket::{Command, FeedChannel, PriceFrame, Subscribe};
use fillgap::units::{SimDuration, SimTime};

use super::commands::{command, desk};
use super::feed_desk::{FeedDesk, these};

/// 10 at 0.41 and 2 at 0.40 cost 4.90. 5 of the 12 are sold at 0.45: of the cost, 4.90 * 5/12 =
/// 2.041666 goes, and 2.25 comes in. The other 7 bring 3.08 at 0.44 and cost 2.858334; 3 more open as
/// NO at 0.56. Worth nothing in the end, they lose 1.68.
#[test]
fn a_position_is_told_once_an_event_or_with_each_change() {
    let bought = ["position 10 cost 4.10 realized 0.00 fees 0.00 volume 10"];
    let all_bought = "position 12 cost 4.90 realized 0.00 fees 0.00 volume 12";
    let sold = ["position 7 cost 2.858334 realized 0.208334 fees 0.00 volume 17"];
    let all_sold = "position -3 cost 1.68 realized 0.43 fees 0.00 volume 27";
    let paid = "position 0 cost 0.00 realized -1.25 fees 0.00 volume 27";
    for message_order in [MessageOrder::ByChannel, MessageOrder::AsItHappens] {
        for own_positions in [OwnPositionPace::EachEvent, OwnPositionPace::EachChange] {
            let settings =
                PublishSettings { message_order, own_positions, ..PublishSettings::default() };
            let mut feeds = FeedDesk::new(settings);
            feeds.subscribe(&[FeedChannel::MarketPositions]);
            feeds.prepare(&[("bot", "bid 10 @ 0.41"), ("bot", "bid 6 @ 0.40")]);
            let told = |between: &[&str], last: &str| -> Vec<String> {
                let between =
                    between.iter().filter(|_| own_positions == OwnPositionPace::EachChange);
                between.chain([&last]).map(ToString::to_string).collect()
            };
            let first = feeds.say(1, "crowd", "ask 12 @ 0.40");
            assert_eq!(first, told(&bought, all_bought), "{own_positions:?}");
            for (who, what) in
                [("bot", "cancel all"), ("crowd", "bid 5 @ 0.45"), ("crowd", "bid 20 @ 0.44")]
            {
                feeds.say(2, who, what);
            }
            let second = feeds.say(2, "bot", "ask 15 @ 0.44");
            assert_eq!(second, told(&sold, all_sold), "{own_positions:?}");
            feeds.step(3, LifeStep::Close);
            feeds.step(4, LifeStep::Determine(MarketResult::Yes));
            assert_eq!(feeds.step(5, LifeStep::Settle), told(&[], paid), "{own_positions:?}");
        }
    }
}

fn with(commands: CommandRules) -> PublishSettings {
    PublishSettings { commands, ..PublishSettings::default() }
}

/// Each command after "book 0" and "trades all" (subscriptions 1 and 2), with its answers.
fn answers(commands: CommandRules, what: &str) -> Vec<String> {
    let mut feeds = desk(with(commands));
    for before in ["book 0", "trades all"] {
        feeds.command(&command(before));
    }
    feeds.command(&command(what))
}

#[test]
fn a_held_channel_is_answered_as_changed_or_as_begun() {
    for (what, changed, begun) in [
        (
            "book 1",
            ["updated 1#2 to [0, 1]", "book#3 yes 0.20x2 no -"].as_slice(),
            ["subscribed orderbook_delta as 1", "book#2 yes 0.20x2 no -"].as_slice(),
        ),
        ("book 0", &["updated 1#2 to [0]"], &["subscribed orderbook_delta as 1"]),
        ("trades 1", &["updated 2#1 to all"], &["subscribed trade as 2"]),
        ("ticker 1", &["subscribed ticker as 3"], &["subscribed ticker as 3"]),
        // A change by its own command is a change in both readings.
        (
            "add 1: 1",
            &["updated 1#2 to [0, 1]", "book#3 yes 0.20x2 no -"],
            &["updated 1#2 to [0, 1]", "book#3 yes 0.20x2 no -"],
        ),
    ] {
        for (held_channels, expected) in
            [(HeldChannels::AsChanged, changed), (HeldChannels::AsBegun, begun)]
        {
            let commands = CommandRules { held_channels, ..CommandRules::default() };
            assert_eq!(answers(commands, what), expected, "{held_channels:?}: {what}");
        }
    }
}

/// Somebody offers YES at 0.60, which is NO for 0.40, in market 1, and at 0.70 in market 0.
#[test]
fn a_held_book_is_shown_as_it_began_or_as_was_asked_last() {
    for (held_prices, snapshot, delta) in [
        (HeldPrices::AsBegun, "book#3 yes 0.20x2 no 0.40x1", "book#4 no 0.30 +1"),
        (HeldPrices::AsAsked, "book#3 yes 0.20x2 no 0.60x1", "book#4 no 0.70 +1"),
    ] {
        let mut feeds = desk(with(CommandRules { held_prices, ..CommandRules::default() }));
        feeds.prepare(&[("crowd", "ask 1 @ 0.60 market 1")]);
        feeds.command(&command("book 0"));
        let wish = Subscribe {
            book_prices: PriceFrame::Yes,
            ..Subscribe::new(vec![FeedChannel::OrderBook], these(&[1]))
        };
        let told = feeds.command(&Command::Subscribe(wish));
        assert_eq!(told, ["updated 1#2 to [0, 1]", snapshot], "{held_prices:?}");
        assert_eq!(feeds.say(1, "crowd", "ask 1 @ 0.70"), [delta], "{held_prices:?}");
    }
}

#[test]
fn several_subscriptions_begin_together_or_one_by_one() {
    let refused = "refused 14: market ticker required";
    for (what, together, one_by_one) in [
        (
            "ticker+book+lives all",
            [refused].as_slice(),
            ["subscribed ticker as 3", refused, "subscribed market_lifecycle_v2 as 4"].as_slice(),
        ),
        ("book all", &[refused], &[refused]),
        // What concerns the whole command refuses it whole.
        ("nothing 0", &["refused 3: channels required"], &["refused 3: channels required"]),
    ] {
        for (several_begun, expected) in
            [(SeveralBegun::Together, together), (SeveralBegun::OneByOne, one_by_one)]
        {
            let commands = CommandRules { several_begun, ..CommandRules::default() };
            assert_eq!(answers(commands, what), expected, "{several_begun:?}: {what}");
        }
    }
}

#[test]
fn several_subscriptions_end_one_by_one_or_together() {
    let unknown = "refused 7: unknown subscription id, subscription 9";
    let twice = "refused 7: unknown subscription id, subscription 1";
    for (what, one_by_one, together) in [
        ("end 1 9 2", ["unsubscribed 1#2", unknown, "unsubscribed 2#1"].as_slice(), &[unknown][..]),
        ("end 1 1", &["unsubscribed 1#2", twice], &[twice]),
        ("end 9", &[unknown], &[unknown]),
        (
            "end 2 1",
            &["unsubscribed 2#1", "unsubscribed 1#2"],
            &["unsubscribed 2#1", "unsubscribed 1#2"],
        ),
    ] {
        for (several_ended, expected) in
            [(SeveralEnded::OneByOne, one_by_one), (SeveralEnded::Together, together)]
        {
            let commands = CommandRules { several_ended, ..CommandRules::default() };
            assert_eq!(answers(commands, what), expected, "{several_ended:?}: {what}");
        }
    }
}

#[test]
fn markets_outside_of_a_subscription_are_refused_or_left_out() {
    let refused = "refused 11: invalid parameter, subscription";
    let (of_2, all) = (format!("{refused} 1, market 2"), format!("{refused} 2"));
    for (what, first, left_out) in [
        (
            "snapshot 1: 0 2",
            of_2.as_str(),
            ["updated 1#2 to [0]", "book#3 yes 0.10x1 no -"].as_slice(),
        ),
        ("snapshot 1: 2", &of_2, &["updated 1#2 to [0]"]),
        ("drop 2: 1", &all, &["updated 2#1 to all"]),
        // Taking out what is not in is no mistake in either reading.
        ("drop 1: 2", "updated 1#2 to [0]", &["updated 1#2 to [0]"]),
    ] {
        for (outside_markets, expected) in
            [(OutsideMarkets::Refused, [first].as_slice()), (OutsideMarkets::LeftOut, left_out)]
        {
            let commands = CommandRules { outside_markets, ..CommandRules::default() };
            assert_eq!(answers(commands, what), expected, "{outside_markets:?}: {what}");
        }
    }
}

/// 3 match in a group with a limit of 5. Which news there are of it, by both settings: L is a limit, T
/// a trigger, R a reset.
#[test]
fn a_trigger_is_told_beside_its_limit_or_alone_and_again_or_not() {
    type Rows = [&'static str; 6];
    let what: Rows = [
        "group 0 limit 4",
        "group 0 limit 2",
        "group 0 trigger",
        "group 0 limit 1",
        "group 0 reset",
        "group 0 trigger",
    ];
    let (both, alone) = (LimitThatTriggers::ToldAsBoth, LimitThatTriggers::ToldAsTrigger);
    let (again, once) = (TriggeredAgain::Told, TriggeredAgain::NotTold);
    let tables: [(LimitThatTriggers, TriggeredAgain, Rows); 4] = [
        (both, again, ["L", "LT", "T", "LT", "R", "T"]),
        (alone, again, ["L", "T", "T", "T", "R", "T"]),
        (both, once, ["L", "LT", "", "L", "R", "T"]),
        // Without a trigger to be told, the limit is.
        (alone, once, ["L", "T", "", "L", "R", "T"]),
    ];
    for (limit_that_triggers, triggered_again, expected) in tables {
        let settings =
            PublishSettings { limit_that_triggers, triggered_again, ..PublishSettings::default() };
        let mut feeds = FeedDesk::new(settings);
        feeds.subscribe(&[FeedChannel::OrderGroups]);
        feeds.prepare(&[
            ("bot", "group 5"),
            ("crowd", "ask 9 @ 0.50"),
            ("bot", "bid 3 @ 0.50 in 0"),
        ]);
        for (what, expected) in what.into_iter().zip(expected) {
            let told = feeds.say(1, "bot", what);
            let letter = |line: &String| match line {
                line if line.contains("limit_updated") => 'L',
                line if line.contains("triggered") => 'T',
                line if line.contains("reset") => 'R',
                line => panic!("{line}"),
            };
            let told: String = told.iter().map(letter).collect();
            assert_eq!(told, expected, "{limit_that_triggers:?}, {triggered_again:?}: {what}");
        }
    }
}

/// A limit that triggers nothing is told, whatever else comes in the same breath.
#[test]
fn a_limit_that_triggers_nothing_is_told_though_an_order_fills_after_it() {
    let limit_that_triggers = LimitThatTriggers::ToldAsTrigger;
    let settings = PublishSettings { limit_that_triggers, ..PublishSettings::default() };
    let mut feeds = FeedDesk::new(settings);
    feeds.subscribe(&[FeedChannel::OrderGroups]);
    feeds.prepare(&[("bot", "group 5"), ("bot", "bid 3 @ 0.50 in 0")]);
    feeds.desk.say(1, "bot", "group 0 limit 4");
    let mut events = std::mem::take(&mut feeds.desk.last_events);
    feeds.desk.say(1, "crowd", "ask 1 @ 0.50");
    events.append(&mut feeds.desk.last_events);
    feeds.desk.last_events = events;
    let told = feeds.published();
    assert!(told.len() == 1 && told[0].contains("limit_updated"), "{told:?}");
}

/// Subscribed at 0.3 s, something changes at 0.5 s: the first beat of the subscription is at 1.3 s,
/// that of the clock at 1 s.
#[test]
fn a_ticker_beats_from_its_subscription_or_with_the_clock() {
    let ms = |ms| SimTime::START + SimDuration::from_ms(ms);
    for (ticker_beat, due) in
        [(TickerBeat::OfTheSubscription, 1_300), (TickerBeat::OfTheClock, 1_000)]
    {
        let settings = PublishSettings { ticker_beat, ..PublishSettings::default() };
        let mut feeds = FeedDesk::new(settings);
        feeds.say_at_ms(300, "crowd", "bid 10 @ 0.40");
        feeds.subscribe(&[FeedChannel::Ticker]);
        feeds.say_at_ms(500, "crowd", "bid 10 @ 0.41");
        assert_eq!(feeds.publisher.next_due(), Some(ms(due)), "{ticker_beat:?}");
        assert_eq!(feeds.pass(ms(due - 1)), [""; 0]);
        let told = "ticker 0.41x10 - last - volume 0 open 0 at 0.5";
        assert_eq!(feeds.pass(ms(due)), [told], "{ticker_beat:?}");
    }
}
