//! The integration tests, one binary: a module per topic.

mod experiment;
mod hand_made;
mod report_comparison;
mod report_json;
