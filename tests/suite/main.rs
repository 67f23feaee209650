//! The integration tests, one binary: a module per topic.

mod book_against_reference;
mod book_by_hand;
mod book_lockstep;
mod book_operations;
mod book_properties;
mod book_story;
mod book_workloads;
mod exchange_by_hand;
mod exchange_desk;
mod exchange_reads;
mod exchange_rejects;
mod fees_against_decimals;
mod fees_by_hand;
mod price_levels;
mod recorded_fees;
#[path = "../../benches/replay.rs"]
mod replay;
#[path = "../../benches/workload.rs"]
mod workload;
