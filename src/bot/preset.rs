//! The bots of the analysis by name, each composed of parts.

use crate::bot::fill_feed::FillFeedSettings;
use crate::bot::settings::{
    Booking, BotSettings, EntrySettings, EventLoopSettings, ExcessPolicy, ExitSettings,
    FirstFillSettings, LimitSettings, LoopSettings, Period, Ratio, ReconcileSchedule,
    ReconcileSettings, ReferenceEntrySettings, ReferenceExitSettings, SingleLoopSettings, StopRule,
    StopSettings, ThreadsSettings, TrackReading, WaitForFillSettings, WithoutBid,
};
use crate::link::{AfterReconnect, ClientSettings};
use crate::units::SimDuration;

/// A bot with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Preset {
    /// What was there before, as the analysis tells it: a reconciliation some time later sets the
    /// stake right.
    BeforeDoc,
    /// The first code: books at once, never resizes, sells without looking, in one task.
    BeforeG0,
    /// The analysis's own present: the first entry with the newer exits and reconciler.
    BeforeG1,
    /// The analysis's first option: waits for the fill before it books.
    Opt1,
    /// Its second option, where the live position corrects the stake downwards.
    Opt2a,
    /// Its second option, where the order's own fills correct the stake.
    Opt2b,
    /// What was shipped, with the reconciler that fails on every call.
    ShippedLiteral,
    /// What was shipped, with that one fault taken out.
    ShippedIntended,
    /// The other bot that the analysis holds up as the model.
    Reference,
    /// What a careful engineer would ship today.
    FillFeed,
    /// The floor: it is told every change of its position as it happens.
    Oracle,
}

impl Preset {
    /// All of them, in the order of their history.
    pub const ALL: [Self; 11] = [
        Self::BeforeDoc,
        Self::BeforeG0,
        Self::BeforeG1,
        Self::Opt1,
        Self::Opt2a,
        Self::Opt2b,
        Self::ShippedLiteral,
        Self::ShippedIntended,
        Self::Reference,
        Self::FillFeed,
        Self::Oracle,
    ];

    /// The name in scenarios and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BeforeDoc => "BEFORE-DOC",
            Self::BeforeG0 => "BEFORE-G0",
            Self::BeforeG1 => "BEFORE-G1",
            Self::Opt1 => "OPT1",
            Self::Opt2a => "OPT2a",
            Self::Opt2b => "OPT2b",
            Self::ShippedLiteral => "SHIPPED-LITERAL",
            Self::ShippedIntended => "SHIPPED-INTENDED",
            Self::Reference => "REFERENCE",
            Self::FillFeed => "FILL-FEED",
            Self::Oracle => "ORACLE",
        }
    }

    /// What it is composed of. What it wants to buy, and how long its orders live, is not part of
    /// a bot's character and left at the defaults.
    #[must_use]
    pub fn settings(self) -> BotSettings {
        let original = BotSettings {
            client: ClientSettings {
                after_reconnect: AfterReconnect::StaySilent,
                ..ClientSettings::default()
            },
            stop: StopSettings { without_bid: WithoutBid::Zero, ..StopSettings::default() },
            ..BotSettings::default()
        };
        let narrated = Some(ReconcileSettings::Narrated(ReconcileSchedule::default()));
        match self {
            Self::BeforeDoc => BotSettings {
                entry: EntrySettings::Immediate(Booking::AtSend),
                reconcile: narrated,
                ..original
            },
            Self::BeforeG0 => BotSettings {
                entry: EntrySettings::Immediate(Booking::AfterAnswer),
                exit: ExitSettings::FireAndForget,
                // It has no feed: every price is read.
                stop: StopSettings { stale_after: SimDuration::ZERO, ..original.stop },
                reconcile: Some(ReconcileSettings::PresenceOnly),
                ..original
            },
            Self::BeforeG1 => BotSettings {
                entry: EntrySettings::Immediate(Booking::AfterAnswer),
                reconcile: Some(ReconcileSettings::DownOnly),
                ..original
            },
            Self::Opt1 => BotSettings {
                entry: EntrySettings::WaitForFill(WaitForFillSettings::default()),
                reconcile: Some(ReconcileSettings::DownOnly),
                ..original
            },
            Self::Opt2a => BotSettings {
                entry: EntrySettings::TrackAndReconcile(TrackReading::Positions),
                reconcile: narrated,
                ..original
            },
            Self::Opt2b => BotSettings {
                entry: EntrySettings::TrackAndReconcile(TrackReading::Orders),
                reconcile: narrated,
                ..original
            },
            Self::ShippedLiteral => shipped(original, ReconcileSettings::Literal),
            Self::ShippedIntended => shipped(original, ReconcileSettings::DownOnly),
            Self::Reference => reference(original),
            Self::FillFeed => BotSettings {
                loop_model: LoopSettings::EventDriven(EventLoopSettings::default()),
                entry: EntrySettings::FillFeed(FillFeedSettings::default()),
                ..BotSettings::default()
            },
            Self::Oracle => BotSettings {
                loop_model: LoopSettings::EventDriven(EventLoopSettings::default()),
                entry: EntrySettings::Oracle,
                exit: ExitSettings::ReduceOnlyIoc,
                ..BotSettings::default()
            },
        }
    }
}

fn shipped(original: BotSettings, reconcile: ReconcileSettings) -> BotSettings {
    BotSettings {
        loop_model: LoopSettings::Threads(ThreadsSettings::default()),
        entry: EntrySettings::FirstFill(FirstFillSettings::default()),
        reconcile: Some(reconcile),
        ..original
    }
}

/// Its constants are those of its earlier, whole version: the later one left them blank.
fn reference(original: BotSettings) -> BotSettings {
    BotSettings {
        loop_model: LoopSettings::Single(SingleLoopSettings {
            sleep_when_empty: Period::of_s(10),
            ..SingleLoopSettings::default()
        }),
        limits: LimitSettings {
            live_cap_factor: Ratio::of_hundredths(100),
            balance_cache: SimDuration::from_s(60),
            when_exceeded: ExcessPolicy::ScaleDown,
            ..LimitSettings::default()
        },
        entry: EntrySettings::Reference(ReferenceEntrySettings::default()),
        exit: ExitSettings::Reference(ReferenceExitSettings::default()),
        stop: StopSettings { rule: StopRule::loss_share(), ..original.stop },
        reconcile: Some(ReconcileSettings::Reference),
        ..original
    }
}
