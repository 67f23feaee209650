//! Bots against a scripted exchange: exact timelines.

mod entry;
mod exit;
mod limits;
mod oracle;
mod reconcile;
mod single_loop;
mod strategy;
mod wait;
mod world;
