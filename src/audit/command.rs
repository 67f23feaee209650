//! The command that the exchange is busy with.

use crate::audit::entry::Entry;
use crate::exchange::BatchOrder;
use crate::protocol::{AmendOrder, CreateOrder, Request};
use crate::units::{AccountId, ClientOrderId, MarketId, OrderId, Price, Quantity, Side};

/// A request that was asked and not answered yet.
#[derive(Clone, Debug)]
pub(super) struct Command {
    pub(super) account: AccountId,
    pub(super) request: Request,
    /// The first item of the request that did not come in yet, in the order of effect.
    next_item: usize,
}

/// What an order that comes in, or in again, is told to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Incoming {
    pub(super) client_order: ClientOrderId,
    pub(super) market: MarketId,
    pub(super) side: Side,
    pub(super) limit_price: Price,
    pub(super) quantity: Quantity,
}

/// What the command at hand did so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Deeds {
    /// The orders that it let in, in order.
    pub(super) entries: Vec<Entry>,
    /// What else it did to orders that rest.
    pub(super) changes: Vec<Change>,
}

/// A change of an order that rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Removed { order: OrderId, quantity: Quantity },
    Decreased { order: OrderId, remaining: Quantity },
}

impl Command {
    pub(super) fn new(account: AccountId, request: Request) -> Self {
        Self { account, request, next_item: 0 }
    }

    /// The item that asks for an order, with its number; each comes in once at most, in order.
    pub(super) fn item(
        &mut self,
        account: AccountId,
        incoming: Incoming,
        order_of_effect: BatchOrder,
    ) -> Option<(usize, CreateOrder)> {
        let orders = match &self.request {
            Request::Create(order) => std::slice::from_ref(order),
            Request::CreateBatch(orders) => orders,
            _ => return None,
        };
        let mut items: Vec<_> = orders.iter().enumerate().collect();
        if order_of_effect == BatchOrder::LastFirst {
            items.reverse();
        }
        let rest = items.into_iter().enumerate().skip(self.next_item);
        let mut fitting = rest.filter(|(_, (_, order))| {
            let asked = Incoming {
                client_order: order.client_order,
                market: order.market,
                side: order.side,
                limit_price: order.limit_price,
                quantity: order.quantity,
            };
            account == self.account && asked == incoming
        });
        let (place, (item, order)) = fitting.next()?;
        self.next_item = place + 1;
        Some((item, *order))
    }

    /// The amend that it is, if it is one of this order.
    pub(super) fn amend(&self, account: AccountId, order: OrderId) -> Option<AmendOrder> {
        match self.request {
            Request::Amend(amend) if amend.order == order && self.account == account => Some(amend),
            _ => None,
        }
    }
}
