//! Bots against a scripted exchange: exact timelines.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test stops here")]

mod assumed_entries;
mod entry;
mod exit;
mod limits;
mod link_errors;
mod oracle;
mod reconcile;
mod single_loop;
mod strategy;
mod timeline;
mod wait;
mod world;
