//! The audit of one exchange: what it keeps and when it looks.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::command::{Command, Deeds};
use crate::audit::entry::Entry;
use crate::audit::exchange_state::ExchangeState;
use crate::audit::invariant::Violation;
use crate::audit::invariants::trade::OpenTrade;
use crate::audit::invariants::{book, collateral, commands, ledger, matching};
use crate::audit::order_trail::OrderTrail;
use crate::audit::price_levels::PriceLevels;
use crate::audit::returned::Returned;
use crate::audit::shadow_accounts::ShadowAccounts;
use crate::audit::shadow_book::ShadowBook;
use crate::audit::shadow_groups::{GroupStanding, ShadowGroup, ShadowGroups};
use crate::audit::used_ids::UsedIds;
use crate::exchange::{ClientOrderScope, Exchange, ExchangeSettings, Funding, WaivedMakerFee};
use crate::market::{FeeSchedule, MarketStatus};
use crate::protocol::{GroupRequest, Quote, Reply, Request};
use crate::units::{AccountId, MarketId, OrderId, Price, Quantity, Side, SimTime};

/// Follows one exchange from its events and compares.
#[derive(Clone, Debug)]
pub struct ExchangeAudit {
    pub(super) settings: ExchangeSettings,
    /// By account.
    pub(super) fundings: Vec<Funding>,
    /// By market: the fees that it charges now, and those that it charges when none are waived.
    pub(super) schedules: Vec<FeeSchedule>,
    pub(super) full_schedules: Vec<FeeSchedule>,
    pub(super) books: Vec<ShadowBook>,
    pub(super) quotes: Vec<Quote>,
    pub(super) statuses: Vec<MarketStatus>,
    pub(super) price_levels: PriceLevels,
    pub(super) returned: Returned,
    /// Working orders.
    pub(super) orders: BTreeMap<OrderId, OrderTrail>,
    /// Every id that was ever given out.
    pub(super) seen: BTreeSet<OrderId>,
    /// Every client order id that took effect, within its scope.
    pub(super) client_orders: BTreeMap<(AccountId, Option<MarketId>), UsedIds>,
    pub(super) groups: ShadowGroups,
    pub(super) accounts: ShadowAccounts,
    /// How many orders were accepted.
    pub(super) accepted: u64,
    /// How often an order came to the end of a queue.
    pub(super) arrivals: u64,
    /// The latest time that was told.
    pub(super) now: SimTime,
    /// The instant and the order of acceptance of the last order that expired.
    pub(super) last_expiry: Option<(SimTime, u64)>,
    /// The command in flight, and what it did.
    pub(super) command: Option<Command>,
    pub(super) deeds: Deeds,
    /// The order that is entering and does not rest yet.
    pub(super) entering: Option<OrderId>,
    /// The order that the command let in last.
    pub(super) entry: Option<Entry>,
    /// A trade whose fills are not both there yet.
    pub(super) open_trade: Option<OpenTrade>,
    pub(super) trades: u64,
}

impl ExchangeAudit {
    /// Follows an exchange whose markets are all listed, whose accounts are all opened, and that had
    /// no request yet.
    #[must_use]
    pub fn new(exchange: &Exchange) -> Self {
        let schedules: Vec<_> = exchange.markets().map(|market| exchange.fees(market)).collect();
        let full_schedules = exchange.markets().map(|market| exchange.terms(market).fees);
        Self {
            settings: *exchange.settings(),
            fundings: exchange.accounts().map(|account| exchange.funding(account)).collect(),
            books: vec![ShadowBook::default(); schedules.len()],
            quotes: vec![Quote::default(); schedules.len()],
            statuses: exchange.markets().map(|market| exchange.market_status(market)).collect(),
            schedules,
            full_schedules: full_schedules.collect(),
            price_levels: PriceLevels::new(exchange),
            returned: Returned::new(exchange),
            orders: BTreeMap::new(),
            seen: BTreeSet::new(),
            client_orders: BTreeMap::new(),
            groups: ShadowGroups::default(),
            accounts: ShadowAccounts::default(),
            accepted: 0,
            arrivals: 0,
            now: SimTime::START,
            last_expiry: None,
            command: None,
            deeds: Deeds::default(),
            entering: None,
            entry: None,
            open_trade: None,
            trades: 0,
        }
    }

    /// An account asks for something: everything until the answer may be because of it.
    ///
    /// # Errors
    /// The first invariant that is broken, which is a bug of the exchange.
    pub fn asked(
        &mut self,
        now: SimTime,
        account: AccountId,
        request: &Request,
    ) -> Result<(), Violation> {
        self.pass(now)?;
        self.let_enter()?;
        commands::one_command_at_a_time(self.command.as_ref(), request)?;
        self.command = Some(Command::new(account, request.clone()));
        Ok(())
    }

    /// Looks at what the command in flight came to, after all its events.
    ///
    /// # Errors
    /// The first invariant that is broken, which is a bug of the exchange.
    pub fn answered(&mut self, reply: &Reply) -> Result<(), Violation> {
        self.let_enter()?;
        for ((market, shadow), quote) in (0..).zip(&self.books).zip(&self.quotes) {
            book::quote_shows_the_best(MarketId::new(market), *quote, shadow.quote())?;
        }
        self.close_entry()?;
        let command = commands::was_asked_for(self.command.take(), reply)?;
        commands::command_ends_once(&command, reply, &self.deeds, &self.settings)?;
        self.deeds.entries.clear();
        self.deeds.changes.clear();
        if let (Request::Create(order), Reply::Rejected(reason)) = (&command.request, reply) {
            let depth = || self.depth(order.market, order.side, order.limit_price);
            matching::refusal_had_to_be(order, *reason, depth, &self.settings)?;
        }
        self.follow_group(&command, reply);
        for id in self.groups.touched.drain(..) {
            let Some(group) = self.groups.groups.get_mut(&id) else { continue };
            matching::group_keeps_its_limit(id, group)?;
            group.canceled = 0;
        }
        Ok(())
    }

    /// Looks at the whole exchange, between two commands. The cost is in the number of ticks, orders,
    /// accounts and markets.
    ///
    /// # Errors
    /// The first invariant that is broken, which is a bug of the exchange.
    pub fn check(&mut self, exchange: &Exchange) -> Result<(), Violation> {
        self.check_state(&ExchangeState::of(exchange))
    }

    /// The same for a state that was taken from the exchange.
    ///
    /// # Errors
    /// The first invariant that is broken, which is a bug of the exchange.
    ///
    /// # Panics
    /// When a market was listed after this audit began.
    pub fn check_state(&mut self, state: &ExchangeState) -> Result<(), Violation> {
        self.let_enter()?;
        commands::one_command_at_a_time(self.command.as_ref(), &"a look at the whole state")?;
        self.price_levels.check(state)?;
        let life = self.settings.life;
        for market in &state.markets {
            let index = market.market.number() as usize;
            book::never_crossed(market.market, market.quote)?;
            for side in [Side::Bid, Side::Ask] {
                let shadow = &self.books[index];
                book::resting_orders_may_rest(market, side, &self.orders, self.now, life)?;
                book::orders_are_in_one_place(market, side, shadow, &self.orders)?;
                book::queues_keep_their_order(market, side, shadow)?;
                matching::what_rests_adds_up(market, side, &self.orders)?;
            }
            book::book_adds_up(market)?;
            book::quote_shows_the_best(market.market, market.quote, self.quotes[index])?;
            ledger::nothing_is_left(state, market, self.statuses[index], life)?;
            ledger::contracts_are_conserved(state, market.market, &self.accounts)?;
        }
        ledger::cash_is_conserved(state, &self.accounts, &self.returned)?;
        let rounding = self.settings.fee_rounding;
        ledger::returns_are_certain(
            rounding,
            state,
            &self.accounts,
            &self.returned,
            &self.statuses,
        )?;
        ledger::profits_add_up(rounding, state, &self.returned)?;
        state.accounts.iter().try_for_each(|account| collateral::locks_cover_orders(self, account))
    }

    /// The fees that resting orders lock.
    pub(super) fn resting_fees(&self, market: MarketId) -> &FeeSchedule {
        match self.settings.money.waived_maker_fee {
            WaivedMakerFee::Locked => &self.full_schedules[market.number() as usize],
            WaivedMakerFee::NotLocked => &self.schedules[market.number() as usize],
        }
    }

    /// Moves the time on.
    pub(super) fn pass(&mut self, now: SimTime) -> Result<(), Violation> {
        commands::time_goes_on(self.now, now)?;
        self.now = now;
        Ok(())
    }

    /// Within what a client order id of an account is used once.
    pub(super) fn scope(
        &self,
        account: AccountId,
        market: MarketId,
    ) -> (AccountId, Option<MarketId>) {
        let is_by_market = self.settings.entry.client_order_scope == ClientOrderScope::Market;
        (account, Some(market).filter(|_| is_by_market))
    }

    /// How many contracts rest that an order with this limit could trade with.
    pub(super) fn depth(&self, market: MarketId, side: Side, limit: Price) -> Quantity {
        let makers = self.books[market.number() as usize].within(side.opposite(), limit);
        makers.map(|order| self.orders[&order].remaining).sum()
    }

    /// Does to a group what was asked of it and done.
    fn follow_group(&mut self, command: &Command, reply: &Reply) {
        let Request::Group(request) = command.request else { return };
        let now = self.now;
        match (request, reply) {
            (GroupRequest::Create { contracts_limit }, Reply::GroupCreated(group)) => {
                let window_end = self.settings.groups.window_end;
                let fresh = ShadowGroup::new(command.account, contracts_limit, window_end);
                self.groups.groups.insert(*group, fresh);
            }
            (
                GroupRequest::SetLimit { group, .. }
                | GroupRequest::Trigger(group)
                | GroupRequest::Reset(group)
                | GroupRequest::Delete(group),
                Reply::GroupChanged,
            ) => {
                let Some(here) = self.groups.touch(group) else { return };
                match request {
                    GroupRequest::SetLimit { contracts_limit, .. } => {
                        here.contracts_limit = contracts_limit;
                        here.trigger_if_exceeded(now);
                    }
                    GroupRequest::Trigger(_) => here.standing = GroupStanding::Triggered,
                    GroupRequest::Reset(_) => here.reset(),
                    GroupRequest::Delete(_) => here.standing = GroupStanding::Deleted,
                    GroupRequest::Create { .. } => {}
                }
            }
            _ => {}
        }
    }
}
