//! What accounts have to set aside, and what they may hold.

use fillgap::protocol::RejectReason;
use fillgap::units::{AccountId, Cash, MarketId, OrderId, Price, Quantity, Side};

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
}

impl Reference {
    /// What the orders of an account in a market could cost if all of them filled.
    pub(super) fn locked(
        &self,
        account: AccountId,
        market: MarketId,
        wanted: Option<&Wanted>,
    ) -> Cash {
        if !self.is_limited[account.number() as usize] {
            return Cash::ZERO;
        }
        let held = self.position(account, market);
        let mut locked = Cash::ZERO;
        for (side, mut closable) in [(Side::Bid, held.short()), (Side::Ask, held.long())] {
            let wanted = wanted.filter(|wanted| wanted.side == side);
            let queue = self.queue(market, side).into_iter();
            let mut claims: Vec<_> = queue
                .filter(|order| order.account == account)
                .filter(|order| wanted.and_then(|wanted| wanted.instead_of) != Some(order.id))
                .map(|order| (order.limit, order.arrival, order.remaining))
                .collect();
            claims.extend(wanted.map(|wanted| (wanted.limit, u64::MAX, wanted.quantity)));
            let cost = |price: Price| if side == Side::Bid { price } else { price.complement() };
            // The dearest claim fills first.
            claims.sort_by_key(|(limit, arrival, _)| (cost(*limit).complement(), *arrival));
            for (limit, _, quantity) in claims {
                let closing = quantity.min(closable);
                closable -= closing;
                locked += cost(limit).times(quantity - closing);
            }
        }
        locked
    }

    pub(super) fn available(&self, account: AccountId) -> Cash {
        let markets = (0..).map(MarketId::new).take(self.markets.len());
        let locked: Cash = markets.map(|market| self.locked(account, market, None)).sum();
        self.cash[account.number() as usize] - locked
    }

    pub(super) fn check_room(&self, wanted: &Wanted) -> Result<(), RejectReason> {
        let Wanted { account, market, side, quantity, instead_of, .. } = *wanted;
        if !self.is_limited[account.number() as usize] || quantity.is_zero() {
            return Ok(());
        }
        let resting = self.queue(market, side).into_iter();
        let others = resting
            .filter(|order| order.account == account && Some(order.id) != instead_of)
            .map(|order| i128::from(order.remaining.hundredths()));
        let held = i128::from(self.position(account, market).hundredths());
        let towards = if side == Side::Bid { held } else { -held };
        let worst = towards + others.sum::<i128>() + i128::from(quantity.hundredths());
        let limit = self.markets[market.number() as usize].contracts_limit;
        if worst > i128::from(limit.hundredths()) {
            return Err(RejectReason::PositionLimit);
        }
        let needed =
            self.locked(account, market, Some(wanted)) - self.locked(account, market, None);
        if needed > Cash::ZERO && needed > self.available(account) {
            return Err(RejectReason::InsufficientBalance);
        }
        Ok(())
    }
}
