//! What a bot of one's own believes to hold.

use std::cell::RefCell;
use std::rc::Rc;

use crate::bot::strategy::Signal;
use crate::kernel::Log;
use crate::protocol::record::{Belief, BeliefCause, Holding, Record, Standing};
use crate::units::{Cash, Position, Quantity, RecordId, Side};

/// The position records of a bot, each for one entry, with the stop and target of its signal. Every
/// change is told in the event log at its instant. Clones are the same records.
#[derive(Clone, Debug)]
pub struct Records {
    holdings: Rc<RefCell<Vec<Holding>>>,
    log: Log<Record>,
}

impl Records {
    pub(super) fn new(log: Log<Record>) -> Self {
        Self { holdings: Rc::default(), log }
    }

    /// Adds a record of so many YES contracts, bought for a signal. It is watched: its stop and
    /// target count as soon as it holds something.
    ///
    /// # Panics
    /// After 2^32 records.
    #[must_use]
    pub fn open(&self, signal: &Signal, contracts: Quantity, cause: BeliefCause) -> RecordId {
        let holding = Holding {
            market: signal.market,
            stake: Position::of(Side::Bid, contracts),
            entry_price: signal.limit_price,
            stop: signal.stop,
            target: signal.target,
            standing: Standing::Open,
        };
        let mut holdings = self.holdings.borrow_mut();
        let number = u32::try_from(holdings.len()).expect("Invariant: fewer than 2^32 records");
        holdings.push(holding);
        drop(holdings);
        let record = RecordId::new(number);
        self.tell(record, holding, cause);
        record
    }

    /// Believes that a record holds so many YES contracts from now on.
    ///
    /// # Panics
    /// When there is no such record.
    pub fn hold(&self, record: RecordId, contracts: Quantity, cause: BeliefCause) {
        self.change(record, cause, |holding| holding.stake = Position::of(Side::Bid, contracts));
    }

    /// Believes that a record is watched, or that an exit of it is under way, or that it is over,
    /// from now on.
    ///
    /// # Panics
    /// When there is no such record.
    pub fn stand(&self, record: RecordId, standing: Standing, cause: BeliefCause) {
        self.change(record, cause, |holding| holding.standing = standing);
    }

    /// Books a realised profit, or a loss below zero, to a record.
    pub fn book(&self, record: RecordId, amount: Cash) {
        self.log.append(Record::Belief(Belief::Booked { record, amount }));
    }

    /// What a record stands for now.
    ///
    /// # Panics
    /// When there is no such record.
    #[must_use]
    pub fn get(&self, record: RecordId) -> Holding {
        self.holdings.borrow()[record.number() as usize]
    }

    /// The records that are not over, oldest first, as they stand now.
    #[must_use]
    pub fn unsettled(&self) -> Vec<(RecordId, Holding)> {
        let holdings = self.holdings.borrow();
        let numbered = (0_u32..).map(RecordId::new).zip(holdings.iter().copied());
        numbered.filter(|(_, holding)| holding.standing != Standing::Settled).collect()
    }

    fn change(&self, record: RecordId, cause: BeliefCause, change: impl FnOnce(&mut Holding)) {
        let mut holdings = self.holdings.borrow_mut();
        let holding = &mut holdings[record.number() as usize];
        let before = *holding;
        change(holding);
        let after = *holding;
        drop(holdings);
        if after != before {
            self.tell(record, after, cause);
        }
    }

    fn tell(&self, record: RecordId, holding: Holding, cause: BeliefCause) {
        self.log.append(Record::Belief(Belief::Holding { record, holding, cause }));
    }
}
