//! The fast book and the reference book, side by side.

use std::collections::BTreeSet;

use fillgap::book::reference::ReferenceBook;
use fillgap::book::{
    Book, BookCapacity, BookError, Canceled, Level, Match, NewOrder, Placed, Reduced, Regrid,
    RegridError, RestingOrder,
};
use fillgap::market::Tick;
use fillgap::units::{OrderId, Quantity, Side};

use crate::operation_count::count;

/// One operation on a book.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    Place(NewOrder),
    Cancel(Target),
    Reduce(Target, Quantity),
    Replace(Target, Tick, Quantity),
}

/// The order that an operation names.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    /// The order that was accepted as the n-th, from 0. It may be final.
    Accepted(usize),
    /// An id of the fast book that it never gave out.
    NeverIssued(OrderId),
}

/// What a book answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Placed(Result<Placed, BookError>),
    Canceled(Option<Canceled>),
    Reduced(Result<Reduced, BookError>),
    Replaced(Result<Placed, BookError>),
}

/// What an operation led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Applied {
    pub(crate) answer: Answer,
    pub(crate) matches: Vec<Match>,
}

/// What both books can do.
pub(crate) trait AnyBook {
    fn empty(tick_count: u32, capacity: BookCapacity) -> Self;

    /// Applies an operation; `target` is the id of the order that it names, if it names one.
    fn apply(&mut self, operation: &Operation, target: OrderId) -> Applied;

    /// Moves the book to a finer grid.
    fn refine(&mut self, regrid: &Regrid) -> Result<(), RegridError>;

    /// Every resting order: bids, then asks, each best price first and earliest first.
    fn resting(&self) -> Vec<RestingOrder>;

    /// Stops the test when the book contradicts itself.
    fn assert_sound(&self);
}

macro_rules! any_book {
    ($book:ty, $resting:item, $assert_sound:item) => {
        impl AnyBook for $book {
            fn empty(tick_count: u32, capacity: BookCapacity) -> Self {
                Self::new(tick_count, capacity)
            }

            fn apply(&mut self, operation: &Operation, target: OrderId) -> Applied {
                let mut matches = Vec::new();
                let answer = match *operation {
                    Operation::Place(order) => Answer::Placed(self.place(&order, &mut matches)),
                    Operation::Cancel(_) => Answer::Canceled(self.cancel(target)),
                    Operation::Reduce(_, left) => Answer::Reduced(self.reduce(target, left)),
                    Operation::Replace(_, tick, left) => {
                        Answer::Replaced(self.replace(target, tick, left, &mut matches))
                    }
                };
                Applied { answer, matches }
            }

            fn refine(&mut self, regrid: &Regrid) -> Result<(), RegridError> {
                self.regrid(regrid)
            }

            $resting

            $assert_sound
        }
    };
}

any_book!(
    Book,
    fn resting(&self) -> Vec<RestingOrder> {
        let levels = |side| self.levels(side).map(move |level| (side, level.tick));
        let all = levels(Side::Bid).chain(levels(Side::Ask));
        all.flat_map(|(side, tick)| self.queue(side, tick)).collect()
    },
    fn assert_sound(&self) {
        assert_eq!(self.recount(), Ok(()));
    }
);

any_book!(
    ReferenceBook,
    fn resting(&self) -> Vec<RestingOrder> {
        let mut all = self.orders().to_vec();
        // Stable: equals stay in the order of arrival.
        all.sort_by_key(|order| match order.side {
            Side::Bid => (order.side, u32::MAX - order.tick.index()),
            Side::Ask => (order.side, order.tick.index()),
        });
        all
    },
    fn assert_sound(&self) {
        // It keeps nothing twice.
        assert!(self.orders().iter().all(|order| !order.remaining.is_zero()));
    }
);

/// Both books, and the fast book's ids by the reference book's, which count up from 0.
#[derive(Clone)]
pub(crate) struct Lockstep {
    pub(crate) fast: Book,
    pub(crate) reference: ReferenceBook,
    ids: Vec<OrderId>,
    issued: BTreeSet<OrderId>,
}

impl Lockstep {
    pub(crate) fn new(tick_count: u32, capacity: BookCapacity) -> Self {
        Self {
            fast: Book::new(tick_count, capacity),
            reference: ReferenceBook::new(tick_count, capacity),
            ids: Vec::new(),
            issued: BTreeSet::new(),
        }
    }

    /// How many orders were accepted.
    pub(crate) fn accepted(&self) -> usize {
        self.ids.len()
    }

    /// The fast book's id of the order that was accepted as the n-th.
    pub(crate) fn id(&self, accepted: usize) -> OrderId {
        self.ids[accepted]
    }

    /// Whether the fast book ever gave this id out.
    pub(crate) fn was_issued(&self, order: OrderId) -> bool {
        self.issued.contains(&order)
    }

    /// Applies an operation to both books and compares the answers and the matches.
    ///
    /// Returns what happened, in the fast book's ids.
    pub(crate) fn apply(&mut self, operation: &Operation) -> Applied {
        count();
        let (fast_target, reference_target) = match operation {
            Operation::Place(_) => (OrderId::new(u64::MAX), OrderId::new(u64::MAX)),
            Operation::Cancel(target)
            | Operation::Reduce(target, _)
            | Operation::Replace(target, ..) => self.targets(*target),
        };
        let fast = self.fast.apply(operation, fast_target);
        let mut expected = self.reference.apply(operation, reference_target);
        if let Answer::Placed(Ok(placed)) = fast.answer {
            assert!(self.issued.insert(placed.order), "{} was given out twice", placed.order);
            self.ids.push(placed.order);
        }
        self.translate(&mut expected, fast_target);
        assert_eq!(fast, expected, "the fast book on the left, the reference on the right");
        fast
    }

    /// Moves both books to a finer grid and compares them.
    pub(crate) fn regrid(&mut self, regrid: &Regrid) {
        assert_eq!(self.fast.regrid(regrid), Ok(()));
        assert_eq!(self.reference.regrid(regrid), Ok(()));
        assert_eq!(self.fast.tick_count(), regrid.tick_count());
        self.compare_states();
    }

    fn targets(&self, target: Target) -> (OrderId, OrderId) {
        match target {
            Target::Accepted(number) => (self.ids[number], OrderId::new(number as u64)),
            Target::NeverIssued(id) => (id, OrderId::new(u64::MAX)),
        }
    }

    fn to_fast(&self, reference: OrderId) -> OrderId {
        self.ids[usize::try_from(reference.number()).expect("a count")]
    }

    /// Puts the fast book's ids into the reference book's answer.
    fn translate(&self, applied: &mut Applied, target: OrderId) {
        match &mut applied.answer {
            Answer::Placed(Ok(placed)) | Answer::Replaced(Ok(placed)) => {
                placed.order = self.to_fast(placed.order);
            }
            Answer::Placed(Err(error))
            | Answer::Replaced(Err(error))
            | Answer::Reduced(Err(error)) => {
                if let BookError::NotResting { order } | BookError::NotLess { order, .. } = error {
                    *order = target;
                }
            }
            Answer::Canceled(_) | Answer::Reduced(Ok(_)) => {}
        }
        for found in &mut applied.matches {
            found.maker = self.to_fast(found.maker);
            found.taker = self.to_fast(found.taker);
        }
    }

    /// Compares every queue, every level, and the fast book with its own recount.
    ///
    /// Returns every resting order in the fast book's ids.
    pub(crate) fn compare_states(&self) -> Vec<RestingOrder> {
        let fast = self.fast.resting();
        let mut expected = self.reference.resting();
        for order in &mut expected {
            order.order = self.to_fast(order.order);
        }
        assert_eq!(fast, expected, "queues: the fast book on the left, the reference on the right");
        for side in [Side::Bid, Side::Ask] {
            let levels: Vec<Level> = self.fast.levels(side).collect();
            assert_eq!(levels, levels_of(&expected, side), "levels of the {side} side");
            assert_eq!(self.reference.levels(side), levels, "the reference's of the {side} side");
            assert_eq!(self.fast.best(side), levels.first().copied(), "best {side}");
            assert_eq!(self.reference.best(side), levels.first().copied(), "the reference's");
        }
        assert_eq!(self.fast.recount(), Ok(()));
        fast
    }

    /// Compares what the books say about one price.
    pub(crate) fn compare_price(&self, side: Side, tick: Tick, quantity: Quantity) {
        let expected = self.reference.level_quantity(side, tick);
        assert_eq!(self.fast.level_quantity(side, tick), expected, "level at {tick:?}");
        let available = self.reference.available(side, tick);
        assert_eq!(self.fast.available(side, tick), available, "available to {side} {tick:?}");
        let can_fill = self.fast.can_fill(side, tick, quantity);
        assert_eq!(can_fill, available >= quantity, "{quantity} for {side} {tick:?}");
    }

    /// Compares what the books say about one order.
    pub(crate) fn compare_order(&self, target: Target) {
        let (fast, reference) = self.targets(target);
        let expected = self.reference.order(reference);
        let expected = expected.map(|order| RestingOrder { order: fast, ..order });
        assert_eq!(self.fast.order(fast), expected);
        let ahead = self.reference.quantity_ahead(reference);
        assert_eq!(self.fast.quantity_ahead(fast), ahead, "ahead of {fast}");
    }
}

/// The levels of a side, counted from its orders.
fn levels_of(resting: &[RestingOrder], side: Side) -> Vec<Level> {
    let mut levels: Vec<Level> = Vec::new();
    for order in resting.iter().filter(|order| order.side == side) {
        match levels.last_mut() {
            Some(level) if level.tick == order.tick => level.quantity += order.remaining,
            _ => levels.push(Level { tick: order.tick, quantity: order.remaining }),
        }
    }
    levels
}
