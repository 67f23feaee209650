//! How far the bot's exposure is from the account's.

use crate::measure::exact::{Integral, divide};
use crate::measure::state::{Observer, State};
use crate::units::{Cash, SimTime};

/// Watches |believed - true exposure|.
#[derive(Debug, Default)]
pub(super) struct ExposureError {
    integral: Integral,
    /// The largest at the end of any instant.
    pub(super) peak: Cash,
}

impl Observer for ExposureError {
    fn settle(&mut self, state: &State, time: SimTime) {
        let error = (state.believed_exposure() - state.exposure()).abs();
        self.peak = self.peak.max(error);
        self.integral.set(time, error.millionths().into());
    }
}

impl ExposureError {
    /// The mean over the run, rounded half to even; zero for a run of no length.
    pub(super) fn mean(&self, horizon: SimTime) -> Cash {
        if horizon == SimTime::START {
            return Cash::ZERO;
        }
        let mean = divide(self.integral.total(), horizon.ns().into());
        Cash::from_millionths(i64::try_from(mean).expect("Invariant: a mean is below the peak"))
    }
}
