//! The audit of one exchange: what its events say, event by event.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::entry::Entry;
use crate::audit::fee_bounds::OrderFees;
use crate::audit::order_trail::OrderTrail;
use crate::audit::shadow_book::{Priority, ShadowBook};
use crate::audit::violation::{Rule, Violation};
use crate::exchange::{CollateralRule, Exchange, ExchangeEvent, Settlement};
use crate::market::{FeeRounding, FeeSchedule, LifeStep, Liquidity, MarketStatus};
use crate::protocol::{
    Amended, BalanceView, CreateOrder, Created, Crossing, Execution, FillReport, OrderEnd,
    PrivateMessage, PublicMessage, Quote, RejectReason, Reply, Request,
};
use crate::units::{AccountId, Cash, MarketId, OrderId, Position, Price, Quantity, Side, TradeId};

/// The steps of a market's life that bring no result along.
const STEPS: [LifeStep; 6] = [
    LifeStep::Activate,
    LifeStep::Deactivate,
    LifeStep::Close,
    LifeStep::Dispute,
    LifeStep::Uphold,
    LifeStep::Settle,
];

/// Follows one exchange from its events and compares.
#[derive(Clone, Debug)]
pub struct ExchangeAudit {
    pub(super) rounding: FeeRounding,
    pub(super) collateral: CollateralRule,
    /// By market.
    pub(super) schedules: Vec<FeeSchedule>,
    pub(super) books: Vec<ShadowBook>,
    quotes: Vec<Quote>,
    pub(super) statuses: Vec<MarketStatus>,
    /// Working orders.
    pub(super) orders: BTreeMap<OrderId, OrderTrail>,
    /// Every id that was ever given out.
    seen: BTreeSet<OrderId>,
    /// How often an order came to the end of a queue.
    arrivals: u64,
    /// The order that is entering and does not rest yet.
    entering: Option<OrderId>,
    /// The order that the request at hand let in last.
    entry: Option<Entry>,
    /// The orders that it let in before.
    entries: Vec<Entry>,
    /// A trade whose fills are not both there yet.
    open_trade: Option<OpenTrade>,
    next_trade: u64,
    pub(super) positions: BTreeMap<(MarketId, AccountId), Position>,
    /// How many fills each account had.
    pub(super) fills: BTreeMap<AccountId, u32>,
    pub(super) fees: Cash,
    pub(super) told: BTreeMap<AccountId, BalanceView>,
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
            collateral: exchange.settings().collateral,
            books: vec![ShadowBook::default(); schedules.len()],
            quotes: vec![Quote::default(); schedules.len()],
            statuses: exchange.markets().map(|market| exchange.market_status(market)).collect(),
            schedules,
            orders: BTreeMap::new(),
            seen: BTreeSet::new(),
            arrivals: 0,
            entering: None,
            entry: None,
            entries: Vec::new(),
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
            ExchangeEvent::MarketStatusChanged { market, status } => {
                self.let_enter()?;
                let before =
                    std::mem::replace(&mut self.statuses[market.number() as usize], status);
                let follows = STEPS.iter().any(|step| before.after(*step) == Some(status));
                let decides = match status {
                    MarketStatus::Determined(_) => before == MarketStatus::Closed,
                    MarketStatus::Amended(_) => matches!(before, MarketStatus::Disputed(_)),
                    _ => false,
                };
                if follows || decides {
                    Ok(())
                } else {
                    Err(broken(Rule::LifeGoesOn, &(market, before, status)))
                }
            }
            // A close can be moved at any time; levels are told to the feeds, not to the audit.
            ExchangeEvent::LevelChanged(_) | ExchangeEvent::CloseMoved { .. } => Ok(()),
            ExchangeEvent::Settled { account, settlement } => {
                self.observe_settlement(account, &settlement)
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

    /// A market pays once it is final, exactly what the contracts are worth.
    fn observe_settlement(
        &mut self,
        account: AccountId,
        settlement: &Settlement,
    ) -> Result<(), Violation> {
        let Settlement { market, result, position, payout, fee } = *settlement;
        let status = self.statuses[market.number() as usize];
        let held = self.positions.remove(&(market, account)).unwrap_or_default();
        let value = result.settlement_value();
        let worth = value.times(position.long()) + value.complement().times(position.short());
        let is_whole = !fee.is_negative() && fee < self.rounding.balance_step();
        if status == MarketStatus::Finalized(result)
            && (held, worth) == (position, payout + fee)
            && !position.is_flat()
            && is_whole
        {
            self.fees += fee;
            return Ok(());
        }
        Err(broken(Rule::SettlementPaysOnce, &(account, settlement, held, status)))
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
        self.close_entry();
        let entries = std::mem::take(&mut self.entries);
        match (request, reply, entries.as_slice()) {
            (Request::Create(order), Reply::Created(reply), [entry]) => {
                self.check_created(order, reply, entry)
            }
            (Request::Create(order), Reply::Rejected(reason), []) => {
                self.check_refused(order, *reason)
            }
            (Request::CreateBatch(orders), Reply::CreatedBatch(replies), entries) => {
                self.check_batch(orders, replies, entries)
            }
            (Request::Amend(amend), Reply::Amended(reply), [entry]) => {
                entry.check_amended(amend, reply)
            }
            (Request::Amend(amend), Reply::Amended(reply), []) => {
                let Amended { order, filled, remaining, .. } = *reply;
                let is_gone = order == amend.order && !self.orders.contains_key(&order);
                if is_gone && filled.is_zero() && remaining.is_zero() {
                    Ok(())
                } else {
                    Err(broken(Rule::ReplyTellsTheTruth, &(amend, reply)))
                }
            }
            (Request::Amend(_) | Request::CreateBatch(_), Reply::Rejected(_), [])
            | (Request::Cancel { .. }, Reply::Canceled(_) | Reply::Rejected(_), [])
            | (Request::CancelBatch(_), Reply::CanceledBatch(_) | Reply::Rejected(_), [])
            | (Request::CancelAll, Reply::CanceledAll | Reply::Rejected(_), [])
            | (Request::Decrease { .. }, Reply::Decreased(_) | Reply::Rejected(_), [])
            | (
                Request::Group(_),
                Reply::GroupCreated(_) | Reply::GroupChanged | Reply::Rejected(_),
                [],
            )
            | (Request::Read(_), _, []) => Ok(()),
            _ => Err(broken(Rule::ReplyTellsTheTruth, &(request, reply, entries))),
        }
    }

    fn check_created(
        &mut self,
        order: &CreateOrder,
        reply: &Created,
        entry: &Entry,
    ) -> Result<(), Violation> {
        entry.check_created(order, reply)?;
        if let Some(trail) = self.orders.get_mut(&entry.id()) {
            (trail.crossing, trail.self_trade) = (order.crossing, order.self_trade);
        }
        Ok(())
    }

    fn check_refused(&self, order: &CreateOrder, reason: RejectReason) -> Result<(), Violation> {
        let depth = || self.depth(order.market, order.side, order.limit_price);
        let is_killed = reason == RejectReason::FillOrKillInsufficientVolume;
        let counts_all = self.collateral == CollateralRule::AtEntry;
        if is_killed && counts_all && depth() >= order.quantity {
            return Err(broken(Rule::TimeInForce, &(order, depth())));
        }
        let is_post_only = order.crossing == Crossing::PostOnly;
        if reason == RejectReason::PostOnlyCross && (!is_post_only || depth().is_zero()) {
            return Err(broken(Rule::PostOnlyNeverTakes, &(order, depth())));
        }
        Ok(())
    }

    /// Each item that was taken let one order in, in the order of the batch.
    fn check_batch(
        &mut self,
        orders: &[CreateOrder],
        replies: &[Result<Created, RejectReason>],
        entries: &[Entry],
    ) -> Result<(), Violation> {
        let mut entries = entries.iter();
        if orders.len() != replies.len() {
            return Err(broken(Rule::ReplyTellsTheTruth, &(orders, replies)));
        }
        for (order, reply) in orders.iter().zip(replies) {
            let Ok(reply) = reply else { continue };
            let Some(entry) = entries.next() else {
                return Err(broken(Rule::ReplyTellsTheTruth, &(order, reply)));
            };
            self.check_created(order, reply, entry)?;
        }
        match entries.next() {
            None => Ok(()),
            Some(entry) => Err(broken(Rule::ReplyTellsTheTruth, &(replies, entry))),
        }
    }

    /// How many contracts rest that an order with this limit could trade with.
    fn depth(&self, market: MarketId, side: Side, limit: Price) -> Quantity {
        let makers = self.books[market.number() as usize].within(side.opposite(), limit);
        makers.map(|order| self.orders[&order].remaining).sum()
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
                if !self.seen.insert(order) {
                    return Err(broken(Rule::OneLifePerOrder, &execution));
                }
                self.let_enter()?;
                self.close_entry();
                let trail = OrderTrail {
                    order,
                    account,
                    client_order,
                    market,
                    side,
                    limit: limit_price,
                    priority: self.next_priority(side, limit_price),
                    initial: quantity,
                    filled: Quantity::ZERO,
                    remaining: quantity,
                    decreased: Quantity::ZERO,
                    fees: OrderFees::default(),
                    crossing: Crossing::Allowed,
                    self_trade: None,
                };
                self.enter(trail);
                self.entering = Some(order);
                Ok(())
            }
            Execution::Amended {
                order, client_order, limit_price, quantity, remaining, ..
            } => {
                self.let_enter()?;
                self.close_entry();
                let mut trail = *self.trail(account, order)?;
                let keeps_place = limit_price == trail.limit && remaining <= trail.remaining;
                trail.amend(client_order, limit_price, quantity, remaining)?;
                if !keeps_place {
                    let book = &mut self.books[trail.market.number() as usize];
                    book.remove(trail.side, trail.priority);
                    trail.priority = self.next_priority(trail.side, limit_price);
                    self.entering = Some(order);
                }
                self.enter(trail);
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
            if let Some(entry) = self.entry.as_mut().filter(|_| is_own) {
                entry.own.trades += 1;
            }
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
        let trail = *trail;
        if let Some(entry) = self.entry.as_mut().filter(|_| is_taker) {
            entry.trail = trail;
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
        let is_removed = match end {
            OrderEnd::Canceled
            | OrderEnd::Expired
            | OrderEnd::GroupCanceled
            | OrderEnd::Halted
            | OrderEnd::MarketClosed => true,
            OrderEnd::Executed
            | OrderEnd::NotFilledAtOnce
            | OrderEnd::PostOnlyCross
            | OrderEnd::SelfTrade
            | OrderEnd::Unfunded
            | OrderEnd::NothingToClose => false,
        };
        if is_removed {
            self.let_enter()?;
        }
        let is_entering = self.entering == Some(order);
        if end == OrderEnd::SelfTrade {
            let entering = self.entering.and_then(|entering| self.orders.get(&entering));
            let met = entering.and_then(|entering| self.meets_own(entering));
            if met.is_none_or(|met| !is_entering && met != order) {
                return Err(broken(Rule::NoSelfTrade, &(order, entering, met)));
            }
            if let Some(entry) = self.entry.as_mut().filter(|_| !is_entering) {
                entry.own.canceled += 1;
            }
        }
        let trail = *self.trail(account, order)?;
        let entry = self.entry.filter(|entry| entry.id() == order);
        let may_end = match end {
            OrderEnd::Executed => trail.remaining.is_zero(),
            OrderEnd::SelfTrade => !trail.remaining.is_zero(),
            OrderEnd::Unfunded => {
                let may_be = self.collateral == CollateralRule::AtMatch;
                may_be && !is_entering && !trail.remaining.is_zero()
            }
            OrderEnd::NotFilledAtOnce | OrderEnd::PostOnlyCross => {
                is_entering && !trail.remaining.is_zero()
            }
            OrderEnd::NothingToClose => {
                let is_closed = entry.is_some_and(|entry| trail.filled == entry.closable());
                is_entering && !trail.remaining.is_zero() && is_closed
            }
            _ => !is_entering && !trail.remaining.is_zero(),
        };
        if !may_end || unfilled != trail.remaining {
            return Err(trail.does_not_add_up(&format!("{end:?} with {unfilled} unfilled")));
        }
        self.orders.remove(&order);
        if let Some(entry) = self.entry.as_mut().filter(|entry| entry.id() == order) {
            entry.end = Some(end);
        }
        if is_entering {
            self.entering = None;
            self.note_depth();
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
        if let Quote { bid: Some(bid), ask: Some(ask) } = book.quote()
            && bid >= ask
        {
            return Err(broken(Rule::NeverCrossed, &(bid, ask, trail)));
        }
        self.note_depth();
        Ok(())
    }

    /// The next place at the end of a queue.
    fn next_priority(&mut self, side: Side, limit: Price) -> Priority {
        self.arrivals += 1;
        Priority::new(side, limit, self.arrivals)
    }

    /// An order comes in, or in again.
    fn enter(&mut self, trail: OrderTrail) {
        let held = self.positions.get(&(trail.market, trail.account));
        self.entry = Some(Entry::new(trail, held.copied().unwrap_or_default()));
        self.orders.insert(trail.order, trail);
    }

    /// Notes what is left within the limit of the order that just came in.
    fn note_depth(&mut self) {
        let Some(mut entry) = self.entry.take() else { return };
        entry.depth = self.depth(entry.trail.market, entry.trail.side, entry.trail.limit);
        self.entry = Some(entry);
    }

    /// The request is done with the order that it let in last.
    fn close_entry(&mut self) {
        let Some(mut entry) = self.entry.take() else { return };
        let rests = self.orders.get(&entry.id());
        entry.rests = rests.map(|trail| trail.remaining).unwrap_or_default();
        self.entries.push(entry);
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

/// A broken rule, with what was found.
pub(super) fn broken(rule: Rule, found: &dyn std::fmt::Debug) -> Violation {
    Violation { rule, found: format!("{found:?}") }
}
