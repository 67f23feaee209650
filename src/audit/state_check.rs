//! What must be true of the exchange's whole state.

use crate::audit::exchange_audit::{ExchangeAudit, broken};
use crate::audit::violation::{Rule, Violation};
use crate::book::RestingOrder;
use crate::exchange::{CollateralRule, Exchange, Funding};
use crate::market::{FeeRounding, Liquidity, MarketStatus};
use crate::units::{AccountId, Cash, MarketId, Position, Price, Quantity, Side};

impl ExchangeAudit {
    /// Looks at the whole exchange, between two requests. The cost is in the number of ticks,
    /// orders, accounts and markets.
    ///
    /// # Errors
    /// The first rule that is broken, which is a bug of the exchange.
    pub fn check(&mut self, exchange: &Exchange) -> Result<(), Violation> {
        self.let_enter()?;
        for market in exchange.markets() {
            self.check_status(exchange, market)?;
            self.check_book(exchange, market)?;
            self.check_contracts(exchange, market)?;
        }
        self.check_cash(exchange)?;
        for account in exchange.accounts() {
            check_profit(exchange, account)?;
            self.check_collateral(exchange, account)?;
            if let Some(told) = self.told.get(&account)
                && *told != exchange.funds(account)
            {
                return Err(broken(Rule::FundsAreTold, &(account, told, exchange.funds(account))));
            }
        }
        Ok(())
    }

    /// A market that is closed has no orders, and one that has paid no positions.
    fn check_status(&self, exchange: &Exchange, market: MarketId) -> Result<(), Violation> {
        let status = exchange.market_status(market);
        if status != self.statuses[market.number() as usize] {
            return Err(broken(Rule::LifeGoesOn, &(market, status)));
        }
        let mut sides = [Side::Bid, Side::Ask].into_iter();
        let has_orders = sides.any(|side| exchange.resting_in(market, side).next().is_some());
        let may_have_orders = matches!(status, MarketStatus::Active | MarketStatus::Inactive);
        if has_orders && !may_have_orders {
            return Err(broken(Rule::LifeGoesOn, &(market, status, "has orders")));
        }
        let mut accounts = exchange.accounts();
        let is_held = accounts.any(|account| !exchange.position(account, market).is_flat());
        if is_held && matches!(status, MarketStatus::Finalized(_)) {
            return Err(broken(Rule::SettlementPaysOnce, &(market, status)));
        }
        Ok(())
    }

    fn check_book(&self, exchange: &Exchange, market: MarketId) -> Result<(), Violation> {
        let book = exchange.order_book(market);
        book.recount().map_err(|error| broken(Rule::BookAddsUp, &(market, error)))?;
        let shadow = &self.books[market.number() as usize];
        let levels = &exchange.terms(market).levels;
        for side in [Side::Bid, Side::Ask] {
            let mut resting = exchange.resting_in(market, side);
            for order in shadow.side(side).values() {
                let trail = &self.orders[order];
                let expected = RestingOrder {
                    order: trail.order,
                    owner: trail.account,
                    side,
                    tick: levels.tick_of(trail.limit).expect("Invariant: accepted on the grid"),
                    remaining: trail.remaining,
                };
                let found = resting.next();
                if found != Some(expected) {
                    return Err(broken(Rule::BookFollowsEvents, &(found, expected)));
                }
            }
            if let Some(extra) = resting.next() {
                return Err(broken(Rule::BookFollowsEvents, &extra));
            }
        }
        if exchange.quote(market) != shadow.quote() {
            let found = (market, exchange.quote(market), shadow.quote());
            return Err(broken(Rule::QuoteFollowsBook, &found));
        }
        Ok(())
    }

    fn check_contracts(&self, exchange: &Exchange, market: MarketId) -> Result<(), Violation> {
        let mut sum = Position::FLAT;
        for account in exchange.accounts() {
            let position = exchange.position(account, market);
            let expected = self.positions.get(&(market, account)).copied().unwrap_or_default();
            if position != expected {
                let found = (market, account, position, expected);
                return Err(broken(Rule::PositionFollowsFills, &found));
            }
            sum += position;
        }
        if sum.is_flat() {
            Ok(())
        } else {
            Err(broken(Rule::ContractsAreConserved, &(market, sum)))
        }
    }

    fn check_cash(&self, exchange: &Exchange) -> Result<(), Violation> {
        let ledger = exchange.ledger();
        if ledger.imbalance() != Cash::ZERO || ledger.fees() != self.fees {
            return Err(broken(Rule::CashIsConserved, &(ledger, self.fees)));
        }
        let pairs = exchange.markets().flat_map(|market| {
            exchange.accounts().map(move |account| exchange.position(account, market).long())
        });
        if Price::ONE_DOLLAR.times(pairs.sum()) != ledger.pool() {
            return Err(broken(Rule::PoolBacksContracts, ledger));
        }
        // Profit at a price is linear in it, so that the two ends speak for all prices between.
        for mark in [Price::ZERO, Price::ONE_DOLLAR] {
            let profits = exchange.markets().flat_map(|market| {
                exchange.accounts().map(move |account| profit_at(exchange, account, market, mark))
            });
            let profits: Cash = profits.sum();
            if profits != Cash::ZERO {
                return Err(broken(Rule::ProfitsAddUp, &(mark, profits)));
            }
        }
        Ok(())
    }

    fn check_collateral(&self, exchange: &Exchange, account: AccountId) -> Result<(), Violation> {
        let funds = exchange.funds(account);
        let by_market: Cash =
            exchange.markets().map(|market| exchange.locked(account, market)).sum();
        if funds.balance - by_market != funds.available {
            return Err(broken(Rule::LockCoversOrders, &(account, funds, by_market)));
        }
        if exchange.funding(account) == Funding::Unlimited {
            return if by_market == Cash::ZERO {
                Ok(())
            } else {
                Err(broken(Rule::LockCoversOrders, &(account, by_market)))
            };
        }
        for market in exchange.markets() {
            self.check_lock(exchange, account, market)?;
        }
        // Each fill may cost more than was set aside for its part of the order, by its rounding.
        let fills = i64::from(self.fills.get(&account).copied().unwrap_or_default());
        let slack = Cash::from_millionths(self.rounding.slack_per_fill().millionths() * fills);
        let spent = match self.collateral {
            CollateralRule::AtEntry => funds.available,
            CollateralRule::AtMatch => funds.balance,
        };
        if (spent + slack).is_negative() {
            return Err(broken(Rule::AvailableNotNegative, &(account, funds, slack)));
        }
        Ok(())
    }

    /// Compares a lock with what the account's orders can cost if all of them fill: best price
    /// first, each contract that does not close paying its price and its part of the maker fee.
    fn check_lock(
        &self,
        exchange: &Exchange,
        account: AccountId,
        market: MarketId,
    ) -> Result<(), Violation> {
        let shadow = &self.books[market.number() as usize];
        let schedule = &self.schedules[market.number() as usize];
        let position = exchange.position(account, market);
        let per_millionth = u128::from(schedule.parts_per_millionth());
        let (mut prices, mut fee_parts, mut orders) = (Cash::ZERO, 0, 0);
        for side in [Side::Bid, Side::Ask] {
            let mut closable = match side {
                Side::Bid => position.short(),
                Side::Ask => position.long(),
            };
            let trails = shadow.side(side).values().map(|order| &self.orders[order]);
            for trail in trails.filter(|trail| trail.account == account) {
                let opening = trail.remaining.saturating_sub(closable);
                closable = closable.saturating_sub(trail.remaining);
                let price = match side {
                    Side::Bid => trail.limit,
                    Side::Ask => trail.limit.complement(),
                };
                prices += price.times(opening);
                fee_parts += schedule.parts(Liquidity::Maker, trail.limit, opening);
                orders += i64::from(opening > Quantity::ZERO);
            }
        }
        let fees = Cash::from_millionths(
            i64::try_from(fee_parts.div_ceil(per_millionth)).expect("Invariant: Quantity::MAX"),
        );
        let locked = exchange.locked(account, market);
        let (credit, rounding) = self.lock_tolerance(orders);
        if locked < prices + fees - credit || locked > prices + fees + rounding {
            let found = (account, market, locked, prices, fees);
            return Err(broken(Rule::LockCoversOrders, &found));
        }
        Ok(())
    }

    /// How much less and more than price and fee so many orders may lock: a lock is rounded up to
    /// an amount that can be paid, and an order that paid for rounding before may owe less.
    fn lock_tolerance(&self, orders: i64) -> (Cash, Cash) {
        let (credit, rounding) = match self.rounding {
            FeeRounding::WholeCent => (Cash::CENT, Cash::CENT),
            FeeRounding::Millionth { .. } | FeeRounding::TenThousandth { .. } => {
                (Cash::ZERO, self.rounding.slack_per_fill())
            }
        };
        let times = |amount: Cash| Cash::from_millionths(amount.millionths() * orders);
        (times(credit), times(rounding))
    }
}

/// Whether an account's money is what it brought and earned.
fn check_profit(exchange: &Exchange, account: AccountId) -> Result<(), Violation> {
    let deposit = match exchange.funding(account) {
        Funding::Cash(cash) => cash,
        Funding::Unlimited => Cash::ZERO,
    };
    let holdings = exchange.markets().map(|market| exchange.holding(account, market));
    let earned: Cash = holdings.map(|held| held.realized - held.cost - held.fees).sum();
    let balance = exchange.funds(account).balance;
    if balance == deposit + earned {
        return Ok(());
    }
    Err(broken(Rule::ProfitsAddUp, &(account, balance, deposit, earned)))
}

/// An account's profit in a market before fees, its position valued at a price.
fn profit_at(exchange: &Exchange, account: AccountId, market: MarketId, mark: Price) -> Cash {
    let holding = exchange.holding(account, market);
    let value =
        mark.times(holding.position.long()) + mark.complement().times(holding.position.short());
    holding.realized - holding.cost + value
}
