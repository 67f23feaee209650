//! The exchange and its reference, side by side.

use std::collections::BTreeMap;

use fillgap::audit::ExchangeAudit;
use fillgap::book::BookCapacity;
use fillgap::exchange::{Exchange, ExchangeEvent, ExchangeSettings, Funding};
use fillgap::market::{
    FeeKind, FeeMultiplier, FeeSchedule, MarketTerms, PriceLevelLabel, PriceLevelStructure,
};
use fillgap::protocol::{
    AmendOrder, Execution, PrivateMessage, Query, RejectReason, Reply, Request,
};
use fillgap::units::{Cash, EventId, OrderId, Side, SimTime, parse_decimal};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use super::state::{Reference, Told};
use super::steps::{ACCOUNTS, Transition, cash, rules};
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
    fn new() -> Self {
        let capacity = BookCapacity::new(1_000).unwrap();
        let settings = ExchangeSettings { book_capacity: capacity, ..ExchangeSettings::default() };
        let mut exchange = Exchange::new(settings);
        let free = FeeMultiplier::from_decimal(parse_decimal("multiplier", "0").unwrap()).unwrap();
        for (number, rules) in rules().into_iter().enumerate() {
            let terms = MarketTerms {
                ticker: format!("KXDEMO-26NOV22-T{number}"),
                event: EventId::new(0),
                levels: PriceLevelStructure::of_label(PriceLevelLabel::LinearCent),
                fees: FeeSchedule::new(FeeKind::Quadratic, free),
            };
            exchange.list_market_with(terms, rules);
        }
        for account in 0..ACCOUNTS {
            exchange.open_account(cash(account).map_or(Funding::Unlimited, Funding::Cash));
        }
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
            self.audit.observe(event).unwrap();
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
                ExchangeEvent::MarketStatusChanged { market, status } => {
                    Some(Told::Status(market, status))
                }
                ExchangeEvent::Settled { account, settlement } => {
                    assert_eq!(settlement.fee, Cash::ZERO);
                    let (market, held) = (settlement.market, settlement.position);
                    Some(Told::Settled(account, market, held, settlement.payout))
                }
                ExchangeEvent::QuoteChanged(_)
                | ExchangeEvent::FundsChanged { .. }
                | ExchangeEvent::LevelChanged(_)
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
                let locked = self.exchange.locked(account, market);
                assert_eq!(locked, reference.locked(account, market, None), "{account}, {market}");
            }
        }
        for account in self.exchange.accounts() {
            let funds = self.exchange.funds(account);
            let expected =
                (reference.cash[account.number() as usize], reference.available(account));
            assert_eq!((funds.balance, funds.available), expected, "{account}");
        }
    }
}

impl StateMachineTest for Subject {
    type SystemUnderTest = Self;
    type Reference = Reference;

    fn init_test(_: &Reference) -> Self {
        Self::new()
    }

    fn apply(mut subject: Self, reference: &Reference, transition: Transition) -> Self {
        count();
        let mut events = Vec::new();
        let mut reply = None;
        match &transition {
            Transition::Ask(account, request) => {
                let request = subject.with_ids(request);
                let now = subject.now;
                reply = Some(subject.exchange.apply(now, *account, &request, now, &mut events));
                let told = subject.told(&events);
                assert_eq!(told, reference.told);
                subject.audit.replied(&request, reply.as_ref().unwrap()).unwrap();
            }
            Transition::Wait(time) => {
                subject.now += *time;
                while let Some(due) =
                    subject.exchange.next_deadline().filter(|due| *due <= subject.now)
                {
                    subject.exchange.expire_due(due, &mut events);
                }
                assert_eq!(subject.told(&events), reference.told);
            }
            Transition::SetStatus(status) => {
                subject.exchange.set_status(subject.now, *status, &mut events);
                assert_eq!(subject.told(&events), reference.told);
            }
            Transition::Step(market, step) => {
                let taken = subject.exchange.take_step(subject.now, *market, *step, &mut events);
                assert_eq!(taken.is_err(), reference.told.is_empty(), "{taken:?}");
                assert_eq!(subject.told(&events), reference.told);
            }
        }
        assert_eq!(reply.map(|reply| subject.with_numbers(reply)), reference.reply);
        subject.audit.check(&subject.exchange).unwrap();
        subject.compare(reference);
        subject
    }

    fn teardown(subject: Self, _: Reference) {
        subject.case.holds();
    }
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 2_000,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

prop_state_machine! {
    #![proptest_config(config())]

    #[test]
    fn the_exchange_does_what_its_reference_does(sequential 1..150 => Subject);
}

/// How often the random steps lead to each outcome: a comparison that never meets an outcome says
/// nothing about it.
#[test]
fn the_random_steps_reach_every_outcome() {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut runner = TestRunner::new(config());
    for _ in 0..400 {
        let steps = Reference::sequential_strategy(1..150).new_tree(&mut runner).unwrap();
        let (mut state, steps, _) = steps.current();
        for step in &steps {
            state = <Reference as ReferenceStateMachine>::apply(state, step);
            let mut count = |outcome: String| *counts.entry(outcome).or_default() += 1;
            match &state.reply {
                Some(Reply::Rejected(reason)) => count(format!("{reason:?}")),
                Some(Reply::CreatedBatch(items)) => {
                    items.iter().filter_map(|it| it.as_ref().err()).for_each(|reason| {
                        count(format!("{reason:?}"));
                    });
                }
                _ => {}
            }
            for told in &state.told {
                count(match told {
                    Told::Execution(_, Execution::Ended { end, .. }) => format!("{end:?}"),
                    Told::Execution(_, Execution::Filled(_)) => "filled".to_owned(),
                    Told::Execution(_, Execution::Amended { .. }) => "amended".to_owned(),
                    Told::Execution(_, Execution::Decreased { .. }) => "decreased".to_owned(),
                    Told::Settled(..) => "settled".to_owned(),
                    Told::Status(_, status) => status.to_string(),
                    Told::Execution(_, Execution::Accepted { .. }) | Told::Trade(..) => continue,
                });
            }
        }
    }
    // The book has room, all markets are listed, and no post-only order is taken to be canceled.
    let never = [RejectReason::ExchangeUnavailable, RejectReason::MarketNotFound];
    let reasons = RejectReason::ALL.into_iter().filter(|reason| !never.contains(reason));
    let told = [
        "Executed",
        "Canceled",
        "Expired",
        "NotFilledAtOnce",
        "SelfTrade",
        "NothingToClose",
        "GroupCanceled",
        "Halted",
        "MarketClosed",
        "filled",
        "amended",
        "decreased",
        "settled",
        "active",
        "inactive",
        "closed",
        "determined",
        "disputed",
        "amended",
        "finalized",
    ];
    let expected = reasons.map(|reason| format!("{reason:?}")).chain(told.map(str::to_owned));
    let rare: Vec<_> =
        expected.filter(|outcome| counts.get(outcome).copied().unwrap_or_default() < 10).collect();
    assert!(rare.is_empty(), "{rare:?} in {counts:?}");
}
