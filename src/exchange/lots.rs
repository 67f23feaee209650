//! What is held, by what it cost.

use std::collections::VecDeque;

use crate::units::{Cash, Price, Quantity};

/// The contracts that an account holds of one market, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Lots {
    lots: VecDeque<Lot>,
}

/// Contracts that were bought at one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lot {
    /// Of the outcome that is held.
    own_price: Price,
    quantity: Quantity,
}

impl Lots {
    /// Adds contracts, as the newest.
    pub(super) fn open(&mut self, own_price: Price, quantity: Quantity) {
        match self.lots.back_mut() {
            _ if quantity.is_zero() => {}
            Some(newest) if newest.own_price == own_price => newest.quantity += quantity,
            _ => self.lots.push_back(Lot { own_price, quantity }),
        }
    }

    /// Takes out the oldest contracts. Returns what they cost.
    ///
    /// # Panics
    /// When there are not as many.
    pub(super) fn close(&mut self, quantity: Quantity) -> Cash {
        let (mut left, mut cost) = (quantity, Cash::ZERO);
        while !left.is_zero() {
            let oldest = self.lots.front_mut().expect("Invariant: what is closed is held");
            let taken = oldest.quantity.min(left);
            cost += oldest.own_price.times(taken);
            oldest.quantity -= taken;
            left -= taken;
            if oldest.quantity.is_zero() {
                self.lots.pop_front();
            }
        }
        cost
    }

    /// Forgets all of it.
    pub(super) fn clear(&mut self) {
        self.lots.clear();
    }
}
