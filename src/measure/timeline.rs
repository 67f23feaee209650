//! Belief and truth of each market over time, as bare facts.

use std::collections::BTreeMap;

use crate::kernel::Stamped;
use crate::measure::state::State;
use crate::measure::within_run;
use crate::protocol::record::Record;
use crate::units::{MarketId, Position, SimTime};

/// A market from an instant on, at whose end the belief or the truth had changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub time: SimTime,
    /// Which market.
    pub market: MarketId,
    /// B, what the bot believes to hold there \[contract\].
    pub belief: Position,
    /// T, what the account holds there \[contract\].
    pub truth: Position,
}

/// Every change of a log's beliefs and truths, in the order of time, then of markets. Before its
/// first moment a market is flat, in belief and in truth. What changes and changes back within one
/// instant is no change.
#[must_use]
pub fn timeline(entries: &[Stamped<Record>]) -> Vec<Moment> {
    let mut state = State::default();
    let mut last: BTreeMap<MarketId, (Position, Position)> = BTreeMap::new();
    let mut moments = Vec::new();
    for instant in within_run(entries).chunk_by(|one, next| one.time == next.time) {
        for entry in instant {
            state.apply(&entry.record);
        }
        for market in state.markets.keys().copied() {
            let now = (state.belief(market), state.position(market));
            let before = last.insert(market, now).unwrap_or_default();
            if before != now {
                let (belief, truth) = now;
                moments.push(Moment { time: instant[0].time, market, belief, truth });
            }
        }
    }
    moments
}
