//! The whole exchange on the flow "W1 deep", and what each part of it costs.
//!
//! `cargo bench --no-default-features --bench whole`
//!
//! Each row has one part more than the row before. Each figure is the median of many short
//! stretches, so that what else the machine does at a moment does not count. With a
//! setup's number behind `--`, from 0 for the first below the book alone, that one runs ten times and
//! nothing else does, for a profiler.

#![expect(clippy::print_stdout, reason = "a benchmark's results are for a person")]

use std::collections::BTreeSet;
use std::hint::black_box;

use fillgap::exchange::publish::{PublishSettings, Publisher};
use fillgap::exchange::{Exchange, ExchangeEvent};
use fillgap::market::FeeKind;
use fillgap::protocol::websocket::{
    Command as FeedCommand, FeedChannel, FeedMessage, MarketChoice, PriceFrame, Subscribe,
    TickerStart,
};
use fillgap::units::{AccountId, CommandId, SimTime};

use crate::commands::{Accounts, Command, Commands, KEEP, MARKET};
use crate::replay::Replay;
use crate::stopwatch::{each_ns, median, time_ns};
use crate::workload::DEEP;

#[path = "whole/commands.rs"]
mod commands;
#[expect(dead_code, reason = "the book's own benchmark uses the rest")]
mod replay;
mod stopwatch;
#[expect(dead_code, reason = "the book's own benchmark uses the rest")]
mod workload;

/// Commands between two looks at the clock: a stretch is shorter than what a scheduler gives.
const STRETCH: usize = 5_000;

/// Whether an account's reads can see the past, as a bot's can.
#[derive(Clone, Copy)]
enum Past {
    Forgotten,
    /// For one account of the 64.
    Kept,
}

/// Who is sent messages.
#[derive(Clone, Copy)]
enum Feeds {
    Nobody,
    /// One connection has all channels.
    One,
}

/// An exchange with some of its parts at work.
#[derive(Clone, Copy)]
struct Setup {
    name: &'static str,
    accounts: Accounts,
    fees: FeeKind,
    past: Past,
    feeds: Feeds,
}

const ORDERS: Setup = Setup {
    name: "orders, ledger, taker fees, own messages",
    accounts: Accounts::Unlimited,
    fees: FeeKind::Quadratic,
    past: Past::Forgotten,
    feeds: Feeds::Nobody,
};
const MAKER_FEES: Setup =
    Setup { name: "and maker fees", fees: FeeKind::QuadraticWithMakerFees, ..ORDERS };
const FEEDS: Setup = Setup { name: "and all feeds to one client", feeds: Feeds::One, ..MAKER_FEES };
const PAST: Setup = Setup { name: "and that client's past, for reads", past: Past::Kept, ..FEEDS };
const COLLATERAL: Setup = Setup { name: "and collateral", accounts: Accounts::Funded, ..PAST };
const ROWS: [Setup; 5] = [ORDERS, MAKER_FEES, FEEDS, PAST, COLLATERAL];

/// The row that the command line names, if it does.
fn row_to_profile() -> Option<usize> {
    std::env::args().skip(1).find_map(|argument| argument.parse().ok())
}

fn main() {
    let workload = workload::generate(&DEEP);
    assert_eq!(workload.check, DEEP.check, "{}: this is another flow", DEEP.name);
    let commands = Commands::new(&workload);
    if let Some(row) = row_to_profile() {
        (0..10)
            .for_each(|_| drop(black_box(Venue::new(ROWS[row], &commands).stretches(&commands))));
        return;
    }
    println!("{:<44}{:>10}{:>10}{:>16}", "W1 deep", "ns", "more", "million a second");
    let mut before_ns = book_ns(&Replay::new(&workload, DEEP.markets, DEEP.target));
    print_row("the book alone", before_ns, None);
    for setup in ROWS {
        let median_ns = median(Venue::new(setup, &commands).stretches(&commands));
        print_row(setup.name, median_ns, Some(median_ns - before_ns));
        before_ns = median_ns;
    }
}

fn print_row(name: &str, each_ns: f64, more_ns: Option<f64>) {
    let more = more_ns.map_or_else(String::new, |more_ns| format!("{more_ns:+.1}"));
    println!("{name:<44}{each_ns:>10.1}{more:>10}{:>16.2}", 1_000.0 / each_ns);
}

/// Time per operation of the book alone \[ns\].
fn book_ns(replay: &Replay) -> f64 {
    let mut books = replay.books();
    let mut matches = Vec::with_capacity(1_024);
    let stretches = replay.steps.chunks_exact(STRETCH).map(|steps| {
        stretch_ns(|| {
            for step in steps {
                matches.clear();
                replay::apply(&mut books[0], step, &mut matches);
                black_box(&mut matches);
            }
        })
    });
    median(stretches.collect())
}

/// An exchange in the middle of its flow, and what it says.
struct Venue {
    exchange: Exchange,
    publisher: Publisher,
    events: Vec<ExchangeEvent>,
    messages: Vec<FeedMessage>,
    done: usize,
}

impl Venue {
    /// After the prefill.
    fn new(setup: Setup, commands: &Commands) -> Self {
        let mut exchange = commands::exchange(setup.accounts, setup.fees);
        let mut publisher = Publisher::new(PublishSettings::default());
        let bot = AccountId::new(0);
        if matches!(setup.past, Past::Kept) {
            exchange.watch(bot, KEEP);
        }
        let mut messages = Vec::new();
        if matches!(setup.feeds, Feeds::One) {
            publisher.follow(&exchange, bot);
            let connection = publisher.connect(bot);
            let all = FeedCommand::Subscribe(Subscribe {
                channels: FeedChannel::ALL.to_vec(),
                markets: MarketChoice::These(BTreeSet::from([MARKET])),
                book_prices: PriceFrame::default(),
                ticker_start: TickerStart::default(),
            });
            let (now, command) = (SimTime::START, (CommandId::new(1), &all));
            publisher.command(now, &mut exchange, connection, command, &mut messages);
        }
        let mut venue = Self { exchange, publisher, events: Vec::new(), messages, done: 0 };
        commands.prefill.iter().for_each(|command| venue.carry_out(command));
        venue
    }

    /// Time per command of each stretch \[ns\].
    fn stretches(mut self, commands: &Commands) -> Vec<f64> {
        let stretches = commands.timed.chunks_exact(STRETCH);
        stretches
            .map(|stretch| stretch_ns(|| stretch.iter().for_each(|it| self.carry_out(it))))
            .collect()
    }

    fn carry_out(&mut self, command: &Command) {
        self.events.clear();
        self.messages.clear();
        black_box(commands::apply(&mut self.exchange, self.done, command, &mut self.events));
        let now = commands::time_of(self.done);
        while self.publisher.next_due().is_some_and(|due| due <= now) {
            self.publisher.pass_time(now, &self.exchange, &mut self.messages);
        }
        self.publisher.publish(now, &self.exchange, &self.events, &mut self.messages);
        black_box((&self.events, &self.messages));
        self.done += 1;
    }
}

/// How long a stretch takes, by command \[ns\].
fn stretch_ns(work: impl FnOnce()) -> f64 {
    each_ns(time_ns(work), STRETCH as u64)
}
