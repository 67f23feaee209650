//! The integration tests, one binary: a module per topic.

mod bad_scenarios;
mod book_against_reference;
mod book_by_hand;
mod book_lockstep;
mod book_operations;
mod book_properties;
mod book_story;
mod book_workloads;
mod price_levels;
#[path = "../../benches/replay.rs"]
mod replay;
mod scenario_files;
mod scenario_robustness;
#[path = "../../benches/workload.rs"]
mod workload;
