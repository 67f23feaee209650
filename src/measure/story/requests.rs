//! What the bot asks of the exchange, and what goes wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use crate::measure::state::State;
use crate::measure::story::orders::Orders;
use crate::measure::story::{Line, words};
use crate::protocol::record::Answer;
use crate::protocol::{
    AmendOrder, Channel, FaultKind, FaultSubject, Leg, Purpose, Query, Reduction, RejectReason,
    Request,
};
use crate::units::{MarketId, RequestId, SimTime};

/// What is under way.
#[derive(Debug, Default)]
pub(super) struct Requests {
    /// Requests that may be refused.
    asked: BTreeMap<RequestId, Asked>,
    /// What the reads that are under way ask for. They are told only when they go wrong.
    reads: BTreeMap<RequestId, Line>,
    /// Markets of which no price comes any more, since the reconnect that subscribed to nothing.
    silent: BTreeSet<MarketId>,
}

/// A request that the exchange may refuse.
#[derive(Debug)]
struct Asked {
    market: Option<MarketId>,
    what: String,
    /// When the exchange refused it.
    refused: Option<SimTime>,
}

impl Requests {
    /// A request that may change something; a read is only kept in mind.
    pub(super) fn tell_sent(
        &mut self,
        state: &State,
        orders: &mut Orders,
        request: RequestId,
        body: &Request,
        purpose: Purpose,
    ) -> Option<Line> {
        if let Request::Read(query) = body {
            self.reads.insert(request, read(state, orders, query));
            return None;
        }
        let (market, what) = asked_for(state, orders, body)?;
        let asked = Asked { market, what: what.clone(), refused: None };
        self.asked.insert(request, asked);
        Some((market, format!("sends {what}{}", exit_of(purpose))))
    }

    /// The exchange refuses; the bot may learn of it later.
    pub(super) fn tell_refusal(
        &mut self,
        time: SimTime,
        request: RequestId,
        reason: RejectReason,
    ) -> Option<Line> {
        let asked = self.asked.get_mut(&request)?;
        asked.refused = Some(time);
        Some((asked.market, format!("the exchange refuses to {}: {reason}", asked.what)))
    }

    /// An answer reaches the bot. A refusal is news unless it was told in this instant.
    pub(super) fn tell_answer(
        &mut self,
        time: SimTime,
        request: RequestId,
        answer: Answer,
    ) -> Option<Line> {
        self.reads.remove(&request);
        let Asked { market, what, refused } = self.asked.remove(&request)?;
        match answer {
            Answer::Done => None,
            Answer::Rejected(reason) => {
                let line = format!("learns that the exchange refused to {what}: {reason}");
                (refused != Some(time)).then_some((market, line))
            }
            Answer::Failed(status) => {
                Some((market, format!("asked to {what}, and is answered with status {status}")))
            }
        }
    }

    /// The bot waits no longer for an answer.
    pub(super) fn tell_gave_up(&self, request: RequestId) -> Option<Line> {
        let (market, what) = self.what(request)?;
        Some((market, format!("stops waiting for the answer to its request to {what}")))
    }

    /// A fault that takes something away from the bot, or hides something. Quotes are many, so of
    /// those only the first that nobody subscribed to is told, and a delay shows in what comes late.
    pub(super) fn tell_fault(
        &mut self,
        at: (Channel, Leg),
        kind: FaultKind,
        subject: FaultSubject,
    ) -> Option<Line> {
        let is_delay = matches!(kind, FaultKind::Slowed | FaultKind::Reordered);
        if is_delay {
            return None;
        }
        let (market, name) = match subject {
            FaultSubject::Quote(market) => {
                let is_news = kind == FaultKind::NotSubscribed && self.silent.insert(market);
                return is_news.then(|| (Some(market), words::fault(at.0, kind, "a new price")));
            }
            FaultSubject::Report(_) => (None, words::subject(subject, at.1)),
            FaultSubject::Request(request) => {
                let (market, what) = self.what(request)?;
                let answer = if at.1 == Leg::Reply { "the answer to " } else { "" };
                (market, format!("{answer}its request to {what}"))
            }
        };
        Some((market, words::fault(at.0, kind, &name)))
    }

    /// A feed broke or is back: what it does not bring is news again.
    pub(super) fn hear(&mut self, channel: Channel) {
        if channel == Channel::PublicFeed {
            self.silent.clear();
        }
    }

    /// What a request asks for, and where.
    fn what(&self, request: RequestId) -> Option<(Option<MarketId>, &str)> {
        let asked = self.asked.get(&request).map(|asked| (asked.market, asked.what.as_str()));
        asked.or_else(|| self.reads.get(&request).map(|(market, what)| (*market, what.as_str())))
    }
}

/// What a read asks for.
fn read(state: &State, orders: &Orders, query: &Query) -> Line {
    match query {
        Query::Order(order) => {
            let (market, name) = orders.name(state, *order);
            (market, format!("read the order to {name}"))
        }
        query => (None, format!("read {}", words::query(query))),
    }
}

/// What a request asks for, unless it only looks.
fn asked_for(state: &State, orders: &mut Orders, body: &Request) -> Option<Line> {
    Some(match body {
        Request::Create(order) => {
            orders.send(order.client_order);
            (Some(order.market), words::order(order))
        }
        Request::CreateBatch(batch) => {
            batch.iter().for_each(|order| orders.send(order.client_order));
            (None, words::batch(batch))
        }
        Request::Amend(amend) => {
            let (market, name) = orders.name(state, amend.order);
            let AmendOrder { quantity, limit_price, .. } = amend;
            (market, format!("make {quantity} at {limit_price} of the order to {name}"))
        }
        Request::Cancel { order } => {
            let (market, name) = orders.name(state, *order);
            (market, format!("cancel the order to {name}"))
        }
        Request::CancelBatch(orders) => (None, format!("cancel {} orders", orders.len())),
        Request::CancelAll => (None, "cancel all orders".to_owned()),
        Request::Decrease { order, reduction: Reduction::By(quantity) } => {
            let (market, name) = orders.name(state, *order);
            (market, format!("take {quantity} off the order to {name}"))
        }
        Request::Decrease { order, reduction: Reduction::To(quantity) } => {
            let (market, name) = orders.name(state, *order);
            (market, format!("leave {quantity} of the order to {name}"))
        }
        Request::Group(group) => (None, words::group(group)),
        Request::Read(_) => return None,
    })
}

/// What calls for an exit, in brackets.
fn exit_of(purpose: Purpose) -> String {
    match purpose {
        Purpose::Exit { trigger, .. } => format!(" ({})", words::trigger(trigger)),
        Purpose::Entry { .. } | Purpose::Follow | Purpose::Reconcile | Purpose::Decide => {
            String::new()
        }
    }
}
