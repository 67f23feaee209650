//! What goes into a book and what comes out.

use thiserror::Error;

use crate::market::{Tick, TimeInForce};
use crate::units::{AccountId, OrderId, Quantity, Side};

/// How many orders a book can hold at a time. The memory is reserved at once and used as needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookCapacity(u32);

impl BookCapacity {
    /// The most orders that any book can hold: with [`Quantity::MAX`] each, the sum still fits
    /// into 64 bits.
    pub const MAX: Self = Self(1 << 24);

    /// Room for a number of orders.
    ///
    /// # Errors
    /// Above [`BookCapacity::MAX`].
    pub const fn new(orders: u32) -> Result<Self, BookError> {
        if orders > Self::MAX.0 {
            return Err(BookError::CapacityTooLarge { found: orders });
        }
        Ok(Self(orders))
    }

    /// The number of orders.
    #[must_use]
    pub const fn orders(self) -> u32 {
        self.0
    }
}

/// An order that enters a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewOrder {
    /// Whose order it is.
    pub owner: AccountId,
    /// The side that it rests on if it rests.
    pub side: Side,
    /// The limit price.
    pub tick: Tick,
    /// How much \[0.01 contract\], above zero.
    pub quantity: Quantity,
    /// What becomes of the rest that does not fill at once. An expiry is the exchange's to watch.
    pub time_in_force: TimeInForce,
}

/// What became of an order that entered the book or was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The id that the order has, or had if it is final already.
    pub order: OrderId,
    /// How much filled at once.
    pub filled: Quantity,
    /// What became of the rest.
    pub outcome: Outcome,
}

/// What became of the quantity that did not fill at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It rests in the book.
    Rests {
        /// How much, above zero.
        remaining: Quantity,
    },
    /// There is none: the order filled whole.
    Filled,
    /// It was canceled: the order was immediate-or-cancel.
    Canceled {
        /// How much, above zero.
        remaining: Quantity,
    },
    /// What was left met an order of its own account and was canceled.
    SelfTrade {
        /// How much, above zero.
        remaining: Quantity,
    },
    /// The order was fill-or-kill and the depth within its limit was too small: nothing filled.
    Killed,
}

/// A taker met a maker. The price is the maker's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// The order that rested.
    pub maker: OrderId,
    /// Whose order rested.
    pub maker_owner: AccountId,
    /// The order that came.
    pub taker: OrderId,
    /// The price of the trade.
    pub tick: Tick,
    /// How much traded, above zero.
    pub quantity: Quantity,
    /// What the maker has left; zero when it is final.
    pub maker_remaining: Quantity,
}

/// An order that was taken out of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Canceled {
    /// Whose order it was.
    pub owner: AccountId,
    /// The side that it rested on.
    pub side: Side,
    /// Its limit price.
    pub tick: Tick,
    /// What was left of it, above zero.
    pub remaining: Quantity,
}

/// A resting order that was canceled because an order of its own account would have met it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prevented {
    /// The order that rested.
    pub order: OrderId,
    /// What was taken out.
    pub canceled: Canceled,
    /// How many matches the taker had before it met the order.
    pub matches_before: usize,
}

/// An order that was made smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reduced {
    /// Whose order it is.
    pub owner: AccountId,
    /// The side that it rests on.
    pub side: Side,
    /// Its limit price.
    pub tick: Tick,
    /// How much was taken off, above zero.
    pub removed: Quantity,
}

/// An order in the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestingOrder {
    /// Its id.
    pub order: OrderId,
    /// Whose order it is.
    pub owner: AccountId,
    /// The side that it rests on.
    pub side: Side,
    /// Its limit price.
    pub tick: Tick,
    /// What is left of it, above zero.
    pub remaining: Quantity,
}

/// All resting orders at one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// The price.
    pub tick: Tick,
    /// The sum of what is left of the orders, above zero.
    pub quantity: Quantity,
}

/// Why a book refused an operation. Nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BookError {
    /// A capacity that no book can have.
    #[error("book capacity: found {found} orders, allowed is at most {}", BookCapacity::MAX.orders())]
    CapacityTooLarge {
        /// The number of orders that was asked for.
        found: u32,
    },
    /// The book holds as many orders as it can. Orders that would not rest are refused too.
    #[error("book: full with {capacity} orders")]
    Full {
        /// The book's capacity.
        capacity: u32,
    },
    /// The tick is beyond the highest of the market.
    #[error("tick: found {found}, allowed is below {tick_count}")]
    OffGrid {
        /// The tick's index.
        found: u32,
        /// The number of ticks.
        tick_count: u32,
    },
    /// The quantity is zero.
    #[error("quantity: found 0 contracts, allowed is 0.01 and more")]
    NoQuantity,
    /// The quantity is larger than input may name.
    #[error("quantity: found {found} contracts, allowed is at most {}", Quantity::MAX)]
    TooLarge {
        /// The quantity.
        found: Quantity,
    },
    /// No resting order has this id: it was never given out, or the order is final.
    #[error("{order}: is not in the book")]
    NotResting {
        /// The id.
        order: OrderId,
    },
    /// An order can only be reduced to less than it has left.
    #[error("{order}: found a new remaining of {found} contracts, allowed is below {remaining}")]
    NotLess {
        /// The order.
        order: OrderId,
        /// The new remaining quantity.
        found: Quantity,
        /// The remaining quantity.
        remaining: Quantity,
    },
}
