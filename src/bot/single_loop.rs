//! One task that does everything in turn.

use crate::bot::entry::Entry;
use crate::bot::reconcile::Reconciler;
use crate::bot::settings::SingleLoopSettings;
use crate::bot::shared::Shared;
use crate::bot::stop_monitor::StopMonitor;
use crate::bot::strategy::Strategy;
use crate::units::SimTime;

/// Passes with sleeps between them; whatever one part waits for, all parts wait for.
///
/// A pass checks stops, reconciles when that is due, then enters every signal that is true by
/// then, one after the other. The next pass comes a sleep after the end of the work, so signals
/// and stops are noticed late by up to a sleep and what the work took. Between passes the task
/// wakes for the reconciler alone.
#[derive(Debug)]
pub(super) struct SingleLoop {
    pub(super) settings: SingleLoopSettings,
    pub(super) shared: Shared,
    pub(super) strategy: Strategy,
    pub(super) entry: Entry,
    pub(super) monitor: StopMonitor,
    pub(super) reconciler: Option<Reconciler>,
}

impl SingleLoop {
    /// Never ends.
    pub(super) async fn run(mut self) {
        let mut next_pass = self.shared.clock().now();
        loop {
            let reconcile = self.reconciler.as_ref().map(Reconciler::due);
            let wake = reconcile.map_or(next_pass, |due| due.min(next_pass));
            self.shared.clock().sleep_until(wake).await;
            if next_pass <= self.shared.clock().now() {
                next_pass = self.pass().await;
            } else {
                self.reconcile_if_due().await;
            }
        }
    }

    /// One pass; returns when the next one is due.
    async fn pass(&mut self) -> SimTime {
        self.monitor.pass().await;
        self.reconcile_if_due().await;
        let noticed_at = self.shared.clock().now();
        while let Some(notice) = self.strategy.next(noticed_at, &self.shared.venue) {
            self.entry.enter(notice).await;
        }
        let sleep = if self.shared.positions.is_empty() {
            self.settings.sleep_when_empty
        } else {
            self.settings.sleep_with_positions
        };
        self.shared.clock().now() + sleep.length()
    }

    async fn reconcile_if_due(&mut self) {
        if let Some(reconciler) = &mut self.reconciler
            && reconciler.due() <= self.shared.clock().now()
        {
            reconciler.run().await;
        }
    }
}
