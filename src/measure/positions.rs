//! What is held: flips, contracts without protection, and contracts that a replay clipped.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::measure::exact::Integral;
use crate::measure::state::{Observer, State};
use crate::protocol::record::{Record, Truth};
use crate::units::{MarketId, Position, Quantity, SimTime};

/// Watches the positions.
#[derive(Debug, Default)]
pub(super) struct Positions {
    /// Changes of sign.
    pub(super) flips: u64,
    /// Contracts that no believed stop covers.
    pub(super) unprotected: Integral,
    /// Contracts that the replay clipped.
    pub(super) clipped: Quantity,
    /// The latest sign that was not zero.
    signs: BTreeMap<MarketId, Ordering>,
}

impl Observer for Positions {
    fn record(&mut self, _state: &State, _time: SimTime, record: &Record) {
        if let Record::Truth(Truth::ReplayClipped { quantity, .. }) = record {
            self.clipped += *quantity;
        }
    }

    fn settle(&mut self, state: &State, time: SimTime) {
        let mut unprotected = Quantity::ZERO;
        for (market, held) in &state.markets {
            unprotected += state.unprotected(*market);
            let sign = held.position.cmp(&Position::FLAT);
            if sign != Ordering::Equal
                && self.signs.insert(*market, sign).is_some_and(|before| before != sign)
            {
                self.flips += 1;
            }
        }
        self.unprotected.set(time, unprotected.hundredths().into());
    }
}
