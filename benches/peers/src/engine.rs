//! What the comparison asks of an engine.

use rustix::time::{ClockId, clock_gettime};

use crate::workload::{OPERATIONS, Shape, Workload};

/// An order book engine under its own interface.
pub(crate) trait Engine: Sized {
    /// Name and version.
    const NAME: &'static str;
    /// What it can not do, and what was done instead.
    const REMARK: &'static str;
    /// An operation as far as it can be prepared before the clock starts.
    type Step;

    /// Prepares the prefill, then the operations.
    fn steps(workload: &Workload, shape: Shape) -> Vec<Self::Step>;

    /// The books of all markets, empty.
    fn empty(shape: Shape) -> Self;

    /// Applies one operation and counts every trade that the engine reports.
    fn apply(&mut self, step: &Self::Step, tally: &mut Tally);
}

/// The trades that an engine reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) trades: u64,
    pub(crate) quantity: u64,
    /// Quantity times price [tick].
    pub(crate) notional: u64,
}

impl Tally {
    /// Counts a trade.
    #[inline]
    pub(crate) fn trade(&mut self, quantity: u64, price: u64) {
        self.trades += 1;
        self.quantity += quantity;
        self.notional += quantity * price;
    }
}

/// One run over a flow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// Thread time for the operations after the prefill [ns].
    pub(crate) spent_ns: u64,
    /// The trades of the operations after the prefill.
    pub(crate) tally: Tally,
}

/// An engine with its prepared operations.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) remark: &'static str,
    run: Box<dyn Fn() -> Run>,
}

impl Contender {
    pub(crate) fn of<E: Engine + 'static>(workload: &Workload, shape: Shape) -> Self
    where
        E::Step: 'static,
    {
        let steps = E::steps(workload, shape);
        let prefill = steps.len() - OPERATIONS as usize;
        let run = move || run::<E>(&steps[..prefill], &steps[prefill..], shape);
        Self { name: E::NAME, remark: E::REMARK, run: Box::new(run) }
    }

    pub(crate) fn run(&self) -> Run {
        (self.run)()
    }
}

fn run<E: Engine>(prefill: &[E::Step], steps: &[E::Step], shape: Shape) -> Run {
    let mut engine = E::empty(shape);
    for step in prefill {
        engine.apply(step, &mut Tally::default());
    }
    let mut tally = Tally::default();
    let start = thread_time_ns();
    for step in steps {
        engine.apply(step, &mut tally);
    }
    let spent_ns = thread_time_ns() - start;
    Run { spent_ns, tally }
}

/// The time that this thread was on a core [ns].
fn thread_time_ns() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let part = |value: i64| u64::try_from(value).expect("Invariant: this clock starts at 0");
    part(time.tv_sec) * 1_000_000_000 + part(time.tv_nsec)
}
