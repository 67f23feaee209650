//! The bots under test: ordinary async code on simulated time.

mod settings;

use crate::kernel::{Spawner, Streams};
use crate::link::Venue;

pub use settings::{
    BotSettings, EntrySettings, EntryTimeInForce, ExitSettings, LimitSettings, LoopSettings,
    MarketView, Period, PeriodicSignals, QuantityRange, Ratio, ReconcileKind, ReconcileSchedule,
    ReconcileSettings, RemainderPolicy, ScheduledSignal, SettingsError, SingleLoopSettings,
    StopSettings, StrategySettings, TrackReading, WaitForFillSettings, WaitSettings,
};

/// Starts a bot: spawns its tasks, which run until the run ends.
pub fn start(
    settings: &BotSettings,
    markets: &[MarketView],
    venue: Venue,
    spawner: Spawner,
    streams: &Streams,
) {
    let _ = (settings, markets, streams);
    spawner.spawn(async move { venue.clock().sleep_until(venue.clock().now()).await });
}
