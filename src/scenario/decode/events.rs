//! `[[event]]`, and `[[exchange.status]]`.

use crate::exchange::ExchangeSettings;
use crate::market::{CollateralReturn, EventRules, ExchangeStatus};
use crate::scenario::decode::life::{LifeDraft, exchange_of_trial, in_order, terms_of_trial};
use crate::scenario::error::{Fault, Read};
use crate::scenario::reader::{NAME, Section, Word, instant};
use crate::scenario::venue::{VenueChange, VenueStep};
use crate::units::{EventId, MarketId, SimTime};

/// A market's event, by its name, and its life.
#[derive(Clone, Debug)]
pub(super) struct OfEvent {
    pub(super) event: String,
    pub(super) life: LifeDraft,
}

/// Reads the rules of events. `events` are their names by number; `markets` have lives, which are tried
/// out together at an exchange with these settings.
pub(super) fn events(
    root: &mut Section<'_>,
    events: &[String],
    settings: Option<ExchangeSettings>,
    markets: &[OfEvent],
) -> Read<Vec<(EventId, EventRules)>> {
    let mut named: Vec<String> = Vec::new();
    root.sections("event", |section| {
        let ticker = section.required("ticker", "the event's name, as markets have it", &NAME);
        let words =
            [("none", CollateralReturn::None), ("mecnet", CollateralReturn::MutuallyExclusive)];
        let about = "`mecnet`: at most one of its markets is YES, and accounts that ask for it have \
                     the collateral of their NO contracts returned as far as these can not all lose";
        let key = "collateral_return";
        let collateral_return = section.or(key, about, &Word(&words), CollateralReturn::default());
        let (ticker, collateral_return) = (ticker?, collateral_return?);
        let known: Vec<&str> = events.iter().map(String::as_str).collect();
        let Some(number) = known.iter().position(|name| *name == ticker) else {
            return section.refuse("ticker", Fault::not_among(&ticker, &known));
        };
        section.check(!named.contains(&ticker), "ticker", || {
            "is an event that is named nowhere else".to_owned()
        })?;
        let event = EventId::new(u32::try_from(number).expect("Invariant: few events"));
        let rules = EventRules { collateral_return };
        let own = markets.iter().filter(|market| market.event == ticker);
        let lives = own.map(|market| market.life.clone());
        let trial = |settings| fail(settings, (event, rules), lives);
        if let Some(message) = settings.and_then(trial) {
            return section.refuse(key, Fault::Inner { message });
        }
        named.push(ticker);
        Ok((event, rules))
    })
}

/// Why the lives of an event's markets do not go together, if they do not.
fn fail(
    settings: ExchangeSettings,
    (event, rules): (EventId, EventRules),
    lives: impl Iterator<Item = LifeDraft>,
) -> Option<String> {
    let mut exchange = exchange_of_trial(settings);
    exchange.list_event(event, rules);
    let mut markets: Vec<(MarketId, LifeDraft)> = Vec::new();
    for life in lives {
        let terms = terms_of_trial(event, None);
        let market = exchange.list_market_with(terms, life.rules.clone());
        markets.push((market, life));
    }
    let steps = in_order(Vec::new(), markets.into_iter());
    let lives = steps.iter().filter(|step| step.change.is_of_life());
    let mut results =
        lives.map(|step| step.change.carry_out(&mut exchange, step.at, &mut Vec::new()));
    results.find_map(Result::err).map(|error| error.to_string())
}

/// Reads the pauses of the exchange.
pub(super) fn statuses(section: &mut Section<'_>, latest: SimTime) -> Read<Vec<VenueStep>> {
    section.sections("status", |section| {
        let times = instant(SimTime::START, latest);
        let at = section.required("at_s", "when the exchange changes", &times);
        let words = [
            ("active", ExchangeStatus::Active),
            ("trading_paused", ExchangeStatus::TradingPaused),
            ("exchange_paused", ExchangeStatus::ExchangePaused),
        ];
        let about =
            "whether it trades from then on, lets orders only be canceled, or nothing changed";
        let becomes = section.required("becomes", about, &Word(&words));
        Ok(VenueStep { at: at?, change: VenueChange::Exchange(becomes?) })
    })
}
