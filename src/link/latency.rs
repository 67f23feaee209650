//! How long a message takes, as a distribution.

use std::fmt;
use std::sync::Arc;

use crate::kernel::Stream;
use crate::link::lognormal::Lognormal;
use crate::link::{LinkError, Quantile};
use crate::units::SimDuration;

/// A distribution of latencies, kept as a table of quantiles in whole nanoseconds.
///
/// Every kind becomes such a table once, when it is made. From then on there are only integers:
/// 64 random bits are a level, and the latency is read off the straight line between the two
/// nearest quantiles, rounded to the nearest nanosecond. The same bits give the same latency on
/// every machine.
///
/// A draw takes exactly one word of its stream, whatever the kind, a constant included. Another
/// distribution on one channel therefore moves no draw that comes later.
///
/// Beyond the first and the last quantile of its table the latency stays at that quantile.
/// Clones share the table.
#[derive(Clone, PartialEq, Eq)]
pub struct Latency {
    points: Arc<[Point]>,
}

/// One quantile, its level out of 2^64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) draw: u64,
    pub(super) ns: u64,
}

impl Latency {
    /// Always the same latency.
    #[must_use]
    pub fn constant(latency: SimDuration) -> Self {
        Self::from_points(vec![Point { draw: 0, ns: latency.ns() }])
    }

    /// Every latency from `low` to `high`, each as likely.
    ///
    /// # Errors
    /// When `low` is above `high`.
    pub fn uniform(low: SimDuration, high: SimDuration) -> Result<Self, LinkError> {
        if low > high {
            return Err(LinkError::UniformReversed { low, high });
        }
        let points = [Point { draw: 0, ns: low.ns() }, Point { draw: u64::MAX, ns: high.ns() }];
        Ok(Self::from_points(points.to_vec()))
    }

    /// A latency whose logarithm is normal, given by any two of its quantiles.
    ///
    /// The table spans five standard deviations of the logarithm to each side: one draw in 3.5
    /// million falls beyond, and stays at the end. Within, it differs from the exact quantile by
    /// at most s (s + 5) 2^-17 of it, where s is the standard deviation of the logarithm; that is
    /// 0.01 percent for s = 1.5.
    ///
    /// # Errors
    /// When levels and latencies do not both rise, the lower latency is zero, a level is not
    /// within 0.0001 to 99.9999 percent, or the longest latency exceeds 10^9 s.
    pub fn lognormal(low: Quantile, high: Quantile) -> Result<Self, LinkError> {
        Ok(Self::from_points(Lognormal::through(low, high)?.points()?))
    }

    /// A latency given by a table of quantiles, in order. Nothing is invented beyond the table:
    /// below its first level and above its last, the latency stays there.
    ///
    /// # Errors
    /// When the table is empty, its levels do not rise, or its latencies fall.
    pub fn empirical(quantiles: &[Quantile]) -> Result<Self, LinkError> {
        for (index, pair) in quantiles.windows(2).enumerate() {
            let (before, found) = (pair[0], pair[1]);
            if found.level <= before.level || found.latency < before.latency {
                return Err(LinkError::TableOrder {
                    row: index + 2,
                    found_level: found.level,
                    found: found.latency,
                    before_level: before.level,
                    before: before.latency,
                });
            }
        }
        if quantiles.is_empty() {
            return Err(LinkError::TableEmpty);
        }
        let point =
            |quantile: &Quantile| Point { draw: quantile.level.draw(), ns: quantile.latency.ns() };
        Ok(Self::from_points(quantiles.iter().map(point).collect()))
    }

    /// The samples' own distribution: the shortest at level 0, the longest at 100 percent, the
    /// others at equal steps between. `None` without a sample.
    pub(super) fn from_samples(mut samples: Vec<SimDuration>) -> Option<Self> {
        samples.sort_unstable();
        let steps = u128::try_from(samples.len().checked_sub(1)?).ok()?.max(1);
        let draw = |index: usize| {
            let index = u128::try_from(index).expect("Invariant: an index fits into 128 bits");
            let draw = index * u128::from(u64::MAX) / steps;
            u64::try_from(draw).expect("Invariant: an index is at most the number of steps")
        };
        let point =
            |(index, sample): (usize, SimDuration)| Point { draw: draw(index), ns: sample.ns() };
        Some(Self::from_points(samples.into_iter().enumerate().map(point).collect()))
    }

    fn from_points(points: Vec<Point>) -> Self {
        assert!(!points.is_empty(), "Invariant: a latency has a quantile");
        assert!(
            points.windows(2).all(|pair| pair[0].draw < pair[1].draw && pair[0].ns <= pair[1].ns),
            "Invariant: levels rise and latencies do not fall"
        );
        Self { points: points.into() }
    }

    /// The latency for 64 random bits: the quantile at level `draw` out of 2^64.
    #[must_use]
    pub fn at(&self, draw: u64) -> SimDuration {
        let after = self.points.partition_point(|point| point.draw <= draw);
        let ns = match (after.checked_sub(1), self.points.get(after)) {
            (Some(before), Some(right)) => between(self.points[before], *right, draw),
            (None, Some(first)) => first.ns,
            (_, None) => self.points[self.points.len() - 1].ns,
        };
        SimDuration::from_ns(ns)
    }

    /// One draw. Takes exactly one word of the stream.
    pub fn draw(&self, stream: &mut Stream) -> SimDuration {
        self.at(stream.next_u64())
    }

    /// The shortest latency that can be drawn.
    #[must_use]
    pub fn shortest(&self) -> SimDuration {
        self.at(0)
    }

    /// The longest latency that can be drawn.
    #[must_use]
    pub fn longest(&self) -> SimDuration {
        self.at(u64::MAX)
    }
}

/// The straight line from one point to the next, rounded to the nearest nanosecond.
fn between(left: Point, right: Point, draw: u64) -> u64 {
    let width = u128::from(right.draw - left.draw);
    let rise = u128::from(right.ns - left.ns);
    let part = (u128::from(draw - left.draw) * rise + width / 2) / width;
    left.ns + u64::try_from(part).expect("Invariant: a point between two is not above the right")
}

impl fmt::Debug for Latency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Latency")
            .field("shortest", &self.shortest())
            .field("median", &self.at(1 << 63))
            .field("longest", &self.longest())
            .finish_non_exhaustive()
    }
}
