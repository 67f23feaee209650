//! What working orders lock.
//!
//! A bid locks its price, an ask one dollar minus its price, for each contract that would open a
//! position; a contract that would close one locks nothing (Kalshi, "Exchange sharding",
//! 2026-08-22, documented). Which order of a side closes says
//! [`PositionUse`]. All orders of both sides are added up (what
//! [`CollateralRule`](crate::exchange::CollateralRule) says of that). Where collateral was returned,
//! closing costs what has to be paid back, see [`netting`](super::netting).
//!
//! On top comes the fee of the opening part, as if it filled in one piece: a taker's for what would
//! trade at once (documented), at a price that [`TakerPrice`](crate::exchange::TakerPrice) chooses,
//! and a maker's for what rests, if [`MakerFeeLock`] says so. In how
//! many pieces an order will fill nobody knows as it is checked, so that rounding that comes from
//! more of them is not locked, see
//! [`FeeRounding::slack_per_fill`](crate::market::FeeRounding::slack_per_fill). While fees are waived
//! a taker needs none; what rests may fill later, so that [`WaivedMakerFee`] says whether its fee is set
//! aside. Collateral that comes back with the match can help to pay for it, see
//! [`ReturnCredit`](crate::exchange::ReturnCredit).

use std::borrow::Cow;

use crate::exchange::market::Market;
use crate::exchange::own_orders::{OwnOrder, OwnOrders};
use crate::exchange::settings::{
    ExchangeSettings, MakerFeeLock, MoneyRules, PositionUse, WaivedMakerFee,
};
use crate::market::{
    FeeRounding, FeeSchedule, Liquidity, PricedFill, RoundingCarry, SelfTradePrevention, Tick,
};
use crate::units::{Cash, OrderGroupId, OrderId, Position, Price, Quantity, Side};

/// What orders of one side close before they open anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Closable {
    /// Contracts.
    pub(super) quantity: Quantity,
    /// What each of them still has in the pool: one dollar, or less where a part of it was returned
    /// already.
    pub(super) kept: Price,
}

/// What an account's orders close, by the orders' side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Closables {
    pub(super) bids: Closable,
    pub(super) asks: Closable,
}

impl Closables {
    /// What closes a position of which nothing was returned.
    pub(super) fn of(position: Position) -> Self {
        let whole = |quantity| Closable { quantity, kept: Price::ONE_DOLLAR };
        Self {
            bids: whole(position.closable(Side::Bid)),
            asks: whole(position.closable(Side::Ask)),
        }
    }
}

/// A part of an order that would fill in one role, with the fees of that.
#[derive(Clone, Copy, Debug)]
struct Claim<'a> {
    fill: PricedFill,
    carry: RoundingCarry,
    schedule: &'a FeeSchedule,
}

/// What the orders of one side lock, claim by claim.
struct Lock<'a> {
    market: &'a Market,
    rules: LockRules,
    /// What is left to close.
    closable: Closable,
    locked: Cash,
}

impl<'a> Lock<'a> {
    fn new(market: &'a Market, rules: LockRules, closable: Closable) -> Self {
        Self { market, rules, closable, locked: Cash::ZERO }
    }

    fn add(&mut self, claim: &Claim<'_>) {
        let covered = self.closable.quantity.min(claim.fill.quantity);
        self.closable.quantity -= covered;
        if self.closable.kept != Price::ONE_DOLLAR {
            // What is paid back is rounded up.
            let step = self.rules.rounding.balance_step();
            let kept = self.closable.kept.times(covered).floor_to(step);
            self.locked += (self.cost(claim, covered) - kept).max(Cash::ZERO);
        }
        self.locked += self.cost(claim, claim.fill.quantity - covered);
    }

    /// What so many contracts of a claim cost, fee included, if they close nothing.
    fn cost(&self, claim: &Claim<'_>, quantity: Quantity) -> Cash {
        if quantity.is_zero() {
            return Cash::ZERO;
        }
        let opening = PricedFill { quantity, ..claim.fill };
        let price = opening.side.own_price(opening.price).times(quantity);
        let LockRules { rounding, maker_fee, .. } = self.rules;
        if opening.liquidity == Liquidity::Maker && maker_fee == MakerFeeLock::NotLocked {
            return price;
        }
        price + rounding.headroom(claim.schedule, &opening, claim.carry)
    }

    fn add_own(&mut self, own: &OwnOrder) {
        match own.alone {
            Some(alone) if self.closable.quantity.is_zero() => self.locked += alone,
            _ => self.add_resting(own.in_book),
        }
    }

    fn add_resting(&mut self, in_book: OrderId) {
        let resting = self.market.book.order(in_book).expect("Invariant: own orders rest");
        let price = self.market.terms.levels.price_of(resting.tick);
        let liquidity = Liquidity::Maker;
        let fill = PricedFill { liquidity, side: resting.side, price, quantity: resting.remaining };
        let (carry, schedule) = (self.market.record(in_book).carry, self.resting_fees());
        self.add(&Claim { fill, carry, schedule });
    }

    /// Adds a new order's part that would trade at once and the part that would rest. Only the first
    /// of them is sure to be the order's next fill and to have what its rounding carries.
    fn add_candidate(&mut self, candidate: &Candidate, taken: Option<&[(Tick, Quantity)]>) {
        let Candidate { side, tick, quantity, mut carry, .. } = *candidate;
        let market = self.market;
        let at_limit = [(tick, market.tradable(side, tick, quantity))];
        let mut resting = quantity;
        for (tick, quantity) in taken.unwrap_or(&at_limit) {
            if quantity.is_zero() {
                continue;
            }
            let price = market.terms.levels.price_of(*tick);
            let (liquidity, quantity) = (Liquidity::Taker, *quantity);
            let fill = PricedFill { liquidity, side, price, quantity };
            self.add(&Claim { fill, carry, schedule: &market.fees });
            carry = RoundingCarry::default();
            resting -= quantity;
        }
        let (liquidity, price) = (Liquidity::Maker, market.terms.levels.price_of(tick));
        let fill = PricedFill { liquidity, side, price, quantity: resting };
        self.add(&Claim { fill, carry, schedule: self.resting_fees() });
    }

    /// The fees that are set aside for what rests.
    fn resting_fees(&self) -> &'a FeeSchedule {
        match self.rules.waived_maker_fee {
            WaivedMakerFee::Locked => &self.market.terms.fees,
            WaivedMakerFee::NotLocked => &self.market.fees,
        }
    }
}

/// The rules that decide what orders lock.
#[derive(Clone, Copy, Debug)]
pub(super) struct LockRules {
    pub(super) rounding: FeeRounding,
    pub(super) maker_fee: MakerFeeLock,
    pub(super) position_use: PositionUse,
    pub(super) waived_maker_fee: WaivedMakerFee,
}

impl ExchangeSettings {
    /// The rules that decide what orders lock.
    pub(super) fn lock_rules(&self) -> LockRules {
        let MoneyRules { maker_fee, position_use, waived_maker_fee, .. } = self.money;
        LockRules { rounding: self.fee_rounding, maker_fee, position_use, waived_maker_fee }
    }
}

/// An order that is not in the book yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) side: Side,
    pub(super) tick: Tick,
    pub(super) quantity: Quantity,
    pub(super) self_trade: Option<SelfTradePrevention>,
    pub(super) group: Option<OrderGroupId>,
    /// What its fills so far leave to its next one's rounding.
    pub(super) carry: RoundingCarry,
    /// The resting order that it takes the place of.
    pub(super) instead_of: Option<OrderId>,
}

/// One more order, with what it would trade at which price; without that, it trades at its limit.
pub(super) type Addition<'a> = (&'a Candidate, Option<&'a [(Tick, Quantity)]>);

/// What a resting order locks if it can close nothing.
pub(super) fn locked_alone(market: &Market, rules: LockRules, in_book: OrderId) -> Cash {
    let closable = Closable { quantity: Quantity::ZERO, kept: Price::ONE_DOLLAR };
    let mut lock = Lock::new(market, rules, closable);
    lock.add_resting(in_book);
    lock.locked
}

/// At least what so many contracts of orders at a tick lock, but for [`ROUNDING_AT_MOST`] for each
/// order: whatever they close, in whichever role they fill. Sums of this are this of the sum.
///
/// All orders of an account together never lock more: closing only takes off, and a part of an order
/// never costs more than the whole, fee and rounding included. (Where collateral was returned that
/// does not hold: what closes and what opens are rounded apart.)
pub(super) fn locked_at_most(market: &Market, side: Side, tick: Tick, quantity: Quantity) -> Cash {
    let price = side.own_price(market.terms.levels.price_of(tick));
    price.times(quantity) + market.terms.fees.at_most(quantity)
}

/// At least what rounding adds to the fees of one order, which trades in one piece and rests with the
/// rest: less than a step of the fee and one of the balance for each, and no step is above a cent.
pub(super) const ROUNDING_AT_MOST: Cash = Cash::from_millionths(40_000);

/// What an account's orders in one market lock, with one more order if there is one.
pub(super) fn locked(
    market: &Market,
    rules: LockRules,
    closables: Closables,
    orders: &OwnOrders,
    addition: Option<Addition<'_>>,
) -> Cash {
    let lock = |side| {
        let closable = match side {
            Side::Bid => closables.bids,
            Side::Ask => closables.asks,
        };
        let mut lock = Lock::new(market, rules, closable);
        let addition = addition.filter(|(candidate, _)| candidate.side == side);
        let replaced = addition.and_then(|(candidate, _)| candidate.instead_of);
        let own = orders.side(side);
        let (own, behind) = match (rules.position_use, addition) {
            (PositionUse::FirstToFill, None) => (Cow::Borrowed(own.last_to_fill_first()), 0),
            (PositionUse::FirstToFill, Some((new, _))) => {
                (Cow::Borrowed(own.last_to_fill_first()), own.behind(side, new.tick))
            }
            (PositionUse::FirstPlaced, _) => {
                let placed = |in_book| market.record(in_book).sequence;
                let own = own.last_placed_first(market);
                let new = replaced.map_or(u64::MAX, placed);
                let behind = own.partition_point(|own| placed(own.in_book) > new);
                (Cow::Owned(own), behind)
            }
        };
        let stays = |own: &&OwnOrder| Some(own.in_book) != replaced;
        let (behind, ahead) = own.split_at(behind);
        ahead.iter().rev().filter(stays).for_each(|own| lock.add_own(own));
        if let Some((candidate, taken)) = addition {
            lock.add_candidate(candidate, taken);
        }
        behind.iter().rev().filter(stays).for_each(|own| lock.add_own(own));
        lock.locked
    };
    lock(Side::Bid) + lock(Side::Ask)
}
