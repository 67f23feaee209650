//! The bot that follows its fills by the private feed, in whole runs.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test stops here")]

mod faults;
mod market;
mod properties;
mod restarts;
mod settlements;
mod timelines;
mod witness;
