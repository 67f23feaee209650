//! A lock that tasks share.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// A lock that is handed on in the order of asking, and that its owner may take again while it has
/// it. Clones are the same lock.
///
/// Tasks have no names of their own, so each user of the lock has an [`Owner`]; what one owner
/// holds, only that owner may take again.
#[derive(Clone, Debug, Default)]
pub struct Lock {
    state: Rc<RefCell<State>>,
}

#[derive(Debug, Default)]
struct State {
    owners: u32,
    tickets: u64,
    /// Who has the lock, and how many guards of it there are. Also for an owner that was handed
    /// the lock and was not polled since: it has no guard yet.
    held: Option<Held>,
    waiting: VecDeque<Waiting>,
}

#[derive(Debug)]
struct Held {
    owner: u32,
    guards: u32,
    /// The wait that the lock was handed to, until it takes it.
    handed_to: Option<u64>,
}

#[derive(Debug)]
struct Waiting {
    ticket: u64,
    owner: u32,
    waker: Waker,
}

impl State {
    /// Hands a free lock to the wait that is first in line.
    fn hand_on(&mut self) {
        self.held = self.waiting.pop_front().map(|first| {
            first.waker.wake();
            Held { owner: first.owner, guards: 0, handed_to: Some(first.ticket) }
        });
    }
}

impl Lock {
    /// A new user of the lock.
    #[must_use]
    pub fn owner(&self) -> Owner {
        let mut state = self.state.borrow_mut();
        state.owners += 1;
        Owner { lock: self.clone(), number: state.owners }
    }
}

/// One user of a [`Lock`]. Clones are the same user.
#[derive(Clone, Debug)]
pub struct Owner {
    lock: Lock,
    number: u32,
}

impl Owner {
    /// Whether the lock could not be taken at once: somebody else has it, or stands in line.
    #[must_use]
    pub fn must_wait(&self) -> bool {
        let held = &self.lock.state.borrow().held;
        held.as_ref().is_some_and(|held| held.owner != self.number)
    }

    /// Waits for the lock. It is given back when the last guard of this owner is dropped.
    pub fn take(&self) -> Take {
        Take { owner: self.clone(), ticket: None }
    }
}

/// A pending wait for a lock. Dropping it leaves the line.
#[derive(Debug)]
#[must_use = "a lock is not taken until this is awaited"]
pub struct Take {
    owner: Owner,
    /// The place in line, while this waits.
    ticket: Option<u64>,
}

impl Future for Take {
    type Output = Guard;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Guard> {
        let owner = self.owner.clone();
        let mut state = owner.lock.state.borrow_mut();
        let mine = self.ticket;
        match &mut state.held {
            Some(held) if held.handed_to.is_some() && held.handed_to == mine => {
                held.handed_to = None;
                held.guards += 1;
            }
            Some(held) if held.owner == owner.number && held.handed_to.is_none() => {
                held.guards += 1;
            }
            None => {
                state.held = Some(Held { owner: owner.number, guards: 1, handed_to: None });
            }
            Some(_) => {
                let waker = context.waker().clone();
                let place = state.waiting.iter_mut().find(|waiting| Some(waiting.ticket) == mine);
                if let Some(place) = place {
                    place.waker = waker;
                } else {
                    state.tickets += 1;
                    let (ticket, owner) = (state.tickets, owner.number);
                    state.waiting.push_back(Waiting { ticket, owner, waker });
                    self.ticket = Some(ticket);
                }
                return Poll::Pending;
            }
        }
        drop(state);
        self.ticket = None;
        Poll::Ready(Guard { owner })
    }
}

impl Drop for Take {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket else { return };
        let mut state = self.owner.lock.state.borrow_mut();
        state.waiting.retain(|waiting| waiting.ticket != ticket);
        if state.held.as_ref().is_some_and(|held| held.handed_to == Some(ticket)) {
            state.hand_on();
        }
    }
}

/// A taken lock. Dropping it gives the lock back, unless its owner took it more often.
#[derive(Debug)]
#[must_use = "the lock is given back when this is dropped"]
pub struct Guard {
    owner: Owner,
}

impl Drop for Guard {
    fn drop(&mut self) {
        let mut state = self.owner.lock.state.borrow_mut();
        let held = state.held.as_mut().expect("Invariant: a guard means that the lock is held");
        held.guards -= 1;
        if held.guards == 0 {
            state.hand_on();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Clock, Executor};
    use crate::units::SimDuration;

    /// Runs timers and tasks until nothing is left.
    fn run(executor: &mut Executor, clock: &Clock) {
        executor.run_until_stalled();
        while let Some(due) = clock.next_timer() {
            clock.advance_to(due);
            assert!(clock.fire_next());
            executor.run_until_stalled();
        }
    }

    /// Tasks `(name, asks at, holds for)`, and when each of them has the lock.
    fn turns(tasks: &[(&'static str, u64, u64)]) -> Vec<(&'static str, String)> {
        let (mut executor, clock, lock) = (Executor::default(), Clock::default(), Lock::default());
        let seen = Rc::new(RefCell::new(Vec::new()));
        for (name, asks_at, holds_for) in tasks.iter().copied() {
            let (clock, owner, seen) = (clock.clone(), lock.owner(), Rc::clone(&seen));
            executor.spawner().spawn(async move {
                clock.sleep(SimDuration::from_s(asks_at)).await;
                let _guard = owner.take().await;
                seen.borrow_mut().push((name, clock.now().to_string()));
                clock.sleep(SimDuration::from_s(holds_for)).await;
            });
        }
        run(&mut executor, &clock);
        assert_eq!(executor.alive(), 0);
        seen.take()
    }

    #[test]
    fn the_lock_is_handed_on_in_the_order_of_asking() {
        let turns = turns(&[("a", 0, 10), ("b", 3, 1), ("c", 1, 1), ("d", 2, 1), ("e", 20, 1)]);
        let expected = [("a", "0"), ("c", "10"), ("d", "11"), ("b", "12"), ("e", "20")];
        assert_eq!(turns, expected.map(|(name, time)| (name, time.to_owned())));
    }

    #[test]
    fn one_who_gives_the_lock_back_and_asks_again_stands_at_the_end() {
        let (mut executor, clock, lock) = (Executor::default(), Clock::default(), Lock::default());
        let seen = Rc::new(RefCell::new(Vec::new()));
        for name in ["greedy", "patient"] {
            let (clock, owner, seen) = (clock.clone(), lock.owner(), Rc::clone(&seen));
            executor.spawner().spawn(async move {
                for _ in 0..2 {
                    let _guard = owner.take().await;
                    clock.sleep(SimDuration::from_s(1)).await;
                    seen.borrow_mut().push(name);
                }
            });
        }
        run(&mut executor, &clock);
        assert_eq!(*seen.borrow(), ["greedy", "patient", "greedy", "patient"]);
    }

    #[test]
    fn an_owner_may_take_the_lock_again_and_gives_it_back_once() {
        let mut context = Context::from_waker(Waker::noop());
        let lock = Lock::default();
        let (one, other) = (lock.owner(), lock.owner());
        let take = |owner: &Owner, context: &mut Context<'_>| match Pin::new(&mut owner.take())
            .poll(context)
        {
            Poll::Ready(guard) => Some(guard),
            Poll::Pending => None,
        };
        let outer = take(&one, &mut context);
        let inner = take(&one, &mut context);
        assert!(outer.is_some() && inner.is_some());
        assert!(other.must_wait() && !one.must_wait());
        drop(outer);
        assert!(take(&other, &mut context).is_none(), "the inner guard still holds it");
        drop(inner);
        assert!(take(&other, &mut context).is_some());
    }

    #[test]
    fn a_wait_that_is_given_up_leaves_the_line_and_passes_the_lock_on() {
        let mut context = Context::from_waker(Waker::noop());
        let lock = Lock::default();
        let (one, two, three) = (lock.owner(), lock.owner(), lock.owner());
        let Poll::Ready(guard) = Pin::new(&mut one.take()).poll(&mut context) else {
            panic!("the lock is free");
        };
        let (mut second, mut third) = (two.take(), three.take());
        assert!(Pin::new(&mut second).poll(&mut context).is_pending());
        assert!(Pin::new(&mut third).poll(&mut context).is_pending());
        drop(guard);
        // The lock is the second's, who never takes it.
        assert!(Pin::new(&mut third).poll(&mut context).is_pending());
        drop(second);
        assert!(Pin::new(&mut third).poll(&mut context).is_ready());
    }
}
