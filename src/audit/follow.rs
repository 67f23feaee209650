//! How the audit follows the exchange, event by event.

use crate::audit::command::{Change, Incoming};
use crate::audit::entry::{Cause, Entry};
use crate::audit::exchange_audit::ExchangeAudit;
use crate::audit::invariant::Violation;
use crate::audit::invariants::matching::Place;
use crate::audit::invariants::trade::OpenTrade;
use crate::audit::invariants::{book, collateral, commands, ledger, matching, trade};
use crate::audit::order_trail::OrderTrail;
use crate::audit::shadow_book::Priority;
use crate::audit::used_ids::Newness;
use crate::exchange::{
    ExchangeEvent, FormerClientOrder, GroupJudgement, MakerFeeLock, Settlement, WaivedMakerFee,
};
use crate::market::Liquidity;
use crate::protocol::{
    BalanceView, Execution, FillReport, OrderEnd, PrivateMessage, PublicMessage,
};
use crate::units::{
    AccountId, Cash, ClientOrderId, MarketId, OrderId, Price, Quantity, Side, SimTime,
};

impl ExchangeAudit {
    /// Looks at one event. Events must come as the exchange appended them, all of them, with the time
    /// at which they happened.
    ///
    /// # Errors
    /// The first invariant that the event breaks, which is a bug of the exchange.
    ///
    /// # Panics
    /// When the event's market was listed after this audit began.
    pub fn observe(&mut self, now: SimTime, event: &ExchangeEvent) -> Result<(), Violation> {
        self.pass(now)?;
        if let ExchangeEvent::Private(PrivateMessage { account, execution }) = event {
            if let Execution::Filled(report) = execution {
                return self.observe_fill(*account, report);
            }
            trade::fills_are_both_there(self.open_trade.as_ref(), execution)?;
            return self.observe_execution(*account, *execution);
        }
        trade::fills_are_both_there(self.open_trade.as_ref(), event)?;
        match *event {
            ExchangeEvent::Trade { trade, market, price, quantity, taker_side } => {
                trade::trade_is_new(trade, quantity, self.trades)?;
                self.trades += 1;
                let is_taker_filled = false;
                self.open_trade =
                    Some(OpenTrade { trade, market, price, quantity, taker_side, is_taker_filled });
                Ok(())
            }
            ExchangeEvent::QuoteChanged(message) => self.observe_quote(message),
            ExchangeEvent::MarketStatusChanged { market, status, .. } => {
                self.let_enter()?;
                let here = &mut self.statuses[market.number() as usize];
                let before = std::mem::replace(here, status);
                ledger::life_goes_its_way(market, before, status)
            }
            ExchangeEvent::LevelsRefined { market } => {
                self.let_enter()?;
                self.price_levels.refine(market);
                let shadow = &self.books[market.number() as usize];
                book::refined_orders_are_gone(market, shadow, self.settings.life)
            }
            ExchangeEvent::FeesDue { market, fees } => {
                self.let_enter()?;
                self.schedules[market.number() as usize] = fees;
                self.forgive_unlocked_fees(market);
                Ok(())
            }
            ExchangeEvent::CollateralReturned { account, event, amount } => {
                self.returned.note(account, event, amount);
                self.accounts.accounts.entry(account).or_default().change += amount;
                Ok(())
            }
            // A close can be moved at any time; levels and groups are told to the feeds, not to the
            // audit.
            ExchangeEvent::LevelChanged(_)
            | ExchangeEvent::CloseMoved { .. }
            | ExchangeEvent::GroupChanged { .. } => Ok(()),
            ExchangeEvent::Settled { account, settlement } => {
                self.observe_settlement(account, &settlement)
            }
            ExchangeEvent::FundsChanged { account, balance } => {
                self.observe_funds(account, balance)
            }
            ExchangeEvent::Private(_) => unreachable!("Invariant: it was looked at above"),
        }
    }

    /// Where resting orders lock no fee while it is waived, they do from now on, whether it can be paid
    /// or not.
    fn forgive_unlocked_fees(&mut self, market: MarketId) {
        if self.settings.money.waived_maker_fee == WaivedMakerFee::Locked {
            return;
        }
        let schedule = self.schedules[market.number() as usize];
        for trail in self.orders.values().filter(|trail| trail.market == market) {
            let here = self.accounts.accounts.entry(trail.account).or_default();
            here.unlocked_fees += schedule.at_most(trail.remaining) + Cash::CENT;
        }
    }

    fn observe_quote(&mut self, message: PublicMessage) -> Result<(), Violation> {
        self.let_enter()?;
        let PublicMessage { market, quote } = message;
        let index = market.number() as usize;
        book::never_crossed(market, quote)?;
        book::quote_shows_the_best(market, quote, self.books[index].quote())?;
        let before = std::mem::replace(&mut self.quotes[index], quote);
        book::quote_is_news(market, before, quote)
    }

    fn observe_settlement(
        &mut self,
        account: AccountId,
        settlement: &Settlement,
    ) -> Result<(), Violation> {
        let Settlement { market, payout, fee, .. } = *settlement;
        let status = self.statuses[market.number() as usize];
        let held = self.accounts.settle(account, market, payout, fee);
        ledger::position_is_paid_once(account, settlement, held, status, self.settings.fee_rounding)
    }

    fn observe_funds(&mut self, account: AccountId, balance: BalanceView) -> Result<(), Violation> {
        self.let_enter()?;
        if let Some(funding) = self.fundings.get(account.number() as usize) {
            ledger::told_balance_is_right(account, *funding, balance, &self.accounts)?;
        }
        let here = self.accounts.accounts.entry(account).or_default();
        let before = here.told.replace(balance);
        collateral::told_funds_are_news(account, balance, before)
    }

    fn observe_execution(
        &mut self,
        account: AccountId,
        execution: Execution,
    ) -> Result<(), Violation> {
        match execution {
            Execution::Accepted { order, client_order, market, side, limit_price, quantity } => {
                let incoming = Incoming { client_order, market, side, limit_price, quantity };
                self.observe_accepted(account, order, incoming)
            }
            Execution::Amended {
                order,
                client_order,
                market,
                side,
                limit_price,
                quantity,
                remaining,
            } => {
                let changed = Incoming { client_order, market, side, limit_price, quantity };
                self.observe_amended(account, order, changed, remaining)
            }
            Execution::Decreased { order, remaining, .. } => {
                self.let_enter()?;
                self.deeds.changes.push(Change::Decreased { order, remaining });
                self.trail(account, order)?.decrease(remaining)
            }
            Execution::Ended { order, end, unfilled, .. } => {
                self.observe_end(account, order, end, unfilled)
            }
            Execution::Filled(_) => unreachable!("Invariant: fills are looked at apart"),
        }
    }

    fn observe_accepted(
        &mut self,
        account: AccountId,
        order: OrderId,
        incoming: Incoming,
    ) -> Result<(), Violation> {
        book::id_is_new(order, Newness::of(self.seen.insert(order)))?;
        self.let_enter()?;
        self.close_entry()?;
        let order_of_effect = self.settings.entry.batch_order;
        let command = self.command.as_mut();
        let asked = command.and_then(|command| command.item(account, incoming, order_of_effect));
        let (item, asked) = commands::was_asked_for(asked, &(account, order, incoming))?;
        self.use_client_order(account, asked.market, asked.client_order)?;
        let priority = self.next_priority(asked.side, asked.limit_price);
        let trail = OrderTrail::new(order, account, &asked, self.accepted, priority);
        self.accepted += 1;
        if let Some(group) = trail.group {
            let group = self.groups.touch(group);
            matching::group_takes_the_order(&trail, group.as_deref())?;
            if let Some(group) = group {
                group.working += 1;
            }
        }
        self.enter(trail, Cause::Created { item });
        self.entering = Some(order);
        Ok(())
    }

    fn observe_amended(
        &mut self,
        account: AccountId,
        order: OrderId,
        changed: Incoming,
        remaining: Quantity,
    ) -> Result<(), Violation> {
        let Incoming { client_order, market, side, limit_price, quantity } = changed;
        self.let_enter()?;
        self.close_entry()?;
        let asked = self.command.as_ref().and_then(|command| command.amend(account, order));
        let mut trail = *self.trail(account, order)?;
        let as_asked = asked.filter(|asked| {
            let new_id = asked.new_client_order.unwrap_or(trail.client_order);
            (new_id, trail.market, trail.side, asked.limit_price, asked.quantity)
                == (client_order, market, side, limit_price, quantity)
        });
        let asked = commands::was_asked_for(as_asked, &(account, order, changed))?;
        if client_order != trail.client_order {
            self.use_client_order(account, market, client_order)?;
            if self.settings.amend.former_client_order == FormerClientOrder::Freed {
                let used = self.client_orders.entry(self.scope(account, market)).or_default();
                used.remove(trail.client_order.number());
            }
        }
        let keeps_place = limit_price == trail.limit && remaining <= trail.remaining;
        trail.amend(&asked, remaining, self.settings.amend.total)?;
        if !keeps_place {
            self.books[market.number() as usize].remove(side, trail.priority);
            trail.priority = self.next_priority(side, limit_price);
            self.entering = Some(order);
        }
        self.enter(trail, Cause::Amended);
        Ok(())
    }

    fn use_client_order(
        &mut self,
        account: AccountId,
        market: MarketId,
        client_order: ClientOrderId,
    ) -> Result<(), Violation> {
        let used = self.client_orders.entry(self.scope(account, market)).or_default();
        commands::client_order_is_new(client_order, Newness::of(used.insert(client_order.number())))
    }

    fn observe_fill(&mut self, account: AccountId, report: &FillReport) -> Result<(), Violation> {
        trade::fills_are_equal(self.open_trade.as_ref(), report)?;
        let is_taker = report.liquidity == Liquidity::Taker;
        let entering = self.entry.as_ref().filter(|entry| self.entering == Some(entry.id()));
        let known = self.orders.get_mut(&report.order).filter(|trail| trail.account == account);
        let trail = book::works(known, account, report.order)?;
        if is_taker {
            book::is_entering(report, entering.map(Entry::id))?;
            self.open_trade.as_mut().expect("Invariant: it was compared").is_taker_filled = true;
        } else {
            self.open_trade = None;
            let turn = self.books[report.market.number() as usize].first(report.side);
            trade::better_prices_fill_first(report, trail, turn)?;
            trade::earlier_orders_fill_first(report, turn)?;
            book::is_alive(trail, self.now, self.settings.life)?;
            if let Some(taker) = entering {
                matching::own_orders_do_not_trade(&taker.trail, account)?;
            }
        }
        trade::price_is_the_makers(trail, report)?;
        trail.fill(report.quantity)?;
        let schedule = &self.schedules[report.market.number() as usize];
        trail.fees.add(schedule, report);
        ledger::fees_are_within_bounds(self.settings.fee_rounding, schedule, &trail.fees, report)?;
        let trail = *trail;
        if let Some(entry) = self.entry.as_mut().filter(|_| is_taker) {
            entry.trail = trail;
        }
        let before = self.accounts.position(account, report.market);
        let position = self.accounts.fill(account, report);
        if !is_taker && self.settings.money.maker_fee == MakerFeeLock::NotLocked {
            // What is given back here may have been paid as a taker, out of what was there then.
            let paid = report.fee.max(Cash::ZERO);
            self.accounts.accounts.entry(account).or_default().unlocked_fees += paid;
        }
        ledger::told_position_is_right(report, position)?;
        matching::reduce_only_reduces(&trail, before, position)?;
        if let Some(group) = trail.group {
            let now = self.now;
            if let Some(group) = self.groups.touch(group) {
                group.note_match(now, report.quantity);
            }
        }
        Ok(())
    }

    fn observe_end(
        &mut self,
        account: AccountId,
        order: OrderId,
        end: OrderEnd,
        unfilled: Quantity,
    ) -> Result<(), Violation> {
        let is_of_a_match = match end {
            OrderEnd::Canceled
            | OrderEnd::Expired
            | OrderEnd::GroupCanceled
            | OrderEnd::Halted
            | OrderEnd::MarketClosed => false,
            OrderEnd::Executed
            | OrderEnd::NotFilledAtOnce
            | OrderEnd::PostOnlyCross
            | OrderEnd::SelfTrade
            | OrderEnd::Unfunded
            | OrderEnd::NothingToClose => true,
        };
        let is_on_the_way = end == OrderEnd::GroupCanceled
            && self.settings.groups.judgement == GroupJudgement::AfterEachMatch
            && (self.entering == Some(order) || self.is_on_the_way(order));
        if !is_of_a_match && !is_on_the_way {
            self.let_enter()?;
        }
        let is_entering = self.entering == Some(order);
        let trail = *self.trail(account, order)?;
        match end {
            OrderEnd::SelfTrade => self.observe_self_trade(order)?,
            OrderEnd::Expired => self.observe_expiry(&trail)?,
            OrderEnd::Canceled | OrderEnd::GroupCanceled => {
                self.deeds.changes.push(Change::Removed { order, quantity: unfilled });
            }
            _ => {}
        }
        let entry = self.entry.as_ref().filter(|entry| entry.id() == order);
        let place = if is_entering { Place::Entering } else { Place::Resting };
        matching::end_adds_up(&trail, end, unfilled, entry, place, &self.settings)?;
        self.orders.remove(&order);
        if let Some(entry) = self.entry.as_mut().filter(|entry| entry.id() == order) {
            entry.end = Some(end);
        }
        if let Some(group) = trail.group.and_then(|group| self.groups.touch(group)) {
            group.working -= 1;
            group.canceled += u32::from(end == OrderEnd::GroupCanceled);
        }
        if is_entering {
            self.entering = None;
            self.note_depth();
        } else {
            self.books[trail.market.number() as usize].remove(trail.side, trail.priority);
        }
        Ok(())
    }

    fn observe_self_trade(&mut self, order: OrderId) -> Result<(), Violation> {
        let entering = self.entering.and_then(|entering| self.orders.get(&entering));
        let met = entering.and_then(|entering| self.meets_own(entering));
        matching::self_trade_ends_the_right_one(order, entering, met)?;
        let is_entering = self.entering == Some(order);
        if let Some(entry) = self.entry.as_mut().filter(|_| !is_entering) {
            entry.own_canceled += 1;
        }
        Ok(())
    }

    fn observe_expiry(&mut self, trail: &OrderTrail) -> Result<(), Violation> {
        book::life_is_over(trail, self.now)?;
        if let Some(expires_at) = trail.expires_at {
            let key = (expires_at, trail.accepted);
            commands::expiries_go_in_order(self.last_expiry, key)?;
            self.last_expiry = Some(key);
        }
        Ok(())
    }

    /// Whether an order of the entering order's account is the next that would be met.
    fn meets_own(&self, entering: &OrderTrail) -> Option<OrderId> {
        let book = &self.books[entering.market.number() as usize];
        let next = book.within(entering.side.opposite(), entering.limit).next()?;
        let is_own = self.orders[&next].account == entering.account;
        Some(next).filter(|_| is_own && !entering.remaining.is_zero())
    }

    /// Whether the entering order could still meet an order.
    fn is_on_the_way(&self, order: OrderId) -> bool {
        let entering = self.entering.and_then(|entering| self.orders.get(&entering));
        let Some(entering) = entering.filter(|trail| !trail.remaining.is_zero()) else {
            return false;
        };
        let book = &self.books[entering.market.number() as usize];
        book.within(entering.side.opposite(), entering.limit).any(|each| each == order)
    }

    /// The entering order rests now, if there is one: nothing more can happen to it at once.
    pub(super) fn let_enter(&mut self) -> Result<(), Violation> {
        let Some(order) = self.entering.take() else { return Ok(()) };
        let trail = self.entry.as_ref().expect("Invariant: an order that enters is noted").trail;
        if trail.remaining.is_zero() {
            return Err(matching::does_not_add_up(&trail, "a missing end"));
        }
        matching::nothing_is_left_to_match(&trail, self.note_depth())?;
        self.books[trail.market.number() as usize].insert(trail.side, trail.priority, order);
        Ok(())
    }

    /// The next place at the end of a queue.
    fn next_priority(&mut self, side: Side, limit: Price) -> Priority {
        self.arrivals += 1;
        Priority::new(side, limit, self.arrivals)
    }

    /// An order comes in, or in again.
    fn enter(&mut self, trail: OrderTrail, cause: Cause) {
        let held = self.accounts.position(trail.account, trail.market);
        self.entry = Some(Entry::new(trail, cause, held));
        self.orders.insert(trail.order, trail);
    }

    /// Notes what is left within the limit of the order that just came in.
    fn note_depth(&mut self) -> Quantity {
        let Some(entry) = &self.entry else { return Quantity::ZERO };
        let depth = self.depth(entry.trail.market, entry.trail.side, entry.trail.limit);
        if let Some(entry) = &mut self.entry {
            entry.depth = depth;
        }
        depth
    }

    /// The command is done with the order that it let in last.
    pub(super) fn close_entry(&mut self) -> Result<(), Violation> {
        let Some(mut entry) = self.entry.take() else { return Ok(()) };
        let is_over = entry.end.is_some();
        entry.rests = if is_over { Quantity::ZERO } else { entry.trail.remaining };
        self.deeds.entries.push(entry);
        matching::amends_meet_no_own_orders(&entry, self.settings.amend.to_own)?;
        matching::amend_adds_up(&entry)?;
        matching::time_in_force_is_kept(&entry)
    }

    fn trail(&mut self, account: AccountId, order: OrderId) -> Result<&mut OrderTrail, Violation> {
        let known = self.orders.get_mut(&order).filter(|trail| trail.account == account);
        book::works(known, account, order)
    }
}
