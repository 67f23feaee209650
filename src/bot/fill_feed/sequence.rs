//! Watching the numbers of a feed's messages.

use crate::units::FeedSequence;

/// What a message's number tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It is the next one, or one that came late or again: nothing more is missing than before.
    Expected,
    /// Messages before it have not come. They may be late, or lost.
    AfterGap,
}

/// The numbers of one connection so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SequenceWatch {
    /// The highest number that came.
    highest: u64,
}

impl SequenceWatch {
    /// Takes in a message's number.
    pub(super) fn hear(&mut self, sequence: FeedSequence) -> Place {
        let number = sequence.number();
        let place = if number > self.highest + 1 { Place::AfterGap } else { Place::Expected };
        self.highest = self.highest.max(number);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_above_the_next_is_a_gap_and_late_ones_are_none() {
        let mut watch = SequenceWatch::default();
        let mut hear = |number| watch.hear(FeedSequence::new(number));
        for (number, place) in [
            (1, Place::Expected),
            (2, Place::Expected),
            (2, Place::Expected),
            (4, Place::AfterGap),
            (3, Place::Expected),
            (5, Place::Expected),
            (9, Place::AfterGap),
        ] {
            assert_eq!(hear(number), place, "{number}");
        }
        // A connection whose first messages never come starts with a gap.
        assert_eq!(SequenceWatch::default().hear(FeedSequence::new(2)), Place::AfterGap);
    }
}
