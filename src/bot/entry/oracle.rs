//! The floor: a bot that is told its fills at once. Its positions are true at every instant; its
//! prices and fees are those that the original expects: the limit of the entry order, and one cent a
//! contract for each trade.

use std::collections::{BTreeMap, BTreeSet};

use crate::bot::entry::{EntryOutcome, purpose};
use crate::bot::position_record::{EntryOrder, Stage};
use crate::bot::shared::{OrderRole, Shared};
use crate::bot::strategy::Signal;
use crate::link::Told;
use crate::protocol::record::{BeliefCause, EntryResult};
use crate::protocol::{CreateOrder, Execution, FillReport};
use crate::units::{ClientOrderId, MarketId, Position, Price, Quantity, RecordId, Side};

/// Sends the order as every entry does. The record is made and kept by [`follow_truth`]; the
/// result speaks of what filled at once, as nothing waits for the rest.
pub(super) async fn enter(shared: &Shared, signal: &Signal, order: CreateOrder) -> EntryOutcome {
    shared.truth.send(&order);
    match shared.venue.create(order, purpose(signal)).await {
        Err(_) => EntryOutcome::nothing(EntryResult::Failed),
        Ok(created) if created.remaining.is_zero() => EntryOutcome::known(signal, created.filled),
        Ok(created) => EntryOutcome { result: EntryResult::Assumed, filled: created.filled },
    }
}

/// The contracts of a market that are held once every working entry order has filled. A NO position
/// counts as nothing held.
pub(super) fn worst_position(shared: &Shared, market: MarketId) -> Quantity {
    let records = shared.positions.unsettled();
    let here = records.iter().filter(|record| record.market == market);
    let held: Position = here.map(|record| record.stake).sum();
    (held + Position::of(Side::Bid, shared.truth.open_in(market))).long()
}

/// Keeps the records true at every instant: one record per entry order, which that order's fills
/// raise and the fills of its exits lower. An entry order that was sent counts with what of it may
/// still fill until it is told to be over, or that it will never be. Never ends.
pub(in crate::bot) async fn follow_truth(shared: Shared) {
    let mut follower =
        Follower { shared, records: BTreeMap::default(), working: BTreeSet::default() };
    loop {
        let told = follower.shared.venue.told().next().await;
        follower.shared.truth.hear(&told);
        match told {
            Told::Execution(execution) => follower.observe(&execution),
            Told::Settled { market, value } => follower.settle(market, value),
            Told::NeverTaken { .. } | Told::Funds(_) => {}
        }
    }
}

#[derive(Debug)]
struct Follower {
    shared: Shared,
    /// The record of each entry order.
    records: BTreeMap<ClientOrderId, RecordId>,
    /// The records whose entry order may still fill.
    working: BTreeSet<RecordId>,
}

impl Follower {
    fn observe(&mut self, execution: &Execution) {
        match *execution {
            Execution::Accepted { client_order, .. } => {
                if let OrderRole::Entry(signal) = self.shared.role(client_order) {
                    let (stake, cause) = (Quantity::ZERO, BeliefCause::Told);
                    let positions = &self.shared.positions;
                    let record = positions.open(&signal, stake, EntryOrder::Unknown, cause);
                    self.records.insert(client_order, record);
                    self.working.insert(record);
                }
            }
            Execution::Filled(fill) => self.fill(&fill),
            Execution::Amended { .. } | Execution::Decreased { .. } => {}
            Execution::Ended { order, client_order, .. } => match self.shared.role(client_order) {
                OrderRole::Entry(_) => {
                    let record = self.records[&client_order];
                    self.working.remove(&record);
                    self.change_stake(record, Position::FLAT);
                }
                OrderRole::Exit(record) => {
                    self.shared.positions.exit_told_over(record, order);
                }
            },
        }
    }

    fn fill(&self, fill: &FillReport) {
        let change = Position::of(fill.side, fill.quantity);
        match self.shared.role(fill.client_order) {
            OrderRole::Entry(_) => self.change_stake(self.records[&fill.client_order], change),
            OrderRole::Exit(record) => {
                self.change_stake(record, change);
                self.shared.positions.book(record, fill.quantity, fill.price);
            }
        }
    }

    /// A market paid: its records hold nothing any more, and what YES was worth is what they brought.
    fn settle(&self, market: MarketId, value: Price) {
        let records = self.shared.positions.unsettled();
        for held in records.into_iter().filter(|record| record.market == market) {
            self.change_stake(held.id, -held.stake);
            self.shared.positions.book(held.id, held.stake.long(), value);
        }
    }

    /// A record is settled while it holds nothing and its entry order can bring nothing more. An
    /// exit that fills later than another one sold everything brings it back.
    fn change_stake(&self, record: RecordId, change: Position) {
        let working = self.working.contains(&record);
        self.shared.positions.change(record, BeliefCause::Told, |record| {
            record.stake += change;
            if record.stake.is_flat() && !working {
                record.stage = Stage::Settled;
            } else if record.stage == Stage::Settled {
                record.stage = Stage::Open;
            }
        });
    }
}
