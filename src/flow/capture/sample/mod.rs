//! A made-up market, so that there is a capture that belongs to the project.
//!
//! Seven people quote, amend, cancel and take around a fair price that wanders and then runs to
//! one dollar. The messages have the form and the habits of the real stream, and nothing of its
//! contents: each matching event is several deltas of one instant, a taker's remainder is shown
//! last, an order whose owner's own orders leave for it is shown first, the asks are gone before
//! the close, and the last message is an empty snapshot.

mod book;
mod people;

use std::io::{self, Write};

use crate::flow::capture::{CaptureWriter, ExchangeTime, Ticker, TickerQuote};
use crate::kernel::{Stream, Streams};
use crate::market::{PriceLevelLabel, PriceLevelStructure};
use crate::units::{Quantity, Side};
use book::SampleBook;
use people::People;

/// The market's name.
pub const TICKER: &str = "KXSAMPLE15M-26NOV221215-15";

const SEED: u64 = 20_261_122;
/// 2026-11-22 12:15:00 UTC.
const CLOSE: ExchangeTime = ExchangeTime::from_us(1_795_349_700_000_000);
/// Recording starts this long before the close \[µs\].
const LENGTH_US: u64 = 300_000_000;
/// The fair price runs to one dollar for this long \[µs\].
const RUN_US: u64 = 90_000_000;
/// The asks leave for this long \[µs\].
const ONE_SIDED_US: u64 = 35_000_000;
/// Orders leave for this long after the close \[µs\].
const AFTER_US: u64 = 900_000;
/// The empty snapshot is received this long after the close \[ns\].
const SNAPSHOT_AFTER_NS: u64 = 2_700_000_000;
/// Quantiles of the time between two events \[µs\].
const GAPS_US: [u64; 17] = [
    200, 1_500, 3_000, 6_000, 10_000, 18_000, 30_000, 45_000, 60_000, 80_000, 100_000, 125_000,
    150_000, 190_000, 240_000, 320_000, 450_000,
];
/// Contracts that were traded before the recording starts, both sides counted.
const VOLUME_BEFORE: u64 = 24_681_200;

/// Writes the capture. It is always the same.
///
/// # Errors
/// When `out` can not be written to.
///
/// # Panics
/// Never: the market is the same every time.
pub fn write_sample(out: impl Write) -> io::Result<()> {
    let streams = Streams::new(SEED);
    let people = People { stream: streams.named("people"), fair: 5_630 };
    let grid = PriceLevelStructure::of_label(PriceLevelLabel::TaperedDeciCent);
    let start = CLOSE.before_us(LENGTH_US);
    let mut clock = streams.named("clock");
    let received_ns = start.us() * 1_000 + 31_000_000;
    let mut sample = Sample {
        people,
        book: SampleBook::new(grid),
        at: start,
        ticker_due: start,
        received_ns,
        writer: CaptureWriter::start(out, TICKER, received_ns, CLOSE)?,
    };
    sample.people.open(&mut sample.book);
    sample.book.take_changes();
    sample.write_snapshot()?;
    sample.trade(&mut clock)?;
    sample.close(&mut clock)
}

/// The market and its recording.
struct Sample<W> {
    people: People,
    book: SampleBook,
    at: ExchangeTime,
    ticker_due: ExchangeTime,
    /// When the last message was received [ns since 1970].
    received_ns: u64,
    writer: CaptureWriter<W>,
}

impl<W: Write> Sample<W> {
    /// Trading until the close.
    fn trade(&mut self, clock: &mut Stream) -> io::Result<()> {
        loop {
            self.at = self.at.after_us(gap_us(clock));
            let left_us = CLOSE.us().saturating_sub(self.at.us());
            if left_us == 0 {
                return Ok(());
            }
            // About eight events a second.
            let events_left = i64::try_from(left_us / 120_000).unwrap_or(i64::MAX) + 1;
            let drift = if left_us < RUN_US { (9_850 - self.people.fair) / events_left } else { 0 };
            self.people.think(20, drift);
            if left_us < ONE_SIDED_US {
                self.people.leave_asks(&mut self.book);
            } else {
                self.people.trade(&mut self.book);
            }
            self.write_event(clock)?;
            if self.at >= self.ticker_due {
                self.write_ticker(clock)?;
                self.ticker_due = self.at.after_us(850_000 + clock.below(200_000));
            }
        }
    }

    /// What the exchange sends after the close.
    fn close(&mut self, clock: &mut Stream) -> io::Result<()> {
        self.at = CLOSE;
        while self.at < CLOSE.after_us(AFTER_US) {
            self.people.leave(&mut self.book);
            self.write_event(clock)?;
            self.at = self.at.after_us(40_000 + clock.below(60_000));
        }
        self.received_ns = self.received_ns.max(CLOSE.us() * 1_000 + SNAPSHOT_AFTER_NS);
        self.writer.snapshot(self.received_ns, std::iter::empty(), std::iter::empty())
    }

    fn write_snapshot(&mut self) -> io::Result<()> {
        let (bids, asks) = (self.book.levels(Side::Bid), self.book.levels(Side::Ask));
        self.writer.snapshot(self.received_ns, bids, asks)
    }

    fn write_event(&mut self, clock: &mut Stream) -> io::Result<()> {
        for change in self.book.take_changes() {
            self.receive(clock);
            self.writer.delta(self.received_ns, self.at, &change)?;
        }
        Ok(())
    }

    fn write_ticker(&mut self, clock: &mut Stream) -> io::Result<()> {
        let Some((last_price, last_quantity)) = self.book.last else { return Ok(()) };
        self.receive(clock);
        let volume = Quantity::new(VOLUME_BEFORE).expect("Invariant: an admitted quantity")
            + self.book.matched
            + self.book.matched;
        let ticker = Ticker { at: self.at, last_price, last_quantity, volume };
        let quote = TickerQuote {
            bid: self.book.levels(Side::Bid).next_back(),
            ask: self.book.levels(Side::Ask).next(),
            open_interest: open_interest(volume),
        };
        self.writer.ticker(self.received_ns, &ticker, &quote)
    }

    /// The next message arrives 20 to 60 ms after it was sent, and after the one before it.
    fn receive(&mut self, clock: &mut Stream) {
        let arrives_ns = self.at.us() * 1_000 + 20_000_000 + clock.below(40_000) * 1_000;
        self.received_ns = self.received_ns.max(arrives_ns);
    }
}

/// Half of all matches open a pair, in this market.
fn open_interest(volume: Quantity) -> Quantity {
    Quantity::new(volume.hundredths() / 4 * 2).expect("Invariant: less than the volume")
}

/// The time to the next event, evenly between two neighbours of the table.
fn gap_us(clock: &mut Stream) -> u64 {
    let place = clock.below(GAPS_US.len() as u64 - 1);
    let place = usize::try_from(place).expect("Invariant: below the length of the table");
    let (low, high) = (GAPS_US[place], GAPS_US[place + 1]);
    low + clock.below(high - low)
}
