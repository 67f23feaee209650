//! Random requests of several accounts, and an exchange that they are sent to under audit.

use fillgap::audit::{ExchangeAudit, Violation};
use fillgap::book::BookCapacity;
use fillgap::exchange::{Exchange, ExchangeEvent, ExchangeSettings, Funding, PostOnlyCross};
use fillgap::market::{
    BalanceStep, FeeKind, FeeMultiplier, FeeRounding, FeeSchedule, MarketTerms, PriceLevelLabel,
    PriceLevelStructure, SelfTradePrevention, Tick, TimeInForce,
};
use fillgap::protocol::{
    CreateOrder, Crossing, Execution, FillReport, OrderEnd, OrderStatus, OrderView, PositionEffect,
    PositionView, PrivateMessage, Query, Reply, Request,
};
use fillgap::units::{
    AccountId, Cash, ClientOrderId, EventId, MarketId, OrderId, Price, Quantity, Side, SimDuration,
    SimTime, parse_decimal,
};
use proptest::prelude::*;

/// How long the past is kept.
pub(crate) const KEEP_MS: u64 = 50;
/// Two watched accounts with cash, one with little and not watched, and the crowd.
pub(crate) const ACCOUNTS: u32 = 4;
const CROWD: u32 = 3;
const MARKETS: u32 = 2;

/// What somebody does next.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    Create(Wish),
    Cancel(Target),
    Decrease {
        target: Target,
        reduce_by: u64,
    },
    /// Time passes [ms].
    Wait(u64),
    Read {
        account: u32,
        query: usize,
        back_ms: u64,
    },
}

/// Which order is meant.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// One that rests, by its owner.
    Resting { index: usize },
    /// Any that was ever accepted, by anybody.
    Any { account: u32, index: usize },
}

/// A wish for an order.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    account: u32,
    market: u32,
    is_bid: bool,
    /// Price levels above the lowest of the band.
    step: u32,
    quantity: u64,
    life: Life,
    effect: PositionEffect,
    crossing: Crossing,
    self_trade: Option<SelfTradePrevention>,
    /// Uses a client order id again.
    is_repeated: bool,
}

#[derive(Clone, Copy, Debug)]
enum Life {
    Rest,
    ExpireAfterMs(u64),
    Ioc,
    Fok,
    ReduceOnly,
}

/// How the exchange is set up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setup {
    rounding: FeeRounding,
    kind: FeeKind,
    /// [0.0001]
    multiplier: u32,
    /// The lowest tick of the band of prices that is used.
    band: u32,
    capacity: u32,
    post_only_cross: PostOnlyCross,
    /// Whether every price is replaced by one dollar minus it, and every side by the other.
    is_mirrored: bool,
    has_idle_account: bool,
}

impl Setup {
    pub(crate) fn mirrored(self) -> Self {
        Self { is_mirrored: true, ..self }
    }

    pub(crate) fn with_idle_account(self) -> Self {
        Self { has_idle_account: true, ..self }
    }
}

pub(crate) fn setups() -> impl Strategy<Value = Setup> {
    let steps = prop_oneof![Just(BalanceStep::TenThousandth), Just(BalanceStep::Cent)];
    let roundings = steps.prop_flat_map(|balance_step| {
        prop_oneof![
            2 => Just(FeeRounding::Millionth { balance_step }),
            1 => Just(FeeRounding::TenThousandth { balance_step }),
            1 => Just(FeeRounding::WholeCent),
        ]
    });
    let kinds = prop::sample::select(&FeeKind::ALL[..]);
    let multipliers = prop_oneof![2 => Just(10_000_u32), 1 => Just(5_000), 1 => Just(0)];
    // The grid has 0.001 below 0.10 (ticks 0 to 98), 0.01 to 0.90 (99 to 178), then 0.001 again.
    let bands = prop_oneof![Just(0_u32), Just(92), Just(134), Just(172), Just(267)];
    let capacities = prop_oneof![4 => Just(1_000_u32), 1 => Just(3)];
    let crosses =
        prop_oneof![2 => Just(PostOnlyCross::Refused), 1 => Just(PostOnlyCross::Canceled)];
    (roundings, kinds, multipliers, bands, capacities, crosses).prop_map(
        |(rounding, kind, multiplier, band, capacity, post_only_cross)| Setup {
            rounding,
            kind,
            multiplier,
            band,
            capacity,
            post_only_cross,
            is_mirrored: false,
            has_idle_account: false,
        },
    )
}

pub(crate) fn actions() -> impl Strategy<Value = Vec<Action>> {
    let account = 0..ACCOUNTS;
    let wish = (
        account.clone(),
        0..MARKETS,
        any::<bool>(),
        0_u32..12,
        prop_oneof![4 => 1_u64..700, 3 => (1_u64..8).prop_map(|whole| whole * 100), 1 => 0_u64..2],
        prop_oneof![
            5 => Just(Life::Rest),
            1 => (0_u64..40).prop_map(|ms| Life::ExpireAfterMs(ms / 2)),
            2 => Just(Life::Ioc),
            2 => Just(Life::Fok),
            2 => Just(Life::ReduceOnly),
        ],
        prop_oneof![9 => Just(PositionEffect::Any), 1 => Just(PositionEffect::ReduceOnly)],
        prop_oneof![7 => Just(Crossing::Allowed), 1 => Just(Crossing::PostOnly)],
        prop_oneof![
            2 => Just(None),
            1 => Just(Some(SelfTradePrevention::TakerAtCross)),
            1 => Just(Some(SelfTradePrevention::Maker)),
        ],
        prop::bool::weighted(0.03),
    )
        .prop_map(
            |(
                account,
                market,
                is_bid,
                step,
                quantity,
                life,
                effect,
                crossing,
                self_trade,
                is_repeated,
            )| Wish {
                account,
                market,
                is_bid,
                step,
                quantity,
                life,
                effect,
                crossing,
                self_trade,
                is_repeated,
            },
        );
    let target = prop_oneof![
        7 => (0_usize..64).prop_map(|index| Target::Resting { index }),
        1 => (account.clone(), 0_usize..64)
            .prop_map(|(account, index)| Target::Any { account, index }),
    ];
    let action = prop_oneof![
        12 => wish.prop_map(Action::Create),
        2 => target.clone().prop_map(Action::Cancel),
        2 => (target, 0_u64..400)
            .prop_map(|(target, reduce_by)| Action::Decrease { target, reduce_by }),
        3 => (0_u64..15).prop_map(Action::Wait),
        2 => (account, 0_usize..7, 0..KEEP_MS)
            .prop_map(|(account, query, back_ms)| Action::Read { account, query, back_ms }),
    ];
    prop::collection::vec(action, 1..120)
}

/// An exchange that requests are sent to.
#[derive(Debug)]
pub(crate) struct Hall {
    pub(crate) exchange: Exchange,
    audit: ExchangeAudit,
    setup: Setup,
    pub(crate) now: SimTime,
    accepted: Vec<OrderId>,
    next_client_order: u64,
    pub(crate) events: Vec<ExchangeEvent>,
}

impl Hall {
    pub(crate) fn new(setup: Setup) -> Self {
        let mut exchange = Exchange::new(ExchangeSettings {
            fee_rounding: setup.rounding,
            book_capacity: BookCapacity::new(setup.capacity).unwrap(),
            post_only_cross: setup.post_only_cross,
            ..ExchangeSettings::default()
        });
        let multiplier = parse_decimal("multiplier", &format!("{}e-4", setup.multiplier)).unwrap();
        let multiplier = FeeMultiplier::from_decimal(multiplier).unwrap();
        for number in 0..MARKETS {
            exchange.list_market(MarketTerms {
                ticker: format!("KXDEMO-26NOV22-T{number}"),
                event: EventId::new(0),
                levels: PriceLevelStructure::of_label(PriceLevelLabel::TaperedDeciCent),
                fees: FeeSchedule::new(setup.kind, multiplier),
            });
        }
        for millionths in [20_000_000, 5_000_000, 500_000] {
            let cash = Cash::from_millionths(millionths);
            let account = exchange.open_account(Funding::Cash(cash));
            if millionths > 1_000_000 {
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
            let Some((account, request, as_of)) = self.request(action) else {
                self.pass_time(action)?;
                look(self, None);
                continue;
            };
            let seen = self.events.len();
            let (now, events) = (self.now, &mut self.events);
            let reply = self.exchange.apply(now, account, &request, as_of, events);
            self.follow(seen)?;
            self.audit.replied(&request, &reply)?;
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
            assert!(self.events.len() > seen, "a deadline at which nothing happens");
            self.follow(seen)?;
            self.audit.check(&self.exchange)?;
        }
        Ok(())
    }

    fn follow(&mut self, seen: usize) -> Result<(), Violation> {
        for event in &self.events[seen..] {
            self.audit.observe(event)?;
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
            Action::Cancel(target) => {
                let (account, order) = self.target(target);
                (account, Request::Cancel { order }, 0)
            }
            Action::Decrease { target, reduce_by } => {
                let (account, order) = self.target(target);
                let reduce_by = Quantity::new(*reduce_by).unwrap();
                (account, Request::Decrease { order, reduce_by }, 0)
            }
            Action::Wait(_) => return None,
            Action::Read { account, query, back_ms } => {
                let query = queries(self.last_accepted())[*query];
                (*account, Request::Read(query), *back_ms)
            }
        };
        let as_of = self.now.before(SimDuration::from_ms(back_ms));
        Some((AccountId::new(account), request, as_of))
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
        }
    }

    /// What an account should read about everything but one order at this moment: from the events
    /// and from the exchange itself.
    pub(crate) fn state(&self, account: AccountId) -> [Reply; 6] {
        let Told { orders, mut fills } = self.told(account);
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
            Reply::Balance(exchange.funds(account)),
            Reply::Quote(exchange.quote(market)),
            Reply::Book(exchange.book(market)),
        ]
    }

    fn told(&self, account: AccountId) -> Told {
        let mut told = Told::default();
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
            | Execution::Filled(FillReport { order, .. })
            | Execution::Decreased { order, .. }
            | Execution::Ended { order, .. } => order,
        };
        let view = self.orders.iter_mut().rfind(|view| view.order == id).unwrap();
        match execution {
            Execution::Accepted { .. } => {}
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
                let partly = is_dropped && !view.filled.is_zero();
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
