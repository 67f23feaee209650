//! The prices that a market trades at, and how they become finer.

use fillgap::protocol::OrderEnd;
use fillgap::units::{MarketId, Price};

use super::readings::Second;
use super::state::{Reference, Told};

/// The steps of a market's prices up to 0.10 and from 0.90 on, and between [0.0001 dollar].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grid {
    pub(super) edge: u16,
    pub(super) center: u16,
}

impl Grid {
    /// Whole cents.
    pub(super) const CENTS: Self = Self { edge: 100, center: 100 };

    /// Whether orders can have a price: neither end is one.
    pub(super) fn has(self, price: Price) -> bool {
        let price = price.ten_thousandths();
        let step = if (1_000..9_000).contains(&price) { self.center } else { self.edge };
        (1..10_000).contains(&price) && price.is_multiple_of(step)
    }

    /// Whether it has all prices of another.
    fn has_all_of(self, other: Self) -> bool {
        let mut all = (0..=10_000).map(|price| Price::new(price).unwrap());
        all.all(|price| self.has(price) || !other.has(price))
    }
}

impl Reference {
    pub(super) fn grid(&self, market: MarketId) -> Grid {
        self.markets[market.number() as usize].grid
    }

    /// Gives a market finer prices. Without a price of an order that may rest they can not be taken.
    pub(super) fn refine(&mut self, market: MarketId, grid: Grid) {
        if !grid.has_all_of(self.grid(market)) {
            return;
        }
        self.has_stepped = true;
        if self.settings.reads(Second::RefinedCanceled) {
            self.end_where(OrderEnd::Halted, |order| order.market == market);
        }
        self.markets[market.number() as usize].grid = grid;
        self.told.push(Told::Refined(market));
    }
}
