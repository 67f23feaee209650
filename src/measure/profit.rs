//! Profit and loss, true and believed.

use crate::measure::market::Market;
use crate::measure::state::{Observer, State};
use crate::protocol::Execution;
use crate::protocol::record::{Record, Truth};
use crate::units::{Cash, SimTime};

/// Watches profit and loss.
#[derive(Debug, Default)]
pub(super) struct ProfitAndLoss {
    /// By the account and the market.
    pub(super) in_truth: Cash,
    /// By the bot's records and what it saw.
    pub(super) believed: Cash,
    /// The largest |believed - true| at the end of any instant.
    pub(super) error_peak: Cash,
    /// Fees of all fills.
    pub(super) fees: Cash,
}

impl Observer for ProfitAndLoss {
    fn record(&mut self, _state: &State, _time: SimTime, record: &Record) {
        if let Record::Truth(Truth::Execution(Execution::Filled(fill))) = record {
            self.fees += fill.fee;
        }
    }

    fn settle(&mut self, state: &State, _time: SimTime) {
        let markets = || state.markets.values();
        let value: Cash = markets().map(Market::value).sum();
        let gain: Cash = markets().map(Market::believed_gain).sum();
        self.in_truth = state.cash - state.returned + value - state.opening;
        self.believed = state.booked + gain;
        self.error_peak = self.error_peak.max((self.believed - self.in_truth).abs());
    }
}
