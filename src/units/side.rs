//! The two sides of the YES book.

use std::fmt;

use serde::Serialize;

use crate::units::Price;

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

    /// What a contract costs that an order of this side opens at a price of the YES frame.
    #[must_use]
    pub const fn own_price(self, price: Price) -> Price {
        match self {
            Self::Bid => price,
            Self::Ask => price.complement(),
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
