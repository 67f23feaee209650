//! What a market is: its terms and its price levels.

mod price_levels;
mod time_in_force;

pub use price_levels::{PriceLevelError, PriceLevelLabel, PriceLevelStructure, PriceRange, Tick};
pub use time_in_force::TimeInForce;
