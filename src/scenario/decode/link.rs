//! `[link]`.

use crate::link::{
    ColumnUnit, Lags, Latency, Level, LinkError, LinkSettings, Profile, Quantile, RoundTrip, Tier,
};
use crate::scenario::decode::faults::faults;
use crate::scenario::error::{Fault, Read};
use crate::scenario::files::Files;
use crate::scenario::reader::{Section, Text, Word, decimal, milliseconds};
use crate::units::{SimDuration, decimal_of};

/// The longest latency that a file may name: a day.
const LONGEST: SimDuration = SimDuration::from_s(86_400);

/// The quantiles by which a lognormal latency can be given [tenths of a percent].
const QUANTILES: [(&str, u32); 9] = [
    ("p1_ms", 10),
    ("p5_ms", 50),
    ("p10_ms", 100),
    ("p25_ms", 250),
    ("p50_ms", 500),
    ("p75_ms", 750),
    ("p90_ms", 900),
    ("p95_ms", 950),
    ("p99_ms", 990),
];

/// Where the form of a latency is listed.
pub(super) const LIKE: &str = "link.every_leg";

/// Reads `[link]`: a profile, then what replaces parts of it, from the widest to the narrowest.
pub(super) fn link(section: &mut Section<'_>, files: &Files) -> Read<LinkSettings> {
    let profiles = Profile::ALL.map(|profile| (profile.name(), profile));
    let about = "the place that the bot trades from; gives every latency and lag";
    let profile = section.or("profile", about, &Word(&profiles), Profile::Ideal);
    let every_leg = section.optional_section("every_leg", |section| latency(section, files));
    let base = profile.and_then(|profile| {
        let settings = profile.settings();
        Ok(match every_leg? {
            Some(latency) => settings.every_leg(&latency),
            None => settings,
        })
    });
    // Without a base the overrides are still read, for their mistakes.
    let under = base.clone().unwrap_or_else(|_| Profile::Ideal.settings());
    let about = "how long the delays of a leg keep the level of their distribution (assumed: 0)";
    let lengths = milliseconds(SimDuration::ZERO, LONGEST);
    let level_held = section.or("level_held_ms", about, &lengths, SimDuration::ZERO);
    let read = legs(section, under, files);
    let faults = section.optional_section("faults", |section| faults(section, files));
    let rate_limit = section.optional_section("rate_limit", |section| {
        let tiers = Tier::ALL.map(|tier| (tier.name(), tier));
        section.required("tier", "how fast the exchange lets the bot ask", &Word(&tiers))
    });
    base?;
    let (faults, rate_limit) = (faults?.unwrap_or_default(), rate_limit?);
    Ok(LinkSettings { faults, rate_limit, level_held: level_held?, ..read? })
}

fn legs(section: &mut Section<'_>, base: LinkSettings, files: &Files) -> Read<LinkSettings> {
    let mut trip = |key, about, base| round_trip(section, (key, about), base, files);
    let order_entry = trip("order_entry", "new orders and decreases", base.order_entry);
    let cancel = trip("cancel", "cancels", base.cancel);
    let order_read = trip("order_read", "reads of orders and fills", base.order_read);
    let position_read = trip("position_read", "reads of positions", base.position_read);
    let balance_read = trip("balance_read", "reads of the balance", base.balance_read);
    let market_read = trip("market_read", "reads of quotes and books", base.market_read);
    let mut feed = |key, about, base| feed(section, (key, about), base, files);
    let private_feed =
        feed("private_feed", "from an execution to the notice of it", base.private_feed);
    let public_feed = feed("public_feed", "from a new quote to the notice of it", base.public_feed);
    let lags = section.section("lag", |section| lags(section, base.lags, files));
    Ok(LinkSettings {
        order_entry: order_entry?,
        cancel: cancel?,
        order_read: order_read?,
        position_read: position_read?,
        balance_read: balance_read?,
        market_read: market_read?,
        private_feed: private_feed?,
        public_feed: public_feed?,
        lags: lags?,
        level_held: base.level_held,
        faults: base.faults,
        rate_limit: base.rate_limit,
    })
}

/// A key with what it means.
type Named = (&'static str, &'static str);

fn round_trip(
    section: &mut Section<'_>,
    (key, about): Named,
    base: RoundTrip,
    files: &Files,
) -> Read<RoundTrip> {
    section.section(key, |section| {
        let mut leg =
            |leg| section.section_like(leg, about, LIKE, |section| latency(section, files));
        let (request, reply) = (leg("request"), leg("reply"));
        Ok(RoundTrip {
            request: request?.unwrap_or(base.request),
            reply: reply?.unwrap_or(base.reply),
        })
    })
}

fn feed(
    section: &mut Section<'_>,
    (key, about): Named,
    base: Latency,
    files: &Files,
) -> Read<Latency> {
    section.section(key, |section| {
        let read = |section: &mut Section<'_>| latency(section, files);
        Ok(section.section_like("delivery", about, LIKE, read)?.unwrap_or(base))
    })
}

fn lags(section: &mut Section<'_>, base: Lags, named: &Files) -> Read<Lags> {
    let mut lag = |key, base| {
        let about = "how old the view is that a read looks at";
        let read = section.section_like(key, about, LIKE, |section| latency(section, named));
        read.map(|latency| latency.unwrap_or(base))
    };
    let orders = lag("orders", base.orders);
    let fills = lag("fills", base.fills);
    let positions = lag("positions", base.positions);
    let balance = lag("balance", base.balance);
    let market = lag("market", base.market);
    Ok(Lags {
        orders: orders?,
        fills: fills?,
        positions: positions?,
        balance: balance?,
        market: market?,
    })
}

/// Reads a latency.
pub(super) fn latency(section: &mut Section<'_>, files: &Files) -> Read<Latency> {
    section.kind(
        "the form of the distribution",
        None,
        &[
            ("constant", &constant),
            ("uniform", &uniform),
            ("lognormal", &lognormal),
            ("empirical", &empirical),
            ("column", &|section| column(section, files)),
        ],
    )
}

fn constant(section: &mut Section<'_>) -> Read<Latency> {
    let range = milliseconds(SimDuration::ZERO, LONGEST);
    section.required("latency_ms", "always this", &range).map(Latency::constant)
}

fn uniform(section: &mut Section<'_>) -> Read<Latency> {
    let range = milliseconds(SimDuration::ZERO, LONGEST);
    let low = section.required("low_ms", "the shortest", &range);
    let high = section.required("high_ms", "the longest", &range);
    let (low, high) = (low?, high?);
    Latency::uniform(low, high).or_else(|_| {
        let allowed = format!("is at least `low_ms`, {}", in_ms(low));
        section.refuse_value("high_ms", allowed)
    })
}

fn lognormal(section: &mut Section<'_>) -> Read<Latency> {
    // A lognormal latency has no zero.
    let range = milliseconds(SimDuration::from_ns(1), LONGEST);
    let about = "the latency at this percentile; exactly two percentiles are given";
    let read = QUANTILES.map(|(key, tenths)| {
        let found = section.optional(key, about, &range)?;
        Ok(found.map(|latency| (key, Quantile { level: Level::from_tenths(tenths), latency })))
    });
    let read: Read<Vec<Option<(&str, Quantile)>>> = read.into_iter().collect();
    let given: Vec<(&str, Quantile)> = read?.into_iter().flatten().collect();
    let &[(low_key, low), (high_key, high)] = given.as_slice() else {
        let keys = QUANTILES.map(|(key, _)| format!("`{key}`")).join(", ");
        let found = format!("{} percentiles", given.len());
        return section.refuse("kind", Fault::wrong(found, format!("are two of {keys}")));
    };
    if high.latency <= low.latency {
        let allowed = format!("is more than `{low_key}`, {}", in_ms(low.latency));
        return section.refuse_value(high_key, allowed);
    }
    let inner = |error: LinkError| Fault::Inner { message: error.to_string() };
    Latency::lognormal(low, high).or_else(|error| section.refuse(high_key, inner(error)))
}

fn empirical(section: &mut Section<'_>) -> Read<Latency> {
    let quantiles = section.sections("quantile", |section| {
        let percent = decimal("percent", 100, 7);
        let level = section.required("level_percent", "the share of latencies below", &percent);
        let range = milliseconds(SimDuration::ZERO, LONGEST);
        let latency = section.required("latency_ms", "the latency there", &range);
        let level = Level::from_percent(level?).expect("Invariant: the key admits levels only");
        Ok(Quantile { level, latency: latency? })
    });
    Latency::empirical(&quantiles?)
        .or_else(|error| section.refuse("quantile", Fault::Inner { message: error.to_string() }))
}

fn column(section: &mut Section<'_>, files: &Files) -> Read<Latency> {
    let name = Text { what: "a text", shortest: 1, longest: 1_000 };
    let units = [
        ("seconds", ColumnUnit::Seconds),
        ("milliseconds", ColumnUnit::Milliseconds),
        ("microseconds", ColumnUnit::Microseconds),
        ("nanoseconds", ColumnUnit::Nanoseconds),
    ];
    let file = section.required("file", "a CSV file with a header line", &name);
    let column = section.required("column", "the column that holds the samples", &name);
    let unit = section.required("unit", "the unit of the samples", &Word(&units));
    let (file, column, unit) = (file?, column?, unit?);
    let path = files.find(&file).or_else(|fault| section.refuse("file", fault))?;
    Latency::from_column(&path, &column, unit)
        .or_else(|error| section.refuse("file", Fault::Inner { message: error.to_string() }))
}

/// A length as the key that gave it has it.
fn in_ms(length: SimDuration) -> String {
    decimal_of(length.ns().into(), 6).to_string()
}
