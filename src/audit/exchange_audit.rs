//! The audit of one exchange: what its events say, event by event.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::fee_bounds::OrderFees;
use crate::audit::order_trail::OrderTrail;
use crate::audit::shadow_book::{Priority, ShadowBook};
use crate::audit::violation::{Rule, Violation};
use crate::exchange::{Exchange, ExchangeEvent};
use crate::market::{FeeRounding, FeeSchedule, Liquidity, SelfTradePrevention, TimeInForce};
use crate::protocol::{
    BalanceView, CreateOrder, Created, Crossing, Execution, FillReport, OrderEnd, PositionEffect,
    PrivateMessage, PublicMessage, Quote, RejectReason, Reply, Request,
};
use crate::units::{AccountId, Cash, MarketId, OrderId, Position, Price, Quantity, Side, TradeId};

/// Follows one exchange from its events and compares.
#[derive(Clone, Debug)]
pub struct ExchangeAudit {
    pub(super) rounding: FeeRounding,
    /// By market.
    pub(super) schedules: Vec<FeeSchedule>,
    pub(super) books: Vec<ShadowBook>,
    quotes: Vec<Quote>,
    /// Working orders.
    pub(super) orders: BTreeMap<OrderId, OrderTrail>,
    /// Every id that was ever given out.
    seen: BTreeSet<OrderId>,
    accepted: u64,
    /// The order that is entering and does not rest yet.
    entering: Option<OrderId>,
    /// The order that the request at hand brought.
    created: Option<OrderTrail>,
    /// Why it ended before it came to rest, if it did.
    created_end: Option<OrderEnd>,
    /// What the request at hand had to do with its account's own orders.
    own: OwnMeetings,
    /// What its owner held there before it.
    held_before: Position,
    /// A trade whose fills are not both there yet.
    open_trade: Option<OpenTrade>,
    next_trade: u64,
    pub(super) positions: BTreeMap<(MarketId, AccountId), Position>,
    /// How many fills each account had.
    pub(super) fills: BTreeMap<AccountId, u32>,
    pub(super) fees: Cash,
    pub(super) told: BTreeMap<AccountId, BalanceView>,
}

/// What an order that enters had to do with orders of its own account.
#[derive(Clone, Copy, Debug, Default)]
struct OwnMeetings {
    trades: u32,
    canceled: u32,
}

/// A trade between its event and its second fill.
#[derive(Clone, Copy, Debug)]
struct OpenTrade {
    trade: TradeId,
    market: MarketId,
    price: Price,
    quantity: Quantity,
    taker_side: Side,
    is_taker_filled: bool,
}

impl ExchangeAudit {
    /// Follows an exchange whose markets are all listed and that had no request yet.
    #[must_use]
    pub fn new(exchange: &Exchange) -> Self {
        let schedules: Vec<_> =
            exchange.markets().map(|market| exchange.terms(market).fees).collect();
        Self {
            rounding: exchange.settings().fee_rounding,
            books: vec![ShadowBook::default(); schedules.len()],
            quotes: vec![Quote::default(); schedules.len()],
            schedules,
            orders: BTreeMap::new(),
            seen: BTreeSet::new(),
            accepted: 0,
            entering: None,
            created: None,
            created_end: None,
            own: OwnMeetings::default(),
            held_before: Position::FLAT,
            open_trade: None,
            next_trade: 0,
            positions: BTreeMap::new(),
            fills: BTreeMap::new(),
            fees: Cash::ZERO,
            told: BTreeMap::new(),
        }
    }

    /// Looks at one event. Events must come as the exchange appended them, all of them.
    ///
    /// # Errors
    /// The first rule that the event breaks, which is a bug of the exchange.
    ///
    /// # Panics
    /// When the event's market was listed after this audit began.
    pub fn observe(&mut self, event: &ExchangeEvent) -> Result<(), Violation> {
        let is_fill = matches!(
            event,
            ExchangeEvent::Private(PrivateMessage { execution: Execution::Filled(_), .. })
        );
        if let Some(open) = self.open_trade.filter(|_| !is_fill) {
            return Err(broken(Rule::TwoEqualFills, &(open, event)));
        }
        match *event {
            ExchangeEvent::Private(PrivateMessage { account, execution }) => {
                self.observe_execution(account, execution)
            }
            ExchangeEvent::Trade { trade, market, price, quantity, taker_side } => {
                if trade != TradeId::new(self.next_trade) || quantity.is_zero() {
                    return Err(broken(Rule::TwoEqualFills, event));
                }
                self.next_trade += 1;
                let is_taker_filled = false;
                self.open_trade =
                    Some(OpenTrade { trade, market, price, quantity, taker_side, is_taker_filled });
                Ok(())
            }
            ExchangeEvent::QuoteChanged(PublicMessage { market, quote }) => {
                self.let_enter()?;
                let index = market.number() as usize;
                if quote != self.books[index].quote() || quote == self.quotes[index] {
                    return Err(broken(Rule::QuoteFollowsBook, event));
                }
                self.quotes[index] = quote;
                Ok(())
            }
            ExchangeEvent::FundsChanged { account, balance } => {
                self.let_enter()?;
                if self.told.insert(account, balance) == Some(balance) {
                    return Err(broken(Rule::FundsAreTold, event));
                }
                Ok(())
            }
        }
    }

    /// Looks at what a request came to, after all its events.
    ///
    /// # Errors
    /// The first rule that is broken, which is a bug of the exchange.
    pub fn replied(&mut self, request: &Request, reply: &Reply) -> Result<(), Violation> {
        self.let_enter()?;
        for (book, quote) in self.books.iter().zip(&self.quotes) {
            if book.quote() != *quote {
                return Err(broken(Rule::QuoteFollowsBook, &(book.quote(), quote)));
            }
        }
        let (created, end) = (self.created.take(), self.created_end.take());
        let own = std::mem::take(&mut self.own);
        match (request, reply, created) {
            (Request::Create(order), Reply::Created(reply), Some(trail)) => {
                check_own_meetings(order, own, end)?;
                self.check_created(order, reply, &trail, end, own)
            }
            (Request::Create(order), Reply::Rejected(reason), None) => {
                let is_killed = *reason == RejectReason::FillOrKillInsufficientVolume;
                let depth = || self.depth(order.market, order.side, order.limit_price);
                if is_killed && depth() >= order.quantity {
                    return Err(broken(Rule::TimeInForce, &(order, depth())));
                }
                let is_post_only = order.crossing == Crossing::PostOnly;
                if *reason == RejectReason::PostOnlyCross && (!is_post_only || depth().is_zero()) {
                    return Err(broken(Rule::PostOnlyNeverTakes, &(order, depth())));
                }
                Ok(())
            }
            (Request::Cancel { .. }, Reply::Canceled(_) | Reply::Rejected(_), None)
            | (Request::Decrease { .. }, Reply::Decreased(_) | Reply::Rejected(_), None)
            | (Request::Read(_), _, None) => Ok(()),
            _ => Err(broken(Rule::ReplyTellsTheTruth, &(request, reply, created))),
        }
    }

    /// How many contracts rest that an order with this limit could trade with.
    fn depth(&self, market: MarketId, side: Side, limit: Price) -> Quantity {
        let makers = self.books[market.number() as usize].within(side.opposite(), limit);
        makers.map(|order| self.orders[&order].remaining).sum()
    }

    /// How much an order of a side could close as it entered.
    fn closable(&self, side: Side) -> Quantity {
        match side {
            Side::Bid => self.held_before.short(),
            Side::Ask => self.held_before.long(),
        }
    }

    fn check_created(
        &self,
        order: &CreateOrder,
        reply: &Created,
        entered: &OrderTrail,
        end: Option<OrderEnd>,
        own: OwnMeetings,
    ) -> Result<(), Violation> {
        let rests = self.orders.get(&reply.order);
        let remaining = rests.map(|trail| trail.remaining).unwrap_or_default();
        let filled = entered.filled;
        let depth = self.depth(order.market, order.side, order.limit_price);
        let can_trade_more = !depth.is_zero() && order.effect == PositionEffect::Any;
        if end == Some(OrderEnd::NotFilledAtOnce) && can_trade_more {
            return Err(broken(Rule::TimeInForce, &(entered, depth, "rests within the limit")));
        }
        let is_told = reply.order == entered.order
            && reply.client_order == entered.client_order
            && reply.filled == filled
            && reply.remaining == remaining;
        if !is_told {
            return Err(broken(Rule::ReplyTellsTheTruth, &(reply, entered)));
        }
        if order.effect == PositionEffect::ReduceOnly && filled > self.closable(order.side) {
            return Err(broken(Rule::ReduceOnlyCloses, &(order, entered, self.held_before)));
        }
        let would_trade = end == Some(OrderEnd::PostOnlyCross) && !depth.is_zero();
        let is_post_only = order.crossing == Crossing::PostOnly;
        if is_post_only && !filled.is_zero() || would_trade && !is_post_only {
            return Err(broken(Rule::PostOnlyNeverTakes, &(order, entered, end)));
        }
        let is_kept = match order.time_in_force {
            _ if would_trade || end == Some(OrderEnd::SelfTrade) => rests.is_none(),
            TimeInForce::GoodTillCanceled { .. } => filled + remaining == entered.initial,
            TimeInForce::ImmediateOrCancel => {
                let may_end_early = order.effect == PositionEffect::ReduceOnly || depth.is_zero();
                rests.is_none() && (filled == entered.initial || may_end_early)
            }
            TimeInForce::FillOrKill => {
                rests.is_none() && (filled == entered.initial || own.canceled > 0)
            }
        };
        if is_kept { Ok(()) } else { Err(broken(Rule::TimeInForce, &(order, entered, end))) }
    }

    /// Whether an order of the entering order's account is the next that would be met.
    fn meets_own(&self, entering: &OrderTrail) -> Option<OrderId> {
        let book = &self.books[entering.market.number() as usize];
        let next = book.within(entering.side.opposite(), entering.limit).next()?;
        let is_own = self.orders[&next].account == entering.account;
        Some(next).filter(|_| is_own && !entering.remaining.is_zero())
    }

    fn observe_execution(
        &mut self,
        account: AccountId,
        execution: Execution,
    ) -> Result<(), Violation> {
        match execution {
            Execution::Accepted { order, client_order, market, side, limit_price, quantity } => {
                if !self.seen.insert(order) || self.created.is_some() {
                    return Err(broken(Rule::OneLifePerOrder, &execution));
                }
                self.let_enter()?;
                let trail = OrderTrail {
                    order,
                    account,
                    client_order,
                    market,
                    side,
                    limit: limit_price,
                    priority: Priority::new(side, limit_price, self.accepted),
                    initial: quantity,
                    filled: Quantity::ZERO,
                    remaining: quantity,
                    decreased: Quantity::ZERO,
                    fees: OrderFees::default(),
                };
                self.accepted += 1;
                let held = self.positions.get(&(market, account));
                self.held_before = held.copied().unwrap_or_default();
                self.orders.insert(order, trail);
                self.entering = Some(order);
                self.created = Some(trail);
                Ok(())
            }
            Execution::Filled(report) => self.observe_fill(account, &report),
            Execution::Decreased { order, remaining, .. } => {
                self.let_enter()?;
                self.trail(account, order)?.decrease(remaining)
            }
            Execution::Ended { order, end, unfilled, .. } => {
                self.observe_end(account, order, end, unfilled)
            }
        }
    }

    fn observe_fill(&mut self, account: AccountId, report: &FillReport) -> Result<(), Violation> {
        let Some(open) = self.open_trade.as_mut() else {
            return Err(broken(Rule::TwoEqualFills, report));
        };
        let is_taker = report.liquidity == Liquidity::Taker;
        let side = if is_taker { open.taker_side } else { open.taker_side.opposite() };
        let fits = (report.trade, report.market, report.price, report.quantity, report.side)
            == (open.trade, open.market, open.price, open.quantity, side);
        if !fits || is_taker == open.is_taker_filled {
            return Err(broken(Rule::TwoEqualFills, &(open, report)));
        }
        open.is_taker_filled = true;
        if !is_taker {
            self.open_trade = None;
            self.check_priority(report)?;
            let entering = self.entering.and_then(|entering| self.orders.get(&entering));
            let is_own = entering.is_some_and(|entering| entering.account == account);
            self.own.trades += u32::from(is_own);
        } else if self.entering != Some(report.order) {
            return Err(broken(Rule::OneLifePerOrder, report));
        }
        let (rounding, schedule) = (self.rounding, self.schedules[report.market.number() as usize]);
        let trail = self.trail(account, report.order)?;
        if !is_within(trail, report, is_taker) {
            return Err(broken(Rule::MakerPrice, &(report, trail)));
        }
        trail.fill(report.quantity)?;
        trail.fees.add(rounding, &schedule, report)?;
        if is_taker {
            self.created = Some(*trail);
        }
        *self.fills.entry(account).or_default() += 1;
        self.fees += report.fee;
        let position = self.positions.entry((report.market, account)).or_default();
        *position += Position::of(report.side, report.quantity);
        if *position != report.position_after {
            return Err(broken(Rule::PositionFollowsFills, &(report, position)));
        }
        Ok(())
    }

    /// Whether a maker is the order whose turn it is.
    fn check_priority(&self, report: &FillReport) -> Result<(), Violation> {
        let book = &self.books[report.market.number() as usize];
        let turn = book.first(report.side);
        match (turn, self.orders.get(&report.order)) {
            (Some((_, order)), _) if order == report.order => Ok(()),
            (Some((first, _)), Some(trail)) if first.is_better_priced(trail.priority) => {
                Err(broken(Rule::PricePriority, &(report, turn)))
            }
            _ => Err(broken(Rule::TimePriority, &(report, turn))),
        }
    }

    fn observe_end(
        &mut self,
        account: AccountId,
        order: OrderId,
        end: OrderEnd,
        unfilled: Quantity,
    ) -> Result<(), Violation> {
        let is_entering = self.entering == Some(order);
        // The end of a maker comes while the taker is still entering.
        if !is_entering && !matches!(end, OrderEnd::Executed | OrderEnd::SelfTrade) {
            self.let_enter()?;
        }
        if end == OrderEnd::SelfTrade {
            let entering = self.entering.and_then(|entering| self.orders.get(&entering));
            let met = entering.and_then(|entering| self.meets_own(entering));
            if met.is_none_or(|met| !is_entering && met != order) {
                return Err(broken(Rule::NoSelfTrade, &(order, entering, met)));
            }
            self.own.canceled += u32::from(!is_entering);
        }
        let trail = *self.trail(account, order)?;
        let may_end = match end {
            OrderEnd::Executed => trail.remaining.is_zero(),
            OrderEnd::NotFilledAtOnce | OrderEnd::PostOnlyCross => {
                is_entering && !trail.remaining.is_zero()
            }
            OrderEnd::NothingToClose => {
                let is_closed = trail.filled == self.closable(trail.side);
                is_entering && !trail.remaining.is_zero() && is_closed
            }
            OrderEnd::SelfTrade => !trail.remaining.is_zero(),
            OrderEnd::Canceled | OrderEnd::Expired => !is_entering && !trail.remaining.is_zero(),
        };
        if !may_end || unfilled != trail.remaining {
            return Err(trail.does_not_add_up(&format!("{end:?} with {unfilled} unfilled")));
        }
        self.orders.remove(&order);
        if is_entering {
            self.entering = None;
            self.created_end = Some(end);
        } else {
            self.books[trail.market.number() as usize].remove(trail.side, trail.priority);
        }
        Ok(())
    }

    /// The entering order rests now, if there is one: nothing more can happen to it at once.
    pub(super) fn let_enter(&mut self) -> Result<(), Violation> {
        let Some(order) = self.entering.take() else { return Ok(()) };
        let trail = self.orders.get(&order).expect("Invariant: an entering order is working");
        if trail.remaining.is_zero() {
            return Err(trail.does_not_add_up("a missing end"));
        }
        let book = &mut self.books[trail.market.number() as usize];
        book.insert(trail.side, trail.priority, order);
        match book.quote() {
            Quote { bid: Some(bid), ask: Some(ask) } if bid >= ask => {
                Err(broken(Rule::NeverCrossed, &(bid, ask, trail)))
            }
            _ => Ok(()),
        }
    }

    fn trail(&mut self, account: AccountId, order: OrderId) -> Result<&mut OrderTrail, Violation> {
        match self.orders.get_mut(&order) {
            Some(trail) if trail.account == account => Ok(trail),
            _ => Err(broken(Rule::OneLifePerOrder, &(account, order))),
        }
    }
}

/// Whether a fill's price is the maker's limit or within the taker's.
fn is_within(trail: &OrderTrail, report: &FillReport, is_taker: bool) -> bool {
    match trail.side {
        _ if !is_taker => report.price == trail.limit,
        Side::Bid => report.price <= trail.limit,
        Side::Ask => report.price >= trail.limit,
    }
}

/// Whether an order that must not trade with its own account's did not, in its way.
fn check_own_meetings(
    order: &CreateOrder,
    own: OwnMeetings,
    end: Option<OrderEnd>,
) -> Result<(), Violation> {
    let has_stopped = end == Some(OrderEnd::SelfTrade);
    let is_kept = match order.self_trade {
        None => own.canceled == 0 && !has_stopped,
        Some(SelfTradePrevention::TakerAtCross) => own.trades == 0 && own.canceled == 0,
        Some(SelfTradePrevention::Maker) => own.trades == 0 && !has_stopped,
    };
    if is_kept { Ok(()) } else { Err(broken(Rule::NoSelfTrade, &(order, own, end))) }
}

/// A broken rule, with what was found.
pub(super) fn broken(rule: Rule, found: &dyn std::fmt::Debug) -> Violation {
    Violation { rule, found: format!("{found:?}") }
}
