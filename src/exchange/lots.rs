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

#[cfg(test)]
mod tests {
    use super::*;

    fn price(cents: u16) -> Price {
        Price::new(cents * 100).unwrap()
    }

    fn contracts(count: u32) -> Quantity {
        Quantity::of_contracts(count).unwrap()
    }

    /// 3 and 2 at 0.40, then 5 at 0.60: 6 cost 5 x 0.40 and 1 x 0.60.
    #[test]
    fn the_oldest_leave_first_and_one_price_is_one_lot() {
        let mut lots = Lots::default();
        for (cents, count, kept) in [(40, 3, 1), (40, 2, 1), (50, 0, 1), (60, 5, 2), (60, 0, 2)] {
            lots.open(price(cents), contracts(count));
            assert_eq!(lots.lots.len(), kept, "{count} at {cents} cents");
        }
        assert_eq!(lots.close(contracts(6)), "2.60".parse().unwrap());
        assert_eq!(lots.lots.len(), 1);
        assert_eq!(lots.close(contracts(4)), "2.40".parse().unwrap());
        assert!(lots.lots.is_empty());
    }

    #[test]
    fn nothing_is_left_of_what_was_forgotten() {
        let mut lots = Lots::default();
        lots.open(price(40), contracts(3));
        lots.clear();
        assert!(lots.lots.is_empty());
    }
}
