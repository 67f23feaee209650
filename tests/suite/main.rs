//! The integration tests, one binary: a module per topic.

mod experiment;
mod hand_made;
mod report_comparison;
mod report_json;
mod measure_entry_gap;
mod measure_limits_and_profit;
mod measure_stops;
mod telling;
