//! What an order does as it comes in.

use fillgap::market::SelfTradePrevention;
use fillgap::protocol::{Execution, FillReport, Liquidity, OrderEnd};
use fillgap::units::{Cash, Position, Price, Quantity, Side, TradeId};

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
        self.fill(&after, trade, price, quantity, Liquidity::Maker);
        if after.remaining.is_zero() {
            self.end(&after, OrderEnd::Executed, Quantity::ZERO);
        } else {
            let place = self.orders.iter_mut().find(|order| order.id == maker.id);
            *place.unwrap() = after;
        }
    }

    fn fill(
        &mut self,
        order: &Order,
        trade: TradeId,
        price: Price,
        quantity: Quantity,
        liquidity: Liquidity,
    ) {
        let Order { id, account, client_order, market, side, group, .. } = *order;
        let held = self.position(account, market);
        let (own_price, closable) = match side {
            Side::Bid => (price, held.short()),
            Side::Ask => (price.complement(), held.long()),
        };
        let closing = quantity.min(closable);
        // What opens is paid, what closes brings the other side of a dollar.
        let cash = &mut self.cash[account.number() as usize];
        *cash += own_price.complement().times(closing);
        *cash -= own_price.times(quantity - closing);
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
            fee: Cash::ZERO,
            position_after,
        };
        self.tell(account, Execution::Filled(report));
    }
}
