//! What a bot is made of, as plain data. Defaults are the original bot's constants.

mod entry;
mod exit;
mod limits;
mod loops;
mod reconcile;
mod strategy;
mod values;

pub use entry::{
    Booking, EntrySettings, EntryTimeInForce, FirstFillSettings, OrderSchema,
    ReferenceEntrySettings, RemainderPolicy, TrackReading, WaitForFillSettings, WaitSettings,
};
pub use exit::{ExitSettings, ReferenceExitSettings, StopRule, StopSettings, WithoutBid};
pub use limits::{ExcessPolicy, LimitSettings};
pub use loops::{EventLoopSettings, LoopSettings, SingleLoopSettings, ThreadsSettings};
pub use reconcile::{ReconcileSchedule, ReconcileSettings};
pub use strategy::{PeriodicSignals, ScheduledSignal, StrategySettings};
pub use values::{Period, QuantityRange, Ratio, SettingsError, TimeWindow};

use crate::link::ClientSettings;
use crate::market::PriceLevelStructure;
use crate::units::{EventId, MarketId, SimTime};

/// A market as a bot knows it before it trades.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketView {
    /// The market.
    pub market: MarketId,
    /// The event that it belongs to; event limits sum over the event's markets.
    pub event: EventId,
    /// The prices that it trades at.
    pub levels: PriceLevelStructure,
}

/// A bot: what it is composed of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BotSettings {
    /// How its parts take turns.
    pub loop_model: LoopSettings,
    /// What it wants to buy.
    pub strategy: StrategySettings,
    /// What it may hold.
    pub limits: LimitSettings,
    /// How it turns a signal into a position record.
    pub entry: EntrySettings,
    /// How long its entry orders may live.
    pub order: EntryTimeInForce,
    /// Which counters it finds in an order that it reads.
    pub order_read: OrderSchema,
    /// How it sells what a stop or target calls for.
    pub exit: ExitSettings,
    /// How it watches stops and targets.
    pub stop: StopSettings,
    /// How it compares its records with the exchange; never, when absent.
    pub reconcile: Option<ReconcileSettings>,
    /// When it stops and starts anew from the position list that it saved last; never, when
    /// absent.
    pub restart_at: Option<SimTime>,
    /// How its side of the connection behaves.
    pub client: ClientSettings,
}
