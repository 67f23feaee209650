//! The integration tests, one binary: a module per topic.

mod bad_captures;
mod book_against_reference;
mod book_by_hand;
mod book_lockstep;
mod book_operations;
mod book_properties;
mod book_story;
mod book_workloads;
mod capture_text;
mod crowd_world;
mod fees_against_decimals;
mod fees_by_hand;
mod price_levels;
mod recorded_crowd;
mod recorded_fees;
mod recorded_replay;
#[path = "../../benches/replay.rs"]
mod replay;
mod sample_capture;
mod scripted_flow;
#[path = "../../benches/workload.rs"]
mod workload;
