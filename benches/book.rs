//! The order book on three flows, in time per operation.
//!
//! `cargo bench --no-default-features --bench book`

use std::hint::black_box;
use std::time::Duration;

use criterion::measurement::{Measurement, WallTime};
use criterion::{Criterion, criterion_group, criterion_main};

use crate::replay::Replay;
use crate::workload::{BUSY, DEEP, OPERATIONS, Shape, WIDE};

mod replay;
mod workload;

/// One iteration, as criterion counts, is one operation; whole flows are run and their time is
/// divided.
fn measure(criterion: &mut Criterion, shape: &Shape) {
    let workload = workload::generate(shape);
    assert_eq!(workload.check, shape.check, "{}: this is another flow", shape.name);
    let replay = Replay::new(&workload, shape.markets, shape.target);
    let totals = replay::run_and_count(&mut replay.books(), &replay.steps);
    assert_eq!(totals, shape.check.totals, "{}: the book does something else", shape.name);
    criterion.bench_function(shape.name, |bencher| {
        bencher.iter_custom(|operations| {
            let flows = operations.div_ceil(u64::from(OPERATIONS));
            let spent: Duration = (0..flows).map(|_| time_flow(&replay)).sum();
            let spent_ns = spent.as_nanos() * u128::from(operations);
            let each_ns = spent_ns / u128::from(flows) / u128::from(OPERATIONS);
            Duration::from_nanos(u64::try_from(each_ns).expect("Invariant: a bench ends"))
        });
    });
}

/// The time that a flow takes after its prefill.
fn time_flow(replay: &Replay) -> Duration {
    let mut books = replay.books();
    let mut matches = Vec::with_capacity(1_024);
    let start = WallTime.start();
    for step in &replay.steps {
        matches.clear();
        replay::apply(&mut books[usize::from(step.market)], step, &mut matches);
        black_box(&mut matches);
    }
    WallTime.end(start)
}

fn order_book(criterion: &mut Criterion) {
    for shape in [DEEP, WIDE, BUSY] {
        measure(criterion, &shape);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = order_book
}
criterion_main!(benches);
