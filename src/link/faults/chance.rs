//! Things that happen by chance.

use std::fmt;

use crate::kernel::Stream;
use crate::link::LinkError;

/// The share of messages that something happens to \[millionths\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(u32);

const MILLION: u32 = 1_000_000;

impl Share {
    /// No message.
    pub const NONE: Self = Self(0);

    /// Every message.
    pub const ALL: Self = Self(MILLION);

    /// A share in parts per million.
    ///
    /// # Errors
    /// Above a million.
    pub const fn from_ppm(ppm: u32) -> Result<Self, LinkError> {
        if ppm > MILLION { Err(LinkError::Share { found_ppm: ppm }) } else { Ok(Self(ppm)) }
    }

    /// Parts per million.
    #[must_use]
    pub const fn ppm(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Share {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ppm", self.0)
    }
}

/// A share with the stream that decides for each message.
#[derive(Debug)]
pub(super) struct Chance {
    share: Share,
    stream: Stream,
}

impl Chance {
    pub(super) fn new(share: Share, stream: Stream) -> Self {
        Self { share, stream }
    }

    /// Whether it happens to the next message. Takes one word of the stream per message, except
    /// for a share of none: its stream decides nothing, so that nobody sees whether it was drawn
    /// from. What happens at a share also happens, to the same messages, at every higher one.
    pub(super) fn happens(&mut self) -> bool {
        self.share > Share::NONE && self.stream.below(MILLION.into()) < self.share.0.into()
    }
}

#[cfg(test)]
mod tests {
    use crate::kernel::Streams;

    use super::*;

    fn hits(share: Share, draws: usize) -> Vec<bool> {
        let mut chance = Chance::new(share, Streams::new(4).named("chance"));
        (0..draws).map(|_| chance.happens()).collect()
    }

    #[test]
    fn none_never_happens_and_all_always_does() {
        assert!(!hits(Share::NONE, 1_000).contains(&true));
        assert!(!hits(Share::ALL, 1_000).contains(&false));
    }

    #[test]
    fn what_happens_at_a_share_happens_at_every_higher_one() {
        let rare = hits(Share::from_ppm(50_000).unwrap(), 10_000);
        let often = hits(Share::from_ppm(200_000).unwrap(), 10_000);
        assert!(rare.contains(&true));
        assert!(rare.iter().zip(&often).all(|(rare, often)| !rare || *often));
        assert_ne!(rare, often);
    }

    #[test]
    fn a_share_is_at_most_all() {
        assert_eq!(Share::from_ppm(1_000_000), Ok(Share::ALL));
        assert_eq!(
            Share::from_ppm(1_000_001).unwrap_err().to_string(),
            "share of messages: found 1000001 ppm, allowed is 0 to 1000000 ppm"
        );
    }
}
