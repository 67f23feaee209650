//! `[[market]]`.

use std::collections::BTreeSet;

use crate::exchange::{Exchange, ExchangeSettings};
use crate::market::{
    FeeKind, FeeMultiplier, FeeSchedule, MarketTerms, PriceLevelLabel, PriceLevelStructure,
    PriceRange,
};
use crate::scenario::decode::events::OfEvent;
use crate::scenario::decode::life::{LifeDraft, Trial, rules, steps};
use crate::scenario::error::{Fault, Read};
use crate::scenario::reader::{NAME, Section, Word, price_edge, ratio};
use crate::units::{EventId, SimTime};

/// A market as the file has it: its event by name, and its price levels maybe left to the capture.
#[derive(Clone, Debug)]
pub(super) struct MarketDraft {
    pub(super) ticker: String,
    event: String,
    levels: Option<PriceLevelStructure>,
    fees: FeeSchedule,
    life: LifeDraft,
}

impl MarketDraft {
    /// The market that a file means when it names only a capture.
    pub(super) fn of_ticker(ticker: &str) -> Self {
        let fees = FeeSchedule::new(FeeKind::Quadratic, FeeMultiplier::ONE);
        let (ticker, event) = (ticker.to_owned(), event_of(ticker).to_owned());
        Self { ticker, event, levels: None, fees, life: LifeDraft::default() }
    }
}

/// The event of a market whose event is not named: the ticker without its last part.
pub(super) fn event_of(ticker: &str) -> &str {
    ticker.rsplit_once('-').map_or(ticker, |(event, _)| event)
}

/// The names of events by their numbers, from the events of markets.
pub(super) fn event_names(events: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for event in events {
        if !names.contains(&event) {
            names.push(event);
        }
    }
    names
}

/// The events and lives of markets.
pub(super) fn of_events(drafts: &[MarketDraft]) -> Vec<OfEvent> {
    let of_event =
        |draft: &MarketDraft| OfEvent { event: draft.event.clone(), life: draft.life.clone() };
    drafts.iter().map(of_event).collect()
}

/// Gives numbers to the events, and price levels to the markets that have none yet.
pub(super) fn list(
    drafts: Vec<MarketDraft>,
    levels_of: impl Fn(usize) -> PriceLevelStructure,
) -> Vec<MarketTerms> {
    let events = event_names(drafts.iter().map(|draft| draft.event.clone()));
    let mut terms = Vec::with_capacity(drafts.len());
    for (index, draft) in drafts.into_iter().enumerate() {
        let MarketDraft { ticker, event, levels, fees, .. } = draft;
        let number = events.iter().position(|name| *name == event).unwrap_or_default();
        let event = EventId::new(u32::try_from(number).expect("Invariant: few events"));
        let levels = levels.unwrap_or_else(|| levels_of(index));
        terms.push(MarketTerms { ticker, event, levels, fees });
    }
    terms
}

/// Reads the markets of an exchange; its settings are absent where they could not be read.
pub(super) fn markets(
    root: &mut Section<'_>,
    settings: Option<ExchangeSettings>,
    latest: SimTime,
) -> Read<Vec<MarketDraft>> {
    // A capture knows its market's price levels.
    let is_recorded = root.is_kind("flow", "recorded");
    let default_levels = Some(PriceLevelLabel::LinearCent).filter(|_| !is_recorded);
    let mut tickers: BTreeSet<String> = BTreeSet::new();
    let drafts = root.sections("market", |section| {
        let draft = market(section, default_levels, settings, latest)?;
        section.check(tickers.insert(draft.ticker.clone()), "ticker", || {
            "is a ticker that no other market has".to_owned()
        })?;
        Ok(draft)
    })?;
    let most = Exchange::MARKETS_MAX;
    let allowed = || format!("are at most {most} sections `[[market]]`");
    root.check(drafts.len() <= most, "market", allowed)?;
    Ok(drafts)
}

fn market(
    section: &mut Section<'_>,
    default_levels: Option<PriceLevelLabel>,
    settings: Option<ExchangeSettings>,
    latest: SimTime,
) -> Read<MarketDraft> {
    let ticker = section.required("ticker", "the market's name", &NAME);
    let about = "the event it belongs to; left out: the ticker without its last `-` part";
    let event = section.optional("event", about, &NAME);
    let mut levels = levels(section);
    if let (Ok(None), Some(label)) = (&levels, default_levels) {
        section.resolve("price_levels", &Word(&[(label.name(), label)]), &label);
        levels = Ok(Some(PriceLevelStructure::of_label(label)));
    }
    let fees = section.section("fees", fees);
    let rules = rules(section);
    let grid = levels.as_ref().ok().and_then(Option::as_ref);
    let trial = settings.zip(rules.as_ref().ok());
    let trial = trial.map(|(settings, rules)| Trial::new(settings, rules.clone(), grid));
    let steps = steps(section, trial, grid, latest);
    let (ticker, event) = (ticker?, event?);
    let event = event.unwrap_or_else(|| event_of(&ticker).to_owned());
    section.resolve("event", &NAME, &event);
    let life = LifeDraft { rules: rules?, steps: steps? };
    Ok(MarketDraft { ticker, event, levels: levels?, fees: fees?, life })
}

/// Reads `price_levels`: a label, or ranges.
fn levels(section: &mut Section<'_>) -> Read<Option<PriceLevelStructure>> {
    let by_ranges = section.has_section("price_levels");
    if by_ranges || section.is_listing() {
        let ranges = section.section("price_levels", ranges);
        if by_ranges {
            return ranges.map(Some);
        }
    }
    let labels: Vec<_> = PriceLevelLabel::ALL.iter().map(|label| (label.name(), *label)).collect();
    let about = "the prices it trades at; left out: those of the capture, or `linear_cent`";
    let label = section.optional("price_levels", about, &Word(&labels))?;
    Ok(label.map(PriceLevelStructure::of_label))
}

fn ranges(section: &mut Section<'_>) -> Read<PriceLevelStructure> {
    let ranges = section.sections("ranges", |section| {
        let start = section.required("start_dollars", "the first price", &price_edge());
        let about = "where the next range starts, or 1 at the last";
        let end = section.required("end_dollars", about, &price_edge());
        let step = section.required("step_dollars", "the tick size", &price_edge());
        Ok(PriceRange { start: start?, end: end?, step: step? })
    })?;
    PriceLevelStructure::of_ranges(&ranges)
        .or_else(|error| section.refuse("ranges", Fault::Inner { message: error.to_string() }))
}

fn fees(section: &mut Section<'_>) -> Read<FeeSchedule> {
    let kinds = FeeKind::ALL.map(|kind| (kind.name(), kind));
    let about = "who pays which share of the fee formula";
    let kind = section.or("kind", about, &Word(&kinds), FeeKind::Quadratic);
    let about = "the series' factor on the fee";
    let one = FeeMultiplier::ONE.to_decimal();
    let multiplier = section.or("multiplier", about, &ratio("", 10), one);
    let multiplier = FeeMultiplier::from_decimal(multiplier?);
    Ok(FeeSchedule::new(kind?, multiplier.expect("Invariant: the key admits multipliers only")))
}
