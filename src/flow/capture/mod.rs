//! Recordings of the venue's websocket: one JSON message a line, plain or gzip.
//!
//! [`Capture`] reads a whole file once, checks it strictly, and keeps each market in a compact form
//! that many runs share. Kalshi's stream (websocket, "Orderbook updates", 2026-08-22, documented)
//! has, per market, a snapshot and then signed deltas with a sequence number; NO levels carry NO
//! prices, which become asks at one dollar minus the price. Observed in recordings of May 2026:
//!
//! - one matching event is several deltas with the same `ts` and consecutive `seq`, and only
//!   between such events is the book uncrossed;
//! - a snapshot leaves out a side that is empty, at the end of a market both;
//! - a new connection starts its sequence numbers at 1.

mod assemble;
mod book;
mod draft;
mod error;
mod grid;
mod lines;
mod market;
pub mod sample;
mod time;
mod values;
mod wire;
mod writer;

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

pub use book::RecordedBook;
pub use error::{CaptureError, LineProblem};
pub use market::{CapturedMarket, Change, Moment, MomentKind, Movement, Ticker};
pub use time::ExchangeTime;
pub use writer::{CaptureWriter, TickerQuote};

use assemble::Assembler;
use lines::Lines;

/// A recording, read and checked.
///
/// ```
/// use fillgap::flow::capture::Capture;
/// let text = concat!(
///     r#"{"recv_ns":1,"conn":1,"type":"orderbook_snapshot","sid":2,"seq":1,"#,
///     r#""msg":{"market_ticker":"KXDEMO-26NOV22-T50","yes_dollars_fp":[["0.40","12.5"]]}}"#,
/// );
/// let capture = Capture::read("demo", text.as_bytes()).unwrap();
/// assert_eq!(capture.busiest_market().ticker(), "KXDEMO-26NOV22-T50");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    file: Arc<str>,
    markets: Vec<Arc<CapturedMarket>>,
}

impl Capture {
    /// Reads a file, plain or gzip (told by its first two bytes).
    ///
    /// # Errors
    /// When the file can not be read or is not a capture; the error says where and why.
    pub fn open(path: &Path) -> Result<Self, CaptureError> {
        let name = path.display().to_string();
        let file = File::open(path).map_err(|cause| CaptureError::Unreadable {
            file: name.clone(),
            cause: cause.to_string(),
        })?;
        Self::read(&name, file)
    }

    /// Reads a capture from anywhere; `name` stands for the file in messages.
    ///
    /// # Errors
    /// When the source can not be read or is not a capture; the error says where and why.
    pub fn read(name: &str, source: impl Read) -> Result<Self, CaptureError> {
        let file: Arc<str> = name.into();
        let mut lines = Lines::new(Arc::clone(&file), source)?;
        let mut assembler = Assembler::new(Arc::clone(&file));
        while let Some((number, line)) = lines.next_line()? {
            assembler.take(number, line)?;
        }
        let markets = assembler.finish()?;
        Ok(Self { file, markets })
    }

    /// The markets that have a book in the capture, in the order in which they first appear.
    #[must_use]
    pub fn markets(&self) -> &[Arc<CapturedMarket>] {
        &self.markets
    }

    /// The market with a ticker.
    ///
    /// # Errors
    /// When the capture holds no book of it.
    pub fn market(&self, ticker: &str) -> Result<&Arc<CapturedMarket>, CaptureError> {
        self.markets.iter().find(|market| market.ticker() == ticker).ok_or_else(|| {
            let known: Vec<_> =
                self.markets.iter().map(|market| format!("`{}`", market.ticker())).collect();
            CaptureError::NoSuchMarket {
                file: self.file.to_string(),
                found: ticker.to_owned(),
                allowed: known.join(", "),
            }
        })
    }

    /// The market with the most deltas; of equals the first.
    ///
    /// # Panics
    /// Never: a capture has at least one market.
    #[must_use]
    pub fn busiest_market(&self) -> &Arc<CapturedMarket> {
        self.markets
            .iter()
            .rev()
            .max_by_key(|market| market.delta_count())
            .expect("Invariant: a capture without a market is refused")
    }
}
