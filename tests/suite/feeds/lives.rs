//! What is told of a market's life, and what its end does to the order book's messages.

use fillgap::audit::ExchangeAudit;
use fillgap::exchange::publish::{DisputedResults, PublishSettings};
use fillgap::market::{LifeStep, MarketResult, MarketRules, MarketStatus, PriceLevelLabel};
use fillgap::protocol::websocket::{Command, FeedChannel, MarketChoice, Subscribe};
use fillgap::units::{SimDuration, SimTime};

use super::feed_desk::{FeedDesk, message_words, these};
use crate::exchange_desk::terms;

fn time(ms: u64) -> SimTime {
    SimTime::START + SimDuration::from_ms(ms)
}

/// A close, a dispute and its end have no message of their own; a result that was changed is told
/// as a result.
#[test]
fn each_step_of_a_life_has_its_message_or_none() {
    let mut feeds = FeedDesk::new(PublishSettings::default());
    let wish = Subscribe::new(vec![FeedChannel::MarketLifecycle], MarketChoice::All);
    feeds.command(&Command::Subscribe(wish));
    feeds.desk.move_close(1, 50).unwrap();
    assert_eq!(feeds.published(), ["life#1 market 0: closes 50"]);
    let scalar = MarketResult::Scalar("0.25".parse().unwrap());
    let steps: [(LifeStep, &[&str]); 9] = [
        (LifeStep::Deactivate, &["life#2 market 0: deactivated"]),
        (LifeStep::Activate, &["life#3 market 0: activated"]),
        (LifeStep::Close, &[]),
        (LifeStep::Determine(MarketResult::Yes), &["life#4 market 0: determined Yes at 5"]),
        (LifeStep::Dispute, &[]),
        (LifeStep::Uphold, &["life#5 market 0: determined Yes at 7"]),
        (LifeStep::Dispute, &[]),
        (LifeStep::Amend(scalar), &["life#6 market 0: determined Scalar(Price(2500)) at 9"]),
        (LifeStep::Settle, &["life#7 market 0: settled at 10"]),
    ];
    for (at, (step, expected)) in (2..).zip(steps) {
        assert_eq!(feeds.step(at, step), expected, "{step:?}");
    }
}

/// It opens at 10 s and closes at 20 s by the clock, which nobody is told; what somebody does is told.
#[test]
fn what_the_clock_opens_and_closes_is_not_told() {
    let (opens_at, closes_at) = (Some(time(10_000)), Some(time(20_000)));
    let rules = MarketRules { opens_at, closes_at, ..MarketRules::default() };
    let mut feeds = FeedDesk::with_rules(PublishSettings::default(), "0", rules);
    feeds.subscribe(&[FeedChannel::MarketLifecycle]);
    let status = |feeds: &FeedDesk| feeds.desk.exchange.market_status(feeds.desk.market);
    feeds.desk.wait(15);
    assert_eq!((feeds.published(), status(&feeds)), (Vec::new(), MarketStatus::Active));
    assert_eq!(feeds.step(16, LifeStep::Deactivate), ["life#1 market 0: deactivated"]);
    assert_eq!(feeds.step(17, LifeStep::Activate), ["life#2 market 0: activated"]);
    feeds.desk.wait(25);
    assert_eq!((feeds.published(), status(&feeds)), (Vec::new(), MarketStatus::Closed));
}

/// Whole cents become tenths of a cent at the edges: 99 below 0.10, 80 whole cents from 0.10 to 0.89,
/// 100 from 0.90 on. No level changes, so the order book says nothing.
#[test]
fn finer_prices_are_told() {
    let mut feeds = FeedDesk::new(PublishSettings::default());
    feeds.prepare(&[("crowd", "bid 2 @ 0.30")]);
    feeds.subscribe(&[FeedChannel::OrderBook, FeedChannel::MarketLifecycle]);
    feeds.desk.refine(1, PriceLevelLabel::TaperedDeciCent).unwrap();
    assert_eq!(feeds.published(), ["life#1 market 0: 279 ticks"]);
    assert_eq!(feeds.say(2, "crowd", "bid 1 @ 0.099"), ["book#2 yes 0.099 +1"]);
}

#[test]
fn a_result_can_be_kept_quiet_after_a_dispute() {
    for (disputed_results, again) in [
        (DisputedResults::Told, &["life#2 market 0: determined Yes at 4"][..]),
        (DisputedResults::NotTold, &[][..]),
    ] {
        for step in [LifeStep::Uphold, LifeStep::Amend(MarketResult::Yes)] {
            let settings = PublishSettings { disputed_results, ..PublishSettings::default() };
            let mut feeds = FeedDesk::new(settings);
            let wish = Subscribe::new(vec![FeedChannel::MarketLifecycle], MarketChoice::All);
            feeds.command(&Command::Subscribe(wish));
            feeds.step(1, LifeStep::Close);
            let first = feeds.step(2, LifeStep::Determine(MarketResult::Yes));
            assert_eq!(first, ["life#1 market 0: determined Yes at 2"]);
            feeds.step(3, LifeStep::Dispute);
            assert_eq!(feeds.step(4, step), again, "{disputed_results:?}, {step:?}");
            let settled = format!("life#{} market 0: settled at 5", 2 + again.len());
            assert_eq!(feeds.step(5, LifeStep::Settle), [settled]);
        }
    }
}

/// The life of every market comes, that of one that is listed later too. A cent's grid has 99 ticks.
#[test]
fn a_market_that_is_listed_is_told() {
    let mut feeds = FeedDesk::new(PublishSettings::default());
    let channels = vec![FeedChannel::MarketLifecycle, FeedChannel::Ticker];
    feeds.command(&Command::Subscribe(Subscribe::new(channels, MarketChoice::All)));
    let rules = MarketRules { closes_at: Some(time(60_000)), ..MarketRules::default() };
    let market = feeds.desk.exchange.list_market_with(terms("0"), rules);
    // The audit knows the markets that were listed before it.
    feeds.desk.audit = ExchangeAudit::new(&feeds.desk.exchange);
    let mut out = Vec::new();
    feeds.publisher.announce(SimTime::START, &mut feeds.desk.exchange, market, &mut out);
    let told: Vec<_> = out.iter().map(message_words).collect();
    assert_eq!(told, ["life#1 market 1: created, opens -, closes 60, 99 ticks"]);
    feeds.say(0, "crowd", "bid 2 @ 0.30 market 1");
    assert_eq!(feeds.pass(time(1_000)), ["ticker 0.30x2 - last - volume 0 open 0 at 0"]);
}

/// Orders leave by ordinary deltas, oldest first, and 6.8 s later comes a snapshot without levels,
/// with the next number. Nothing comes where nobody subscribed to the book before the close.
#[test]
fn a_close_ends_with_an_empty_snapshot() {
    let mut feeds = FeedDesk::new(PublishSettings::default());
    feeds.prepare(&[("crowd", "bid 2 @ 0.30"), ("bot", "ask 3 @ 0.60")]);
    feeds.subscribe(&[FeedChannel::OrderBook, FeedChannel::Trades]);
    assert_eq!(
        feeds.step(5, LifeStep::Close),
        ["book#2 yes 0.30 -2", "book#3 no 0.40 -3 own 1001"]
    );
    assert_eq!(feeds.publisher.next_due(), Some(time(11_800)));
    assert_eq!(feeds.pass(time(11_799)), [""; 0]);
    assert_eq!(feeds.pass(time(11_800)), ["book#4 yes - no -"]);
    assert_eq!(feeds.publisher.next_due(), None);

    let mut feeds = FeedDesk::new(PublishSettings::default());
    feeds.subscribe(&[FeedChannel::Trades]);
    feeds.step(5, LifeStep::Close);
    assert_eq!(feeds.publisher.next_due(), None);
}

/// The bot holds 4 YES, bought at 0.50, and is paid a dollar for each: a profit of 4 * 0.50. The
/// crowd's 4 NO are worth nothing. No contract is open any more.
#[test]
fn a_settlement_is_told_as_a_position_and_a_ticker() {
    let mut feeds = FeedDesk::new(PublishSettings::default());
    feeds.prepare(&[("crowd", "ask 4 @ 0.50"), ("bot", "bid 4 @ 0.50")]);
    feeds.command(&Command::Subscribe(Subscribe::new(
        vec![FeedChannel::MarketPositions, FeedChannel::Ticker],
        these(&[0]),
    )));
    feeds.step(5, LifeStep::Close);
    feeds.step(6, LifeStep::Determine(MarketResult::Yes));
    assert_eq!(
        feeds.step(7, LifeStep::Settle),
        ["position 0 cost 0.00 realized 2.00 fees 0.00 volume 4"]
    );
    assert_eq!(feeds.pass(time(9_000)), ["ticker - - last 4 @ 0.50 volume 8 open 0 at 7"]);
}

/// 0.01 contract, bought for 0.005, is worth 0.01 * 0.3333 = 0.003333, which is the profit's part of
/// -0.001667; 0.000033 of it, below a step of the balance, are kept as a fee.
#[test]
fn what_a_settlement_keeps_is_told_as_a_fee() {
    let mut feeds = FeedDesk::new(PublishSettings::default());
    feeds.prepare(&[("crowd", "ask 0.01 @ 0.50"), ("bot", "bid 0.01 @ 0.50")]);
    feeds.subscribe(&[FeedChannel::MarketPositions]);
    let result = MarketResult::Scalar("0.3333".parse().unwrap());
    feeds.step(5, LifeStep::Close);
    feeds.step(6, LifeStep::Determine(result));
    assert_eq!(
        feeds.step(7, LifeStep::Settle),
        ["position 0 cost 0.00 realized -0.001667 fees 0.000033 volume 0.01"]
    );
}
