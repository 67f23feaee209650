//! After how many operations a random test fails.
//!
//! When the first case of a random test fails, the test says `failed after 59 operations`: all
//! operations of all its cases up to then. What comes later is shrinking, and is not counted.

use std::cell::RefCell;
use std::panic::Location;

thread_local! {
    /// The random test that this thread runs.
    static COUNT: RefCell<Count> = const { RefCell::new(Count { at: None, state: State::Runs(0) }) };
}

/// What is counted of one test.
struct Count {
    /// Where the test begins its cases; another place is another test.
    at: Option<&'static Location<'static>>,
    state: State,
}

#[derive(Clone, Copy)]
enum State {
    /// So many operations without a failure.
    Runs(u64),
    HasFailed,
}

/// One case of a random test, which fails unless it is said to hold.
#[derive(Debug)]
#[must_use]
pub(crate) struct Case {
    holds: bool,
}

/// Begins a case of the test that calls this.
#[track_caller]
pub(crate) fn case() -> Case {
    let here = Location::caller();
    COUNT.with_borrow_mut(|count| {
        if count.at != Some(here) {
            *count = Count { at: Some(here), state: State::Runs(0) };
        }
    });
    Case { holds: false }
}

/// Counts an operation that is about to be carried out.
pub(crate) fn count() {
    COUNT.with_borrow_mut(|count| {
        if let State::Runs(operations) = &mut count.state {
            *operations += 1;
        }
    });
}

/// The number of operations, when the case that failed is the first.
fn fail() -> Option<u64> {
    COUNT.with_borrow_mut(|count| match std::mem::replace(&mut count.state, State::HasFailed) {
        State::Runs(operations) => Some(operations),
        State::HasFailed => None,
    })
}

impl Case {
    /// Ends a case that did not fail.
    pub(crate) fn holds(mut self) {
        self.holds = true;
    }
}

impl Drop for Case {
    fn drop(&mut self) {
        if !self.holds
            && let Some(operations) = fail()
        {
            eprintln!("failed after {operations} operations");
        }
    }
}

#[test]
fn operations_are_counted_over_all_cases_until_the_first_that_fails() {
    let begin = || case();
    for operations in [3, 4] {
        let case = begin();
        (0..operations).for_each(|_| count());
        case.holds();
    }
    let failing = begin();
    count();
    // 3 and 4 of the cases that hold, and 1.
    assert_eq!(fail(), Some(8));
    count();
    assert_eq!(fail(), None);
    failing.holds();
    // Another test begins anew.
    let other = case();
    count();
    assert_eq!(fail(), Some(1));
    other.holds();
}
