//! One run: an exchange, the crowd, one bot, and the link between.
//!
//! The order of things, which results depend on. The world takes whatever is due first; at one
//! instant:
//!
//! 1. feeds break and come back, the private one first,
//! 2. orders whose time is over leave the book, then markets open, close and pay by themselves,
//! 3. the steps of the scenario are taken: the exchange's, then those of the markets by number,
//! 4. the crowd acts, one step after the other,
//! 5. requests of the bot reach the exchange, in the order of sending,
//! 6. quotes, then private messages, then replies reach the bot,
//! 7. timers of the bot's tasks fire, in the order in which they were set. The time limit of a
//!    request is one: a reply of the same instant comes before it.
//!
//! After each single thing the tasks that it woke run until all of them wait again; what they send
//! without latency is due at the same instant and comes before the next timer.

mod budget;
mod carrier;
mod creates;
mod feeds;
mod run;
mod setup;
mod touch;

pub use budget::Budget;
pub use run::{RunError, RunOutput};
pub use setup::{run_bot, run_one};
