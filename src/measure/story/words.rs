//! Words for the things that a log speaks of.

use crate::protocol::record::{
    BeliefCause, BotTask, Holding, LimitRule, PassFailure, Standing, Wait,
};
use crate::protocol::{
    AmendOrder, Channel, CreateOrder, FaultKind, FaultSubject, FeedChange, GroupRequest,
    HttpStatus, Leg, OrderEnd, Purpose, Query, Quote, Reduction, TriggerKind,
};
use crate::units::{Cash, Position, Price, Quantity, Side};

/// `buy 100 at 0.65`.
pub(super) fn order(order: &CreateOrder) -> String {
    let verb = match order.side {
        Side::Bid => "buy",
        Side::Ask => "sell",
    };
    format!("{verb} {} at {}", order.quantity, order.limit_price)
}

/// `bid 0.64, ask 0.66`.
pub(super) fn quote(quote: Quote) -> String {
    let side = |price: Option<Price>| price.map_or("none".to_owned(), |price| price.to_string());
    format!("bid {}, ask {}", side(quote.bid), side(quote.ask))
}

/// `, stop 0.62, target 0.80`, or less.
pub(super) fn levels(stop: Option<Price>, target: Option<Price>) -> String {
    let stop = stop.map_or(String::new(), |level| format!(", stop {level}"));
    let target = target.map_or(String::new(), |level| format!(", target {level}"));
    stop + &target
}

/// `50 fill at 0.65`, or `70 fill (50 at 0.65, 20 at 0.64)`.
pub(super) fn bought(fills: &[(Price, Quantity)]) -> String {
    match fills {
        [(price, quantity)] => format!("{quantity} fill at {price}"),
        _ => format!("{} fill ({})", total(fills), each(fills)),
    }
}

/// `sells 100 at 0.60`, and what that does to a position that was smaller.
pub(super) fn sold(fills: &[(Price, Quantity)], before: Position, after: Position) -> String {
    let sold = match fills {
        [(price, quantity)] => format!("sells {quantity} at {price}"),
        _ => format!("sells {} ({})", total(fills), each(fills)),
    };
    if after.short().is_zero() {
        sold
    } else {
        format!("{sold}, {} before: short {} now", held(before), after.short())
    }
}

fn total(fills: &[(Price, Quantity)]) -> Quantity {
    fills.iter().map(|(_, quantity)| *quantity).sum()
}

fn each(fills: &[(Price, Quantity)]) -> String {
    let each = fills.iter().map(|(price, quantity)| format!("{quantity} at {price}"));
    each.collect::<Vec<_>>().join(", ")
}

/// What became of the contracts that did not fill.
pub(super) fn unfilled(end: OrderEnd, quantity: Quantity) -> String {
    match end {
        OrderEnd::Executed => "the order is complete".to_owned(),
        OrderEnd::Canceled => format!("{quantity} are canceled"),
        OrderEnd::Expired => format!("{quantity} expire"),
        OrderEnd::PostOnlyCross => format!("{quantity} would trade at once and are dropped"),
        OrderEnd::SelfTrade => format!("{quantity} would meet an own order and are dropped"),
        OrderEnd::NothingToClose => format!("{quantity} are dropped: nothing is left to close"),
        OrderEnd::GroupCanceled => format!("{quantity} are canceled with their order group"),
        OrderEnd::Unfunded => format!("{quantity} can not be paid and are canceled"),
        OrderEnd::Halted => format!("{quantity} are canceled by a pause"),
        OrderEnd::MarketClosed => format!("{quantity} are canceled as the market closes"),
        OrderEnd::NotFilledAtOnce => format!("{quantity} do not fill at once and are dropped"),
    }
}

/// How an order is that came to its end.
pub(super) const fn ended(end: OrderEnd) -> &'static str {
    match end {
        OrderEnd::Executed => "complete",
        OrderEnd::Canceled
        | OrderEnd::GroupCanceled
        | OrderEnd::Unfunded
        | OrderEnd::Halted
        | OrderEnd::MarketClosed => "canceled",
        OrderEnd::Expired => "expired",
        OrderEnd::PostOnlyCross
        | OrderEnd::SelfTrade
        | OrderEnd::NothingToClose
        | OrderEnd::NotFilledAtOnce => "dropped",
    }
}

/// The name of a level.
pub(super) const fn trigger(trigger: TriggerKind) -> &'static str {
    match trigger {
        TriggerKind::Stop => "stop",
        TriggerKind::Target => "target",
    }
}

/// The name of a limit.
pub(super) const fn rule(rule: LimitRule) -> &'static str {
    match rule {
        LimitRule::TotalExposure => "total exposure limit",
        LimitRule::EventExposure => "event exposure limit",
    }
}

/// What is waited for.
pub(super) const fn wait(wait: Wait) -> &'static str {
    match wait {
        Wait::Entry => "the entry's fill",
        Wait::Exit => "the exit's fill",
    }
}

/// Why a pass failed.
pub(super) const fn failure(failure: PassFailure) -> &'static str {
    match failure {
        PassFailure::Reconcile => "the reconciler fails, as it does on every call",
        PassFailure::EmptyAverage => "the settlement divides by the number of open records, zero",
        PassFailure::ExitUnanswered => "an exit was not answered in time",
    }
}

/// Which task waits for a lock.
pub(super) const fn task(task: BotTask) -> &'static str {
    match task {
        BotTask::Strategy => "the strategy's task",
        BotTask::Stops => "the stops' task",
    }
}

/// Why a request is sent.
pub(super) fn purpose(purpose: Purpose) -> String {
    match purpose {
        Purpose::Entry { signal } => format!("entry for signal {signal}"),
        Purpose::Exit { record, trigger: kind } => format!("{} of {record}", trigger(kind)),
        Purpose::Follow => "to follow an order".to_owned(),
        Purpose::Reconcile => "to reconcile".to_owned(),
        Purpose::Decide => "to decide".to_owned(),
    }
}

/// What a read asks for.
pub(super) fn query(query: &Query) -> String {
    match query {
        Query::Order(order) => order.to_string(),
        Query::OrderByClient(client_order) => client_order.to_string(),
        Query::Orders => "the orders".to_owned(),
        Query::Fills => "the fills".to_owned(),
        Query::Positions => "the positions".to_owned(),
        Query::Balance => "the balance".to_owned(),
        Query::Quote(market) => format!("the quote of {market}"),
        Query::Book(market) => format!("the book of {market}"),
        Query::QueuePosition(order) => format!("the queue position of {order}"),
        Query::QueuePositions(market) => format!("the queue positions in {market}"),
        Query::Group(group) => group.to_string(),
        Query::Groups => "the order groups".to_owned(),
        Query::ExchangeStatus => "the status of the exchange".to_owned(),
        Query::MarketStatus(market) => format!("the status of {market}"),
    }
}

/// A batch of orders.
pub(super) fn batch(orders: &[CreateOrder]) -> String {
    orders.iter().map(order).collect::<Vec<_>>().join("; ")
}

/// An amend.
pub(super) fn amend(amend: &AmendOrder) -> String {
    format!("amend {} to {} at {}", amend.order, amend.quantity, amend.limit_price)
}

/// `by 3` or `to 3`.
pub(super) fn reduction(reduction: Reduction) -> String {
    match reduction {
        Reduction::By(quantity) => format!("by {quantity}"),
        Reduction::To(quantity) => format!("to {quantity}"),
    }
}

/// What is done with an order group.
pub(super) fn group(request: &GroupRequest) -> String {
    match request {
        GroupRequest::Create { contracts_limit } => {
            format!("make an order group for {contracts_limit}")
        }
        GroupRequest::SetLimit { group, contracts_limit } => {
            format!("limit {group} to {contracts_limit}")
        }
        GroupRequest::Trigger(group) => format!("trigger {group}"),
        GroupRequest::Reset(group) => format!("reset {group}"),
        GroupRequest::Delete(group) => format!("delete {group}"),
    }
}

/// `a profit of 3.50` or `a loss of 3.50`.
pub(super) fn result(amount: Cash) -> String {
    let kind = if amount.is_negative() { "loss" } else { "profit" };
    format!("a {kind} of {}", amount.abs())
}

/// `50 held`, `nothing held`, `short 50`.
pub(super) fn held(position: Position) -> String {
    match position.hundredths() {
        0 => "nothing held".to_owned(),
        1.. => format!("{position} held"),
        _ => format!("short {}", position.short()),
    }
}

/// `50`, `50 short`.
fn contracts(stake: Position) -> String {
    if stake.short().is_zero() { stake.to_string() } else { format!("{} short", stake.short()) }
}

/// `private_feed breaks`.
pub(super) fn feed(channel: Channel, change: FeedChange) -> String {
    let change = match change {
        FeedChange::Lost => "breaks",
        FeedChange::Restored => "is back",
    };
    format!("{} {change}", channel.name())
}

/// What a fault happens to: `request 3`.
pub(super) fn subject(subject: FaultSubject, leg: Leg) -> String {
    match (subject, leg) {
        (FaultSubject::Request(request), Leg::Reply) => format!("the answer to {request}"),
        (FaultSubject::Request(request), _) => request.to_string(),
        (FaultSubject::Report(sequence), _) => sequence.to_string(),
        (FaultSubject::Quote(_), _) => "a quote".to_owned(),
    }
}

/// `request 3 on order_entry is lost`.
pub(super) fn fault(channel: Channel, kind: FaultKind, subject: &str) -> String {
    let happens = match kind {
        FaultKind::Lost => "is lost".to_owned(),
        FaultKind::LostInOutage => "is lost in an outage".to_owned(),
        FaultKind::Duplicated => "will arrive twice".to_owned(),
        FaultKind::Reordered => "is held back".to_owned(),
        FaultKind::Slowed => "is slow in a busy market".to_owned(),
        FaultKind::Refused(status) => format!("is refused with {status} before any effect"),
        FaultKind::Masked(error) => {
            format!("becomes {}, though it was done", HttpStatus::Server(error))
        }
        FaultKind::ReadFailed(status) => format!("fails with {status}"),
        FaultKind::RateLimited => {
            format!("exceeds the rate limit: {}", HttpStatus::TooManyRequests)
        }
        FaultKind::NotSubscribed => "does not come: nobody subscribed again".to_owned(),
    };
    format!("{subject} on {} {happens}", channel.name())
}

/// Why a belief changed, told by what the record says now.
pub(super) fn belief(cause: BeliefCause, before: Option<&Holding>, now: &Holding) -> String {
    let Holding { stake, standing, .. } = *now;
    let over = stake.is_flat() || standing == Standing::Settled;
    match (cause, before) {
        (BeliefCause::EntryAssumed, _) => format!("takes {stake} as filled, without asking"),
        (BeliefCause::EntryConfirmed, _) => format!("learns that {stake} filled"),
        (BeliefCause::Reconciled, None) => {
            let guard = if now.stop.is_none() { ", without a stop" } else { "" };
            let stake = contracts(stake);
            format!("reconciles: the exchange shows {stake} that it did not know{guard}")
        }
        (BeliefCause::Reconciled, Some(_)) if standing == Standing::Settled => {
            "reconciles: settles the record".to_owned()
        }
        (BeliefCause::Reconciled, Some(_)) if over => {
            "reconciles: takes everything off the record".to_owned()
        }
        (BeliefCause::Reconciled, Some(_)) => {
            format!("reconciles: the exchange shows {}", contracts(stake))
        }
        (BeliefCause::ExitSent, _) if over => "takes all as sold, without asking".to_owned(),
        (BeliefCause::ExitSent, _) => "marks the record as closing".to_owned(),
        (BeliefCause::ExitConfirmed, _) if over => "learns that all is sold".to_owned(),
        (BeliefCause::ExitConfirmed, _) => format!("learns of the sale, {stake} left"),
        (BeliefCause::ExitAbandoned, _) => {
            format!("gives up following the exit, believes {stake}")
        }
        (BeliefCause::Restarted, _) if over => {
            "starts anew from its file, without this record".to_owned()
        }
        (BeliefCause::Restarted, _) => format!("starts anew from its file, which says {stake}"),
        (BeliefCause::Told, _) => format!("is told the truth: {stake}"),
        (BeliefCause::MarketPaid, _) => "learns that the market paid".to_owned(),
        (BeliefCause::EntryAbandoned, _) => "gives up an entry that was never answered".to_owned(),
    }
}
