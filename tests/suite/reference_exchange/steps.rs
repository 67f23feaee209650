//! Random steps, given what rests.

use fillgap::market::{
    ExchangeStatus, LifeStep, MarketResult, MarketRules, MarketStatus, PositionLimit,
    SelfTradePrevention, TimeInForce,
};
use fillgap::protocol::{
    AmendOrder, CreateOrder, Crossing, ExpiryChange, GroupRequest, OnPause, PositionEffect, Query,
    Reduction, Request,
};
use fillgap::units::{
    AccountId, Cash, ClientOrderId, MarketId, OrderGroupId, OrderId, Price, Quantity, Side,
    SimDuration, SimTime,
};
use proptest::prelude::*;
use proptest::strategy::BoxedStrategy;
use proptest_state_machine::ReferenceStateMachine;

use super::choices::settings;
use super::life::SETTLEMENT_TIMER;
use super::past::KEEP_MS;
use super::prices::Grid;
use super::settings::{ACCOUNTS, Limit, Payment, Settings};
use super::state::{Market, Reference, User};

/// One step of both.
#[derive(Clone, Debug)]
pub(super) enum Transition {
    Ask(AccountId, Request),
    /// A read of what was this long ago.
    Look(AccountId, Query, SimDuration),
    Wait(SimDuration),
    SetStatus(ExchangeStatus),
    Step(MarketId, LifeStep),
    Refine(MarketId, Grid),
}

/// What is listed: two markets, and a third where collateral comes back, which is a matter of sets.
pub(super) fn rules(settings: &Settings) -> Vec<MarketRules> {
    let plain = MarketRules {
        settlement_timer: Some(SETTLEMENT_TIMER),
        position_limit: match settings.limit {
            Limit::None => None,
            Limit::Contracts(limit) => Some(PositionLimit::Contracts(limit)),
            Limit::Risk(limit) => Some(PositionLimit::Risk(limit)),
        },
        fees_waived_until: settings.waived_until,
        ..MarketRules::default()
    };
    let at = |ms| Some(SimTime::START + SimDuration::from_ms(ms));
    let third = settings.returns.map(|_| plain.clone());
    let second = MarketRules { opens_at: at(3), closes_at: at(400), ..plain.clone() };
    [plain, second].into_iter().chain(third).collect()
}

/// What each account brings; none may spend without limit. Where orders are paid at the match, it is
/// so little that a second order often can not be paid.
pub(super) fn cash(settings: &Settings) -> [Option<Cash>; ACCOUNTS as usize] {
    let dollars = match settings.payment {
        Payment::AtEntry => ["20", "5", "1.5"],
        Payment::AtMatch => ["3", "2", "1"],
    };
    let [first, second, third] = dollars.map(|amount| Some(amount.parse().unwrap()));
    [first, second, third, None]
}

/// Who speaks of which order: mostly the owner of one that rests.
fn targets(state: &Reference) -> BoxedStrategy<(AccountId, OrderId)> {
    let any = (accounts(), 0..state.accepted + 2)
        .prop_map(|(account, number)| (account, OrderId::new(number)));
    let own: Vec<_> = state.orders.iter().map(|order| (order.account, order.id)).collect();
    if own.is_empty() {
        return any.boxed();
    }
    prop_oneof![9 => prop::sample::select(own), 1 => any].boxed()
}

/// What an account might ask, given what rests.
fn requests(state: &Reference) -> BoxedStrategy<Transition> {
    let next = state.next_client_order;
    let payment = state.settings.payment;
    let create = (accounts(), orders(state, next)).prop_map({
        let known = own_groups(state);
        let former: Vec<_> =
            state.used.iter().filter(|used| used.by == User::Former).copied().collect();
        move |(account, order)| {
            let own = former.iter().rev().find(|used| used.account == account);
            let again = own.filter(|_| order.quantity.hundredths() % 4 == 3);
            let client_order = again.map_or(order.client_order, |used| used.id);
            let order = CreateOrder { client_order, ..order };
            let order = apart(payment, account, in_own_group(&known, account, order));
            Transition::Ask(account, Request::Create(order))
        }
    });
    let batches =
        (accounts(), orders(state, next), orders(state, next + 1), 0_usize..=2).prop_map({
            let known = own_groups(state);
            move |(account, first, second, count)| {
                let orders = [first, second].into_iter().take(count);
                let orders = orders.map(|order| in_own_group(&known, account, order));
                let orders = orders.map(|order| apart(payment, account, order)).collect();
                Transition::Ask(account, Request::CreateBatch(orders))
            }
        });
    let reads =
        (targets(state), markets(state), 0_u32..6).prop_map(|((account, order), market, kind)| {
            let query = match kind {
                0 => Query::QueuePosition(order),
                1 => Query::QueuePositions(market),
                2 => Query::Group(OrderGroupId::new(market.number())),
                3 => Query::ExchangeStatus,
                4 => Query::MarketStatus(market),
                _ => Query::Groups,
            };
            Transition::Ask(account, Request::Read(query))
        });
    prop_oneof![
        40 => create,
        16 => neighbors(state),
        4 => batches,
        16 => amends(state, targets(state)),
        16 => removals(state),
        5 => groups(state),
        5 => reads,
        14 => looks(state),
    ]
    .boxed()
}

/// Orders because of one that rests: another one beside it of the same account, or one that takes it
/// and much behind it, by an account that can pay for anything.
fn neighbors(state: &Reference) -> impl Strategy<Value = Transition> + use<> {
    let next = ClientOrderId::new(state.next_client_order);
    let (first, half) = (MarketId::new(0), Price::new(5_000).unwrap());
    let known: Vec<_> = state
        .orders
        .iter()
        .map(|order| (order.account, order.market, order.side, order.limit))
        .chain([(AccountId::new(0), first, Side::Bid, half)])
        .collect();
    let payment = state.settings.payment;
    let how = (1_u32..4, any::<bool>(), any::<bool>());
    (prop::sample::select(known), how).prop_map(move |(beside, (contracts, takes, is_killed))| {
        let (owner, market, side, limit) = beside;
        let quantity = |contracts| Quantity::of_contracts(contracts).unwrap();
        let (account, order) = if takes {
            let all = CreateOrder::new(next, market, side.opposite(), limit, quantity(12));
            let time_in_force =
                if is_killed { TimeInForce::FillOrKill } else { TimeInForce::ImmediateOrCancel };
            (AccountId::new(ACCOUNTS - 1), CreateOrder { time_in_force, ..all })
        } else {
            (owner, CreateOrder::new(next, market, side, limit, quantity(contracts)))
        };
        let order = CreateOrder { self_trade: None, ..order };
        Transition::Ask(account, Request::Create(apart(payment, account, order)))
    })
}

/// Mostly one that is listed.
fn markets(state: &Reference) -> impl Strategy<Value = MarketId> + use<> {
    let count = listed(state);
    prop_oneof![30 => 0..count, 1 => Just(count)].prop_map(MarketId::new)
}

/// How many markets are listed.
fn listed(state: &Reference) -> u32 {
    u32::try_from(state.markets.len()).unwrap()
}

/// A look at what was a short while ago, mostly at what changed since.
fn looks(state: &Reference) -> impl Strategy<Value = Transition> + use<> {
    let known: Vec<_> =
        state.known.iter().map(|(owner, view)| (*owner, view.order, view.client_order)).collect();
    let nobody = (AccountId::new(0), OrderId::new(u64::MAX), ClientOrderId::new(u64::MAX));
    let which = (any::<prop::sample::Index>(), accounts(), markets(state), 0_u32..8);
    let back_ms = prop_oneof![1 => Just(0_u64), 3 => 0..=KEEP_MS];
    (which, back_ms).prop_map(move |((index, anybody, market, kind), back_ms)| {
        let order = (!known.is_empty()).then(|| known[index.index(known.len())]);
        let (owner, order, client_order) = order.unwrap_or(nobody);
        let (account, query) = match kind {
            0 => (owner, Query::Order(order)),
            1 => (owner, Query::OrderByClient(client_order)),
            2 => (anybody, Query::Orders),
            3 => (anybody, Query::Fills),
            4 => (anybody, Query::Positions),
            5 => (anybody, Query::Balance),
            6 => (anybody, Query::Quote(market)),
            _ => (anybody, Query::Book(market)),
        };
        Transition::Look(account, query, SimDuration::from_ms(back_ms))
    })
}

/// The groups that were made, with their owners.
fn own_groups(state: &Reference) -> Vec<(AccountId, OrderGroupId)> {
    let numbers = (0..).map(OrderGroupId::new);
    state.groups.iter().map(|group| group.owner).zip(numbers).collect()
}

/// An order that wants to be in a group, in one of its account's if there is one.
fn in_own_group(
    known: &[(AccountId, OrderGroupId)],
    account: AccountId,
    order: CreateOrder,
) -> CreateOrder {
    let own: Vec<_> = known.iter().filter(|(owner, _)| *owner == account).collect();
    let index = order.group.map_or(0, |group| group.number() as usize);
    let group = own.get(index % own.len().max(1)).map(|(_, group)| *group);
    CreateOrder { group: order.group.and(group), ..order }
}

/// An order of an account that may have to pay at the match: it keeps away from the account's own, like
/// every order of the exchange. Without a rule an account stands for many people and is not limited.
fn apart(payment: Payment, account: AccountId, order: CreateOrder) -> CreateOrder {
    let needs_rule = payment == Payment::AtMatch && account.number() < ACCOUNTS - 1;
    let rule = Some(SelfTradePrevention::TakerAtCross).filter(|_| needs_rule);
    CreateOrder { self_trade: order.self_trade.or(rule), ..order }
}

fn removals(state: &Reference) -> impl Strategy<Value = Transition> + use<> {
    let cancel = targets(state)
        .prop_map(|(account, order)| Transition::Ask(account, Request::Cancel { order }));
    let decrease = (targets(state), 0_u64..400, any::<bool>()).prop_map(
        |((account, order), hundredths, is_to)| {
            let quantity = Quantity::new(hundredths).unwrap();
            let reduction = if is_to { Reduction::To(quantity) } else { Reduction::By(quantity) };
            Transition::Ask(account, Request::Decrease { order, reduction })
        },
    );
    let batch = (targets(state), targets(state), 0_usize..=2).prop_map(
        |((account, first), (_, second), count)| {
            let orders = [first, second].into_iter().take(count).collect();
            Transition::Ask(account, Request::CancelBatch(orders))
        },
    );
    let all = accounts().prop_map(|account| Transition::Ask(account, Request::CancelAll));
    prop_oneof![6 => cancel, 6 => decrease, 3 => batch, 1 => all]
}

fn accounts() -> impl Strategy<Value = AccountId> + Clone {
    (0..ACCOUNTS).prop_map(AccountId::new)
}

fn orders(state: &Reference, next: u64) -> impl Strategy<Value = CreateOrder> + use<> {
    let now = state.now;
    let used: Vec<_> = state.used.iter().map(|used| used.id).collect();
    let life = prop_oneof![
        6 => Just(TimeInForce::REST),
        2 => (0_u64..30).prop_map(move |ms| TimeInForce::GoodTillCanceled {
            expires_at: Some(now + SimDuration::from_ms(ms)),
        }),
        3 => Just(TimeInForce::ImmediateOrCancel),
        2 => Just(TimeInForce::FillOrKill),
    ];
    let cents = prop_oneof![40 => 40_u16..52, 1 => Just(0_u16), 1 => Just(100)];
    let listed = listed(state);
    let trading: Vec<_> = (0..listed)
        .filter(|market| state.markets[*market as usize].status == MarketStatus::Active)
        .collect();
    let all: Vec<_> = (0..listed).collect();
    let trading = if trading.is_empty() { all.clone() } else { trading };
    let market = prop_oneof![
        90 => prop::sample::select(trading),
        9 => prop::sample::select(all),
        1 => Just(listed),
    ];
    let whole = (1_u64..7).prop_map(|contracts| contracts * 100);
    let quantity = prop_oneof![2 => 0_u64..700, 3 => whole];
    let grids = grids(state);
    let what = (market, any::<bool>(), (cents, above_cent()), quantity, life);
    let effect =
        prop_oneof![12 => Just(PositionEffect::Any), 1 => Just(PositionEffect::ReduceOnly)];
    let crossing = prop_oneof![4 => Just(Crossing::Allowed), 1 => Just(Crossing::PostOnly)];
    let self_trade = prop_oneof![
        1 => Just(None),
        1 => Just(Some(SelfTradePrevention::TakerAtCross)),
        1 => Just(Some(SelfTradePrevention::Maker)),
    ];
    let on_pause = prop_oneof![2 => Just(OnPause::Stays), 1 => Just(OnPause::Canceled)];
    let group = prop::option::weighted(0.5, 0_u32..3);
    let repeated = prop::option::weighted(0.08, any::<prop::sample::Index>());
    let rules = (effect, crossing, self_trade, on_pause, group, repeated);
    (what, rules).prop_map(move |(what, rules)| {
        let (market, is_bid, (cents, above), hundredths, time_in_force) = what;
        let (effect, crossing, self_trade, on_pause, group, repeated) = rules;
        let repeated =
            repeated.filter(|_| !used.is_empty()).map(|index| used[index.index(used.len())]);
        CreateOrder {
            client_order: repeated.unwrap_or(ClientOrderId::new(next)),
            market: MarketId::new(market),
            side: if is_bid { Side::Bid } else { Side::Ask },
            limit_price: near(&grids, market, cents, above),
            quantity: Quantity::new(hundredths).unwrap(),
            time_in_force,
            effect,
            crossing,
            self_trade,
            on_pause,
            group: group.map(OrderGroupId::new),
        }
    })
}

fn amends(
    state: &Reference,
    targets: BoxedStrategy<(AccountId, OrderId)>,
) -> impl Strategy<Value = Transition> + use<> {
    let (now, next) = (state.now, state.next_client_order);
    let (known, listed) = (state.orders.clone(), listed(state));
    let grids = grids(state);
    let price = (40_u16..52, above_cent());
    let change = (price, any::<bool>(), -500_i64..400, 0_u64..40, 0_u32..20);
    (targets, change).prop_map(move |((account, order), change)| {
        let ((cents, above), keeps_price, more, expiry_ms, odd) = change;
        let found = known.iter().find(|resting| resting.id == order);
        let (market, side, limit, total) = found
            .map_or((MarketId::new(0), Side::Bid, Price::new(5_000).unwrap(), 100), |it| {
                (it.market, it.side, it.limit, (it.filled + it.remaining).hundredths())
            });
        let own = known.iter().find(|other| {
            (other.account, other.market, other.side) == (account, market, side.opposite())
        });
        let limit_price = match own.filter(|_| odd > 12) {
            Some(own) => own.limit,
            None if keeps_price => limit,
            None => near(&grids, market.number(), cents, above),
        };
        let more = if odd > 10 { more / 5 } else { more };
        let amend = AmendOrder {
            order,
            market: if odd == 0 { MarketId::new((market.number() + 1) % listed) } else { market },
            side: if odd == 1 { side.opposite() } else { side },
            limit_price,
            quantity: Quantity::new(total.saturating_add_signed(more)).unwrap(),
            client_order: (odd == 2).then_some(ClientOrderId::new(next / 3)),
            new_client_order: (odd == 3 || odd == 4).then_some(ClientOrderId::new(next)),
            expiry: match expiry_ms {
                0..=5 => ExpiryChange::Remove,
                6..=20 => ExpiryChange::At(now + SimDuration::from_ms(expiry_ms - 6)),
                _ => ExpiryChange::Keep,
            },
        };
        Transition::Ask(account, Request::Amend(amend))
    })
}

fn groups(state: &Reference) -> impl Strategy<Value = Transition> + use<> {
    let known = own_groups(state);
    let limit = || (0_u32..5).prop_map(|contracts| Quantity::of_contracts(contracts).unwrap());
    let make = (accounts(), limit()).prop_map(|(account, contracts_limit)| {
        Transition::Ask(account, Request::Group(GroupRequest::Create { contracts_limit }))
    });
    let unknown = (AccountId::new(0), OrderGroupId::new(u32::MAX));
    let deed = (0_u32..8, limit(), any::<prop::sample::Index>(), prop::bool::weighted(0.1));
    let change = deed.prop_map(move |(deed, contracts_limit, index, is_foreign)| {
        let found = (!known.is_empty()).then(|| known[index.index(known.len())]);
        let (owner, group) = found.unwrap_or(unknown);
        let account = if is_foreign { AccountId::new(3 - owner.number()) } else { owner };
        let request = match deed {
            0 | 1 => GroupRequest::SetLimit { group, contracts_limit },
            2 => GroupRequest::Trigger(group),
            3 => GroupRequest::Delete(group),
            _ => GroupRequest::Reset(group),
        };
        Transition::Ask(account, Request::Group(request))
    });
    prop_oneof![1 => make, 1 => change]
}

/// How long it is until a match is exactly as old as the window of order groups, and how often to wait
/// for that.
fn window_ends(state: &Reference) -> (Vec<SimDuration>, u32) {
    let matches = state.groups.iter().filter(|group| !group.is_triggered);
    let ends = matches
        .flat_map(|group| &group.matches)
        .map(|(at, _)| SimDuration::from_s(15).saturating_sub(state.now.since(*at)));
    let ends: Vec<_> = ends.filter(|end| *end > SimDuration::ZERO).collect();
    if ends.is_empty() { (vec![SimDuration::ZERO], 1) } else { (ends, 40) }
}

/// Limits that a group is above only if a match that is exactly as old as the window counts, and how
/// often to set one.
fn limits_at_window_end(state: &Reference) -> (Vec<Transition>, u32) {
    let open = state.groups.iter().zip(0_u32..);
    let open = open.filter(|(group, _)| !group.is_triggered && !group.is_deleted);
    let limits = open.filter_map(|(group, number)| {
        let aged = |is_so: fn(SimDuration) -> bool| -> Quantity {
            let matches = group.matches.iter().filter(|(at, _)| is_so(state.now.since(*at)));
            matches.map(|(_, quantity)| *quantity).sum()
        };
        let recent = aged(|age| age < SimDuration::from_s(15));
        let contracts_limit = recent.max(Quantity::of_contracts(1).unwrap());
        let is_between = aged(|age| age <= SimDuration::from_s(15)) > contracts_limit;
        let group_limit =
            GroupRequest::SetLimit { group: OrderGroupId::new(number), contracts_limit };
        is_between.then_some(Transition::Ask(group.owner, Request::Group(group_limit)))
    });
    let limits: Vec<_> = limits.collect();
    if limits.is_empty() { (vec![Transition::Wait(SimDuration::ZERO)], 1) } else { (limits, 400) }
}

/// What an order's price has above a whole cent, if its market has such prices [0.0001 dollar].
fn above_cent() -> impl Strategy<Value = u16> {
    prop_oneof![2 => Just(0_u16), 1 => 1_u16..100]
}

/// The prices of each market.
fn grids(state: &Reference) -> Vec<Grid> {
    state.markets.iter().map(|market| market.grid).collect()
}

/// A price of a market at or above a whole cent, and a few that it may not have.
fn near(grids: &[Grid], market: u32, cents: u16, above: u16) -> Price {
    let step = grids.get(market as usize).map_or(100, |grid| grid.center);
    let above = if above > 97 { above } else { above / step * step };
    Price::new((cents * 100 + above).min(10_000)).unwrap()
}

/// Other prices for a market, finer or not.
fn refinements(state: &Reference) -> impl Strategy<Value = Transition> + use<> {
    let steps = [(100, 100), (10, 100), (50, 50), (20, 50), (20, 20), (10, 20), (10, 10), (1, 1)];
    let others = steps.map(|(edge, center)| Grid { edge, center });
    let known = (0_u32..).zip(grids(state));
    let all: Vec<_> = known
        .flat_map(|(market, now)| others.map(|other| (market, now, other)))
        .filter(|(_, now, other)| now != other)
        .map(|(market, _, other)| Transition::Refine(MarketId::new(market), other))
        .collect();
    prop::sample::select(all)
}

/// A step in the life of one of these markets, mostly one that follows.
fn steps(among: Vec<(u32, MarketStatus)>) -> impl Strategy<Value = Transition> {
    // 0.01 contract of it is worth less than a balance can show.
    let scalar = Price::new(3_333).unwrap();
    let results = [MarketResult::Yes, MarketResult::No, MarketResult::Scalar(scalar)];
    let results = prop::sample::select(Vec::from(results));
    (prop::sample::select(among), 0_usize..12, results, 0_u32..12).prop_map(
        |((market, status), choice, result, odd)| {
            let all = [
                LifeStep::Activate,
                LifeStep::Deactivate,
                LifeStep::Close,
                LifeStep::Determine(result),
                LifeStep::Dispute,
                LifeStep::Uphold,
                LifeStep::Amend(result),
                LifeStep::Settle,
            ];
            let follows: &[LifeStep] = match status {
                MarketStatus::Initialized | MarketStatus::Inactive => &all[..1],
                MarketStatus::Active if choice < 8 => &all[1..2],
                MarketStatus::Active => &all[2..3],
                MarketStatus::Closed => &[all[3], all[3], all[0]],
                MarketStatus::Determined(_) => &[all[4], all[4], all[7]],
                MarketStatus::Disputed(_) => &all[5..7],
                MarketStatus::Amended(_) | MarketStatus::Finalized(_) => &all[7..],
            };
            let step = if odd == 0 { all[choice % 8] } else { follows[choice % follows.len()] };
            Transition::Step(MarketId::new(market), step)
        },
    )
}

impl ReferenceStateMachine for Reference {
    type State = Self;
    type Transition = Transition;

    fn init_state() -> BoxedStrategy<Self> {
        let start = settings().prop_map(|settings| {
            let markets = rules(&settings).into_iter().map(|rules| Market {
                grid: Grid::CENTS,
                waived_until: rules.fees_waived_until,
                status: if rules.opens_at.is_some() {
                    MarketStatus::Initialized
                } else {
                    MarketStatus::Active
                },
                opens_at: rules.opens_at,
                closes_at: rules.closes_at,
                settles_at: None,
                cancels_at: None,
            });
            Self::new(settings, markets.collect(), &cash(&settings))
        });
        start.boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Transition> {
        let is_active = state.status == ExchangeStatus::Active;
        let status = if is_active {
            prop::sample::select(vec![
                ExchangeStatus::TradingPaused,
                ExchangeStatus::ExchangePaused,
                ExchangeStatus::Active,
            ])
        } else {
            prop::sample::select(vec![ExchangeStatus::Active, ExchangeStatus::TradingPaused])
        };
        // Markets that trade are mostly left alone, the others moved on soon.
        let all: Vec<_> = (0_u32..).zip(state.markets.iter().map(|market| market.status)).collect();
        let is_idle = |(_, status): &&(u32, MarketStatus)| {
            !matches!(status, MarketStatus::Active | MarketStatus::Finalized(_))
        };
        let idle: Vec<_> = all.iter().filter(is_idle).copied().collect();
        let (moves, often) = if idle.is_empty() { (3, all.clone()) } else { (60, idle) };
        let waits = prop_oneof![20 => 0_u64..15, 1 => 14_000_u64..16_000, 2 => Just(15_000)];
        let (window_ends, ends_often) = window_ends(state);
        let (limits, limits_often) = limits_at_window_end(state);
        prop_oneof![
            600 => requests(state),
            80 => waits.prop_map(|ms| Transition::Wait(SimDuration::from_ms(ms))),
            ends_often => prop::sample::select(window_ends).prop_map(Transition::Wait),
            limits_often => prop::sample::select(limits),
            if is_active { 6 } else { 300 } => status.prop_map(Transition::SetStatus),
            moves => steps(often),
            3 => steps(all),
            6 => refinements(state),
        ]
        .boxed()
    }

    fn apply(mut state: Self, transition: &Transition) -> Self {
        state.told.clear();
        state.reply = None;
        state.has_stepped = false;
        state.pass(state.now);
        match transition {
            Transition::Ask(account, request) => {
                state.next_client_order += 2;
                state.ask(*account, request);
            }
            Transition::Look(account, query, back) => {
                state.reply = Some(state.look(*account, *query, *back));
            }
            Transition::Wait(time) => state.pass(state.now + *time),
            Transition::SetStatus(status) => state.set_status(*status),
            Transition::Step(market, step) => state.step(*market, *step),
            Transition::Refine(market, grid) => state.refine(*market, *grid),
        }
        if !state.told.is_empty() {
            state.remember();
        }
        state
    }
}
