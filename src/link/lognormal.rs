//! Latencies whose logarithm is normal.
//!
//! The one place of the link with floating-point numbers. They are used once, when a scenario is
//! loaded, through `libm`, which is the same code on every machine; what leaves is whole
//! nanoseconds.

use crate::link::latency::Point;
use crate::link::{Level, LinkError, Quantile};
use crate::units::SimDuration;

/// Points of the table per standard deviation.
const POINTS_PER_DEVIATION: i32 = 128;

/// Standard deviations to each side of the median that the table spans.
const DEVIATIONS: i32 = 5;

/// The longest latency that a table may hold: simulated time has 64 bits of nanoseconds.
const LONGEST: SimDuration = SimDuration::from_s(1_000_000_000);

/// The levels at which quantiles may be given, within what the table spans.
const LOWEST_LEVEL: Level = Level::from_billionths(1_000);
const HIGHEST_LEVEL: Level = LOWEST_LEVEL.mirrored();

/// A lognormal distribution of nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lognormal {
    mean_log: f64,
    deviation_log: f64,
}

impl Lognormal {
    /// The distribution with these two quantiles.
    pub(super) fn through(low: Quantile, high: Quantile) -> Result<Self, LinkError> {
        for quantile in [low, high] {
            if !(LOWEST_LEVEL..=HIGHEST_LEVEL).contains(&quantile.level) {
                return Err(LinkError::LognormalLevel {
                    found: quantile.level,
                    low: LOWEST_LEVEL,
                    high: HIGHEST_LEVEL,
                });
            }
        }
        if low.level >= high.level || low.latency >= high.latency || low.latency.is_zero() {
            return Err(LinkError::LognormalQuantiles {
                low_level: low.level,
                low: low.latency,
                high_level: high.level,
                high: high.latency,
            });
        }
        let (low_z, high_z) = (normal_quantile(low.level), normal_quantile(high.level));
        let (low_log, high_log) = (log_ns(low.latency), log_ns(high.latency));
        let deviation_log = (high_log - low_log) / (high_z - low_z);
        Ok(Self { mean_log: low_log - deviation_log * low_z, deviation_log })
    }

    /// Its quantiles at equal steps of the normal variable, which puts many of them where the
    /// distribution bends: in the tails.
    pub(super) fn points(self) -> Result<Vec<Point>, LinkError> {
        let last = DEVIATIONS * POINTS_PER_DEVIATION;
        (-last..=last).map(|step| self.point(step)).collect()
    }

    fn point(self, step: i32) -> Result<Point, LinkError> {
        let z = f64::from(step) / f64::from(POINTS_PER_DEVIATION);
        let ns = libm::round(libm::exp(self.mean_log + self.deviation_log * z));
        let longest = ns_of(LONGEST);
        // Written so that a number that is no number fails as well.
        if ns <= longest {
            Ok(Point { draw: draw_at(z), ns: whole(ns) })
        } else {
            let found_s = format!("{:.0}", ns / 1e9);
            Err(LinkError::TooLong { found_s, longest: LONGEST })
        }
    }
}

/// The probability of a normal variable below `z`, for `z` up to zero, where it has full
/// precision.
fn lower_tail(z: f64) -> f64 {
    libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2) / 2.0
}

/// The draw out of 2^64 at a value of the normal variable.
fn draw_at(z: f64) -> u64 {
    // The tail below is at most one half, so it fits, and the upper half is its mirror image.
    let tail = whole(libm::round(lower_tail(-libm::fabs(z)) * 18_446_744_073_709_551_616.0));
    if z <= 0.0 { tail } else { u64::MAX - tail }
}

/// The value of the normal variable at a level, by halving an interval 80 times: slow, sure, and
/// only done twice per latency.
fn normal_quantile(level: Level) -> f64 {
    if level > level.mirrored() {
        return -normal_quantile(level.mirrored());
    }
    let probability = level.probability();
    let (mut low, mut high) = (-8.0, 0.0);
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if lower_tail(middle) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

fn log_ns(latency: SimDuration) -> f64 {
    libm::log(ns_of(latency))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "beyond 2^53 ns, 104 days, the last digits do not matter"
)]
fn ns_of(latency: SimDuration) -> f64 {
    latency.ns() as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "callers pass rounded numbers from 0 to 2^63"
)]
fn whole(number: f64) -> u64 {
    number as u64
}
