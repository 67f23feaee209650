//! Entry orders, counted as the bot counts them.

use crate::measure::state::{Observer, State};
use crate::protocol::record::{Decision, EntryResult, Message, Record};
use crate::protocol::{Purpose, Request};
use crate::units::SimTime;

/// Counts entry orders and how they ended.
#[derive(Debug, Default)]
pub(super) struct Entries {
    /// Sent.
    pub(super) placed: u64,
    /// Known to be filled in full.
    pub(super) full: u64,
    /// Known to be filled in part.
    pub(super) partial: u64,
    /// Sent, and brought nothing as far as the bot knows.
    pub(super) failed: u64,
}

impl Observer for Entries {
    fn record(&mut self, _state: &State, _time: SimTime, record: &Record) {
        match record {
            Record::Message(Message::Sent {
                body: Request::Create(_),
                purpose: Purpose::Entry { .. },
                ..
            }) => self.placed += 1,
            Record::Decision(Decision::EntryDone { result, .. }) => match result {
                EntryResult::NotSent | EntryResult::Assumed => {}
                EntryResult::Failed | EntryResult::Unfilled => self.failed += 1,
                EntryResult::Full => self.full += 1,
                EntryResult::Partial => self.partial += 1,
            },
            _ => {}
        }
    }
}
