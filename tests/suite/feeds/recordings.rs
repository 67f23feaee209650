//! Real recordings, replayed through the real exchange: what its feeds say beside what was recorded.

use std::collections::BTreeMap;
use std::io::BufRead;

use fillgap::flow::capture::{CapturedMarket, Change, ExchangeTime, MomentKind, Movement as Moved};
use fillgap::protocol::BookLevel;
use fillgap::protocol::websocket::{
    BookSnapshot, Command, FeedBody, FeedChannel, FeedMessage, Frame, Movement, Outcome,
    PriceFrame, Subscribe, SubscriptionChange, Ticker,
};
use fillgap::units::{FeedSequence, MarketId, Price, Quantity, Side, SimTime, SubscriptionId};
use serde_json::Value;

use super::feed_desk::{market_set, these};
use super::follower::Follower;
use super::recorded_driver::{Counts, Driver};
use crate::recorded_replay::{CAPTURES, Read};

/// A delta as recorded: the outcome's own price, hundredths of a contract with their sign.
type Delta = (Outcome, Price, i128);

fn recorded(change: &Change) -> Delta {
    let (outcome, price) = match change.side {
        Side::Bid => (Outcome::Yes, change.price),
        Side::Ask => (Outcome::No, change.price.complement()),
    };
    let signed = match change.movement {
        Moved::Added(quantity) => i128::from(quantity.hundredths()),
        Moved::Removed(quantity) => -i128::from(quantity.hundredths()),
    };
    (outcome, price, signed)
}

/// The deltas among messages.
fn deltas(messages: &[FeedMessage]) -> Vec<Delta> {
    let delta = |message: &FeedMessage| match &message.frame {
        Frame::Data { body: FeedBody::BookDelta(delta), .. } => {
            let signed = match delta.movement {
                Movement::Added(quantity) => i128::from(quantity.hundredths()),
                Movement::Removed(quantity) => -i128::from(quantity.hundredths()),
            };
            Some((delta.outcome, delta.price, signed))
        }
        _ => None,
    };
    messages.iter().filter_map(delta).collect()
}

/// Sums by level and direction.
fn sums(deltas: &[Delta]) -> BTreeMap<(Outcome, Price, bool), i128> {
    let mut sums = BTreeMap::new();
    for (outcome, price, signed) in deltas {
        *sums.entry((*outcome, *price, *signed > 0)).or_default() += signed;
    }
    sums
}

/// The subscription to the book.
const BOOK: SubscriptionId = SubscriptionId::new(1);
const MARKET: MarketId = MarketId::new(0);
/// How many exchange events lie between two looks at the whole book.
const LOOK_EVERY: u64 = if cfg!(debug_assertions) { 500 } else { 10 };

/// How the events of replays compare with the recorded ones.
#[derive(Debug, Default)]
struct Comparison {
    /// Events with the recorded deltas in the recorded order.
    same: u64,
    /// Events in which a recorded delta is several of the same sum.
    split: u64,
    counts: Counts,
}

impl Comparison {
    /// Replays a market. Its first snapshot is laid down before the feeds are subscribed to.
    fn replay(&mut self, market: &CapturedMarket) {
        let mut driver = Driver::new(market);
        let mut follower = Follower::default();
        let mut moments = market.moments();
        let first = moments.next().expect("a snapshot");
        driver.replay(SimTime::START, first.changes);
        let wish = Subscribe::new(vec![FeedChannel::OrderBook], these(&[0]));
        driver.command(&Command::Subscribe(wish));
        assert_first_snapshot(&driver.told[1], first.changes);
        for moment in moments {
            take(&mut follower, &mut driver);
            driver.replay(market.sim_time(moment.at), moment.changes);
            let told = deltas(&driver.told);
            let was: Vec<_> = moment.changes.iter().map(recorded).collect();
            if told == was {
                self.same += 1;
            } else {
                self.split += 1;
                assert_eq!(sums(&told), sums(&was), "at {}", moment.at);
            }
            if (self.same + self.split).is_multiple_of(LOOK_EVERY) {
                take(&mut follower, &mut driver);
                assert_followed(&follower, &driver);
            }
            if moment.kind == MomentKind::Snapshot {
                assert_closing_snapshot(&mut driver);
            }
        }
        take(&mut follower, &mut driver);
        assert_followed(&follower, &driver);
        self.counts.add(driver.counts);
    }
}

/// Looks at the number of each message and at the book that they make.
fn take(follower: &mut Follower, driver: &mut Driver) {
    for message in driver.told.drain(..) {
        follower.take(&message).unwrap();
    }
}

fn assert_followed(follower: &Follower, driver: &Driver) {
    let book = ((driver.connection, BOOK), MARKET);
    follower.check(&driver.exchange, book, PriceFrame::Own).unwrap();
}

/// A snapshot has the recorded levels of each side, lowest own price first, and number 1.
fn assert_first_snapshot(message: &FeedMessage, changes: &[Change]) {
    let Frame::Data { place, body: FeedBody::BookSnapshot(book) } = &message.frame else {
        panic!("{message:?}");
    };
    assert_eq!(place.sequence, Some(FeedSequence::new(1)));
    let BookSnapshot { yes, no, .. } = book;
    for (shown, outcome) in [(yes, Outcome::Yes), (no, Outcome::No)] {
        let levels = changes.iter().map(recorded).filter(|level| level.0 == outcome);
        let mut levels: Vec<_> = levels.map(|(_, price, held)| (price, held)).collect();
        levels.sort_unstable();
        let shown = shown.iter().map(|it| (it.price, i128::from(it.quantity.hundredths())));
        assert_eq!(shown.collect::<Vec<_>>(), levels);
    }
}

/// Every recorded snapshot but the first of its connection is one of an empty book.
fn assert_closing_snapshot(driver: &mut Driver) {
    let change = SubscriptionChange::GetSnapshot(market_set(&[0]));
    driver.command(&Command::Update { subscription: BOOK, change });
    let body = match &driver.told.last().expect("a snapshot").frame {
        Frame::Data { body: FeedBody::BookSnapshot(body), .. } => body,
        other => panic!("{other:?}"),
    };
    assert!(body.yes.is_empty() && body.no.is_empty(), "{body:?}");
}

/// All recorded events as the requests that should have caused them: amends for pairs of one side,
/// one taker for what it filled and what rests of it, orders that keep apart from their owner's.
/// The feeds say the recorded deltas in the recorded order. In fewer than 1 event of 100 one
/// recorded removal is several, of the same level and sum: which orders a recorded level is made of
/// is not recorded, and no single one that was put there is as large.
///
/// The least numbers of requests come from counts of shapes in the files, made by other code:
/// 208,502 pairs, 153 rows of `taker_fill_and_rest.csv` whose remainder comes first, 116 amends
/// that traded a part, 7,333 events of three deltas and more.
#[test]
fn published_deltas_are_the_recorded_ones() {
    let mut all = Comparison::default();
    for recording in CAPTURES.iter().flat_map(|capture| &capture.recordings) {
        all.replay(recording.market());
    }
    if CAPTURES.is_empty() {
        return;
    }
    assert!(all.split * 100 < all.same, "{all:?}");
    let Counts { amends, taking_amends, takers, preventing, late } = all.counts;
    assert_eq!(late, 0, "additions that had to wait: {all:?}");
    assert!(amends * 100 > 208_502 * 95 && preventing >= 153, "{all:?}");
    assert!(taking_amends * 100 > 116 * 50 && takers * 100 > 7_333 * 50, "{all:?}");
}

/// The capture with the fewest deltas.
fn smallest() -> Option<&'static Read> {
    CAPTURES.iter().min_by_key(|capture| {
        capture.recordings.iter().map(|recording| recording.market().delta_count()).sum::<usize>()
    })
}

/// What a recorded ticker says of the touch and of money.
struct RecordedTicker {
    at: ExchangeTime,
    touch: [Option<BookLevel>; 2],
    volume: Quantity,
    open_interest: Quantity,
    dollars: [u64; 2],
}

fn recorded_tickers(capture: &Read, ticker: &str) -> Vec<RecordedTicker> {
    let file = std::fs::File::open(&capture.path).unwrap();
    let lines = std::io::BufReader::new(flate2::read::GzDecoder::new(file)).lines();
    let mut tickers = Vec::new();
    for line in lines.map(Result::unwrap).filter(|line| line.contains(r#""type":"ticker""#)) {
        let line: Value = serde_json::from_str(&line).unwrap();
        let body = &line["msg"];
        if body["market_ticker"] != ticker {
            continue;
        }
        let text = |key: &str| body[key].as_str().unwrap().to_owned();
        let quantity = |key: &str| text(key).parse::<Quantity>().unwrap();
        let level = |side: &str| {
            let price = text(&format!("yes_{side}_dollars")).parse().unwrap();
            let quantity = quantity(&format!("yes_{side}_size_fp"));
            (!quantity.is_zero()).then_some(BookLevel { price, quantity })
        };
        tickers.push(RecordedTicker {
            at: ExchangeTime::parse(&text("time")).unwrap(),
            touch: [level("bid"), level("ask")],
            volume: quantity("volume_fp"),
            open_interest: quantity("open_interest_fp"),
            dollars: ["dollar_volume", "dollar_open_interest"]
                .map(|key| body[key].as_u64().unwrap()),
        });
    }
    tickers
}

/// Of the smallest capture: at the instant of each recorded ticker the published one, which comes
/// with each change, shows the recorded touch with its contracts. Dollars are half the contracts,
/// without cents.
#[test]
fn a_published_ticker_shows_the_recorded_touch() {
    let Some(capture) = smallest() else { return };
    let mut compared = 0;
    for recording in &capture.recordings {
        let market = recording.market();
        let mut driver = Driver::new(market);
        let wish = Subscribe::new(vec![FeedChannel::Ticker], these(&[0]));
        driver.command(&Command::Subscribe(wish));
        let mut said: BTreeMap<SimTime, Ticker> = BTreeMap::new();
        for moment in market.moments() {
            driver.replay(market.sim_time(moment.at), moment.changes);
            for message in driver.told.drain(..) {
                if let Frame::Data { body: FeedBody::Ticker(ticker), .. } = message.frame {
                    said.insert(ticker.at, ticker);
                }
            }
        }
        let within = |ticker: &RecordedTicker| ticker.at > market.origin();
        for recorded in recorded_tickers(capture, market.ticker()).into_iter().filter(within) {
            let told = said.get(&market.sim_time(recorded.at)).expect("a ticker at that instant");
            assert_eq!([told.bid, told.ask], recorded.touch, "at {}", recorded.at);
            let (volume, open_interest) = (recorded.volume, recorded.open_interest);
            let same = Ticker { volume, open_interest, ..*told };
            assert_eq!([same.dollar_volume(), same.dollar_open_interest()], recorded.dollars);
            compared += 1;
        }
    }
    assert!(compared > 200, "{compared} tickers were compared");
}
