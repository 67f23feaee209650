//! The file as a whole.

use std::cell::OnceCell;

use crate::bot::Preset;
use crate::exchange::ExchangeSettings;
use crate::link::LinkSettings;
use crate::market::MarketTerms;
use crate::scenario::decode::bot::{Base, bot};
use crate::scenario::decode::exchange::exchange;
use crate::scenario::decode::expect::expectations;
use crate::scenario::decode::fill_feed::check_parts;
use crate::scenario::decode::flow::{Around, flow};
use crate::scenario::decode::link::link;
use crate::scenario::decode::market::markets;
use crate::scenario::decode::{Known, LONGEST, SHORTEST};
use crate::scenario::error::{Problems, Read};
use crate::scenario::files::Files;
use crate::scenario::plan::{Engine, Expectation, FlowPlan};
use crate::scenario::reader::{ENGINE_NAME, Kind, Measure, Section, Text, Whole, Word, instant};
use crate::units::SimTime;

/// All that a file says.
#[derive(Debug)]
pub(in crate::scenario) struct Content {
    pub(in crate::scenario) title: String,
    pub(in crate::scenario) description: String,
    pub(in crate::scenario) seed: u64,
    pub(in crate::scenario) ends_at: SimTime,
    pub(in crate::scenario) markets: Vec<MarketTerms>,
    pub(in crate::scenario) exchange: ExchangeSettings,
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
    let drafts = markets(root);
    let exchange = root.section("exchange", exchange);
    let link = root.section("link", |section| link(section, files));
    let terms = OnceCell::new();
    let recorded_until = OnceCell::new();
    let (ends_at_given, drafts) = (ends_at.ok().flatten(), drafts.ok());
    let around = Around { ends_at: ends_at_given, drafts, files, terms, recorded_until };
    let flow = root.section("flow", |section| flow(section, &around));
    let ends_at = ends_at.and_then(|given| end(root, given, &around));
    let markets = around.terms.into_inner();
    let has_market = markets.as_ref().is_none_or(|markets| !markets.is_empty());
    let allowed = || "is at least one section `[[market]]`".to_owned();
    let has_market = root.check(has_market, "market", allowed);
    let known = Known { ends_at: ends_at.ok(), markets };
    let engines = engines(root, &known);
    let all = engines.as_ref().ok();
    let names: Option<Vec<&str>> =
        all.map(|engines| engines.iter().map(|engine| engine.name.as_str()).collect());
    let expectations = expectations(root, &known, names.as_deref());
    has_market?;
    Ok(Content {
        title: title?,
        description: description?,
        seed: seed?,
        ends_at: ends_at?,
        exchange: exchange?,
        link: link?,
        flow: flow?,
        engines: engines?,
        expectations: expectations?,
        markets: known.markets.ok_or_else(Problems::without_report)?,
    })
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
        let (cash, bot) = settings?;
        check_parts(section, &bot)?;
        Ok(Engine { name, cash, bot })
    })?;
    let allowed = || "is at least one section `[[engine]]`".to_owned();
    root.check(!engines.is_empty(), "engine", allowed)?;
    Ok(engines)
}
