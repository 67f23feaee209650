//! Time, pauses, the lives of markets, order groups, and the way through a request.

use fillgap::market::{ExchangeStatus, LifeStep, MarketResult, MarketStatus};
use fillgap::protocol::{
    GroupRequest, GroupState, GroupView, OnPause, OrderEnd, Query, QueuePosition, RejectReason,
    Reply, Request,
};
use fillgap::units::{
    AccountId, Cash, MarketId, OrderGroupId, Position, Price, Quantity, SimDuration, SimTime,
};

use super::state::{Group, Payout, Reference, Told};

/// How long a determined market waits before it pays.
pub(super) const SETTLEMENT_TIMER: SimDuration = SimDuration::from_ms(20);

fn reply<T>(result: Result<T, RejectReason>, of: impl FnOnce(T) -> Reply) -> Reply {
    result.map_or_else(Reply::Rejected, of)
}

impl Reference {
    pub(super) fn ask(&mut self, account: AccountId, request: &Request) {
        let answer = match request {
            Request::Create(order) => reply(self.create(account, order), Reply::Created),
            Request::CreateBatch(orders) if !self.is_batch(orders.len()) => {
                Reply::Rejected(RejectReason::InvalidBatch)
            }
            Request::CreateBatch(orders) => Reply::CreatedBatch(
                orders.iter().map(|order| self.create(account, order)).collect(),
            ),
            Request::Amend(amend) => reply(self.amend(account, amend), Reply::Amended),
            Request::Decrease { order, reduction } => {
                reply(self.decrease(account, *order, *reduction), Reply::Decreased)
            }
            Request::Cancel { order } => reply(self.cancel(account, *order), Reply::Canceled),
            Request::CancelBatch(orders) if !self.is_batch(orders.len()) => {
                Reply::Rejected(RejectReason::InvalidBatch)
            }
            Request::CancelBatch(orders) => Reply::CanceledBatch(
                orders.iter().map(|order| self.cancel(account, *order)).collect(),
            ),
            Request::CancelAll if self.status == ExchangeStatus::ExchangePaused => {
                Reply::Rejected(RejectReason::ExchangePaused)
            }
            Request::CancelAll => {
                self.end_where(OrderEnd::Canceled, |order| order.account == account);
                let until = self.now + self.settings.cancel_all_reach;
                self.canceling_until.insert(account, until);
                Reply::CanceledAll
            }
            Request::Group(group) => {
                self.change_group(account, group).unwrap_or_else(Reply::Rejected)
            }
            Request::Read(query) => self.read(account, *query),
        };
        self.reply = Some(answer);
    }

    fn is_batch(&self, length: usize) -> bool {
        length > 0 && self.settings.batch_longest.is_none_or(|longest| length <= longest)
    }

    /// Answers what is read as it is now, whoever asks.
    fn read(&self, account: AccountId, query: Query) -> Reply {
        match query {
            Query::QueuePosition(id) => {
                let order = self.market_of(id).ok_or(RejectReason::OrderNotFound);
                let order =
                    order.and_then(|market| match self.markets[market.number() as usize].status {
                        MarketStatus::Active | MarketStatus::Inactive => self.own(account, id),
                        MarketStatus::Initialized => Err(RejectReason::OrderNotFound),
                        _ => Err(RejectReason::MarketInactive),
                    });
                reply(order, |order| Reply::QueuePosition(self.ahead(order.id)))
            }
            Query::QueuePositions(market) | Query::MarketStatus(market)
                if market.number() as usize >= self.markets.len() =>
            {
                Reply::Rejected(RejectReason::MarketNotFound)
            }
            Query::MarketStatus(market) => {
                Reply::MarketStatus(self.markets[market.number() as usize].status)
            }
            Query::ExchangeStatus => Reply::ExchangeStatus(self.status),
            Query::QueuePositions(market) => {
                let mut own: Vec<_> = self
                    .orders
                    .iter()
                    .filter(|order| (order.account, order.market) == (account, market))
                    .map(|order| order.id)
                    .collect();
                own.sort();
                let position = |order| QueuePosition { order, market, ahead: self.ahead(order) };
                Reply::QueuePositions(own.into_iter().map(position).collect())
            }
            Query::Group(group) => match self.check_group(account, group) {
                Err(RejectReason::OrderGroupNotFound) => {
                    Reply::Rejected(RejectReason::OrderGroupNotFound)
                }
                _ => Reply::Group(self.view(group, &self.groups[group.number() as usize])),
            },
            Query::Groups => {
                let numbers = (0..).map(OrderGroupId::new).zip(&self.groups);
                let own = numbers.filter(|(_, group)| group.owner == account && !group.is_deleted);
                Reply::Groups(own.map(|(number, group)| self.view(number, group)).collect())
            }
            other => panic!("{other:?} shows what was"),
        }
    }

    /// Everything that fills before an order, of its side or of its price alone.
    fn ahead(&self, id: fillgap::units::OrderId) -> Quantity {
        let order = self.orders.iter().find(|order| order.id == id).unwrap();
        let queue = self.queue(order.market, order.side);
        let at_its_price = |other: &&&super::state::Order| {
            !self.settings.counts_own_level_only || other.limit == order.limit
        };
        let ahead = queue.iter().take_while(|other| other.id != id).filter(at_its_price);
        ahead.map(|other| other.remaining).sum()
    }

    fn view(&self, group: OrderGroupId, here: &Group) -> GroupView {
        let mut orders: Vec<_> = self
            .orders
            .iter()
            .filter(|order| order.group == Some(group))
            .map(|order| order.id)
            .collect();
        orders.sort();
        let state = if here.is_triggered { GroupState::Triggered } else { GroupState::Open };
        GroupView { group, contracts_limit: here.limit, state, orders }
    }

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

    /// Contracts of a group that matched less than 15 s ago.
    fn matched(&self, group: OrderGroupId) -> Quantity {
        let matches = self.groups[group.number() as usize].matches.iter();
        let recent = matches.filter(|(at, _)| self.now.since(*at) < SimDuration::from_s(15));
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

    fn change_group(
        &mut self,
        account: AccountId,
        request: &GroupRequest,
    ) -> Result<Reply, RejectReason> {
        if self.status == ExchangeStatus::ExchangePaused {
            return Err(RejectReason::ExchangePaused);
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

    /// Lets happen what happens by itself until an instant.
    pub(super) fn pass(&mut self, until: SimTime) {
        loop {
            let expiries = self
                .orders
                .iter()
                .filter_map(|order| order.expires_at.map(|at| (at, 0, order.id.number())));
            let steps = (0_u64..).zip(&self.markets).filter_map(|(number, market)| {
                let planned = match market.status {
                    MarketStatus::Initialized => {
                        [market.opens_at, market.closes_at].into_iter().flatten().min()
                    }
                    MarketStatus::Active | MarketStatus::Inactive => market.closes_at,
                    MarketStatus::Determined(_) | MarketStatus::Amended(_) => market.settles_at,
                    _ => None,
                };
                planned.map(|at| (at, 1, number))
            });
            let Some((at, kind, number)) = expiries.chain(steps).min() else { break };
            if at > until {
                break;
            }
            self.now = at;
            if kind == 0 {
                let order = self.orders.iter().find(|order| order.id.number() == number);
                let order = order.unwrap().clone();
                self.end(&order, OrderEnd::Expired, order.remaining);
            } else {
                let index = usize::try_from(number).unwrap();
                let market = &self.markets[index];
                let status = match market.status {
                    MarketStatus::Initialized
                        if market.closes_at.is_none_or(|at| at > self.now) =>
                    {
                        MarketStatus::Active
                    }
                    MarketStatus::Determined(result) | MarketStatus::Amended(result) => {
                        MarketStatus::Finalized(result)
                    }
                    _ => MarketStatus::Closed,
                };
                self.become_status(index, status);
            }
            self.remember();
        }
        self.now = until;
    }

    pub(super) fn set_status(&mut self, status: ExchangeStatus) {
        let begins = self.status == ExchangeStatus::Active && status != ExchangeStatus::Active;
        self.status = status;
        if begins {
            self.end_where(OrderEnd::Halted, |order| order.on_pause == OnPause::Canceled);
        }
    }

    /// Takes a step in a market's life, if it follows.
    pub(super) fn step(&mut self, market: MarketId, step: LifeStep) {
        let index = market.number() as usize;
        let here = &self.markets[index];
        let is_over = here.closes_at.is_some_and(|at| at <= self.now);
        let status = match (here.status, step) {
            (
                MarketStatus::Initialized | MarketStatus::Inactive | MarketStatus::Closed,
                LifeStep::Activate,
            ) if !is_over => MarketStatus::Active,
            (MarketStatus::Active, LifeStep::Deactivate) => MarketStatus::Inactive,
            (
                MarketStatus::Initialized | MarketStatus::Active | MarketStatus::Inactive,
                LifeStep::Close,
            ) => MarketStatus::Closed,
            (MarketStatus::Closed, LifeStep::Determine(result))
            | (MarketStatus::Disputed(result), LifeStep::Uphold) => {
                MarketStatus::Determined(result)
            }
            (MarketStatus::Determined(result), LifeStep::Dispute) => MarketStatus::Disputed(result),
            (MarketStatus::Disputed(_), LifeStep::Amend(result)) => MarketStatus::Amended(result),
            (
                MarketStatus::Determined(result) | MarketStatus::Amended(result),
                LifeStep::Settle,
            ) => MarketStatus::Finalized(result),
            _ => return,
        };
        self.become_status(index, status);
    }

    fn become_status(&mut self, index: usize, status: MarketStatus) {
        let market = MarketId::new(u32::try_from(index).unwrap());
        let before = self.markets[index].status;
        self.markets[index].status = status;
        self.told.push(Told::Status(market, status));
        match status {
            MarketStatus::Inactive => self.end_where(OrderEnd::Halted, |order| {
                order.market == market && order.on_pause == OnPause::Canceled
            }),
            MarketStatus::Active if before == MarketStatus::Inactive => {
                self.end_where(OrderEnd::Halted, |order| order.market == market);
            }
            MarketStatus::Closed => {
                self.end_where(OrderEnd::MarketClosed, |order| order.market == market);
            }
            MarketStatus::Determined(_) | MarketStatus::Amended(_) => {
                self.markets[index].settles_at = Some(self.now + SETTLEMENT_TIMER);
            }
            MarketStatus::Finalized(result) => {
                let value = match result {
                    MarketResult::Yes => Price::ONE_DOLLAR,
                    MarketResult::No => Price::ZERO,
                    MarketResult::Scalar(value) => value,
                };
                for number in 0..self.cash.len() {
                    let account = AccountId::new(u32::try_from(number).unwrap());
                    let held = self.position(account, market);
                    if held == Position::FLAT {
                        continue;
                    }
                    let worth = value.times(held.long()) + value.complement().times(held.short());
                    let step = self.settings.rounding.step().millionths();
                    let kept = Cash::from_millionths(worth.millionths() % step);
                    let paid = worth - kept;
                    self.cash[number] += paid;
                    self.fees += kept;
                    self.positions.remove(&(account, market));
                    self.costs.remove(&(account, market));
                    self.told.push(Told::Settled(account, market, held, Payout { paid, kept }));
                }
            }
            _ => {}
        }
    }
}
