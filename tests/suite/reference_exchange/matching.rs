//! What an order does as it comes in.

use fillgap::market::SelfTradePrevention;
use fillgap::protocol::{Execution, FillReport, Liquidity, OrderEnd};
use fillgap::units::{Cash, OrderGroupId, Position, Price, Quantity, Side, TradeId};

use super::readings::Second;
use super::settings::Payment;
use super::state::{Order, Reference, Told};

/// A trial of an order.
#[derive(Debug)]
pub(super) struct Trial {
    after: Reference,
    taker: Order,
    stopped: Option<OrderEnd>,
}

impl Trial {
    /// The contracts of its own account that it cancels.
    fn own_canceled(&self) -> Quantity {
        let canceled = self.after.told.iter().filter_map(|told| match told {
            Told::Execution(_, Execution::Ended { end: OrderEnd::SelfTrade, unfilled, .. }) => {
                Some(*unfilled)
            }
            _ => None,
        });
        canceled.sum()
    }

    pub(super) fn meets_own(&self) -> bool {
        self.stopped == Some(OrderEnd::SelfTrade) || !self.own_canceled().is_zero()
    }

    /// Prices and quantities of its trades.
    pub(super) fn trades(&self) -> Vec<(Price, Quantity)> {
        let trades = self.after.told.iter().filter_map(|told| match told {
            Told::Trade(_, _, price, quantity, _) => Some((*price, *quantity)),
            _ => None,
        });
        trades.collect()
    }
}

impl Reference {
    /// What an order with this limit would come to first.
    fn next_maker(&self, taker: &Order) -> Option<Order> {
        let queue = self.queue(taker.market, taker.side.opposite());
        let first = queue.first()?;
        let is_within = match taker.side {
            Side::Bid => first.limit <= taker.limit,
            Side::Ask => first.limit >= taker.limit,
        };
        is_within.then(|| (*first).clone())
    }

    /// Whether an order's group is triggered, where that is looked at after each match.
    fn is_over(&self, order: &Order) -> bool {
        self.settings.reads(Second::JudgedEachMatch) && self.is_triggered(order.group)
    }

    fn is_triggered(&self, group: Option<OrderGroupId>) -> bool {
        group.is_some_and(|group| self.groups[group.number() as usize].is_triggered)
    }

    /// Everybody within an order's limit, as it would meet them.
    pub(super) fn way(&self, taker: &Order) -> Vec<Order> {
        let mut rest = self.clone();
        let mut way = Vec::new();
        while let Some(maker) = rest.next_maker(taker) {
            rest.orders.retain(|order| order.id != maker.id);
            way.push(maker);
        }
        way.retain(|maker| !self.is_over(maker));
        way
    }

    /// All that rests within an order's limit.
    pub(super) fn depth(&self, taker: &Order) -> Quantity {
        self.way(taker).iter().map(|maker| maker.remaining).sum()
    }

    /// What rests within an order's limit and its rule lets it meet.
    pub(super) fn way_by_rule(&self, taker: &Order) -> Vec<Order> {
        let way = self.way(taker).into_iter();
        let is_other = |maker: &Order| maker.account != taker.account;
        match taker.self_trade {
            None => way.collect(),
            Some(SelfTradePrevention::TakerAtCross) => way.take_while(is_other).collect(),
            Some(SelfTradePrevention::Maker) => way.filter(is_other).collect(),
        }
    }

    /// What an order would do, tried on a copy.
    pub(super) fn trial(&self, taker: &Order, most: Quantity) -> Trial {
        let (mut after, mut taker) = (self.clone(), taker.clone());
        after.told.clear();
        let stopped = after.take(&mut taker, most);
        Trial { after, taker, stopped }
    }

    /// Trades an order until it is filled, meets nobody or must stop. Returns why it had to.
    pub(super) fn take(&mut self, taker: &mut Order, most: Quantity) -> Option<OrderEnd> {
        let mut left = most;
        while let Some(maker) = self.next_maker(taker).filter(|_| !left.is_zero()) {
            let is_own = maker.account == taker.account;
            if self.is_over(&maker) {
                self.end(&maker, OrderEnd::GroupCanceled, maker.remaining);
                continue;
            }
            match taker.self_trade.filter(|_| is_own) {
                Some(SelfTradePrevention::TakerAtCross) => return Some(OrderEnd::SelfTrade),
                Some(SelfTradePrevention::Maker) => {
                    self.end(&maker, OrderEnd::SelfTrade, maker.remaining);
                }
                None => {
                    let wanted = left.min(maker.remaining);
                    let paid = self.payable(taker, &maker, wanted);
                    left -= paid;
                    self.meet(taker, &maker, paid, wanted);
                }
            }
            // Its group stops an order that has something left to trade; others stop by themselves.
            if self.is_over(taker) && !left.is_zero() {
                return Some(OrderEnd::GroupCanceled);
            }
        }
        None
    }

    /// A taker meets an order that can pay so much of what is wanted.
    fn meet(&mut self, taker: &mut Order, maker: &Order, paid: Quantity, wanted: Quantity) {
        let mut maker = maker.clone();
        if !paid.is_zero() {
            self.trade(taker, &mut maker, paid);
        }
        if maker.remaining.is_zero() {
            self.end(&maker, OrderEnd::Executed, Quantity::ZERO);
        } else if paid < wanted {
            self.end(&maker, OrderEnd::Unfunded, maker.remaining);
        } else {
            self.change(&maker);
        }
    }

    fn trade(&mut self, taker: &mut Order, maker: &mut Order, quantity: Quantity) {
        let trade = TradeId::new(self.trades);
        self.trades += 1;
        let price = maker.limit;
        self.told.push(Told::Trade(trade, taker.market, price, quantity, taker.side));
        for (order, liquidity) in [(taker, Liquidity::Taker), (maker, Liquidity::Maker)] {
            order.filled += quantity;
            order.remaining -= quantity;
            self.fill(order, trade, price, quantity, liquidity);
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

    /// How much of a match a resting order can pay as it is met, where that is looked at: all of it,
    /// nothing, or the most that leaves no debt.
    fn payable(&self, taker: &Order, maker: &Order, wanted: Quantity) -> Quantity {
        let index = maker.account.number() as usize;
        let is_looked_at = self.settings.payment == Payment::AtMatch && self.is_limited[index];
        let is_fine = |quantity| {
            if taker.account == maker.account {
                self.can_meet_itself(taker, maker, quantity)
            } else {
                self.can_be_met(maker, quantity)
            }
        };
        if !is_looked_at || is_fine(wanted) {
            return wanted;
        }
        if !self.settings.reads(Second::UnfundedFillsWhatIsPaid) {
            return Quantity::ZERO;
        }
        let mut less = (1..wanted.hundredths()).rev().map(|part| Quantity::new(part).unwrap());
        less.find(|part| is_fine(*part)).unwrap_or_default()
    }

    /// Whether an account can pay both sides of a match: tried on copies.
    fn can_meet_itself(&self, taker: &Order, maker: &Order, quantity: Quantity) -> bool {
        let index = maker.account.number() as usize;
        let mut after = self.clone();
        after.trade(&mut taker.clone(), &mut maker.clone(), quantity);
        !after.cash[index].is_negative() || after.cash[index] >= self.cash[index]
    }

    fn can_be_met(&self, maker: &Order, quantity: Quantity) -> bool {
        let revenue = self.revenue(maker, maker.limit, quantity);
        let deal = (maker.limit, quantity);
        let mut accumulator = maker.accumulator;
        let (formula, rounding) = (self.formula(maker.market), self.settings.rounding);
        let fee = rounding.fee(&formula, Liquidity::Maker, deal, revenue, &mut accumulator);
        let change = revenue - fee + self.comes_back(maker, quantity);
        let cash = self.cash[maker.account.number() as usize];
        !change.is_negative() || !(cash + change).is_negative()
    }

    /// The contracts that count for a fill-or-kill order. It is tried on a copy, without its group: what
    /// that triggers comes later. Where own orders count, so does what it would not come to because of
    /// one of them.
    pub(super) fn fillable(&self, taker: &Order) -> Quantity {
        let alone = Order { group: None, ..taker.clone() };
        let trial = self.trial(&alone, taker.remaining);
        if self.settings.reads(Second::DepthWithoutOwn) {
            return trial.taker.filled;
        }
        trial.taker.filled + trial.own_canceled() + trial.after.depth(&trial.taker)
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
        let (formula, rounding) = (self.formula(market), self.settings.rounding);
        let deal = (price, quantity);
        let fee = rounding.fee(&formula, liquidity, deal, revenue, &mut order.accumulator);
        self.cash[account.number() as usize] += revenue - fee;
        self.fees += fee;
        self.book_cost(order, price, quantity, fee);
        let position_after = held + Position::of(side, quantity);
        self.positions.insert((account, market), position_after);
        self.give_back(account);
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

    /// What closes brings the other side of a dollar; what opens costs its price.
    fn book_cost(&mut self, order: &Order, price: Price, quantity: Quantity, fee: Cash) {
        let held = self.position(order.account, order.market);
        let (own_price, closable) = match order.side {
            Side::Bid => (price, held.short()),
            Side::Ask => (price.complement(), held.long()),
        };
        let closing = quantity.min(closable);
        let basis = self.bases.entry((order.account, order.market)).or_default();
        basis.close(closing, held.size(), own_price.complement().times(closing));
        basis.open(quantity - closing, own_price);
        basis.fees += fee;
    }
}
