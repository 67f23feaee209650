//! Bots against a scripted exchange: exact timelines.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test stops here")]

mod entry;
mod exit;
mod limits;
mod oracle;
mod reconcile;
mod single_loop;
mod strategy;
mod wait;
mod world;
