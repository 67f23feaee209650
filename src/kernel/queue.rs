//! Hands values from the world to a task.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// An unbounded first-in, first-out queue with one reader. Clones are the same queue.
///
/// Its length is bounded by the run's budget, which counts what is in flight.
#[derive(Debug)]
pub struct Queue<T> {
    state: Rc<RefCell<State<T>>>,
}

#[derive(Debug)]
struct State<T> {
    values: VecDeque<T>,
    waiting: Option<Waker>,
}

impl<T> Clone for Queue<T> {
    fn clone(&self) -> Self {
        Self { state: Rc::clone(&self.state) }
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        let state = State { values: VecDeque::new(), waiting: None };
        Self { state: Rc::new(RefCell::new(state)) }
    }
}

impl<T> Queue<T> {
    /// Appends a value and wakes the reader.
    pub fn push(&self, value: T) {
        let mut state = self.state.borrow_mut();
        state.values.push_back(value);
        let waiting = state.waiting.take();
        drop(state);
        if let Some(waker) = waiting {
            waker.wake();
        }
    }

    /// Takes the oldest value, if there is one.
    #[must_use]
    pub fn take(&self) -> Option<T> {
        self.state.borrow_mut().values.pop_front()
    }

    /// Waits for the oldest value.
    pub async fn next(&self) -> T {
        poll_fn(|context| {
            let mut state = self.state.borrow_mut();
            if let Some(value) = state.values.pop_front() {
                return Poll::Ready(value);
            }
            state.waiting = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }
}
