//! What becomes of one message.

use crate::protocol::{FaultKind, HttpStatus};
use crate::units::{FeedSequence, SimTime};

/// What becomes of one message: when it arrives, if it does, and what went wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fate {
    /// When it arrives; absent when it is lost.
    pub(super) first: Option<SimTime>,
    /// When it arrives again; only a message that arrives does.
    pub(super) copy: Option<SimTime>,
    pub(super) faults: Vec<FaultKind>,
    pub(super) error: Option<HttpStatus>,
}

impl Fate {
    /// The instants at which the message arrives, in order: none, one, or two.
    pub fn arrivals(&self) -> impl Iterator<Item = SimTime> + use<> {
        self.first.into_iter().chain(self.copy)
    }

    /// What went wrong on the way.
    #[must_use]
    pub fn faults(&self) -> &[FaultKind] {
        &self.faults
    }

    /// The error that takes the place of what was asked for. Of a request: it is to be answered so
    /// when it arrives, before any effect. Of a reply: this arrives in its place, unless it is an
    /// error itself.
    #[must_use]
    pub fn error(&self) -> Option<HttpStatus> {
        self.error
    }
}

/// What becomes of a message of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedFate {
    /// Its number within the connection.
    pub sequence: FeedSequence,
    /// What becomes of it.
    pub fate: Fate,
}

/// What the door says to a request that reaches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// The exchange may have it.
    Admitted,
    /// It is answered with an error and has no effect.
    Refused {
        /// The error.
        status: HttpStatus,
        /// Why.
        fault: FaultKind,
    },
}
