//! The integration tests, one binary: a module per topic.
#![allow(
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "what tests call is a test as well, but clippy only knows the functions themselves"
)]

#[path = "../../benches/replay.rs"]
mod replay;
#[path = "../../benches/workload.rs"]
mod workload;

mod book_against_reference;
mod book_by_hand;
mod book_lockstep;
mod book_operations;
mod book_properties;
mod book_small_world;
mod book_story;
mod book_workloads;
mod latency;
mod latency_column;
mod layers;
mod link;
mod price_levels;
mod sources;
mod tidy;
mod venue;
