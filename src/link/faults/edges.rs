//! When feeds break and come back.

use std::collections::VecDeque;

use crate::link::faults::outage::Downtime;
use crate::protocol::{Channel, FeedChange};
use crate::units::SimTime;

/// An instant at which a feed's connection changes, before anything else that happens then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FeedEdge {
    /// When.
    pub at: SimTime,
    /// Which feed.
    pub channel: Channel,
    /// What happens.
    pub change: FeedChange,
}

/// The edges to come, in order: by time, the private feed first.
#[derive(Debug, Default)]
pub(in crate::link) struct Edges {
    pending: VecDeque<FeedEdge>,
}

impl Edges {
    pub(in crate::link) fn of(feeds: &[(Channel, &Downtime)]) -> Self {
        let mut pending = Vec::new();
        for (channel, downtime) in feeds {
            for (from, to) in downtime.windows() {
                pending.push(FeedEdge { at: *from, channel: *channel, change: FeedChange::Lost });
                pending.push(FeedEdge { at: *to, channel: *channel, change: FeedChange::Restored });
            }
        }
        pending.sort_unstable();
        Self { pending: pending.into() }
    }

    pub(in crate::link) fn next(&self) -> Option<&FeedEdge> {
        self.pending.front()
    }

    pub(in crate::link) fn take(&mut self) -> Option<FeedEdge> {
        self.pending.pop_front()
    }
}
