//! Order groups.

use fillgap::market::ExchangeStatus;
use fillgap::protocol::{GroupRequest, OrderEnd, RejectReason, Reply};
use fillgap::units::{AccountId, OrderGroupId, Quantity, SimDuration};

use super::readings::Second;
use super::state::{Group, Reference};

impl Reference {
    pub(super) fn check_group(
        &self,
        account: AccountId,
        group: OrderGroupId,
    ) -> Result<(), RejectReason> {
        let here = self.groups.get(group.number() as usize);
        match here.filter(|group| group.owner == account && !group.is_deleted) {
            None => Err(RejectReason::OrderGroupNotFound),
            Some(group) if group.is_triggered => Err(RejectReason::OrderGroupTriggered),
            Some(_) => Ok(()),
        }
    }

    /// Contracts of a group that matched less than 15 s ago, or no more than that.
    fn matched(&self, group: OrderGroupId) -> Quantity {
        let matches = self.groups[group.number() as usize].matches.iter();
        let end = SimDuration::from_s(15);
        let end_counts = self.settings.reads(Second::WindowEndCounts);
        let recent = matches.filter(|(at, _)| {
            let age = self.now.since(*at);
            age < end || age == end && end_counts
        });
        recent.map(|(_, quantity)| *quantity).sum()
    }

    pub(super) fn count(&mut self, group: OrderGroupId, quantity: Quantity) {
        let now = self.now;
        self.groups[group.number() as usize].matches.push((now, quantity));
        let is_exceeded = self.matched(group) > self.groups[group.number() as usize].limit;
        let here = &mut self.groups[group.number() as usize];
        if is_exceeded && !here.is_triggered {
            here.is_triggered = true;
            self.exceeded.push(group);
        }
    }

    pub(super) fn trigger_exceeded(&mut self) {
        for group in std::mem::take(&mut self.exceeded) {
            self.end_where(OrderEnd::GroupCanceled, |order| order.group == Some(group));
        }
    }

    pub(super) fn change_group(
        &mut self,
        account: AccountId,
        request: &GroupRequest,
    ) -> Result<Reply, RejectReason> {
        if self.status == ExchangeStatus::ExchangePaused {
            return Err(RejectReason::ExchangePaused);
        }
        if self.settings.reads(Second::GroupsPaused) {
            self.exchange_trades()?;
        }
        let is_limit = |limit: Quantity| (100..=100_000_000).contains(&limit.hundredths());
        let group = match *request {
            GroupRequest::Create { contracts_limit } => {
                if !is_limit(contracts_limit) {
                    return Err(RejectReason::InvalidGroupLimit);
                }
                let number = u32::try_from(self.groups.len()).unwrap();
                self.groups.push(Group {
                    owner: account,
                    limit: contracts_limit,
                    is_triggered: false,
                    is_deleted: false,
                    matches: Vec::new(),
                });
                return Ok(Reply::GroupCreated(OrderGroupId::new(number)));
            }
            GroupRequest::SetLimit { group, .. }
            | GroupRequest::Trigger(group)
            | GroupRequest::Reset(group)
            | GroupRequest::Delete(group) => group,
        };
        if self.check_group(account, group) == Err(RejectReason::OrderGroupNotFound) {
            return Err(RejectReason::OrderGroupNotFound);
        }
        let matched = self.matched(group);
        let here = &mut self.groups[group.number() as usize];
        let cancels = match *request {
            GroupRequest::SetLimit { contracts_limit, .. } => {
                if !is_limit(contracts_limit) {
                    return Err(RejectReason::InvalidGroupLimit);
                }
                here.limit = contracts_limit;
                here.is_triggered |= matched > contracts_limit;
                here.is_triggered
            }
            GroupRequest::Reset(_) => {
                here.is_triggered = false;
                here.matches.clear();
                false
            }
            GroupRequest::Trigger(_) => {
                here.is_triggered = true;
                true
            }
            GroupRequest::Delete(_) => {
                here.is_deleted = true;
                true
            }
            GroupRequest::Create { .. } => unreachable!("it was made above"),
        };
        if cancels {
            self.end_where(OrderEnd::GroupCanceled, |order| order.group == Some(group));
        }
        Ok(Reply::GroupChanged)
    }
}
