//! Lies about time and about commands.

use fillgap::audit::{CommandAudit, CommandEnd, Invariant};
use fillgap::exchange::ExchangeEvent;
use fillgap::protocol::{Execution, RejectReason, Reply, Request};
use fillgap::units::{OrderId, Quantity, RequestId};

use super::heard::{Heard, Told, time};
use super::order_lies::purchase;
use super::{Lie, lie};

/// The crowd's bids end at 8, 10 and 10 s (#0, #1, #2); all is heard at 10 s.
fn expiries() -> Heard {
    Heard::of(&[
        (0, "crowd", "bid 1 @ 0.40 until 8"),
        (0, "crowd", "bid 1 @ 0.41 until 10"),
        (1, "crowd", "bid 1 @ 0.42 until 10"),
        (10, "crowd", "wait"),
    ])
}

/// The bot's bids of 5 (#0) and 2 (#1), and what it then does with them.
fn then(what: &'static str) -> Heard {
    Heard::of(&[(0, "bot", "bid 5 @ 0.30"), (0, "bot", "bid 2 @ 0.31"), (1, "bot", what)])
}

pub(super) fn truths() -> Vec<Lie> {
    let all = [
        "cancel #0",
        "cancel #0 #1",
        "cancel all",
        "decrease #0 by 1",
        "decrease #0 by 9",
        "amend #0 to 4 @ 0.30 as 7",
        "amend #0 to 7 @ 0.32",
        "batch bid 1 @ 0.10, bid 0 @ 0.10, bid 2 @ 0.10",
        "batch bid 1 @ 0.10 as 7, bid 1 @ 0.10 as 7",
        "group 5",
    ];
    let stories = all.into_iter().map(|what| (what, then(what)));
    stories.chain([lie("expiries", expiries(), |_| ())]).collect()
}

pub(super) fn out_of_time() -> Vec<Lie> {
    let swapped = |what, first: usize, second: usize| {
        lie(what, expiries(), move |story| {
            let told = [story.order(first), story.order(second)];
            let events = &mut story.last().events;
            let place = |order: &OrderId, events: &[ExchangeEvent]| {
                let words = format!("{order:?}, client_order");
                events.iter().position(|event| format!("{event:?}").contains(&words)).unwrap()
            };
            let (one, other) = (place(&told[0], events), place(&told[1], events));
            events.swap(one, other);
            events.retain(|event| !matches!(event, ExchangeEvent::QuoteChanged(_)));
        })
    };
    vec![
        lie("an event happens before the one before", purchase(), |story| {
            story.told[0].at = time(1);
        }),
        lie("a command comes before what happened", expiries(), |story| {
            story.told[1].at = time(2);
        }),
        swapped("an order expires before one that is due earlier", 0, 1),
        swapped("an order expires before an older one of the same instant", 1, 2),
    ]
}

fn in_last(what: &'static str, story: Heard, change: fn(&mut Told)) -> Lie {
    lie(what, story, |story| change(story.last()))
}

fn created(told: &mut Told) -> &mut fillgap::protocol::Created {
    match &mut told.reply {
        Some(Reply::Created(created)) => created,
        other => panic!("not created: {other:?}"),
    }
}

fn refuse(told: &mut Told) {
    told.reply = Some(Reply::Rejected(RejectReason::InsufficientBalance));
}

pub(super) fn wrong_answers() -> Vec<Lie> {
    [of_new_orders(), of_refusals(), of_changes()].concat()
}

fn of_new_orders() -> Vec<Lie> {
    vec![
        in_last("0.01 more is said to have filled", purchase(), |told| {
            created(told).filled += Quantity::STEP;
        }),
        in_last("0.01 is said to rest", purchase(), |told| {
            created(told).remaining = Quantity::STEP;
        }),
        in_last("another order is said to have come in", purchase(), |told| {
            created(told).order = OrderId::new(99);
        }),
        in_last("an order that came in is refused", purchase(), refuse),
        in_last("an order comes in that nobody asked for", purchase(), |told| told.request = None),
        in_last("an order comes in on another side", purchase(), |told| {
            told.asked().side = fillgap::units::Side::Ask;
        }),
        in_last("an order comes in with 0.01 more", purchase(), |told| {
            told.asked().quantity -= Quantity::STEP;
        }),
        lie("a command is not answered", purchase(), |story| story.told[2].reply = None),
        lie("the last command is not answered", purchase(), |story| story.last().reply = None),
        lie("a command is answered twice", purchase(), |story| {
            let mut again = story.told[0].clone();
            (again.request, again.events) = (None, Vec::new());
            story.told.insert(1, again);
        }),
        lie("a client order id takes effect twice", purchase(), |story| {
            let used = story.told[1].asked().client_order;
            repeat_client_order(&mut story.told[2], used);
        }),
    ]
}

fn of_refusals() -> Vec<Lie> {
    let refusals = [
        ("a cancel that is refused cancels", "cancel #0"),
        ("a cancel of several that is refused cancels", "cancel #0 #1"),
        ("a cancel of all that is refused cancels", "cancel all"),
        ("a decrease that is refused decreases", "decrease #0 by 1"),
        ("an amend that is refused changes", "amend #0 to 4 @ 0.30"),
        ("a batch that is refused comes in", "batch bid 1 @ 0.10, bid 2 @ 0.10"),
    ];
    refusals.map(|(what, asked)| in_last(what, then(asked), refuse)).into()
}

fn of_changes() -> Vec<Lie> {
    vec![
        in_last("0.01 more is said to be canceled", then("cancel #0"), |told| {
            if let Some(Reply::Canceled(canceled)) = &mut told.reply {
                canceled.reduced_by += Quantity::STEP;
            }
        }),
        in_last("0.01 more is said to remain", then("decrease #0 by 1"), |told| {
            if let Some(Reply::Decreased(decreased)) = &mut told.reply {
                decreased.remaining += Quantity::STEP;
            }
        }),
        in_last("0.01 more is said to rest", then("amend #0 to 7 @ 0.32"), |told| {
            if let Some(Reply::Amended(amended)) = &mut told.reply {
                amended.remaining += Quantity::STEP;
            }
        }),
        in_last("one of two that came in is refused", then("batch bid 1 @ 0.10, bid 2 @ 0.10"), {
            |told| {
                if let Some(Reply::CreatedBatch(items)) = &mut told.reply {
                    items[1] = Err(RejectReason::InsufficientBalance);
                }
            }
        }),
        in_last("another order is amended", then("amend #0 to 4 @ 0.30"), |told| {
            if let Some(Request::Amend(amend)) = &mut told.request {
                amend.order = OrderId::new(99);
            }
        }),
        in_last("an order is removed by a read", then("cancel #0"), |told| {
            told.request = Some(Request::Read(fillgap::protocol::Query::Orders));
            told.reply = Some(Reply::Orders(Vec::new()));
        }),
    ]
}

/// The order comes in under an id that was used.
fn repeat_client_order(told: &mut Told, used: fillgap::units::ClientOrderId) {
    told.asked().client_order = used;
    created(told).client_order = used;
    for execution in told.executions() {
        if let Execution::Accepted { client_order, .. } = execution {
            *client_order = used;
        }
    }
}

/// Copies of commands on their way: what sets out comes to one end.
#[test]
fn every_copy_of_a_command_comes_to_one_end() {
    let request = RequestId::new;
    let broken = |found: Result<(), fillgap::audit::Violation>| found.unwrap_err().invariant;
    let mut audit = CommandAudit::default();
    audit.sent(request(4), 2).unwrap();
    audit.sent(request(5), 0).unwrap();
    audit.check(2).unwrap();
    assert_eq!(broken(audit.sent(request(5), 1)), Invariant::CommandsEndOnce);
    assert_eq!(broken(audit.ended(request(5), CommandEnd::Answered)), Invariant::CommandsEndOnce);
    audit.ended(request(4), CommandEnd::TurnedAway).unwrap();
    assert_eq!(broken(audit.check(2)), Invariant::CommandsEndOnce);
    assert_eq!(broken(audit.check(0)), Invariant::CommandsEndOnce);
    audit.ended(request(4), CommandEnd::Answered).unwrap();
    assert_eq!(broken(audit.ended(request(4), CommandEnd::Answered)), Invariant::CommandsEndOnce);
    audit.check(0).unwrap();
}
