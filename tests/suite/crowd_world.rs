//! The real exchange with a recorded crowd and one other trader, for the tests of the replay.

use std::collections::BTreeSet;
use std::sync::Arc;

use fillgap::audit::ExchangeAudit;
use fillgap::exchange::{Exchange, ExchangeEvent, ExchangeSettings, Funding};
use fillgap::flow::capture::RecordedBook;
use fillgap::flow::recorded::{CancelModel, Recorded, RecordedSettings, Recording};
use fillgap::flow::{Flow, FlowStep};
use fillgap::kernel::Streams;
use fillgap::market::{
    ExchangeStatus, FeeKind, FeeMultiplier, FeeSchedule, LifeStep, MarketStatus, MarketTerms,
    TimeInForce,
};
use fillgap::protocol::{
    CreateOrder, Crossing, Execution, OnPause, PositionEffect, PrivateMessage, Reply, Request,
};
use fillgap::units::{
    AccountId, ClientOrderId, EventId, MarketId, Price, Quantity, Side, SimTime, TradeId,
};

/// A replay with everything that a test may want to look at.
pub(crate) struct CrowdWorld {
    pub(crate) exchange: Exchange,
    pub(crate) flow: Recorded,
    pub(crate) recording: Arc<Recording>,
    /// What the recording says rests, rebuilt from its changes alone.
    pub(crate) recorded: RecordedBook,
    pub(crate) market: MarketId,
    pub(crate) crowd: AccountId,
    pub(crate) crowd_taker: AccountId,
    pub(crate) bot: AccountId,
    pub(crate) now: SimTime,
    /// Contracts of the flow's `Clipped` steps.
    pub(crate) clipped: Quantity,
    /// Contracts of crowd orders that the bot took.
    pub(crate) taken: Quantity,
    audit: Option<ExchangeAudit>,
    bot_orders: u64,
    events: Vec<ExchangeEvent>,
}

impl CrowdWorld {
    pub(crate) fn new(recording: &Arc<Recording>, cancels: CancelModel, seed: u64) -> Self {
        Self::with_settings(recording, cancels, seed, ExchangeSettings::default())
    }

    /// The same at an exchange with other rules.
    pub(crate) fn with_settings(
        recording: &Arc<Recording>,
        cancels: CancelModel,
        seed: u64,
        settings: ExchangeSettings,
    ) -> Self {
        let levels = recording.market().infer_levels();
        let mut exchange = Exchange::new(settings);
        let market = exchange.list_market(MarketTerms {
            ticker: recording.market().ticker().to_owned(),
            event: EventId::new(0),
            levels,
            fees: FeeSchedule::new(FeeKind::Quadratic, FeeMultiplier::ONE),
        });
        let [crowd, crowd_taker, bot] =
            std::array::from_fn(|_| exchange.open_account(Funding::Unlimited));
        let settings = RecordedSettings { market, crowd, crowd_taker, cancels };
        let flow = Recorded::new(Arc::clone(recording), settings, &Streams::new(seed));
        Self {
            exchange,
            flow,
            recording: Arc::clone(recording),
            recorded: RecordedBook::new(),
            market,
            crowd,
            crowd_taker,
            bot,
            now: SimTime::START,
            clipped: Quantity::ZERO,
            taken: Quantity::ZERO,
            audit: None,
            bot_orders: 0,
            events: Vec::new(),
        }
    }

    /// The same, with every invariant of the exchange watched. [`Self::audit`] looks at all of it.
    pub(crate) fn audited(recording: &Arc<Recording>, cancels: CancelModel, seed: u64) -> Self {
        Self::new(recording, cancels, seed).watched()
    }

    /// The same with every invariant watched from here on.
    pub(crate) fn watched(self) -> Self {
        Self { audit: Some(ExchangeAudit::new(&self.exchange)), ..self }
    }

    /// Checks the whole state of the exchange.
    pub(crate) fn audit(&mut self) {
        let audit = self.audit.as_mut().expect("an audited world");
        audit.check(&self.exchange).unwrap_or_else(|broken| panic!("at {} s: {broken}", self.now));
    }

    /// Does the next exchange event of the recording; false when there is none.
    pub(crate) fn run_moment(&mut self) -> bool {
        let Some(due) = self.flow.next_due() else { return false };
        let moment = self.flow.moments_done();
        self.now = due;
        // The flow closes an event when it is asked once more, and then begins the next one of the
        // same instant, if there is one: only a snapshot and a delta can share an instant.
        while self.flow.moments_done() == moment && self.step() {}
        for change in self.recording.market().moment(moment).changes {
            self.recorded.apply(change).unwrap();
        }
        true
    }

    /// Does the flow's next step; false when nothing is due. The exchange refuses what the flow asks for
    /// only while it does not trade.
    fn step(&mut self) -> bool {
        match self.flow.next_step(self.now) {
            None => return false,
            Some(FlowStep::Clipped { market, quantity }) => {
                assert_eq!(market, self.market);
                assert!(!quantity.is_zero(), "nothing is no clip");
                self.clipped += quantity;
            }
            Some(FlowStep::Withdraw { .. }) => unreachable!("nobody withdraws in a recording"),
            Some(FlowStep::Act { account, request }) => {
                assert_ne!(account, self.bot);
                if let Reply::Rejected(reason) = self.apply(account, &request) {
                    let trades = self.exchange.status() == ExchangeStatus::Active
                        && self.exchange.market_status(self.market) == MarketStatus::Active;
                    assert!(!trades, "{request:?}: {reason:?}");
                    self.flow.refused(reason);
                }
            }
        }
        true
    }

    /// The exchange pauses, or trades again, and the flow does what it can do then.
    pub(crate) fn become_status(&mut self, status: ExchangeStatus) {
        let mut events = Vec::new();
        self.exchange.set_status(self.now, status, &mut events);
        self.flow.venue_changed(self.now);
        self.tell(&events);
        while self.step() {}
    }

    /// The market takes a step of its life, and the flow does what it can do then.
    pub(crate) fn take_step(&mut self, step: LifeStep) {
        let mut events = Vec::new();
        self.exchange.take_step(self.now, self.market, step, &mut events).unwrap();
        if !self.exchange.market_status(self.market).is_closed() {
            self.flow.venue_changed(self.now);
        }
        self.tell(&events);
        while self.step() {}
    }

    /// Tells the audit and the flow what the exchange did by itself.
    fn tell(&mut self, events: &[ExchangeEvent]) {
        for event in events {
            if let Some(audit) = &mut self.audit {
                audit.observe(self.now, event).unwrap_or_else(|broken| panic!("{broken}"));
            }
            if let ExchangeEvent::Private(message) = event {
                self.flow.observe(message);
            }
        }
    }

    /// Runs until the recording is over.
    pub(crate) fn run_to_end(&mut self) {
        while self.run_moment() {}
    }

    /// Sends an order of the bot.
    pub(crate) fn bot_order(
        &mut self,
        side: Side,
        price: &str,
        quantity: &str,
        time_in_force: TimeInForce,
    ) -> Reply {
        let limit_price = price.parse().unwrap();
        self.bot_create(side, limit_price, quantity.parse().unwrap(), time_in_force)
    }

    pub(crate) fn bot_create(
        &mut self,
        side: Side,
        limit_price: Price,
        quantity: Quantity,
        time_in_force: TimeInForce,
    ) -> Reply {
        self.bot_orders += 1;
        let client_order = ClientOrderId::new(self.bot_orders);
        let market = self.market;
        let order = CreateOrder {
            client_order,
            market,
            side,
            limit_price,
            quantity,
            time_in_force,
            effect: PositionEffect::Any,
            crossing: Crossing::Allowed,
            self_trade: None,
            on_pause: OnPause::Stays,
            group: None,
        };
        self.apply(self.bot, &Request::Create(order))
    }

    /// Applies a request and tells the flow what concerns its accounts.
    pub(crate) fn apply(&mut self, account: AccountId, request: &Request) -> Reply {
        let mut events = std::mem::take(&mut self.events);
        events.clear();
        let reply = self.exchange.apply(self.now, account, request, self.now, &mut events);
        if let Some(audit) = &mut self.audit {
            let now = self.now;
            let asked = audit.asked(now, account, request);
            asked
                .and_then(|()| events.iter().try_for_each(|event| audit.observe(now, event)))
                .and_then(|()| audit.answered(&reply))
                .unwrap_or_else(|broken| panic!("at {now} s: {broken}"));
        }
        let mut of_bot: BTreeSet<TradeId> = BTreeSet::new();
        for event in &events {
            if let ExchangeEvent::Private(PrivateMessage { account, execution }) = event
                && let Execution::Filled(fill) = execution
                && *account == self.bot
            {
                of_bot.insert(fill.trade);
            }
        }
        for event in &events {
            let ExchangeEvent::Private(message) = event else { continue };
            if let Execution::Filled(fill) = message.execution
                && message.account == self.crowd
                && of_bot.contains(&fill.trade)
            {
                self.taken += fill.quantity;
            }
            self.flow.observe(message);
        }
        self.events = events;
        reply
    }

    /// Contracts at a level, whoever they belong to.
    pub(crate) fn level(&self, side: Side, price: Price) -> Quantity {
        let tick = self.exchange.terms(self.market).levels.tick_of(price).unwrap();
        self.exchange.order_book(self.market).level_quantity(side, tick)
    }

    /// The queue of a level, as owner and remaining contracts.
    pub(crate) fn queue(&self, side: Side, price: Price) -> Vec<(AccountId, Quantity)> {
        let tick = self.exchange.terms(self.market).levels.tick_of(price).unwrap();
        let queue = self.exchange.order_book(self.market).queue(side, tick);
        queue.map(|order| (order.owner, order.remaining)).collect()
    }

    /// Contracts of the crowd at a level.
    pub(crate) fn crowd_level(&self, side: Side, price: Price) -> Quantity {
        let queue = self.queue(side, price);
        queue
            .iter()
            .filter(|(owner, _)| *owner == self.crowd)
            .map(|(_, remaining)| *remaining)
            .sum()
    }

    /// Contracts that the recording has and the crowd lacks, over all levels.
    ///
    /// # Panics
    /// When the crowd has more than the recording somewhere.
    pub(crate) fn missing(&self) -> Quantity {
        let mut missing = Quantity::ZERO;
        for tick in 0..self.exchange.terms(self.market).levels.tick_count() {
            let price =
                self.exchange.terms(self.market).levels.price_of(fillgap::market::Tick::new(tick));
            for side in [Side::Bid, Side::Ask] {
                let (crowd, recorded) =
                    (self.crowd_level(side, price), self.recorded.quantity(side, price));
                assert!(crowd <= recorded, "{side} {price}: {crowd} above the record {recorded}");
                missing += recorded - crowd;
            }
        }
        missing
    }
}
