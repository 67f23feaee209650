//! From messages to markets: connections, sequence numbers, and who the message is for.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::flow::capture::draft::Draft;
use crate::flow::capture::wire::{self, Body, Place};
use crate::flow::capture::{CaptureError, CapturedMarket, ExchangeTime, LineProblem};

/// Takes the lines of one capture in their order.
pub(super) struct Assembler {
    file: Arc<str>,
    drafts: Vec<Draft>,
    /// Close times of markets that were announced.
    close_times: BTreeMap<String, ExchangeTime>,
    connection: u64,
    /// The sequence number that each subscription of the connection has next.
    next_sequence: BTreeMap<u64, u64>,
}

impl Assembler {
    pub(super) fn new(file: Arc<str>) -> Self {
        Self {
            file,
            drafts: Vec::new(),
            close_times: BTreeMap::new(),
            connection: 0,
            next_sequence: BTreeMap::new(),
        }
    }

    /// Takes one line.
    pub(super) fn take(&mut self, line: u64, bytes: &[u8]) -> Result<(), CaptureError> {
        let taken = wire::parse(bytes)
            .map_err(|problem| (line, problem))
            .and_then(|message| self.dispatch(line, message.received_ns, message.body));
        taken.map_err(|(line, problem)| self.bad_line(line, problem))
    }

    /// The markets that have a book, in the order in which they first appear.
    pub(super) fn finish(self) -> Result<Vec<Arc<CapturedMarket>>, CaptureError> {
        let Self { file, drafts, close_times, .. } = self;
        let mut markets = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let finished = draft.finish().map_err(|(line, problem)| CaptureError::BadLine {
                file: file.to_string(),
                line,
                problem,
            });
            let mut market = finished?;
            if market.moment_count() > 0 {
                market.close_time = close_times.get(market.ticker()).copied();
                markets.push(Arc::new(market));
            }
        }
        if markets.is_empty() {
            return Err(CaptureError::NoMarket { file: file.to_string() });
        }
        Ok(markets)
    }

    fn bad_line(&self, line: u64, problem: LineProblem) -> CaptureError {
        CaptureError::BadLine { file: self.file.to_string(), line, problem }
    }

    fn dispatch(
        &mut self,
        line: u64,
        received_ns: u64,
        body: Body<'_>,
    ) -> Result<(), (u64, LineProblem)> {
        let here = |problem| (line, problem);
        match body {
            Body::Snapshot { place, market, levels } => {
                self.follow(place).map_err(here)?;
                self.draft(market).snapshot(line, received_ns, place, &levels)
            }
            Body::Delta { place, market, at, change } => {
                self.follow(place).map_err(here)?;
                self.draft(market).delta(line, received_ns, place, at, change)
            }
            Body::Ticker { connection, market, ticker } => {
                self.connect(connection).map_err(here)?;
                self.draft(market).ticker(ticker).map_err(here)
            }
            Body::Subscribed { connection } | Body::Connected { connection } => {
                self.connect(connection).map_err(here)
            }
            Body::WatchMarket { market, close_time } => {
                self.close_times.insert(market.to_owned(), close_time);
                Ok(())
            }
            Body::Rotated => Ok(()),
        }
    }

    /// Notices a new connection, which starts its sequence numbers anew.
    fn connect(&mut self, connection: u64) -> Result<(), LineProblem> {
        if connection < self.connection {
            let allowed = self.connection;
            return Err(LineProblem::ConnectionWentBack { found: connection, allowed });
        }
        if connection > self.connection {
            self.connection = connection;
            self.next_sequence.clear();
        }
        Ok(())
    }

    /// Checks that no message is missing.
    fn follow(&mut self, place: Place) -> Result<(), LineProblem> {
        let Place { connection, subscription, sequence } = place;
        self.connect(connection)?;
        let next = self.next_sequence.entry(subscription).or_insert(1);
        if sequence != *next {
            let (found, allowed) = (sequence, *next);
            return Err(LineProblem::SequenceGap { connection, subscription, found, allowed });
        }
        *next += 1;
        Ok(())
    }

    /// The market with this ticker. Captures hold a handful, the one at hand mostly the last.
    fn draft(&mut self, ticker: &str) -> &mut Draft {
        let known = self.drafts.iter().rposition(|draft| draft.market.ticker == ticker);
        let index = known.unwrap_or_else(|| {
            self.drafts.push(Draft::new(Arc::clone(&self.file), ticker));
            self.drafts.len() - 1
        });
        &mut self.drafts[index]
    }
}
