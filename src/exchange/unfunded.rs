//! Resting orders whose owner can not pay when they are met, where money is checked at the match.

use std::collections::BTreeMap;

use crate::book::{NewOrder, Prevented};
use crate::exchange::settings::CollateralRule;
use crate::exchange::state::Exchange;
use crate::market::{Liquidity, PricedFill, SelfTradePrevention};
use crate::units::{AccountId, Cash, MarketId, OrderId, Position, Quantity, Side};

/// What an order that comes in would meet.
#[derive(Debug, Default)]
pub(super) struct Meeting {
    /// Orders that can not be paid, each with how many matches come before it.
    unfunded: Vec<(OrderId, usize)>,
    /// The contracts that can, the account's own included.
    pub(super) funded: Quantity,
}

impl Exchange {
    /// Looks along what an order would meet for orders that can not be paid: each is paid after the
    /// ones before it. Nothing is looked at where money is checked at entry.
    pub(super) fn meet(
        &self,
        market: MarketId,
        order: &NewOrder,
        rule: Option<SelfTradePrevention>,
    ) -> Meeting {
        let mut meeting = Meeting::default();
        if self.settings.collateral == CollateralRule::AtEntry {
            meeting.funded = order.quantity;
            return meeting;
        }
        let here = &self.markets[market.number() as usize];
        let makers = order.side.opposite();
        let within = here.book.levels(makers).take_while(|level| match order.side {
            Side::Bid => level.tick <= order.tick,
            Side::Ask => level.tick >= order.tick,
        });
        let mut after: BTreeMap<AccountId, (Cash, Position)> = BTreeMap::new();
        let (mut met, mut matches, mut has_stopped) = (Quantity::ZERO, 0, false);
        for resting in within.flat_map(|level| here.book.queue(makers, level.tick)) {
            if met >= order.quantity {
                break;
            }
            let owner = resting.owner;
            let prevented = rule.filter(|_| owner == order.owner);
            has_stopped |= prevented == Some(SelfTradePrevention::TakerAtCross);
            if has_stopped || prevented.is_some() {
                meeting.funded += resting.remaining;
                continue;
            }
            let quantity = resting.remaining.min(order.quantity - met);
            let is_checked =
                owner != order.owner && self.accounts[owner.number() as usize].is_limited();
            if is_checked {
                let now = (self.ledger.balance(owner), self.position(owner, market));
                let (cash, position) = after.get(&owner).copied().unwrap_or(now);
                let price = here.terms.levels.price_of(resting.tick);
                let liquidity = Liquidity::Maker;
                let fill = PricedFill { liquidity, side: makers, price, quantity };
                let left = cash - self.cost(market, &fill, position, resting.order);
                if left.is_negative() && left < cash {
                    meeting.unfunded.push((resting.order, matches));
                    continue;
                }
                after.insert(owner, (left, position + Position::of(makers, quantity)));
            }
            meeting.funded += quantity;
            met += quantity;
            matches += 1;
        }
        meeting
    }

    /// What a fill of a resting order takes from its owner, fee included; below zero it brings.
    fn cost(&self, market: MarketId, fill: &PricedFill, held: Position, order: OrderId) -> Cash {
        let here = &self.markets[market.number() as usize];
        let mut carry = here.record(order).carry;
        let fee = self.settings.fee_rounding.charge(&here.terms.fees, fill, &mut carry);
        let (own_price, closable) = match fill.side {
            Side::Bid => (fill.price, held.short()),
            Side::Ask => (fill.price.complement(), held.long()),
        };
        let closing = closable.min(fill.quantity);
        own_price.times(fill.quantity - closing) - own_price.complement().times(closing) + fee.net()
    }

    /// Takes the orders that can not be paid out of the book. They are told with the matches.
    pub(super) fn drop_unfunded(&mut self, market: MarketId, meeting: Meeting) {
        let book = &mut self.markets[market.number() as usize].book;
        for (order, matches_before) in meeting.unfunded {
            let canceled = book.cancel(order).expect("Invariant: it was met in the book");
            self.unfunded.push(Prevented { order, canceled, matches_before });
        }
    }
}
