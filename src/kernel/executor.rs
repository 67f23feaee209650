//! Runs tasks: ordinary async code, one at a time, always in the same order.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// The tasks that were woken, in the order of waking. Shared with wakers, which the standard
/// library wants to be `Send`; the lock is never contended, as a run has one thread.
#[derive(Debug, Default)]
struct Ready {
    tasks: Mutex<VecDeque<usize>>,
}

impl Ready {
    fn push(&self, task: usize) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        if !tasks.contains(&task) {
            tasks.push_back(task);
        }
    }

    fn pop(&self) -> Option<usize> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

struct TaskWaker {
    task: usize,
    ready: Arc<Ready>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.ready.push(self.task);
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.ready.push(self.task);
    }
}

/// A single-threaded executor. Tasks are polled in the order in which they were woken; a task
/// woken twice before its turn is polled once.
#[derive(Default)]
pub struct Executor {
    tasks: Vec<Option<(Task, Waker)>>,
    spawner: Spawner,
}

impl fmt::Debug for Executor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Executor").field("tasks", &self.tasks.len()).finish_non_exhaustive()
    }
}

/// Starts tasks, from outside and from within tasks.
#[derive(Clone, Default)]
pub struct Spawner {
    spawned: Rc<RefCell<VecDeque<Task>>>,
    ready: Arc<Ready>,
}

impl fmt::Debug for Spawner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Spawner").finish_non_exhaustive()
    }
}

impl Spawner {
    /// Starts a task. It is polled for the first time after the tasks that are ready now.
    pub fn spawn<T: 'static>(&self, future: impl Future<Output = T> + 'static) -> JoinHandle<T> {
        let outcome = Rc::new(RefCell::new(Outcome { value: None, waiting: None }));
        let done = Rc::clone(&outcome);
        self.spawned.borrow_mut().push_back(Box::pin(async move {
            let value = future.await;
            let mut done = done.borrow_mut();
            done.value = Some(value);
            if let Some(waker) = done.waiting.take() {
                waker.wake();
            }
        }));
        JoinHandle { outcome }
    }
}

#[derive(Debug)]
struct Outcome<T> {
    value: Option<T>,
    waiting: Option<Waker>,
}

/// The result of a task, when it comes. Dropping it lets the task go on.
#[derive(Debug)]
pub struct JoinHandle<T> {
    outcome: Rc<RefCell<Outcome<T>>>,
}

impl<T> Future for JoinHandle<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let mut outcome = self.outcome.borrow_mut();
        if let Some(value) = outcome.value.take() {
            return Poll::Ready(value);
        }
        outcome.waiting = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Executor {
    /// A handle that starts tasks.
    #[must_use]
    pub fn spawner(&self) -> Spawner {
        self.spawner.clone()
    }

    /// Polls ready tasks until none is ready; returns how many polls that took.
    pub fn run_until_stalled(&mut self) -> u64 {
        let mut polls = 0;
        loop {
            self.admit_spawned();
            let Some(index) = self.spawner.ready.pop() else { return polls };
            let Some((task, waker)) = self.tasks[index].as_mut() else { continue };
            polls += 1;
            let waker = waker.clone();
            if task.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                self.tasks[index] = None;
            }
        }
    }

    /// How many tasks have not ended.
    #[must_use]
    pub fn alive(&self) -> usize {
        self.tasks.iter().flatten().count() + self.spawner.spawned.borrow().len()
    }

    fn admit_spawned(&mut self) {
        loop {
            let Some(task) = self.spawner.spawned.borrow_mut().pop_front() else { return };
            let index = self.tasks.len();
            let ready = Arc::clone(&self.spawner.ready);
            let waker = Waker::from(Arc::new(TaskWaker { task: index, ready }));
            self.tasks.push(Some((task, waker)));
            self.spawner.ready.push(index);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Clock;
    use crate::units::{SimDuration, SimTime};

    /// Runs timers and tasks until nothing is left.
    fn run(executor: &mut Executor, clock: &Clock) {
        executor.run_until_stalled();
        while let Some(due) = clock.next_timer() {
            clock.advance_to(due);
            assert!(clock.fire_next());
            executor.run_until_stalled();
        }
    }

    #[test]
    fn timers_of_one_instant_fire_in_the_order_of_waiting() {
        let (mut executor, clock) = (Executor::default(), Clock::default());
        let seen = Rc::new(RefCell::new(Vec::new()));
        for (name, seconds) in [("a", 2), ("b", 1), ("c", 2), ("d", 1)] {
            let (clock, seen) = (clock.clone(), Rc::clone(&seen));
            executor.spawner().spawn(async move {
                clock.sleep(SimDuration::from_s(seconds)).await;
                seen.borrow_mut().push((clock.now(), name));
            });
        }
        run(&mut executor, &clock);
        let at = |s: u64| SimTime::START + SimDuration::from_s(s);
        assert_eq!(*seen.borrow(), [(at(1), "b"), (at(1), "d"), (at(2), "a"), (at(2), "c")]);
        assert_eq!(executor.alive(), 0);
    }

    #[test]
    fn a_task_can_wait_for_another() {
        let (mut executor, clock) = (Executor::default(), Clock::default());
        let spawner = executor.spawner();
        let (inner_clock, answer) = (clock.clone(), Rc::new(RefCell::new(None)));
        let seen = Rc::clone(&answer);
        executor.spawner().spawn(async move {
            let slow_clock = inner_clock.clone();
            let slow = spawner.spawn(async move {
                slow_clock.sleep(SimDuration::from_s(3)).await;
                42
            });
            let value = slow.await;
            *seen.borrow_mut() = Some((inner_clock.now(), value));
        });
        run(&mut executor, &clock);
        assert_eq!(*answer.borrow(), Some((SimTime::START + SimDuration::from_s(3), 42)));
    }

    #[test]
    fn a_future_with_an_end_is_dropped_there() {
        let (mut executor, clock) = (Executor::default(), Clock::default());
        let at = |s: u64| SimTime::START + SimDuration::from_s(s);
        let seen = Rc::new(RefCell::new(Vec::new()));
        for (name, ends_s, sleeps_s) in [("early", 2, 1), ("same", 2, 2), ("late", 2, 3)] {
            let (clock, seen) = (clock.clone(), Rc::clone(&seen));
            executor.spawner().spawn(async move {
                let sleep = clock.sleep(SimDuration::from_s(sleeps_s));
                let ended = clock.until(at(ends_s), sleep).await;
                seen.borrow_mut().push((clock.now(), name, ended.is_some()));
            });
        }
        run(&mut executor, &clock);
        let expected = [(at(1), "early", true), (at(2), "same", false), (at(2), "late", false)];
        assert_eq!(*seen.borrow(), expected);
        assert!(clock.next_timer().is_none(), "nothing is left behind");
    }

    #[test]
    fn a_dropped_sleep_leaves_no_timer() {
        let clock = Clock::default();
        let waker = Waker::noop();
        let mut sleep = Box::pin(clock.sleep(SimDuration::from_s(1)));
        assert!(sleep.as_mut().poll(&mut Context::from_waker(waker)).is_pending());
        assert!(clock.next_timer().is_some());
        drop(sleep);
        assert!(clock.next_timer().is_none());
    }
}
