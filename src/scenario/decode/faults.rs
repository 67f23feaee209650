//! `[link.faults]`.

use std::collections::BTreeMap;

use crate::link::{
    BurstSettings, FaultSettings, LegFaults, Outage, ReadFailure, Reordering, Share, TripFaults,
};
use crate::protocol::{Channel, Endpoint, HttpStatus, ServerError};
use crate::scenario::decode::LONGEST;
use crate::scenario::decode::link::{LIKE as LATENCY, latency};
use crate::scenario::error::{Fault, Read};
use crate::scenario::files::Files;
use crate::scenario::reader::{Number, Section, Whole, Word, Words, factor, instant, seconds};
use crate::units::{SimDuration, SimTime};

/// Errors that can answer, and the keys of how often they do.
const REFUSED: [(&str, HttpStatus); 5] = [
    ("refused_429_ppm", HttpStatus::TooManyRequests),
    ("refused_500_ppm", HttpStatus::Server(ServerError::Internal)),
    ("refused_502_ppm", HttpStatus::Server(ServerError::BadGateway)),
    ("refused_503_ppm", HttpStatus::Server(ServerError::Unavailable)),
    ("refused_504_ppm", HttpStatus::Server(ServerError::GatewayTimeout)),
];
const MASKED: [(&str, ServerError); 4] = [
    ("masked_500_ppm", ServerError::Internal),
    ("masked_502_ppm", ServerError::BadGateway),
    ("masked_503_ppm", ServerError::Unavailable),
    ("masked_504_ppm", ServerError::GatewayTimeout),
];

const TRIP: &str = "link.faults.order_entry";
const LEG: &str = "link.faults.order_entry.request";

/// Reads `[link.faults]`. What is left out does not happen.
pub(super) fn faults(section: &mut Section<'_>, files: &Files) -> Read<FaultSettings> {
    let order_entry = section.optional_section("order_entry", |section| trip(section, files));
    let mut like =
        |key, about| section.section_like(key, about, TRIP, |section| trip(section, files));
    let cancel = like("cancel", "faults of cancels");
    let order_read = like("order_read", "faults of reads of orders and fills");
    let position_read = like("position_read", "faults of reads of positions");
    let balance_read = like("balance_read", "faults of reads of the balance");
    let market_read = like("market_read", "faults of reads of quotes and books");
    let mut feed = |key| section.optional_section(key, |section| feed(section, files));
    let (private_feed, public_feed) = (feed("private_feed"), feed("public_feed"));
    let bursts = section.optional_section("bursts", bursts);
    let outages = section.sections("outage", outage);
    let read_failures = section.sections("read_failure", read_failure);
    Ok(FaultSettings {
        order_entry: order_entry?.unwrap_or_default(),
        cancel: cancel?.unwrap_or_default(),
        order_read: order_read?.unwrap_or_default(),
        position_read: position_read?.unwrap_or_default(),
        balance_read: balance_read?.unwrap_or_default(),
        market_read: market_read?.unwrap_or_default(),
        private_feed: private_feed?.unwrap_or_default(),
        public_feed: public_feed?.unwrap_or_default(),
        bursts: bursts?,
        outages: outages?,
        read_failures: read_failures?,
    })
}

fn trip(section: &mut Section<'_>, files: &Files) -> Read<TripFaults> {
    let request = section.optional_section("request", |section| leg(section, files));
    let about = "faults of the answers";
    let reply = section.section_like("reply", about, LEG, |section| leg(section, files));
    let about = "requests that are answered with this status before any effect";
    let refused = shares(section, about, &REFUSED);
    let about = "requests that are carried out and answered with this status";
    let masked = shares(section, about, &MASKED);
    Ok(TripFaults {
        request: request?.unwrap_or_default(),
        reply: reply?.unwrap_or_default(),
        refused: refused?,
        masked: masked?,
    })
}

fn feed(section: &mut Section<'_>, files: &Files) -> Read<LegFaults> {
    let about = "faults of the feed's messages";
    let read = section.section_like("delivery", about, LEG, |section| leg(section, files));
    Ok(read?.unwrap_or_default())
}

fn leg(section: &mut Section<'_>, files: &Files) -> Read<LegFaults> {
    let mut or_none = |key, about| {
        let share = section.or(key, about, &PPM, 0)?;
        Ok(share_of(share))
    };
    let loss = or_none("loss_ppm", "messages that never arrive");
    let duplication = or_none("duplication_ppm", "messages that arrive twice");
    let reordering = section.optional_section("reordering", |section| {
        let share = section.required("share_ppm", "messages that are held back", &PPM);
        let about = "for how long, on top of their delay";
        let extra =
            section.section_like("extra", about, LATENCY, |section| latency(section, files));
        let share = share.map(share_of);
        let Some(extra) = extra? else {
            let allowed = format!("is a section as `{LATENCY}`");
            return section.refuse("extra", Fault::Missing { allowed });
        };
        Ok(Reordering { share: share?, extra })
    });
    Ok(LegFaults { loss: loss?, duplication: duplication?, reordering: reordering? })
}

const PPM: Whole = Whole { unit: " of parts per million", low: 0, high: 1_000_000 };

fn share_of(ppm: u64) -> Share {
    let ppm = u32::try_from(ppm).expect("Invariant: the key admits shares only");
    Share::from_ppm(ppm).expect("Invariant: the key admits shares only")
}

/// Shares of the errors that are given.
fn shares<E: Copy + Ord>(
    section: &mut Section<'_>,
    about: &'static str,
    errors: &[(&'static str, E)],
) -> Read<BTreeMap<E, Share>> {
    let read = errors.iter().map(|(key, error)| {
        let found = section.optional(key, about, &PPM)?;
        Ok(found.map(|ppm| (*error, share_of(ppm))))
    });
    let read: Vec<Read<Option<(E, Share)>>> = read.collect();
    read.into_iter().filter_map(Read::transpose).collect()
}

fn bursts(section: &mut Section<'_>) -> Read<BurstSettings> {
    let about = "the market is busy while more quote changes and trades lie within the window";
    let events = Whole { unit: " of events", low: 0, high: u32::MAX.into() };
    let more_than = section.required("more_than_events", about, &events);
    let range = seconds(SimDuration::from_ns(1), LONGEST);
    let window = section.required("window_s", "how long an event counts", &range);
    let about = "what every latency is multiplied by in a busy market";
    let factor = section.required("factor", about, &factor());
    let more_than = u32::try_from(more_than?).expect("Invariant: the key admits 32 bits only");
    Ok(BurstSettings { more_than, window: window?, factor: factor? })
}

/// Reads `from_s` and `to_s`.
fn window(section: &mut Section<'_>) -> Read<(SimTime, SimTime)> {
    let times = instant(SimTime::START, SimTime::START + LONGEST);
    let from = section.required("from_s", "the first instant", &times);
    let to = section.required("to_s", "the instant after the last", &times);
    let (from, to) = (from?, to?);
    section.check(to > from, "to_s", || "is later than `from_s`".to_owned())?;
    Ok((from, to))
}

fn outage(section: &mut Section<'_>) -> Read<Outage> {
    let window = window(section);
    let channels = Channel::ALL.map(|channel| (channel.name(), channel));
    let about = "the channels that are down";
    let channels = section.required("channels", about, &Words(&channels));
    let ((from, to), channels) = (window?, channels?);
    Ok(Outage::new(from, to, channels).expect("Invariant: the keys admit outages only"))
}

fn read_failure(section: &mut Section<'_>) -> Read<ReadFailure> {
    let window = window(section);
    let endpoints = Endpoint::ALL.map(|endpoint| (endpoint.name(), endpoint));
    let endpoint = section.required("endpoint", "whose reads fail", &Word(&endpoints));
    let numbers = HttpStatus::ALL.map(|status| (status.code().into(), status));
    let statuses = Number { unit: "(HTTP status)", numbers: &numbers };
    let status = section.required("status", "what answers them", &statuses);
    let ((from, to), endpoint, status) = (window?, endpoint?, status?);
    let failure = ReadFailure::new(endpoint, from, to, status);
    Ok(failure.expect("Invariant: the keys admit failures only"))
}
