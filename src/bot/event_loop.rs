//! A task for every part, woken by what happens.

use crate::bot::entry::Entry;
use crate::bot::reconcile::Reconciler;
use crate::bot::settings::EventLoopSettings;
use crate::bot::shared::Shared;
use crate::bot::stop_monitor::StopMonitor;
use crate::bot::strategy::Strategy;
use crate::kernel::Spawner;

/// The parts, each in a task of its own. What one waits for keeps no other waiting, but a part
/// that waits misses what happens to itself meanwhile: entries follow one after the other, and so
/// do exits.
#[derive(Debug)]
pub(super) struct EventLoop {
    pub(super) settings: EventLoopSettings,
    pub(super) shared: Shared,
    pub(super) strategy: Strategy,
    pub(super) entry: Entry,
    pub(super) monitor: StopMonitor,
    pub(super) reconciler: Option<Reconciler>,
}

impl EventLoop {
    /// Starts the tasks.
    pub(super) fn spawn(self, spawner: &Spawner) {
        let Self { settings, shared, strategy, entry, monitor, reconciler } = self;
        spawner.spawn(watch(settings, shared.clone(), monitor));
        spawner.spawn(enter(shared.clone(), strategy, entry));
        if let Some(reconciler) = reconciler {
            spawner.spawn(reconcile(shared, reconciler));
        }
    }
}

/// Checks stops whenever the public feed brings something, and at least once in a while.
async fn watch(settings: EventLoopSettings, shared: Shared, monitor: StopMonitor) {
    let mut known = 0;
    loop {
        monitor.pass().await;
        let until = shared.clock().now() + settings.check.length();
        known = shared.venue.public_news(known, until).await;
    }
}

/// Takes each signal at the instant at which it becomes true, or after the entry before it.
async fn enter(shared: Shared, mut strategy: Strategy, mut entry: Entry) {
    while let Some(due) = strategy.next_due() {
        shared.clock().sleep_until(due).await;
        let noticed_at = shared.clock().now();
        while let Some(notice) = strategy.next(noticed_at, &shared.venue) {
            entry.enter(notice).await;
        }
    }
}

async fn reconcile(shared: Shared, mut reconciler: Reconciler) {
    loop {
        shared.clock().sleep_until(reconciler.due()).await;
        reconciler.run().await;
    }
}
