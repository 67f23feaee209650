//! The position list: what a bot believes. Every change is logged with its cause.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use crate::bot::strategy::Signal;
use crate::kernel::Log;
use crate::protocol::record::{Belief, BeliefCause, Holding, Record, Standing};
use crate::units::{Cash, MarketId, OrderId, Position, Price, Quantity, RecordId, Side};

/// An exit order that a record follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ExitOrder {
    pub(super) order: OrderId,
    /// Contracts that it sells.
    pub(super) quantity: Quantity,
    pub(super) limit_price: Price,
}

/// What a record is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Held and watched.
    Open,
    /// An exit is under way.
    Closing(ExitOrder),
    /// Over. The record stays in the list.
    Settled,
}

/// What a record knows of the order that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryOrder {
    /// Nothing: no reply yet, or nobody reads it.
    Unknown,
    /// The exchange took it.
    Known(OrderId),
    /// The exchange refused it.
    Refused,
}

/// One entry of the position list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PositionRecord {
    pub(super) id: RecordId,
    pub(super) market: MarketId,
    pub(super) stake: Position,
    pub(super) entry_price: Price,
    pub(super) stop: Option<Price>,
    pub(super) target: Option<Price>,
    pub(super) stage: Stage,
    pub(super) entry_order: EntryOrder,
    /// Contracts that were taken off the stake as sold.
    pub(super) exited: Quantity,
}

impl PositionRecord {
    fn holding(&self) -> Holding {
        Holding {
            market: self.market,
            stake: self.stake,
            entry_price: self.entry_price,
            stop: self.stop,
            target: self.target,
            standing: match self.stage {
                Stage::Open => Standing::Open,
                Stage::Closing(_) => Standing::Closing,
                Stage::Settled => Standing::Settled,
            },
        }
    }

    /// Takes contracts off the stake as sold.
    pub(super) fn take_sold(&mut self, sold: Quantity) {
        self.stake -= Position::of(Side::Bid, sold);
        self.exited += sold;
    }
}

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
    log: Log<Record>,
}

#[derive(Debug, Default)]
struct List {
    records: Vec<PositionRecord>,
    /// Exits that were over before their reply told their id.
    exits_over: BTreeSet<OrderId>,
}

impl Positions {
    pub(super) fn new(keeper: Keeper, log: Log<Record>) -> Self {
        Self { list: Rc::default(), keeper, log }
    }

    /// Whether there is no record, settled ones included.
    pub(super) fn is_empty(&self) -> bool {
        self.list.borrow().records.is_empty()
    }

    /// A record as it stands now.
    pub(super) fn get(&self, id: RecordId) -> PositionRecord {
        self.list.borrow().records[index(id)]
    }

    /// The records that are not settled, oldest first, as they stand now.
    pub(super) fn unsettled(&self) -> Vec<PositionRecord> {
        let list = self.list.borrow();
        list.records.iter().filter(|record| record.stage != Stage::Settled).copied().collect()
    }

    /// Adds a record for a signal.
    pub(super) fn open(
        &self,
        signal: &Signal,
        stake: Quantity,
        entry_order: EntryOrder,
        cause: BeliefCause,
    ) -> RecordId {
        let records = &mut self.list.borrow_mut().records;
        let number = u32::try_from(records.len()).expect("Invariant: fewer than 2^32 records");
        let record = PositionRecord {
            id: RecordId::new(number),
            market: signal.market,
            stake: Position::of(Side::Bid, stake),
            entry_price: signal.limit_price,
            stop: signal.stop,
            target: signal.target,
            stage: Stage::Open,
            entry_order,
            exited: Quantity::ZERO,
        };
        records.push(record);
        self.log_holding(&record, cause);
        record.id
    }

    /// Changes a record; logs it when the change can be seen from outside.
    pub(super) fn change(
        &self,
        id: RecordId,
        cause: BeliefCause,
        change: impl FnOnce(&mut PositionRecord),
    ) {
        let record = &mut self.list.borrow_mut().records[index(id)];
        let before = record.holding();
        change(record);
        if record.holding() != before {
            self.log_holding(record, cause);
        }
    }

    /// Books the profit of a sale: price difference less one cent per contract for each trade.
    pub(super) fn book(&self, id: RecordId, sold: Quantity, exit_price: Price) {
        let entry_price = self.get(id).entry_price;
        let fees = booked_fee(sold) + booked_fee(sold);
        let amount = exit_price.times(sold) - entry_price.times(sold) - fees;
        self.log.append(Record::Belief(Belief::Booked { record: id, amount }));
    }

    /// An exit was sent and its order is known.
    pub(super) fn exit_sent(&self, id: RecordId, exit: ExitOrder) {
        if self.list.borrow_mut().exits_over.remove(&exit.order) {
            return;
        }
        self.change(id, BeliefCause::ExitSent, |record| {
            if record.stage == Stage::Open {
                record.stage = Stage::Closing(exit);
            }
        });
    }

    /// Part of an exit filled; what remains of it is not followed any further.
    pub(super) fn exit_filled_in_part(&self, id: RecordId, exit: ExitOrder, sold: Quantity) {
        self.change(id, BeliefCause::ExitConfirmed, |record| {
            reopen(record);
            if self.keeper == Keeper::Engines {
                record.take_sold(sold);
            }
        });
        if self.keeper == Keeper::Engines {
            self.book(id, sold, exit.limit_price);
        }
    }

    /// An exit is not followed any further.
    pub(super) fn exit_abandoned(&self, id: RecordId) {
        self.change(id, BeliefCause::ExitAbandoned, reopen);
    }

    /// The truth about an exit: it is over.
    pub(super) fn exit_told_over(&self, id: RecordId, order: OrderId) {
        if let Stage::Closing(ExitOrder { order: followed, .. }) = self.get(id).stage
            && followed == order
        {
            self.change(id, BeliefCause::Told, |record| record.stage = Stage::Open);
        } else {
            self.list.borrow_mut().exits_over.insert(order);
        }
    }

    fn log_holding(&self, record: &PositionRecord, cause: BeliefCause) {
        let belief = Belief::Holding { record: record.id, holding: record.holding(), cause };
        self.log.append(Record::Belief(belief));
    }
}

/// What a bot takes off its profit for one trade: the maker fee of one contract rounded up to the
/// cent, times the contracts. That is one cent per contract at every price between 0 and 1 dollar.
fn booked_fee(quantity: Quantity) -> Cash {
    Price::ZERO.up(100).expect("Invariant: a cent is a price").times(quantity)
}

fn index(id: RecordId) -> usize {
    usize::try_from(id.number()).expect("Invariant: an index fits the machine")
}

/// A record whose exit is under way is watched again. The truth may have settled it meanwhile.
fn reopen(record: &mut PositionRecord) {
    if matches!(record.stage, Stage::Closing(_)) {
        record.stage = Stage::Open;
    }
}
