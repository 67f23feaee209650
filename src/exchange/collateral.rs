//! What working orders lock.
//!
//! A bid locks its price, an ask one dollar minus its price, for each contract that would open a
//! position; a contract that would close one locks nothing (Kalshi, "Exchange sharding",
//! 2026-08-22, documented). Orders of one side use up what there is to close in the order in which
//! the book fills them: better price first, then earlier arrival. All orders of both sides are
//! added up (assumed: whether opposite orders share a reservation is undocumented). Where collateral
//! was returned, closing costs what has to be paid back, see [`netting`](super::netting).
//!
//! On top comes the fee of the opening part, as if it filled in one piece at its limit: a taker's
//! for what would trade at once (documented), a maker's for what rests (assumed). Rounding that
//! comes from filling in more pieces is not reserved (assumed), see
//! [`FeeRounding::slack_per_fill`](crate::market::FeeRounding::slack_per_fill). While fees are waived
//! a taker needs none; what rests may fill later, so its fee is set aside all the same (assumed).

use crate::book::Regrid;
use crate::exchange::market::Market;
use crate::market::{FeeRounding, FeeSchedule, Liquidity, PricedFill, RoundingCarry, Tick};
use crate::units::{Cash, OrderId, Position, Price, Quantity, Side};

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

    /// Moves the orders to a finer grid; their order stays.
    pub(super) fn regrid(&mut self, regrid: &Regrid) {
        for own in self.bids.iter_mut().chain(&mut self.asks) {
            own.tick = regrid.tick(own.tick);
        }
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
        self.side(side).partition_point(|own| match side {
            Side::Bid => own.tick >= tick,
            Side::Ask => own.tick <= tick,
        })
    }
}

/// What orders of one side close before they open anything.
#[derive(Clone, Copy, Debug)]
pub(super) struct Closable {
    /// Contracts.
    pub(super) quantity: Quantity,
    /// What each of them still has in the pool: one dollar, or less where a part of it was returned
    /// already.
    pub(super) kept: Price,
}

/// What an account's orders close, by the orders' side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Closables {
    pub(super) bids: Closable,
    pub(super) asks: Closable,
}

impl Closables {
    /// What closes a position of which nothing was returned.
    pub(super) fn of(position: Position) -> Self {
        let whole = |quantity| Closable { quantity, kept: Price::ONE_DOLLAR };
        Self { bids: whole(position.short()), asks: whole(position.long()) }
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
struct Lock {
    rounding: FeeRounding,
    /// What is left to close.
    closable: Closable,
    locked: Cash,
}

impl Lock {
    fn add(&mut self, claim: &Claim<'_>) {
        let covered = self.closable.quantity.min(claim.fill.quantity);
        self.closable.quantity -= covered;
        if self.closable.kept != Price::ONE_DOLLAR {
            let kept = self.closable.kept.times(covered);
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
        let own_price = match opening.side {
            Side::Bid => opening.price,
            Side::Ask => opening.price.complement(),
        };
        let fee = self.rounding.headroom(claim.schedule, &opening, claim.carry);
        own_price.times(quantity) + fee
    }
}

/// An order that is not in the book yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) side: Side,
    pub(super) tick: Tick,
    pub(super) quantity: Quantity,
    /// What its fills so far leave to its next one's rounding.
    pub(super) carry: RoundingCarry,
    /// The resting order that it takes the place of.
    pub(super) instead_of: Option<OrderId>,
}

/// What an account's orders in one market lock, with one more order if there is one.
pub(super) fn locked(
    market: &Market,
    rounding: FeeRounding,
    closables: Closables,
    orders: &OwnOrders,
    candidate: Option<&Candidate>,
) -> Cash {
    let lock = |side| {
        let closable = match side {
            Side::Bid => closables.bids,
            Side::Ask => closables.asks,
        };
        let mut lock = Lock { rounding, closable, locked: Cash::ZERO };
        let candidate = candidate.filter(|candidate| candidate.side == side);
        let own = orders.side(side);
        let replaced = candidate.and_then(|candidate| candidate.instead_of);
        let ahead = candidate.map_or(own.len(), |new| orders.behind(side, new.tick));
        for own in own[..ahead].iter().filter(|own| Some(own.in_book) != replaced) {
            lock.add(&resting_claim(market, own.in_book));
        }
        if let Some(candidate) = candidate {
            let [taken, resting] = candidate_claims(market, candidate);
            lock.add(&taken);
            lock.add(&resting);
        }
        for own in own[ahead..].iter().filter(|own| Some(own.in_book) != replaced) {
            lock.add(&resting_claim(market, own.in_book));
        }
        lock.locked
    };
    lock(Side::Bid) + lock(Side::Ask)
}

fn resting_claim(market: &Market, in_book: OrderId) -> Claim<'_> {
    let resting = market.book.order(in_book).expect("Invariant: own orders rest");
    let price = market.terms.levels.price_of(resting.tick);
    let liquidity = Liquidity::Maker;
    let fill = PricedFill { liquidity, side: resting.side, price, quantity: resting.remaining };
    Claim { fill, carry: market.record(in_book).carry, schedule: &market.terms.fees }
}

/// A new order's part that would trade at once and the part that would rest.
fn candidate_claims<'a>(market: &'a Market, candidate: &Candidate) -> [Claim<'a>; 2] {
    let Candidate { side, tick, quantity, carry, .. } = *candidate;
    let price: Price = market.terms.levels.price_of(tick);
    let taken = market.tradable(side, tick, quantity);
    [
        (Liquidity::Taker, taken, &market.fees),
        (Liquidity::Maker, quantity - taken, &market.terms.fees),
    ]
    .map(|(liquidity, quantity, schedule)| {
        let fill = PricedFill { liquidity, side, price, quantity };
        Claim { fill, carry, schedule }
    })
}
