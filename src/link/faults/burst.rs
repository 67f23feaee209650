//! Slower legs while the market is busy.

use std::collections::VecDeque;

use rust_decimal::Decimal;

use crate::link::LinkError;
use crate::units::{SimDuration, SimTime};

/// When the market counts as busy, and how much slower every leg is then.
///
/// Busy is a matter of the market alone: nothing is drawn. Changes of the best prices and trades
/// of all markets count, the participant's own included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BurstSettings {
    /// The market is busy while more events than this lie within the window.
    pub more_than: u32,
    /// How long an event counts.
    pub window: SimDuration,
    /// What every latency is multiplied by.
    pub factor: Factor,
}

/// A number from 1 to 1000 in steps of 0.000001 that makes delays longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Factor {
    millionths: u32,
}

const MILLION: u32 = 1_000_000;

/// No factor makes a delay longer than this.
const LONGEST: SimDuration = SimDuration::from_s(1_000_000_000);

impl Factor {
    /// Nothing is slower.
    pub const ONE: Self = Self { millionths: MILLION };

    /// A delay of a millisecond becomes a second.
    pub const LARGEST: Self = Self { millionths: MILLION * 1_000 };

    /// The factor of a decimal number.
    ///
    /// # Errors
    /// Below 1, above 1000, or finer than 0.000001.
    pub fn from_decimal(number: Decimal) -> Result<Self, LinkError> {
        let number = number.normalize();
        let wrong = || LinkError::Factor { found: number.to_string() };
        let places = 6_u32.checked_sub(number.scale()).ok_or_else(wrong)?;
        let scaled = number.mantissa().checked_mul(10_i128.pow(places)).ok_or_else(wrong)?;
        let millionths = u32::try_from(scaled).map_err(|_| wrong())?;
        let allowed = Self::ONE.millionths..=Self::LARGEST.millionths;
        if allowed.contains(&millionths) { Ok(Self { millionths }) } else { Err(wrong()) }
    }

    /// The factor as a decimal number.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.millionths.into(), 6).normalize()
    }

    /// A delay made longer, rounded to the nearest nanosecond, halves up.
    pub(in crate::link) fn of(self, delay: SimDuration) -> SimDuration {
        let product = u128::from(delay.ns()) * u128::from(self.millionths);
        let million = u128::from(MILLION);
        let ns = u64::try_from((product + million / 2) / million).unwrap_or(u64::MAX);
        SimDuration::from_ns(ns).min(LONGEST.max(delay))
    }
}

/// The recent events of the market.
#[derive(Debug)]
pub(in crate::link) struct Activity {
    settings: BurstSettings,
    /// The instants of the latest events that still counted when the last one came, at most one
    /// more than the market may have without being busy.
    recent: VecDeque<SimTime>,
}

impl Activity {
    pub(in crate::link) fn new(settings: BurstSettings) -> Self {
        Self { settings, recent: VecDeque::new() }
    }

    /// An event happened now.
    pub(in crate::link) fn note(&mut self, now: SimTime) {
        self.recent.push_back(now);
        let (enough, window) = (self.enough(), self.settings.window);
        let over = |at: &SimTime| now.since(*at) >= window;
        while self.recent.front().is_some_and(over) || self.recent.len() > enough {
            self.recent.pop_front();
        }
    }

    /// How long a message takes that leaves now and would take `delay` in a calm market.
    pub(in crate::link) fn slowed(&self, now: SimTime, delay: SimDuration) -> SimDuration {
        if self.is_busy(now) { self.settings.factor.of(delay) } else { delay }
    }

    fn is_busy(&self, now: SimTime) -> bool {
        let oldest = self.recent.len().checked_sub(self.enough());
        oldest.is_some_and(|oldest| now.since(self.recent[oldest]) < self.settings.window)
    }

    /// How many events within the window make a burst.
    fn enough(&self) -> usize {
        usize::try_from(self.settings.more_than).unwrap_or(usize::MAX).saturating_add(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> SimDuration {
        SimDuration::from_ms(ms)
    }

    fn at(at_ms: u64) -> SimTime {
        SimTime::START + ms(at_ms)
    }

    fn factor(text: &str) -> Result<Factor, LinkError> {
        Factor::from_decimal(text.parse().unwrap())
    }

    #[test]
    fn the_market_is_busy_while_more_events_than_allowed_lie_within_the_window() {
        let factor = factor("2.5").unwrap();
        let settings = BurstSettings { more_than: 2, window: ms(10), factor };
        let mut activity = Activity::new(settings);
        for (event, now, busy) in [
            (None, 0, false),
            (Some(100), 100, false),
            (Some(104), 104, false),
            // Three within 10 ms: 100, 104, 109.
            (Some(109), 109, true),
            // At 110 the first one counts no longer.
            (None, 110, false),
            (Some(111), 111, true),
            (Some(111), 111, true),
            // Of 109, 111, 111 the first is over at 119, and one at 119 makes three again.
            (None, 118, true),
            (None, 119, false),
            (Some(119), 119, true),
            (None, 120, true),
            (None, 121, false),
        ] {
            if let Some(event) = event {
                activity.note(at(event));
            }
            let expected = if busy { ms(100) } else { ms(40) };
            assert_eq!(activity.slowed(at(now), ms(40)), expected, "at {now} ms");
        }
    }

    #[test]
    fn with_no_event_allowed_one_event_makes_a_burst() {
        let settings = BurstSettings { more_than: 0, window: ms(1), factor: factor("3").unwrap() };
        let mut activity = Activity::new(settings);
        assert_eq!(activity.slowed(at(0), ms(1)), ms(1));
        activity.note(at(0));
        assert_eq!(activity.slowed(at(0), ms(1)), ms(3));
        assert_eq!(activity.slowed(at(1), ms(1)), ms(1));
    }

    #[test]
    fn a_factor_lengthens_to_the_nearest_nanosecond_and_no_further_than_simulated_time() {
        for (text, before_ns, after_ns) in [
            ("1", 7, 7),
            ("1.5", 1, 2),
            ("1.4", 1, 1),
            ("1000", 3, 3_000),
            ("1000", 1_000_000_000_000_000_000, 1_000_000_000_000_000_000),
            ("1000", 1_000_000_000_000_000_001, 1_000_000_000_000_000_001),
        ] {
            let found = factor(text).unwrap().of(SimDuration::from_ns(before_ns));
            assert_eq!(found.ns(), after_ns, "{before_ns} ns times {text}");
        }
    }

    #[test]
    fn a_factor_is_from_one_to_a_thousand() {
        assert_eq!(factor("1.000001").unwrap().to_decimal().to_string(), "1.000001");
        for text in ["0.999999", "1000.000001", "1.0000001", "-2", "99999999999999999999"] {
            let message = factor(text).unwrap_err().to_string();
            let expected = format!(
                "factor of a burst: found {text}, allowed is 1 to 1000 in steps of 0.000001"
            );
            assert_eq!(message, expected);
        }
    }
}
