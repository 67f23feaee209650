//! The recorded book, level by level, in the plainest form.

use std::collections::BTreeMap;

use crate::flow::capture::{Change, LineProblem, Movement};
use crate::units::{Price, Quantity, Side};

/// What a recording says rests at each price. No order, no queue: quantities only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordedBook {
    bids: BTreeMap<Price, Quantity>,
    asks: BTreeMap<Price, Quantity>,
}

impl RecordedBook {
    /// A book without orders.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Contracts at a price, zero when there is no such level.
    #[must_use]
    pub fn quantity(&self, side: Side, price: Price) -> Quantity {
        self.levels(side).get(&price).copied().unwrap_or(Quantity::ZERO)
    }

    /// The levels of a side, lowest price first; none is empty.
    #[must_use]
    pub const fn levels(&self, side: Side) -> &BTreeMap<Price, Quantity> {
        match side {
            Side::Bid => &self.bids,
            Side::Ask => &self.asks,
        }
    }

    /// The best price of a side.
    #[must_use]
    pub fn best(&self, side: Side) -> Option<Price> {
        let best = match side {
            Side::Bid => self.bids.last_key_value(),
            Side::Ask => self.asks.first_key_value(),
        };
        best.map(|(price, _)| *price)
    }

    /// The best bid and ask when they touch or cross.
    #[must_use]
    pub fn crossing(&self) -> Option<(Price, Price)> {
        let (bid, ask) = (self.best(Side::Bid)?, self.best(Side::Ask)?);
        (bid >= ask).then_some((bid, ask))
    }

    /// Makes a change.
    ///
    /// # Errors
    /// When more is removed than the level holds, or it would hold more than [`Quantity::MAX`]; the
    /// book stays as it was.
    pub fn apply(&mut self, change: &Change) -> Result<(), LineProblem> {
        let (side, price) = (change.side, change.price);
        let levels = match side {
            Side::Bid => &mut self.bids,
            Side::Ask => &mut self.asks,
        };
        match change.movement {
            Movement::Added(quantity) => {
                let sum = levels.get(&price).copied().unwrap_or(Quantity::ZERO) + quantity;
                if sum > Quantity::MAX {
                    return Err(LineProblem::AboveMost { side, price, level: sum });
                }
                levels.insert(price, sum);
            }
            Movement::Removed(removed) => {
                let level = levels.get(&price).copied().unwrap_or(Quantity::ZERO);
                if removed > level {
                    return Err(LineProblem::BelowZero { side, price, removed, level });
                }
                if removed == level {
                    levels.remove(&price);
                } else {
                    levels.insert(price, level - removed);
                }
            }
        }
        Ok(())
    }
}
