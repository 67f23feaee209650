//! One task that does everything in turn.

use std::cell::RefCell;
use std::rc::Rc;

use crate::bot::entry::Entry;
use crate::bot::reconcile::Reconciler;
use crate::bot::settings::SingleLoopSettings;
use crate::bot::shared::Shared;
use crate::bot::stop_monitor::StopMonitor;
use crate::bot::strategy::Strategy;
use crate::protocol::record::{Decision, PassFailure};
use crate::units::{SimDuration, SimTime};

/// Passes with sleeps between them; whatever one part waits for, all parts wait for.
///
/// A pass checks stops, reconciles, enters every signal that is true by then, one after the other,
/// reconciles once more and saves the list. A reconciler on a schedule runs before the entries
/// when it is due, and between passes. The next pass comes a sleep after the end of the work, so
/// signals and stops are noticed late by up to a sleep and what the work took. A failure ends its
/// pass and makes the sleep another. While there is no active match, passes are left out whole,
/// stops included.
#[derive(Debug)]
pub(super) struct SingleLoop {
    pub(super) settings: SingleLoopSettings,
    pub(super) shared: Shared,
    pub(super) strategy: Rc<RefCell<Strategy>>,
    pub(super) entry: Entry,
    pub(super) monitor: StopMonitor,
    pub(super) reconciler: Reconciler,
}

impl SingleLoop {
    /// Never ends.
    pub(super) async fn run(mut self) {
        let mut next_pass = self.shared.clock().now();
        loop {
            let wake = self.reconciler.due().map_or(next_pass, |due| due.min(next_pass));
            self.shared.clock().sleep_until(wake).await;
            if next_pass <= self.shared.clock().now() {
                let sleep = match self.pass().await {
                    Ok(sleep) => sleep,
                    Err(failure) => {
                        self.shared.decide(Decision::PassFailed(failure));
                        self.settings.sleep_after_failure.length()
                    }
                };
                next_pass = self.shared.clock().now() + sleep;
            } else {
                self.reconciler.run_if_due().await;
            }
        }
    }

    /// One pass; returns how long to sleep after it.
    async fn pass(&mut self) -> Result<SimDuration, PassFailure> {
        if !self.has_matches(self.shared.clock().now()) {
            self.shared.decide(Decision::NoMatches);
            return Ok(self.settings.sleep_without_matches.length());
        }
        self.monitor.pass().await?;
        self.reconciler.run_if_due().await;
        self.reconciler.run_in_pass().await?;
        self.entry.enter_all(&self.strategy).await;
        self.reconciler.run_in_pass().await?;
        self.shared.positions.save();
        let sleep = if self.shared.positions.is_empty() {
            self.settings.sleep_when_empty
        } else {
            self.settings.sleep_with_positions
        };
        Ok(sleep.length())
    }

    fn has_matches(&self, now: SimTime) -> bool {
        !self.settings.without_matches.iter().any(|window| window.contains(now))
    }
}
