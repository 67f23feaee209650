//! `[bot.strategy]`.

use crate::bot::{PeriodicSignals, QuantityRange, ScheduledSignal, StrategySettings};
use crate::scenario::decode::bot::period;
use crate::scenario::decode::{Known, MOST_WANTED};
use crate::scenario::error::Read;
use crate::scenario::reader::{Section, Whole, Word, contracts, instant, price};
use crate::units::SimTime;

/// Reads `[bot.strategy]`.
pub(super) fn strategy(section: &mut Section<'_>, known: &Known) -> Read<StrategySettings> {
    section.kind(
        "what the bot wants to buy",
        None,
        &[
            ("scheduled", &|section| scheduled(section, known)),
            ("periodic", &|section| periodic(section, known)),
        ],
    )
}

fn scheduled(section: &mut Section<'_>, known: &Known) -> Read<StrategySettings> {
    section.sections("signal", |section| signal(section, known)).map(StrategySettings::Scheduled)
}

fn signal(section: &mut Section<'_>, known: &Known) -> Read<ScheduledSignal> {
    let times = instant(SimTime::START, known.latest());
    let at = section.required("at_s", "when the signal becomes true", &times);
    let market = known.market(section);
    let about = "contracts wanted";
    let quantity = section.required("quantity_contracts", about, &contracts(MOST_WANTED));
    let about = "the limit of the entry order";
    let limit_price = section.required("price_dollars", about, &price());
    let about = "sell when the price is at or below this";
    let stop = section.optional("stop_dollars", about, &price());
    let about = "sell when the price is at or above this";
    let target = section.optional("target_dollars", about, &price());
    let (at, market, quantity) = (at?, market?, quantity?);
    let (limit_price, stop, target) = (limit_price?, stop?, target?);
    let beside = |where_to: &str| format!("is {where_to} `price_dollars`, {limit_price}");
    let on_grid = known.check_grid(section, "price_dollars", market, limit_price);
    let stop_below = stop.is_none_or(|stop| stop < limit_price);
    let stop_fits = section.check(stop_below, "stop_dollars", || beside("below"));
    let target_above = target.is_none_or(|target| target > limit_price);
    let target_fits = section.check(target_above, "target_dollars", || beside("above"));
    on_grid.and(stop_fits).and(target_fits)?;
    Ok(ScheduledSignal { at, market, quantity, limit_price, stop, target })
}

/// What a periodic signal takes as its limit.
#[derive(Clone, Copy, PartialEq)]
struct Ask;

fn periodic(section: &mut Section<'_>, known: &Known) -> Read<StrategySettings> {
    let market = known.market(section);
    let times = instant(SimTime::START, known.latest());
    let first_at = section.required("first_at_s", "when the first becomes true", &times);
    let every = section.required("every_s", "from one to the next", &period());
    let sizes = Whole { unit: " of contracts", low: 1, high: 1_000_000 };
    let about = "the fewest contracts wanted; every whole number of the range is as likely";
    let low = section.required("quantity_low_contracts", about, &sizes);
    let about = "the most contracts wanted";
    let high = section.required("quantity_high_contracts", about, &sizes);
    let about = "the limit of the entry order: the ask that the bot sees";
    let limit = section.or("price", about, &Word(&[("ask", Ask)]), Ask);
    let distances = Whole { unit: " of cents", low: 1, high: 99 };
    let about = "how far below the limit the stop is";
    let stop_below_cents = section.optional("stop_below_cents", about, &distances);
    let about = "how far above the limit the target is";
    let target_above_cents = section.optional("target_above_cents", about, &distances);
    let (low, high, _) = (low?, high?, limit?);
    let narrow = |number: u64| u32::try_from(number).expect("Invariant: a million at most");
    let quantity = QuantityRange::new(narrow(low), narrow(high)).or_else(|_| {
        let allowed = format!("is at least `quantity_low_contracts`, {low}");
        section.refuse_value("quantity_high_contracts", allowed)
    });
    let cents = |found: Option<u64>| {
        found.map(|cents| u16::try_from(cents).expect("Invariant: 99 at most"))
    };
    Ok(StrategySettings::Periodic(PeriodicSignals {
        market: market?,
        first_at: first_at?,
        every: every?,
        quantity: quantity?,
        stop_below_cents: cents(stop_below_cents?),
        target_above_cents: cents(target_above_cents?),
    }))
}
