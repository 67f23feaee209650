//! What all parts of a bot hold in common.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::bot::known_truth::KnownTruth;
use crate::bot::position_record::{Outcome, RecordKey};
use crate::bot::positions::{Keeper, Positions};
use crate::bot::settings::{BotSettings, OrderSchema};
use crate::bot::strategy::Signal;
use crate::kernel::Clock;
use crate::link::Venue;
use crate::protocol::record::{Decision, Record};
use crate::protocol::{PositionView, Purpose};
use crate::units::{ClientOrderId, MarketId, Price, Quantity, RecordId};

/// What an order of the bot is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum OrderRole {
    /// To open a position.
    Entry(Signal),
    /// To sell a record's stake.
    Exit(RecordId),
}

/// What the exchange shows as held under one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) contracts: Quantity,
    /// What one contract cost, as a YES price; absent when the exchange does not tell.
    pub(super) average: Option<Price>,
}

/// The bot's connection, its position list and its orders. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    pub(super) venue: Venue,
    pub(super) positions: Positions,
    pub(super) truth: KnownTruth,
    pub(super) schema: OrderSchema,
    roles: Rc<RefCell<Vec<OrderRole>>>,
}

impl Shared {
    pub(super) fn new(settings: &BotSettings, venue: Venue, keeper: Keeper) -> Self {
        let (clock, log) = (venue.clock().clone(), venue.log().clone());
        let positions = Positions::new(keeper, settings.stop.rule, clock, log);
        Self {
            venue,
            positions,
            truth: KnownTruth::default(),
            schema: settings.order_read,
            roles: Rc::default(),
        }
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

    /// Reads what is held. A read that fails, for whatever reason, looks like an empty account, as
    /// in the original.
    pub(super) async fn held(&self, purpose: Purpose) -> BTreeMap<RecordKey, Held> {
        let views = self.venue.positions(purpose).await.unwrap_or_default();
        views.iter().filter_map(held).collect()
    }

    /// Reads how many YES contracts the exchange shows in each market; a NO position counts as
    /// nothing held.
    pub(super) async fn live_contracts(&self, purpose: Purpose) -> BTreeMap<MarketId, Quantity> {
        let held = self.held(purpose).await;
        let yes = held.iter().filter(|(key, _)| key.outcome == Outcome::Yes);
        yes.map(|(key, held)| (key.market, held.contracts)).collect()
    }
}

/// A position as the original takes it in: one key with contracts and an average cost.
fn held(view: &PositionView) -> Option<(RecordKey, Held)> {
    let (outcome, contracts) = Outcome::held(view.position)?;
    let each = view.exposure.millionths() / i64::try_from(contracts.hundredths()).ok()?;
    let cost = u16::try_from(each).ok().and_then(|each| Price::new(each).ok());
    let average = cost.filter(|cost| *cost > Price::ZERO).map(|cost| match outcome {
        Outcome::Yes => cost,
        Outcome::No => cost.complement(),
    });
    Some((RecordKey { market: view.market, outcome }, Held { contracts, average }))
}
