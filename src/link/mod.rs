//! Everything between a participant and the exchange.

mod gateway;
mod venue;

pub use gateway::{Gateway, Sent};
pub use venue::{QuoteSeen, RequestError, Venue};
