//! What all parts of a bot hold in common.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::bot::positions::{Keeper, Positions};
use crate::bot::strategy::Signal;
use crate::kernel::Clock;
use crate::link::Venue;
use crate::protocol::Purpose;
use crate::protocol::record::{Decision, Record};
use crate::units::{ClientOrderId, MarketId, Quantity, RecordId};

/// What an order of the bot is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum OrderRole {
    /// To open a position.
    Entry(Signal),
    /// To sell a record's stake.
    Exit(RecordId),
}

/// The bot's connection, its position list and its orders. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    pub(super) venue: Venue,
    pub(super) positions: Positions,
    roles: Rc<RefCell<Vec<OrderRole>>>,
}

impl Shared {
    pub(super) fn new(venue: Venue, keeper: Keeper) -> Self {
        let positions = Positions::new(keeper, venue.log().clone());
        Self { venue, positions, roles: Rc::default() }
    }

    pub(super) fn clock(&self) -> &Clock {
        self.venue.clock()
    }

    /// Logs a decision.
    pub(super) fn decide(&self, decision: Decision) {
        self.venue.log().append(Record::Decision(decision));
    }

    /// The id of a new order; ids count from 0 within a bot.
    pub(super) fn new_order(&self, role: OrderRole) -> ClientOrderId {
        let mut roles = self.roles.borrow_mut();
        let id = ClientOrderId::new(roles.len() as u64);
        roles.push(role);
        id
    }

    /// What one of the bot's orders is for.
    pub(super) fn role(&self, order: ClientOrderId) -> OrderRole {
        let index = usize::try_from(order.number()).expect("Invariant: an index fits the machine");
        self.roles.borrow()[index]
    }

    /// Reads how many YES contracts the exchange shows in each market. A failed read looks like an
    /// empty account, as in the original; a NO position counts as nothing held.
    pub(super) async fn live_contracts(&self, purpose: Purpose) -> BTreeMap<MarketId, Quantity> {
        let views = self.venue.positions(purpose).await.unwrap_or_default();
        views.iter().map(|view| (view.market, view.position.long())).collect()
    }
}
