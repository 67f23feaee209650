//! Lies about trades and about orders from their coming to their end.

use fillgap::exchange::ExchangeEvent;
use fillgap::market::{SelfTradePrevention, TimeInForce};
use fillgap::protocol::{
    Crossing, Execution, FillReport, GroupRequest, OrderEnd, PositionEffect, RejectReason, Reply,
    Request,
};
use fillgap::units::{OrderGroupId, Price, Quantity};

use super::heard::{Heard, Told, time};
use super::{Lie, lie};

/// The crowd offers 3 at 0.52 (#0), 3 at 0.51 (#1) and 2 at 0.52 (#2). The bot buys 5 at 0.52 (#3),
/// in the last request: 3 from #1, 2 from #0, with fees of 0.07 x (3 x 0.2499 + 2 x 0.2496).
pub(super) fn purchase() -> Heard {
    Heard::of(&PURCHASE)
}

const PURCHASE: [(u64, &str, &str); 4] = [
    (0, "crowd", "ask 3 @ 0.52"),
    (0, "crowd", "ask 3 @ 0.51"),
    (0, "crowd", "ask 2 @ 0.52"),
    (0, "bot", "bid 5 @ 0.52"),
];

/// The bot wants 9 at once where there are 8.
fn eight() -> Heard {
    Heard::of(&[PURCHASE[0], PURCHASE[1], PURCHASE[2], (0, "bot", "bid 9 @ 0.52 ioc")])
}

/// The story of the purchase and of what is said after it.
fn then(more: &[(u64, &'static str, &'static str)]) -> Heard {
    Heard::of(&[&PURCHASE, more].concat())
}

/// The bot bids 9 at 0.50 in a group of 3 contracts (#0), and sells of it 2 at 1 s and 2 at 16 s, as
/// far as the first 2 count no more, and 2 at 17 s: 4 within the window, so that the rest goes, and
/// the bid at 18 s comes in without a group.
fn group() -> Heard {
    Heard::of(&[
        (0, "bot", "group 3"),
        (0, "bot", "bid 9 @ 0.50 in 0"),
        (1, "crowd", "ask 2 @ 0.50"),
        (16, "crowd", "ask 2 @ 0.50"),
        (17, "crowd", "ask 2 @ 0.50"),
        (18, "bot", "bid 1 @ 0.40"),
    ])
}

/// The bot bids 9 at 0.50 in a group of 3 contracts, and sells of it 2 at 1 s and 2 at 15 s: 4 within
/// the window, so that the rest goes.
fn hit() -> Heard {
    Heard::of(&[
        (0, "bot", "group 3"),
        (0, "bot", "bid 9 @ 0.50 in 0"),
        (1, "crowd", "ask 2 @ 0.50"),
        (15, "crowd", "ask 2 @ 0.50"),
    ])
}

pub(super) fn truths() -> Vec<Lie> {
    vec![
        lie("a purchase", purchase(), |_| ()),
        lie("a group that is triggered", group(), |_| ()),
        lie("a group that is triggered as the window ends", hit(), |_| ()),
        lie("a post-only order that rests", then(&[(1, "bot", "bid 1 @ 0.51 post")]), |_| ()),
        lie("a reduce-only sale", sale("ask 5 @ 0.40 ioc"), reduce_only),
        lie("an amend that trades", then(&[(1, "crowd", "amend #0 to 3 @ 0.53")]), |_| ()),
    ]
}

fn with_fill(what: &'static str, number: usize, change: fn(&mut FillReport)) -> Lie {
    lie(what, purchase(), |story| change(story.last().fills()[number]))
}

fn in_last(what: &'static str, story: Heard, change: fn(&mut Told)) -> Lie {
    lie(what, story, |story| change(story.last()))
}

/// The first maker is said to be another order.
fn first_maker(what: &'static str, number: usize) -> Lie {
    lie(what, purchase(), |story| {
        let order = story.order(number);
        story.last().fills()[1].order = order;
    })
}

pub(super) fn worse_first() -> Vec<Lie> {
    // #1 rests at 0.51.
    let undead = lie("a maker that filled whole is passed over", purchase(), |story| {
        let maker = format!("{:?}, client_order", story.order(1));
        let place = story.last().events.iter().position(|event| {
            let words = format!("{event:?}");
            words.contains("Ended") && words.contains(&maker)
        });
        story.last().events.remove(place.unwrap());
    });
    vec![
        first_maker("0.52 fills before 0.51", 0),
        first_maker("0.52 fills before 0.51, later too", 2),
        undead,
    ]
}

pub(super) fn later_first() -> Vec<Lie> {
    vec![lie("#2 fills while #0 rests at the same price, longer", purchase(), |story| {
        let order = story.order(2);
        story.last().fills()[3].order = order;
    })]
}

/// Both fills and the trade are told at another price.
fn at(price: &'static str) -> impl FnOnce(&mut Heard) {
    move |story| {
        let price: Price = price.parse().unwrap();
        let told = story.last();
        for fill in told.fills().into_iter().take(2) {
            fill.price = price;
        }
        let place = told.place("Trade {");
        let ExchangeEvent::Trade { price: traded, .. } = &mut told.events[place] else {
            unreachable!()
        };
        *traded = price;
    }
}

pub(super) fn other_prices() -> Vec<Lie> {
    // The maker's limit is 0.51, the taker's 0.52.
    vec![
        lie("a trade a cent below the maker's limit", purchase(), at("0.50")),
        lie("a trade at the taker's limit", purchase(), at("0.52")),
        lie("a trade beyond the taker's limit", purchase(), at("0.53")),
    ]
}

pub(super) fn unequal_fills() -> Vec<Lie> {
    let events = |what, change| in_last(what, purchase(), change);
    vec![
        with_fill("the maker fills 0.01 more", 1, |fill| fill.quantity += Quantity::STEP),
        with_fill("the taker fills 0.01 more", 0, |fill| fill.quantity += Quantity::STEP),
        with_fill("the maker fills in another trade", 1, |fill| {
            fill.trade = fillgap::units::TradeId::new(1);
        }),
        events("the makers' fills are missing", |told| told.conceal("Maker")),
        events("the takers' fills are missing", |told| told.conceal("Taker")),
        events("the maker fills twice", |told| told.repeat("Maker")),
        events("the fills are of no trade", |told| told.conceal("Trade {")),
        events("a trade is of nothing", |told| {
            let place = told.place("Trade {");
            if let ExchangeEvent::Trade { quantity, .. } = &mut told.events[place] {
                *quantity = Quantity::ZERO;
            }
        }),
        events("a trade has no number of its own", |told| {
            for event in &mut told.events {
                if let ExchangeEvent::Trade { trade, .. } = event {
                    *trade = fillgap::units::TradeId::new(0);
                }
            }
        }),
    ]
}

/// The last end in a request: the taker's.
fn last_end(told: &mut Told) -> (&mut OrderEnd, &mut Quantity) {
    let ends = told.executions().filter_map(|execution| match execution {
        Execution::Ended { end, unfilled, .. } => Some((end, unfilled)),
        _ => None,
    });
    ends.last().unwrap()
}

pub(super) fn lost_contracts() -> Vec<Lie> {
    let taker_lives = lie("an order with nothing left does not end", purchase(), |story| {
        let last = story.last().events.iter().rposition(|it| format!("{it:?}").contains("Ended"));
        story.last().events.remove(last.unwrap());
    });
    let decreased = then(&[(1, "crowd", "decrease #2 by 1")]);
    let amended = then(&[(1, "crowd", "amend #2 to 3 @ 0.53")]);
    vec![
        taker_lives,
        in_last("an order ends with 0.01 unfilled of nothing", purchase(), |told| {
            *last_end(told).1 = Quantity::STEP;
        }),
        in_last("an order is canceled that filled", purchase(), |told| {
            *last_end(told).0 = OrderEnd::Canceled;
        }),
        in_last("a decrease that takes nothing off", decreased, |told| {
            for execution in told.executions() {
                if let Execution::Decreased { remaining, .. } = execution {
                    *remaining = "2".parse().unwrap();
                }
            }
        }),
        in_last("an amend leaves 0.01 more than it asks for", amended, |told| {
            for execution in told.executions() {
                if let Execution::Amended { remaining, .. } = execution {
                    *remaining += Quantity::STEP;
                }
            }
        }),
        lie("0.01 more rest than remain", purchase(), |story| {
            story.state.markets[0].asks.orders[0].remaining += Quantity::STEP;
        }),
    ]
}

pub(super) fn outlived() -> Vec<Lie> {
    let asked_as = |what, time_in_force: TimeInForce| {
        lie(what, purchase(), move |story| story.told[0].asked().time_in_force = time_in_force)
    };
    let killed = |what, reason: RejectReason| {
        lie(what, purchase(), move |story| {
            story.last().reply = Some(Reply::Rejected(reason));
            story.last().events.clear();
        })
    };
    vec![
        asked_as("immediate or cancel rests", TimeInForce::ImmediateOrCancel),
        asked_as("fill or kill rests", TimeInForce::FillOrKill),
        in_last("fill or kill fills 8 of 9", eight(), |told| {
            told.asked().time_in_force = TimeInForce::FillOrKill;
        }),
        killed("8 are there, 5 are killed", RejectReason::FillOrKillInsufficientVolume),
        killed("an order that may take is refused", RejectReason::PostOnlyCross),
        in_last("a post-only order takes", purchase(), |told| {
            told.asked().crossing = Crossing::PostOnly;
        }),
        in_last(
            "a post-only order is refused and nothing is there",
            then(&[(1, "bot", "bid 1 @ 0.51 post")]),
            |told| {
                told.reply = Some(Reply::Rejected(RejectReason::PostOnlyCross));
                told.events.clear();
            },
        ),
        in_last("5 end unfilled, and 8 are there", purchase(), |told| {
            told.asked().time_in_force = TimeInForce::ImmediateOrCancel;
            told.conceal("Filled");
            for gone in ["Trade {", "Quote", "Funds"] {
                told.conceal(gone);
            }
            let first = told.place("Ended");
            told.events.remove(first);
            *last_end(told).0 = OrderEnd::NotFilledAtOnce;
            *last_end(told).1 = "5".parse().unwrap();
        }),
    ]
}

pub(super) fn unmatched() -> Vec<Lie> {
    let concealed = |told: &mut Told| {
        told.events.retain(|event| {
            let words = format!("{event:?}");
            words.contains("Accepted") || words.contains("Amended") || words.contains("Funds")
        });
    };
    vec![
        in_last("an order rests that could trade", purchase(), concealed),
        in_last(
            "an amended order rests that could trade",
            then(&[(1, "bot", "bid 1 @ 0.50"), (2, "bot", "amend #4 to 1 @ 0.52")]),
            concealed,
        ),
    ]
}

pub(super) fn own_trades() -> Vec<Lie> {
    let meeting = |how: &'static str| Heard::of(&[(0, "bot", "ask 4 @ 0.51"), (1, "bot", how)]);
    let told_as = |what, how, rule| {
        lie(what, meeting(how), move |story| story.last().asked().self_trade = rule)
    };
    let (taker, maker) = (SelfTradePrevention::TakerAtCross, SelfTradePrevention::Maker);
    vec![
        told_as("a trade where the taker must stop", "bid 5 @ 0.51", Some(taker)),
        told_as("a trade where the maker must go", "bid 5 @ 0.51", Some(maker)),
        told_as("a taker stops without a rule", "bid 5 @ 0.51 apart taker", None),
        told_as("a maker goes without a rule", "bid 5 @ 0.51 apart maker", None),
        told_as("a maker goes where the taker stops", "bid 5 @ 0.51 apart maker", Some(taker)),
        told_as("a taker stops where the maker goes", "bid 5 @ 0.51 apart taker", Some(maker)),
        lie("a taker stops a cent before its own", meeting("bid 5 @ 0.51 apart taker"), |story| {
            let limit: Price = "0.50".parse().unwrap();
            story.last().asked().limit_price = limit;
            for execution in story.last().executions() {
                if let Execution::Accepted { limit_price, .. } = execution {
                    *limit_price = limit;
                }
            }
        }),
    ]
}

/// The bot buys 5, somebody else bids 4 and 4, and the bot sells.
fn sale(what: &'static str) -> Heard {
    then(&[(1, "crowd", "bid 4 @ 0.45"), (1, "crowd", "bid 4 @ 0.44"), (2, "bot", what)])
}

fn reduce_only(story: &mut Heard) {
    story.last().asked().effect = PositionEffect::ReduceOnly;
}

pub(super) fn opened() -> Vec<Lie> {
    vec![
        lie("nothing is held to reduce", purchase(), |story| {
            story.last().asked().time_in_force = TimeInForce::ImmediateOrCancel;
            reduce_only(story);
        }),
        lie("5.01 are sold of 5", sale("ask 5.01 @ 0.40 ioc"), reduce_only),
    ]
}

pub(super) fn over_the_limit() -> Vec<Lie> {
    let triggered = || {
        Heard::of(&[
            (0, "bot", "group 3"),
            (0, "bot", "bid 5 @ 0.50 in 0"),
            (1, "bot", "group 0 trigger"),
        ])
    };
    let asked_as = |what, request: GroupRequest| {
        lie(what, triggered(), move |story| story.last().request = Some(Request::Group(request)))
    };
    let group_0 = OrderGroupId::new(0);
    vec![
        lie("an order stays in a group that matched 4 of 3", group(), |story| {
            story.told[4].conceal("GroupCanceled");
            story.told[4].conceal("Quote");
        }),
        // 2 at 1 s and 2 within 15 s of it are 4; at 16 s the first do not count.
        lie("the window is a second longer", group(), |story| {
            story.told[3].at = time(15);
        }),
        lie("an order comes into a triggered group", group(), |story| {
            story.last().asked().group = Some(group_0);
        }),
        lie("an order comes into nobody's group", group(), |story| {
            story.last().asked().group = Some(OrderGroupId::new(1));
        }),
        lie("an order comes into another account's group", purchase(), |story| {
            let made = Heard::of(&[(0, "crowd", "group 3")]).told;
            story.told.splice(0..0, made);
            story.last().asked().group = Some(group_0);
        }),
        asked_as("a reset cancels orders", GroupRequest::Reset(group_0)),
        asked_as(
            "a limit cancels that is not hit",
            GroupRequest::SetLimit { group: group_0, contracts_limit: Quantity::STEP },
        ),
        lie("a match counts that is as old as the window", hit(), |story| {
            story.last().at = time(16);
        }),
        lie("a limit cancels that is hit and not exceeded", hit(), |story| {
            story.told[0].request = Some(Request::Group(GroupRequest::Create {
                contracts_limit: "4".parse().unwrap(),
            }));
        }),
        lie("a trigger cancels nothing", triggered(), |story| story.last().events.clear()),
    ]
}
