//! Replays the real recordings, alone and beside another trader.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fillgap::book::{Book, BookCapacity, Match, NewOrder, Outcome};
use fillgap::flow::capture::{Capture, CapturedMarket, Change, RecordedBook};
use fillgap::flow::recorded::{CancelModel, Recorded, RecordedSettings, Recording};
use fillgap::flow::{Flow, FlowStep};
use fillgap::kernel::Streams;
use fillgap::market::{PriceLevelStructure, TimeInForce};
use fillgap::protocol::{
    CreateOrder, Execution, FillReport, Liquidity, OrderEnd, PrivateMessage, Request,
};
use fillgap::units::{
    AccountId, Cash, ClientOrderId, MarketId, OrderId, Position, Price, Quantity, Side, SimTime,
    TradeId,
};

const MARKET: MarketId = MarketId::new(0);
const CROWD: AccountId = AccountId::new(0);
const CROWD_TAKER: AccountId = AccountId::new(1);

/// The real captures, oldest first; none when the folder is absent.
fn captures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/btc15m");
    let Ok(entries) = std::fs::read_dir(folder) else {
        eprintln!("skipped: ../shared is absent");
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut captures: Vec<_> =
        paths.filter(|path| path.to_string_lossy().ends_with(".jsonl.gz")).collect();
    captures.sort();
    captures
}

struct Venue {
    levels: PriceLevelStructure,
    book: Book,
    matches: Vec<Match>,
    reports: Vec<PrivateMessage>,
    clients: std::collections::BTreeMap<OrderId, ClientOrderId>,
}

impl Venue {
    fn new(levels: PriceLevelStructure) -> Self {
        let book = Book::new(levels.tick_count(), BookCapacity::new(1 << 20).unwrap());
        Self { levels, book, matches: Vec::new(), reports: Vec::new(), clients: Default::default() }
    }

    fn level(&self, side: Side, price: Price) -> Quantity {
        self.book.level_quantity(side, self.levels.tick_of(price).unwrap())
    }

    fn apply(&mut self, account: AccountId, request: &Request) {
        self.reports.clear();
        match *request {
            Request::Create(order) => self.create(account, order),
            Request::Cancel { order } => {
                let gone = self.book.cancel(order).unwrap();
                assert_eq!(gone.owner, account);
                let client_order = self.clients.remove(&order).unwrap();
                let end = OrderEnd::Canceled;
                let unfilled = gone.remaining;
                let execution =
                    Execution::Ended { order, client_order, market: MARKET, end, unfilled };
                self.reports.push(PrivateMessage { account, execution });
            }
            Request::Decrease { order, reduce_by } => {
                let remaining = self.book.order(order).unwrap().remaining - reduce_by;
                self.book.reduce(order, remaining).unwrap();
                let client_order = self.clients[&order];
                let execution = Execution::Decreased { order, client_order, remaining };
                self.reports.push(PrivateMessage { account, execution });
            }
            Request::Read(_) => panic!("the flow reads nothing"),
        }
    }

    fn create(&mut self, account: AccountId, order: CreateOrder) {
        let CreateOrder { client_order, market, side, limit_price, quantity, time_in_force } =
            order;
        let tick = self.levels.tick_of(limit_price).unwrap();
        let new = NewOrder { owner: account, side, tick, quantity, time_in_force };
        self.matches.clear();
        let placed = self.book.place(&new, &mut self.matches).unwrap();
        let order = placed.order;
        let accepted =
            Execution::Accepted { order, client_order, market, side, limit_price, quantity };
        self.reports.push(PrivateMessage { account, execution: accepted });
        for each in &self.matches {
            let price = self.levels.price_of(each.tick);
            let fill = |order, client_order, side, liquidity| {
                Execution::Filled(FillReport {
                    trade: TradeId::new(0),
                    order,
                    client_order,
                    market,
                    side,
                    price,
                    quantity: each.quantity,
                    liquidity,
                    fee: Cash::ZERO,
                    position_after: Position::FLAT,
                })
            };
            let client = self.clients[&each.maker];
            self.reports.push(PrivateMessage {
                account: each.maker_owner,
                execution: fill(each.maker, client, side.opposite(), Liquidity::Maker),
            });
            if each.maker_remaining.is_zero() {
                self.clients.remove(&each.maker);
            }
            self.reports.push(PrivateMessage {
                account,
                execution: fill(order, client_order, side, Liquidity::Taker),
            });
        }
        if let Outcome::Rests { .. } = placed.outcome {
            self.clients.insert(order, client_order);
        }
    }
}

struct Replay {
    venue: Venue,
    flow: Recorded,
    clipped: Quantity,
    steps: u64,
}

impl Replay {
    fn new(recording: Arc<Recording>, levels: PriceLevelStructure, cancels: CancelModel) -> Self {
        let settings =
            RecordedSettings { market: MARKET, crowd: CROWD, crowd_taker: CROWD_TAKER, cancels };
        let flow = Recorded::new(recording, settings, &Streams::new(1));
        Self { venue: Venue::new(levels), flow, clipped: Quantity::ZERO, steps: 0 }
    }

    /// Does all steps of the next exchange event.
    fn run_moment(&mut self) {
        let moment = self.flow.moments_done();
        let now = self.flow.next_due().unwrap();
        while self.flow.moments_done() == moment {
            match self.flow.next_step(now) {
                None => break,
                Some(FlowStep::Clipped { quantity, .. }) => self.clipped += quantity,
                Some(FlowStep::Act { account, request }) => {
                    self.steps += 1;
                    self.venue.apply(account, &request);
                    for report in &self.venue.reports {
                        self.flow.observe(report);
                    }
                }
            }
        }
    }
}

#[test]
fn probe() {
    let mut deltas = 0;
    let (mut t_parse, mut t_rec, mut t_run) = (0.0, 0.0, 0.0);
    for path in captures() {
        let t = std::time::Instant::now();
        let capture = Capture::open(&path).unwrap();
        t_parse += t.elapsed().as_secs_f64();
        for market in capture.markets() {
            let t = std::time::Instant::now();
            let levels = market.infer_levels();
            let recording = Arc::new(Recording::new(Arc::clone(market), &levels).unwrap());
            t_rec += t.elapsed().as_secs_f64();
            let t = std::time::Instant::now();
            let mut replay = Replay::new(recording.clone(), levels.clone(), CancelModel::ProRata);
            for _ in 0..market.moment_count() {
                replay.run_moment();
            }
            t_run += t.elapsed().as_secs_f64();
            deltas += market.delta_count();
            let v = recording.volume();
            println!(
                "{} {} deltas {} steps {} clipped {} clamped {} grid {} share {:.4} exact {}/{} excess {}",
                market.ticker(),
                market.origin(),
                market.delta_count(),
                replay.steps,
                replay.clipped,
                market.clamped_count(),
                levels.tick_count(),
                v.share(),
                v.intervals_exact,
                v.intervals,
                v.excess
            );
        }
    }
    println!("{deltas} parse {t_parse:.2} rec {t_rec:.2} run {t_run:.2}");
}
