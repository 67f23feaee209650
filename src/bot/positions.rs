//! The position list: what a bot believes. Every change is logged with its cause.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::bot::position_record::{
    EntryOrder, ExitOrder, Outcome, PositionRecord, RecordKey, Stage,
};
use crate::bot::settings::StopRule;
use crate::bot::strategy::Signal;
use crate::kernel::{Clock, Log};
use crate::protocol::record::{Belief, BeliefCause, Record};
use crate::units::{Cash, OrderId, Position, Price, Quantity, RecordId, Side};

/// Who keeps the stakes right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keeper {
    /// The bot's own engines, from what they are answered.
    Engines,
    /// The truth, told at once: what engines conclude about stakes is ignored.
    Told,
}

/// The position list. Clones are the same list. No borrow of it outlives a call, so no task can
/// hold it while it waits.
#[derive(Clone, Debug)]
pub(super) struct Positions {
    list: Rc<RefCell<List>>,
    keeper: Keeper,
    rule: StopRule,
    clock: Clock,
    log: Log<Record>,
}

#[derive(Debug, Default)]
struct List {
    records: BTreeMap<RecordId, PositionRecord>,
    /// The number of the next record; numbers are never used again.
    next: u32,
    /// Exits that were over before their reply told their id.
    exits_over: BTreeSet<OrderId>,
    /// The records as they were saved last.
    saved: BTreeMap<RecordId, PositionRecord>,
}

impl List {
    fn add(&mut self, record: impl FnOnce(RecordId) -> PositionRecord) -> PositionRecord {
        let id = RecordId::new(self.next);
        self.next = self.next.checked_add(1).expect("Invariant: fewer than 2^32 records");
        let record = record(id);
        self.records.insert(id, record);
        record
    }

    fn get_mut(&mut self, id: RecordId) -> &mut PositionRecord {
        self.records.get_mut(&id).expect("Invariant: a record that is in use stays in the list")
    }
}

impl Positions {
    pub(super) fn new(keeper: Keeper, rule: StopRule, clock: Clock, log: Log<Record>) -> Self {
        Self { list: Rc::default(), keeper, rule, clock, log }
    }

    /// Whether there is no record, settled ones included.
    pub(super) fn is_empty(&self) -> bool {
        self.list.borrow().records.is_empty()
    }

    /// A record as it stands now.
    pub(super) fn get(&self, id: RecordId) -> PositionRecord {
        *self.list.borrow_mut().get_mut(id)
    }

    /// The records, oldest first, as they stand now.
    pub(super) fn all(&self) -> Vec<PositionRecord> {
        self.list.borrow().records.values().copied().collect()
    }

    /// The records that are not settled, oldest first, as they stand now.
    pub(super) fn unsettled(&self) -> Vec<PositionRecord> {
        let mut records = self.all();
        records.retain(|record| record.stage != Stage::Settled);
        records
    }

    /// Whether any record has a key. Settled ones count.
    pub(super) fn has(&self, key: RecordKey) -> bool {
        self.list.borrow().records.values().any(|record| record.key() == key)
    }

    /// Adds a record for a signal.
    pub(super) fn open(
        &self,
        signal: &Signal,
        stake: Quantity,
        entry_order: EntryOrder,
        cause: BeliefCause,
    ) -> RecordId {
        let opened_at = self.clock.now();
        let record = self.list.borrow_mut().add(|id| PositionRecord {
            id,
            market: signal.market,
            outcome: Outcome::Yes,
            stake: Position::of(Side::Bid, stake),
            entry_price: signal.limit_price,
            entry_value: signal.limit_price.times(stake),
            stop: signal.stop,
            target: signal.target,
            stage: Stage::Open,
            entry_order,
            exited: Quantity::ZERO,
            last_exit_price: None,
            opened_at,
        });
        self.log_holding(&record, cause);
        record.id
    }

    /// Adds a record for contracts that the exchange shows and the list does not have. Nothing is
    /// known of a stop or a target.
    pub(super) fn adopt(&self, key: RecordKey, held: Quantity, average: Price) {
        let opened_at = self.clock.now();
        let record = self.list.borrow_mut().add(|id| PositionRecord {
            id,
            market: key.market,
            outcome: key.outcome,
            stake: key.outcome.position(held),
            entry_price: average,
            entry_value: key.outcome.cost(average, held),
            stop: None,
            target: None,
            stage: Stage::Open,
            entry_order: EntryOrder::Unknown,
            exited: Quantity::ZERO,
            last_exit_price: None,
            opened_at,
        });
        self.log_holding(&record, BeliefCause::Reconciled);
    }

    /// Changes a record; logs it when the change can be seen from outside.
    pub(super) fn change(
        &self,
        id: RecordId,
        cause: BeliefCause,
        change: impl FnOnce(&mut PositionRecord),
    ) {
        let mut list = self.list.borrow_mut();
        let record = list.get_mut(id);
        let before = record.holding(self.rule);
        change(record);
        if record.holding(self.rule) != before {
            self.log_holding(record, cause);
        }
    }

    /// Gives up a record whose entry order was never answered.
    pub(super) fn take_back(&self, id: RecordId) {
        self.change(id, BeliefCause::EntryAbandoned, |record| {
            record.stake = Position::FLAT;
            record.stage = Stage::Settled;
        });
    }

    /// Takes the settled records out of the list. What they believed did not count any more.
    pub(super) fn purge_settled(&self) {
        let mut list = self.list.borrow_mut();
        list.records.retain(|_, record| record.stage != Stage::Settled);
    }

    /// Books the profit of a sale: price difference less one cent per contract for each trade.
    pub(super) fn book(&self, id: RecordId, sold: Quantity, exit_price: Price) {
        let entry_price = self.get(id).entry_price;
        let fees = booked_fee(sold) + booked_fee(sold);
        self.book_amount(id, exit_price.times(sold) - entry_price.times(sold) - fees);
    }

    /// Books an amount.
    pub(super) fn book_amount(&self, id: RecordId, amount: Cash) {
        self.log.append(Record::Belief(Belief::Booked { record: id, amount }));
    }

    /// An exit was sent and its order is known.
    pub(super) fn exit_sent(&self, id: RecordId, exit: ExitOrder) {
        if self.list.borrow_mut().exits_over.remove(&exit.order.id) {
            return;
        }
        self.change(id, BeliefCause::ExitSent, |record| {
            record.last_exit_price = Some(exit.limit_price);
            if record.stage == Stage::Open {
                record.stage = Stage::Closing(Some(exit));
            }
        });
    }

    /// Part of an exit filled; what remains of it is not followed any further.
    pub(super) fn exit_filled_in_part(&self, id: RecordId, limit_price: Price, sold: Quantity) {
        self.change(id, BeliefCause::ExitConfirmed, |record| {
            reopen(record);
            if self.keeper == Keeper::Engines {
                record.take_sold(sold);
            }
        });
        if self.keeper == Keeper::Engines {
            self.book(id, sold, limit_price);
        }
    }

    /// An exit sold the whole stake.
    pub(super) fn exit_filled_whole(&self, id: RecordId, limit_price: Price, sold: Quantity) {
        self.exit_filled_in_part(id, limit_price, sold);
        if self.keeper == Keeper::Engines {
            self.change(id, BeliefCause::ExitConfirmed, |record| record.stage = Stage::Settled);
        }
    }

    /// An exit is not followed any further.
    pub(super) fn exit_abandoned(&self, id: RecordId) {
        self.change(id, BeliefCause::ExitAbandoned, reopen);
    }

    /// The truth about an exit: it is over.
    pub(super) fn exit_told_over(&self, id: RecordId, order: OrderId) {
        if let Stage::Closing(Some(ExitOrder { order: followed, .. })) = self.get(id).stage
            && followed.id == order
        {
            self.change(id, BeliefCause::Told, |record| record.stage = Stage::Open);
        } else {
            self.list.borrow_mut().exits_over.insert(order);
        }
    }

    /// Saves the list.
    pub(super) fn save(&self) {
        let mut list = self.list.borrow_mut();
        list.saved = list.records.clone();
    }

    /// Starts anew from the list that was saved last. Of several records with one key only the one
    /// with the largest stake is kept, as in the original: stakes are not added up. What is held
    /// is not asked. A list that the truth keeps stays as it is.
    pub(super) fn restart(&self) {
        if self.keeper == Keeper::Told {
            return;
        }
        let mut list = self.list.borrow_mut();
        let kept = one_of_each_key(&list.saved);
        let before = std::mem::replace(&mut list.records, kept);
        for (id, record) in before {
            let now = list.records.get(&id).copied().unwrap_or(PositionRecord {
                stake: Position::FLAT,
                stage: Stage::Settled,
                ..record
            });
            if now.believed(self.rule) != record.believed(self.rule) {
                self.log_holding(&now, BeliefCause::Restarted);
            }
        }
    }

    fn log_holding(&self, record: &PositionRecord, cause: BeliefCause) {
        let holding = record.holding(self.rule);
        let belief = Belief::Holding { record: record.id, holding, cause };
        self.log.append(Record::Belief(belief));
    }
}

/// The record with the largest stake of each key; of equal ones the oldest.
fn one_of_each_key(
    saved: &BTreeMap<RecordId, PositionRecord>,
) -> BTreeMap<RecordId, PositionRecord> {
    let mut kept: BTreeMap<RecordKey, PositionRecord> = BTreeMap::new();
    for record in saved.values() {
        let largest = kept.entry(record.key()).or_insert(*record);
        if record.contracts() > largest.contracts() {
            *largest = *record;
        }
    }
    kept.into_values().map(|record| (record.id, record)).collect()
}

/// What a bot takes off its profit for one trade: the maker fee of one contract rounded up to the
/// cent, times the contracts. That is one cent per contract at every price between 0 and 1 dollar.
pub(super) fn booked_fee(quantity: Quantity) -> Cash {
    Price::ZERO.up(100).expect("Invariant: a cent is a price").times(quantity)
}

/// A record whose exit is under way is watched again. The truth may have settled it meanwhile.
fn reopen(record: &mut PositionRecord) {
    if matches!(record.stage, Stage::Closing(_)) {
        record.stage = Stage::Open;
    }
}
