//! fillgap's book allocates nothing once it exists and the caller's buffer of matches has grown.

#[expect(dead_code, reason = "the comparison uses the rest")]
#[path = "../../replay.rs"]
mod replay;
#[path = "../../workload.rs"]
mod workload;

use allocation_counter::measure;
use fillgap::book::{Book, BookCapacity, Match};

use crate::replay::{Replay, TICK_COUNT};
use crate::workload::{BUSY, DEEP, Shape, WIDE};

#[test]
fn no_operation_of_a_flow_allocates_from_the_first_order_on() {
    for shape in [DEEP, WIDE, BUSY] {
        let workload = workload::generate(&shape);
        assert_eq!(workload.check, shape.check, "{}: this is another flow", shape.name);
        let replay = Replay::new(&workload, shape.markets, shape.target);
        let mut books = empty_books(shape);
        // No order of these flows meets more than this.
        let mut matches: Vec<Match> = Vec::with_capacity(1_024);
        let mut most = 0;
        let info = measure(|| {
            for step in replay.prefill.iter().chain(&replay.steps) {
                matches.clear();
                replay::apply(&mut books[usize::from(step.market)], step, &mut matches);
                most = most.max(matches.len());
            }
        });
        assert_eq!(info.count_total, 0, "{}: {} bytes", shape.name, info.bytes_total);
        assert!((2..=1_024).contains(&most), "{}: {most} matches at once", shape.name);
    }
}

#[test]
fn what_allocates_is_counted() {
    let info = measure(|| drop(empty_books(BUSY)));
    assert!(info.count_total > 0);
}

fn empty_books(shape: Shape) -> Vec<Book> {
    let capacity = BookCapacity::new(4 * shape.target).expect("below the limit");
    (0..shape.markets).map(|_| Book::new(TICK_COUNT, capacity)).collect()
}
