//! The limit order book of one market, and matching.
//!
//! [`Book`] is the fast book that the exchange runs; [`reference::ReferenceBook`] is the slow and
//! plain one that it is checked against. Both follow the same rules:
//!
//! - Price-time priority: the best price first, within a price the earliest arrival (Kalshi, "Get
//!   queue positions for orders", 2026-08-22, documented). A trade happens at the resting order's
//!   price (observed 2026-06-11: a bid of 0.99 executed at 0.52).
//! - A book is in YES prices and addressed by [`Tick`](crate::market::Tick).
//! - A partial fill and [`Book::reduce`] keep the place in the queue ("Decrease order",
//!   2026-08-22, documented). [`Book::replace`] goes to the end of its queue, also when the price
//!   stays; which amendments lose their place is the exchange's to decide ("Amend order",
//!   2026-08-22, documented).
//! - What is left of an immediate-or-cancel order is canceled; a fill-or-kill order is judged on
//!   the whole depth within its limit before anything trades (FIX "Order entry", 2026-08-22,
//!   documented).
//! - To [`Book::place`] a taker's own resting order is a maker like any other;
//!   [`Book::place_apart`] prevents that.

mod fast;
mod ladder;
mod matching;
mod node;
mod occupancy;
mod order;
mod recount;
pub mod reference;
mod regrid;
mod self_trade;
mod slab;
mod views;

pub use fast::Book;
pub use order::{
    BookCapacity, BookError, Canceled, Level, Match, NewOrder, Outcome, Placed, Prevented, Reduced,
    RestingOrder,
};
pub use recount::RecountError;
pub use regrid::{Regrid, RegridError};
pub use slab::SlotCount;
