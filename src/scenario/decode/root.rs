//! The file as a whole.

use std::cell::OnceCell;

use crate::bot::Preset;
use crate::exchange::ExchangeSettings;
use crate::link::LinkSettings;
use crate::market::{EventRules, MarketTerms};
use crate::scenario::decode::bot::{Base, bot};
use crate::scenario::decode::events::{OfEvent, events, statuses};
use crate::scenario::decode::exchange::exchange;
use crate::scenario::decode::expect::expectations;
use crate::scenario::decode::fill_feed::check_parts;
use crate::scenario::decode::flow::{Around, flow};
use crate::scenario::decode::life::{LifeDraft, in_order};
use crate::scenario::decode::link::link;
use crate::scenario::decode::market::{event_names, event_of, markets, of_events};
use crate::scenario::decode::{Known, LONGEST, SHORTEST};
use crate::scenario::error::{Problems, Read};
use crate::scenario::files::Files;
use crate::scenario::plan::{Engine, Expectation, FlowPlan};
use crate::scenario::reader::{ENGINE_NAME, Kind, Measure, Section, Text, Whole, Word, instant};
use crate::scenario::venue::{VenuePlan, VenueStep};
use crate::units::{EventId, MarketId, SimTime};

/// All that a file says.
#[derive(Debug)]
pub(in crate::scenario) struct Content {
    pub(in crate::scenario) title: String,
    pub(in crate::scenario) description: String,
    pub(in crate::scenario) seed: u64,
    pub(in crate::scenario) ends_at: SimTime,
    pub(in crate::scenario) markets: Vec<MarketTerms>,
    pub(in crate::scenario) exchange: ExchangeSettings,
    pub(in crate::scenario) venue: VenuePlan,
    pub(in crate::scenario) link: LinkSettings,
    pub(in crate::scenario) flow: FlowPlan,
    pub(in crate::scenario) engines: Vec<Engine>,
    pub(in crate::scenario) expectations: Vec<Expectation>,
}

/// Reads a file. Every section is read whatever the others hold, so that all mistakes are told.
pub(in crate::scenario) fn content(root: &mut Section<'_>, files: &Files) -> Read<Content> {
    let title = Text { what: "a title", shortest: 1, longest: 200 };
    let title = root.required("title", "what the scenario shows, in a few words", &title);
    let description = Text { what: "a text", shortest: 0, longest: 10_000 };
    let about = "what happens and why";
    let description = root.or("description", about, &description, String::new());
    let seed = Whole { unit: "", low: 0, high: u64::MAX };
    let seed = root.or("seed", "the root of all random numbers", &seed, 1);
    let about = "when the run ends; left out: with the recording, and required without one";
    let ends_at = root.optional("ends_at_s", about, &end_times());
    let latest = ends_at.as_ref().ok().copied().flatten().unwrap_or(SimTime::START + LONGEST);
    // The steps of markets are tried out at the scenario's own exchange.
    let exchange = root.section("exchange", |section| {
        let statuses = statuses(section, latest);
        Ok((exchange(section)?, statuses?))
    });
    let settings = exchange.as_ref().ok().map(|(settings, _)| *settings);
    let drafts = markets(root, settings, latest);
    let link = root.section("link", |section| link(section, files));
    let terms = OnceCell::new();
    let recorded_until = OnceCell::new();
    let (ends_at_given, drafts) = (ends_at.as_ref().ok().copied().flatten(), drafts.ok());
    let lives = drafts.as_deref().map(of_events);
    let around = Around { ends_at: ends_at_given, drafts, files, terms, recorded_until };
    let flow = root.section("flow", |section| flow(section, &around));
    let ends_at = ends_at.and_then(|given| end(root, given, &around));
    let markets = around.terms.into_inner();
    let has_market = markets.as_ref().is_none_or(|markets| !markets.is_empty());
    let allowed = || "is at least one section `[[market]]`".to_owned();
    let has_market = root.check(has_market, "market", allowed);
    let known = Known { ends_at: ends_at.as_ref().ok().copied(), markets };
    let events = events_of(root, &known, settings, lives.as_deref().unwrap_or_default());
    let engines = engines(root, &known);
    let all = engines.as_ref().ok();
    let names: Option<Vec<&str>> =
        all.map(|engines| engines.iter().map(|engine| engine.name.as_str()).collect());
    let expectations = expectations(root, &known, names.as_deref());
    has_market?;
    let (exchange, statuses) = exchange?;
    let markets = known.markets.ok_or_else(Problems::without_report)?;
    Ok(Content {
        title: title?,
        description: description?,
        seed: seed?,
        ends_at: ends_at?,
        exchange,
        venue: venue(markets.len(), events?, statuses, lives.unwrap_or_default()),
        link: link?,
        flow: flow?,
        engines: engines?,
        expectations: expectations?,
        markets,
    })
}

/// Reads the rules of events; a market that comes from a recording alone has its event's name from its
/// ticker.
fn events_of(
    root: &mut Section<'_>,
    known: &Known,
    settings: Option<ExchangeSettings>,
    lives: &[OfEvent],
) -> Read<Vec<(EventId, EventRules)>> {
    let mut names = event_names(lives.iter().map(|of| of.event.clone()));
    if let (true, Some([terms])) = (names.is_empty(), known.markets.as_deref()) {
        names = vec![event_of(&terms.ticker).to_owned()];
    }
    events(root, &names, settings, lives)
}

/// What happens to the venue, in the order of time.
fn venue(
    market_count: usize,
    events: Vec<(EventId, EventRules)>,
    statuses: Vec<VenueStep>,
    lives: Vec<OfEvent>,
) -> VenuePlan {
    let mut lives: Vec<LifeDraft> = lives.into_iter().map(|of| of.life).collect();
    // A market that comes from a recording alone is always open.
    lives.resize_with(market_count, LifeDraft::default);
    let markets = lives.iter().map(|life| life.rules.clone()).collect();
    let steps = in_order(statuses, (0..).map(MarketId::new).zip(lives));
    VenuePlan { markets, events, steps }
}

fn end_times() -> Measure<SimTime> {
    instant(SimTime::START + SHORTEST, SimTime::START + LONGEST)
}

/// When the run ends: as given, or with the recording.
fn end(root: &mut Section<'_>, given: Option<SimTime>, around: &Around<'_>) -> Read<SimTime> {
    if let Some(given) = given {
        return Ok(given);
    }
    if let Some(until) = around.recorded_until.get() {
        let until = (*until).max(SimTime::START + SHORTEST);
        root.resolve("ends_at_s", &end_times(), &until);
        return Ok(until);
    }
    // A recording that could not be read was reported.
    if root.is_kind("flow", "recorded") {
        return Err(Problems::without_report());
    }
    root.refuse_value("ends_at_s", end_times().allowed())
}

/// Reads the engines, and what `[bot]` says that none of them took over.
fn engines(root: &mut Section<'_>, known: &Known) -> Read<Vec<Engine>> {
    root.check_part("bot", |section| bot(section, known, &Base::plain()));
    let mut names: Vec<String> = Vec::new();
    let engines = root.sections("engine", |section| {
        let about = "the engine's name; besides it, any key of `bot` may be given anew";
        let name = section.required("name", about, &ENGINE_NAME);
        let presets = Preset::ALL.map(|preset| (preset.name(), preset));
        let about = "a named bot, whose parts take the place of those of `bot`";
        let preset = section.optional("preset", about, &Word(&presets));
        if section.is_listing() {
            return Err(Problems::without_report());
        }
        let base = match preset {
            Ok(None) => Base::plain(),
            Ok(Some(preset)) => Base::of_preset(preset),
            // Its name was not understood; any of them brings what must be there.
            Err(_) => Base::of_preset(Preset::BeforeDoc),
        };
        let settings = bot(section, known, &base);
        preset?;
        let name = name?;
        section.check(!names.contains(&name), "name", || {
            "is a name that no other engine has".to_owned()
        })?;
        names.push(name.clone());
        let (cash, netting, bot) = settings?;
        check_parts(section, &bot)?;
        Ok(Engine { name, cash, netting, bot })
    })?;
    let allowed = || "is at least one section `[[engine]]`".to_owned();
    root.check(!engines.is_empty(), "engine", allowed)?;
    Ok(engines)
}
