//! The two sides of the YES book.

use std::fmt;

use serde::Serialize;

/// A side of the YES book: a bid buys YES, an ask sells YES (which is buying NO at one minus the
/// price; Kalshi, "Order direction", 2026-08-22).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Side {
    /// Buys YES.
    Bid,
    /// Sells YES.
    Ask,
}

impl Side {
    /// The side that this one trades with.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Bid => Self::Ask,
            Self::Ask => Self::Bid,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Bid => "bid",
            Self::Ask => "ask",
        })
    }
}
