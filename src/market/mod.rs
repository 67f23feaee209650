//! What a market is: its terms and its price levels.

mod time_in_force;

pub use time_in_force::TimeInForce;
