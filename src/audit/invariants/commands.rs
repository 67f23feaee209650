//! What must be true of time and of commands.

use std::fmt;

use crate::audit::command::{Change, Command, Deeds};
use crate::audit::command_audit::CommandEnd;
use crate::audit::entry::{Cause, Entry};
use crate::audit::invariant::{Invariant, Violation, broken};
use crate::audit::used_ids::Newness;
use crate::exchange::{BatchOrder, DecreaseToNoLess, ExchangeSettings};
use crate::protocol::{Amended, Canceled, Created, RejectReason, Reply, Request};
use crate::units::{ClientOrderId, OrderId, Quantity, RequestId, SimTime};

/// INV-22: time never goes back.
pub(in crate::audit) fn time_goes_on(before: SimTime, now: SimTime) -> Result<(), Violation> {
    if now >= before { Ok(()) } else { Err(broken(Invariant::TimeGoesOn, &(now, "after", before))) }
}

/// INV-22: orders expire in the order of their instants, at one instant in the order of acceptance.
pub(in crate::audit) fn expiries_go_in_order(
    last: Option<(SimTime, u64)>,
    next: (SimTime, u64),
) -> Result<(), Violation> {
    if last.is_some_and(|last| last >= next) {
        return Err(broken(Invariant::TimeGoesOn, &("expiry", next, "after", last)));
    }
    Ok(())
}

/// INV-23: one command is in flight at a time, and only then is there something to answer.
pub(in crate::audit) fn one_command_at_a_time(
    in_flight: Option<&Command>,
    next: &dyn fmt::Debug,
) -> Result<(), Violation> {
    match in_flight {
        None => Ok(()),
        Some(command) => Err(broken(Invariant::CommandsEndOnce, &(command, "before", next))),
    }
}

/// INV-23: what comes in, or in again, is what the command at hand asks for.
pub(in crate::audit) fn was_asked_for<T>(
    asked: Option<T>,
    told: &dyn fmt::Debug,
) -> Result<T, Violation> {
    asked.ok_or_else(|| broken(Invariant::CommandsEndOnce, &("nobody asked for", told)))
}

/// INV-23: a client order id takes effect once.
pub(in crate::audit) fn client_order_is_new(
    client_order: ClientOrderId,
    newness: Newness,
) -> Result<(), Violation> {
    match newness {
        Newness::New => Ok(()),
        Newness::Used => Err(broken(Invariant::CommandsEndOnce, &(client_order, newness))),
    }
}

/// INV-23: a command is sent once; what the link makes of it are copies.
pub(in crate::audit) fn command_is_new(
    request: RequestId,
    newness: Newness,
) -> Result<(), Violation> {
    match newness {
        Newness::New => Ok(()),
        Newness::Used => Err(broken(Invariant::CommandsEndOnce, &(request, "sent", newness))),
    }
}

/// INV-23: what ends was in flight. `copies` is how many of the command were.
pub(in crate::audit) fn command_was_in_flight(
    request: RequestId,
    end: CommandEnd,
    copies: usize,
) -> Result<(), Violation> {
    if copies > 0 {
        return Ok(());
    }
    Err(broken(Invariant::CommandsEndOnce, &(request, end, "was not in flight")))
}

/// INV-23: what did not end is in flight.
pub(in crate::audit) fn all_are_in_flight(open: usize, in_flight: usize) -> Result<(), Violation> {
    if open == in_flight {
        return Ok(());
    }
    Err(broken(Invariant::CommandsEndOnce, &(open, "did not end, in flight are", in_flight)))
}

/// INV-23: a command is accepted or refused, the reply says what happened, and a refused command
/// changes nothing.
pub(in crate::audit) fn command_ends_once(
    command: &Command,
    reply: &Reply,
    deeds: &Deeds,
    settings: &ExchangeSettings,
) -> Result<(), Violation> {
    let order_of_effect = settings.entry.batch_order;
    let changes = deeds.changes.as_slice();
    let is_told = match (&command.request, reply, deeds.entries.as_slice()) {
        (Request::Create(_), Reply::Created(reply), [entry]) => is_created(entry, reply),
        (Request::CreateBatch(orders), Reply::CreatedBatch(replies), entries) => {
            orders.len() == replies.len() && is_batch(replies, entries, order_of_effect)
        }
        (Request::Amend(amend), Reply::Amended(reply), [entry]) => {
            entry.id() == amend.order && is_amended(entry, reply)
        }
        (Request::Amend(amend), Reply::Amended(reply), []) => {
            let is_over = reply.filled.is_zero() && reply.remaining.is_zero();
            is_over && reply.order == amend.order && is_removed(changes, amend.order)
        }
        (Request::Cancel { order }, Reply::Canceled(reply), []) => {
            let (order, quantity) = (*order, reply.reduced_by);
            reply.order == order && changes == [Change::Removed { order, quantity }]
        }
        (Request::CancelBatch(orders), Reply::CanceledBatch(replies), []) => {
            let done = in_effect(replies, order_of_effect).into_iter().filter_map(|(_, reply)| {
                let Canceled { order, reduced_by: quantity } = *reply.as_ref().ok()?;
                Some(Change::Removed { order, quantity })
            });
            orders.len() == replies.len() && done.eq(changes.iter().copied())
        }
        (Request::Decrease { order, .. }, Reply::Decreased(reply), []) => {
            let (order, remaining) = (*order, reply.remaining);
            let is_lower = changes == [Change::Decreased { order, remaining }];
            let is_gone = remaining == Quantity::ZERO && is_removed(changes, order);
            let is_same = changes.is_empty()
                && settings.amend.decrease_to_no_less == DecreaseToNoLess::ChangesNothing;
            reply.order == order && (is_lower || is_gone || is_same)
        }
        (Request::CancelAll, Reply::CanceledAll, [])
        | (Request::Group(_), Reply::GroupCreated(_) | Reply::GroupChanged, []) => true,
        (Request::Read(_), _, []) | (_, Reply::Rejected(_), []) => changes.is_empty(),
        _ => false,
    };
    if is_told { Ok(()) } else { Err(broken(Invariant::CommandsEndOnce, &(command, reply, deeds))) }
}

/// Whether all that was done is that an order was removed.
fn is_removed(changes: &[Change], order: OrderId) -> bool {
    matches!(changes, [Change::Removed { order: removed, .. }] if *removed == order)
}

fn is_created(entry: &Entry, reply: &Created) -> bool {
    let told = (reply.order, reply.client_order, reply.filled, reply.remaining);
    told == (entry.id(), entry.trail.client_order, entry.filled(), entry.rests)
}

fn is_amended(entry: &Entry, reply: &Amended) -> bool {
    let told = (reply.order, reply.client_order, reply.filled, reply.remaining);
    told == (entry.id(), entry.trail.client_order, entry.filled(), entry.rests)
}

/// Items with their numbers, in the order of their effect.
fn in_effect<T>(items: &[T], order_of_effect: BatchOrder) -> Vec<(usize, &T)> {
    let mut items: Vec<_> = items.iter().enumerate().collect();
    if order_of_effect == BatchOrder::LastFirst {
        items.reverse();
    }
    items
}

/// Whether each item that was taken let one order in, and no other did.
fn is_batch(
    replies: &[Result<Created, RejectReason>],
    entries: &[Entry],
    order_of_effect: BatchOrder,
) -> bool {
    let taken = in_effect(replies, order_of_effect).into_iter().filter_map(|(item, reply)| {
        reply.as_ref().ok().map(|reply| (Cause::Created { item }, reply))
    });
    let mut entries = entries.iter();
    taken.into_iter().all(|(cause, reply)| {
        entries.next().is_some_and(|entry| entry.cause == cause && is_created(entry, reply))
    }) && entries.next().is_none()
}
