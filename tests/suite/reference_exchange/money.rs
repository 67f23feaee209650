//! What accounts have to set aside, and what they may hold.

use fillgap::protocol::{Liquidity, RejectReason};
use fillgap::units::{AccountId, Cash, MarketId, OrderId, Price, Quantity, Side};

use super::fees::{Accumulator, Rounding};
use super::settings::{Limit, Payment};
use super::state::Reference;

/// An order that an account would like to have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) account: AccountId,
    pub(super) market: MarketId,
    pub(super) side: Side,
    pub(super) limit: Price,
    pub(super) quantity: Quantity,
    pub(super) instead_of: Option<OrderId>,
    pub(super) accumulator: Accumulator,
}

/// A part of an order that would fill in one piece.
#[derive(Clone, Copy, Debug)]
struct Claim {
    limit: Price,
    arrival: u64,
    quantity: Quantity,
    liquidity: Liquidity,
    accumulator: Accumulator,
}

/// What an account sets its wish against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Others {
    Counted,
    Ignored,
}

impl Reference {
    /// What the orders of an account in a market could cost if all of them filled at their limits.
    pub(super) fn locked(
        &self,
        account: AccountId,
        market: MarketId,
        wanted: Option<&Wanted>,
    ) -> Cash {
        self.set_aside(account, market, wanted, Others::Counted)
    }

    fn set_aside(
        &self,
        account: AccountId,
        market: MarketId,
        wanted: Option<&Wanted>,
        others: Others,
    ) -> Cash {
        if !self.is_limited[account.number() as usize] {
            return Cash::ZERO;
        }
        let held = self.position(account, market);
        let mut locked = Cash::ZERO;
        for (side, mut closable) in [(Side::Bid, held.short()), (Side::Ask, held.long())] {
            let cost = |price: Price| if side == Side::Bid { price } else { price.complement() };
            let mut claims = self.claims(account, market, side, wanted, others);
            // The dearest claim fills first.
            claims.sort_by_key(|claim| (cost(claim.limit).complement(), claim.arrival));
            for claim in claims {
                let closing = claim.quantity.min(closable);
                closable -= closing;
                let opening = claim.quantity - closing;
                if !opening.is_zero() {
                    locked += self.worst_case(&claim, opening, cost(claim.limit));
                }
            }
        }
        locked
    }

    /// What an account's orders of one side, and the wish, could fill, piece by piece.
    fn claims(
        &self,
        account: AccountId,
        market: MarketId,
        side: Side,
        wanted: Option<&Wanted>,
        others: Others,
    ) -> Vec<Claim> {
        let wanted = wanted.filter(|wanted| wanted.side == side);
        let replaced = wanted.and_then(|wanted| wanted.instead_of);
        let queue = self.queue(market, side).into_iter();
        let own = queue.filter(|order| order.account == account && Some(order.id) != replaced);
        let mut claims: Vec<_> = own
            .filter(|_| others == Others::Counted)
            .map(|order| Claim {
                limit: order.limit,
                arrival: order.arrival,
                quantity: order.remaining,
                liquidity: Liquidity::Maker,
                accumulator: order.accumulator,
            })
            .collect();
        if let Some(wanted) = wanted {
            let taken = self.depth_at(market, side, wanted.limit).min(wanted.quantity);
            let rest = wanted.quantity - taken;
            let parts = [(taken, Liquidity::Taker), (rest, Liquidity::Maker)];
            claims.extend(parts.map(|(quantity, liquidity)| Claim {
                limit: wanted.limit,
                arrival: u64::MAX,
                quantity,
                liquidity,
                accumulator: wanted.accumulator,
            }));
        }
        claims
    }

    /// Price and fee of a part that opens. What rounding gave back before counts for whole cents only.
    fn worst_case(&self, claim: &Claim, opening: Quantity, own_price: Price) -> Cash {
        let rounding = self.settings.rounding;
        let mut accumulator = match rounding {
            Rounding::WholeCent => claim.accumulator,
            Rounding::Millionth { .. } | Rounding::TenThousandth { .. } => Accumulator::default(),
        };
        let price = own_price.times(opening);
        let deal = (claim.limit, opening);
        let formula = &self.settings.formula;
        price + rounding.fee(formula, claim.liquidity, deal, -price, &mut accumulator)
    }

    pub(super) fn available(&self, account: AccountId) -> Cash {
        let markets = (0..).map(MarketId::new).take(self.markets.len());
        let locked: Cash = markets.map(|market| self.locked(account, market, None)).sum();
        self.cash[account.number() as usize] - locked
    }

    pub(super) fn check_room(&self, wanted: &Wanted) -> Result<(), RejectReason> {
        let Wanted { account, market, quantity, .. } = *wanted;
        if !self.is_limited[account.number() as usize] || quantity.is_zero() {
            return Ok(());
        }
        let locked = self.locked(account, market, Some(wanted));
        let needed = locked - self.locked(account, market, None);
        let is_too_much = match self.settings.limit {
            Limit::None => false,
            Limit::Contracts(limit) => self.contracts_with(wanted) > i128::from(limit.hundredths()),
            Limit::Risk(limit) => {
                needed > Cash::ZERO && self.cost(account, market) + locked > limit
            }
        };
        if is_too_much {
            return Err(RejectReason::PositionLimit);
        }
        let (needed, there) = match self.settings.payment {
            Payment::AtEntry => (needed, self.available(account)),
            Payment::AtMatch => {
                let alone = self.set_aside(account, market, Some(wanted), Others::Ignored);
                (alone, self.cash[account.number() as usize])
            }
        };
        if needed > Cash::ZERO && needed > there {
            return Err(RejectReason::InsufficientBalance);
        }
        Ok(())
    }

    /// What an account would hold if all its orders of the wish's side filled [0.01 contract].
    fn contracts_with(&self, wanted: &Wanted) -> i128 {
        let Wanted { account, market, side, quantity, instead_of, .. } = *wanted;
        let resting = self.queue(market, side).into_iter();
        let others = resting
            .filter(|order| order.account == account && Some(order.id) != instead_of)
            .map(|order| i128::from(order.remaining.hundredths()));
        let held = i128::from(self.position(account, market).hundredths());
        let towards = if side == Side::Bid { held } else { -held };
        towards + others.sum::<i128>() + i128::from(quantity.hundredths())
    }

    /// All that rests within a limit, opposite to a side.
    fn depth_at(&self, market: MarketId, side: Side, limit: Price) -> Quantity {
        let within = |maker: Price| match side {
            Side::Bid => maker <= limit,
            Side::Ask => maker >= limit,
        };
        let makers = self.queue(market, side.opposite()).into_iter();
        makers.filter(|order| within(order.limit)).map(|order| order.remaining).sum()
    }
}
