//! Lies about the orders that rest.

use fillgap::book::RecountError;
use fillgap::exchange::ExchangeEvent;
use fillgap::market::Tick;
use fillgap::protocol::{BookLevel, Quote};
use fillgap::units::{AccountId, Price, Quantity};

use super::heard::{Heard, time};
use super::order_lies::purchase;
use super::{Lie, lie};

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

/// The crowd offers 3 at 0.51 until 10 s (#0) and 2 at 0.52, and bids 4 at 0.40. The bot takes one of
/// the first, which is gone at 10 s, when the crowd bids 1 at 0.30.
fn expiry() -> Heard {
    Heard::of(&[
        (0, "crowd", "ask 3 @ 0.51 until 10"),
        (0, "crowd", "ask 2 @ 0.52"),
        (0, "crowd", "bid 4 @ 0.40"),
        (9, "bot", "bid 1 @ 0.51 ioc"),
        (10, "crowd", "bid 1 @ 0.30"),
    ])
}

/// What is told last of all quotes.
fn quote(story: &mut Heard) -> &mut Quote {
    let quotes = story.told.iter_mut().flat_map(|told| &mut told.events);
    let quotes = quotes.filter_map(|event| match event {
        ExchangeEvent::QuoteChanged(message) => Some(&mut message.quote),
        _ => None,
    });
    quotes.last().unwrap()
}

pub(super) fn truths() -> Vec<Lie> {
    vec![
        lie("orders that expire", expiry(), |_| ()),
        // The order lives until just before 10 s.
        lie("met at the last moment", expiry(), |story| {
            let nanosecond = fillgap::units::SimDuration::from_ns(1);
            story.told[3].at = time(10).before(nanosecond);
        }),
    ]
}

pub(super) fn crossed() -> Vec<Lie> {
    vec![
        lie("a locked quote is told", expiry(), |story| quote(story).bid = quote(story).ask),
        lie("a crossed quote is told", expiry(), |story| quote(story).bid = Some(price("0.53"))),
        lie("a locked quote is shown", expiry(), |story| {
            story.state.markets[0].quote.bid = Some(price("0.52"));
        }),
    ]
}

pub(super) fn reordered() -> Vec<Lie> {
    // Each time two orders stand at 0.52, the first of them changed in place.
    let in_place = [
        ("a partial fill loses the place", vec![(1, "bot", "bid 1 @ 0.52")]),
        ("a decrease loses the place", vec![(1, "crowd", "decrease #0 by 1")]),
        ("an amend to less loses the place", vec![(1, "crowd", "amend #0 to 2 @ 0.52")]),
        (
            "the cancel of a neighbor moves the rest",
            vec![(0, "crowd", "ask 1 @ 0.52"), (1, "crowd", "cancel #2")],
        ),
    ];
    let first_two = [(0, "crowd", "ask 3 @ 0.52"), (0, "crowd", "ask 2 @ 0.52")];
    let with_swap = in_place.into_iter().map(|(what, more)| {
        let story = Heard::of(&first_two.into_iter().chain(more).collect::<Vec<_>>());
        lie(what, story, |story| story.state.markets[0].asks.orders.swap(0, 1))
    });
    let keeps = [first_two[0], first_two[1], (1, "crowd", "amend #0 to 4 @ 0.52")];
    let kept = lie("an amend to more keeps the place", Heard::of(&keeps), |story| {
        story.state.markets[0].asks.orders.swap(0, 1);
    });
    with_swap.chain([kept]).collect()
}

pub(super) fn undead() -> Vec<Lie> {
    vec![
        lie("an order rests with nothing left", expiry(), |story| {
            story.state.markets[0].asks.orders[0].remaining = Quantity::ZERO;
        }),
        lie("an order rests between two cents", expiry(), |story| {
            story.state.markets[0].asks.orders[0].price = price("0.5201");
        }),
        lie("an order is met at the instant of its expiry", expiry(), |story| {
            story.told[3].at = time(10);
        }),
        lie("an order expires before its time", expiry(), |story| story.last().at = time(9)),
        lie("an order rests at the instant of its expiry", expiry(), |story| {
            let before = Heard::of(&[(0, "crowd", "ask 3 @ 0.51 until 10")]);
            story.last().conceal("Expired");
            story.last().conceal("Quote");
            story.state.markets[0].asks.orders.insert(0, before.state.markets[0].asks.orders[0]);
        }),
    ]
}

pub(super) fn miscounted() -> Vec<Lie> {
    let in_state = |what, change: fn(&mut fillgap::audit::MarketState)| {
        lie(what, expiry(), |story| change(&mut story.state.markets[0]))
    };
    vec![
        in_state("a level has 0.01 more than its orders", |market| {
            market.asks.levels[0].quantity += Quantity::STEP;
        }),
        in_state("an empty level stays", |market| {
            let (price, quantity) = (price("0.51"), Quantity::ZERO);
            market.asks.levels.insert(0, BookLevel { price, quantity });
        }),
        in_state("a level is gone whose order rests", |market| market.bids.levels.clear()),
        in_state("the book finds itself wrong", |market| {
            let (kept, counted) = (Quantity::STEP, Quantity::ZERO);
            market.recount =
                Err(RecountError::LevelQuantity { tick: Tick::new(52), kept, counted });
        }),
        in_state("the quote shows a bid a cent too low", |market| {
            market.quote.bid = Some(price("0.39"));
        }),
        in_state("the quote shows no bid", |market| market.quote.bid = None),
        lie("a quote is not told", purchase(), |story| story.last().conceal("Quote")),
        lie("a quote is told twice", purchase(), |story| story.last().repeat("Quote")),
        lie("a quote is told a cent too low", expiry(), |story| {
            quote(story).bid = Some(price("0.39"));
        }),
    ]
}

pub(super) fn misplaced() -> Vec<Lie> {
    let in_events = |what, change: fn(&mut super::heard::Told)| {
        lie(what, purchase(), |story| change(story.last()))
    };
    let in_state = |what, change: fn(&mut fillgap::audit::SideState)| {
        lie(what, purchase(), |story| change(&mut story.state.markets[0].asks))
    };
    vec![
        in_events("an order is accepted twice", |told| told.repeat("Accepted")),
        in_events("an order fills that was not accepted", |told| told.conceal("Accepted")),
        in_events("an order ends twice", |told| told.repeat("Ended")),
        in_events("an order of somebody else's ends", |told| {
            let place = told.place("Ended");
            let ExchangeEvent::Private(message) = &mut told.events[place] else { unreachable!() };
            message.account = AccountId::new(0);
        }),
        in_state("an order rests twice", |asks| asks.orders.push(asks.orders[0])),
        in_state("an order is gone", |asks| {
            asks.orders.remove(0);
        }),
        in_state("an order is somebody else's", |asks| {
            asks.orders[0].account = AccountId::new(0);
        }),
        in_state("an order rests a cent from its limit", |asks| {
            asks.orders[0].price = price("0.53");
        }),
        lie("a final order rests", purchase(), |story| {
            let mut final_one = story.state.markets[0].asks.orders[0];
            final_one.order = story.order(1);
            story.state.markets[0].asks.orders.push(final_one);
        }),
    ]
}
