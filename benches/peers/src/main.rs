//! fillgap's order book beside the order books of crates.io, on the same operations in one run.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml [REPETITIONS]`
//!
//! Every engine starts from the same small records and builds its own input from them; only ids that
//! an engine itself gives out are looked up beforehand. Every trade that it reports is counted.
//! Every repetition runs each engine once over each flow, one engine after the other, so that what
//! else the machine does falls on all alike. The time is the thread's, the figure the median.

mod engine;
mod engines;
#[expect(dead_code, reason = "the book's own benchmark uses the rest")]
#[path = "../../replay.rs"]
mod replay;
mod table;
#[path = "../../workload.rs"]
mod workload;

use std::process::ExitCode;

use crate::engine::{Contender, Run};
use crate::engines::{
    fillgap_book::FillgapBook, limitbook_book::LimitbookBook, lobster_book::LobsterBook,
    matchcore_book::MatchcoreBook, orderbook_rs_book::OrderbookRsBook, textbook::Textbook,
};
use crate::table::Pick;
use crate::workload::{BUSY, DEEP, Shape, WIDE};

/// How often each engine runs over each flow, unless the command line says otherwise.
const REPETITIONS: usize = 7;

/// An engine that needs longer than this for one flow runs [`SLOW_REPETITIONS`] times at most.
const SLOW_NS: u64 = 2_000_000_000;
const SLOW_REPETITIONS: usize = 3;

/// What every engine did on one flow, in the order of the contenders.
struct Flow {
    shape: Shape,
    contenders: Vec<Contender>,
    runs: Vec<Vec<Run>>,
}

fn main() -> ExitCode {
    let repetitions = match std::env::args().nth(1).map(|text| text.parse()) {
        None => REPETITIONS,
        Some(Ok(number)) if number > 0 => number,
        Some(_) => {
            eprintln!("repetitions: allowed is a number above 0");
            return ExitCode::from(2);
        }
    };
    let flows = [DEEP, WIDE, BUSY].map(|shape| run(shape, repetitions));
    for pick in [Pick::Median, Pick::Fastest] {
        print!("{}", table::of_times(&flows, pick));
    }
    print!("{}", table::of_totals(&flows));
    ExitCode::SUCCESS
}

fn run(shape: Shape, repetitions: usize) -> Flow {
    let workload = workload::generate(&shape);
    assert_eq!(workload.check, shape.check, "{}: this is another flow", shape.name);
    let contenders = vec![
        Contender::of::<FillgapBook>(&workload, shape),
        Contender::of::<MatchcoreBook>(&workload, shape),
        Contender::of::<Textbook>(&workload, shape),
        Contender::of::<LobsterBook>(&workload, shape),
        Contender::of::<LimitbookBook>(&workload, shape),
        Contender::of::<OrderbookRsBook>(&workload, shape),
    ];
    let mut runs: Vec<Vec<Run>> = contenders.iter().map(|_| Vec::new()).collect();
    for repetition in 1..=repetitions {
        for (contender, runs) in contenders.iter().zip(&mut runs) {
            let is_slow = runs.iter().any(|run| run.spent_ns > SLOW_NS);
            if is_slow && runs.len() >= SLOW_REPETITIONS {
                continue;
            }
            eprintln!("{}: {repetition} of {repetitions}, {}", shape.name, contender.name);
            runs.push(contender.run());
        }
    }
    Flow { shape, contenders, runs }
}
