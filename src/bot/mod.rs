//! The bots under test: ordinary async code on simulated time.
//!
//! A bot is a loop, a strategy, limits, an entry engine, a stop monitor with an exit engine, and a
//! reconciler, around the position list that they share. Its only doors are its `Venue` and the
//! clock behind it. Awaiting is blocking: a part that waits keeps every part of its task waiting.
//! Everything that a bot believes and decides goes to the event log as it happens.

mod entry;
mod event_loop;
mod exit;
mod fill_feed;
mod follow;
mod host;
mod known_truth;
mod limits;
mod position_record;
mod positions;
mod preset;
mod reconcile;
mod records;
mod reference_wait;
mod settings;
mod shared;
mod single_loop;
mod stop_monitor;
mod strategy;
mod threads;

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use crate::bot::entry::Entry;
use crate::bot::event_loop::EventLoop;
use crate::bot::exit::ExitEngine;
use crate::bot::positions::Keeper;
use crate::bot::reconcile::Reconciler;
use crate::bot::shared::Shared;
use crate::bot::single_loop::SingleLoop;
use crate::bot::stop_monitor::StopMonitor;
use crate::bot::strategy::Strategy;
use crate::bot::threads::{StopTask, StrategyTask};
use crate::kernel::{JoinHandle, Lock, Spawner, Streams};
use crate::link::Venue;
use crate::protocol::record::Decision;
use crate::units::SimTime;

pub use fill_feed::FillFeedSettings;
pub use host::{Bot, Host, Signals};
pub use preset::Preset;
pub use records::Records;
pub use settings::{
    Booking, BotSettings, EntrySettings, EntryTimeInForce, EventLoopSettings, ExcessPolicy,
    ExitSettings, FirstFillSettings, LimitSettings, LoopSettings, MarketView, OrderSchema, Period,
    PeriodicSignals, QuantityRange, Ratio, ReconcileSchedule, ReconcileSettings,
    ReferenceEntrySettings, ReferenceExitSettings, RemainderPolicy, ScheduledSignal, SettingsError,
    SingleLoopSettings, StopRule, StopSettings, StrategySettings, ThreadsSettings, TimeWindow,
    TrackReading, WaitForFillSettings, WaitSettings, WithoutBid,
};
pub use strategy::Signal;

/// Starts a bot: spawns its tasks, which run for as long as their executor does.
///
/// Its random draws come from the stream `strategy`. Its first pass is now, after everything else
/// that is due now.
///
/// # Panics
/// When a signal names a market that is not among `markets`, or the entry follows the fill feed and
/// the loop is not the event-driven one.
pub fn start(
    settings: &BotSettings,
    markets: &[MarketView],
    venue: Venue,
    spawner: &Spawner,
    streams: &Streams,
) {
    for market in settings.strategy.markets() {
        let known = markets.iter().any(|view| view.market == market);
        assert!(known, "Invariant: the bot knows the markets of its signals, found {market}");
    }
    let venue = venue.behaving(settings.client);
    if let EntrySettings::FillFeed(feed) = settings.entry {
        let LoopSettings::EventDriven(EventLoopSettings { check, .. }) = settings.loop_model else {
            unreachable!("Invariant: the fill feed is followed in the event-driven loop");
        };
        return fill_feed::start(settings, feed, check, markets, venue, spawner, *streams);
    }
    let keeper = match settings.entry {
        EntrySettings::Immediate(_)
        | EntrySettings::WaitForFill(_)
        | EntrySettings::TrackAndReconcile(_)
        | EntrySettings::FirstFill(_)
        | EntrySettings::Reference(_)
        | EntrySettings::FillFeed(_) => Keeper::Engines,
        EntrySettings::Oracle => Keeper::Told,
    };
    let shared = Shared::new(settings, venue, keeper);
    if keeper == Keeper::Told {
        spawner.spawn(entry::follow_truth(shared.clone()));
    }
    let bot = Composed {
        settings: settings.clone(),
        markets: markets.to_vec(),
        strategy: Rc::new(RefCell::new(Strategy::new(&settings.strategy, *streams))),
        shared,
        spawner: spawner.clone(),
    };
    match settings.restart_at {
        None => drop(bot.start_tasks(None)),
        Some(at) => drop(spawner.spawn(bot.run_with_restart(at))),
    }
}

/// A composed bot, and what of it outlives a restart.
#[derive(Debug)]
struct Composed {
    settings: BotSettings,
    markets: Vec<MarketView>,
    strategy: Rc<RefCell<Strategy>>,
    shared: Shared,
    spawner: Spawner,
}

impl Composed {
    /// Runs until an instant, forgets everything but the saved list and which signals were given,
    /// and runs on. Requests that are under way then find nobody who waits for them.
    async fn run_with_restart(self, at: SimTime) {
        for task in self.start_tasks(Some(at)) {
            task.await;
        }
        self.shared.decide(Decision::Restarted);
        self.shared.positions.restart();
        let reconciler = Reconciler::new(&self.settings, &self.shared);
        if reconciler.syncs_at_start() {
            let _: Result<_, _> = reconciler.reconcile().await;
        }
        drop(self.start_tasks(None));
    }

    /// Starts the tasks of the bot's loop, with nothing remembered, to run until an instant.
    fn start_tasks(&self, until: Option<SimTime>) -> Vec<JoinHandle<()>> {
        let Self { settings, strategy, shared, .. } = self;
        let exit = ExitEngine::new(settings.exit, shared.clone());
        let monitor = StopMonitor::new(settings.stop, exit, shared.clone());
        let reconciler = Reconciler::new(settings, shared);
        let entry = Entry::new(settings, &self.markets, shared.clone(), reconciler.clone());
        let (strategy, shared) = (Rc::clone(strategy), shared.clone());
        match settings.loop_model.clone() {
            LoopSettings::Single(settings) => {
                let task = SingleLoop { settings, shared, strategy, entry, monitor, reconciler };
                vec![self.spawn(task.run(), until)]
            }
            LoopSettings::Threads(settings) => {
                let lock = Lock::default();
                let stops = StopTask {
                    settings: settings.clone(),
                    shared: shared.clone(),
                    lock: lock.owner(),
                    monitor,
                };
                let lock = lock.owner();
                let strategy = StrategyTask { settings, shared, lock, strategy, entry, reconciler };
                vec![self.spawn(strategy.run(), until), self.spawn(stops.run(), until)]
            }
            LoopSettings::EventDriven(settings) => {
                let parts = EventLoop { settings, shared, strategy, entry, monitor, reconciler };
                parts.tasks().into_iter().map(|task| self.spawn(task, until)).collect()
            }
        }
    }

    fn spawn(
        &self,
        task: impl Future<Output = ()> + 'static,
        until: Option<SimTime>,
    ) -> JoinHandle<()> {
        let clock = self.shared.clock().clone();
        match until {
            None => self.spawner.spawn(task),
            Some(until) => self.spawner.spawn(async move {
                let _ended: Option<()> = clock.until(until, task).await;
            }),
        }
    }
}
