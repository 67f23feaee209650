//! What accounts can pay along the way of an order, where that is looked at as orders are met.

use std::collections::BTreeMap;

use crate::exchange::holding::Effect;
use crate::exchange::meeting::Comer;
use crate::exchange::settings::{CollateralRule, UnfundedOrder};
use crate::exchange::state::Exchange;
use crate::market::{FeeRounding, Liquidity, PricedFill, RoundingCarry};
use crate::units::{AccountId, Cash, MarketId, OrderId, Position, Price, Quantity};

/// What one account has in its hands.
#[derive(Clone, Copy, Debug)]
struct Purse {
    cash: Cash,
    position: Position,
    /// Collateral that came back along the way \[dollar\].
    returned: Cash,
}

/// What changes hands along the way.
#[derive(Debug, Default)]
pub(super) struct Purses {
    changed: BTreeMap<AccountId, Purse>,
    /// What the order that comes in leaves to its next fill's rounding, once it filled.
    carry: Option<RoundingCarry>,
}

/// A resting order that is met.
#[derive(Clone, Copy, Debug)]
pub(super) struct Maker {
    pub(super) order: OrderId,
    pub(super) owner: AccountId,
    pub(super) price: Price,
}

impl Exchange {
    /// How much of what an order that comes in wants of a resting one its owner can pay.
    pub(super) fn pay(
        &self,
        comer: &Comer,
        maker: Maker,
        wanted: Quantity,
        purses: &mut Purses,
    ) -> Quantity {
        let is_limited = |owner: AccountId| self.accounts[owner.number() as usize].is_limited();
        if self.settings.collateral != CollateralRule::AtMatch {
            return wanted;
        }
        let paid = if is_limited(maker.owner) {
            self.payable(comer, maker, wanted, purses)
        } else {
            wanted
        };
        if paid.is_zero() {
            return paid;
        }
        // What it spends itself counts if it may come to another order of its account.
        if comer.self_trade.is_none() && is_limited(comer.order.owner) {
            let (spent, carry) = self.take_along(comer, maker, paid, purses);
            purses.changed.insert(comer.order.owner, spent);
            purses.carry = Some(carry);
        }
        if is_limited(maker.owner) {
            let before = self.purse(maker.owner, comer.market, purses);
            let left = self.make_along(comer, maker, paid, before);
            purses.changed.insert(maker.owner, left);
        }
        paid
    }

    /// The most of a match that leaves the owner of the resting order no debt: all of it or nothing,
    /// unless what is paid fills. A match that costs nothing can always be paid.
    fn payable(&self, comer: &Comer, maker: Maker, wanted: Quantity, purses: &Purses) -> Quantity {
        let before = self.purse(maker.owner, comer.market, purses);
        let lacking = |quantity| {
            let taken = if maker.owner == comer.order.owner {
                self.take_along(comer, maker, quantity, purses).0
            } else {
                before
            };
            let cash = self.make_along(comer, maker, quantity, taken).cash;
            before.cash.min(Cash::ZERO) - cash
        };
        match self.settings.money.unfunded {
            _ if lacking(wanted) <= Cash::ZERO => wanted,
            UnfundedOrder::CanceledWhole => Quantity::ZERO,
            UnfundedOrder::FillsWhatIsPaid => {
                most_paid(wanted, rounded_at_most(self.settings.fee_rounding), lacking)
            }
        }
    }

    fn purse(&self, account: AccountId, market: MarketId, purses: &Purses) -> Purse {
        let now = || Purse {
            cash: self.ledger.balance(account),
            position: self.position(account, market),
            returned: Cash::ZERO,
        };
        purses.changed.get(&account).copied().unwrap_or_else(now)
    }

    /// What the owner of the order that comes in has after its fill, and what that leaves to the next.
    fn take_along(
        &self,
        comer: &Comer,
        maker: Maker,
        quantity: Quantity,
        purses: &Purses,
    ) -> (Purse, RoundingCarry) {
        let mut carry = purses.carry.unwrap_or(comer.carry);
        let (liquidity, side) = (Liquidity::Taker, comer.order.side);
        let fill = PricedFill { liquidity, side, price: maker.price, quantity };
        let purse = self.purse(comer.order.owner, comer.market, purses);
        let after = self.fill_along((comer.order.owner, comer.market), &fill, &mut carry, purse);
        (after, carry)
    }

    /// What the owner of a resting order has after its fill.
    fn make_along(&self, comer: &Comer, maker: Maker, quantity: Quantity, purse: Purse) -> Purse {
        let (liquidity, side) = (Liquidity::Maker, comer.order.side.opposite());
        let fill = PricedFill { liquidity, side, price: maker.price, quantity };
        let mut carry = self.markets[comer.market.number() as usize].record(maker.order).carry;
        self.fill_along((maker.owner, comer.market), &fill, &mut carry, purse)
    }

    /// Books a fill in an account's purse, with its fee and the collateral that comes back.
    fn fill_along(
        &self,
        (account, market): (AccountId, MarketId),
        fill: &PricedFill,
        carry: &mut RoundingCarry,
        before: Purse,
    ) -> Purse {
        let schedule = &self.markets[market.number() as usize].fees;
        let fee = self.settings.fee_rounding.charge(schedule, fill, carry);
        let effect = Effect::of(before.position, fill.side, fill.price, fill.quantity);
        let position = before.position + Position::of(fill.side, fill.quantity);
        let returned = self.returns(account, market, position, before.returned);
        let cash = before.cash - effect.to_pool() - fee.net() + returned;
        Purse { cash, position, returned: before.returned + returned }
    }
}

/// By how much two fills, both of one account, and the collateral that comes back with them can cost less
/// than a smaller part of them: by steps of the balance where amounts are rounded, and by what is given
/// back all at once of the roundings before.
fn rounded_at_most(rounding: FeeRounding) -> Cash {
    let steps = Cash::from_millionths(rounding.balance_step().millionths() * 8);
    let given_back = match rounding {
        FeeRounding::TenThousandth { .. } => Cash::CENT + Cash::CENT,
        FeeRounding::Millionth { .. } | FeeRounding::WholeCent => Cash::ZERO,
    };
    steps + given_back
}

/// The largest part of a quantity for which nothing is lacking.
///
/// What is lacking grows with the quantity, but for what is rounded: halving finds where that can not
/// matter any more, and from there each part is looked at.
fn most_paid(wanted: Quantity, rounded: Cash, lacking: impl Fn(Quantity) -> Cash) -> Quantity {
    let (mut part, mut failing) = (Quantity::ZERO, wanted + Quantity::STEP);
    while failing - part > Quantity::STEP {
        let between = Quantity::new(u64::midpoint(part.hundredths(), failing.hundredths()))
            .expect("Invariant: below a quantity");
        if lacking(between) <= rounded {
            part = between;
        } else {
            failing = between;
        }
    }
    while !part.is_zero() && lacking(part) > Cash::ZERO {
        part -= Quantity::STEP;
    }
    part
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Steps of 100: halving looks at 2 first, for which 700 are lacking, though nothing is for 3.
    #[test]
    fn a_part_that_lacks_only_what_is_rounded_is_not_the_end() {
        let lacking = |quantity: Quantity| {
            let index = usize::try_from(quantity.hundredths()).expect("4 at most");
            Cash::from_millionths([0, -100, 700, 0, 900][index])
        };
        let quantity = |hundredths| Quantity::new(hundredths).expect("4 at most");
        let rounded = Cash::from_millionths(800);
        assert_eq!(most_paid(quantity(4), rounded, lacking), quantity(3));
        assert_eq!(most_paid(quantity(2), rounded, lacking), quantity(1));
    }

    proptest! {
        /// Against a look at every part: a slope, less what is there, each end rounded to steps in its own
        /// way, and more by as much as rounding may add.
        #[test]
        fn the_most_that_is_paid_is_the_largest_part_that_is(
            wanted in 1..400_u64,
            each in prop_oneof![1..300_i64, 1..40_000_i64],
            returned in 0..400_i64,
            there in prop_oneof![0..60_000_i64, 0..2_000_000_i64],
            more in prop::collection::vec(0..6_i64, 401),
        ) {
            let step = 100;
            let lacking = |quantity: Quantity| {
                let count = i64::try_from(quantity.hundredths()).expect("400 at most");
                let rises = (each + returned) * count;
                let up = (rises + step - 1).div_euclid(step) * step;
                let down = (returned * count).div_euclid(step) * step;
                let more = more[usize::try_from(count).expect("400 at most")] * step;
                Cash::from_millionths(up - down + more - there)
            };
            let quantity = |hundredths| Quantity::new(hundredths).expect("400 at most");
            let paid = (0..=wanted).rev().map(quantity);
            let expected = paid.into_iter().find(|part| lacking(*part) <= Cash::ZERO);
            let found = most_paid(quantity(wanted), Cash::from_millionths(8 * step), lacking);
            prop_assert_eq!(found, expected.unwrap_or(Quantity::ZERO));
        }
    }
}
