//! Everything between a participant and the exchange.
//!
//! `Gateway` and `Venue` are the two ends of a connection. `Link` says what becomes of each
//! message and how old a read's view is, from `LinkSettings`: a `Profile`, or latencies of one's
//! own, with the faults and the rate limit. `ClientSettings` is what the participant itself does
//! about it: how long it waits, whether it subscribes again.

mod client;
mod column;
mod connection;
mod error;
mod fate;
mod faults;
mod gateway;
mod latency;
mod level;
mod lognormal;
mod profile;
mod rate_limit;
mod settings;
mod told;
mod venue;

pub use client::{AfterReconnect, ClientSettings, PrivateNumbers, TimeLimits};
pub use column::ColumnUnit;
pub use connection::Link;
pub use error::LinkError;
pub use fate::{Admission, Fate, FeedFate};
pub use faults::{
    BurstSettings, Factor, FaultSettings, FeedEdge, LegFaults, Outage, ReadFailure, Reordering,
    Share, TripFaults,
};
pub use gateway::{Gateway, Sent};
pub use latency::Latency;
pub use level::{Level, Quantile};
pub use profile::Profile;
pub use rate_limit::{Bucket, BucketSettings, Tier, cost};
pub use settings::{Lags, LinkSettings, RoundTrip};
pub use told::Told;
pub use venue::{FeedState, QuoteSeen, RequestError, Venue};
