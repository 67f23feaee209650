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
mod limits;
mod positions;
mod reconcile;
mod settings;
mod shared;
mod single_loop;
mod stop_monitor;
mod strategy;

use crate::bot::entry::Entry;
use crate::bot::event_loop::EventLoop;
use crate::bot::exit::ExitEngine;
use crate::bot::positions::Keeper;
use crate::bot::reconcile::Reconciler;
use crate::bot::shared::Shared;
use crate::bot::single_loop::SingleLoop;
use crate::bot::stop_monitor::StopMonitor;
use crate::bot::strategy::Strategy;
use crate::kernel::{Spawner, Streams};
use crate::link::Venue;

pub use fill_feed::FillFeedSettings;
pub use settings::{
    BotSettings, EntrySettings, EntryTimeInForce, EventLoopSettings, ExitSettings, LimitSettings,
    LoopSettings, MarketView, Period, PeriodicSignals, QuantityRange, Ratio, ReconcileKind,
    ReconcileSchedule, ReconcileSettings, RemainderPolicy, ScheduledSignal, SettingsError,
    SingleLoopSettings, StopSettings, StrategySettings, TrackReading, WaitForFillSettings,
    WaitSettings,
};

/// Starts a bot: spawns its tasks, which run for as long as their executor does.
///
/// Its random draws come from the stream `strategy`. Its first pass is now, after everything else
/// that is due now.
///
/// # Panics
/// When a signal names a market that is not among `markets`, or the entry follows the fill feed in
/// another loop than the event-driven one.
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
        let LoopSettings::EventDriven(EventLoopSettings { check }) = settings.loop_model else {
            unreachable!("Invariant: the fill feed is followed in the event-driven loop");
        };
        return fill_feed::start(settings, feed, check, markets, venue, spawner, *streams);
    }
    let keeper = match settings.entry {
        EntrySettings::Immediate
        | EntrySettings::WaitForFill(_)
        | EntrySettings::TrackAndReconcile(_)
        | EntrySettings::FillFeed(_) => Keeper::Engines,
        EntrySettings::Oracle => Keeper::Told,
    };
    let shared = Shared::new(venue, keeper);
    if keeper == Keeper::Told {
        spawner.spawn(entry::follow_truth(shared.clone()));
    }
    let exit = ExitEngine::new(settings.exit, shared.clone());
    let strategy = Strategy::new(&settings.strategy, *streams);
    let entry = Entry::new(settings, markets, shared.clone());
    let monitor = StopMonitor::new(settings.stop, exit, shared.clone());
    let reconciler = Reconciler::new(settings, &shared);
    match settings.loop_model {
        LoopSettings::Single(settings) => {
            let parts = SingleLoop { settings, shared, strategy, entry, monitor, reconciler };
            spawner.spawn(parts.run());
        }
        LoopSettings::EventDriven(settings) => {
            EventLoop { settings, shared, strategy, entry, monitor, reconciler }.spawn(spawner);
        }
    }
}
