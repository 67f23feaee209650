//! The loop of one run.

use std::collections::VecDeque;

use thiserror::Error;

use crate::audit::{CommandAudit, CommandEnd, ExchangeAudit, Violation};
use crate::exchange::{Exchange, ExchangeEvent, Settlement};
use crate::flow::{Flow, FlowStep};
use crate::kernel::{Clock, Digest, EventLog, Executor, Hasher, Log};
use crate::link::{FeedEdge, Gateway, Told};
use crate::market::MarketStatus;
use crate::protocol::record::{Message, Record, RunEnd, RunMark, Truth};
use crate::protocol::{
    Channel, CreateOrder, FeedChange, OrderStatus, OrderView, PublicMessage, Query, Reply, Request,
};
use crate::scenario::VenueStep;
use crate::units::{AccountId, MarketId, RequestId, SimTime};
use crate::world::budget::Budget;
use crate::world::carrier::{Carrier, Due, Report, Transit};
use crate::world::creates::{Creates, Prospect};
use crate::world::touch::Touches;

/// What a run leaves behind.
#[derive(Debug)]
pub struct RunOutput {
    /// Everything that happened.
    pub log: EventLog<Record>,
    /// The digest of the log and of the books and accounts at the end.
    pub digest: Digest,
    /// Why the run is over.
    pub end: RunEnd,
}

/// A run that broke a rule of the exchange: a bug of fillgap, not of the scenario.
#[derive(Debug, Error)]
pub enum RunError {
    /// An invariant did not hold.
    #[error("at {time} s: {violation}")]
    Violation {
        /// When.
        time: SimTime,
        /// Which, and how.
        violation: Violation,
    },
}

/// The things that can be due, in the order in which they happen at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Edge,
    Expiry,
    Venue,
    Flow,
    Arrival,
    Quote,
    Report,
    Answer,
    Timer,
}

impl From<Due> for Turn {
    fn from(due: Due) -> Self {
        match due {
            Due::Edge => Self::Edge,
            Due::Arrival => Self::Arrival,
            Due::Quote => Self::Quote,
            Due::Report => Self::Report,
            Due::Answer => Self::Answer,
        }
    }
}

/// One exchange, its crowd and one bot.
#[derive(Debug)]
pub(super) struct World {
    pub(super) exchange: Exchange,
    pub(super) audit: ExchangeAudit,
    /// What will happen to the exchange itself, by time.
    pub(super) agenda: VecDeque<VenueStep>,
    /// Where the bot's commands are.
    pub(super) commands: CommandAudit,
    pub(super) flow: Box<dyn Flow>,
    pub(super) carrier: Carrier,
    pub(super) creates: Creates,
    pub(super) gateway: Gateway,
    pub(super) executor: Executor,
    pub(super) clock: Clock,
    pub(super) log: Log<Record>,
    pub(super) bot: AccountId,
    pub(super) touches: Touches,
    pub(super) ends_at: SimTime,
    pub(super) budget: Budget,
    /// What the exchange just did; a buffer that is used again.
    pub(super) events: Vec<ExchangeEvent>,
    /// How many things happened.
    pub(super) steps: u64,
}

/// The whole state of the exchange is checked once in so many steps, and at the end.
const STEPS_PER_CHECK: u64 = 4_096;

impl World {
    /// Runs to the end.
    pub(super) fn run(mut self) -> Result<RunOutput, RunError> {
        let funds = self.exchange.funds(self.bot);
        self.log.append(Record::Run(RunMark::Opened { balance: funds.balance }));
        self.gateway.tell(Told::Funds(funds));
        for market in self.exchange.markets() {
            let status = self.exchange.market_status(market);
            if status != MarketStatus::Active {
                self.log.append(Record::Truth(Truth::MarketStatus { market, status }));
            }
        }
        let end = loop {
            self.executor.run_until_stalled();
            self.dispatch_sent()?;
            if let Some(end) = self.budget.exhausted(self.steps, self.carrier.in_flight()) {
                break end;
            }
            let Some((due, turn)) = self.next_turn() else { break RunEnd::Horizon };
            if due > self.ends_at {
                break RunEnd::Horizon;
            }
            self.clock.advance_to(due);
            self.take_turn(due, turn)?;
            self.steps += 1;
            if self.steps.is_multiple_of(STEPS_PER_CHECK) {
                self.check()?;
            }
        };
        if end == RunEnd::Horizon {
            self.clock.advance_to(self.ends_at);
        }
        self.check()?;
        self.log.append(Record::Run(RunMark::Ended(end)));
        let log = self.log.take();
        let digest = self.digest(&log);
        Ok(RunOutput { log, digest, end })
    }

    /// The digest of the log, and of what is left at the exchange: every book and every account,
    /// the crowd's too, of which the log tells little.
    fn digest(&self, log: &EventLog<Record>) -> Digest {
        let mut hasher = Hasher::default();
        hasher.add(log.digest().bytes());
        for market in self.exchange.markets() {
            hasher.add(&self.exchange.book(market));
            for account in self.exchange.accounts() {
                hasher.add(&self.exchange.position(account, market));
            }
        }
        for account in self.exchange.accounts() {
            hasher.add(&self.exchange.funds(account));
        }
        hasher.digest()
    }

    /// What is due first; ties go by the order of [`Turn`].
    fn next_turn(&self) -> Option<(SimTime, Turn)> {
        [
            self.exchange.next_deadline().map(|due| (due, Turn::Expiry)),
            self.agenda.front().map(|step| (step.at, Turn::Venue)),
            self.flow.next_due().map(|due| (due, Turn::Flow)),
            self.carrier.next_due().map(|(due, what)| (due, what.into())),
            self.clock.next_timer().map(|due| (due, Turn::Timer)),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    fn take_turn(&mut self, now: SimTime, turn: Turn) -> Result<(), RunError> {
        match turn {
            Turn::Edge => {
                self.turn_feed(now);
                Ok(())
            }
            Turn::Expiry => {
                self.exchange.expire_due(now, &mut self.events);
                self.publish(now)
            }
            Turn::Venue => self.venue_step(now),
            Turn::Flow => self.flow_step(now),
            Turn::Quote => {
                self.gateway.quote(self.carrier.take_quote());
                Ok(())
            }
            Turn::Report => {
                match self.carrier.take_report() {
                    (sequence, Report::Execution(execution)) => {
                        self.gateway.report(sequence, execution);
                    }
                    (sequence, Report::Paid(market, value)) => {
                        self.gateway.report_paid(sequence, market, value);
                    }
                }
                Ok(())
            }
            Turn::Arrival | Turn::Answer => match self.carrier.take_transit() {
                Transit::Request { request, body, error } => {
                    let is_admitted = self.carrier.admit(now, request, &body, error);
                    let end =
                        if is_admitted { CommandEnd::Answered } else { CommandEnd::TurnedAway };
                    verify(now, self.commands.ended(request, end))?;
                    if !is_admitted {
                        if let Request::Create(order) = &body {
                            let prospect = self.creates.failed(request);
                            self.tell_prospect(order, prospect);
                        }
                        return Ok(());
                    }
                    self.arrive(now, request, &body)
                }
                Transit::Reply { request, outcome } => {
                    match outcome {
                        Ok(reply) => self.gateway.answer(request, reply),
                        Err(status) => self.gateway.fail(request, status),
                    }
                    Ok(())
                }
            },
            Turn::Timer => {
                assert!(self.clock.fire_next(), "Invariant: a timer is due");
                Ok(())
            }
        }
    }

    /// Puts what the bot sent on its way.
    fn dispatch_sent(&mut self) -> Result<(), RunError> {
        for sent in self.gateway.take_sent() {
            let request = sent.request;
            let create = if let Request::Create(order) = sent.body { Some(order) } else { None };
            let now = self.clock.now();
            let copies = self.carrier.send_request(now, sent);
            verify(now, self.commands.sent(request, copies))?;
            if let Some(order) = create {
                let prospect = self.creates.sent(request, copies);
                self.tell_prospect(&order, prospect);
            }
        }
        Ok(())
    }

    /// Tells the oracle of an order that will never be.
    fn tell_prospect(&self, order: &CreateOrder, prospect: Prospect) {
        if prospect == Prospect::NeverTaken {
            self.gateway.tell(Told::NeverTaken { client_order: order.client_order });
        }
    }

    /// A feed breaks or comes back. A public feed that is back brings the newest quotes first.
    fn turn_feed(&mut self, now: SimTime) {
        let FeedEdge { channel, change, .. } = self.carrier.take_edge();
        self.gateway.feed_changed(channel, change);
        if (channel, change) == (Channel::PublicFeed, FeedChange::Restored) {
            for market in self.exchange.markets() {
                let quote = self.exchange.quote(market);
                self.carrier.send_quote(now, PublicMessage { market, quote });
            }
        }
    }

    /// A request of the bot reaches the exchange and is answered.
    fn arrive(&mut self, now: SimTime, request: RequestId, body: &Request) -> Result<(), RunError> {
        self.log.append(Record::Message(Message::Arrived { request }));
        let as_of = match body {
            Request::Read(query) => self.carrier.as_of(now, *query),
            _ => now,
        };
        verify(now, self.audit.asked(now, self.bot, body))?;
        let reply = self.exchange.apply(now, self.bot, body, as_of, &mut self.events);
        match (body, &reply) {
            (Request::Create(order), Reply::Rejected(reason)) => {
                self.log.append(Record::Truth(Truth::Refused { request, reason: *reason }));
                let prospect = self.creates.failed(request);
                self.tell_prospect(order, prospect);
            }
            (Request::Create(_), _) => self.creates.taken(request),
            _ => {}
        }
        self.publish(now)?;
        verify(now, self.audit.answered(&reply))?;
        self.carrier.send_reply(now, request, body.channel(), Ok(reply));
        Ok(())
    }

    /// Lets the next thing happen to the exchange itself.
    fn venue_step(&mut self, now: SimTime) -> Result<(), RunError> {
        let Some(VenueStep { change, .. }) = self.agenda.pop_front() else { return Ok(()) };
        let status = self.exchange.status();
        let done = change.carry_out(&mut self.exchange, now, &mut self.events);
        done.expect("Invariant: the scenario's steps were tried out");
        if status != self.exchange.status() {
            self.flow.venue_changed(now);
            self.log.append(Record::Truth(Truth::ExchangeStatus(self.exchange.status())));
        }
        self.publish(now)
    }

    fn flow_step(&mut self, now: SimTime) -> Result<(), RunError> {
        match self.flow.next_step(now) {
            None => Ok(()),
            Some(FlowStep::Clipped { market, quantity }) => {
                self.log.append(Record::Truth(Truth::ReplayClipped { market, quantity }));
                Ok(())
            }
            Some(FlowStep::Act { account, request }) => {
                if let Reply::Rejected(reason) = self.act(now, account, &request)? {
                    self.flow.refused(reason);
                }
                Ok(())
            }
            Some(FlowStep::Withdraw { market }) => self.withdraw(now, market),
        }
    }

    /// An account asks something at the exchange itself.
    fn act(
        &mut self,
        now: SimTime,
        account: AccountId,
        request: &Request,
    ) -> Result<Reply, RunError> {
        verify(now, self.audit.asked(now, account, request))?;
        let reply = self.exchange.apply(now, account, request, now, &mut self.events);
        self.publish(now)?;
        verify(now, self.audit.answered(&reply))?;
        Ok(reply)
    }

    /// The bot's orders that rest in a market are canceled, and not by the bot.
    fn withdraw(&mut self, now: SimTime, market: MarketId) -> Result<(), RunError> {
        let orders = self.act(now, self.bot, &Request::Read(Query::Orders))?;
        let Reply::Orders(views) = orders else {
            unreachable!("Invariant: a read of orders shows orders");
        };
        let rests =
            |view: &&OrderView| view.market == market && view.status == OrderStatus::Resting;
        for view in views.iter().filter(rests) {
            self.act(now, self.bot, &Request::Cancel { order: view.order })?;
        }
        Ok(())
    }

    /// Tells everybody what the exchange just did: the audit, the log, the crowd, the link.
    fn publish(&mut self, now: SimTime) -> Result<(), RunError> {
        let events = std::mem::take(&mut self.events);
        for event in &events {
            verify(now, self.audit.observe(now, event))?;
            match event {
                ExchangeEvent::Private(message) if message.account == self.bot => {
                    self.log.append(Record::Truth(Truth::Execution(message.execution)));
                    self.gateway.tell(Told::Execution(message.execution));
                    self.carrier.send_report(now, Report::Execution(message.execution));
                }
                ExchangeEvent::Private(message) => self.flow.observe(message),
                ExchangeEvent::Trade { trade, market, price, quantity, taker_side } => {
                    self.carrier.note_activity(now);
                    self.log.append(Record::Truth(Truth::Trade {
                        trade: *trade,
                        market: *market,
                        price: *price,
                        quantity: *quantity,
                        taker_side: *taker_side,
                    }));
                }
                ExchangeEvent::QuoteChanged(message) => {
                    self.carrier.note_activity(now);
                    self.carrier.send_quote(now, *message);
                }
                ExchangeEvent::FundsChanged { account, balance } if *account == self.bot => {
                    self.log.append(Record::Truth(Truth::Funds {
                        balance: balance.balance,
                        available: balance.available,
                    }));
                    self.gateway.tell(Told::Funds(*balance));
                }
                ExchangeEvent::MarketStatusChanged { market, status, .. } => {
                    let (market, status) = (*market, *status);
                    self.log.append(Record::Truth(Truth::MarketStatus { market, status }));
                    if !status.is_closed() {
                        self.flow.venue_changed(now);
                    }
                }
                ExchangeEvent::Settled { account, settlement } if *account == self.bot => {
                    self.publish_settlement(now, *settlement);
                }
                ExchangeEvent::LevelsRefined { market } => {
                    let (market, levels) =
                        (*market, self.exchange.terms(*market).levels.tick_count());
                    self.log.append(Record::Truth(Truth::LevelsRefined { market, levels }));
                }
                ExchangeEvent::FeesDue { market, .. } => {
                    self.log.append(Record::Truth(Truth::FeesDue { market: *market }));
                }
                ExchangeEvent::CollateralReturned { account, event, amount }
                    if *account == self.bot =>
                {
                    let (event, amount) = (*event, *amount);
                    self.log.append(Record::Truth(Truth::CollateralReturned { event, amount }));
                }
                ExchangeEvent::CloseMoved { market, closes_at } => {
                    let (market, closes_at) = (*market, *closes_at);
                    self.log.append(Record::Truth(Truth::CloseMoved { market, closes_at }));
                }
                ExchangeEvent::FundsChanged { .. }
                | ExchangeEvent::Settled { .. }
                | ExchangeEvent::CollateralReturned { .. }
                | ExchangeEvent::GroupChanged { .. }
                | ExchangeEvent::LevelChanged(_) => {}
            }
        }
        self.touches.update(&self.exchange, self.bot, &self.log);
        self.events = events;
        self.events.clear();
        Ok(())
    }

    /// Tells what a market paid the bot.
    fn publish_settlement(&mut self, now: SimTime, settlement: Settlement) {
        let Settlement { market, result, position, payout, fee } = settlement;
        let settled = Truth::Settled { market, position, payout, fee };
        self.log.append(Record::Truth(settled));
        let value = result.settlement_value();
        self.gateway.tell(Told::Settled { market, value });
        self.carrier.send_report(now, Report::Paid(market, value));
    }

    /// Holds the whole state of the exchange, and what is on its way to it, against the audits' own
    /// account of them.
    fn check(&mut self) -> Result<(), RunError> {
        let now = self.clock.now();
        verify(now, self.commands.check(self.carrier.requests_in_flight()))?;
        verify(now, self.audit.check(&self.exchange))
    }
}

/// Says when a rule was broken.
fn verify(time: SimTime, outcome: Result<(), Violation>) -> Result<(), RunError> {
    outcome.map_err(|violation| RunError::Violation { time, violation })
}
