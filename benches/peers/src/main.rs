//! fillgap's order book beside the order books of crates.io, on the same operations in one run.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml [REPETITIONS]`
//!
//! Every engine starts from the same small records and builds its own input from them; only ids that
//! an engine itself gives out are looked up beforehand. Every trade that it reports is counted.
//! Each run is a process of its own, so that no engine inherits another's memory. A repetition is
//! one run of each, one after the other, so that what else the machine does falls on all alike. The
//! time is the thread's.

mod engine;
mod engines;
#[expect(dead_code, reason = "the book's own benchmark uses the rest")]
#[path = "../../replay.rs"]
mod replay;
mod table;
#[path = "../../workload.rs"]
mod workload;

use std::process::{Command, ExitCode};

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

const SHAPES: [Shape; 3] = [DEEP, WIDE, BUSY];

const CONTENDERS: [Contender; 6] = [
    Contender::of::<FillgapBook>(),
    Contender::of::<MatchcoreBook>(),
    Contender::of::<Textbook>(),
    Contender::of::<LobsterBook>(),
    Contender::of::<LimitbookBook>(),
    Contender::of::<OrderbookRsBook>(),
];

/// What every engine did on one flow, in the order of [`CONTENDERS`].
struct Flow {
    shape: Shape,
    runs: Vec<Vec<Run>>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => compare(REPETITIONS),
        ["run", flow, engine] => {
            let shape = flow.parse().ok().and_then(|number: usize| SHAPES.get(number));
            let contender = engine.parse().ok().and_then(|number: usize| CONTENDERS.get(number));
            match (shape, contender) {
                (Some(shape), Some(contender)) => run_here(*shape, *contender),
                _ => refuse(),
            }
        }
        [repetitions] => match repetitions.parse() {
            Ok(number) if number > 0 => compare(number),
            _ => refuse(),
        },
        _ => refuse(),
    }
}

fn refuse() -> ExitCode {
    eprintln!("allowed is one argument, how often each engine runs: a number above 0");
    ExitCode::from(2)
}

/// Runs one engine once over one flow and prints what came out.
fn run_here(shape: Shape, contender: Contender) -> ExitCode {
    let workload = workload::generate(&shape);
    assert_eq!(workload.check, shape.check, "{}: this is another flow", shape.name);
    println!("{}", contender.run(&workload, shape).to_line());
    ExitCode::SUCCESS
}

fn compare(repetitions: usize) -> ExitCode {
    let mut flows = SHAPES.map(|shape| Flow { shape, runs: vec![Vec::new(); CONTENDERS.len()] });
    for repetition in 1..=repetitions {
        for (number, flow) in flows.iter_mut().enumerate() {
            eprintln!("repetition {repetition} of {repetitions}, {}", flow.shape.name);
            for (engine, runs) in flow.runs.iter_mut().enumerate() {
                let is_slow = runs.iter().any(|run| run.spent_ns > SLOW_NS);
                if !is_slow || runs.len() < SLOW_REPETITIONS {
                    runs.push(run_apart(number, engine));
                }
            }
        }
    }
    for pick in [Pick::Median, Pick::Fastest] {
        print!("{}", table::of_times(&flows, pick));
    }
    print!("{}", table::of_totals(&flows));
    ExitCode::SUCCESS
}

/// Runs one engine once over one flow in a process of its own.
fn run_apart(flow: usize, engine: usize) -> Run {
    let program = std::env::current_exe().expect("Invariant: a running program has a path");
    let mut command = Command::new(program);
    command.args(["run", &flow.to_string(), &engine.to_string()]);
    let output = command.output().expect("Invariant: this program can be started");
    let said = String::from_utf8_lossy(&output.stdout);
    Run::from_line(&said).unwrap_or_else(|| {
        let name = CONTENDERS[engine].name;
        panic!("{name}: {}", String::from_utf8_lossy(&output.stderr))
    })
}
