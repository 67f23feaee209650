//! The exchange's clock.

use std::fmt;

use chrono::{DateTime, SecondsFormat};

use crate::units::SimTime;

/// An instant on the exchange's clock [µs since 1970], the finest that its messages carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExchangeTime(u64);

impl ExchangeTime {
    /// The instant this many microseconds after 1970.
    #[must_use]
    pub const fn from_us(us: u64) -> Self {
        Self(us)
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn us(self) -> u64 {
        self.0
    }

    /// The instant of RFC 3339 text, any finer digits cut off; none when it is no such text or
    /// before 1970.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parsed = DateTime::parse_from_rfc3339(text).ok()?;
        u64::try_from(parsed.timestamp_micros()).ok().map(Self)
    }

    /// The instant this much earlier, not before 1970.
    #[must_use]
    pub const fn before_us(self, us: u64) -> Self {
        Self(self.0.saturating_sub(us))
    }

    /// The instant this much later.
    #[must_use]
    pub const fn after_us(self, us: u64) -> Self {
        Self(self.0.saturating_add(us))
    }

    /// The simulated instant when simulated time starts at `origin`; the start when this is
    /// earlier.
    #[must_use]
    pub const fn sim_time(self, origin: Self) -> SimTime {
        SimTime::from_ns(self.0.saturating_sub(origin.0).saturating_mul(1_000))
    }
}

impl fmt::Display for ExchangeTime {
    /// RFC 3339 with as many digits as the exchange uses: trailing zeros of the fraction are cut.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = i64::try_from(self.0).ok().and_then(DateTime::from_timestamp_micros);
        let Some(instant) = instant else { return write!(formatter, "{} µs", self.0) };
        let text = instant.to_rfc3339_opts(SecondsFormat::Micros, true);
        let text = text.trim_end_matches('Z').trim_end_matches('0').trim_end_matches('.');
        write!(formatter, "{text}Z")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exchange_trims_trailing_zeros_of_the_fraction() {
        // 1778477863 s after 1970 is 2026-05-11 05:37:43 UTC.
        for (text, us) in [
            ("2026-05-11T05:37:43.762565Z", 1_778_477_863_762_565),
            ("2026-05-11T05:37:43.76Z", 1_778_477_863_760_000),
            ("2026-05-11T05:37:43Z", 1_778_477_863_000_000),
        ] {
            assert_eq!(ExchangeTime::parse(text), Some(ExchangeTime(us)));
            assert_eq!(ExchangeTime(us).to_string(), text);
        }
    }

    #[test]
    fn text_that_is_no_time_is_refused() {
        for text in ["", "2026-05-11", "2026-05-11T05:37:43", "1969-12-31T23:59:59Z", "now"] {
            assert_eq!(ExchangeTime::parse(text), None, "{text}");
        }
    }
}
