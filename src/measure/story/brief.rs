//! The records that matter, in words, merged within an instant.

use std::collections::{BTreeMap, BTreeSet};

use crate::measure::state::{Observer, State};
use crate::measure::stops::Stops;
use crate::measure::story::orders::Orders;
use crate::measure::story::{Told, words};
use crate::protocol::record::{
    Answer, Belief, BotTask, Decision, EntryResult, Holding, Message, Record, RunMark, Standing,
    Truth, Verdict, Wait,
};
use crate::protocol::{
    AmendOrder, Channel, FaultKind, FaultSubject, Leg, Purpose, Query, Quote, Reduction,
    RejectReason, Request,
};
use crate::units::{MarketId, Price, RecordId, RequestId, SimTime};

/// What the teller remembers beside the state.
#[derive(Debug, Default)]
pub(super) struct Brief {
    /// How many records of the instant came before.
    rank: usize,
    /// What happened to orders within the instant.
    orders: Orders,
    /// The wait that began within the instant, which counts only if it lasts.
    began: Option<Told>,
    /// When the wait that goes on began.
    waiting: BTreeMap<Wait, SimTime>,
    /// When the wait of a task for the lock began.
    locked: BTreeMap<BotTask, SimTime>,
    /// Requests that may be refused.
    asked: BTreeMap<RequestId, Asked>,
    /// What the reads that are under way ask for. They are told only when they go wrong.
    reads: BTreeMap<RequestId, Line>,
    /// The market of the latest signal.
    latest: Option<MarketId>,
    /// The market of the latest exit.
    latest_exit: Option<MarketId>,
    /// Which levels guard contracts.
    stops: Stops,
    /// Markets of which no price comes any more, since the reconnect that subscribed to nothing.
    silent: BTreeSet<MarketId>,
    /// Markets whose first prices came within the instant, with the rank of the first.
    first_prices: BTreeMap<MarketId, (usize, First)>,
}

/// Whose first prices a market has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum First {
    /// The market itself.
    Market,
    /// The bot: a quote arrived.
    Bot,
}

/// A request that the exchange may refuse.
#[derive(Debug)]
struct Asked {
    market: Option<MarketId>,
    what: String,
    /// When the exchange refused it.
    refused: Option<SimTime>,
}

type Line = (Option<MarketId>, String);

impl Brief {
    /// The line of a record, if it has its own, before the state takes it in.
    pub(super) fn tell(&mut self, state: &State, time: SimTime, record: &Record) -> Vec<Told> {
        self.rank += 1;
        let lines = match record {
            Record::Truth(truth) => self.tell_truth(state, time, truth),
            Record::Belief(belief) => tell_belief(state, belief).into_iter().collect(),
            Record::Decision(decision) => {
                self.tell_decision(state, time, decision).into_iter().collect()
            }
            Record::Message(message) => {
                self.tell_message(state, time, message).into_iter().collect()
            }
            Record::Run(RunMark::Listed { .. }) => Vec::new(),
            Record::Run(RunMark::Opened { balance }) => {
                vec![(None, format!("opens with {balance} dollars"))]
            }
            Record::Run(RunMark::Ended(_)) => vec![(None, "the run ends".to_owned())],
        };
        let rank = self.rank;
        lines.into_iter().map(|(market, line)| Told { rank, market, line }).collect()
    }

    /// Takes note of a record that the state has taken in.
    pub(super) fn note(&mut self, state: &State, time: SimTime, record: &Record) {
        self.stops.record(state, time, record);
    }

    /// The lines that only the end of the instant could tell.
    pub(super) fn settle(&mut self, state: &State, time: SimTime) -> Vec<Told> {
        self.stops.settle(state, time);
        let mut told = self.orders.settle(state);
        told.extend(self.began.take());
        let first = std::mem::take(&mut self.first_prices).into_iter();
        told.extend(first.map(|(market, (rank, first))| first.told(state, market, rank)));
        self.rank = 0;
        told
    }

    fn tell_truth(&mut self, state: &State, time: SimTime, truth: &Truth) -> Vec<Line> {
        match truth {
            Truth::Execution(execution) => {
                self.orders.take(state, self.rank, execution);
                Vec::new()
            }
            Truth::Refused { request, reason } => {
                self.tell_refusal(time, *request, *reason).into_iter().collect()
            }
            Truth::Touch { market, others, .. } => self.tell_touch(state, *market, *others),
            Truth::MarketStatus { market, status } => {
                vec![(Some(*market), format!("the market is {status}"))]
            }
            Truth::Settled { market, position, payout, .. } => {
                let held = words::held(*position);
                vec![(Some(*market), format!("the market pays {payout} for {held}"))]
            }
            Truth::ReplayClipped { market, quantity } => {
                vec![(Some(*market), format!("the replay could not remove {quantity}"))]
            }
            Truth::Funds { .. } | Truth::Trade { .. } => Vec::new(),
        }
    }

    /// The prices of the others: the first, and those that reach or leave a level.
    fn tell_touch(&mut self, state: &State, market: MarketId, others: Quote) -> Vec<Line> {
        let before = state.markets.get(&market).map(|market| market.others).unwrap_or_default();
        if before == Quote::default() {
            self.first_prices.entry(market).or_insert((self.rank, First::Market));
        }
        if self.first_prices.contains_key(&market) {
            return Vec::new();
        }
        let Some(bid) = others.bid else { return self.tell_nobody_bids(state, market, before) };
        let stops: BTreeSet<Price> =
            self.stops.guarding(market).into_iter().chain(state.stopped(market)).collect();
        let targets: BTreeSet<Price> = state.targets(market).collect();
        let mut lines = Vec::new();
        for stop in stops.iter().rev() {
            if bid <= *stop && before.bid.is_none_or(|before| before > *stop) {
                lines.push(format!("falls to {bid}: the stop at {stop} is reached"));
            } else if bid > *stop && before.bid.is_some_and(|before| before <= *stop) {
                lines.push(format!("is back at {bid}, above the stop at {stop}"));
            }
        }
        for target in &targets {
            if bid >= *target && before.bid.is_none_or(|before| before < *target) {
                lines.push(format!("rises to {bid}: the target at {target} is reached"));
            }
        }
        let lines = lines.into_iter();
        lines.map(|line| (Some(market), format!("the bid of the others {line}"))).collect()
    }

    /// The last bid of the others goes, in a market that a stop watches.
    fn tell_nobody_bids(&self, state: &State, market: MarketId, before: Quote) -> Vec<Line> {
        let is_watched = state.stopped(market).next().is_some();
        let is_news =
            before.bid.is_some() && (is_watched || !self.stops.guarding(market).is_empty());
        let line = || (Some(market), "nobody else bids any more".to_owned());
        is_news.then(line).into_iter().collect()
    }

    /// The exchange refuses; the bot may learn of it later.
    fn tell_refusal(
        &mut self,
        time: SimTime,
        request: RequestId,
        reason: RejectReason,
    ) -> Option<Line> {
        let asked = self.asked.get_mut(&request)?;
        asked.refused = Some(time);
        Some((asked.market, format!("the exchange refuses to {}: {reason}", asked.what)))
    }

    /// The bot learns of a refusal, which is news unless it was told in this instant.
    fn tell_rejected(
        &mut self,
        time: SimTime,
        request: RequestId,
        reason: RejectReason,
    ) -> Option<Line> {
        let Asked { market, what, refused } = self.asked.remove(&request)?;
        let line = format!("learns that the exchange refused to {what}: {reason}");
        (refused != Some(time)).then_some((market, line))
    }

    /// A fault that takes something away from the bot, or hides something. Quotes are many, so of
    /// those only the first that nobody subscribed to is told, and a delay shows in what comes late.
    fn tell_fault(
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

    /// What a request asks for, and where.
    fn what(&self, request: RequestId) -> Option<(Option<MarketId>, &str)> {
        let asked = self.asked.get(&request).map(|asked| (asked.market, asked.what.as_str()));
        asked.or_else(|| self.reads.get(&request).map(|(market, what)| (*market, what.as_str())))
    }

    /// What a request asks for, unless it only looks.
    fn asked_for(&mut self, state: &State, body: &Request) -> Option<(Option<MarketId>, String)> {
        Some(match body {
            Request::Create(order) => {
                self.orders.send(order.client_order);
                (Some(order.market), words::order(order))
            }
            Request::CreateBatch(orders) => {
                orders.iter().for_each(|order| self.orders.send(order.client_order));
                (None, words::batch(orders))
            }
            Request::Amend(amend) => {
                let (market, name) = self.orders.name(state, amend.order);
                let AmendOrder { quantity, limit_price, .. } = amend;
                (market, format!("make {quantity} at {limit_price} of the order to {name}"))
            }
            Request::Cancel { order } => {
                let (market, name) = self.orders.name(state, *order);
                (market, format!("cancel the order to {name}"))
            }
            Request::CancelBatch(orders) => (None, format!("cancel {} orders", orders.len())),
            Request::CancelAll => (None, "cancel all orders".to_owned()),
            Request::Decrease { order, reduction: Reduction::By(quantity) } => {
                let (market, name) = self.orders.name(state, *order);
                (market, format!("take {quantity} off the order to {name}"))
            }
            Request::Decrease { order, reduction: Reduction::To(quantity) } => {
                let (market, name) = self.orders.name(state, *order);
                (market, format!("leave {quantity} of the order to {name}"))
            }
            Request::Group(group) => (None, words::group(group)),
            Request::Read(_) => return None,
        })
    }

    fn tell_message(&mut self, state: &State, time: SimTime, message: &Message) -> Option<Line> {
        match message {
            Message::Sent { request, body, purpose } => {
                self.tell_sent(state, *request, body, *purpose)
            }
            Message::Answered { request, answer: Answer::Rejected(reason) } => {
                self.tell_rejected(time, *request, *reason)
            }
            Message::Answered { request, answer: Answer::Failed(status) } => {
                let Asked { market, what, .. } = self.asked.remove(request)?;
                Some((market, format!("asked to {what}, and is answered with status {status}")))
            }
            Message::GaveUp { request } => {
                let (market, what) = self.what(*request)?;
                Some((market, format!("stops waiting for the answer to its request to {what}")))
            }
            Message::Feed { channel, change } => {
                if *channel == Channel::PublicFeed {
                    self.silent.clear();
                }
                Some((None, words::feed(*channel, *change)))
            }
            Message::Fault { channel, leg, kind, subject } => {
                self.tell_fault((*channel, *leg), *kind, *subject)
            }
            Message::Answered { request, answer: Answer::Done } => {
                self.asked.remove(request);
                self.reads.remove(request);
                None
            }
            Message::Quoted(message) => {
                let market = state.markets.get(&message.market);
                if market.is_none_or(|market| market.seen == Quote::default()) {
                    let first = (self.rank, First::Bot);
                    self.first_prices.entry(message.market).or_insert(first);
                }
                None
            }
            Message::Arrived { .. } | Message::Reported { .. } => None,
        }
    }

    /// A request that may change something; a read is only kept in mind.
    fn tell_sent(
        &mut self,
        state: &State,
        request: RequestId,
        body: &Request,
        purpose: Purpose,
    ) -> Option<Line> {
        match body {
            Request::Create(order) if matches!(purpose, Purpose::Exit { .. }) => {
                self.latest_exit = Some(order.market);
            }
            Request::Read(Query::Order(order)) => {
                let (market, name) = self.orders.name(state, *order);
                self.reads.insert(request, (market, format!("read the order to {name}")));
            }
            Request::Read(query) => {
                self.reads.insert(request, (None, format!("read {}", words::query(query))));
            }
            _ => {}
        }
        let (market, what) = self.asked_for(state, body)?;
        let asked = Asked { market, what: what.clone(), refused: None };
        self.asked.insert(request, asked);
        Some((market, format!("sends {what}{}", exit_of(purpose))))
    }

    /// Where what is waited for is.
    const fn place_of(&self, wait: Wait) -> Option<MarketId> {
        match wait {
            Wait::Entry => self.latest,
            Wait::Exit => self.latest_exit,
        }
    }

    fn tell_decision(&mut self, state: &State, time: SimTime, decision: &Decision) -> Option<Line> {
        match decision {
            Decision::Signal { signal, market, quantity, limit_price, stop, target, due } => {
                self.latest = Some(*market);
                let late = if *due < time { format!(", due at {due} s") } else { String::new() };
                let levels = words::levels(*stop, *target);
                let line = format!("signal {signal}: {quantity} at {limit_price}{levels}{late}");
                Some((Some(*market), line))
            }
            Decision::Limit { .. } => tell_limit(state, decision),
            Decision::LiveCap { signal, live, wanted, allowed } => (allowed < wanted).then(|| {
                let market = state.signals.get(signal).map(|signal| signal.market);
                let line =
                    format!("the live cap allows {allowed} of {wanted}: {live} show as held");
                (market, line)
            }),
            Decision::EntryDone { signal, result, filled } => {
                let line = match result {
                    EntryResult::NotSent | EntryResult::Assumed => return None,
                    EntryResult::Full => format!("counts the entry as full: {filled}"),
                    EntryResult::Partial => format!("counts the entry as partial: {filled}"),
                    EntryResult::Unfilled => {
                        "counts the entry as failed: nothing filled".to_owned()
                    }
                    EntryResult::Failed => "counts the entry as failed".to_owned(),
                };
                Some((state.signals.get(signal).map(|signal| signal.market), line))
            }
            Decision::Triggered { .. } => tell_trigger(state, decision),
            Decision::WaitBegan(wait) => {
                self.waiting.insert(*wait, time);
                let line = format!("waits for {}, nothing else runs", words::wait(*wait));
                self.began = Some(Told { rank: self.rank, market: self.place_of(*wait), line });
                None
            }
            Decision::WaitEnded(wait) => {
                let began = self.waiting.remove(wait)?;
                if began == time {
                    self.began = None;
                    return None;
                }
                let line = format!("waited {} s for {}", time.since(began), words::wait(*wait));
                Some((self.place_of(*wait), line))
            }
            Decision::LockWaitBegan(task) => {
                self.locked.insert(*task, time);
                None
            }
            Decision::LockWaitEnded(task) => {
                let waited = time.since(self.locked.remove(task)?);
                let line = format!("{} waited {waited} s for the lock", words::task(*task));
                (!waited.is_zero()).then_some((None, line))
            }
            Decision::PassFailed(failure) => {
                Some((None, format!("a pass fails: {}", words::failure(*failure))))
            }
            Decision::NoMatches => {
                Some((None, "finds no active match and leaves its pass out".to_owned()))
            }
            Decision::Restarted => {
                self.waiting.clear();
                self.locked.clear();
                Some((None, "stops in the middle of what it does, and starts anew".to_owned()))
            }
            Decision::StopPass | Decision::StopCheck { .. } => None,
        }
    }
}

impl First {
    /// The prices as they stand at the instant's end.
    fn told(self, state: &State, market: MarketId, rank: usize) -> Told {
        let prices = &state.markets[&market];
        let line = match self {
            Self::Market => format!("the others: {}", words::quote(prices.others)),
            Self::Bot => format!("the first quote arrives: {}", words::quote(prices.seen)),
        };
        Told { rank, market: Some(market), line }
    }
}

fn tell_belief(state: &State, belief: &Belief) -> Option<Line> {
    match belief {
        Belief::Holding { record, holding, cause } => {
            let before = state.records.get(record);
            if is_nothing_new(before, holding) {
                return None;
            }
            let said = words::belief(*cause, before, holding);
            let others = state.records.keys().any(|other| other != record);
            let which = if others { format!(" ({record})") } else { String::new() };
            Some((Some(holding.market), format!("{said}{which}")))
        }
        Belief::Booked { record, amount } => {
            Some((market_of(state, *record), format!("books {}", words::result(*amount))))
        }
    }
}

/// Whether a record says nothing that a line should tell. That it is closing goes without saying
/// beside the exit that is sent.
fn is_nothing_new(before: Option<&Holding>, now: &Holding) -> bool {
    let Some(before) = before else { return now.stake.is_flat() };
    let closes = now.standing == Standing::Closing;
    before.stake == now.stake
        && before.stop == now.stop
        && (before.standing == now.standing || closes)
}

/// Limits are told when they refuse, and when they pass what the truth would not.
fn tell_limit(state: &State, decision: &Decision) -> Option<Line> {
    let Decision::Limit { rule, market, believed, added, limit, verdict, .. } = decision else {
        return None;
    };
    let truth = state.limited_exposure(*rule, *market);
    let passes = truth + *added <= *limit;
    let name = words::rule(*rule);
    let sums = format!("{believed} believed and {added} more, {limit} allowed");
    let line = match (verdict, passes) {
        (Verdict::Accepted, true) => return None,
        (Verdict::Accepted, false) => {
            format!("the {name} passes: {sums}; the true {truth} would not pass")
        }
        (Verdict::Refused, true) => {
            format!("the {name} refuses: {sums}; the true {truth} would pass")
        }
        (Verdict::Refused, false) => format!("the {name} refuses: {sums}"),
    };
    Some((Some(*market), line))
}

fn tell_trigger(state: &State, decision: &Decision) -> Option<Line> {
    let Decision::Triggered { record, trigger, seen, quantity } = decision else { return None };
    let market = market_of(state, *record);
    let held = market.map(|market| state.position(market)).unwrap_or_default();
    let trigger = words::trigger(*trigger);
    let but =
        if held.long() == *quantity { String::new() } else { format!(", {}", words::held(held)) };
    Some((market, format!("its {trigger} triggers at {seen}: {quantity} to sell{but}")))
}

fn market_of(state: &State, record: RecordId) -> Option<MarketId> {
    state.records.get(&record).map(|holding| holding.market)
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
