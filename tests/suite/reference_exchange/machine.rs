//! The exchange and its reference, side by side.

use fillgap::audit::ExchangeAudit;
use fillgap::exchange::{EventNetting, Exchange, ExchangeEvent, Funding};
use fillgap::market::{CollateralReturn, EventRules, MarketTerms};
use fillgap::protocol::{AmendOrder, Execution, PrivateMessage, Query, Reply, Request};
use fillgap::units::{AccountId, EventId, OrderId, Side, SimDuration, SimTime};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use proptest_state_machine::{StateMachineTest, prop_state_machine};

use super::basis::Way;
use super::past::{KEEP_MS, WATCHED};
use super::prices::Grid;
use super::settings::Settings;
use super::state::{Payout, Reference, Told};
use super::steps::{Transition, cash, rules};
use super::wording::{exchange_settings, fee_schedule, price_levels};
use crate::operation_count::{Case, case, count};

/// The exchange under test.
#[derive(Debug)]
pub(super) struct Subject {
    exchange: Exchange,
    audit: ExchangeAudit,
    now: SimTime,
    /// The exchange's ids in the order of acceptance, which is how the reference numbers orders.
    ids: Vec<OrderId>,
    case: Case,
}

impl Subject {
    fn new(settings: &Settings) -> Self {
        let mut exchange = Exchange::new(exchange_settings(settings));
        for (number, rules) in rules(settings).into_iter().enumerate() {
            let terms = MarketTerms {
                ticker: format!("KXDEMO-26NOV22-T{number}"),
                event: EventId::new(0),
                levels: price_levels(Grid::CENTS),
                fees: fee_schedule(&settings.formula),
            };
            exchange.list_market_with(terms, rules);
        }
        for cash in cash(settings) {
            exchange.open_account(cash.map_or(Funding::Unlimited, Funding::Cash));
        }
        if let Some(returns) = settings.returns {
            let collateral_return = CollateralReturn::MutuallyExclusive;
            exchange.list_event(EventId::new(0), EventRules { collateral_return });
            for (account, is_on) in (0..).map(AccountId::new).zip(returns) {
                let netting = if is_on { EventNetting::On } else { EventNetting::Off };
                exchange.set_netting(account, netting);
            }
        }
        let keep = SimDuration::from_ms(KEEP_MS);
        (0..WATCHED).for_each(|account| exchange.watch(AccountId::new(account), keep));
        let audit = ExchangeAudit::new(&exchange);
        Self { exchange, audit, now: SimTime::START, ids: Vec::new(), case: case() }
    }

    fn id(&self, number: OrderId) -> OrderId {
        let index = usize::try_from(number.number()).unwrap();
        self.ids.get(index).copied().unwrap_or(OrderId::new(u64::MAX))
    }

    fn number(&self, id: OrderId) -> OrderId {
        let index = self.ids.iter().rposition(|known| *known == id).expect("an accepted order");
        OrderId::new(index as u64)
    }

    /// A request that speaks of orders by their numbers, with the exchange's ids.
    fn with_ids(&self, request: &Request) -> Request {
        match request.clone() {
            Request::Amend(amend) => {
                Request::Amend(AmendOrder { order: self.id(amend.order), ..amend })
            }
            Request::Decrease { order, reduction } => {
                Request::Decrease { order: self.id(order), reduction }
            }
            Request::Cancel { order } => Request::Cancel { order: self.id(order) },
            Request::CancelBatch(orders) => {
                Request::CancelBatch(orders.iter().map(|order| self.id(*order)).collect())
            }
            Request::Read(Query::QueuePosition(order)) => {
                Request::Read(Query::QueuePosition(self.id(order)))
            }
            Request::Read(Query::Order(order)) => Request::Read(Query::Order(self.id(order))),
            other => other,
        }
    }

    /// A reply with numbers for the exchange's ids.
    fn with_numbers(&self, mut reply: Reply) -> Reply {
        match &mut reply {
            Reply::Created(created) => created.order = self.number(created.order),
            Reply::CreatedBatch(items) => {
                items.iter_mut().flatten().for_each(|it| it.order = self.number(it.order));
            }
            Reply::Amended(amended) => amended.order = self.number(amended.order),
            Reply::Decreased(decreased) => decreased.order = self.number(decreased.order),
            Reply::Canceled(canceled) => canceled.order = self.number(canceled.order),
            Reply::CanceledBatch(items) => {
                items.iter_mut().flatten().for_each(|it| it.order = self.number(it.order));
            }
            Reply::Order(view) => view.order = self.number(view.order),
            Reply::Orders(views) => {
                for view in views {
                    view.order = self.number(view.order);
                }
            }
            Reply::Fills(fills) => {
                for fill in fills {
                    fill.order = self.number(fill.order);
                }
            }
            Reply::Group(group) => {
                for order in &mut group.orders {
                    *order = self.number(*order);
                }
            }
            Reply::QueuePositions(all) => {
                for it in all {
                    it.order = self.number(it.order);
                }
            }
            Reply::Groups(groups) => {
                let orders = groups.iter_mut().flat_map(|group| &mut group.orders);
                orders.for_each(|order| *order = self.number(*order));
            }
            _ => {}
        }
        reply
    }

    /// What the events say, with numbers for the exchange's ids.
    fn told(&mut self, events: &[ExchangeEvent]) -> Vec<Told> {
        let mut told = Vec::new();
        for event in events {
            self.audit.observe(self.now, event).unwrap();
            told.extend(match *event {
                ExchangeEvent::Private(PrivateMessage { account, mut execution }) => {
                    if let Execution::Accepted { order, .. } = execution {
                        self.ids.push(order);
                    }
                    match &mut execution {
                        Execution::Filled(fill) => fill.order = self.number(fill.order),
                        Execution::Accepted { order, .. }
                        | Execution::Amended { order, .. }
                        | Execution::Decreased { order, .. }
                        | Execution::Ended { order, .. } => *order = self.number(*order),
                    }
                    Some(Told::Execution(account, execution))
                }
                ExchangeEvent::Trade { trade, market, price, quantity, taker_side } => {
                    Some(Told::Trade(trade, market, price, quantity, taker_side))
                }
                ExchangeEvent::MarketStatusChanged { market, status, .. } => {
                    Some(Told::Status(market, status))
                }
                ExchangeEvent::Settled { account, settlement } => {
                    let (market, held) = (settlement.market, settlement.position);
                    let payout = Payout { paid: settlement.payout, kept: settlement.fee };
                    Some(Told::Settled(account, market, held, payout))
                }
                ExchangeEvent::LevelsRefined { market } => Some(Told::Refined(market)),
                ExchangeEvent::QuoteChanged(_)
                | ExchangeEvent::FundsChanged { .. }
                | ExchangeEvent::LevelChanged(_)
                | ExchangeEvent::FeesDue { .. }
                | ExchangeEvent::CollateralReturned { .. }
                | ExchangeEvent::GroupChanged { .. }
                | ExchangeEvent::CloseMoved { .. } => None,
            });
        }
        told
    }

    /// The whole state, side by side.
    fn compare(&self, reference: &Reference) {
        for market in self.exchange.markets() {
            for side in [Side::Bid, Side::Ask] {
                let levels = &self.exchange.terms(market).levels;
                let resting = self.exchange.resting_in(market, side).map(|order| {
                    let price = levels.price_of(order.tick);
                    (self.number(order.order), order.owner, price, order.remaining)
                });
                let queue = reference.queue(market, side).into_iter();
                let expected =
                    queue.map(|order| (order.id, order.account, order.limit, order.remaining));
                assert_eq!(resting.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
            }
            let best = |side| reference.queue(market, side).first().map(|order| order.limit);
            let quote = self.exchange.quote(market);
            assert_eq!((quote.bid, quote.ask), (best(Side::Bid), best(Side::Ask)));
            for account in self.exchange.accounts() {
                let held = self.exchange.position(account, market);
                assert_eq!(held, reference.position(account, market), "{account}, {market}");
                let holding = self.exchange.holding(account, market);
                let booked = (Way { cost: holding.cost, realized: holding.realized }, holding.fees);
                assert_eq!(booked, reference.booked(account, market), "{account}, {market}");
                let locked = self.exchange.locked(account, market);
                assert_eq!(locked, reference.locked(account, market), "{account}, {market}");
            }
        }
        for account in self.exchange.accounts() {
            let funds = self.exchange.funds(account);
            assert_eq!(funds, reference.funds(account), "{account}");
            let returned = self.exchange.returned(account, EventId::new(0));
            assert_eq!(returned, reference.returned[account.number() as usize], "{account}");
        }
        assert_eq!(self.exchange.ledger().fees(), reference.fees);
    }
}

fn assert_same(told: &[Told], expected: &[Told]) {
    for (one, other) in told.iter().zip(expected) {
        assert_eq!(one, other);
    }
    assert_eq!(told.len(), expected.len(), "{told:?} and {expected:?}");
}

impl StateMachineTest for Subject {
    type SystemUnderTest = Self;
    type Reference = Reference;

    fn init_test(reference: &Reference) -> Self {
        Self::new(&reference.settings)
    }

    fn apply(mut subject: Self, reference: &Reference, transition: Transition) -> Self {
        count();
        let mut events = Vec::new();
        let mut reply = None;
        match &transition {
            Transition::Ask(account, request) => {
                let request = subject.with_ids(request);
                let now = subject.now;
                subject.audit.asked(now, *account, &request).unwrap();
                reply = Some(subject.exchange.apply(now, *account, &request, now, &mut events));
                assert_same(&subject.told(&events), &reference.told);
                subject.audit.answered(reply.as_ref().unwrap()).unwrap();
            }
            Transition::Look(account, query, back) => {
                let request = subject.with_ids(&Request::Read(*query));
                let (now, as_of) = (subject.now, subject.now.before(*back));
                subject.audit.asked(now, *account, &request).unwrap();
                let found = subject.exchange.apply(now, *account, &request, as_of, &mut events);
                // What was due by itself comes before it.
                assert_same(&subject.told(&events), &reference.told);
                subject.audit.answered(&found).unwrap();
                reply = Some(found);
            }
            Transition::Wait(time) => {
                subject.now += *time;
                while let Some(due) =
                    subject.exchange.next_deadline().filter(|due| *due <= subject.now)
                {
                    subject.exchange.expire_due(due, &mut events);
                }
                assert_same(&subject.told(&events), &reference.told);
            }
            Transition::SetStatus(status) => {
                subject.exchange.set_status(subject.now, *status, &mut events);
                assert_same(&subject.told(&events), &reference.told);
            }
            Transition::Step(market, step) => {
                let taken = subject.exchange.take_step(subject.now, *market, *step, &mut events);
                assert_eq!(taken.is_ok(), reference.has_stepped, "{taken:?}");
                assert_same(&subject.told(&events), &reference.told);
            }
            Transition::Refine(market, grid) => {
                let (now, levels) = (subject.now, price_levels(*grid));
                let taken = subject.exchange.refine_levels(now, *market, levels, &mut events);
                assert_eq!(taken.is_ok(), reference.has_stepped, "{taken:?}");
                assert_same(&subject.told(&events), &reference.told);
            }
        }
        assert_eq!(reply.map(|reply| subject.with_numbers(reply)), reference.reply);
        let checked = subject.audit.check(&subject.exchange);
        checked.unwrap_or_else(|found| panic!("{found:?} after {:?}", reference.told));
        subject.compare(reference);
        subject
    }

    fn teardown(subject: Self, _: Reference) {
        subject.case.holds();
    }
}

pub(super) fn config(cases: u32, seed: u64) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

prop_state_machine! {
    #![proptest_config(config(2_000, 7))]

    #[test]
    fn the_exchange_does_what_its_reference_does(sequential 1..150 => Subject);
}

prop_state_machine! {
    #![proptest_config(config(60_000, 11))]

    #[test]
    #[ignore = "hours: the campaign before a release"]
    fn the_exchange_does_what_its_reference_does_for_long(sequential 1..400 => Subject);
}
