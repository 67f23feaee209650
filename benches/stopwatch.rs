//! What stretches of work take.

use criterion::measurement::{Measurement, WallTime};

/// How long something takes \[ns\].
pub(crate) fn time_ns(work: impl FnOnce()) -> u64 {
    let start = WallTime.start();
    work();
    u64::try_from(WallTime.end(start).as_nanos()).expect("Invariant: a bench ends")
}

/// Time per piece of work \[ns\].
#[expect(clippy::cast_precision_loss, reason = "a stretch takes less than 2^52 ns")]
pub(crate) fn each_ns(spent_ns: u64, pieces: u64) -> f64 {
    spent_ns as f64 / pieces as f64
}

/// The figure in the middle. What else the machine does at a moment makes some stretches longer and
/// does not count.
///
/// # Panics
/// When there is none.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
