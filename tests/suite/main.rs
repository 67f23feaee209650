//! The integration tests, one binary: a module per topic.

#![allow(
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "what tests call is a test as well, but clippy only knows the functions themselves"
)]

mod latency;
mod latency_column;
mod layers;
mod link;
mod sources;
mod tidy;
mod venue;
