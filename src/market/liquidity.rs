//! The two roles in a match.

use serde::Serialize;

/// Whether a fill provided or removed liquidity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Liquidity {
    /// The order rested in the book.
    Maker,
    /// The order met one that rested.
    Taker,
}
