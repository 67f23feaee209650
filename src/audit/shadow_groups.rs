//! The order groups as the events tell them.

use std::collections::{BTreeMap, VecDeque};

use crate::exchange::WindowEnd;
use crate::units::{AccountId, OrderGroupId, Quantity, SimDuration, SimTime};

/// How long a match counts (Kalshi, "Order groups", 2026-08-22, documented).
const WINDOW: SimDuration = SimDuration::from_s(15);

/// One group.
#[derive(Clone, Debug)]
pub(super) struct ShadowGroup {
    pub(super) owner: AccountId,
    pub(super) contracts_limit: Quantity,
    window_end: WindowEnd,
    pub(super) standing: GroupStanding,
    /// The matches within the window, oldest first.
    matches: VecDeque<(SimTime, Quantity)>,
    /// How many of its orders work.
    pub(super) working: u32,
    /// How many of its orders the command at hand canceled for its sake.
    pub(super) canceled: u32,
}

/// Whether a group takes orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GroupStanding {
    Open,
    Triggered,
    Deleted,
}

impl ShadowGroup {
    /// A group that was just made.
    pub(super) fn new(owner: AccountId, contracts_limit: Quantity, window_end: WindowEnd) -> Self {
        Self {
            owner,
            contracts_limit,
            window_end,
            standing: GroupStanding::Open,
            matches: VecDeque::new(),
            working: 0,
            canceled: 0,
        }
    }

    /// Notes a match.
    pub(super) fn note_match(&mut self, now: SimTime, quantity: Quantity) {
        let window_end = self.window_end;
        self.matches.retain(|(at, _)| counts(window_end, now, *at));
        self.matches.push_back((now, quantity));
        self.trigger_if_exceeded(now);
    }

    /// Takes no more orders if more matched than the limit allows.
    pub(super) fn trigger_if_exceeded(&mut self, now: SimTime) {
        let counted = self.matches.iter().filter(|(at, _)| counts(self.window_end, now, *at));
        let matched: Quantity = counted.map(|(_, quantity)| *quantity).sum();
        if matched > self.contracts_limit && self.standing == GroupStanding::Open {
            self.standing = GroupStanding::Triggered;
        }
    }

    /// Forgets what matched and takes orders again.
    pub(super) fn reset(&mut self) {
        self.matches.clear();
        self.standing = GroupStanding::Open;
    }
}

/// Whether a match of an instant still counts, by what the exchange's settings say of the window's end.
fn counts(window_end: WindowEnd, now: SimTime, at: SimTime) -> bool {
    let age = now.since(at);
    age < WINDOW || age == WINDOW && window_end == WindowEnd::Included
}

/// All groups, and those that the command at hand had to do with.
#[derive(Clone, Debug, Default)]
pub(super) struct ShadowGroups {
    pub(super) groups: BTreeMap<OrderGroupId, ShadowGroup>,
    pub(super) touched: Vec<OrderGroupId>,
}

impl ShadowGroups {
    /// A group that the command at hand has to do with; none if it was never made.
    pub(super) fn touch(&mut self, group: OrderGroupId) -> Option<&mut ShadowGroup> {
        if !self.touched.contains(&group) {
            self.touched.push(group);
        }
        self.groups.get_mut(&group)
    }
}
