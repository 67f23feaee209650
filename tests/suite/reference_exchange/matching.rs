//! What an order does as it comes in.

use fillgap::market::SelfTradePrevention;
use fillgap::protocol::{Execution, FillReport, Liquidity, OrderEnd};
use fillgap::units::{Cash, Position, Price, Quantity, Side, TradeId};

use super::settings::{Payment, Settings};
use super::state::{Order, Reference, Told};

impl Reference {
    /// What an order with this limit would meet first.
    fn next_maker(&self, taker: &Order) -> Option<Order> {
        let queue = self.queue(taker.market, taker.side.opposite());
        let first = queue.first()?;
        let is_within = match taker.side {
            Side::Bid => first.limit <= taker.limit,
            Side::Ask => first.limit >= taker.limit,
        };
        is_within.then(|| (*first).clone())
    }

    /// All that rests within an order's limit.
    pub(super) fn depth(&self, taker: &Order) -> Quantity {
        let mut rest = self.clone();
        let mut depth = Quantity::ZERO;
        while let Some(maker) = rest.next_maker(taker) {
            depth += maker.remaining;
            rest.orders.retain(|order| order.id != maker.id);
        }
        depth
    }

    /// Whether an order would meet one of its own account.
    pub(super) fn meets_own(&self, taker: &Order) -> bool {
        let mut rest = self.clone();
        let mut left = taker.remaining;
        while let Some(maker) = rest.next_maker(taker).filter(|_| !left.is_zero()) {
            if maker.account == taker.account {
                return true;
            }
            left = left.saturating_sub(maker.remaining);
            rest.orders.retain(|order| order.id != maker.id);
        }
        false
    }

    /// Trades an order until it is filled, meets nobody or must stop. Returns whether it had to.
    pub(super) fn take(&mut self, taker: &mut Order, most: Quantity) -> bool {
        let mut left = most;
        while let Some(maker) = self.next_maker(taker).filter(|_| !left.is_zero()) {
            let is_own = maker.account == taker.account;
            match taker.self_trade.filter(|_| is_own) {
                Some(SelfTradePrevention::TakerAtCross) => return true,
                Some(SelfTradePrevention::Maker) => {
                    self.end(&maker, OrderEnd::SelfTrade, maker.remaining);
                }
                None => {
                    let quantity = left.min(maker.remaining);
                    if !is_own && !self.can_be_met(&maker, quantity) {
                        self.end(&maker, OrderEnd::Unfunded, maker.remaining);
                        continue;
                    }
                    left -= quantity;
                    self.trade(taker, &maker, quantity);
                }
            }
        }
        false
    }

    fn trade(&mut self, taker: &mut Order, maker: &Order, quantity: Quantity) {
        let trade = TradeId::new(self.trades);
        self.trades += 1;
        self.told.push(Told::Trade(trade, taker.market, maker.limit, quantity, taker.side));
        let price = maker.limit;
        taker.filled += quantity;
        taker.remaining -= quantity;
        self.fill(taker, trade, price, quantity, Liquidity::Taker);
        let mut after = maker.clone();
        after.filled += quantity;
        after.remaining -= quantity;
        self.fill(&mut after, trade, price, quantity, Liquidity::Maker);
        if after.remaining.is_zero() {
            self.end(&after, OrderEnd::Executed, Quantity::ZERO);
        } else {
            self.change(&after);
        }
    }

    /// What a fill brings its account without fees; below zero it costs: what opens is paid, what
    /// closes brings the other side of a dollar.
    fn revenue(&self, order: &Order, price: Price, quantity: Quantity) -> Cash {
        let held = self.position(order.account, order.market);
        let (own_price, closable) = match order.side {
            Side::Bid => (price, held.short()),
            Side::Ask => (price.complement(), held.long()),
        };
        let closing = quantity.min(closable);
        own_price.complement().times(closing) - own_price.times(quantity - closing)
    }

    /// Whether a resting order can be paid as it is met, where that is looked at.
    fn can_be_met(&self, maker: &Order, quantity: Quantity) -> bool {
        let index = maker.account.number() as usize;
        if self.settings.payment == Payment::AtEntry || !self.is_limited[index] {
            return true;
        }
        let revenue = self.revenue(maker, maker.limit, quantity);
        let deal = (maker.limit, quantity);
        let mut accumulator = maker.accumulator;
        let Settings { formula, rounding, .. } = self.settings;
        let fee = rounding.fee(&formula, Liquidity::Maker, deal, revenue, &mut accumulator);
        let change = revenue - fee;
        !change.is_negative() || !(self.cash[index] + change).is_negative()
    }

    /// The contracts within a fill-or-kill order's limit that can be had: all where orders are paid
    /// at entry. Elsewhere the order is tried on a copy; what it would not come to, because one of its
    /// own account's stops it, counts like anybody's.
    pub(super) fn can_pay(&self, taker: &Order) -> Quantity {
        if self.settings.payment == Payment::AtEntry {
            return self.depth(taker);
        }
        let (mut copy, mut trial) = (self.clone(), taker.clone());
        copy.told.clear();
        copy.take(&mut trial, taker.remaining);
        let own = copy.told.iter().filter_map(|told| match told {
            Told::Execution(_, Execution::Ended { end: OrderEnd::SelfTrade, unfilled, .. }) => {
                Some(*unfilled)
            }
            _ => None,
        });
        trial.filled + own.sum() + copy.depth(&trial)
    }

    fn fill(
        &mut self,
        order: &mut Order,
        trade: TradeId,
        price: Price,
        quantity: Quantity,
        liquidity: Liquidity,
    ) {
        let Order { id, account, client_order, market, side, group, .. } = *order;
        let held = self.position(account, market);
        let revenue = self.revenue(order, price, quantity);
        let Settings { formula, rounding, .. } = self.settings;
        let deal = (price, quantity);
        let fee = rounding.fee(&formula, liquidity, deal, revenue, &mut order.accumulator);
        self.cash[account.number() as usize] += revenue - fee;
        self.fees += fee;
        self.book_cost(order, price, quantity);
        let position_after = held + Position::of(side, quantity);
        self.positions.insert((account, market), position_after);
        if let Some(group) = group {
            self.count(group, quantity);
        }
        let report = FillReport {
            trade,
            order: id,
            client_order,
            market,
            side,
            price,
            quantity,
            liquidity,
            fee,
            position_after,
        };
        self.fills.push((account, report));
        self.tell(account, Execution::Filled(report));
    }

    /// What closes takes its share of the cost along, rounded down; what opens adds its price.
    fn book_cost(&mut self, order: &Order, price: Price, quantity: Quantity) {
        let held = self.position(order.account, order.market);
        let (own_price, closable) = match order.side {
            Side::Bid => (price, held.short()),
            Side::Ask => (price.complement(), held.long()),
        };
        let closing = quantity.min(closable);
        let cost = self.costs.entry((order.account, order.market)).or_default();
        if !closing.is_zero() {
            let share = i128::from(cost.millionths()) * i128::from(closing.hundredths())
                / i128::from(held.size().hundredths());
            *cost -= Cash::from_millionths(i64::try_from(share).unwrap());
        }
        *cost += own_price.times(quantity - closing);
    }
}
