//! The three published order flows: the generator, the fast book and the reference book reach the
//! published totals.

use fillgap::book::{BookCapacity, Regrid};
use fillgap::market::{PriceLevelLabel, PriceLevelStructure};
use fillgap::units::OrderId;

use crate::book_lockstep::{Lockstep, Operation, Target};
use crate::replay::{Replay, Step, TICK_COUNT, run_and_count};
use crate::workload::{BUSY, DEEP, Kind, Shape, WIDE, generate};

#[test]
fn the_fast_book_reaches_the_published_totals_of_every_flow() {
    for shape in [DEEP, WIDE, BUSY] {
        let workload = generate(&shape);
        assert_eq!(workload.check, shape.check, "{}: the generator", shape.name);
        let replay = Replay::new(&workload, shape.markets, shape.target);
        let mut books = replay.books();
        let totals = run_and_count(&mut books, &replay.steps);
        assert_eq!(totals, shape.check.totals, "{}: the book", shape.name);
        assert!(books.iter().all(|book| book.recount().is_ok()), "{}", shape.name);
    }
}

#[test]
fn the_fast_book_repeats_its_matches_on_a_copy_of_itself() {
    let replay = Replay::new(&generate(&BUSY), BUSY.markets, BUSY.target);
    let mut copy = replay.books().clone();
    assert_eq!(run_and_count(&mut copy, &replay.steps), BUSY.check.totals);
}

#[test]
fn the_reference_book_makes_the_same_matches_on_a_stretch_of_the_deep_flow() {
    // The reference looks through ten thousand orders for each operation.
    compare_with_reference(&DEEP, if cfg!(debug_assertions) { 500 } else { 5_000 });
}

#[test]
fn the_reference_book_makes_the_same_matches_on_a_stretch_of_the_busy_flow() {
    compare_with_reference(&BUSY, if cfg!(debug_assertions) { 5_000 } else { 100_000 });
}

/// Runs the prefill and a stretch of a flow of one market on both books; then the grid of whole
/// cents becomes one of tenths.
fn compare_with_reference(shape: &Shape, operations: usize) {
    let workload = generate(shape);
    let mut books =
        Lockstep::new(TICK_COUNT, BookCapacity::new(4 * shape.target).expect("below the limit"));
    for operation in workload.prefill.iter().chain(&workload.operations[..operations]) {
        let step = Step::new(operation, OrderId::new(0));
        let target = Target::Accepted(operation.id as usize);
        books.apply(&match operation.kind {
            Kind::New => Operation::Place(step.new_order()),
            Kind::Cancel => Operation::Cancel(target),
            Kind::Reduce => Operation::Reduce(target, step.quantity()),
            Kind::Replace => Operation::Replace(target, step.tick(), step.quantity()),
        });
    }
    books.compare_states();
    let cents = PriceLevelStructure::of_label(PriceLevelLabel::LinearCent);
    let tenths = PriceLevelStructure::of_label(PriceLevelLabel::DeciCent);
    books.regrid(&Regrid::between(&cents, &tenths).expect("it is finer"));
}
