//! The integration tests, one binary: a module per topic.

mod measure_brute_force;
mod measure_entry_gap;
mod measure_limits_and_profit;
mod measure_stops;
mod measure_story;
mod random_log;
mod telling;
