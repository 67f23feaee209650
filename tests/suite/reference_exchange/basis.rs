//! What open positions cost, what closing them brought, and what was paid for it.

use std::collections::VecDeque;

use fillgap::units::{Cash, Price, Quantity};

/// What an account's contracts of one market cost, on average and by their age.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Basis {
    pub(super) on_average: Way,
    pub(super) by_age: Way,
    /// Net fees.
    pub(super) fees: Cash,
    /// Contracts and their own price, the oldest first.
    lots: VecDeque<(Quantity, Price)>,
}

/// What remains in a position, and what was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) cost: Cash,
    pub(super) realized: Cash,
}

impl Way {
    fn close(&mut self, cost: Cash, proceeds: Cash) {
        self.cost -= cost;
        self.realized += proceeds - cost;
    }
}

impl Basis {
    /// Opens contracts at their own price.
    pub(super) fn open(&mut self, quantity: Quantity, price: Price) {
        if quantity.is_zero() {
            return;
        }
        self.lots.push_back((quantity, price));
        self.on_average.cost += price.times(quantity);
        self.by_age.cost += price.times(quantity);
    }

    /// Closes contracts of all that are held. Their share of an average is rounded down.
    pub(super) fn close(&mut self, quantity: Quantity, held: Quantity, proceeds: Cash) {
        if quantity.is_zero() {
            return;
        }
        let whole = i128::from(self.on_average.cost.millionths());
        let share = whole * i128::from(quantity.hundredths()) / i128::from(held.hundredths());
        self.on_average.close(Cash::from_millionths(i64::try_from(share).unwrap()), proceeds);
        let (mut left, mut cost) = (quantity, Cash::ZERO);
        while !left.is_zero() {
            let (contracts, price) = self.lots.pop_front().expect("what is held was bought");
            let taken = contracts.min(left);
            cost += price.times(taken);
            left -= taken;
            if taken < contracts {
                self.lots.push_front((contracts - taken, price));
            }
        }
        self.by_age.close(cost, proceeds);
    }

    /// Closes everything for what it is worth, less a fee.
    pub(super) fn settle(&mut self, worth: Cash, fee: Cash) {
        self.lots.clear();
        self.fees += fee;
        for way in [&mut self.on_average, &mut self.by_age] {
            way.close(way.cost, worth);
        }
    }
}
