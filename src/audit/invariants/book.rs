//! What must be true of the orders that rest.

use std::collections::BTreeMap;

use crate::audit::exchange_state::{MarketState, SideState};
use crate::audit::invariant::{Invariant, Violation, broken};
use crate::audit::order_trail::OrderTrail;
use crate::audit::shadow_book::ShadowBook;
use crate::audit::used_ids::Newness;
use crate::exchange::{ExpiryInstant, LifeRules, PausedExpiry, RefinedOrders};
use crate::protocol::{BookLevel, FillReport, Quote};
use crate::units::{AccountId, MarketId, OrderId, Side, SimTime};

/// INV-01: the best bid is below the best ask whenever both exist.
pub(in crate::audit) fn never_crossed(market: MarketId, quote: Quote) -> Result<(), Violation> {
    match quote {
        Quote { bid: Some(bid), ask: Some(ask) } if bid >= ask => {
            Err(broken(Invariant::NeverCrossed, &(market, quote)))
        }
        _ => Ok(()),
    }
}

/// INV-02: within a level, orders stand in the order of their arrival, as the events tell it. A
/// partial fill, a decrease and the cancel of a neighbor leave the rest in place.
pub(in crate::audit) fn queues_keep_their_order(
    state: &MarketState,
    side: Side,
    shadow: &ShadowBook,
) -> Result<(), Violation> {
    let expected = shadow.side(side).values();
    let found = state.side(side).orders.iter().map(|order| &order.order);
    match found.zip(expected).find(|(found, expected)| found != expected) {
        None => Ok(()),
        Some(both) => Err(broken(Invariant::QueuesKeepTheirOrder, &(state.market, side, both))),
    }
}

/// INV-03: every resting order has contracts left, a price of its market's grid, and a life that is
/// not over.
pub(in crate::audit) fn resting_orders_may_rest(
    state: &MarketState,
    side: Side,
    orders: &BTreeMap<OrderId, OrderTrail>,
    now: SimTime,
    life: LifeRules,
) -> Result<(), Violation> {
    for resting in &state.side(side).orders {
        let is_on_grid = state.levels.tick_of(resting.price).is_some();
        if resting.remaining.is_zero() || !is_on_grid {
            return Err(broken(Invariant::RestingOrdersMayRest, &(state.market, side, resting)));
        }
        if let Some(trail) = orders.get(&resting.order) {
            is_alive(trail, now, life)?;
        }
    }
    Ok(())
}

/// INV-03: where finer prices cancel resting orders, none is left when they come.
pub(in crate::audit) fn refined_orders_are_gone(
    market: MarketId,
    shadow: &ShadowBook,
    life: LifeRules,
) -> Result<(), Violation> {
    let first = [Side::Bid, Side::Ask].into_iter().find_map(|side| shadow.first(side));
    match first.filter(|_| life.refined_orders == RefinedOrders::Canceled) {
        None => Ok(()),
        Some(order) => Err(broken(Invariant::RestingOrdersMayRest, &(market, order, "stayed"))),
    }
}

/// INV-03: an order's life is not over. Whether its very instant is a part of it, and whether it can
/// end during a pause, the exchange's settings say.
pub(in crate::audit) fn is_alive(
    trail: &OrderTrail,
    now: SimTime,
    life: LifeRules,
) -> Result<(), Violation> {
    let is_over = trail.expires_at.is_some_and(|at| match life.expiry_instant {
        ExpiryInstant::GoneBefore => at <= now,
        ExpiryInstant::StillThere => at < now,
    });
    if is_over && life.paused_expiry == PausedExpiry::During {
        return Err(broken(Invariant::RestingOrdersMayRest, &(now, trail)));
    }
    Ok(())
}

/// INV-03: an order that expires had to.
pub(in crate::audit) fn life_is_over(trail: &OrderTrail, now: SimTime) -> Result<(), Violation> {
    if trail.expires_at.is_none_or(|at| at > now) {
        return Err(broken(Invariant::RestingOrdersMayRest, &(now, "expires", trail)));
    }
    Ok(())
}

/// INV-04: the sums, links and best levels of a book equal a recount, and the quote shows the best.
pub(in crate::audit) fn book_adds_up(state: &MarketState) -> Result<(), Violation> {
    if let Err(error) = &state.recount {
        return Err(broken(Invariant::BookAddsUp, &(state.market, error)));
    }
    for side in [Side::Bid, Side::Ask] {
        let here = state.side(side);
        let counted = levels_of(here);
        let is_best_first = here.levels.is_sorted_by(|better, worse| match side {
            Side::Bid => better.price > worse.price,
            Side::Ask => better.price < worse.price,
        });
        if here.levels != counted || !is_best_first {
            let found = (state.market, side, &here.levels, counted);
            return Err(broken(Invariant::BookAddsUp, &found));
        }
    }
    let best = |side| state.side(side).levels.first().map(|level| level.price);
    quote_shows_the_best(
        state.market,
        state.quote,
        Quote { bid: best(Side::Bid), ask: best(Side::Ask) },
    )
}

/// The levels that the orders of a side make, in the order of the orders.
fn levels_of(side: &SideState) -> Vec<BookLevel> {
    let mut levels: Vec<BookLevel> = Vec::new();
    for order in &side.orders {
        match levels.last_mut().filter(|level| level.price == order.price) {
            Some(level) => level.quantity += order.remaining,
            None => levels.push(BookLevel { price: order.price, quantity: order.remaining }),
        }
    }
    levels
}

/// INV-04: a quote shows the best levels.
pub(in crate::audit) fn quote_shows_the_best(
    market: MarketId,
    quote: Quote,
    best: Quote,
) -> Result<(), Violation> {
    if quote == best {
        return Ok(());
    }
    Err(broken(Invariant::BookAddsUp, &(market, "shows", quote, "has", best)))
}

/// INV-04: a quote is told because it changed.
pub(in crate::audit) fn quote_is_news(
    market: MarketId,
    before: Quote,
    quote: Quote,
) -> Result<(), Violation> {
    if quote != before {
        return Ok(());
    }
    Err(broken(Invariant::BookAddsUp, &(market, quote, "is told again")))
}

/// INV-05: no id is given out twice.
pub(in crate::audit) fn id_is_new(order: OrderId, newness: Newness) -> Result<(), Violation> {
    match newness {
        Newness::New => Ok(()),
        Newness::Used => Err(broken(Invariant::OnePlacePerOrder, &(order, "is given out again"))),
    }
}

/// INV-05: nothing happens to an order that is final, or that is not the account's. `known` is the
/// account's working order of this id.
pub(in crate::audit) fn works(
    known: Option<&mut OrderTrail>,
    account: AccountId,
    order: OrderId,
) -> Result<&mut OrderTrail, Violation> {
    let not_working = || broken(Invariant::OnePlacePerOrder, &(account, order, "is not working"));
    known.ok_or_else(not_working)
}

/// INV-05: an order that rests takes no more.
pub(in crate::audit) fn is_entering(
    report: &FillReport,
    entering: Option<OrderId>,
) -> Result<(), Violation> {
    if entering == Some(report.order) {
        return Ok(());
    }
    Err(broken(Invariant::OnePlacePerOrder, &(report, "entering is", entering)))
}

/// INV-05: the book holds exactly the orders that work, each once, where its owner put it.
pub(in crate::audit) fn orders_are_in_one_place(
    state: &MarketState,
    side: Side,
    shadow: &ShadowBook,
    orders: &BTreeMap<OrderId, OrderTrail>,
) -> Result<(), Violation> {
    let found = state.side(side).orders.iter().map(|it| (it.order, it.account, it.price));
    let expected = shadow.side(side).values().map(|order| {
        let trail = &orders[order];
        (trail.order, trail.account, trail.limit)
    });
    if found.clone().eq(expected.clone()) {
        return Ok(());
    }
    // In another order, that is another invariant's.
    let (mut found, mut expected): (Vec<_>, Vec<_>) = (found.collect(), expected.collect());
    found.sort_unstable();
    expected.sort_unstable();
    if found == expected {
        return Ok(());
    }
    let more = found.iter().find(|place| expected.binary_search(place).is_err());
    let less = expected.iter().find(|place| found.binary_search(place).is_err());
    let difference = (state.market, side, "in the book", more, "in the events", less);
    Err(broken(Invariant::OnePlacePerOrder, &difference))
}
