//! fillgap's own book.

use fillgap::book::{Book, BookCapacity, Match};

use crate::engine::{Engine, Tally};
use crate::replay::{self, Replay, Step, TICK_COUNT};
use crate::workload::{Shape, Workload};

pub(crate) struct FillgapBook {
    books: Vec<Book>,
    matches: Vec<Match>,
}

impl Engine for FillgapBook {
    const NAME: &'static str = "fillgap";
    const REMARK: &'static str = "";
    type Step = Step;

    fn steps(workload: &Workload, shape: Shape) -> Vec<Step> {
        let replay = Replay::new(workload, shape.markets, shape.target);
        replay.prefill.into_iter().chain(replay.steps).collect()
    }

    fn empty(shape: Shape) -> Self {
        let capacity = BookCapacity::new(4 * shape.target).expect("Invariant: 40,000 at most");
        let books = (0..shape.markets).map(|_| Book::new(TICK_COUNT, capacity)).collect();
        Self { books, matches: Vec::with_capacity(1_024) }
    }

    fn apply(&mut self, step: &Step, tally: &mut Tally) {
        self.matches.clear();
        replay::apply(&mut self.books[usize::from(step.market)], step, &mut self.matches);
        for found in &self.matches {
            tally.trade(found.quantity.hundredths(), u64::from(found.tick.index() + 1));
        }
    }
}
