//! What an account holds in one market.

use crate::units::{Cash, Position, Price, Quantity, Side};

/// An account's contracts of one market, what they cost and what they brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// Net contracts.
    pub position: Position,
    /// What the open position cost, without fees \[dollar\]. What closing takes out of it says
    /// [`CostBasis`](crate::exchange::CostBasis).
    pub cost: Cash,
    /// Profit of what was closed, without fees \[dollar\]; below zero a loss
    /// (Kalshi, "Get positions", 2026-08-22, observed: fees are kept apart).
    pub realized: Cash,
    /// Net fees paid \[dollar\].
    pub fees: Cash,
}

/// What a fill does to a position: first it closes what is held of the other outcome, the rest opens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effect {
    /// Contracts that are closed.
    closing: Quantity,
    /// What those bring \[dollar\].
    proceeds: Cash,
    /// What those that are opened cost \[dollar\].
    opening_cost: Cash,
}

impl Effect {
    pub(super) fn of(position: Position, side: Side, price: Price, quantity: Quantity) -> Self {
        let own_price = side.own_price(price);
        let closing = position.closable(side).min(quantity);
        Self {
            closing,
            proceeds: own_price.complement().times(closing),
            opening_cost: own_price.times(quantity - closing),
        }
    }

    /// What goes into the settlement pool \[dollar\]; below zero it comes out of it.
    pub(super) fn to_pool(self) -> Cash {
        self.opening_cost - self.proceeds
    }
}

impl Holding {
    /// Books a fill: first it closes what is held of the other outcome, the rest opens
    /// (Kalshi, "Market settlement", 2026-08-22, documented: YES and NO of one market always net;
    /// observed, production, 2026-07-14: selling more than is held flips).
    ///
    /// `basis_of` says what contracts cost that are closed. Returns what goes into the settlement
    /// pool \[dollar\]; below zero it comes out of it.
    pub(super) fn fill(
        &mut self,
        side: Side,
        price: Price,
        quantity: Quantity,
        basis_of: impl FnOnce(&Self, Quantity) -> Cash,
    ) -> Cash {
        let effect = Effect::of(self.position, side, price, quantity);
        let Effect { closing, proceeds, opening_cost } = effect;
        let basis = basis_of(self, closing);
        self.realized += proceeds - basis;
        self.cost += opening_cost - basis;
        self.position += Position::of(side, quantity);
        effect.to_pool()
    }

    /// What contracts that are closed cost on average, rounded down; the rest stays with the rest,
    /// so that closing everything takes everything.
    pub(super) fn average_cost(&self, closing: Quantity) -> Cash {
        share(self.cost, closing, self.position.size())
    }

    /// Closes the position for what it is worth, less a fee.
    pub(super) fn settle(&mut self, worth: Cash, fee: Cash) {
        self.realized += worth - self.cost;
        self.cost = Cash::ZERO;
        self.fees += fee;
        self.position = Position::FLAT;
    }
}

/// The part of a cost that belongs to `part` of `whole` contracts, rounded down.
fn share(cost: Cash, part: Quantity, whole: Quantity) -> Cash {
    if part.is_zero() {
        return Cash::ZERO;
    }
    let wide = i128::from(cost.millionths()) * i128::from(part.hundredths());
    let share = wide.div_euclid(i128::from(whole.hundredths()));
    Cash::from_millionths(i64::try_from(share).expect("Invariant: a share is at most the whole"))
}
