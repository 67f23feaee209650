//! The way through a request, and what is read as it is now.

use fillgap::protocol::{
    GroupState, GroupView, Query, QueuePosition, RejectReason, Reply, Request,
};
use fillgap::units::{AccountId, OrderGroupId, Quantity};

use super::readings::Second;
use super::state::{Group, Reference};

fn reply<T>(result: Result<T, RejectReason>, of: impl FnOnce(T) -> Reply) -> Reply {
    result.map_or_else(Reply::Rejected, of)
}

impl Reference {
    /// Carries the items of a batch out, and answers in the order of the request.
    fn in_turn<T, R>(&mut self, items: &[T], mut step: impl FnMut(&mut Self, &T) -> R) -> Vec<R> {
        if self.settings.reads(Second::BatchLastFirst) {
            let mut done: Vec<_> = items.iter().rev().map(|item| step(self, item)).collect();
            done.reverse();
            return done;
        }
        items.iter().map(|item| step(self, item)).collect()
    }

    pub(super) fn ask(&mut self, account: AccountId, request: &Request) {
        let answer = match request {
            Request::Create(order) => reply(self.create(account, order), Reply::Created),
            Request::CreateBatch(orders) if !self.is_batch(orders.len()) => {
                Reply::Rejected(RejectReason::InvalidBatch)
            }
            Request::CreateBatch(orders) => {
                Reply::CreatedBatch(self.in_turn(orders, |here, order| here.create(account, order)))
            }
            Request::Amend(amend) => reply(self.amend(account, amend), Reply::Amended),
            Request::Decrease { order, reduction } => {
                reply(self.decrease(account, *order, *reduction), Reply::Decreased)
            }
            Request::Cancel { order } => reply(self.cancel(account, *order), Reply::Canceled),
            Request::CancelBatch(orders) if !self.is_batch(orders.len()) => {
                Reply::Rejected(RejectReason::InvalidBatch)
            }
            Request::CancelBatch(orders) => Reply::CanceledBatch(
                self.in_turn(orders, |here, order| here.cancel(account, *order)),
            ),
            Request::CancelAll => reply(self.cancel_all(account), |()| Reply::CanceledAll),
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
                reply(self.own(account, id), |order| Reply::QueuePosition(self.ahead(order.id)))
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
            !self.settings.reads(Second::QueueOfLevel) || other.limit == order.limit
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
}
