//! The clock that tasks read and wait on.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use crate::units::{SimDuration, SimTime};

/// Simulated time as tasks see it. Clones show the same time.
///
/// Timers of one instant fire after everything else that is due then, in the order in which they
/// were first awaited.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    state: Rc<RefCell<State>>,
}

#[derive(Debug, Default)]
struct State {
    now: SimTime,
    timers: BTreeMap<(SimTime, u64), Waker>,
    registered: u64,
}

impl Clock {
    /// The current instant.
    #[must_use]
    pub fn now(&self) -> SimTime {
        self.state.borrow().now
    }

    /// Waits until an instant. An instant that is not in the future still yields once, so that
    /// everything else that is due now happens first.
    pub fn sleep_until(&self, due: SimTime) -> Sleep {
        Sleep { clock: self.clone(), due: due.max(self.now()), ticket: None }
    }

    /// Waits for a length of time.
    pub fn sleep(&self, length: SimDuration) -> Sleep {
        self.sleep_until(self.now() + length)
    }

    /// Runs a future until an instant, then drops it. A future that is due at that very instant as
    /// well is only polled if it was so before.
    pub fn until<F: Future>(&self, instant: SimTime, future: F) -> Until<F> {
        Until { limit: self.sleep_until(instant), future: Box::pin(future) }
    }

    /// The instant of the earliest timer.
    #[must_use]
    pub fn next_timer(&self) -> Option<SimTime> {
        self.state.borrow().timers.keys().next().map(|(due, _)| *due)
    }

    /// Moves the time forward.
    ///
    /// # Panics
    /// When `now` is in the past: simulated time never goes back.
    pub fn advance_to(&self, now: SimTime) {
        let mut state = self.state.borrow_mut();
        assert!(now >= state.now, "Invariant: simulated time never goes back");
        state.now = now;
    }

    /// Wakes the task of the earliest timer that is due; `false` when none is.
    #[must_use]
    pub fn fire_next(&self) -> bool {
        let mut state = self.state.borrow_mut();
        let now = state.now;
        match state.timers.first_entry() {
            Some(timer) if timer.key().0 <= now => {
                let waker = timer.remove();
                drop(state);
                waker.wake();
                true
            }
            _ => false,
        }
    }
}

/// A future with an end.
#[derive(Debug)]
#[must_use = "a future does nothing until it is awaited"]
pub struct Until<F> {
    limit: Sleep,
    future: Pin<Box<F>>,
}

impl<F: Future> Future for Until<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if Pin::new(&mut self.limit).poll(context).is_ready() {
            return Poll::Ready(None);
        }
        self.future.as_mut().poll(context).map(Some)
    }
}

/// A pending sleep. Dropping it takes the timer back.
#[derive(Debug)]
#[must_use = "a sleep does nothing until it is awaited"]
pub struct Sleep {
    clock: Clock,
    due: SimTime,
    ticket: Option<u64>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let due = self.due;
        let mut state = self.clock.state.borrow_mut();
        let ticket = match self.ticket {
            Some(ticket) if !state.timers.contains_key(&(due, ticket)) => return Poll::Ready(()),
            Some(ticket) => ticket,
            None => {
                state.registered += 1;
                state.registered
            }
        };
        state.timers.insert((due, ticket), context.waker().clone());
        drop(state);
        self.ticket = Some(ticket);
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.clock.state.borrow_mut().timers.remove(&(self.due, ticket));
        }
    }
}
