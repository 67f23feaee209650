//! Everything between a participant and the exchange.
//!
//! `Gateway` and `Venue` are the two ends of a connection. `Link` says how long each message
//! takes and how old a read's view is, from `LinkSettings`: a `Profile`, or latencies of one's own.

mod column;
mod connection;
mod error;
mod gateway;
mod latency;
mod level;
mod lognormal;
mod profile;
mod settings;
mod venue;

pub use column::ColumnUnit;
pub use connection::Link;
pub use error::LinkError;
pub use gateway::{Gateway, Sent};
pub use latency::Latency;
pub use level::{Level, Quantile};
pub use profile::Profile;
pub use settings::{Lags, LinkSettings, RoundTrip};
pub use venue::{QuoteSeen, RequestError, Venue};
