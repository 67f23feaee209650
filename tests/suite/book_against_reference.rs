//! The fast book against the reference book: three million random operations, compared after each.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use fillgap::book::{BookError, Outcome, RestingOrder};

use crate::book_lockstep::{Answer, Applied};
use crate::book_operations::Operations;
use crate::operation_count::case;

/// Operations of a seed.
const LENGTH: u32 = 5_000;

/// Every seed, or as many as a build without optimization has time for.
const SEEDS: u64 = if cfg!(debug_assertions) { 20 } else { 600 };

#[test]
fn the_fast_book_is_the_reference_book_after_every_operation() {
    let case = case();
    let mut reached = Reached::default();
    for seed in 0..SEEDS {
        let mut number = 0;
        let run = AssertUnwindSafe(|| run_seed(seed, &mut number, &mut reached));
        if let Err(panic) = catch_unwind(run) {
            eprintln!("seed {seed}, operation {number} of {LENGTH}");
            resume_unwind(panic);
        }
    }
    reached.assert_each_at_least(100);
    assert!(reached.moved_orders > SEEDS, "{} orders were moved", reached.moved_orders);
    case.holds();
}

fn run_seed(seed: u64, number: &mut u32, reached: &mut Reached) {
    let (mut operations, mut books) = Operations::new(seed);
    let mut resting = Vec::new();
    while *number < LENGTH {
        // A third of the seeds refine the grid, twice.
        if seed.is_multiple_of(3) && [LENGTH / 3, LENGTH / 2].contains(number) {
            books.regrid(&operations.refine());
            resting = books.compare_states();
            reached.add_regrid(&resting);
        }
        let operation = operations.draw(&books, &resting);
        let applied = books.apply(&operation);
        reached.count(&applied);
        resting = books.compare_states();
        let (side, tick) = (operations.side(), operations.tick_on_grid());
        let quantity = operations.quantity(books.reference.available(side, tick));
        books.compare_price(side, tick, quantity);
        books.compare_order(operations.target(&books, &resting));
        *number += 1;
    }
}

/// How often each kind of answer came: a generator that never reaches one tests nothing there.
#[derive(Debug, Default)]
struct Reached {
    counts: std::collections::BTreeMap<&'static str, u64>,
    /// Orders that rested while the grid became finer.
    moved_orders: u64,
}

impl Reached {
    const KINDS: &[&str] = &[
        "a taker's partial fill of a maker",
        "a taker over several levels",
        "a taker over several makers of a level",
        "cancel of a final or unknown order",
        "canceled",
        "reduce not less",
        "reduced",
        "refused: full",
        "refused: no quantity",
        "refused: off grid",
        "refused: too large",
        "replace of a final or unknown order",
        "replaced, filled",
        "replaced, rests after fills",
        "replaced, rests",
        "placed, canceled after fills",
        "placed, canceled",
        "placed, filled",
        "placed, killed",
        "placed, rests after fills",
        "placed, rests",
    ];

    fn count(&mut self, applied: &Applied) {
        let matches = &applied.matches;
        if matches.last().is_some_and(|last| !last.maker_remaining.is_zero()) {
            self.add("a taker's partial fill of a maker");
        }
        if matches.windows(2).any(|pair| pair[0].tick != pair[1].tick) {
            self.add("a taker over several levels");
        }
        if matches.windows(2).any(|pair| pair[0].tick == pair[1].tick) {
            self.add("a taker over several makers of a level");
        }
        let filled = !matches.is_empty();
        self.add(match applied.answer {
            Answer::Placed(Ok(placed)) => match placed.outcome {
                Outcome::Rests { .. } if filled => "placed, rests after fills",
                Outcome::Rests { .. } => "placed, rests",
                Outcome::Filled => "placed, filled",
                Outcome::Canceled { .. } | Outcome::SelfTrade { .. } if filled => {
                    "placed, canceled after fills"
                }
                Outcome::Canceled { .. } | Outcome::SelfTrade { .. } => "placed, canceled",
                Outcome::Killed => "placed, killed",
            },
            Answer::Replaced(Ok(placed)) => match placed.outcome {
                Outcome::Filled => "replaced, filled",
                _ if filled => "replaced, rests after fills",
                _ => "replaced, rests",
            },
            Answer::Canceled(Some(_)) => "canceled",
            Answer::Canceled(None) => "cancel of a final or unknown order",
            Answer::Reduced(Ok(_)) => "reduced",
            Answer::Placed(Err(error))
            | Answer::Replaced(Err(error))
            | Answer::Reduced(Err(error)) => match error {
                BookError::Full { .. } => "refused: full",
                BookError::OffGrid { .. } => "refused: off grid",
                BookError::NoQuantity => "refused: no quantity",
                BookError::TooLarge { .. } => "refused: too large",
                BookError::NotLess { .. } => "reduce not less",
                BookError::NotResting { .. } => "replace of a final or unknown order",
                BookError::CapacityTooLarge { .. } => "a capacity is refused before",
            },
        });
    }

    fn add_regrid(&mut self, resting: &[RestingOrder]) {
        self.moved_orders += resting.len() as u64;
    }

    fn add(&mut self, kind: &'static str) {
        *self.counts.entry(kind).or_insert(0) += 1;
    }

    fn assert_each_at_least(&self, least: u64) {
        for kind in Self::KINDS {
            let count = self.counts.get(kind).copied().unwrap_or(0);
            assert!(count >= least, "{kind}: {count} times, wanted are {least}");
        }
        assert_eq!(self.counts.len(), Self::KINDS.len(), "{:?}", self.counts);
    }
}
