//! What happens to a trading bot between the moment it sends an order and the moment it knows
//! what filled.
//!
//! Three activities: write a scenario, run it, compare engines. `ARCHITECTURE.md` has the map.

pub mod audit;
pub mod book;
pub mod bot;
pub mod cli;
pub mod exchange;
pub mod experiment;
pub mod flow;
pub mod kernel;
pub mod link;
pub mod market;
pub mod measure;
pub mod protocol;
pub mod report;
pub mod scenario;
pub mod units;
pub mod world;
