//! Gap windows: when belief and truth differ, by how much, and for how long.

use std::collections::BTreeMap;

use crate::measure::exact::decimal;
use crate::measure::rows::{GapCause, Window};
use crate::measure::state::{Observer, State};
use crate::protocol::Execution;
use crate::protocol::record::{Belief, Record, Truth};
use crate::units::{MarketId, Position, Price, Quantity, SimDuration, SimTime};

/// Watches the gap of every market.
#[derive(Debug, Default)]
pub(super) struct Gaps {
    tracks: BTreeMap<MarketId, Track>,
    tallies: Vec<Tally>,
}

/// The gap of one market.
#[derive(Debug, Default)]
struct Track {
    gap: Position,
    cause: Option<GapCause>,
    open: Option<Tally>,
}

/// A window with its integer sums.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tally {
    market: MarketId,
    opened: SimTime,
    opened_by: GapCause,
    closed_by: Option<GapCause>,
    /// The gap and its weight since the latest change.
    lasting: (Position, Price),
    since: SimTime,
    /// The largest |g|.
    pub(super) peak: Quantity,
    /// [0.01 contract ns]
    pub(super) over: i128,
    /// [0.01 contract ns]
    pub(super) under: i128,
    /// [0.000001 dollar ns]
    pub(super) dollars: i128,
}

impl Observer for Gaps {
    fn record(&mut self, state: &State, _time: SimTime, record: &Record) {
        let (market, cause) = match record {
            Record::Truth(Truth::Execution(Execution::Filled(fill))) => {
                (fill.market, GapCause::Fill)
            }
            Record::Truth(Truth::Settled { market, .. }) => (*market, GapCause::Settlement),
            Record::Belief(Belief::Holding { holding, cause, .. }) => {
                (holding.market, GapCause::Belief(*cause))
            }
            _ => return,
        };
        let gap = state.markets[&market].gap();
        let track = self.tracks.entry(market).or_default();
        if gap != track.gap {
            (track.gap, track.cause) = (gap, Some(cause));
        }
    }

    fn settle(&mut self, state: &State, time: SimTime) {
        for (market, track) in &mut self.tracks {
            let Some(cause) = track.cause else { continue };
            let lasting = (track.gap, state.markets[market].gap_price());
            match &mut track.open {
                Some(tally) => {
                    tally.advance(time);
                    tally.lasting = lasting;
                    if track.gap.is_flat() {
                        tally.closed_by = Some(cause);
                        self.tallies.extend(track.open.take());
                    }
                }
                None if track.gap.is_flat() => {}
                None => track.open = Some(Tally::open(*market, time, cause, lasting)),
            }
        }
    }
}

impl Gaps {
    /// All windows, in the order of opening, then of markets. Those that are open last until the
    /// run's end; one that would begin there has no length and is none.
    pub(super) fn finish(mut self) -> Vec<Tally> {
        let open = self.tracks.into_values().filter_map(|track| track.open);
        self.tallies.extend(open.filter(|tally| tally.since > tally.opened));
        self.tallies.sort_by_key(|tally| (tally.opened, tally.market));
        self.tallies
    }
}

impl Tally {
    fn open(
        market: MarketId,
        opened: SimTime,
        opened_by: GapCause,
        lasting: (Position, Price),
    ) -> Self {
        let (since, closed_by, peak) = (opened, None, Quantity::ZERO);
        let (over, under, dollars) = (0, 0, 0);
        Self { market, opened, opened_by, closed_by, lasting, since, peak, over, under, dollars }
    }

    /// Counts what lasted until `time`.
    fn advance(&mut self, time: SimTime) {
        let ns = i128::from(time.since(self.since).ns());
        if ns == 0 {
            return;
        }
        let (gap, price) = self.lasting;
        self.peak = self.peak.max(gap.size());
        self.over += ns * i128::from(gap.long().hundredths());
        self.under += ns * i128::from(gap.short().hundredths());
        self.dollars += ns * i128::from(price.times(gap.size()).millionths());
        self.since = time;
    }

    /// The window's length.
    pub(super) fn length(&self) -> SimDuration {
        self.since.since(self.opened)
    }

    /// The window as a row.
    pub(super) fn row(&self) -> Window {
        Window {
            market: self.market,
            opened_at_s: self.opened,
            closed_at_s: self.since,
            opened_by: self.opened_by,
            closed_by: self.closed_by,
            length_s: self.length(),
            peak_contracts: self.peak,
            over_contract_seconds: decimal(self.over, 11),
            under_contract_seconds: decimal(self.under, 11),
            dollar_seconds: decimal(self.dollars, 15),
        }
    }
}
