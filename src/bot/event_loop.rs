//! A task for every part, woken by what happens.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use crate::bot::entry::Entry;
use crate::bot::reconcile::Reconciler;
use crate::bot::settings::EventLoopSettings;
use crate::bot::shared::Shared;
use crate::bot::stop_monitor::StopMonitor;
use crate::bot::strategy::Strategy;
use crate::protocol::record::Decision;

/// The parts, each in a task of its own. What one waits for keeps no other waiting, but a part
/// that waits misses what happens to itself meanwhile: entries follow one after the other, and so
/// do exits. A failure ends the pass of its part alone.
#[derive(Debug)]
pub(super) struct EventLoop {
    pub(super) settings: EventLoopSettings,
    pub(super) shared: Shared,
    pub(super) strategy: Rc<RefCell<Strategy>>,
    pub(super) entry: Entry,
    pub(super) monitor: StopMonitor,
    pub(super) reconciler: Reconciler,
}

impl EventLoop {
    /// The tasks, none of which ends before there is nothing left to do.
    pub(super) fn tasks(self) -> [Pin<Box<dyn Future<Output = ()>>>; 3] {
        let Self { settings, shared, strategy, entry, monitor, reconciler } = self;
        [
            Box::pin(watch(settings, shared.clone(), monitor)),
            Box::pin(enter(shared.clone(), strategy, entry)),
            Box::pin(reconcile(settings, shared, reconciler)),
        ]
    }
}

/// Checks stops whenever the public feed brings something, and at least once in a while.
async fn watch(settings: EventLoopSettings, shared: Shared, monitor: StopMonitor) {
    let mut known = 0;
    loop {
        if let Err(failure) = monitor.pass().await {
            shared.decide(Decision::PassFailed(failure));
        }
        let until = shared.clock().now() + settings.check.length();
        known = shared.venue.public_news(known, until).await;
    }
}

/// Takes each signal at the instant at which it becomes true, or after the entry before it.
async fn enter(shared: Shared, strategy: Rc<RefCell<Strategy>>, mut entry: Entry) {
    loop {
        let Some(due) = strategy.borrow().next_due() else { return };
        shared.clock().sleep_until(due).await;
        entry.enter_all(&strategy).await;
    }
}

/// Reconciles on the schedule that the reconciler has, or at this loop's rate.
async fn reconcile(settings: EventLoopSettings, shared: Shared, reconciler: Reconciler) {
    let mut next = shared.clock().now();
    loop {
        let wake = reconciler.due().map_or(next, |due| due.min(next));
        shared.clock().sleep_until(wake).await;
        reconciler.run_if_due().await;
        if next <= shared.clock().now() {
            if let Err(failure) = reconciler.run_in_pass().await {
                shared.decide(Decision::PassFailed(failure));
            }
            shared.positions.save();
            next = shared.clock().now() + settings.reconcile_every.length();
        }
    }
}
