//! Messages of the feeds on their way to the bot.

use std::collections::VecDeque;

use crate::units::SimTime;

/// Messages of one feed, delivered in the order of sending. Most of a run's traffic is here, so it
/// is a ring and not a part of the calendar.
#[derive(Debug)]
pub(super) struct Feed<M> {
    messages: VecDeque<(SimTime, M)>,
}

impl<M> Default for Feed<M> {
    fn default() -> Self {
        Self { messages: VecDeque::new() }
    }
}

impl<M> Feed<M> {
    /// Adds a message that arrives at `due`.
    pub(super) fn send(&mut self, due: SimTime, message: M) {
        let in_order = self.messages.back().is_none_or(|(last, _)| *last <= due);
        assert!(in_order, "Invariant: a feed delivers in the order of sending");
        self.messages.push_back((due, message));
    }

    /// When the next message arrives.
    pub(super) fn next_due(&self) -> Option<SimTime> {
        self.messages.front().map(|(due, _)| *due)
    }

    /// Takes the next message.
    pub(super) fn take(&mut self) -> Option<M> {
        self.messages.pop_front().map(|(_, message)| message)
    }

    /// How many messages are on their way.
    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }
}
