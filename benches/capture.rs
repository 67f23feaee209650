//! A capture replayed into the exchange: reading it, telling trades from cancels, and the replay
//! itself, in deltas a second.
//!
//! The capture is the one that ships, unless the first argument after `--` that ends in `.jsonl.gz`
//! names another.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use fillgap::exchange::{Exchange, ExchangeEvent, ExchangeSettings, Funding};
use fillgap::flow::capture::Capture;
use fillgap::flow::recorded::{CancelModel, Recorded, RecordedSettings, Recording};
use fillgap::flow::{Flow, FlowStep};
use fillgap::kernel::Streams;
use fillgap::market::{FeeKind, FeeMultiplier, FeeSchedule, MarketTerms};
use fillgap::units::EventId;

/// An exchange with the recorded market, and the flow that replays it there.
fn prepare(recording: &Arc<Recording>) -> (Exchange, Recorded) {
    let mut exchange = Exchange::new(ExchangeSettings::default());
    let market = exchange.list_market(MarketTerms {
        ticker: recording.market().ticker().to_owned(),
        event: EventId::new(0),
        levels: recording.market().infer_levels(),
        fees: FeeSchedule::new(FeeKind::Quadratic, FeeMultiplier::ONE),
    });
    let [crowd, crowd_taker] = std::array::from_fn(|_| exchange.open_account(Funding::Unlimited));
    let cancels = CancelModel::ProRata;
    let settings = RecordedSettings { market, crowd, crowd_taker, cancels };
    let flow = Recorded::new(Arc::clone(recording), settings, &Streams::new(1));
    (exchange, flow)
}

fn replay(mut exchange: Exchange, mut flow: Recorded, events: &mut Vec<ExchangeEvent>) {
    while let Some(now) = flow.next_due() {
        while let Some(step) = flow.next_step(now) {
            let FlowStep::Act { account, request } = step else { continue };
            events.clear();
            black_box(exchange.apply(now, account, &request, now, events));
            for event in &*events {
                if let ExchangeEvent::Private(message) = event {
                    flow.observe(message);
                }
            }
        }
    }
}

fn capture_path() -> PathBuf {
    let named = std::env::args().find(|argument| argument.ends_with(".jsonl.gz"));
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample-btc15m.jsonl.gz");
    named.map_or(shipped, PathBuf::from)
}

fn capture(criterion: &mut Criterion) {
    let path = capture_path();
    let read = || Capture::open(&path).expect("the capture is whole");
    let market = Arc::clone(read().busiest_market());
    let levels = market.infer_levels();
    let record = || Recording::new(Arc::clone(&market), &levels).expect("the grid was inferred");
    let recording = Arc::new(record());
    let mut group = criterion.benchmark_group("capture");
    group.sample_size(10);
    group.throughput(Throughput::Elements(market.delta_count() as u64));
    group.bench_function("read", |bencher| bencher.iter(read));
    group.bench_function("tell trades from cancels", |bencher| bencher.iter(record));
    let mut events = Vec::new();
    group.bench_function("replay", |bencher| {
        bencher.iter_batched(
            || prepare(&recording),
            |(exchange, flow)| replay(exchange, flow, &mut events),
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

criterion_group!(benches, capture);
criterion_main!(benches);
