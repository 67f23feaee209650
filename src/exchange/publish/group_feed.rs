//! The order groups of accounts.

use crate::exchange::event::ExchangeEvent;
use crate::exchange::publish::Publisher;
use crate::exchange::publish::settings::{LimitThatTriggers, TriggeredAgain};
use crate::protocol::websocket::{FeedBody, FeedChannel, FeedMessage, GroupChange, GroupNotice};
use crate::units::{AccountId, OrderGroupId, SimTime};

impl Publisher {
    /// Tells of a change of an order group. `later` is what came of the same call after it.
    pub(super) fn publish_group(
        &mut self,
        now: SimTime,
        account: AccountId,
        (group, change): (OrderGroupId, GroupChange),
        later: &[ExchangeEvent],
        out: &mut Vec<FeedMessage>,
    ) {
        let is_first = !self.triggered.contains(&group);
        let is_trigger_told = is_first || self.settings.triggered_again == TriggeredAgain::Told;
        let is_told = match change {
            GroupChange::LimitSet { .. } => {
                !(self.settings.limit_that_triggers == LimitThatTriggers::ToldAsTrigger
                    && is_trigger_told
                    && later.iter().any(|event| is_trigger(event, group)))
            }
            GroupChange::Triggered => {
                self.triggered.insert(group);
                is_trigger_told
            }
            GroupChange::Reset | GroupChange::Deleted => {
                self.triggered.remove(&group);
                true
            }
            GroupChange::Created { .. } => true,
        };
        if is_told {
            let body = FeedBody::OrderGroup(GroupNotice { group, change, at: now });
            self.subscribers.send_own(FeedChannel::OrderGroups, account, out, &body);
        }
    }
}

fn is_trigger(event: &ExchangeEvent, wanted: OrderGroupId) -> bool {
    matches!(event, ExchangeEvent::GroupChanged { group, change: GroupChange::Triggered, .. }
        if *group == wanted)
}
