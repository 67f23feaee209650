//! Bots against a scripted exchange: exact timelines.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test stops here")]

mod assumed_entries;
mod code_loop;
mod confirmed_entries;
mod entry;
mod event_loop;
mod exit;
mod exits_by_the_code;
mod limits;
mod link_errors;
mod oracle;
mod reconcile;
mod reference;
mod restart;
mod robustness;
mod single_loop;
mod strategy;
mod threads;
mod timeline;
mod wait;
mod world;
