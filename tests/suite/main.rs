//! The integration tests, one binary: a module per topic.

#[path = "../../benches/replay.rs"]
#[path = "../../benches/workload.rs"]
mod book_against_reference;
mod book_by_hand;
mod book_lockstep;
mod book_operations;
mod book_properties;
mod book_story;
mod book_workloads;
mod latency;
mod latency_column;
mod link;
mod price_levels;
mod replay;
mod venue;
mod workload;
