//! A value and what it was.

use std::collections::VecDeque;

use crate::units::{SimDuration, SimTime};

/// A value over time, remembered for a while.
#[derive(Clone, Debug)]
pub(super) struct Timeline<T> {
    entries: VecDeque<(SimTime, T)>,
}

impl<T: Copy> Timeline<T> {
    /// A value that holds from an instant on, and as far as is known before it.
    pub(super) fn new(since: SimTime, value: T) -> Self {
        Self { entries: VecDeque::from([(since, value)]) }
    }

    /// Changes the value. What was before is remembered for `keep`; of several changes at one
    /// instant the last one counts.
    pub(super) fn set(&mut self, now: SimTime, value: T, keep: SimDuration) {
        match self.entries.back_mut() {
            Some((at, last)) if *at == now => *last = value,
            _ => self.entries.push_back((now, value)),
        }
        let horizon = now.before(keep);
        while self.entries.get(1).is_some_and(|(at, _)| *at <= horizon) {
            self.entries.pop_front();
        }
    }

    /// The value at the end of an instant; none before the first that is remembered.
    pub(super) fn at(&self, instant: SimTime) -> Option<T> {
        self.entries.iter().rev().find(|(at, _)| *at <= instant).map(|(_, value)| *value)
    }

    /// The value at the end of an instant, or the first that is remembered.
    pub(super) fn at_or_first(&self, instant: SimTime) -> T {
        let first = self.entries.front().expect("Invariant: a timeline is never empty").1;
        self.at(instant).unwrap_or(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_of_an_instant_holds_until_the_next_change() {
        let keep = SimDuration::from_ns(10);
        let mut line = Timeline::new(SimTime::from_ns(5), 'a');
        line.set(SimTime::from_ns(8), 'b', keep);
        line.set(SimTime::from_ns(8), 'c', keep);
        assert_eq!(line.entries.len(), 2);
        let at = |line: &Timeline<char>, ns| line.at(SimTime::from_ns(ns));
        assert_eq!(
            [4, 5, 7, 8, 100].map(|ns| at(&line, ns)),
            [None, Some('a'), Some('a'), Some('c'), Some('c')]
        );
        assert_eq!(line.at_or_first(SimTime::START), 'a');
    }

    #[test]
    fn what_no_read_within_keep_can_see_is_dropped() {
        let keep = SimDuration::from_ns(10);
        let mut line = Timeline::new(SimTime::START, 0);
        for ns in 1..=100 {
            line.set(SimTime::from_ns(ns), ns, keep);
        }
        // The oldest instant that may be asked for is 90; its value came at 90.
        assert_eq!(line.entries.len(), 11);
        assert_eq!(line.at(SimTime::from_ns(90)), Some(90));
        assert_eq!(line.at(SimTime::from_ns(89)), None);
    }
}
