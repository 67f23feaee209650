//! The life of a `[[market]]`: when it opens and closes, what it allows, and its steps.

use crate::book::BookCapacity;
use crate::exchange::{Exchange, ExchangeSettings};
use crate::market::{
    EarlyClose, FeeKind, FeeMultiplier, FeeSchedule, LifeStep, MarketResult, MarketRules,
    MarketTerms, PositionLimit, PriceLevelLabel, PriceLevelStructure,
};
use crate::scenario::decode::bot::MOST_CASH;
use crate::scenario::decode::{LONGEST, MOST_CONTRACTS};
use crate::scenario::error::{Fault, Problems, Read};
use crate::scenario::reader::{
    Kind, Section, Word, contracts, dollars, instant, price_edge, seconds,
};
use crate::scenario::venue::{MarketChange, VenueChange, VenueStep};
use crate::units::{Cash, EventId, MarketId, SimDuration, SimTime};

/// What the life of a market is, as the file has it.
#[derive(Clone, Debug, Default)]
pub(super) struct LifeDraft {
    pub(super) rules: MarketRules,
    pub(super) steps: Vec<(SimTime, MarketChange)>,
}

/// Reads what is fixed about a market besides what it trades.
pub(super) fn rules(section: &mut Section<'_>) -> Read<MarketRules> {
    let times = instant(SimTime::START, SimTime::START + LONGEST);
    let about = "when it opens; left out: it is open from the start";
    let opens_at = section.optional("opens_at_s", about, &times);
    let about = "when trading is over; left out: when a step says so";
    let closes_at = section.optional("closes_at_s", about, &times);
    let words = [("allowed", EarlyClose::Allowed), ("never", EarlyClose::Never)];
    let about = "whether its close may be moved to an earlier instant";
    let early_close = section.or("early_close", about, &Word(&words), EarlyClose::default());
    let about = "how long after its result is known it pays; left out: when a step says so";
    let lengths = seconds(SimDuration::ZERO, LONGEST);
    let settlement_timer = section.optional("settlement_timer_s", about, &lengths);
    let about = "until when no fee is charged";
    let waived = section.optional("fees_waived_until_s", about, &times);
    let position_limit = position_limit(section);
    let (opens_at, closes_at) = (opens_at?, closes_at?);
    if let (Some(opens), Some(closes)) = (opens_at, closes_at) {
        let allowed = || format!("is later than `opens_at_s`, which is {opens}");
        section.check(closes > opens, "closes_at_s", allowed)?;
    }
    Ok(MarketRules {
        opens_at,
        closes_at,
        early_close: early_close?,
        settlement_timer: settlement_timer?,
        position_limit: position_limit?,
        fees_waived_until: waived?,
    })
}

fn position_limit(section: &mut Section<'_>) -> Read<Option<PositionLimit>> {
    let about = "the most contracts that one account may come to hold";
    let by_contracts =
        section.optional("position_limit_contracts", about, &contracts(MOST_CONTRACTS));
    let about = "the most money that one account may have at risk";
    let amounts = dollars(Cash::CENT, MOST_CASH);
    let by_risk = section.optional("position_limit_dollars", about, &amounts);
    let (by_contracts, by_risk) = (by_contracts?, by_risk?);
    let both = by_contracts.is_some() && by_risk.is_some();
    let allowed = || "is none where `position_limit_contracts` is given".to_owned();
    section.check(!both, "position_limit_dollars", allowed)?;
    Ok(by_contracts.map(PositionLimit::Contracts).or(by_risk.map(PositionLimit::Risk)))
}

/// Reads the steps of a market's life. They are tried out one after the other, so that one that does
/// not follow is told at its place, unless there is nowhere to try them out; `levels` are the market's
/// prices, if they are known.
pub(super) fn steps(
    section: &mut Section<'_>,
    mut trial: Option<Trial>,
    levels: Option<&PriceLevelStructure>,
    latest: SimTime,
) -> Read<Vec<(SimTime, MarketChange)>> {
    let mut last = SimTime::START;
    section.sections("step", |section| {
        let times = instant(SimTime::START, latest);
        let about = "when the step is taken; steps of a market are in the order of time";
        let at = section.required("at_s", about, &times);
        let change = change(section, levels);
        let (Ok(at), Ok(change)) = (at, change) else {
            // What follows from a step that can not be understood can not be known.
            trial = None;
            return Err(Problems::without_report());
        };
        section.check(at >= last, "at_s", || format!("is {last} or later, as the step before"))?;
        last = at;
        if let Some(error) = trial.as_mut().and_then(|trial| trial.fail(at, &change)) {
            trial = None;
            return section.refuse("kind", Fault::Inner { message: error });
        }
        Ok((at, change))
    })
}

fn change(section: &mut Section<'_>, levels: Option<&PriceLevelStructure>) -> Read<MarketChange> {
    let step = |step: LifeStep| move |_: &mut Section<'_>| Ok(MarketChange::Step(step));
    section.kind(
        "what happens to the market",
        None,
        &[
            ("activate", &step(LifeStep::Activate)),
            ("deactivate", &step(LifeStep::Deactivate)),
            ("close", &step(LifeStep::Close)),
            ("move_close", &move_close),
            ("determine", &|section| Ok(MarketChange::Step(LifeStep::Determine(result(section)?)))),
            ("dispute", &step(LifeStep::Dispute)),
            ("uphold", &step(LifeStep::Uphold)),
            ("amend", &|section| Ok(MarketChange::Step(LifeStep::Amend(result(section)?)))),
            ("settle", &step(LifeStep::Settle)),
            ("refine_prices", &|section| refine(section, levels)),
        ],
    )
}

fn move_close(section: &mut Section<'_>) -> Read<MarketChange> {
    let times = instant(SimTime::START, SimTime::START + LONGEST);
    let closes_at = section.required("closes_at_s", "the close from then on", &times)?;
    Ok(MarketChange::MoveClose(closes_at))
}

/// What a market is decided to be.
fn result(section: &mut Section<'_>) -> Read<MarketResult> {
    let words = [("yes", Outcome::Yes), ("no", Outcome::No), ("scalar", Outcome::Scalar)];
    let outcome = section.required("result", "what the market is decided to be", &Word(&words));
    let about = "what YES is worth; needed with `scalar` and with nothing else";
    let value = section.optional("value_dollars", about, &price_edge());
    let (outcome, value) = (outcome?, value?);
    match (outcome, value) {
        (Outcome::Yes, None) => Ok(MarketResult::Yes),
        (Outcome::No, None) => Ok(MarketResult::No),
        (Outcome::Scalar, Some(value)) => Ok(MarketResult::Scalar(value)),
        (Outcome::Scalar, None) => section.refuse_value("value_dollars", price_edge().allowed()),
        (Outcome::Yes | Outcome::No, Some(_)) => {
            section.refuse_value("value_dollars", "is none unless `result` is `scalar`")
        }
    }
}

/// The words of a result.
#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    Yes,
    No,
    Scalar,
}

fn refine(section: &mut Section<'_>, levels: Option<&PriceLevelStructure>) -> Read<MarketChange> {
    let labels: Vec<_> = PriceLevelLabel::ALL.iter().map(|label| (label.name(), *label)).collect();
    let about = "the prices from then on, which lack none of those before";
    let label = section.required("price_levels", about, &Word(&labels))?;
    let allowed =
        || "is none where the market's own `price_levels` are left to a capture".to_owned();
    section.check(levels.is_some() || section.is_listing(), "price_levels", allowed)?;
    Ok(MarketChange::Refine(PriceLevelStructure::of_label(label)))
}

/// An exchange at which lives of markets are tried out: the scenario's, with room for no orders.
pub(super) fn exchange_of_trial(settings: ExchangeSettings) -> Exchange {
    let book_capacity = BookCapacity::new(1).expect("Invariant: below the maximum");
    Exchange::new(ExchangeSettings { book_capacity, ..settings })
}

/// An exchange at which the life of one market is tried out.
pub(super) struct Trial {
    exchange: Exchange,
    market: MarketId,
}

impl Trial {
    pub(super) fn new(
        settings: ExchangeSettings,
        rules: MarketRules,
        levels: Option<&PriceLevelStructure>,
    ) -> Self {
        let mut exchange = exchange_of_trial(settings);
        let market = exchange.list_market_with(terms_of_trial(EventId::new(0), levels), rules);
        Self { exchange, market }
    }

    /// Why a change is not possible, if it is not.
    fn fail(&mut self, at: SimTime, change: &MarketChange) -> Option<String> {
        let change = VenueChange::Market(self.market, change.clone());
        let done = change.carry_out(&mut self.exchange, at, &mut Vec::new());
        done.err().map(|error| error.to_string())
    }
}

/// Terms of a market that nobody trades.
pub(super) fn terms_of_trial(event: EventId, levels: Option<&PriceLevelStructure>) -> MarketTerms {
    let cents = || PriceLevelStructure::of_label(PriceLevelLabel::LinearCent);
    MarketTerms {
        ticker: String::new(),
        event,
        levels: levels.cloned().unwrap_or_else(cents),
        fees: FeeSchedule::new(FeeKind::Quadratic, FeeMultiplier::ONE),
    }
}

/// The steps of several markets and of the exchange, in the order in which they are taken.
pub(super) fn in_order(
    exchange: Vec<VenueStep>,
    markets: impl Iterator<Item = (MarketId, LifeDraft)>,
) -> Vec<VenueStep> {
    let mut steps = exchange;
    for (market, life) in markets {
        steps.extend(
            life.steps
                .into_iter()
                .map(|(at, change)| VenueStep { at, change: VenueChange::Market(market, change) }),
        );
    }
    steps.sort_by_key(|step| step.at);
    steps
}
