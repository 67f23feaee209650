//! The records that matter, in words, merged within an instant.

use std::collections::{BTreeMap, BTreeSet};

use crate::measure::state::{Observer, State};
use crate::measure::stops::Stops;
use crate::measure::story::beliefs::Beliefs;
use crate::measure::story::looks::Looks;
use crate::measure::story::orders::Orders;
use crate::measure::story::reads::Reads;
use crate::measure::story::requests::Requests;
use crate::measure::story::waits::Waits;
use crate::measure::story::{Line, Told, decisions, words};
use crate::protocol::record::{Decision, Message, Record, RunMark, Truth};
use crate::protocol::{Purpose, Quote, Request};
use crate::units::{MarketId, Price, SimTime};

/// What the teller remembers beside the state.
#[derive(Debug, Default)]
pub(super) struct Brief {
    /// How many records of the instant came before.
    rank: usize,
    /// What happened to orders within the instant.
    orders: Orders,
    /// What is asked of the exchange.
    requests: Requests,
    /// What the bot comes to believe.
    beliefs: Beliefs,
    /// How reads ended that explain what the bot does next.
    reads: Reads,
    /// What its looks at orders met.
    looks: Looks,
    /// What the bot waits for.
    waits: Waits,
    /// Which levels guard contracts.
    stops: Stops,
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

impl Brief {
    /// The line of a record, if it has its own, before the state takes it in.
    pub(super) fn tell(&mut self, state: &State, time: SimTime, record: &Record) -> Vec<Told> {
        self.rank += 1;
        let lines = match record {
            Record::Truth(truth) => self.tell_truth(state, time, truth),
            Record::Belief(belief) => {
                self.beliefs.tell(state, &self.reads, self.rank, belief).into_iter().collect()
            }
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
        self.reads.note(state, time, record);
        self.looks.note(&self.orders, record);
    }

    /// The lines that only the end of the instant could tell.
    pub(super) fn settle(&mut self, state: &State, time: SimTime) -> Vec<Told> {
        self.stops.settle(state, time);
        let mut told = self.orders.settle(state);
        told.extend(self.beliefs.settle(state));
        told.extend(self.waits.settle());
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
                self.requests.tell_refusal(time, *request, *reason).into_iter().collect()
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

    fn tell_message(&mut self, state: &State, time: SimTime, message: &Message) -> Option<Line> {
        match message {
            Message::Sent { request, body, purpose } => {
                if let (Request::Create(order), Purpose::Exit { .. }) = (body, purpose) {
                    self.waits.exit(order.market);
                }
                self.requests.tell_sent(state, &mut self.orders, *request, body, *purpose)
            }
            Message::Answered { request, answer } => {
                self.requests.tell_answer(time, *request, *answer)
            }
            Message::GaveUp { request } => self.requests.tell_gave_up(*request),
            Message::Feed { channel, change } => {
                self.requests.hear(*channel);
                Some((None, words::feed(*channel, *change)))
            }
            Message::Fault { channel, leg, kind, subject } => {
                self.requests.tell_fault((*channel, *leg), *kind, *subject)
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

    fn tell_decision(&mut self, state: &State, time: SimTime, decision: &Decision) -> Option<Line> {
        match decision {
            Decision::Signal { market, .. } => {
                self.waits.enter(*market);
                decisions::signal(time, decision)
            }
            Decision::Limit { .. } => decisions::limit(state, &self.reads, decision),
            Decision::LiveCap { .. } => decisions::live_cap(state, decision),
            Decision::EntryDone { .. } => decisions::entry_done(state, &self.looks, decision),
            Decision::Triggered { .. } => decisions::trigger(state, decision),
            Decision::WaitBegan(wait) => {
                self.waits.begin(time, self.rank, *wait);
                None
            }
            Decision::WaitEnded(wait) => self.waits.end(time, *wait),
            Decision::LockWaitBegan(task) => {
                self.waits.begin_lock(time, *task);
                None
            }
            Decision::LockWaitEnded(task) => self.waits.end_lock(time, *task),
            Decision::PassFailed(failure) => {
                Some((None, format!("a pass fails: {}", words::failure(*failure))))
            }
            Decision::NoMatches => {
                Some((None, "finds no active match and leaves its pass out".to_owned()))
            }
            Decision::Restarted => {
                self.waits.restart();
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
