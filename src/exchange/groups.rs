//! Order groups: orders under one limit of contracts that may match within a rolling window.

use std::collections::{BTreeMap, VecDeque};

use crate::exchange::event::ExchangeEvent;
use crate::exchange::settings::{PausedGroups, WindowEnd};
use crate::exchange::state::Exchange;
use crate::exchange::views::OrderState;
use crate::protocol::websocket::GroupChange;
use crate::protocol::{GroupRequest, GroupState, GroupView, OrderEnd, RejectReason, Reply};
use crate::units::{AccountId, OrderGroupId, Quantity, SimDuration, SimTime};

/// How long a match counts (Kalshi, "Order groups", 2026-08-22, documented; whether
/// it still counts when exactly this old says [`WindowEnd`]).
const WINDOW: SimDuration = SimDuration::from_s(15);

/// The largest limit, in contracts; the smallest is 1 (Kalshi, "Order groups", 2026-08-22,
/// documented).
const LIMIT_MAX_CONTRACTS: u32 = 1_000_000;

/// One group.
#[derive(Debug)]
struct OrderGroup {
    owner: AccountId,
    contracts_limit: Quantity,
    window_end: WindowEnd,
    state: GroupState,
    /// The matches within the window, oldest first.
    matches: VecDeque<(SimTime, Quantity)>,
    /// Their sum.
    matched: Quantity,
}

impl OrderGroup {
    /// Whether a match of an instant still counts.
    fn counts(&self, now: SimTime, at: SimTime) -> bool {
        match self.window_end {
            WindowEnd::Excluded => now.since(at) < WINDOW,
            WindowEnd::Included => now.since(at) <= WINDOW,
        }
    }

    /// Forgets the matches that no longer count.
    fn roll(&mut self, now: SimTime) {
        while let Some((at, quantity)) = self.matches.front().copied()
            && !self.counts(now, at)
        {
            self.matches.pop_front();
            self.matched -= quantity;
        }
    }

    fn is_exceeded(&self) -> bool {
        self.matched > self.contracts_limit
    }
}

/// All groups.
#[derive(Debug, Default)]
pub(super) struct OrderGroups {
    groups: BTreeMap<OrderGroupId, OrderGroup>,
    made: u32,
    /// Open groups whose limit the request at hand exceeded.
    exceeded: Vec<OrderGroupId>,
}

impl OrderGroups {
    /// Notes that an order of a group matched.
    pub(super) fn note_match(&mut self, now: SimTime, group: OrderGroupId, quantity: Quantity) {
        let here = self.groups.get_mut(&group).expect("Invariant: a group outlives its orders");
        here.roll(now);
        here.matches.push_back((now, quantity));
        here.matched += quantity;
        if here.is_exceeded() && here.state == GroupState::Open {
            here.state = GroupState::Triggered;
            self.exceeded.push(group);
        }
    }

    /// Whether so many contracts more would exceed a group's limit now. A group that is not there has
    /// none: whether it is there may be asked later.
    pub(super) fn would_exceed(&self, now: SimTime, group: OrderGroupId, more: Quantity) -> bool {
        let Some(here) = self.groups.get(&group) else { return false };
        let counting = here.matches.iter().filter(|(at, _)| here.counts(now, *at));
        counting.map(|(_, quantity)| *quantity).sum::<Quantity>() + more > here.contracts_limit
    }

    /// Whether a new order of an account may be in a group.
    pub(super) fn check(
        &self,
        account: AccountId,
        group: OrderGroupId,
    ) -> Result<(), RejectReason> {
        match self.groups.get(&group).filter(|group| group.owner == account) {
            None => Err(RejectReason::OrderGroupNotFound),
            Some(group) if group.state == GroupState::Triggered => {
                Err(RejectReason::OrderGroupTriggered)
            }
            Some(_) => Ok(()),
        }
    }

    fn own(
        &mut self,
        account: AccountId,
        group: OrderGroupId,
    ) -> Result<&mut OrderGroup, RejectReason> {
        let own = self.groups.get_mut(&group).filter(|group| group.owner == account);
        own.ok_or(RejectReason::OrderGroupNotFound)
    }
}

impl Exchange {
    /// Makes, changes or ends an order group of an account.
    pub(super) fn change_group(
        &mut self,
        now: SimTime,
        account: AccountId,
        request: &GroupRequest,
        events: &mut Vec<ExchangeEvent>,
    ) -> Result<Reply, RejectReason> {
        match self.settings.groups.paused_changes {
            PausedGroups::LikeCancel => self.may_remove()?,
            PausedGroups::LikeCreate => self.may_trade()?,
        }
        match *request {
            GroupRequest::Create { contracts_limit } => {
                check_limit(contracts_limit)?;
                let group = OrderGroupId::new(self.groups.made);
                self.groups.made += 1;
                let fresh = OrderGroup {
                    owner: account,
                    contracts_limit,
                    window_end: self.settings.groups.window_end,
                    state: GroupState::Open,
                    matches: VecDeque::new(),
                    matched: Quantity::ZERO,
                };
                self.groups.groups.insert(group, fresh);
                let change = GroupChange::Created { contracts_limit };
                events.push(ExchangeEvent::GroupChanged { account, group, change });
                return Ok(Reply::GroupCreated(group));
            }
            GroupRequest::SetLimit { group, contracts_limit } => {
                let here = self.groups.own(account, group)?;
                check_limit(contracts_limit)?;
                here.contracts_limit = contracts_limit;
                let change = GroupChange::LimitSet { contracts_limit };
                events.push(ExchangeEvent::GroupChanged { account, group, change });
                here.roll(now);
                if here.is_exceeded() {
                    here.state = GroupState::Triggered;
                    self.cancel_triggered(now, group, events);
                }
            }
            GroupRequest::Trigger(group) => {
                self.groups.own(account, group)?.state = GroupState::Triggered;
                self.cancel_triggered(now, group, events);
            }
            GroupRequest::Reset(group) => {
                let here = self.groups.own(account, group)?;
                here.state = GroupState::Open;
                here.matches.clear();
                here.matched = Quantity::ZERO;
                let change = GroupChange::Reset;
                events.push(ExchangeEvent::GroupChanged { account, group, change });
            }
            GroupRequest::Delete(group) => {
                self.groups.own(account, group)?;
                let change = GroupChange::Deleted;
                events.push(ExchangeEvent::GroupChanged { account, group, change });
                self.cancel_group(now, group, events);
                self.groups.groups.remove(&group);
            }
        }
        self.follow_up(now, events);
        Ok(Reply::GroupChanged)
    }

    /// Cancels the resting orders of the groups whose limit the request at hand exceeded. The matches
    /// that exceeded it stand whole (Kalshi, "Order groups", 2026-08-22: "exceeds"); whether what the
    /// same order matched after them does says
    /// [`GroupJudgement`](crate::exchange::GroupJudgement).
    pub(super) fn trigger_exceeded(&mut self, now: SimTime, events: &mut Vec<ExchangeEvent>) {
        for group in std::mem::take(&mut self.groups.exceeded) {
            self.cancel_triggered(now, group, events);
        }
    }

    /// Tells that a group was triggered and cancels its resting orders.
    fn cancel_triggered(
        &mut self,
        now: SimTime,
        group: OrderGroupId,
        events: &mut Vec<ExchangeEvent>,
    ) {
        let owner = self.groups.groups.get(&group).map(|group| group.owner);
        let account = owner.expect("Invariant: a triggered group is there");
        let change = GroupChange::Triggered;
        events.push(ExchangeEvent::GroupChanged { account, group, change });
        self.cancel_group(now, group, events);
    }

    fn cancel_group(&mut self, now: SimTime, group: OrderGroupId, events: &mut Vec<ExchangeEvent>) {
        self.remove_where(now, OrderEnd::GroupCanceled, events, |order| {
            order.record.group == Some(group)
        });
    }

    /// One group of an account as it is now.
    pub(super) fn group(&self, account: AccountId, group: OrderGroupId) -> Option<GroupView> {
        let here = self.groups.groups.get(&group).filter(|group| group.owner == account)?;
        let mut orders: Vec<_> =
            self.all_resting().filter(|order| order.record.group == Some(group)).collect();
        orders.sort_by_key(|order| order.record.sequence);
        Some(GroupView {
            group,
            contracts_limit: here.contracts_limit,
            state: here.state,
            orders: orders.iter().map(OrderState::id).collect(),
        })
    }

    /// All groups of an account as they are now.
    pub(super) fn groups_of(&self, account: AccountId) -> Vec<GroupView> {
        self.groups.groups.keys().filter_map(|group| self.group(account, *group)).collect()
    }
}

fn check_limit(contracts_limit: Quantity) -> Result<(), RejectReason> {
    let contracts = |count| Quantity::of_contracts(count).expect("Invariant: below the maximum");
    if (contracts(1)..=contracts(LIMIT_MAX_CONTRACTS)).contains(&contracts_limit) {
        Ok(())
    } else {
        Err(RejectReason::InvalidGroupLimit)
    }
}
