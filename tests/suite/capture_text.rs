//! Writes short captures by hand, for the tests of the reader and of the replay.

use std::fmt::Write as _;
use std::sync::Arc;

use fillgap::flow::capture::Capture;
use fillgap::flow::recorded::Recording;

pub(crate) const TICKER: &str = "KXDEMO-26NOV22-T50";

/// Lines of a capture on connection 1 with running sequence numbers.
#[derive(Default)]
pub(crate) struct CaptureText {
    pub(crate) text: String,
    sequence: u64,
}

impl CaptureText {
    /// A capture that starts with a snapshot: levels as `price:quantity`, in their own prices.
    pub(crate) fn starting(yes: &str, no: &str) -> Self {
        let mut capture = Self::default();
        capture.snapshot(0, yes, no);
        capture
    }

    pub(crate) fn snapshot(&mut self, received_ms: u64, yes: &str, no: &str) {
        let side = |levels: &str| {
            let pairs = levels.split_whitespace().map(|level| {
                let (price, quantity) = level.split_once(':').unwrap();
                format!(r#"["{price}","{quantity}"]"#)
            });
            pairs.collect::<Vec<_>>().join(",")
        };
        self.sequence += 1;
        let mut keys = format!(r#""market_ticker":"{TICKER}""#);
        for (key, levels) in [("yes_dollars_fp", yes), ("no_dollars_fp", no)] {
            if !levels.is_empty() {
                write!(keys, r#","{key}":[{}]"#, side(levels)).unwrap();
            }
        }
        writeln!(
            self.text,
            r#"{{"recv_ns":{},"conn":1,"type":"orderbook_snapshot","sid":2,"seq":{},"msg":{{{keys}}}}}"#,
            received_ns(received_ms),
            self.sequence,
        )
        .unwrap();
    }

    /// A delta `ms` after the snapshot, at the price of its own side.
    pub(crate) fn delta(&mut self, ms: u64, side: &str, price: &str, delta: &str) {
        self.sequence += 1;
        writeln!(
            self.text,
            r#"{{"recv_ns":{},"conn":1,"type":"orderbook_delta","sid":2,"seq":{},"msg":{{"delta_fp":"{delta}","market_ticker":"{TICKER}","price_dollars":"{price}","side":"{side}","ts":"{}"}}}}"#,
            received_ns(ms),
            self.sequence,
            stamp(ms),
        )
        .unwrap();
    }

    /// A ticker message with the volume as the venue counts it: both sides of each match.
    pub(crate) fn ticker(&mut self, ms: u64, volume: &str, last_price: &str, last_quantity: &str) {
        writeln!(
            self.text,
            r#"{{"recv_ns":{},"conn":1,"type":"ticker","sid":1,"msg":{{"market_ticker":"{TICKER}","price_dollars":"{last_price}","last_trade_size_fp":"{last_quantity}","volume_fp":"{volume}","time":"{}"}}}}"#,
            received_ns(ms),
            stamp(ms),
        )
        .unwrap();
    }

    pub(crate) fn capture(&self) -> Capture {
        Capture::read("demo", self.text.as_bytes()).unwrap()
    }

    pub(crate) fn recording(&self) -> Arc<Recording> {
        let capture = self.capture();
        let market = capture.busiest_market();
        Arc::new(Recording::new(Arc::clone(market), &market.infer_levels()).unwrap())
    }
}

/// 2026-11-22 12:00:00 UTC is 1795348800 s after 1970.
fn received_ns(ms: u64) -> u64 {
    1_795_348_800_000_000_000 + ms * 1_000_000
}

/// Times of the exchange, in the first minute after 12:00.
fn stamp(ms: u64) -> String {
    assert!(ms < 60_000, "within a minute");
    format!("2026-11-22T12:00:{:02}.{:03}Z", ms / 1_000, ms % 1_000)
}
