//! The exchange's state and the way through a request.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::replace;

use crate::book::{Match, Prevented};
use crate::exchange::account::{Account, Funding};
use crate::exchange::event::ExchangeEvent;
use crate::exchange::expiry::Expiries;
use crate::exchange::groups::OrderGroups;
use crate::exchange::history::History;
use crate::exchange::ledger::Ledger;
use crate::exchange::market::Market;
use crate::exchange::meeting::Leaving;
use crate::exchange::order_id;
use crate::exchange::settings::ExchangeSettings;
use crate::market::{EventRules, ExchangeStatus, MarketRules, MarketStatus, MarketTerms};
use crate::protocol::{PublicMessage, RejectReason, Reply, Request};
use crate::units::{AccountId, Cash, EventId, MarketId, OrderId, Quantity, SimDuration, SimTime};

/// One exchange: markets, accounts, and all money and contracts between them.
#[derive(Debug)]
pub struct Exchange {
    pub(super) settings: ExchangeSettings,
    pub(super) markets: Vec<Market>,
    pub(super) accounts: Vec<Account>,
    pub(super) ledger: Ledger,
    pub(super) expiries: Expiries,
    /// The latest time that the exchange was told.
    pub(super) now: SimTime,
    /// How many orders were accepted.
    pub(super) accepted: u64,
    /// How many matches there were.
    pub(super) trades: u64,
    /// How long the past is kept for reads; none while nobody is watched.
    keep: Option<SimDuration>,
    /// Room for a request's matches.
    pub(super) matches: Vec<Match>,
    /// Room for the own orders that a request's order must not meet.
    pub(super) prevented: Vec<Prevented>,
    /// Room for the orders that leave before it meets them.
    pub(super) leaving: Vec<Leaving>,
    /// Room for what can not be paid of orders that it meets.
    pub(super) unpaid: Vec<(OrderId, Quantity)>,
    /// The markets that the request at hand touched, and the followed accounts that it concerns
    /// there.
    pub(super) touched: Vec<MarketId>,
    pub(super) concerned: Vec<(AccountId, MarketId)>,
    /// Whether the exchange trades.
    pub(super) status: ExchangeStatus,
    pub(super) groups: OrderGroups,
    /// When the lives of markets move on by themselves.
    pub(super) next_steps: BTreeSet<(SimTime, MarketId)>,
    /// The rules of events that have some.
    pub(super) events: BTreeMap<EventId, EventRules>,
    /// When fees are no longer waived.
    pub(super) waivers: BTreeSet<(SimTime, MarketId)>,
}

/// Puts what came of a request into the reply of its kind.
fn reply<T>(result: Result<T, RejectReason>, of: impl FnOnce(T) -> Reply) -> Reply {
    result.map_or_else(Reply::Rejected, of)
}

impl Exchange {
    /// The most markets that an exchange can list.
    pub const MARKETS_MAX: usize = order_id::MARKETS_MAX;

    /// An exchange without markets and accounts.
    #[must_use]
    pub fn new(settings: ExchangeSettings) -> Self {
        Self {
            settings,
            markets: Vec::new(),
            accounts: Vec::new(),
            ledger: Ledger::default(),
            expiries: Expiries::default(),
            now: SimTime::START,
            accepted: 0,
            trades: 0,
            keep: None,
            matches: Vec::new(),
            prevented: Vec::new(),
            leaving: Vec::new(),
            unpaid: Vec::new(),
            touched: Vec::new(),
            concerned: Vec::new(),
            status: ExchangeStatus::Active,
            groups: OrderGroups::default(),
            next_steps: BTreeSet::new(),
            events: BTreeMap::new(),
            waivers: BTreeSet::new(),
        }
    }

    /// Lists a market, open for trading.
    ///
    /// # Panics
    /// Above [`Self::MARKETS_MAX`] markets.
    pub fn list_market(&mut self, terms: MarketTerms) -> MarketId {
        let most = Self::MARKETS_MAX;
        assert!(self.markets.len() < most, "Invariant: at most {most} markets");
        let number = u32::try_from(self.markets.len()).expect("Invariant: 4,096 at most");
        let id = MarketId::new(number);
        let mut market = Market::new(id, terms, self.settings.book_capacity);
        if let Some(keep) = self.keep {
            market.remember(self.now, keep);
        }
        self.markets.push(market);
        id
    }

    /// Lists a market with rules of its own. It is open if its opening is not in the future.
    ///
    /// # Panics
    /// Above [`Self::MARKETS_MAX`] markets.
    pub fn list_market_with(&mut self, terms: MarketTerms, rules: MarketRules) -> MarketId {
        let market = self.list_market(terms);
        let here = &mut self.markets[market.number() as usize];
        if rules.opens_at.is_some_and(|at| at > self.now) {
            here.status = MarketStatus::Initialized;
        }
        here.rules = rules;
        self.begin_waiver(market);
        self.plan(market, None);
        market
    }

    /// Opens an account.
    ///
    /// # Panics
    /// Above 2^32 accounts.
    pub fn open_account(&mut self, funding: Funding) -> AccountId {
        let number = u32::try_from(self.accounts.len()).expect("Invariant: below 2^32 accounts");
        self.ledger.open(match funding {
            Funding::Cash(cash) => cash,
            Funding::Unlimited => Cash::ZERO,
        });
        self.accounts.push(Account::new(funding));
        AccountId::new(number)
    }

    /// Keeps the history that an account's reads need, at least `keep` back from any moment: its
    /// orders, fills, positions, money, and the books. Reads of other accounts show the present,
    /// their resting orders and no fills.
    ///
    /// # Panics
    /// When there is no such account.
    pub fn watch(&mut self, account: AccountId, keep: SimDuration) {
        let longest = self.keep.unwrap_or(SimDuration::ZERO).max(keep);
        self.keep = Some(longest);
        for market in &mut self.markets {
            market.remember(self.now, longest);
        }
        if let Some(history) = &mut self.accounts[account.number() as usize].history {
            return history.keep_longer(keep);
        }
        let mut history = History::new(self.now, keep, self.funds(account));
        for view in self.resting_orders(account) {
            history.note_order(self.now, view);
        }
        for view in self.open_positions(account) {
            history.note_position(self.now, view);
        }
        self.accounts[account.number() as usize].history = Some(history);
    }

    /// Carries out a request of an account and appends what happened to `events`.
    ///
    /// What is due by `now` happens first: orders expire, markets open, close and pay. A read shows the state at the end of
    /// `as_of`, as far back as [`Self::watch`] asked for; everything else ignores `as_of`.
    ///
    /// # Panics
    /// When there is no such account, `now` is before an earlier call's, or `as_of` after `now`.
    pub fn apply(
        &mut self,
        now: SimTime,
        account: AccountId,
        request: &Request,
        as_of: SimTime,
        events: &mut Vec<ExchangeEvent>,
    ) -> Reply {
        assert!(as_of <= now, "Invariant: nobody reads the future: {as_of} at {now}");
        let index = account.number() as usize;
        assert!(index < self.accounts.len(), "Invariant: {account} was opened");
        self.expire_due(now, events);
        match request {
            Request::Create(order) => {
                reply(self.create(now, account, order, events), Reply::Created)
            }
            Request::CreateBatch(orders) => self.create_batch(now, account, orders, events),
            Request::Amend(amend) => reply(self.amend(now, account, amend, events), Reply::Amended),
            Request::Decrease { order, reduction } => {
                let decreased = self.decrease(now, account, *order, *reduction, events);
                reply(decreased, Reply::Decreased)
            }
            Request::Cancel { order } => {
                reply(self.cancel(now, account, *order, events), Reply::Canceled)
            }
            Request::CancelBatch(orders) => self.cancel_batch(now, account, orders, events),
            Request::CancelAll => {
                reply(self.cancel_all(now, account, events), |()| Reply::CanceledAll)
            }
            Request::Group(request) => {
                let done = self.change_group(now, account, request, events);
                done.unwrap_or_else(Reply::Rejected)
            }
            Request::Read(query) => self.read(account, *query, as_of),
        }
    }

    /// Moves the time on.
    pub(super) fn advance(&mut self, now: SimTime) {
        assert!(now >= self.now, "Invariant: time goes on: {now} after {}", self.now);
        self.now = now;
    }

    /// Notes that a request changes an account's orders, contracts or money in a market.
    pub(super) fn concern(&mut self, account: AccountId, market: MarketId) {
        if self.touched.last() != Some(&market) && !self.touched.contains(&market) {
            self.touched.push(market);
        }
        let state = &mut self.accounts[account.number() as usize];
        if state.is_followed() && !replace(&mut state.in_market_mut(market).is_concerned, true) {
            self.concerned.push((account, market));
        }
    }

    /// Brings everything up to date that follows from what was changed: quotes, what the concerned
    /// accounts lock, what they are told about their money.
    pub(super) fn follow_up(&mut self, now: SimTime, events: &mut Vec<ExchangeEvent>) {
        for market in self.touched.drain(..) {
            let here = &mut self.markets[market.number() as usize];
            if here.update_quote(now) {
                let quote = here.quote;
                events.push(ExchangeEvent::QuoteChanged(PublicMessage { market, quote }));
            }
        }
        let mut concerned = std::mem::take(&mut self.concerned);
        for (account, market) in &concerned {
            let state = &mut self.accounts[account.number() as usize];
            state.in_market_mut(*market).is_concerned = false;
            self.note_stale_lock(*account, *market);
        }
        for (account, _) in concerned.drain(..) {
            if self.accounts[account.number() as usize].history.is_none() {
                continue;
            }
            self.relock(account);
            let balance = self.funds(account);
            let state = &mut self.accounts[account.number() as usize];
            if state.history.as_mut().is_some_and(|history| history.note_balance(now, balance)) {
                events.push(ExchangeEvent::FundsChanged { account, balance });
            }
        }
        self.concerned = concerned;
        self.forget_stale_expiries();
    }
}
