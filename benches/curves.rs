//! What an operation of the order book costs as markets, ticks and orders become more, and under
//! flows that are made to hurt.
//!
//! `cargo bench --no-default-features --bench curves`
//!
//! Each figure is the median of many short stretches, so that what else the machine does at a
//! moment does not count.

#![expect(clippy::print_stdout, reason = "a benchmark's results are for a person")]

use std::hint::black_box;

use crate::curves_flow::{Flow, Plan, Step};
use crate::hostile::Hostile;
use crate::stopwatch::{each_ns, median, time_ns};

#[path = "curves/flow.rs"]
mod curves_flow;
#[path = "curves/hostile.rs"]
mod hostile;
mod stopwatch;

/// Operations between two looks at the clock: a stretch is shorter than what a scheduler gives.
const STRETCH: usize = 10_000;

fn main() {
    for (title, plans) in curves() {
        println!("\n{title:<36}{:>10}", "ns");
        for (label, plan) in plans {
            println!("{label:<36}{:>10.1}", median_ns(&Flow::new(plan)));
        }
    }
    println!("\n{:<36}{:>10}{:>10}", "hostile flow", "ns", "per");
    for hostile in Hostile::ALL {
        let mut spent: Vec<(u64, u64)> = Vec::new();
        hostile.run(|operations, work| spent.push((operations, time_ns(work))));
        let each = spent.iter().map(|(operations, spent_ns)| each_ns(*spent_ns, *operations));
        println!("{:<36}{:>10.1}{:>10}", hostile.name, median(each.collect()), hostile.unit);
    }
}

/// The curves: one number grows, the others stay.
fn curves() -> [(&'static str, Vec<(String, Plan)>); 3] {
    let base = Plan { markets: 1, ticks: 99, orders: 100 };
    let markets = [1, 10, 100, 1_000, 10_000];
    let ticks = [99, 999, 9_999, 30_000, 100_000];
    let orders = [100, 1_000, 10_000, 100_000, 1_000_000];
    [
        (
            "markets, 99 ticks, 100 orders each",
            markets.map(|markets| (markets.to_string(), Plan { markets, ..base })).to_vec(),
        ),
        (
            "ticks, 1 market, 10,000 orders",
            ticks.map(|ticks| (ticks.to_string(), Plan { ticks, orders: 10_000, ..base })).to_vec(),
        ),
        (
            "orders, 1 market, 99 ticks",
            orders.map(|orders| (orders.to_string(), Plan { orders, ..base })).to_vec(),
        ),
    ]
}

/// Time per operation of a flow \[ns\].
fn median_ns(flow: &Flow) -> f64 {
    let mut books = flow.books();
    let mut matches = Vec::with_capacity(1_024);
    let stretches = flow.steps.chunks_exact(STRETCH).map(|steps| {
        let spent_ns = time_ns(|| {
            for step in steps {
                matches.clear();
                apply(&mut books, step, &mut matches);
                black_box(&mut matches);
            }
        });
        each_ns(spent_ns, STRETCH as u64)
    });
    median(stretches.collect())
}

fn apply(books: &mut [fillgap::book::Book], step: &Step, matches: &mut Vec<fillgap::book::Match>) {
    match step {
        Step::Place(market, order) => {
            black_box(books[*market as usize].place(order, matches).is_ok());
        }
        Step::Cancel(market, order) => {
            black_box(books[*market as usize].cancel(*order).is_some());
        }
    }
}
