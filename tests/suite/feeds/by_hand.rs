//! What one request comes to on each channel, worked out by hand.

use fillgap::exchange::ExchangeEvent;
use fillgap::exchange::publish;
use fillgap::exchange::publish::{
    MessageOrder, OwnCosts, OwnOrderPace, PreventedOrders, PublishSettings, TickerPace,
    TradedDeltas, UndocumentedNumbers, YesLevels,
};
use fillgap::market::MarketRules;
use fillgap::protocol::websocket::{Command, FeedChannel, PriceFrame, Subscribe};
use fillgap::units::SubscriptionId;

use super::feed_desk::{FeedDesk, these};

/// The crowd's bids of 10 and 5 at 0.40 and 20 at 0.38, asks of 8 at 0.45 and 4 at 0.47; the bot's
/// ask of 2 at 0.46. Client order ids are counted from 1000.
const BEFORE: [(&str, &str); 6] = [
    ("crowd", "bid 10 @ 0.40"),
    ("crowd", "bid 5 @ 0.40"),
    ("crowd", "bid 20 @ 0.38"),
    ("crowd", "ask 8 @ 0.45"),
    ("crowd", "ask 4 @ 0.47"),
    ("bot", "ask 2 @ 0.46"),
];

/// The order book's messages of one request, after the snapshot.
fn book_messages(settings: PublishSettings, who: &str, what: &str) -> Vec<String> {
    let mut feeds = FeedDesk::new(settings);
    feeds.prepare(&BEFORE);
    // A price of NO is one dollar minus the ask's: 0.53, 0.54 and 0.55.
    assert_eq!(
        feeds.subscribe(&[FeedChannel::OrderBook]),
        ["subscribed orderbook_delta as 1", "book#1 yes 0.38x20 0.40x15 no 0.53x4 0.54x2 0.55x8"]
    );
    feeds.say(1, who, what)
}

/// Each request alone. A delta for each order that changes a level, best level outward and earliest
/// order first; the rest of a taker last; an amend takes away, then adds, once at a price that
/// stays.
#[test]
fn each_change_of_a_level_is_one_delta_in_the_order_of_the_recordings() {
    let table: [(&str, &str, &[&str]); 23] = [
        ("crowd", "bid 3 @ 0.41", &["yes 0.41 +3"]),
        ("crowd", "bid 3.25 @ 0.40", &["yes 0.40 +3.25"]),
        ("crowd", "ask 3 @ 0.44", &["no 0.56 +3"]),
        ("bot", "bid 3 @ 0.41", &["yes 0.41 +3 own 1006"]),
        ("crowd", "cancel #0", &["yes 0.40 -10"]),
        ("bot", "cancel #5", &["no 0.54 -2 own 1005"]),
        ("crowd", "decrease #0 by 4", &["yes 0.40 -4"]),
        ("crowd", "decrease #0 by 10", &["yes 0.40 -10"]),
        ("crowd", "amend #0 to 6 @ 0.40", &["yes 0.40 -4"]),
        ("crowd", "amend #0 to 10 @ 0.40", &[]),
        ("crowd", "amend #0 to 13 @ 0.40", &["yes 0.40 +3"]),
        ("crowd", "amend #0 to 10 @ 0.39", &["yes 0.40 -10", "yes 0.39 +10"]),
        // 10 and 2 of the 5.
        ("crowd", "ask 12 @ 0.40 ioc", &["yes 0.40 -10", "yes 0.40 -2"]),
        // All 15 and all 20; 5 of 40 remain and rest at 1 - 0.38.
        ("crowd", "ask 40 @ 0.38", &["yes 0.40 -10", "yes 0.40 -5", "yes 0.38 -20", "no 0.62 +5"]),
        // 8 are there within the limit, not 9.
        ("crowd", "bid 9 @ 0.45 fok", &[]),
        // 8 of 20 trade, 12 rest at the new price.
        ("crowd", "amend #2 to 20 @ 0.45", &["no 0.55 -8", "yes 0.38 -20", "yes 0.45 +12"]),
        // All 8 trade; the 20 that rested are gone.
        ("crowd", "amend #2 to 8 @ 0.45", &["no 0.55 -8", "yes 0.38 -20"]),
        // The crowd's own 8 leave untraded, after the order that would have met them.
        ("crowd", "bid 5 @ 0.45 apart maker", &["yes 0.45 +5", "no 0.55 -8"]),
        // The own 8 leave, the bot's 2 trade, 3 rest; what trades comes first.
        (
            "crowd",
            "bid 5 @ 0.46 apart maker",
            &["no 0.54 -2 own 1005", "yes 0.46 +3", "no 0.55 -8"],
        ),
        // Nothing rests that the own 8 could come after.
        ("crowd", "bid 5 @ 0.45 ioc apart maker", &["no 0.55 -8"]),
        (
            "crowd",
            "cancel all",
            &["yes 0.40 -10", "yes 0.40 -5", "yes 0.38 -20", "no 0.55 -8", "no 0.53 -4"],
        ),
        ("crowd", "batch bid 1 @ 0.41, ask 1 @ 0.41", &["yes 0.41 +1", "yes 0.41 -1"]),
        // What the first order prevents is told before what the second does.
        (
            "crowd",
            "batch bid 5 @ 0.45 ioc apart maker, bid 1 @ 0.39",
            &["no 0.55 -8", "yes 0.39 +1"],
        ),
    ];
    for (who, what, expected) in table {
        let numbered: Vec<_> =
            (2..).zip(expected).map(|(number, words)| format!("book#{number} {words}")).collect();
        assert_eq!(book_messages(PublishSettings::default(), who, what), numbered, "{what}");
    }
}

#[test]
fn prevented_orders_can_be_told_as_the_new_order_meets_them() {
    let settings =
        PublishSettings { prevented_orders: PreventedOrders::AsMet, ..PublishSettings::default() };
    for (what, expected) in [
        ("bid 5 @ 0.45 apart maker", &["book#2 no 0.55 -8", "book#3 yes 0.45 +5"][..]),
        (
            "bid 5 @ 0.46 apart maker",
            &["book#2 no 0.55 -8", "book#3 no 0.54 -2 own 1005", "book#4 yes 0.46 +3"],
        ),
    ] {
        assert_eq!(book_messages(settings, "crowd", what), expected, "{what}");
    }
}

/// With the flag a level of NO is shown at one dollar minus its own price: 0.47, 0.46, 0.45, in the
/// order of the prices of NO or of YES.
#[test]
fn both_sides_can_be_shown_in_yes_prices() {
    for (yes_levels, shown) in [
        (YesLevels::ByOwnPrice, "book#1 yes 0.38x20 0.40x15 no 0.47x4 0.46x2 0.45x8"),
        (YesLevels::ByYesPrice, "book#1 yes 0.38x20 0.40x15 no 0.45x8 0.46x2 0.47x4"),
    ] {
        let mut feeds = FeedDesk::new(PublishSettings { yes_levels, ..PublishSettings::default() });
        feeds.prepare(&BEFORE);
        let wish = Subscribe {
            book_prices: PriceFrame::Yes,
            ..Subscribe::new(vec![FeedChannel::OrderBook], these(&[0]))
        };
        assert_eq!(feeds.command(&Command::Subscribe(wish))[1], shown);
        assert_eq!(feeds.say(1, "crowd", "ask 1 @ 0.43"), ["book#2 no 0.43 +1"]);
        // In prices of NO there is one order only.
        let settings = PublishSettings { yes_levels, ..PublishSettings::default() };
        assert_eq!(book_messages(settings, "crowd", "ask 1 @ 0.43"), ["book#2 no 0.57 +1"]);
    }
}

/// The bot buys what the crowd offers, 8 at 0.45, and its own 2 at 0.46 (it has no rule against that).
#[test]
fn a_delta_of_a_fill_names_the_order_that_rested_or_the_one_that_arrived() {
    for (traded_deltas, expected) in [
        (TradedDeltas::NameTheMaker, ["book#2 no 0.55 -8", "book#3 no 0.54 -2 own 1005"]),
        (TradedDeltas::NameTheTaker, ["book#2 no 0.55 -8 own 1006", "book#3 no 0.54 -2 own 1006"]),
    ] {
        let settings = PublishSettings { traded_deltas, ..PublishSettings::default() };
        assert_eq!(book_messages(settings, "bot", "bid 10 @ 0.46"), expected);
    }
}

/// 4 NO at a YES price of 0.60 cost 4 x 0.40, or are told as 4 x 0.60.
#[test]
fn the_cost_of_an_own_order_is_told_at_own_prices_or_at_yes_prices() {
    for (own_costs, cost) in [(OwnCosts::OfTheOutcome, "1.60"), (OwnCosts::InYesPrices, "2.40")] {
        let mut feeds = FeedDesk::new(PublishSettings { own_costs, ..PublishSettings::default() });
        feeds.prepare(&[("crowd", "bid 4 @ 0.60")]);
        feeds.subscribe(&[FeedChannel::UserOrders]);
        let told = feeds.say(1, "bot", "ask 4 @ 0.60");
        let rest = "fee 0.00, maker 0.00 fee 0.00";
        let expected =
            format!("order 1001 executed: 4 @ 0.60, 4 filled, 0 left, taker {cost} {rest}");
        assert_eq!(told, [expected]);
    }
}

#[test]
fn a_side_without_orders_is_empty_in_a_snapshot() {
    let mut feeds = FeedDesk::new(PublishSettings::default());
    assert_eq!(feeds.subscribe(&[FeedChannel::OrderBook])[1], "book#1 yes - no -");
}

const EVERYTHING: PublishSettings = PublishSettings {
    message_order: MessageOrder::ByChannel,
    ticker_pace: TickerPace::EachChange,
    prevented_orders: PreventedOrders::AfterTheNewOrder,
    closing_snapshot_after: fillgap::units::SimDuration::from_ms(6_800),
    traded_deltas: TradedDeltas::NameTheMaker,
    yes_levels: YesLevels::ByOwnPrice,
    own_orders: OwnOrderPace::EachEvent,
    own_costs: OwnCosts::OfTheOutcome,
    undocumented_numbers: UndocumentedNumbers::Absent,
    disputed_results: publish::DisputedResults::Told,
    ticker_beat: publish::TickerBeat::OfTheSubscription,
    own_positions: publish::OwnPositionPace::EachEvent,
    limit_that_triggers: publish::LimitThatTriggers::ToldAsBoth,
    triggered_again: publish::TriggeredAgain::Told,
    commands: publish::CommandRules {
        unknown_markets: publish::UnknownMarkets::Ignored,
        held_channels: publish::HeldChannels::AsChanged,
        held_prices: publish::HeldPrices::AsBegun,
        several_begun: publish::SeveralBegun::Together,
        several_ended: publish::SeveralEnded::OneByOne,
        outside_markets: publish::OutsideMarkets::Refused,
    },
};

/// With the fees of October 2026, the bot's bids of 10 at 0.41 and 6 at 0.40 rest; the crowd sells
/// 12, at 0.40 or more. The bot is told:
///
/// - 10 at 0.41 and 2 at 0.40 as a maker: costs of 4.10 and 0.80, no maker fee in this schedule;
/// - position 12, cost 4.90;
/// - volume and open interest of 24, as both sides count.
fn match_messages(settings: PublishSettings) -> Vec<String> {
    let mut feeds = FeedDesk::with_rules(settings, "1", MarketRules::default());
    feeds.prepare(&[("bot", "bid 10 @ 0.41"), ("bot", "bid 6 @ 0.40")]);
    let answers = feeds.subscribe(&FeedChannel::ALL);
    // All answers come before the first snapshot.
    assert_eq!(answers.len(), FeedChannel::ALL.len() + 1);
    assert_eq!(answers[FeedChannel::ALL.len()], "book#1 yes 0.40x6 0.41x10 no -");
    feeds.say(1, "crowd", "ask 12 @ 0.40 ioc")
}

#[test]
fn a_match_is_told_channel_by_channel() {
    assert_eq!(
        match_messages(EVERYTHING),
        [
            "book#2 yes 0.41 -10 own 1000",
            "book#3 yes 0.40 -2 own 1001",
            "trade#1 10 @ 0.41 taker ask",
            "trade#2 2 @ 0.40 taker ask",
            "ticker 0.40x4 - last 2 @ 0.40 volume 24 open 24 at 1",
            "fill maker bid 10 @ 0.41 fee 0.00 holds 10",
            "fill maker bid 2 @ 0.40 fee 0.00 holds 12",
            "order 1000 executed: 10 @ 0.41, 10 filled, 0 left, taker 0.00 fee 0.00, \
             maker 4.10 fee 0.00",
            "order 1001 resting: 6 @ 0.40, 2 filled, 4 left, taker 0.00 fee 0.00, \
             maker 0.80 fee 0.00",
            "position 12 cost 4.90 realized 0.00 fees 0.00 volume 12",
        ]
    );
}

#[test]
fn a_match_can_be_told_as_it_happens() {
    let settings = PublishSettings {
        message_order: MessageOrder::AsItHappens,
        own_orders: OwnOrderPace::EachChange,
        undocumented_numbers: UndocumentedNumbers::Given,
        ..EVERYTHING
    };
    let order = "taker 0.00 fee 0.00, maker";
    assert_eq!(
        match_messages(settings),
        [
            "book#2 yes 0.41 -10 own 1000",
            "trade#1 10 @ 0.41 taker ask",
            "fill#1 maker bid 10 @ 0.41 fee 0.00 holds 10",
            &format!("order#1 1000 resting: 10 @ 0.41, 10 filled, 0 left, {order} 4.10 fee 0.00"),
            &format!("order#2 1000 executed: 10 @ 0.41, 10 filled, 0 left, {order} 4.10 fee 0.00"),
            "book#3 yes 0.40 -2 own 1001",
            "trade#2 2 @ 0.40 taker ask",
            "fill#2 maker bid 2 @ 0.40 fee 0.00 holds 12",
            &format!("order#3 1001 resting: 6 @ 0.40, 2 filled, 4 left, {order} 0.80 fee 0.00"),
            "position#1 12 cost 4.90 realized 0.00 fees 0.00 volume 12",
            "ticker#1 0.40x4 - last 2 @ 0.40 volume 24 open 24 at 1",
        ]
    );
}

/// The crowd bids 4 at 0.60 and the bot asks 10 there: 4 trade, 6 rest. The fee is 0.07 times
/// contracts times price times one dollar minus the price: 0.07 * 4 * 0.6 * 0.4 = 0.0672 dollars.
/// What a NO contract costs is one dollar minus the price: 4 * 0.40 = 1.60.
#[test]
fn an_own_order_tells_what_its_fills_cost() {
    let mut feeds = FeedDesk::with_rules(EVERYTHING, "1", MarketRules::default());
    feeds.prepare(&[("crowd", "bid 4 @ 0.60")]);
    feeds.subscribe(&[FeedChannel::Fills, FeedChannel::UserOrders, FeedChannel::MarketPositions]);
    assert_eq!(
        feeds.say(1, "bot", "ask 10 @ 0.60"),
        [
            "fill taker ask 4 @ 0.60 fee 0.0672 holds -4",
            "order 1001 resting: 10 @ 0.60, 4 filled, 6 left, taker 1.60 fee 0.0672, \
             maker 0.00 fee 0.00",
            "position -4 cost 1.60 realized 0.00 fees 0.0672 volume 4",
        ]
    );
    let changes: [(&str, &str, &[&str]); 4] = [
        (
            "bot",
            "amend #1 to 9 @ 0.61 as 7",
            &["order 7 resting: 9 @ 0.61, 4 filled, 5 left, taker 1.60 fee 0.0672, \
               maker 0.00 fee 0.00"],
        ),
        (
            "bot",
            "decrease #1 by 2",
            &["order 7 resting: 9 @ 0.61, 4 filled, 3 left, taker 1.60 fee 0.0672, \
               maker 0.00 fee 0.00"],
        ),
        ("crowd", "bid 1 @ 0.55", &[]),
        (
            "bot",
            "cancel #1",
            &["order 7 canceled: 9 @ 0.61, 4 filled, 0 left, taker 1.60 fee 0.0672, \
               maker 0.00 fee 0.00"],
        ),
    ];
    for (who, what, expected) in changes {
        assert_eq!(feeds.say(2, who, what), expected, "{what}");
    }
}

/// Nobody is told of anybody else's orders, and a delta names an order to its owner alone.
#[test]
fn what_is_the_accounts_own_goes_to_its_own_connections() {
    let mut feeds = FeedDesk::new(EVERYTHING);
    feeds.publisher.follow(&feeds.desk.exchange, feeds.desk.account("crowd"));
    let crowd = feeds.publisher.connect(feeds.desk.account("crowd"));
    let channels = vec![FeedChannel::OrderBook, FeedChannel::UserOrders];
    let wish = Command::Subscribe(Subscribe::new(channels, these(&[0])));
    feeds.command(&wish);
    feeds.command_of(crowd, &wish);
    let order = "taker 0.00 fee 0.00, maker 0.00 fee 0.00";
    assert_eq!(
        feeds.say(1, "crowd", "bid 1 @ 0.40"),
        [
            "book#2 yes 0.40 +1",
            "book#2 yes 0.40 +1 own 1000",
            &format!("order 1000 resting: 1 @ 0.40, 0 filled, 1 left, {order}"),
        ]
    );
}

/// The exchange tells of levels from the first subscription to a book or a ticker to the last.
#[test]
fn the_exchange_tells_of_levels_only_while_somebody_subscribed() {
    let mut feeds = FeedDesk::new(EVERYTHING);
    let told = |feeds: &FeedDesk| {
        let events = feeds.desk.last_events.iter();
        events.filter(|event| matches!(event, ExchangeEvent::LevelChanged(_))).count()
    };
    let unsubscribe = |id| Command::Unsubscribe(vec![SubscriptionId::new(id)]);
    let steps: [(Option<Command>, usize); 6] = [
        (None, 0),
        (Some(Command::Subscribe(Subscribe::new(vec![FeedChannel::Trades], these(&[0])))), 0),
        (Some(Command::Subscribe(Subscribe::new(vec![FeedChannel::OrderBook], these(&[0])))), 1),
        (Some(Command::Subscribe(Subscribe::new(vec![FeedChannel::Ticker], these(&[0])))), 1),
        (Some(unsubscribe(2)), 1),
        (Some(unsubscribe(3)), 0),
    ];
    for (index, (command, expected)) in steps.into_iter().enumerate() {
        if let Some(command) = command {
            feeds.command(&command);
        }
        feeds.say(1, "crowd", "bid 1 @ 0.40");
        assert_eq!(told(&feeds), expected, "step {index}");
    }
    feeds.subscribe(&[FeedChannel::OrderBook]);
    let bot = feeds.bot;
    feeds.publisher.disconnect(&mut feeds.desk.exchange, bot);
    feeds.say(2, "crowd", "bid 1 @ 0.40");
    assert_eq!(told(&feeds), 0);
}
