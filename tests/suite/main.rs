//! The integration tests, one binary: a module per topic.

mod latency;
mod latency_column;
mod link;
mod venue;
