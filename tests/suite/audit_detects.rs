//! Whether the audit notices: true events of one story, each time with one lie in them.

use fillgap::audit::{ExchangeAudit, Rule};
use fillgap::exchange::{ExchangeEvent, ExchangeSettings};
use fillgap::market::TimeInForce;
use fillgap::protocol::{
    CreateOrder, Execution, FillReport, OrderEnd, PositionEffect, PrivateMessage, RejectReason,
    Reply, Request,
};
use fillgap::units::{Cash, OrderId, Position, Price, Quantity};

use crate::exchange_desk::{Desk, terms};

/// One request with what it came to.
struct Told {
    request: Request,
    events: Vec<ExchangeEvent>,
    reply: Reply,
}

/// The crowd offers 3 at 0.52 (#0), 3 at 0.51 (#1) and 2 at 0.52 (#2). The bot buys 5 at 0.52, in
/// the last request: 3 from #1, 2 from #0, with fees of 0.07 x (3 x 0.2499 + 2 x 0.2496).
fn story() -> (Desk, Vec<Told>) {
    let accounts = [("bot", "100"), ("crowd", "unlimited")];
    let mut desk = Desk::new(ExchangeSettings::default(), terms("1"), &accounts);
    let mut told = Vec::new();
    for (who, what) in [
        ("crowd", "ask 3 @ 0.52"),
        ("crowd", "ask 3 @ 0.51"),
        ("crowd", "ask 2 @ 0.52"),
        ("bot", "bid 5 @ 0.52"),
    ] {
        let request = desk.request(what);
        let reply = desk.ask(desk.now, who, &request);
        told.push(Told { request, events: desk.last_events.clone(), reply });
    }
    (desk, told)
}

/// The rule that an audit finds broken when the last request is told with a lie.
fn verdict(lie: impl FnOnce(&Desk, &mut Told)) -> Option<Rule> {
    let (desk, mut all) = story();
    lie(&desk, all.last_mut().unwrap());
    let mut audit = ExchangeAudit::new(&desk.exchange);
    let found = all.iter().try_for_each(|told| {
        told.events.iter().try_for_each(|event| audit.observe(event))?;
        audit.replied(&told.request, &told.reply)
    });
    found.and_then(|()| audit.check(&desk.exchange)).err().map(|violation| violation.rule)
}

/// The fills of the last request: taker and maker of the first match, then of the second.
fn fills(told: &mut Told) -> Vec<&mut FillReport> {
    let fill = |event| match event {
        &mut ExchangeEvent::Private(PrivateMessage {
            execution: Execution::Filled(ref mut fill),
            ..
        }) => Some(fill),
        _ => None,
    };
    told.events.iter_mut().filter_map(fill).collect()
}

/// The ends of the last request, in order: #1, then the taker.
fn ends(told: &mut Told) -> Vec<(&mut OrderId, &mut OrderEnd, &mut Quantity)> {
    let end = |event| match event {
        &mut ExchangeEvent::Private(PrivateMessage {
            execution: Execution::Ended { ref mut order, ref mut end, ref mut unfilled, .. },
            ..
        }) => Some((order, end, unfilled)),
        _ => None,
    };
    told.events.iter_mut().filter_map(end).collect()
}

fn is_about(event: &ExchangeEvent, text: &str) -> bool {
    format!("{event:?}").contains(text)
}

/// Removes the events that the text occurs in.
fn drop_events(told: &mut Told, text: &str) {
    told.events.retain(|event| !is_about(event, text));
}

/// Says an event twice.
fn repeat(told: &mut Told, text: &str) {
    let place = told.events.iter().position(|event| is_about(event, text)).unwrap();
    told.events.insert(place, told.events[place]);
}

#[test]
fn the_truth_passes() {
    assert_eq!(verdict(|_, _| ()), None);
}

#[test]
fn lies_about_matches_are_noticed() {
    let with_fill =
        |number: usize, lie: fn(&mut FillReport)| verdict(|_, told| lie(fills(told)[number]));
    // #0 and #2 at 0.52 while #1 rests at 0.51.
    let first_maker =
        |label: &'static str| verdict(move |desk, told| fills(told)[1].order = desk.order(label));
    assert_eq!(first_maker("#0"), Some(Rule::PricePriority));
    assert_eq!(first_maker("#2"), Some(Rule::PricePriority));
    // #2 while #0 rests at the same price, longer.
    let later = verdict(|desk, told| fills(told)[3].order = desk.order("#2"));
    assert_eq!(later, Some(Rule::TimePriority));

    assert_eq!(with_fill(1, |fill| fill.quantity += Quantity::STEP), Some(Rule::TwoEqualFills));
    assert_eq!(with_fill(0, |fill| fill.quantity += Quantity::STEP), Some(Rule::TwoEqualFills));
    let at_another_price = verdict(|_, told| {
        let price: Price = "0.50".parse().unwrap();
        for fill in fills(told) {
            fill.price = price;
        }
        for event in &mut told.events {
            if let ExchangeEvent::Trade { price: traded, .. } = event {
                *traded = price;
            }
        }
    });
    assert_eq!(at_another_price, Some(Rule::MakerPrice));
    assert_eq!(verdict(|_, told| drop_events(told, "Maker")), Some(Rule::TwoEqualFills));
    assert_eq!(verdict(|_, told| drop_events(told, "Taker")), Some(Rule::TwoEqualFills));
    assert_eq!(verdict(|_, told| repeat(told, "Maker")), Some(Rule::TwoEqualFills));
    assert_eq!(verdict(|_, told| drop_events(told, "Trade {")), Some(Rule::TwoEqualFills));
    let more = with_fill(0, |fill| fill.position_after += Position::new(1));
    assert_eq!(more, Some(Rule::PositionFollowsFills));
    let nothing_traded = verdict(|_, told| {
        told.events.retain(|event| is_about(event, "Accepted") || is_about(event, "Funds"));
    });
    assert_eq!(nothing_traded, Some(Rule::NeverCrossed));
}

#[test]
fn lies_about_orders_are_noticed() {
    assert_eq!(verdict(|_, told| repeat(told, "Accepted")), Some(Rule::OneLifePerOrder));
    assert_eq!(verdict(|_, told| drop_events(told, "Accepted")), Some(Rule::OneLifePerOrder));
    // The maker's end is missing, and it would be its turn again.
    let undead = verdict(|desk, told| {
        let maker = format!("{:?}", desk.order("#1"));
        told.events.retain(|event| !(is_about(event, "Ended") && is_about(event, &maker)));
    });
    assert_eq!(undead, Some(Rule::PricePriority));
    let taker_undead = verdict(|desk, told| {
        let taker = format!("{:?}", desk.order("#3"));
        told.events.retain(|event| !(is_about(event, "Ended") && is_about(event, &taker)));
    });
    assert_eq!(taker_undead, Some(Rule::OrderAddsUp));
    let unfilled = verdict(|_, told| *ends(told)[1].2 = Quantity::STEP);
    assert_eq!(unfilled, Some(Rule::OrderAddsUp));
    let canceled = verdict(|_, told| *ends(told)[1].1 = OrderEnd::Canceled);
    assert_eq!(canceled, Some(Rule::OrderAddsUp));
    let ends_twice = verdict(|_, told| repeat(told, "Ended"));
    assert_eq!(ends_twice, Some(Rule::OneLifePerOrder));
}

#[test]
fn lies_about_money_are_noticed() {
    // 0.07 x 3 x 0.2499 = 0.052479; the bound of one fill is a step of 0.0001 and 0.000001.
    let fee = |number: usize, change: &'static str| {
        verdict(move |_, told| fills(told)[number].fee += change.parse::<Cash>().unwrap())
    };
    assert_eq!(fee(0, "0.01"), Some(Rule::FeeWithinBounds));
    assert_eq!(fee(0, "-0.001"), Some(Rule::FeeWithinBounds));
    assert_eq!(fee(1, "-0.000001"), Some(Rule::FeeWithinBounds));
    // Within the bound, but not what the ledger booked.
    assert_eq!(fee(1, "0.00005"), Some(Rule::CashIsConserved));
    assert_eq!(verdict(|_, told| repeat(told, "FundsChanged")), Some(Rule::FundsAreTold));
    let wrong_funds = verdict(|_, told| {
        for event in &mut told.events {
            if let ExchangeEvent::FundsChanged { balance, .. } = event {
                balance.available += Cash::CENT;
            }
        }
    });
    assert_eq!(wrong_funds, Some(Rule::FundsAreTold));
}

#[test]
fn lies_about_quotes_are_noticed() {
    assert_eq!(verdict(|_, told| drop_events(told, "Quote")), Some(Rule::QuoteFollowsBook));
    assert_eq!(verdict(|_, told| repeat(told, "Quote")), Some(Rule::QuoteFollowsBook));
    let wrong = verdict(|_, told| {
        for event in &mut told.events {
            if let ExchangeEvent::QuoteChanged(message) = event {
                message.quote.bid = message.quote.ask;
            }
        }
    });
    assert_eq!(wrong, Some(Rule::QuoteFollowsBook));
}

#[test]
fn lies_in_replies_are_noticed() {
    let with_reply =
        |reply: fn(&Reply) -> Reply| verdict(|_, told| told.reply = reply(&told.reply));
    let other_fill = with_reply(|reply| match reply {
        Reply::Created(created) => {
            let mut created = *created;
            created.filled = "4".parse().unwrap();
            Reply::Created(created)
        }
        other => other.clone(),
    });
    assert_eq!(other_fill, Some(Rule::ReplyTellsTheTruth));
    let refused = with_reply(|_| Reply::Rejected(RejectReason::InsufficientBalance));
    assert_eq!(refused, Some(Rule::ReplyTellsTheTruth));
    // Said to be killed, with 8 contracts within its limit.
    let killed = verdict(|_, told| {
        told.reply = Reply::Rejected(RejectReason::FillOrKillInsufficientVolume);
        told.events.clear();
    });
    assert_eq!(killed, Some(Rule::TimeInForce));
    // Nothing was told at all, but the book moved.
    let silent = verdict(|_, told| {
        told.reply = Reply::Rejected(RejectReason::InsufficientBalance);
        told.events.clear();
    });
    assert_eq!(silent, Some(Rule::BookFollowsEvents));
}

/// The first request again, as if it had been immediate-or-cancel or fill-or-kill: it rests.
#[test]
fn an_order_that_rests_against_its_time_in_force_is_noticed() {
    for time_in_force in [TimeInForce::ImmediateOrCancel, TimeInForce::FillOrKill] {
        let (desk, all) = story();
        let mut audit = ExchangeAudit::new(&desk.exchange);
        let Request::Create(mut order) = all[0].request else { panic!("an order") };
        order.time_in_force = time_in_force;
        all[0].events.iter().try_for_each(|event| audit.observe(event)).unwrap();
        let found = audit.replied(&Request::Create(order), &all[0].reply).unwrap_err();
        assert_eq!(found.rule, Rule::TimeInForce);
    }
}

/// The bot's order, which filled, again as if it had been reduce-only: there was nothing to close.
#[test]
fn an_order_that_fills_beyond_what_it_could_close_is_noticed() {
    let (desk, all) = story();
    let mut audit = ExchangeAudit::new(&desk.exchange);
    let found = all.iter().find_map(|told| {
        told.events.iter().try_for_each(|event| audit.observe(event)).unwrap();
        let request = match &told.request {
            Request::Create(order) => {
                Request::Create(CreateOrder { effect: PositionEffect::ReduceOnly, ..*order })
            }
            other => other.clone(),
        };
        audit.replied(&request, &told.reply).err()
    });
    assert_eq!(found.unwrap().rule, Rule::ReduceOnlyCloses);
}

/// The bot's order is said to end unfilled, though 8 contracts rest within its limit.
#[test]
fn an_order_that_ends_before_it_met_what_it_could_is_noticed() {
    let verdict = verdict(|_, told| {
        told.events.retain(|event| is_about(event, "Accepted") || is_about(event, "OrderId(3)"));
        told.events.retain(|event| !is_about(event, "Filled") && !is_about(event, "Trade"));
        let (_, end, unfilled) = ends(told).pop().unwrap();
        (*end, *unfilled) = (OrderEnd::NotFilledAtOnce, "5".parse().unwrap());
    });
    assert_eq!(verdict, Some(Rule::TimeInForce));
}
