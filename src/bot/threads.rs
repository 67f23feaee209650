//! Two tasks that share a lock, as the original's threads do.

use std::cell::RefCell;
use std::rc::Rc;

use crate::bot::entry::Entry;
use crate::bot::reconcile::Reconciler;
use crate::bot::settings::{Period, ThreadsSettings};
use crate::bot::shared::Shared;
use crate::bot::stop_monitor::StopMonitor;
use crate::bot::strategy::Strategy;
use crate::kernel::{Guard, Owner};
use crate::protocol::record::{BotTask, Decision, PassFailure};
use crate::units::SimTime;

/// Enters and reconciles at a fixed rate. It holds the lock for all entries of a pass, and again
/// for each reconciling with its settlement; in between, whoever waits has a turn.
#[derive(Debug)]
pub(super) struct StrategyTask {
    pub(super) settings: ThreadsSettings,
    pub(super) shared: Shared,
    pub(super) lock: Owner,
    pub(super) strategy: Rc<RefCell<Strategy>>,
    pub(super) entry: Entry,
    pub(super) reconciler: Reconciler,
}

impl StrategyTask {
    /// Never ends.
    pub(super) async fn run(mut self) {
        let mut next_pass = self.shared.clock().now();
        loop {
            let wake = self.reconciler.due().map_or(next_pass, |due| due.min(next_pass));
            self.shared.clock().sleep_until(wake).await;
            let began = self.shared.clock().now();
            if next_pass <= began {
                let outcome = self.pass().await;
                let rate = self.settings.strategy_every;
                let pause = self.settings.strategy_pause;
                next_pass = next(&self.shared, outcome, began, rate, pause);
            } else {
                let _lock = taken(&self.shared, &self.lock, BotTask::Strategy).await;
                self.reconciler.run_if_due().await;
            }
        }
    }

    async fn pass(&mut self) -> Result<(), PassFailure> {
        let now = self.shared.clock().now();
        if self.settings.without_matches.iter().any(|window| window.contains(now)) {
            self.shared.decide(Decision::NoMatches);
            return Ok(());
        }
        {
            let _lock = taken(&self.shared, &self.lock, BotTask::Strategy).await;
            self.entry.enter_all(&self.strategy).await;
        }
        {
            let _lock = taken(&self.shared, &self.lock, BotTask::Strategy).await;
            self.reconciler.run_if_due().await;
            self.reconciler.run_in_pass().await?;
        }
        self.shared.positions.save();
        Ok(())
    }
}

/// Watches the stops at a fixed rate, with the lock held for each pass.
#[derive(Debug)]
pub(super) struct StopTask {
    pub(super) settings: ThreadsSettings,
    pub(super) shared: Shared,
    pub(super) lock: Owner,
    pub(super) monitor: StopMonitor,
}

impl StopTask {
    /// Never ends.
    pub(super) async fn run(self) {
        let mut next_pass = self.shared.clock().now();
        loop {
            self.shared.clock().sleep_until(next_pass).await;
            let began = self.shared.clock().now();
            let outcome = {
                let _lock = taken(&self.shared, &self.lock, BotTask::Stops).await;
                let outcome = self.monitor.pass().await;
                self.shared.positions.save();
                outcome
            };
            let (rate, pause) = (self.settings.stops_every, self.settings.stops_pause);
            next_pass = next(&self.shared, outcome, began, rate, pause);
        }
    }
}

/// When the next pass is due: at the rate, or at once when the pass took longer; a pause after its
/// end when it failed.
fn next(
    shared: &Shared,
    outcome: Result<(), PassFailure>,
    began: SimTime,
    rate: Period,
    pause: Period,
) -> SimTime {
    let now = shared.clock().now();
    match outcome {
        Ok(()) => now.max(began + rate.length()),
        Err(failure) => {
            shared.decide(Decision::PassFailed(failure));
            now + pause.length()
        }
    }
}

/// Waits for the lock and tells the log when that is a wait.
async fn taken(shared: &Shared, lock: &Owner, task: BotTask) -> Guard {
    if !lock.must_wait() {
        return lock.take().await;
    }
    shared.decide(Decision::LockWaitBegan(task));
    let guard = lock.take().await;
    shared.decide(Decision::LockWaitEnded(task));
    guard
}
