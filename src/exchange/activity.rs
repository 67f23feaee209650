//! What was traded in a market so far.

use crate::units::{Position, Price, Quantity};

/// A market's trading up to now, each match and each pair of contracts counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MarketActivity {
    /// Contracts that were matched.
    pub matched: Quantity,
    /// Pairs of a YES and a NO contract that are held.
    pub open: Quantity,
    /// Price, in the YES frame, and contracts of the last match.
    pub last: Option<(Price, Quantity)>,
}

impl MarketActivity {
    pub(super) fn note_match(&mut self, price: Price, quantity: Quantity) {
        self.matched += quantity;
        self.last = Some((price, quantity));
    }

    /// Notes that an account's position changed. Everybody's YES contracts together are the pairs.
    pub(super) fn note_position(&mut self, before: Position, after: Position) {
        self.open += after.long();
        self.open -= before.long();
    }
}
