//! A bot of one's own: what it is, and what it has to work with.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::rc::Rc;

use crate::bot::records::Records;
use crate::bot::settings::{BotSettings, MarketView, StrategySettings};
use crate::bot::start;
use crate::bot::strategy::{Notice, Signal, Strategy};
use crate::kernel::{Clock, Spawner, Stream, Streams};
use crate::link::Venue;
use crate::protocol::TriggerKind;
use crate::protocol::record::{Decision, EntryResult, Record};
use crate::units::{ClientOrderId, Price, Quantity, RecordId};

/// A bot that can be run and measured.
///
/// [`BotSettings`] is one, composed of the parts that a scenario can name. Another is written as
/// ordinary async code on simulated time: [`start`](Bot::start) spawns its tasks, which send
/// requests, sleep and listen through the [`Host`], and tell it what they believe. One value serves
/// all runs, which may be in parallel; what belongs to a run is made in `start`.
pub trait Bot: fmt::Debug + Sync {
    /// Starts the bot of one run, at its first instant.
    fn start(&self, host: Host);
}

impl Bot for BotSettings {
    fn start(&self, host: Host) {
        start(self, &host.markets, host.venue, &host.spawner, &host.streams);
    }
}

/// What a bot has to work with in one run. Clones are the same.
///
/// The measures read nothing but the event log, so what a bot does not tell can not be measured:
/// beliefs go through [`records`](Self::records), and every look at the stops, trigger and end of an
/// entry has its method here. Requests and answers tell themselves.
#[derive(Clone, Debug)]
pub struct Host {
    markets: Rc<[MarketView]>,
    venue: Venue,
    spawner: Spawner,
    streams: Streams,
    wants: StrategySettings,
    records: Records,
    orders: Rc<Cell<u64>>,
}

impl Host {
    /// What a run gives to its bot: the markets as they are known beforehand, the bot's end of the
    /// connection, where its tasks run, where its random draws come from, and what it shall buy.
    #[must_use]
    pub fn new(
        markets: &[MarketView],
        venue: Venue,
        spawner: Spawner,
        streams: Streams,
        wants: StrategySettings,
    ) -> Self {
        let records = Records::new(venue.log().clone());
        Self {
            markets: markets.into(),
            venue,
            spawner,
            streams,
            wants,
            records,
            orders: Rc::default(),
        }
    }

    /// The markets, as a bot knows them before it trades.
    #[must_use]
    pub fn markets(&self) -> &[MarketView] {
        &self.markets
    }

    /// The door to the exchange. Everything crosses the link, and takes as long as the link takes.
    #[must_use]
    pub const fn venue(&self) -> &Venue {
        &self.venue
    }

    /// The clock: the only time that there is.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        self.venue.clock()
    }

    /// Runs a task beside the others. Awaiting keeps nothing waiting but the task itself.
    pub fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        drop(self.spawner.spawn(task));
    }

    /// Random draws that depend on the run's seed and on this name, and on nothing else.
    #[must_use]
    pub fn stream(&self, name: &str) -> Stream {
        self.streams.named(&format!("own/{name}"))
    }

    /// What the bot shall buy, from the first signal on: the same that the scenario's first engine
    /// wants, so that both can be compared.
    #[must_use]
    pub fn signals(&self) -> Signals {
        Signals { host: self.clone(), strategy: Strategy::new(&self.wants, self.streams) }
    }

    /// What the bot believes.
    #[must_use]
    pub const fn records(&self) -> &Records {
        &self.records
    }

    /// An id for a new order, never given before in this run.
    ///
    /// # Panics
    /// After 2^64 orders.
    #[must_use]
    pub fn new_order(&self) -> ClientOrderId {
        let number = self.orders.get();
        self.orders.set(number.checked_add(1).expect("Invariant: fewer than 2^64 orders"));
        ClientOrderId::new(number)
    }

    /// Tells that the bot looks at all its stops now.
    pub fn looks_at_stops(&self) {
        self.decide(Decision::StopPass);
    }

    /// Tells that a price reached a record's stop or target, and how many contracts the bot will
    /// sell.
    pub fn triggered(
        &self,
        record: RecordId,
        trigger: TriggerKind,
        seen: Price,
        quantity: Quantity,
    ) {
        self.decide(Decision::Triggered { record, trigger, seen, quantity });
    }

    /// Tells how a signal's entry ended, with the contracts that the bot counts as filled.
    pub fn entry_done(&self, signal: &Signal, result: EntryResult, filled: Quantity) {
        self.decide(Decision::EntryDone { signal: signal.number, result, filled });
    }

    fn decide(&self, decision: Decision) {
        self.venue.log().append(Record::Decision(decision));
    }
}

/// The signals of a run, each given once.
#[derive(Debug)]
pub struct Signals {
    host: Host,
    strategy: Strategy,
}

impl Signals {
    /// Waits until the next signal is true; none when there are no more. A signal without a price
    /// to buy at is told as an entry that was not sent, and left out.
    pub async fn next(&mut self) -> Option<Signal> {
        loop {
            let due = self.strategy.next_due()?;
            let clock = self.host.clock();
            clock.sleep_until(due).await;
            match self.strategy.next(clock.now(), &self.host.venue)? {
                Notice::Signal(signal) => {
                    self.host.decide(signal.noticed());
                    return Some(signal);
                }
                Notice::NoPrice { number } => {
                    let (result, filled) = (EntryResult::NotSent, Quantity::ZERO);
                    self.host.decide(Decision::EntryDone { signal: number, result, filled });
                }
            }
        }
    }
}
