//! `[[market]]`.

use crate::market::{
    FeeKind, FeeMultiplier, FeeSchedule, MarketTerms, PriceLevelLabel, PriceLevelStructure,
    PriceRange,
};
use crate::scenario::error::{Fault, Read};
use crate::scenario::reader::{NAME, Section, Word, price_edge, ratio};
use crate::units::EventId;

/// A market as the file has it: its event by name, and its price levels maybe left to the capture.
#[derive(Clone, Debug)]
pub(super) struct MarketDraft {
    pub(super) ticker: String,
    event: String,
    levels: Option<PriceLevelStructure>,
    fees: FeeSchedule,
}

impl MarketDraft {
    /// The market that a file means when it names only a capture.
    pub(super) fn of_ticker(ticker: &str) -> Self {
        let fees = FeeSchedule::new(FeeKind::Quadratic, FeeMultiplier::ONE);
        Self { ticker: ticker.to_owned(), event: event_of(ticker).to_owned(), levels: None, fees }
    }
}

/// The event of a market whose event is not named: the ticker without its last part.
fn event_of(ticker: &str) -> &str {
    ticker.rsplit_once('-').map_or(ticker, |(event, _)| event)
}

/// Gives numbers to the events, and price levels to the markets that have none yet.
pub(super) fn list(
    drafts: Vec<MarketDraft>,
    levels_of: impl Fn(usize) -> PriceLevelStructure,
) -> Vec<MarketTerms> {
    let mut events: Vec<String> = Vec::new();
    let mut terms = Vec::with_capacity(drafts.len());
    for (index, MarketDraft { ticker, event, levels, fees }) in drafts.into_iter().enumerate() {
        let known = events.iter().position(|name| *name == event);
        let number = known.unwrap_or_else(|| {
            events.push(event);
            events.len() - 1
        });
        let event = EventId::new(u32::try_from(number).expect("Invariant: few events"));
        let levels = levels.unwrap_or_else(|| levels_of(index));
        terms.push(MarketTerms { ticker, event, levels, fees });
    }
    terms
}

/// Reads the markets.
pub(super) fn markets(root: &mut Section<'_>) -> Read<Vec<MarketDraft>> {
    let leave_to_capture = root.is_kind("flow", "recorded");
    let mut tickers: Vec<String> = Vec::new();
    root.sections("market", |section| {
        let mut draft = market(section)?;
        if draft.levels.is_none() && !leave_to_capture {
            let label = PriceLevelLabel::LinearCent;
            section.resolve("price_levels", &Word(&[(label.name(), label)]), &label);
            draft.levels = Some(PriceLevelStructure::of_label(label));
        }
        section.check(!tickers.contains(&draft.ticker), "ticker", || {
            "is a ticker that no other market has".to_owned()
        })?;
        tickers.push(draft.ticker.clone());
        Ok(draft)
    })
}

fn market(section: &mut Section<'_>) -> Read<MarketDraft> {
    let ticker = section.required("ticker", "the market's name", &NAME);
    let about = "the event it belongs to; left out: the ticker without its last `-` part";
    let event = section.optional("event", about, &NAME);
    let levels = levels(section);
    let fees = section.section("fees", fees);
    let (ticker, event) = (ticker?, event?);
    let event = event.unwrap_or_else(|| event_of(&ticker).to_owned());
    section.resolve("event", &NAME, &event);
    Ok(MarketDraft { ticker, event, levels: levels?, fees: fees? })
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
    let multiplier = section.or("multiplier", about, &ratio(10), one);
    let multiplier = FeeMultiplier::from_decimal(multiplier?);
    Ok(FeeSchedule::new(kind?, multiplier.expect("Invariant: the key admits multipliers only")))
}
