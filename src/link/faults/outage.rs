//! Times at which something is down.

use std::collections::BTreeSet;

use crate::link::LinkError;
use crate::protocol::{Channel, Endpoint, HttpStatus};
use crate::units::SimTime;

/// A time without service on some channels, from its first instant up to the one after its last.
///
/// A message that leaves, travels or would arrive then is lost. A request gets no answer; a feed
/// breaks, which its participant is told, and comes back as a new connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    from: SimTime,
    to: SimTime,
    channels: BTreeSet<Channel>,
}

impl Outage {
    /// An outage of some channels.
    ///
    /// # Errors
    /// When it does not end after it begins, or has no channel.
    pub fn new(
        from: SimTime,
        to: SimTime,
        channels: impl IntoIterator<Item = Channel>,
    ) -> Result<Self, LinkError> {
        let channels: BTreeSet<_> = channels.into_iter().collect();
        if to <= from {
            Err(LinkError::Window { from, to })
        } else if channels.is_empty() {
            Err(LinkError::NoChannel)
        } else {
            Ok(Self { from, to, channels })
        }
    }
}

/// A time at which reads of one endpoint are answered with an error, from its first instant up to
/// the one after its last. The request's arrival counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadFailure {
    endpoint: Endpoint,
    from: SimTime,
    to: SimTime,
    status: HttpStatus,
}

impl ReadFailure {
    /// A failure of one endpoint's reads.
    ///
    /// # Errors
    /// When it does not end after it begins.
    pub fn new(
        endpoint: Endpoint,
        from: SimTime,
        to: SimTime,
        status: HttpStatus,
    ) -> Result<Self, LinkError> {
        if to <= from {
            return Err(LinkError::Window { from, to });
        }
        Ok(Self { endpoint, from, to, status })
    }

    /// What answers a read that arrives now, if this does.
    pub(in crate::link) fn answer(&self, now: SimTime, endpoint: Endpoint) -> Option<HttpStatus> {
        let fails = self.endpoint == endpoint && self.from <= now && now < self.to;
        fails.then_some(self.status)
    }
}

/// When one channel is down: the outages of the channel, joined where they touch or overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::link) struct Downtime {
    /// First instant, and the one after the last.
    windows: Vec<(SimTime, SimTime)>,
}

impl Downtime {
    pub(in crate::link) fn of(outages: &[Outage], channel: Channel) -> Self {
        let here = outages.iter().filter(|outage| outage.channels.contains(&channel));
        let mut given: Vec<_> = here.map(|outage| (outage.from, outage.to)).collect();
        given.sort_unstable();
        let mut windows: Vec<(SimTime, SimTime)> = Vec::new();
        for (from, to) in given {
            match windows.last_mut() {
                Some((_, last)) if from <= *last => *last = to.max(*last),
                _ => windows.push((from, to)),
            }
        }
        Self { windows }
    }

    /// Whether a message that leaves and arrives at these instants is lost.
    pub(in crate::link) fn cuts(&self, leaves: SimTime, arrives: SimTime) -> bool {
        let begun = self.windows.partition_point(|(from, _)| *from <= arrives);
        begun.checked_sub(1).is_some_and(|last| self.windows[last].1 > leaves)
    }

    /// How often the channel came back up to now.
    pub(in crate::link) fn returns(&self, now: SimTime) -> usize {
        self.windows.partition_point(|(_, to)| *to <= now)
    }

    /// First instants, and the ones after the last, in order.
    pub(in crate::link) fn windows(&self) -> &[(SimTime, SimTime)] {
        &self.windows
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn s(s: u64) -> SimTime {
        SimTime::from_ns(s)
    }

    fn downtime(windows: &[(u64, u64)]) -> Downtime {
        let outages: Vec<_> = windows
            .iter()
            .map(|(from, to)| Outage::new(s(*from), s(*to), [Channel::Cancel]).unwrap())
            .collect();
        assert_eq!(Downtime::of(&outages, Channel::OrderEntry), Downtime::default());
        Downtime::of(&outages, Channel::Cancel)
    }

    #[test]
    fn outages_that_touch_or_overlap_are_one() {
        for (given, joined) in [
            (&[][..], &[][..]),
            (&[(3, 5)], &[(3, 5)]),
            (&[(5, 7), (3, 5)], &[(3, 7)]),
            (&[(3, 5), (6, 7)], &[(3, 5), (6, 7)]),
            (&[(3, 9), (4, 5), (8, 12)], &[(3, 12)]),
        ] {
            let expected: Vec<_> = joined.iter().map(|(from, to)| (s(*from), s(*to))).collect();
            assert_eq!(downtime(given).windows(), expected, "{given:?}");
        }
    }

    #[test]
    fn an_outage_ends_after_it_begins_and_has_a_channel() {
        let message = |found: Result<Outage, LinkError>| found.unwrap_err().to_string();
        assert_eq!(
            message(Outage::new(s(5), s(5), [Channel::Cancel])),
            "window of a fault: found 0.000000005 s up to 0.000000005 s, allowed is an end after \
             the beginning"
        );
        assert_eq!(
            message(Outage::new(s(5), s(6), [])),
            "channels of an outage: found none, allowed is one or more"
        );
    }

    #[test]
    fn a_read_failure_holds_from_its_first_instant_up_to_its_end() {
        let status = HttpStatus::TooManyRequests;
        let failure = ReadFailure::new(Endpoint::Positions, s(10), s(12), status).unwrap();
        for (now, endpoint, fails) in [
            (9, Endpoint::Positions, false),
            (10, Endpoint::Positions, true),
            (11, Endpoint::Positions, true),
            (11, Endpoint::Orders, false),
            (12, Endpoint::Positions, false),
        ] {
            let expected = fails.then_some(status);
            assert_eq!(failure.answer(s(now), endpoint), expected, "{endpoint:?} at {now}");
        }
    }

    proptest! {
        /// The reference asks each outage on its own, instant by instant.
        #[test]
        fn a_message_is_cut_when_an_instant_of_its_way_is_down(
            windows in prop::collection::vec((0_u64..30, 1_u64..6), 0..6),
            leaves in 0_u64..40,
            takes in 0_u64..6,
        ) {
            let windows: Vec<_> =
                windows.iter().map(|(from, length)| (*from, from + length)).collect();
            let down = |instant| windows.iter().any(|(from, to)| (*from..*to).contains(&instant));
            let found = downtime(&windows);
            let expected = (leaves..=leaves + takes).any(down);
            prop_assert_eq!(found.cuts(s(leaves), s(leaves + takes)), expected);
            let ends = (1..=leaves).filter(|now| down(now - 1) && !down(*now)).count();
            prop_assert_eq!(found.returns(s(leaves)), ends);
        }
    }
}
