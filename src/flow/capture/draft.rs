//! One market while its capture is being read.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::flow::capture::market::MomentEnd;
use crate::flow::capture::wire::Place;
use crate::flow::capture::{
    CapturedMarket, Change, ExchangeTime, LineProblem, MomentKind, Movement, RecordedBook, Ticker,
};
use crate::units::{Price, Quantity, Side};

/// What is known of a market so far.
pub(super) struct Draft {
    pub(super) market: CapturedMarket,
    book: RecordedBook,
    /// The connection whose snapshot the book stands on.
    connection: Option<u64>,
    /// The exchange event that the next delta may belong to.
    open: Option<Open>,
    /// When the last message of the book was received [ns since 1970].
    received_ns: u64,
    /// The line of the last message of the book.
    line: u64,
}

/// An exchange event that may go on.
#[derive(Clone, Copy)]
struct Open {
    /// The timestamp that the messages carry.
    stamp: ExchangeTime,
    last: Place,
}

/// A line and its number with what is wrong about it.
pub(super) type Numbered<T> = Result<T, (u64, LineProblem)>;

impl Draft {
    pub(super) fn new(file: Arc<str>, ticker: &str) -> Self {
        let market = CapturedMarket {
            file,
            ticker: ticker.to_owned(),
            close_time: None,
            changes: Vec::new(),
            moments: Vec::new(),
            tickers: Vec::new(),
            prices: BTreeMap::new(),
            deltas: 0,
            clamped: 0,
        };
        Self {
            market,
            book: RecordedBook::new(),
            connection: None,
            open: None,
            received_ns: 0,
            line: 0,
        }
    }

    /// Takes a ticker message.
    pub(super) fn ticker(&mut self, ticker: Ticker) -> Result<(), LineProblem> {
        if let Some(last) = self.market.tickers.last().filter(|last| last.volume > ticker.volume) {
            return Err(LineProblem::VolumeWentBack {
                market: self.market.ticker.clone(),
                found: ticker.volume,
                allowed: last.volume,
            });
        }
        self.market.tickers.push(ticker);
        Ok(())
    }

    /// Takes a snapshot: what differs from the book so far becomes one moment.
    pub(super) fn snapshot(
        &mut self,
        line: u64,
        received_ns: u64,
        place: Place,
        levels: &[(Side, Price, Quantity)],
    ) -> Numbered<()> {
        self.close()?;
        let mut next = RecordedBook::new();
        for &(side, price, quantity) in levels {
            if !next.quantity(side, price).is_zero() {
                return Err((line, LineProblem::DuplicateLevel { side, price }));
            }
            let change = Change { side, price, movement: Movement::Added(quantity) };
            next.apply(&change).map_err(|problem| (line, problem))?;
            self.market.prices.entry(price).or_insert(line);
        }
        for side in [Side::Bid, Side::Ask] {
            self.push_differences(side, &next);
        }
        // A snapshot has no timestamp. It stands as long after the message before it as it was
        // received after it; the first delta that follows may still pull it back.
        let at = self
            .market
            .moments
            .last()
            .map_or(ExchangeTime::from_us(received_ns / 1_000), |before| {
                before.at.after_us(received_ns.saturating_sub(self.received_ns) / 1_000)
            });
        self.book = next;
        self.connection = Some(place.connection);
        (self.received_ns, self.line) = (received_ns, line);
        let end = self.market.changes.len();
        self.market.moments.push(MomentEnd { at, kind: MomentKind::Snapshot, end });
        self.check_crossing()
    }

    /// Takes a delta.
    pub(super) fn delta(
        &mut self,
        line: u64,
        received_ns: u64,
        place: Place,
        stamp: ExchangeTime,
        change: Change,
    ) -> Numbered<()> {
        if self.connection != Some(place.connection) {
            let market = self.market.ticker.clone();
            return Err((line, LineProblem::DeltaBeforeSnapshot { market }));
        }
        let goes_on = self.open.is_some_and(|open| {
            let next = Place { sequence: open.last.sequence + 1, ..open.last };
            open.stamp == stamp && next == place
        });
        if !goes_on {
            self.close()?;
            self.begin(received_ns, stamp);
        }
        self.book.apply(&change).map_err(|problem| (line, problem))?;
        self.market.prices.entry(change.price).or_insert(line);
        self.market.changes.push(change);
        self.market.deltas += 1;
        self.open = Some(Open { stamp, last: place });
        (self.received_ns, self.line) = (received_ns, line);
        let end = self.market.changes.len();
        self.market.moments.last_mut().expect("Invariant: begun above").end = end;
        Ok(())
    }

    /// The market, when all was read.
    pub(super) fn finish(mut self) -> Numbered<CapturedMarket> {
        self.close()?;
        Ok(self.market)
    }

    /// Starts a moment of deltas.
    fn begin(&mut self, received_ns: u64, stamp: ExchangeTime) {
        let moments = &mut self.market.moments;
        if self.market.deltas == 0 {
            // So far the clock is the receiver's. The first delta tells how the exchange's goes.
            for moment in moments.iter_mut() {
                let waited_us = (received_ns / 1_000).saturating_sub(moment.at.us());
                moment.at = stamp.before_us(waited_us);
            }
        }
        if let [.., before, last] = moments.as_mut_slice()
            && last.kind == MomentKind::Snapshot
        {
            last.at = last.at.min(stamp).max(before.at);
        }
        let earliest = moments.last().map_or(stamp, |last| last.at);
        if stamp < earliest {
            self.market.clamped += 1;
        }
        let end = self.market.changes.len();
        moments.push(MomentEnd { at: stamp.max(earliest), kind: MomentKind::Deltas, end });
    }

    /// Ends the exchange event that is open, if any.
    fn close(&mut self) -> Numbered<()> {
        match self.open.take() {
            Some(_) => self.check_crossing(),
            None => Ok(()),
        }
    }

    /// Between exchange events the book is never crossed (observed in 1.77 million deltas).
    fn check_crossing(&self) -> Numbered<()> {
        match (self.book.crossing(), self.market.moments.last()) {
            (Some((bid, ask)), Some(MomentEnd { at, .. })) => {
                Err((self.line, LineProblem::Crossed { at: *at, bid, ask }))
            }
            _ => Ok(()),
        }
    }

    fn push_differences(&mut self, side: Side, next: &RecordedBook) {
        let (old, new) = (self.book.levels(side), next.levels(side));
        for (&price, &before) in old {
            let after = next.quantity(side, price);
            if after < before {
                let movement = Movement::Removed(before - after);
                self.market.changes.push(Change { side, price, movement });
            }
        }
        for (&price, &after) in new {
            let before = self.book.quantity(side, price);
            if after > before {
                let movement = Movement::Added(after - before);
                self.market.changes.push(Change { side, price, movement });
            }
        }
    }
}
