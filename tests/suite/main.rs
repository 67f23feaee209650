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

mod analysis_numbers;
mod audit_detects;
mod bad_captures;
mod bad_scenarios;
mod book_against_reference;
mod book_apart;
mod book_by_hand;
mod book_lockstep;
mod book_operations;
mod book_properties;
mod book_small_world;
mod book_story;
mod book_workloads;
mod bot;
mod capture_text;
mod captures;
mod cli_results;
mod cli_usage;
mod cli_verify;
mod collateral_at_match;
mod crowd_world;
mod defect_classes;
mod determinism;
mod exchange_actions;
mod exchange_amend;
mod exchange_batches;
mod exchange_by_hand;
mod exchange_choices;
mod exchange_desk;
mod exchange_groups;
mod exchange_hall;
mod exchange_netting;
mod exchange_pauses;
mod exchange_properties;
mod exchange_reads;
mod exchange_refine;
mod exchange_rejects;
mod exchange_waivers;
mod experiment;
mod failure_modes;
mod fault_counts;
mod fault_runs;
mod feeds;
mod fees_against_decimals;
mod fees_by_hand;
mod fidelity;
mod fill_feed;
mod hand_made;
mod latency;
mod latency_column;
mod layers;
mod link;
mod link_faults;
mod market_life;
mod measure_brute_force;
mod measure_entry_gap;
mod measure_feed;
mod measure_limits_and_profit;
mod measure_lives;
mod measure_stops;
mod measure_story;
mod measure_story_levels;
mod measure_story_reasons;
mod operation_count;
mod oracle_orders;
mod own_bot;
mod planted_bugs;
mod position_limits;
mod presets;
mod price_levels;
mod random_log;
mod rate_limits;
mod read_by_client;
mod readings;
mod readme;
mod recorded_crowd;
mod recorded_fees;
mod recorded_pauses;
mod recorded_replay;
mod recorded_scenario;
mod reference_exchange;
mod reject_words;
mod report_comparison;
mod report_json;
mod request_table;
mod runs;
mod sample_capture;
mod scenario_accepted;
mod scenario_exchange;
mod scenario_faults;
mod scenario_files;
mod scenario_life;
mod scenario_reference;
mod scenario_robustness;
mod scripted_flow;
mod self_trade;
mod sources;
mod telling;
mod tickers;
mod tidy;
mod units_by_hand;
mod venue;
mod venue_limits;
mod worked_examples;
