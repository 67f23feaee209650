//! What the orders of accounts lock, from order to order.
//!
//! What an order locks at most needs no look at the account's other orders. Where an account has the
//! money for the sum of that, and mostly it has, an order comes in at once. What is locked exactly is
//! computed when somebody wants to know, from the account's orders there, kept apart from then on.

use std::borrow::Cow;

use crate::exchange::account::{Account, EventNetting};
use crate::exchange::collateral::{self, Candidate, Closables};
use crate::exchange::own_orders::OwnOrders;
use crate::exchange::settings::TakerPrice;
use crate::exchange::state::Exchange;
use crate::exchange::views::OrderState;
use crate::protocol::websocket::Movement;
use crate::units::{AccountId, Cash, MarketId};

impl Exchange {
    /// What an account's resting orders lock in a market \[dollar\].
    ///
    /// # Panics
    /// When there is no such account or market.
    #[must_use]
    pub fn locked(&self, account: AccountId, market: MarketId) -> Cash {
        let here = self.accounts[account.number() as usize].in_market(market);
        let known = here.map_or(Some(Cash::ZERO), |here| here.locked);
        known.unwrap_or_else(|| self.compute_lock(account, market, self.closables(account, market)))
    }

    /// What an account's resting orders lock in all markets.
    pub(super) fn locked_in_all(&self, account: AccountId) -> Cash {
        let state = &self.accounts[account.number() as usize];
        let unknown = state.stale_locks.iter().map(|market| self.locked(account, *market));
        state.locked + unknown.sum::<Cash>()
    }

    /// Whether an account can pay an order whatever else it has to pay. Under rules that bound nothing
    /// that has to be worked out: where each fill is rounded at a price of its own, or where returns are.
    pub(super) fn surely_pays(
        &self,
        account: AccountId,
        market: MarketId,
        candidate: &Candidate,
    ) -> bool {
        let state = &self.accounts[account.number() as usize];
        let here = &self.markets[market.number() as usize];
        let is_bounded = self.settings.money.taker_price == TakerPrice::Limit
            && state.netting == EventNetting::Off
            && here.rules.position_limit.is_none();
        if !is_bounded {
            return false;
        }
        let Candidate { side, tick, quantity, .. } = *candidate;
        let at_most = collateral::locked_at_most(here, side, tick, quantity);
        let in_all = state.locked_at_most + at_most + collateral::ROUNDING_AT_MOST;
        in_all <= self.ledger.balance(account)
    }

    /// Notes that what rests of an order became more or less.
    pub(super) fn note_resting(&mut self, order: &OrderState, movement: Movement) {
        let state = &mut self.accounts[order.account.number() as usize];
        if !state.is_limited() {
            return;
        }
        let here = &self.markets[order.market.number() as usize];
        let at_most = |quantity| collateral::locked_at_most(here, order.side, order.tick, quantity);
        match movement {
            Movement::Added(quantity) => state.locked_at_most += at_most(quantity),
            Movement::Removed(quantity) => state.locked_at_most -= at_most(quantity),
        }
    }

    /// Notes that an order rests from now on.
    pub(super) fn keep_own_order(&mut self, order: &OrderState) {
        let Some(owner) = self.limited_owner(order) else { return };
        owner.locked_at_most += collateral::ROUNDING_AT_MOST;
        if let Some(orders) = owner.orders_mut(order.market) {
            orders.insert(order.side, order.tick, order.in_book);
        }
    }

    /// Notes that an order that rests has less left or other fees to come.
    pub(super) fn change_own_order(&mut self, order: &OrderState) {
        let owner = self.limited_owner(order);
        if let Some(orders) = owner.and_then(|owner| owner.orders_mut(order.market)) {
            orders.change(order.side, order.tick, order.in_book);
        }
    }

    /// Notes that an order no longer rests.
    pub(super) fn forget_own_order(&mut self, order: &OrderState) {
        let Some(owner) = self.limited_owner(order) else { return };
        owner.locked_at_most -= collateral::ROUNDING_AT_MOST;
        if let Some(orders) = owner.orders_mut(order.market) {
            orders.remove(order.side, order.tick, order.in_book);
        }
    }

    /// Whose order it is, if the account's risk has to be covered.
    fn limited_owner(&mut self, order: &OrderState) -> Option<&mut Account> {
        Some(&mut self.accounts[order.account.number() as usize]).filter(|owner| owner.is_limited())
    }

    /// Notes that what an account's orders in a market lock may have changed.
    pub(super) fn note_stale_lock(&mut self, account: AccountId, market: MarketId) {
        let state = &mut self.accounts[account.number() as usize];
        if state.is_limited()
            && let Some(before) = state.in_market_mut(market).locked.take()
        {
            state.locked -= before;
            state.stale_locks.push(market);
        }
    }

    /// Brings what an account's orders lock up to date, and has its orders in a market at hand.
    pub(super) fn relock_for_order(&mut self, account: AccountId, market: MarketId) {
        self.relock(account);
        let here = &self.markets[market.number() as usize];
        let state = self.accounts[account.number() as usize].in_market_mut(market);
        state.orders.get_or_insert_with(|| OwnOrders::of(here, account));
    }

    /// Brings what an account's orders lock up to date.
    ///
    /// # Panics
    /// When they lock more than was thought possible, which is a bug.
    pub(super) fn relock(&mut self, account: AccountId) {
        let rules = self.settings.lock_rules();
        while let Some(market) = self.accounts[account.number() as usize].stale_locks.pop() {
            let here = &self.markets[market.number() as usize];
            let state = self.accounts[account.number() as usize].in_market_mut(market);
            let orders = state.orders.get_or_insert_with(|| OwnOrders::of(here, account));
            orders.know_alone(|in_book| collateral::locked_alone(here, rules, in_book));
            let locked = self.compute_lock(account, market, self.closables(account, market));
            let state = &mut self.accounts[account.number() as usize];
            state.in_market_mut(market).locked = Some(locked);
            state.locked += locked;
        }
        let state = &self.accounts[account.number() as usize];
        let (locked, at_most) = (state.locked, state.locked_at_most);
        let is_bounded = locked <= at_most || state.netting == EventNetting::On;
        assert!(is_bounded, "Invariant: {account} locks at most {at_most}, not {locked}");
    }

    /// The resting orders of an account in a market.
    pub(super) fn own_orders(&self, account: AccountId, market: MarketId) -> Cow<'_, OwnOrders> {
        let here = self.accounts[account.number() as usize].in_market(market);
        match here.and_then(|here| here.orders.as_ref()) {
            Some(orders) => Cow::Borrowed(orders),
            None => Cow::Owned(OwnOrders::of(&self.markets[market.number() as usize], account)),
        }
    }

    /// What an account's orders lock in a market where so much closes.
    pub(super) fn compute_lock(
        &self,
        account: AccountId,
        market: MarketId,
        closables: Closables,
    ) -> Cash {
        let rules = self.settings.lock_rules();
        let here = &self.markets[market.number() as usize];
        collateral::locked(here, rules, closables, &self.own_orders(account, market), None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{ExchangeSettings, Funding, MoneyRules};
    use crate::market::{
        FeeKind, FeeMultiplier, FeeSchedule, MarketRules, MarketTerms, PositionLimit,
        PriceLevelLabel, PriceLevelStructure, RoundingCarry, Tick,
    };
    use crate::protocol::{CreateOrder, Reduction, Reply, Request};
    use crate::units::{ClientOrderId, EventId, OrderId, Quantity, Side, SimTime};

    const BOT: AccountId = AccountId::new(0);
    const CROWD: AccountId = AccountId::new(1);
    const MARKET: MarketId = MarketId::new(0);

    fn cash(text: &str) -> Cash {
        text.parse().unwrap()
    }

    fn contracts(count: u32) -> Quantity {
        Quantity::of_contracts(count).unwrap()
    }

    /// One market with quadratic fees; the bot has this much and the crowd what it likes.
    fn exchange(settings: ExchangeSettings, rules: MarketRules, deposit: &str) -> Exchange {
        let mut exchange = Exchange::new(settings);
        let terms = MarketTerms {
            ticker: "KXDEMO-26NOV22-T50".to_owned(),
            event: EventId::new(0),
            levels: PriceLevelStructure::of_label(PriceLevelLabel::LinearCent),
            fees: FeeSchedule::new(FeeKind::Quadratic, FeeMultiplier::ONE),
        };
        exchange.list_market_with(terms, rules);
        exchange.open_account(Funding::Cash(cash(deposit)));
        exchange.open_account(Funding::Unlimited);
        exchange
    }

    fn ask(exchange: &mut Exchange, account: AccountId, request: &Request) -> Reply {
        let now = SimTime::START;
        exchange.apply(now, account, request, now, &mut Vec::new())
    }

    fn place(exchange: &mut Exchange, account: AccountId, side: Side, count: u32) -> OrderId {
        let price = "0.40".parse().unwrap();
        let client_order = ClientOrderId::new(exchange.accepted);
        let order = CreateOrder::new(client_order, MARKET, side, price, contracts(count));
        match ask(exchange, account, &Request::Create(order)) {
            Reply::Created(created) => created.order,
            other => panic!("not created: {other:?}"),
        }
    }

    /// 10 at 0.40 lock 4 dollars, 0.07 x 10 x 0.25 for their fee and 0.04 for rounding at most: 4.215. Of
    /// 6 that is 2.40 + 0.105 + 0.04, of 1 it is 0.40 + 0.0175 + 0.04.
    #[test]
    fn what_orders_lock_at_most_comes_and_goes_with_them() {
        let mut exchange = exchange(ExchangeSettings::default(), MarketRules::default(), "100");
        let order = place(&mut exchange, BOT, Side::Bid, 10);
        assert_eq!(exchange.accounts[0].locked_at_most, cash("4.215"));
        place(&mut exchange, CROWD, Side::Ask, 4);
        assert_eq!(exchange.accounts[0].locked_at_most, cash("2.545"));
        let decrease = Request::Decrease { order, reduction: Reduction::To(contracts(1)) };
        ask(&mut exchange, BOT, &decrease);
        assert_eq!(exchange.accounts[0].locked_at_most, cash("0.4575"));
        ask(&mut exchange, BOT, &Request::Cancel { order });
        assert_eq!(exchange.accounts[0].locked_at_most, Cash::ZERO);
        place(&mut exchange, BOT, Side::Bid, 3);
        place(&mut exchange, CROWD, Side::Ask, 3);
        assert_eq!(exchange.accounts[0].locked_at_most, Cash::ZERO);
        assert_eq!(exchange.accounts[1].locked_at_most, Cash::ZERO);
    }

    /// The first 10 at 0.40 need 4.215 at most, the next ones 8.43, unless what fills or what closes is
    /// paid by other rules.
    #[test]
    fn an_order_is_surely_paid_up_to_the_sum_of_what_all_lock_at_most() {
        let plain = ExchangeSettings::default();
        let taker_price = TakerPrice::Match;
        let by_match =
            ExchangeSettings { money: MoneyRules { taker_price, ..plain.money }, ..plain };
        let position_limit = Some(PositionLimit::Contracts(contracts(1_000)));
        let limited = MarketRules { position_limit, ..MarketRules::default() };
        let (off, on) = (EventNetting::Off, EventNetting::On);
        for (settings, rules, netting, deposit, resting, is_sure) in [
            (plain, MarketRules::default(), off, "4.215", 0, true),
            (plain, MarketRules::default(), off, "4.214999", 0, false),
            (plain, MarketRules::default(), off, "8.43", 1, true),
            (plain, MarketRules::default(), off, "8.429999", 1, false),
            (by_match, MarketRules::default(), off, "100", 0, false),
            (plain, limited, off, "100", 0, false),
            (plain, MarketRules::default(), on, "100", 0, false),
        ] {
            let mut exchange = exchange(settings, rules, deposit);
            exchange.set_netting(BOT, netting);
            for _ in 0..resting {
                place(&mut exchange, BOT, Side::Bid, 10);
            }
            let candidate = Candidate {
                side: Side::Bid,
                tick: Tick::new(39),
                quantity: contracts(10),
                self_trade: None,
                group: None,
                carry: RoundingCarry::default(),
                instead_of: None,
            };
            assert_eq!(exchange.surely_pays(BOT, MARKET, &candidate), is_sure, "{deposit}");
        }
    }
    /// Where an order has to be looked at exactly, the account's orders are at hand from then on; once its
    /// money is told, what they lock is known, together and each alone.
    #[test]
    fn what_was_worked_out_is_kept() {
        let position_limit = Some(PositionLimit::Contracts(contracts(1_000)));
        let rules = MarketRules { position_limit, ..MarketRules::default() };
        let mut exchange = exchange(ExchangeSettings::default(), rules, "100");
        place(&mut exchange, BOT, Side::Bid, 10);
        let here = exchange.accounts[0].in_market(MARKET).unwrap();
        assert_eq!((here.orders.is_some(), here.locked), (true, None));
        exchange.relock(BOT);
        let state = &exchange.accounts[0];
        assert!(state.stale_locks.is_empty());
        let here = state.in_market(MARKET).unwrap();
        assert_eq!((state.locked, here.locked), (cash("4"), Some(cash("4"))));
        let own = here.orders.as_ref().unwrap().side(Side::Bid).last_to_fill_first();
        assert_eq!(own.iter().map(|own| own.alone).collect::<Vec<_>>(), [Some(cash("4"))]);
    }

    #[test]
    #[should_panic(expected = "account 0 locks at most 0.00, not 4.00")]
    fn orders_never_lock_more_than_was_thought_possible() {
        let mut exchange = exchange(ExchangeSettings::default(), MarketRules::default(), "100");
        place(&mut exchange, BOT, Side::Bid, 10);
        exchange.accounts[0].locked_at_most = Cash::ZERO;
        exchange.relock(BOT);
    }
}
