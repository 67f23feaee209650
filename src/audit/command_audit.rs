//! The audit of what a bot sends: where each command is.

use std::collections::BTreeMap;

use crate::audit::invariant::Violation;
use crate::audit::invariants::commands;
use crate::audit::used_ids::Newness;
use crate::units::RequestId;

/// Follows commands from the sender to the exchange. The link may lose a command, bring it twice, or
/// answer it at the door; every copy that sets out comes to one end, or is still on its way.
#[derive(Clone, Debug, Default)]
pub struct CommandAudit {
    /// The copies of each command that are on their way.
    open: BTreeMap<RequestId, usize>,
    /// The last command that was sent.
    last: Option<RequestId>,
}

/// What became of a copy of a command at the exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandEnd {
    /// It was turned away at the door, and the matching engine never saw it.
    TurnedAway,
    /// The exchange answered it: it was accepted or refused.
    Answered,
}

impl CommandAudit {
    /// A command leaves its sender, who numbers commands upwards; so many copies of it will arrive.
    ///
    /// # Errors
    /// When a command of this number was sent before.
    pub fn sent(&mut self, request: RequestId, copies: usize) -> Result<(), Violation> {
        let is_new = self.last.is_none_or(|last| last < request);
        commands::command_is_new(request, Newness::of(is_new))?;
        self.last = Some(request);
        if copies > 0 {
            self.open.insert(request, copies);
        }
        Ok(())
    }

    /// A copy of a command comes to its end.
    ///
    /// # Errors
    /// When no copy of it was on its way.
    pub fn ended(&mut self, request: RequestId, end: CommandEnd) -> Result<(), Violation> {
        let copies = self.open.get(&request).copied().unwrap_or_default();
        commands::command_was_in_flight(request, end, copies)?;
        if copies == 1 {
            self.open.remove(&request);
        } else {
            self.open.insert(request, copies - 1);
        }
        Ok(())
    }

    /// Looks whether the copies that have not ended are the ones that are still on their way.
    ///
    /// # Errors
    /// When one got lost, or one too many is there.
    pub fn check(&self, in_flight: usize) -> Result<(), Violation> {
        commands::all_are_in_flight(self.open.values().sum(), in_flight)
    }
}
