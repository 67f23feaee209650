//! What the comparison asks of an engine.

use rustix::time::{ClockId, clock_gettime};

use crate::workload::{Shape, Workload};

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

    /// Applies operations one after the other. In one place, so that the compiler may merge an
    /// engine into the loop.
    #[inline(never)]
    fn apply_all(&mut self, steps: &[Self::Step]) -> Tally {
        let mut tally = Tally::default();
        for step in steps {
            self.apply(step, &mut tally);
        }
        tally
    }
}

/// The trades that an engine reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) trades: u64,
    pub(crate) quantity: u64,
    /// Quantity times price \[tick\].
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
    /// Thread time for the operations after the prefill \[ns\].
    pub(crate) spent_ns: u64,
    /// The trades of the operations after the prefill.
    pub(crate) tally: Tally,
}

impl Run {
    /// One line, as [`Run::from_line`] reads it.
    pub(crate) fn to_line(self) -> String {
        let Self { spent_ns, tally: Tally { trades, quantity, notional } } = self;
        format!("{spent_ns} {trades} {quantity} {notional}")
    }

    /// The run of a line, or `None` when it is not one.
    pub(crate) fn from_line(line: &str) -> Option<Self> {
        let numbers: Result<Vec<u64>, _> = line.split_whitespace().map(str::parse).collect();
        let [spent_ns, trades, quantity, notional] = *numbers.ok()? else { return None };
        Some(Self { spent_ns, tally: Tally { trades, quantity, notional } })
    }
}

/// An engine that takes part.
#[derive(Clone, Copy)]
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) remark: &'static str,
    run: fn(&Workload, Shape) -> Run,
}

impl Contender {
    pub(crate) const fn of<E: Engine>() -> Self {
        Self { name: E::NAME, remark: E::REMARK, run: run::<E> }
    }

    /// Runs the engine once over a flow.
    pub(crate) fn run(&self, workload: &Workload, shape: Shape) -> Run {
        (self.run)(workload, shape)
    }
}

fn run<E: Engine>(workload: &Workload, shape: Shape) -> Run {
    let steps = E::steps(workload, shape);
    let (prefill, steps) = steps.split_at(workload.prefill.len());
    let mut engine = E::empty(shape);
    engine.apply_all(prefill);
    let start = thread_time_ns();
    let tally = engine.apply_all(steps);
    let spent_ns = thread_time_ns() - start;
    Run { spent_ns, tally }
}

/// The time that this thread was on a core \[ns\].
fn thread_time_ns() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let part = |value: i64| u64::try_from(value).expect("Invariant: this clock starts at 0");
    part(time.tv_sec) * 1_000_000_000 + part(time.tv_nsec)
}
