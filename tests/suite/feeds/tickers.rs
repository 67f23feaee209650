//! When the ticker speaks, and what it says.

use fillgap::exchange::publish::{PublishSettings, TickerPace};
use fillgap::protocol::websocket::{Command, FeedChannel, MarketChoice, Subscribe, TickerStart};
use fillgap::units::{SimDuration, SimTime, SubscriptionId};

use super::feed_desk::{FeedDesk, these};

fn ms(ms: u64) -> SimTime {
    SimTime::START + SimDuration::from_ms(ms)
}

/// Subscribed at 0 s with one message a second at most. Each row: a request at an instant \[ms\];
/// or nothing until then. Then what is due next \[ms\], and what the ticker says until the instant
/// of the next row.
///
/// The beats are at 1 s, 2 s and so on. What changed at a beat waits for the next one; a change and
/// its way back are one message; what changes no number is none.
#[test]
fn the_ticker_speaks_at_most_once_a_second_and_shows_the_last_change() {
    let rows: [(u64, &str, Option<u64>, &[&str]); 9] = [
        (200, "bid 10 @ 0.40", Some(1_000), &[]),
        (
            400,
            "ask 5 @ 0.45",
            Some(1_000),
            &["ticker 0.40x10 0.45x5 last - volume 0 open 0 at 0.4"],
        ),
        // Behind the touch.
        (1_500, "bid 1 @ 0.30", None, &[]),
        (1_600, "bid 2 @ 0.41", Some(2_000), &[]),
        (1_700, "cancel #3", Some(2_000), &["ticker 0.40x10 0.45x5 last - volume 0 open 0 at 1.7"]),
        (2_000, "bid 1 @ 0.45 ioc", Some(3_000), &[]),
        (
            2_100,
            "bid 1 @ 0.45 ioc",
            Some(3_000),
            // 2 contracts traded, counted for both sides.
            &["ticker 0.40x10 0.45x3 last 1 @ 0.45 volume 4 open 0 at 2.1"],
        ),
        (7_000, "ask 10 @ 0.40 ioc", Some(8_000), &[]),
        (
            7_500,
            "bid 3 @ 0.50 ioc",
            Some(8_000),
            &["ticker 0.30x1 - last 3 @ 0.45 volume 30 open 0 at 7.5"],
        ),
    ];
    let mut feeds = FeedDesk::new(PublishSettings::default());
    feeds.subscribe(&[FeedChannel::Ticker]);
    for (index, (at, what, due, expected)) in rows.iter().enumerate() {
        let (_, messages) = feeds.say_at_ms(*at, "crowd", what);
        assert!(messages.is_empty(), "{messages:?} at {at} ms");
        assert_eq!(feeds.publisher.next_due(), due.map(ms), "after {at} ms");
        let until = rows.get(index + 1).map_or(9_000, |next| next.0);
        assert_eq!(feeds.pass(ms(until)), *expected, "until {until} ms");
    }
}

/// A pair of contracts exists from its trade until somebody who holds YES sells to somebody who
/// holds NO.
///
/// | trade | bot | crowd | pairs |
/// |---|---|---|---|
/// | bot buys 6 | 6 | -6 | 6 |
/// | bot sells 2 | 4 | -4 | 4 |
/// | bot sells 9 | -5 | 5 | 5 |
#[test]
fn volume_and_open_interest_count_both_sides() {
    let mut feeds = FeedDesk::new(PublishSettings {
        ticker_pace: TickerPace::EachChange,
        ..PublishSettings::default()
    });
    feeds.prepare(&[("crowd", "ask 6 @ 0.50"), ("crowd", "bid 20 @ 0.40")]);
    feeds.subscribe(&[FeedChannel::Ticker]);
    for (what, expected) in [
        ("bid 6 @ 0.50", "ticker 0.40x20 - last 6 @ 0.50 volume 12 open 12 at 1"),
        ("ask 2 @ 0.40", "ticker 0.40x18 - last 2 @ 0.40 volume 16 open 8 at 1"),
        ("ask 9 @ 0.40", "ticker 0.40x9 - last 9 @ 0.40 volume 34 open 10 at 1"),
    ] {
        assert_eq!(feeds.say(1, "bot", what), [expected], "{what}");
    }
}

/// With a snapshot, a ticker begins with what is so; for all markets it does not (no market was
/// named).
#[test]
fn a_ticker_can_begin_with_a_snapshot() {
    let at_once = |markets| {
        let mut feeds = FeedDesk::new(PublishSettings::default());
        feeds.prepare(&[("crowd", "bid 20 @ 0.40")]);
        let wish = Subscribe {
            ticker_start: TickerStart::Snapshot,
            ..Subscribe::new(vec![FeedChannel::Ticker], markets)
        };
        feeds.command(&Command::Subscribe(wish))
    };
    assert_eq!(
        at_once(these(&[0])),
        ["subscribed ticker as 1", "ticker 0.40x20 - last - volume 0 open 0 at 0"]
    );
    assert_eq!(at_once(MarketChoice::All), ["subscribed ticker as 1"]);
}

/// Two connections wait for the same beat. One leaves before it, the other before the next.
#[test]
fn a_connection_that_leaves_takes_its_own_beat_only() {
    let mut feeds = FeedDesk::new(PublishSettings::default());
    let stays = feeds.bot;
    let leaves = feeds.publisher.connect(feeds.desk.account("bot"));
    let wish = Command::Subscribe(Subscribe::new(vec![FeedChannel::Ticker], these(&[0])));
    for connection in [stays, leaves] {
        feeds.command_of(connection, &wish);
    }
    feeds.say_at_ms(200, "crowd", "bid 10 @ 0.40");
    feeds.publisher.disconnect(&mut feeds.desk.exchange, leaves);
    assert_eq!(feeds.publisher.next_due(), Some(ms(1_000)));
    assert_eq!(feeds.pass(ms(2_000)), ["ticker 0.40x10 - last - volume 0 open 0 at 0.2"]);
    feeds.say_at_ms(2_200, "crowd", "bid 1 @ 0.41");
    assert_eq!(feeds.publisher.next_due(), Some(ms(3_000)));
    feeds.publisher.disconnect(&mut feeds.desk.exchange, stays);
    assert_eq!(feeds.publisher.next_due(), None);
}

/// What changed while nobody subscribed is in the next snapshot.
#[test]
fn a_ticker_that_begins_again_shows_what_is_so_now() {
    let mut feeds = FeedDesk::new(PublishSettings::default());
    let wish = Subscribe {
        ticker_start: TickerStart::Snapshot,
        ..Subscribe::new(vec![FeedChannel::Ticker], these(&[0]))
    };
    feeds.command(&Command::Subscribe(wish.clone()));
    feeds.command(&Command::Unsubscribe(vec![SubscriptionId::new(1)]));
    feeds.say_at_ms(500, "crowd", "bid 20 @ 0.40");
    assert_eq!(
        feeds.command(&Command::Subscribe(wish)),
        ["subscribed ticker as 2", "ticker 0.40x20 - last - volume 0 open 0 at 0.5"]
    );
}
