//! What working orders lock.
//!
//! A bid locks its price, an ask one dollar minus its price, for each contract that would open a
//! position; a contract that would close one locks nothing (Kalshi, "Exchange sharding",
//! 2026-08-22, documented). Which order of a side closes says
//! [`PositionUse`](crate::exchange::PositionUse). All orders of both sides are added up (what
//! [`CollateralRule`](crate::exchange::CollateralRule) says of that).
//!
//! On top comes the fee of the opening part, as if it filled in one piece: a taker's for what would
//! trade at once (documented), at a price that [`TakerPrice`](crate::exchange::TakerPrice) chooses,
//! and a maker's for what rests, if [`MakerFeeLock`](crate::exchange::MakerFeeLock) says so. In how
//! many pieces an order will fill nobody knows as it is checked, so that rounding that comes from
//! more of them is not locked, see
//! [`FeeRounding::slack_per_fill`](crate::market::FeeRounding::slack_per_fill).

use std::borrow::Cow;

use crate::exchange::market::Market;
use crate::exchange::settings::{ExchangeSettings, MakerFeeLock, MoneyRules, PositionUse};
use crate::market::{FeeRounding, Liquidity, PricedFill, RoundingCarry, SelfTradePrevention, Tick};
use crate::units::{Cash, OrderGroupId, OrderId, Position, Quantity, Side};

/// An account's resting orders in one market, each side in the order in which the book fills them.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnOrders {
    bids: Vec<OwnOrder>,
    asks: Vec<OwnOrder>,
}

/// A resting order, as its book knows it.
#[derive(Clone, Copy, Debug)]
struct OwnOrder {
    in_book: OrderId,
    tick: Tick,
}

impl OwnOrder {
    /// Whether it fills before an order of its side that arrives now.
    fn fills_before(&self, side: Side, tick: Tick) -> bool {
        match side {
            Side::Bid => self.tick >= tick,
            Side::Ask => self.tick <= tick,
        }
    }
}

impl OwnOrders {
    /// Notes an order that came to rest after all others.
    pub(super) fn insert(&mut self, side: Side, tick: Tick, in_book: OrderId) {
        let place = self.behind(side, tick);
        self.side_mut(side).insert(place, OwnOrder { in_book, tick });
    }

    /// Forgets an order that no longer rests.
    pub(super) fn remove(&mut self, side: Side, in_book: OrderId) {
        self.side_mut(side).retain(|own| own.in_book != in_book);
    }

    /// What rests on the side of a candidate, without the order whose place it takes.
    pub(super) fn resting(&self, market: &Market, candidate: &Candidate) -> Quantity {
        let own = self.side(candidate.side).iter();
        let others = own.filter(|own| Some(own.in_book) != candidate.instead_of);
        let resting = others.filter_map(|own| market.book.order(own.in_book));
        resting.map(|order| order.remaining).sum()
    }

    fn side(&self, side: Side) -> &[OwnOrder] {
        match side {
            Side::Bid => &self.bids,
            Side::Ask => &self.asks,
        }
    }

    fn side_mut(&mut self, side: Side) -> &mut Vec<OwnOrder> {
        match side {
            Side::Bid => &mut self.bids,
            Side::Ask => &mut self.asks,
        }
    }

    /// Where an order that arrives now stands among the orders of its side.
    fn behind(&self, side: Side, tick: Tick) -> usize {
        self.side(side).partition_point(|own| own.fills_before(side, tick))
    }
}

/// A part of an order that would fill in one role.
#[derive(Clone, Copy, Debug)]
struct Claim {
    fill: PricedFill,
    carry: RoundingCarry,
}

/// What the orders of one side lock, claim by claim.
struct Lock<'a> {
    market: &'a Market,
    rules: LockRules,
    /// What is left to close without cost.
    closable: Quantity,
    locked: Cash,
}

impl Lock<'_> {
    fn add(&mut self, claim: &Claim) {
        let covered = self.closable.min(claim.fill.quantity);
        self.closable -= covered;
        let opening = PricedFill { quantity: claim.fill.quantity - covered, ..claim.fill };
        if opening.quantity.is_zero() {
            return;
        }
        self.locked += opening.side.own_price(opening.price).times(opening.quantity);
        let LockRules { rounding, maker_fee, .. } = self.rules;
        if opening.liquidity == Liquidity::Taker || maker_fee == MakerFeeLock::Locked {
            self.locked += rounding.headroom(&self.market.terms.fees, &opening, claim.carry);
        }
    }

    fn add_resting(&mut self, in_book: OrderId) {
        let resting = self.market.book.order(in_book).expect("Invariant: own orders rest");
        let price = self.market.terms.levels.price_of(resting.tick);
        let liquidity = Liquidity::Maker;
        let fill = PricedFill { liquidity, side: resting.side, price, quantity: resting.remaining };
        self.add(&Claim { fill, carry: self.market.record(in_book).carry });
    }

    /// Adds a new order's part that would trade at once and the part that would rest. Only the first
    /// of them is sure to be the order's next fill and to have what its rounding carries.
    fn add_candidate(&mut self, candidate: &Candidate, taken: Option<&[(Tick, Quantity)]>) {
        let Candidate { side, tick, quantity, mut carry, .. } = *candidate;
        let at_limit = [(tick, self.market.tradable(side, tick, quantity))];
        let mut resting = quantity;
        let taken = taken.unwrap_or(&at_limit).iter();
        let parts = taken.map(|(tick, quantity)| (Liquidity::Taker, *tick, *quantity));
        for (liquidity, tick, quantity) in parts {
            if quantity.is_zero() {
                continue;
            }
            let price = self.market.terms.levels.price_of(tick);
            self.add(&Claim { fill: PricedFill { liquidity, side, price, quantity }, carry });
            carry = RoundingCarry::default();
            resting -= quantity;
        }
        let (liquidity, price) = (Liquidity::Maker, self.market.terms.levels.price_of(tick));
        self.add(&Claim { fill: PricedFill { liquidity, side, price, quantity: resting }, carry });
    }
}

/// The rules that decide what orders lock.
#[derive(Clone, Copy, Debug)]
pub(super) struct LockRules {
    pub(super) rounding: FeeRounding,
    pub(super) maker_fee: MakerFeeLock,
    pub(super) position_use: PositionUse,
}

impl ExchangeSettings {
    /// The rules that decide what orders lock.
    pub(super) fn lock_rules(&self) -> LockRules {
        let MoneyRules { maker_fee, position_use, .. } = self.money;
        LockRules { rounding: self.fee_rounding, maker_fee, position_use }
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

/// What an account's orders in one market lock, with one more order if there is one.
pub(super) fn locked(
    market: &Market,
    rules: LockRules,
    position: Position,
    orders: &OwnOrders,
    addition: Option<Addition<'_>>,
) -> Cash {
    let lock = |side| {
        let closable = match side {
            Side::Bid => position.short(),
            Side::Ask => position.long(),
        };
        let mut lock = Lock { market, rules, closable, locked: Cash::ZERO };
        let addition = addition.filter(|(candidate, _)| candidate.side == side);
        let replaced = addition.and_then(|(candidate, _)| candidate.instead_of);
        let mut own = Cow::Borrowed(orders.side(side));
        let ahead = match (rules.position_use, addition) {
            (PositionUse::FirstToFill, None) => own.len(),
            (PositionUse::FirstToFill, Some((new, _))) => {
                own.partition_point(|own| own.fills_before(side, new.tick))
            }
            (PositionUse::FirstPlaced, _) => {
                let placed = |own: &OwnOrder| market.record(own.in_book).sequence;
                own.to_mut().sort_by_key(placed);
                let new = replaced.map_or(u64::MAX, |in_book| market.record(in_book).sequence);
                own.partition_point(|own| placed(own) < new)
            }
        };
        let stays = |own: &&OwnOrder| Some(own.in_book) != replaced;
        own[..ahead].iter().filter(stays).for_each(|own| lock.add_resting(own.in_book));
        if let Some((candidate, taken)) = addition {
            lock.add_candidate(candidate, taken);
        }
        own[ahead..].iter().filter(stays).for_each(|own| lock.add_resting(own.in_book));
        lock.locked
    };
    lock(Side::Bid) + lock(Side::Ask)
}
