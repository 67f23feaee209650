//! Writes a capture in the wire's own form.

use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;

use crate::flow::capture::{Change, ExchangeTime, Movement, Ticker};
use crate::units::{Price, Quantity, Side};

/// Writes one market's capture, a message a line, on one connection.
#[derive(Debug)]
pub struct CaptureWriter<W> {
    out: W,
    market: Arc<str>,
    sequence: u64,
}

/// What a ticker message says beyond trading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TickerQuote {
    /// The best bid with its contracts.
    pub bid: Option<(Price, Quantity)>,
    /// The best ask with its contracts.
    pub ask: Option<(Price, Quantity)>,
    /// Open contracts, both sides counted, like the volume.
    pub open_interest: Quantity,
}

const CONNECTION: u64 = 1;
const TICKER_SUBSCRIPTION: u64 = 1;
const BOOK_SUBSCRIPTION: u64 = 2;

#[derive(Serialize)]
struct Control<'a, T> {
    recv_ns: u64,
    ctl: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    conn: Option<u64>,
    msg: &'a T,
}

#[derive(Serialize)]
struct Data<'a, T> {
    recv_ns: u64,
    conn: u64,
    #[serde(rename = "type")]
    kind: &'static str,
    sid: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    msg: &'a T,
}

#[derive(Serialize)]
struct Watch<'a> {
    close_time: String,
    market_ticker: &'a str,
    status: &'static str,
}

#[derive(Serialize)]
struct Market<'a> {
    market_ticker: &'a str,
}

#[derive(Serialize)]
struct Subscription {
    channel: &'static str,
    sid: u64,
}

#[derive(Serialize)]
struct Snapshot<'a> {
    market_ticker: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    no_dollars_fp: Vec<[String; 2]>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    yes_dollars_fp: Vec<[String; 2]>,
}

#[derive(Serialize)]
struct DeltaBody<'a> {
    #[serde(rename = "delta_fp")]
    change: String,
    market_ticker: &'a str,
    price_dollars: String,
    side: &'static str,
    ts: String,
    ts_ms: u64,
}

#[derive(Serialize)]
struct TickerBody<'a> {
    last_trade_size_fp: String,
    market_ticker: &'a str,
    open_interest_fp: String,
    price_dollars: String,
    time: String,
    ts_ms: u64,
    volume_fp: String,
    yes_ask_dollars: String,
    yes_ask_size_fp: String,
    yes_bid_dollars: String,
    yes_bid_size_fp: String,
}

impl<W: Write> CaptureWriter<W> {
    /// Starts a capture: the market is announced, the connection made, both channels subscribed.
    ///
    /// # Errors
    /// When `out` can not be written to; so for all methods.
    pub fn start(
        out: W,
        market: &str,
        received_ns: u64,
        close_time: ExchangeTime,
    ) -> io::Result<Self> {
        let mut writer = Self { out, market: market.into(), sequence: 0 };
        let close_time = close_time.to_string();
        let watch = Watch { close_time, market_ticker: market, status: "active" };
        let control =
            Control { recv_ns: received_ns, ctl: "watch_market", conn: None, msg: &watch };
        writer.line(&control)?;
        let (recv_ns, conn) = (received_ns, Some(CONNECTION));
        let msg = &Market { market_ticker: market };
        writer.line(&Control { recv_ns, ctl: "ws_connected", conn, msg })?;
        for (channel, sid) in
            [("ticker", TICKER_SUBSCRIPTION), ("orderbook_delta", BOOK_SUBSCRIPTION)]
        {
            let (conn, kind, seq) = (CONNECTION, "subscribed", None);
            let msg = &Subscription { channel, sid };
            writer.line(&Data { recv_ns, conn, kind, sid, seq, msg })?;
        }
        Ok(writer)
    }

    /// Writes a snapshot: levels lowest price first, in the YES frame. A side without levels is
    /// left out.
    ///
    /// # Errors
    /// When `out` can not be written to.
    pub fn snapshot(
        &mut self,
        received_ns: u64,
        bids: impl Iterator<Item = (Price, Quantity)>,
        asks: impl DoubleEndedIterator<Item = (Price, Quantity)>,
    ) -> io::Result<()> {
        let level = |(price, quantity)| [dollars(price), contracts(quantity)];
        let market = Arc::clone(&self.market);
        let msg = Snapshot {
            market_ticker: &market,
            // The highest ask is the lowest NO price.
            no_dollars_fp: asks
                .rev()
                .map(|(price, left)| level((price.complement(), left)))
                .collect(),
            yes_dollars_fp: bids.map(level).collect(),
        };
        self.book(received_ns, "orderbook_snapshot", &msg)
    }

    /// Writes a delta.
    ///
    /// # Errors
    /// When `out` can not be written to.
    pub fn delta(&mut self, received_ns: u64, at: ExchangeTime, change: &Change) -> io::Result<()> {
        let signed = match change.movement {
            Movement::Added(quantity) => contracts(quantity),
            Movement::Removed(quantity) => format!("-{}", contracts(quantity)),
        };
        let side = match change.side {
            Side::Bid => "yes",
            Side::Ask => "no",
        };
        let market = Arc::clone(&self.market);
        let msg = DeltaBody {
            change: signed,
            market_ticker: &market,
            price_dollars: dollars(change.side.own_price(change.price)),
            side,
            ts: at.to_string(),
            ts_ms: at.us() / 1_000,
        };
        self.book(received_ns, "orderbook_delta", &msg)
    }

    /// Writes a ticker message.
    ///
    /// # Errors
    /// When `out` can not be written to.
    pub fn ticker(
        &mut self,
        received_ns: u64,
        ticker: &Ticker,
        quote: &TickerQuote,
    ) -> io::Result<()> {
        let (bid, bid_size) = quote.bid.unwrap_or((Price::ZERO, Quantity::ZERO));
        let (ask, ask_size) = quote.ask.unwrap_or((Price::ONE_DOLLAR, Quantity::ZERO));
        let market = Arc::clone(&self.market);
        let msg = TickerBody {
            last_trade_size_fp: contracts(ticker.last_quantity),
            market_ticker: &market,
            open_interest_fp: contracts(quote.open_interest),
            price_dollars: dollars(ticker.last_price),
            time: ticker.at.to_string(),
            ts_ms: ticker.at.us() / 1_000,
            volume_fp: contracts(ticker.volume),
            yes_ask_dollars: dollars(ask),
            yes_ask_size_fp: contracts(ask_size),
            yes_bid_dollars: dollars(bid),
            yes_bid_size_fp: contracts(bid_size),
        };
        let (conn, kind, sid) = (CONNECTION, "ticker", TICKER_SUBSCRIPTION);
        let data = Data { recv_ns: received_ns, conn, kind, sid, seq: None, msg: &msg };
        self.line(&data)
    }

    fn book(&mut self, recv_ns: u64, kind: &'static str, msg: &impl Serialize) -> io::Result<()> {
        self.sequence += 1;
        let seq = Some(self.sequence);
        self.line(&Data { recv_ns, conn: CONNECTION, kind, sid: BOOK_SUBSCRIPTION, seq, msg })
    }

    fn line(&mut self, message: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, message)?;
        self.out.write_all(b"\n")
    }
}

/// Dollars with the four decimals of the wire.
fn dollars(price: Price) -> String {
    let ten_thousandths = price.ten_thousandths();
    format!("{}.{:04}", ten_thousandths / 10_000, ten_thousandths % 10_000)
}

/// Contracts with the two decimals of the wire.
fn contracts(quantity: Quantity) -> String {
    format!("{}.{:02}", quantity.hundredths() / 100, quantity.hundredths() % 100)
}
