//! Messages of the feeds on their way to the bot.

use std::collections::VecDeque;

use crate::kernel::{Calendar, Class};
use crate::units::SimTime;

/// Messages of one feed, by arrival, those of one instant in the order of sending.
///
/// Most of a run's traffic is here, and without faults it arrives in the order of sending, so it
/// is a ring; only what overtakes is in a calendar.
#[derive(Debug)]
pub(super) struct Feed<M> {
    in_order: VecDeque<(SimTime, M)>,
    overtaking: Calendar<M>,
}

impl<M> Default for Feed<M> {
    fn default() -> Self {
        Self { in_order: VecDeque::new(), overtaking: Calendar::default() }
    }
}

impl<M> Feed<M> {
    /// Adds a message that arrives at `due`.
    pub(super) fn send(&mut self, due: SimTime, message: M) {
        if self.in_order.back().is_none_or(|(last, _)| *last <= due) {
            self.in_order.push_back((due, message));
        } else {
            self.overtaking.insert(due, Class::Delivery, message);
        }
    }

    /// When the next message arrives.
    pub(super) fn next_due(&self) -> Option<SimTime> {
        let overtaking = self.overtaking.next_due().map(|(due, _)| due);
        self.next_in_order().into_iter().chain(overtaking).min()
    }

    /// Takes the next message. At one instant the ring comes first: whatever overtakes to an
    /// instant left after all of the ring that arrives then.
    pub(super) fn take(&mut self) -> Option<M> {
        let due = self.next_due()?;
        if self.next_in_order() == Some(due) {
            self.in_order.pop_front().map(|(_, message)| message)
        } else {
            self.overtaking.pop().map(|(_, message)| message)
        }
    }

    fn next_in_order(&self) -> Option<SimTime> {
        self.in_order.front().map(|(due, _)| *due)
    }

    /// How many messages are on their way.
    pub(super) fn len(&self) -> usize {
        self.in_order.len() + self.overtaking.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The reference: the earliest of what is on its way, the first sent of equals. Nothing is
        /// sent to an instant that is over.
        #[test]
        fn messages_arrive_by_time_and_then_in_the_order_of_sending(
            steps in prop::collection::vec(prop::option::weighted(0.6, 0_u64..6), 0..80),
        ) {
            let (mut feed, mut pending) = (Feed::default(), Vec::new());
            let mut now = 0;
            for (message, step) in steps.into_iter().enumerate() {
                if let Some(delay) = step {
                    feed.send(SimTime::from_ns(now + delay), message);
                    pending.push((now + delay, message));
                } else {
                    let first = pending.iter().copied().min();
                    prop_assert_eq!(feed.next_due(), first.map(|(due, _)| SimTime::from_ns(due)));
                    prop_assert_eq!(feed.take(), first.map(|(_, message)| message));
                    pending.retain(|entry| Some(*entry) != first);
                    now = first.map_or(now, |(due, _)| due);
                }
                prop_assert_eq!(feed.len(), pending.len());
            }
        }
    }
}
