//! The pending events of a run, by time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::units::SimTime;

/// What comes first when several things are due at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Something reaches the exchange.
    Arrival,
    /// Something reaches a participant.
    Delivery,
}

/// The pending events, ordered by (time, class, order of insertion).
///
/// The order of insertion decides ties, so two runs that insert alike pop alike, whatever the heap
/// does inside.
#[derive(Debug)]
pub struct Calendar<E> {
    heap: BinaryHeap<Reverse<Entry<E>>>,
    inserted: u64,
}

#[derive(Debug)]
struct Entry<E> {
    time: SimTime,
    class: Class,
    sequence: u64,
    event: E,
}

impl<E> Entry<E> {
    fn key(&self) -> (SimTime, Class, u64) {
        (self.time, self.class, self.sequence)
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}
impl<E> Eq for Entry<E> {}
impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<E> Ord for Entry<E> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl<E> Default for Calendar<E> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), inserted: 0 }
    }
}

impl<E> Calendar<E> {
    /// Adds an event.
    pub fn insert(&mut self, time: SimTime, class: Class, event: E) {
        let sequence = self.inserted;
        self.inserted += 1;
        self.heap.push(Reverse(Entry { time, class, sequence, event }));
    }

    /// When and in which class the next event is due.
    #[must_use]
    pub fn next_due(&self) -> Option<(SimTime, Class)> {
        self.heap.peek().map(|Reverse(entry)| (entry.time, entry.class))
    }

    /// Removes the next event.
    pub fn pop(&mut self) -> Option<(SimTime, E)> {
        self.heap.pop().map(|Reverse(entry)| (entry.time, entry.event))
    }

    /// How many events are pending.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether nothing is pending.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn popped(calendar: &mut Calendar<&'static str>) -> Vec<&'static str> {
        std::iter::from_fn(|| calendar.pop().map(|(_, event)| event)).collect()
    }

    #[test]
    fn time_then_class_then_insertion_decides() {
        let mut calendar = Calendar::default();
        let (one, two) = (SimTime::from_ns(1), SimTime::from_ns(2));
        calendar.insert(two, Class::Arrival, "later");
        calendar.insert(one, Class::Delivery, "delivery, first in");
        calendar.insert(one, Class::Arrival, "arrival, first in");
        calendar.insert(one, Class::Arrival, "arrival, second in");
        calendar.insert(one, Class::Delivery, "delivery, second in");
        assert_eq!(
            popped(&mut calendar),
            [
                "arrival, first in",
                "arrival, second in",
                "delivery, first in",
                "delivery, second in",
                "later"
            ]
        );
    }
}
