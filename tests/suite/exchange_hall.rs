//! An exchange that random requests are sent to, under audit.

use fillgap::audit::{ExchangeAudit, Violation};
use fillgap::book::BookCapacity;
use fillgap::exchange::{
    BalanceReading, Exchange, ExchangeEvent, ExchangeSettings, Funding, PartlyFilledIoc,
};
use fillgap::market::{
    FeeMultiplier, FeeSchedule, MarketRules, MarketTerms, PriceLevelLabel, PriceLevelStructure,
    Tick, TimeInForce,
};
use fillgap::protocol::{
    AmendOrder, BalanceView, CreateOrder, Execution, ExpiryChange, FillReport, GroupRequest,
    OrderEnd, OrderStatus, OrderView, PositionEffect, PositionView, PrivateMessage, Query,
    Reduction, Reply, Request,
};
use fillgap::units::{
    AccountId, Cash, ClientOrderId, EventId, MarketId, OrderGroupId, OrderId, Price, Quantity,
    Side, SimDuration, SimTime, parse_decimal,
};

use crate::exchange_actions::{
    Action, CROWD, Change, GroupDeed, KEEP_MS, Life, MARKETS, Setup, Target, Wish,
};
use crate::operation_count::count;

/// An exchange that requests are sent to.
#[derive(Debug)]
pub(crate) struct Hall {
    pub(crate) exchange: Exchange,
    audit: ExchangeAudit,
    setup: Setup,
    pub(crate) now: SimTime,
    accepted: Vec<OrderId>,
    groups: Vec<(AccountId, OrderGroupId)>,
    next_client_order: u64,
    pub(crate) events: Vec<ExchangeEvent>,
}

impl Hall {
    pub(crate) fn new(setup: Setup) -> Self {
        let mut exchange = Exchange::new(ExchangeSettings {
            fee_rounding: setup.rounding,
            book_capacity: BookCapacity::new(setup.capacity).unwrap(),
            ..setup.choices
        });
        let multiplier = parse_decimal("multiplier", &format!("{}e-4", setup.multiplier)).unwrap();
        let multiplier = FeeMultiplier::from_decimal(multiplier).unwrap();
        let waived_until = SimTime::START + SimDuration::from_ms(setup.waived_until_ms);
        for number in 0..MARKETS {
            let terms = MarketTerms {
                ticker: format!("KXDEMO-26NOV22-T{number}"),
                event: EventId::new(0),
                levels: PriceLevelStructure::of_label(PriceLevelLabel::TaperedDeciCent),
                fees: FeeSchedule::new(setup.kind, multiplier),
            };
            let rules =
                MarketRules { fees_waived_until: Some(waived_until), ..MarketRules::default() };
            exchange.list_market_with(terms, rules);
        }
        for millionths in [20_000_000, 3_000_000, 1_000_000] {
            let cash = Cash::from_millionths(millionths);
            let account = exchange.open_account(Funding::Cash(cash));
            if millionths > 2_000_000 {
                exchange.watch(account, SimDuration::from_ms(KEEP_MS));
            }
        }
        exchange.open_account(Funding::Unlimited);
        if setup.has_idle_account {
            exchange.open_account(Funding::Cash(Cash::CENT));
        }
        Self {
            audit: ExchangeAudit::new(&exchange),
            exchange,
            setup,
            now: SimTime::START,
            accepted: Vec::new(),
            groups: Vec::new(),
            next_client_order: 0,
            events: Vec::new(),
        }
    }

    /// Carries out all actions and calls `look` after each, with what was asked and answered.
    pub(crate) fn run(
        &mut self,
        actions: &[Action],
        mut look: impl FnMut(&mut Self, Option<(&Request, &Reply)>),
    ) -> Result<(), Violation> {
        for action in actions {
            count();
            let Some((account, request, as_of)) = self.request(action) else {
                self.pass_time(action)?;
                self.set_status(action)?;
                self.take_step(action)?;
                look(self, None);
                continue;
            };
            let seen = self.events.len();
            let (now, events) = (self.now, &mut self.events);
            self.audit.asked(now, account, &request)?;
            let reply = self.exchange.apply(now, account, &request, as_of, events);
            if let Reply::GroupCreated(group) = &reply {
                self.groups.push((account, *group));
            }
            self.follow(now, seen)?;
            self.audit.answered(&reply)?;
            self.audit.check(&self.exchange)?;
            look(self, Some((&request, &reply)));
        }
        Ok(())
    }

    /// Lets orders expire at their instants, as a world would.
    fn pass_time(&mut self, action: &Action) -> Result<(), Violation> {
        let Action::Wait(ms) = action else { return Ok(()) };
        self.now += SimDuration::from_ms(*ms);
        while let Some(due) = self.exchange.next_deadline().filter(|due| *due <= self.now) {
            let seen = self.events.len();
            self.exchange.expire_due(due, &mut self.events);
            self.follow(due, seen)?;
            self.audit.check(&self.exchange)?;
            let next = self.exchange.next_deadline();
            assert!(next != Some(due) || self.events.len() > seen, "nothing happens at {due}");
        }
        Ok(())
    }

    fn set_status(&mut self, action: &Action) -> Result<(), Violation> {
        let Action::Status(status) = *action else { return Ok(()) };
        let seen = self.events.len();
        self.exchange.set_status(self.now, status, &mut self.events);
        self.follow(self.now, seen)?;
        self.audit.check(&self.exchange)
    }

    /// Takes a step in a market's life, if it follows from where the market stands.
    fn take_step(&mut self, action: &Action) -> Result<(), Violation> {
        let Action::Step { market, step } = *action else { return Ok(()) };
        let (seen, market) = (self.events.len(), MarketId::new(market));
        let taken = self.exchange.take_step(self.now, market, step, &mut self.events);
        if taken.is_err() {
            assert_eq!(self.events.len(), seen, "a step that is not taken changes nothing");
        }
        self.follow(self.now, seen)?;
        self.audit.check(&self.exchange)
    }

    fn follow(&mut self, now: SimTime, seen: usize) -> Result<(), Violation> {
        for event in &self.events[seen..] {
            self.audit.observe(now, event)?;
            if let ExchangeEvent::Private(PrivateMessage {
                execution: Execution::Accepted { order, .. },
                ..
            }) = event
            {
                self.accepted.push(*order);
            }
        }
        Ok(())
    }

    fn request(&mut self, action: &Action) -> Option<(AccountId, Request, SimTime)> {
        let (account, request, back_ms) = match action {
            Action::Create(wish) => (wish.account, Request::Create(self.order(wish)), 0),
            Action::CreateBatch(wishes) => {
                let account = wishes.first().map_or(0, |wish| wish.account);
                let orders = wishes.iter().map(|wish| self.order(wish)).collect();
                (account, Request::CreateBatch(orders), 0)
            }
            Action::Amend(change) => {
                let (account, amend) = self.amend(change);
                (account, Request::Amend(amend), 0)
            }
            Action::Cancel(target) => {
                let (account, order) = self.target(target);
                (account, Request::Cancel { order }, 0)
            }
            Action::CancelBatch(targets) => {
                let meant: Vec<_> = targets.iter().map(|target| self.target(target)).collect();
                let account = meant.first().map_or(0, |(account, _)| *account);
                let orders = meant.iter().map(|(_, order)| *order).collect();
                (account, Request::CancelBatch(orders), 0)
            }
            Action::CancelAll { account } => (*account, Request::CancelAll, 0),
            Action::Decrease { target, by, is_to } => {
                let (account, order) = self.target(target);
                let quantity = Quantity::new(*by).unwrap();
                let reduction =
                    if *is_to { Reduction::To(quantity) } else { Reduction::By(quantity) };
                (account, Request::Decrease { order, reduction }, 0)
            }
            Action::Group { account, group, deed } => {
                let never = OrderGroupId::new(u32::MAX);
                let group = self.group(*account, *group).unwrap_or(never);
                (*account, Request::Group(group_request(group, *deed)), 0)
            }
            Action::Wait(_) | Action::Status(_) | Action::Step { .. } => return None,
            Action::Read { account, query, back_ms } => {
                let query = queries(self.last_accepted())[*query];
                (*account, Request::Read(query), *back_ms)
            }
        };
        let as_of = self.now.before(SimDuration::from_ms(back_ms));
        Some((AccountId::new(account), request, as_of))
    }

    fn amend(&mut self, change: &Change) -> (u32, AmendOrder) {
        let (account, order) = self.target(&change.target);
        let resting = self.exchange.markets().find_map(|market| {
            let mut both = self.exchange.resting_in(market, Side::Bid);
            let found = both.find(|resting| resting.order == order);
            let mut asks = self.exchange.resting_in(market, Side::Ask);
            found.or_else(|| asks.find(|resting| resting.order == order)).map(|it| (market, it))
        });
        let told = self.told(AccountId::new(account)).orders;
        let view = told.iter().find(|view| view.order == order);
        let filled = view.map(|view| view.filled.hundredths()).unwrap_or_default();
        let (market, side, tick, remaining) = resting.map_or(
            (MarketId::new(0), Side::Bid, Tick::new(self.setup.band), 100),
            |(market, it)| (market, it.side, it.tick, it.remaining.hundredths()),
        );
        let levels = &self.exchange.terms(market).levels;
        let steps = if self.setup.is_mirrored { -change.steps } else { change.steps };
        let last = levels.tick_count() - 1;
        let tick = Tick::new(tick.index().saturating_add_signed(steps).min(last));
        let limit_price = levels.price_of(tick);
        self.next_client_order += u64::from(change.is_renamed);
        let renamed = ClientOrderId::new(self.next_client_order);
        let total = (filled + remaining).saturating_add_signed(change.more);
        let amend = AmendOrder {
            order,
            market,
            side,
            limit_price,
            quantity: Quantity::new(total).unwrap(),
            client_order: None,
            new_client_order: change.is_renamed.then_some(renamed),
            expiry: match change.expires_after_ms {
                None => ExpiryChange::Keep,
                Some(0) => ExpiryChange::Remove,
                Some(ms) => ExpiryChange::At(self.now + SimDuration::from_ms(ms - 1)),
            },
        };
        (account, amend)
    }

    /// Who speaks of which order; of one that never was, when there is none.
    fn target(&self, target: &Target) -> (u32, OrderId) {
        let never = OrderId::new(77);
        match *target {
            Target::Resting { index } => {
                let markets = self.exchange.markets();
                let sides = markets.flat_map(|market| [(market, Side::Bid), (market, Side::Ask)]);
                let mut resting: Vec<_> = sides
                    .flat_map(|(market, side)| self.exchange.resting_in(market, side))
                    .map(|order| (order.owner.number(), order.order))
                    .collect();
                resting.sort_by_key(|(_, order)| *order);
                let count = resting.len().max(1);
                resting.get(index % count).copied().unwrap_or((0, never))
            }
            Target::Any { account, index } => {
                let count = self.accepted.len().max(1);
                (account, self.accepted.get(index % count).copied().unwrap_or(never))
            }
        }
    }

    /// One of the groups that an account made, if it made any.
    fn group(&self, account: u32, index: u32) -> Option<OrderGroupId> {
        let own = self.groups.iter().filter(|(owner, _)| *owner == AccountId::new(account));
        let own: Vec<_> = own.collect();
        let count = own.len().max(1);
        own.get(index as usize % count).map(|(_, group)| *group)
    }

    fn last_accepted(&self) -> OrderId {
        self.accepted.last().copied().unwrap_or(OrderId::new(77))
    }

    fn order(&mut self, wish: &Wish) -> CreateOrder {
        self.next_client_order += u64::from(!wish.is_repeated);
        let market = MarketId::new(wish.market);
        let levels = &self.exchange.terms(market).levels;
        let price: Price = levels.price_of(Tick::new(self.setup.band + wish.step));
        let (limit_price, is_bid) = if self.setup.is_mirrored {
            (price.complement(), !wish.is_bid)
        } else {
            (price, wish.is_bid)
        };
        CreateOrder {
            client_order: ClientOrderId::new(self.next_client_order),
            market,
            side: if is_bid { Side::Bid } else { Side::Ask },
            limit_price,
            quantity: Quantity::new(wish.quantity).unwrap(),
            time_in_force: match wish.life {
                Life::Rest => TimeInForce::REST,
                Life::ExpireAfterMs(ms) => TimeInForce::GoodTillCanceled {
                    expires_at: Some(self.now + SimDuration::from_ms(ms)),
                },
                Life::Ioc | Life::ReduceOnly => TimeInForce::ImmediateOrCancel,
                Life::Fok => TimeInForce::FillOrKill,
            },
            effect: match wish.life {
                Life::ReduceOnly => PositionEffect::ReduceOnly,
                Life::Rest | Life::ExpireAfterMs(_) | Life::Ioc | Life::Fok => wish.effect,
            },
            crossing: wish.crossing,
            self_trade: wish.self_trade,
            on_pause: wish.on_pause,
            group: wish.group.and_then(|index| self.group(wish.account, index)),
        }
    }

    /// What an account should read about everything but one order at this moment: from the events
    /// and from the exchange itself.
    pub(crate) fn state(&self, account: AccountId) -> [Reply; 6] {
        let Told { orders, mut fills, .. } = self.told(account);
        fills.reverse();
        let exchange = &self.exchange;
        let held = exchange.markets().map(|market| (market, exchange.holding(account, market)));
        let open = held.filter(|(_, holding)| !holding.position.is_flat());
        let positions = open.map(|(market, holding)| PositionView {
            market,
            position: holding.position,
            exposure: holding.cost,
        });
        let market = MarketId::new(1);
        [
            Reply::Orders(orders),
            Reply::Fills(fills),
            Reply::Positions(positions.collect()),
            Reply::Balance(self.balance(account)),
            Reply::Quote(exchange.quote(market)),
            Reply::Book(exchange.book(market)),
        ]
    }

    /// What an account reads as its money.
    fn balance(&self, account: AccountId) -> BalanceView {
        let funds = self.exchange.funds(account);
        match self.setup.choices.balance_reading {
            BalanceReading::Gross => funds,
            BalanceReading::Net => BalanceView { balance: funds.available, ..funds },
        }
    }

    fn told(&self, account: AccountId) -> Told {
        let partly_filled_ioc = self.setup.choices.partly_filled_ioc;
        let mut told = Told { partly_filled_ioc, ..Told::default() };
        for event in &self.events {
            match event {
                ExchangeEvent::Private(message) if message.account == account => {
                    told.add(message.execution);
                }
                _ => {}
            }
        }
        told
    }

    /// What every account reads about everything at this moment.
    pub(crate) fn views(&mut self, as_of: SimTime) -> Vec<Reply> {
        let order = self.last_accepted();
        let mut views = Vec::new();
        for account in (0..CROWD - 1).map(AccountId::new) {
            for query in queries(order) {
                let request = Request::Read(query);
                let now = self.now;
                let mut nothing = Vec::new();
                views.push(self.exchange.apply(now, account, &request, as_of, &mut nothing));
                assert!(nothing.is_empty(), "a read has no events");
            }
        }
        views
    }
}

/// An account's orders and fills as the events tell them.
#[derive(Debug, Default)]
struct Told {
    partly_filled_ioc: PartlyFilledIoc,
    orders: Vec<OrderView>,
    fills: Vec<FillReport>,
}

impl Told {
    fn add(&mut self, execution: Execution) {
        if let Execution::Accepted { order, client_order, market, side, limit_price, quantity } =
            execution
        {
            self.orders.push(OrderView {
                order,
                client_order,
                market,
                side,
                limit_price,
                initial: quantity,
                filled: Quantity::ZERO,
                remaining: quantity,
                status: OrderStatus::Resting,
            });
            return;
        }
        let id = match execution {
            Execution::Accepted { order, .. }
            | Execution::Amended { order, .. }
            | Execution::Filled(FillReport { order, .. })
            | Execution::Decreased { order, .. }
            | Execution::Ended { order, .. } => order,
        };
        let view = self.orders.iter_mut().rfind(|view| view.order == id).unwrap();
        match execution {
            Execution::Accepted { .. } => {}
            Execution::Amended { client_order, limit_price, quantity, remaining, .. } => {
                (view.client_order, view.limit_price) = (client_order, limit_price);
                (view.initial, view.remaining) = (quantity, remaining);
            }
            Execution::Filled(fill) => {
                view.filled += fill.quantity;
                view.remaining -= fill.quantity;
                self.fills.push(fill);
            }
            Execution::Decreased { remaining, .. } => view.remaining = remaining,
            Execution::Ended { end, .. } => {
                view.remaining = Quantity::ZERO;
                let is_dropped =
                    matches!(end, OrderEnd::NotFilledAtOnce | OrderEnd::NothingToClose);
                let partly = is_dropped
                    && !view.filled.is_zero()
                    && self.partly_filled_ioc == PartlyFilledIoc::Executed;
                view.status = if end == OrderEnd::Executed || partly {
                    OrderStatus::Executed
                } else {
                    OrderStatus::Canceled
                };
            }
        }
    }
}

/// One query of each kind.
fn queries(order: OrderId) -> [Query; 7] {
    let market = MarketId::new(1);
    [
        Query::Order(order),
        Query::Orders,
        Query::Fills,
        Query::Positions,
        Query::Balance,
        Query::Quote(market),
        Query::Book(market),
    ]
}

fn group_request(group: OrderGroupId, deed: GroupDeed) -> GroupRequest {
    let contracts_limit = |contracts| Quantity::of_contracts(contracts).unwrap();
    match deed {
        GroupDeed::Create { contracts } => {
            GroupRequest::Create { contracts_limit: contracts_limit(contracts) }
        }
        GroupDeed::SetLimit { contracts } => {
            GroupRequest::SetLimit { group, contracts_limit: contracts_limit(contracts) }
        }
        GroupDeed::Trigger => GroupRequest::Trigger(group),
        GroupDeed::Reset => GroupRequest::Reset(group),
        GroupDeed::Delete => GroupRequest::Delete(group),
    }
}
