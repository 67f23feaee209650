//! Ready-made links.

use std::fmt;
use std::str::FromStr;

use crate::link::{
    FaultSettings, Lags, Latency, Level, LinkError, LinkSettings, Quantile, RoundTrip,
};
use crate::units::SimDuration;

/// A place from which a bot trades, with the latencies that were measured there.
///
/// The measurements give whole round trips. How they split is assumed: the reply takes a constant
/// half of the fastest round trip, and all that a round trip takes longer is spent before the
/// order reaches the market. Recorded orders point that way: of 2,191 immediate-or-cancel orders
/// sent at the visible price, 68 percent of those answered within 40 ms were filled, and 2 percent
/// of those answered after 300 ms or more (home recording, 2026-05, observed).
///
/// Reads of orders, fills, positions and the balance lag by 300 to 500 ms, one in a hundred by 1 to
/// 10 s (assumed, except in `ideal`; a cancelled order was still read as resting 360 ms later and
/// a created one was read right after 1.8 s, demo recording, 2026-06, observed; that reads lag is
/// documented: Kalshi, "Get user data timestamp", 2026-08-22). Reads of quotes and books do not
/// lag (assumed).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// No latency and no lag: the limit that no real link reaches.
    Ideal,
    /// A server next to the exchange's, in the region us-east-2 (public measurements, 2026-10-06,
    /// observed). Order to book: 2.7 ms at the median (observed), 3.8 ms at p99 (assumed, as an
    /// unsigned read spreads). Round trips, p50 and p99 (observed): orders 5.2 and 8.5 ms, balance
    /// 8.0 and 9.5 ms, market data 2.7 and 3.8 ms. Feed: 5.7 and 10.1 ms (observed for the public
    /// feed, assumed for the private one).
    Colo,
    /// A server in another region (public measurement of fill-or-kill orders, 2026-07-14,
    /// observed: round trip 14 ms at least, 17 at the median, 24 at most; the place is not
    /// stated). Cancels and reads take as long (assumed). Feed: that of `colo` and the longer way,
    /// 5.65 ms (assumed).
    Cloud,
    /// A computer at home (recorded orders of one account, 2026-05, observed: round trip of 2,191
    /// orders 34 ms at least, 41 at p5, 49 at p25, 58 at p50, 78 at p75, 109 at p90, 154 at p95,
    /// 554 at p99, 1,255 at most). Cancels and reads take as long (assumed). Feed: its recorded
    /// delays above the fastest message, 21 ms at p25, 29 at p50, 39 at p75, 59 at p90, 134 at
    /// p95, 407 at p99, 5,906 at p99.9 (observed), on top of half the fastest round trip (assumed;
    /// the private feed was not recorded and is taken to be alike).
    Home,
}

impl Profile {
    /// All profiles, in the order of their declaration.
    pub const ALL: [Self; 4] = [Self::Ideal, Self::Colo, Self::Cloud, Self::Home];

    /// The name in scenarios and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ideal => "ideal",
            Self::Colo => "colo",
            Self::Cloud => "cloud",
            Self::Home => "home",
        }
    }

    /// The latencies and lags of the place.
    #[must_use]
    pub fn settings(self) -> LinkSettings {
        match self {
            Self::Ideal => LinkSettings::same(&Latency::constant(SimDuration::ZERO)),
            Self::Colo => colo(),
            Self::Cloud => cloud(),
            Self::Home => home(),
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Profile {
    type Err = LinkError;

    fn from_str(text: &str) -> Result<Self, LinkError> {
        let found = Self::ALL.into_iter().find(|profile| profile.name() == text);
        found.ok_or_else(|| LinkError::Profile {
            found: text.to_owned(),
            allowed: Self::ALL.map(Self::name).join(", "),
        })
    }
}

fn colo() -> LinkSettings {
    let reply_us = 1_350;
    let trip = |p50_us, p99_us| RoundTrip {
        request: lognormal(p50_us, p99_us),
        reply: Latency::constant(microseconds(reply_us)),
    };
    // Of reads, the round trip is known: what is left for the request is the trip less the reply.
    let read = |p50_us: u64, p99_us: u64| trip(p50_us - reply_us, p99_us - reply_us);
    LinkSettings {
        order_entry: trip(2_700, 3_800),
        cancel: trip(2_700, 3_800),
        order_read: read(5_200, 8_500),
        position_read: read(5_200, 8_500),
        balance_read: read(8_000, 9_500),
        market_read: read(2_700, 3_800),
        private_feed: lognormal(5_700, 10_100),
        public_feed: lognormal(5_700, 10_100),
        level_held: SimDuration::ZERO,
        lags: portfolio_lags(),
        faults: FaultSettings::default(),
        rate_limit: None,
    }
}

fn cloud() -> LinkSettings {
    let trip = round_trip(&[(0, 14), (500, 17), (1000, 24)]);
    let longer_way_us = 7_000 - 1_350;
    let feed = lognormal(5_700 + longer_way_us, 10_100 + longer_way_us);
    same_trip_everywhere(&trip, &feed)
}

fn home() -> LinkSettings {
    let trip = round_trip(&[
        (0, 34),
        (50, 41),
        (250, 49),
        (500, 58),
        (750, 78),
        (900, 109),
        (950, 154),
        (990, 554),
        (1000, 1_255),
    ]);
    let above_floor_ms =
        [(0, 0), (250, 21), (500, 29), (750, 39), (900, 59), (950, 134), (990, 407), (999, 5_906)];
    let feed = table(&above_floor_ms.map(|(tenths, ms)| (tenths, ms + 17)));
    same_trip_everywhere(&trip, &feed)
}

fn same_trip_everywhere(trip: &RoundTrip, feed: &Latency) -> LinkSettings {
    LinkSettings {
        order_entry: trip.clone(),
        cancel: trip.clone(),
        order_read: trip.clone(),
        position_read: trip.clone(),
        balance_read: trip.clone(),
        market_read: trip.clone(),
        private_feed: feed.clone(),
        public_feed: feed.clone(),
        level_held: SimDuration::ZERO,
        lags: portfolio_lags(),
        faults: FaultSettings::default(),
        rate_limit: None,
    }
}

fn portfolio_lags() -> Lags {
    let portfolio = table(&[(0, 300), (900, 500), (990, 1_000), (1000, 10_000)]);
    Lags { market: Latency::constant(SimDuration::ZERO), ..Lags::same(&portfolio) }
}

/// A round trip given by quantiles (tenths of a percent, ms), the fastest first: the reply takes
/// half of the fastest, the request the rest.
fn round_trip(quantiles: &[(u32, u64)]) -> RoundTrip {
    let reply_ms = quantiles[0].1 / 2;
    let request: Vec<_> = quantiles.iter().map(|(tenths, ms)| (*tenths, ms - reply_ms)).collect();
    RoundTrip { request: table(&request), reply: Latency::constant(SimDuration::from_ms(reply_ms)) }
}

/// Quantiles as (tenths of a percent, ms).
fn table(quantiles: &[(u32, u64)]) -> Latency {
    let quantiles: Vec<_> =
        quantiles.iter().map(|(tenths, ms)| quantile(*tenths, SimDuration::from_ms(*ms))).collect();
    Latency::empirical(&quantiles).expect("Invariant: a profile's table is in order")
}

fn lognormal(p50_us: u64, p99_us: u64) -> Latency {
    let (low, high) = (quantile(500, microseconds(p50_us)), quantile(990, microseconds(p99_us)));
    Latency::lognormal(low, high).expect("Invariant: a profile's quantiles rise")
}

const fn quantile(tenths: u32, latency: SimDuration) -> Quantile {
    Quantile { level: Level::from_tenths(tenths), latency }
}

const fn microseconds(us: u64) -> SimDuration {
    SimDuration::from_ns(us * 1_000)
}
