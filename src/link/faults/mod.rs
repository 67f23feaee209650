//! What goes wrong on a link, as settings and as what they do to each message.

mod burst;
mod chance;
mod edges;
mod leg;
mod outage;
mod settings;

pub use burst::{BurstSettings, Factor};
pub use chance::Share;
pub use edges::FeedEdge;
pub use outage::{Outage, ReadFailure};
pub use settings::{FaultSettings, LegFaults, Reordering, TripFaults};

pub(super) use burst::Activity;
pub(super) use edges::Edges;
pub(super) use leg::{FaultLine, Mishap};
pub(super) use outage::Downtime;
