//! The real recordings, replayed into the exchange: alone, and beside a trader who disturbs them.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use fillgap::flow::capture::{Capture, ExchangeTime, Moment, MomentKind, RecordedBook};
use fillgap::flow::recorded::{CancelModel, Recording};
use fillgap::kernel::{Stream, Streams};
use fillgap::market::{PriceLevelLabel, Tick, TimeInForce};
use fillgap::protocol::{Reply, Request};
use fillgap::units::{OrderId, Position, Price, Quantity, Side};
use serde_json::Value;

use crate::crowd_world::CrowdWorld;

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/btc15m")
}

/// A real capture, read once for all tests.
pub(crate) struct Read {
    pub(crate) path: PathBuf,
    pub(crate) recordings: Vec<Arc<Recording>>,
}

impl Read {
    /// The name that other files call the capture by.
    fn name(&self) -> String {
        let name = self.path.file_name().unwrap().to_string_lossy();
        name.strip_suffix(".jsonl.gz").unwrap().to_owned()
    }
}

/// The real captures, oldest first; none when the folder is absent.
pub(crate) static CAPTURES: LazyLock<Vec<Read>> = LazyLock::new(|| {
    let Ok(entries) = std::fs::read_dir(folder()) else {
        eprintln!("skipped: ../shared is absent");
        return Vec::new();
    };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(".jsonl.gz"));
    paths.sort();
    assert_eq!(paths.len(), 12, "captures in {}", folder().display());
    let read = |path: PathBuf| {
        let capture = Capture::open(&path).unwrap_or_else(|problem| panic!("{problem}"));
        let recordings = capture.markets().iter().map(|market| {
            let recording = Recording::new(Arc::clone(market), &market.infer_levels());
            Arc::new(recording.unwrap_or_else(|problem| panic!("{problem}")))
        });
        Read { recordings: recordings.collect(), path }
    };
    paths.into_iter().map(read).collect()
});

fn recordings() -> impl Iterator<Item = &'static Arc<Recording>> {
    CAPTURES.iter().flat_map(|capture| &capture.recordings)
}

/// The busiest recording of the n-th capture.
fn busiest(capture: usize) -> Option<&'static Arc<Recording>> {
    let recordings = &CAPTURES.get(capture)?.recordings;
    recordings.iter().max_by_key(|recording| recording.market().delta_count())
}

/// Compares every level of both sides.
fn assert_same_book(world: &CrowdWorld) {
    let grid = &world.exchange.terms(world.market).levels;
    let simulated = |side| {
        let levels = world.exchange.order_book(world.market).levels(side);
        levels.map(|level| (grid.price_of(level.tick), level.quantity))
    };
    let same = |side| {
        // A book lists its best level first, the recording its lowest price.
        let recorded = world.recorded.levels(side).iter().map(|(price, held)| (*price, *held));
        match side {
            Side::Bid => simulated(side).eq(recorded.rev()),
            Side::Ask => simulated(side).eq(recorded),
        }
    };
    for side in [Side::Bid, Side::Ask] {
        if !same(side) {
            let simulated: BTreeMap<Price, Quantity> = simulated(side).collect();
            assert_eq!(&simulated, world.recorded.levels(side), "{side} at {} s", world.now);
        }
    }
}

/// How many exchange events lie between two looks at the whole book. Release builds look after each.
const LOOK_EVERY: usize = if cfg!(debug_assertions) { 100 } else { 1 };

/// Compares the whole book, level by level, after every exchange event; in debug builds the levels
/// that the event touched, and the whole book after every 100 events and at the end.
#[test]
fn the_replayed_book_is_the_recorded_one_after_every_event() {
    let mut deltas = 0;
    for recording in recordings() {
        let mut world = CrowdWorld::new(recording, CancelModel::ProRata, 1);
        let mut moment = 0;
        while world.run_moment() {
            for change in recording.market().moment(moment).changes {
                let (side, price) = (change.side, change.price);
                let recorded = world.recorded.quantity(side, price);
                assert_eq!(world.level(side, price), recorded, "{side} {price} at {} s", world.now);
            }
            if moment.is_multiple_of(LOOK_EVERY) {
                assert_same_book(&world);
            }
            moment += 1;
        }
        assert_same_book(&world);
        assert_eq!(moment, recording.market().moment_count());
        assert_eq!(world.clipped, Quantity::ZERO);
        assert_eq!(world.flow.following().displaced, Quantity::ZERO);
        assert_eq!(world.exchange.position(world.bot, world.market), Position::FLAT);
        deltas += recording.market().delta_count();
    }
    if !CAPTURES.is_empty() {
        // Counted in the files with a text search for the type of the message.
        assert_eq!(deltas, 788_194);
    }
}

/// Levels summed from the messages with nothing but a JSON parser, by market, side and price.
#[derive(Default)]
struct Sums(BTreeMap<(String, Side, Price), i64>);

impl Sums {
    const SIDES: [(&str, Side); 2] = [("yes", Side::Bid), ("no", Side::Ask)];

    /// Adds a message of the book.
    fn add(&mut self, market: &str, line: &Value) {
        let body = &line["msg"];
        if line["type"] == "orderbook_delta" {
            let side = Self::SIDES.iter().find(|(name, _)| body["side"] == *name).unwrap().1;
            let level = Self::level(market, side, &body["price_dollars"]);
            *self.0.entry(level).or_default() += hundredths(&body["delta_fp"]);
            return;
        }
        self.0.retain(|(of, _, _), _| of != market);
        for (name, side) in Self::SIDES {
            for level in body[format!("{name}_dollars_fp")].as_array().into_iter().flatten() {
                let quantity = hundredths(&level[1]);
                self.0.insert(Self::level(market, side, &level[0]), quantity);
            }
        }
    }

    fn level(market: &str, side: Side, price: &Value) -> (String, Side, Price) {
        let price: Price = price.as_str().unwrap().parse().unwrap();
        let in_yes = if side == Side::Bid { price } else { price.complement() };
        (market.to_owned(), side, in_yes)
    }

    /// The levels of a side that hold something.
    fn side(&self, market: &str, side: Side) -> BTreeMap<Price, Quantity> {
        let levels =
            self.0.iter().filter(|((of, on, _), sum)| of == market && *on == side && **sum != 0);
        let quantity = |sum: &i64| Quantity::new(u64::try_from(*sum).unwrap()).unwrap();
        levels.map(|((_, _, price), sum)| (*price, quantity(sum))).collect()
    }
}

fn hundredths(value: &Value) -> i64 {
    let digits = value.as_str().unwrap().replace('.', "");
    digits.parse().unwrap()
}

/// Each market's moments, and the book at the end of the one at hand.
struct Walk<'a> {
    moments: Box<dyn Iterator<Item = Moment<'a>> + 'a>,
    book: RecordedBook,
    at_hand: String,
}

/// The smallest capture once more: at the end of every moment of the reader the book is the sum of
/// the messages so far, and a moment ends exactly where a new timestamp begins.
#[test]
fn the_reader_agrees_with_a_plain_sum_of_the_messages() {
    let smallest = CAPTURES.iter().min_by_key(|capture| {
        capture.recordings.iter().map(|recording| recording.market().delta_count()).sum::<usize>()
    });
    let Some(capture) = smallest else { return };
    let mut walks: BTreeMap<&str, Walk<'_>> = BTreeMap::new();
    for recording in &capture.recordings {
        let market = recording.market();
        let moments = Box::new(market.moments());
        let walk = Walk { moments, book: RecordedBook::new(), at_hand: String::new() };
        walks.insert(market.ticker(), walk);
    }
    let mut sums = Sums::default();
    let mut compared = 0;
    let file = std::fs::File::open(&capture.path).unwrap();
    for line in std::io::BufReader::new(flate2::read::GzDecoder::new(file)).lines() {
        let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if line["type"] != "orderbook_snapshot" && line["type"] != "orderbook_delta" {
            continue;
        }
        let body = &line["msg"];
        let market = body["market_ticker"].as_str().unwrap();
        let walk = walks.get_mut(market).unwrap();
        let stamp = format!("{} {}", line["type"], body["ts"]);
        if walk.at_hand != stamp {
            for side in [Side::Bid, Side::Ask] {
                assert_eq!(walk.book.levels(side), &sums.side(market, side), "before {line}");
            }
            compared += 1;
            let moment = walk.moments.next().unwrap();
            moment.changes.iter().for_each(|change| walk.book.apply(change).unwrap());
            if moment.kind == MomentKind::Deltas {
                let at = ExchangeTime::parse(body["ts"].as_str().unwrap());
                assert_eq!(Some(moment.at), at);
            }
            walk.at_hand = stamp;
        }
        sums.add(market, &line);
    }
    for (market, mut walk) in walks {
        assert!(walk.moments.next().is_none());
        for side in [Side::Bid, Side::Ask] {
            assert_eq!(walk.book.levels(side), &sums.side(market, side), "at the end of {market}");
        }
    }
    assert!(compared > 10_000, "{compared} moments were compared");
}

/// The markets are all of one structure (0.01 from 0.10 to 0.90, 0.001 outside).
#[test]
fn the_price_levels_of_the_recordings_are_recognised() {
    for recording in recordings() {
        let inferred = recording.market().infer_levels();
        assert_eq!(inferred.ranges(), PriceLevelLabel::TaperedDeciCent.ranges());
        assert_eq!(recording.market().clamped_count(), 0);
        assert!(recording.market().close_time().is_some());
    }
}

/// The ticker is an independent witness of trading: between two of its messages the removals that
/// are taken for trades add up to the contracts that it counts, over all recordings to within
/// 0.05 %, in each to within 0.5 %; 99.5 % of all intervals are met to the hundredth of a contract.
#[test]
fn trades_explain_the_volume_of_the_ticker() {
    let (mut matched, mut explained) = (0, 0);
    let (mut intervals, mut exact, mut excess) = (0, 0, Quantity::ZERO);
    for recording in recordings() {
        let volume = recording.volume();
        assert!(volume.share() > 0.995, "{}: {volume:?}", recording.market().ticker());
        matched += volume.matched.hundredths();
        explained += volume.explained.hundredths();
        intervals += volume.intervals;
        exact += volume.intervals_exact;
        excess += volume.excess;
    }
    assert!((matched - explained) * 2_000 <= matched, "{explained} of {matched}");
    assert!(exact * 1_000 >= intervals * 995, "{exact} of {intervals}");
    assert!(excess < Quantity::of_contracts(1_000).unwrap(), "{excess}");
}

/// `taker_fill_and_rest.csv` lists events whose shape is that of a taker that fills a part and
/// rests the remainder, found by other code in the same captures. Where the remainder comes last,
/// the replay trades exactly the listed quantity. Where it comes first the replay trades nothing:
/// the ticker does not count these contracts. Were they trades, trades would exceed the volume by
/// 7,966 contracts in all, instead of 730.
#[test]
fn listed_takers_trade_what_the_list_says() {
    let (mut last, mut first) = (0, 0);
    for capture in CAPTURES.iter() {
        let mut rows = csv::Reader::from_path(folder().join("taker_fill_and_rest.csv")).unwrap();
        for row in rows.records().map(Result::unwrap).filter(|row| row[0] == capture.name()) {
            let of_market = |recording: &&Arc<Recording>| recording.market().ticker() == &row[1];
            let recording = capture.recordings.iter().find(of_market).unwrap();
            let market = recording.market();
            let at = ExchangeTime::parse(&row[2]).unwrap();
            let moment = market.moments().position(|moment| moment.at == at).unwrap();
            let makers = if &row[4] == "yes" { Side::Ask } else { Side::Bid };
            let traded = recording.traded(moment, makers);
            let rest_is_first = market.moment(moment).changes[0].side != makers;
            if rest_is_first {
                first += 1;
                assert_eq!(traded, Quantity::ZERO, "{row:?}");
            } else {
                last += 1;
                assert_eq!(traded, row[6].parse().unwrap(), "{row:?}");
            }
        }
    }
    if !CAPTURES.is_empty() {
        assert_eq!((last, first), (420, 153));
    }
}

/// Sends orders at random: takes at the best price, joins a queue, improves, cancels.
struct Disturber {
    stream: Stream,
    resting: Vec<OrderId>,
}

impl Disturber {
    fn act(&mut self, world: &mut CrowdWorld) {
        let side = if self.stream.below(2) == 0 { Side::Bid } else { Side::Ask };
        let quantity = Quantity::new(1 + self.stream.below(100_000)).unwrap();
        let quote = world.exchange.quote(world.market);
        let grid = &world.exchange.terms(world.market).levels;
        let (near, far) = match side {
            Side::Bid => (quote.bid, quote.ask),
            Side::Ask => (quote.ask, quote.bid),
        };
        let steps = u32::try_from(self.stream.below(3)).unwrap();
        let moved = |price: Price| {
            let tick = grid.tick_of(price).unwrap().index();
            let moved = if side == Side::Bid { tick + steps } else { tick.saturating_sub(steps) };
            grid.price_of(Tick::new(moved.min(grid.tick_count() - 1)))
        };
        let (price, time_in_force) = match self.stream.below(3) {
            0 => (far, TimeInForce::ImmediateOrCancel),
            _ => (near.map(moved), TimeInForce::REST),
        };
        if self.stream.below(4) == 0
            && let Some(order) = self.resting.pop()
        {
            world.apply(world.bot, &Request::Cancel { order });
        }
        if let Some(price) = price
            && let Reply::Created(created) = world.bot_create(side, price, quantity, time_in_force)
            && !created.remaining.is_zero()
        {
            self.resting.push(created.order);
        }
    }
}

/// A trader acts after every tenth event. Every invariant of the exchange holds. At all times the crowd has no level above the record,
/// and what it lacks is what the trader took and no removal has missed yet, to the hundredth:
/// contracts taken = contracts clipped + contracts missing.
#[test]
fn beside_a_disturber_every_contract_is_accounted_for() {
    for (capture, model) in
        [(0, CancelModel::ProRata), (5, CancelModel::NewestFirst), (7, CancelModel::OldestFirst)]
    {
        let Some(recording) = busiest(capture) else { return };
        let mut world = CrowdWorld::audited(recording, model, 3);
        let mut disturber =
            Disturber { stream: Streams::new(3).named("disturber"), resting: vec![] };
        let mut moment = 0_u32;
        while world.run_moment() {
            if moment % 10 == 9 {
                disturber.act(&mut world);
            }
            if moment.is_multiple_of(500) {
                world.audit();
                assert_eq!(world.taken, world.clipped + world.missing(), "at {} s", world.now);
            }
            let quote = world.exchange.quote(world.market);
            assert!(quote.bid.zip(quote.ask).is_none_or(|(bid, ask)| bid < ask), "{quote:?}");
            moment += 1;
        }
        assert_eq!(world.taken, world.clipped + world.missing());
        assert_eq!(world.flow.following().clipped, world.clipped);
        assert!(world.taken > Quantity::of_contracts(1_000).unwrap(), "the trader did disturb");
        assert!(world.flow.following().displaced > Quantity::of_contracts(100).unwrap());
    }
}
