//! How a bot enters.

use crate::bot::fill_feed::FillFeedSettings;
use crate::bot::settings::Period;
use crate::units::SimDuration;

/// How a bot turns a signal into a position record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntrySettings {
    /// Books the wanted quantity and never looks.
    Immediate(Booking),
    /// Waits for a fill and books what filled.
    WaitForFill(WaitForFillSettings),
    /// Books the wanted quantity the moment the order is sent, and corrects it when it reconciles.
    TrackAndReconcile(TrackReading),
    /// Looks once, waits for a moment, and books what filled: the fix as it was shipped.
    FirstFill(FirstFillSettings),
    /// Waits, cancels what did not fill in time and looks again: the model that the analysis holds
    /// up.
    Reference(ReferenceEntrySettings),
    /// Learns what fills from the private feed, order by order, and waits for nothing. It brings
    /// its own exits and its own reconciliation, and needs the event-driven loop.
    FillFeed(FillFeedSettings),
    /// Is told the truth at once: the floor that results are compared with.
    Oracle,
}

impl Default for EntrySettings {
    fn default() -> Self {
        Self::Immediate(Booking::AtSend)
    }
}

/// When an entry that never looks books its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Booking {
    /// The moment the order is sent.
    AtSend,
    /// When the order is answered, whatever the answer is, as the original's code does. An order
    /// that is not answered in time leaves no record.
    AfterAnswer,
}

/// The entry that looks once and then waits for a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstFillSettings {
    /// From the answer to the first look.
    pub look_after: SimDuration,
    /// The wait when the first look shows nothing filled.
    pub wait: WaitSettings,
}

impl Default for FirstFillSettings {
    fn default() -> Self {
        Self {
            look_after: SimDuration::from_ms(500),
            wait: WaitSettings { timeout: SimDuration::from_s(5), poll: Period::SECOND },
        }
    }
}

/// The entry of the model bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferenceEntrySettings {
    /// The wait for the fill, before what remains is canceled.
    pub wait: WaitSettings,
}

impl Default for ReferenceEntrySettings {
    fn default() -> Self {
        Self { wait: WaitSettings { timeout: SimDuration::from_s(15), poll: Period::SECOND } }
    }
}

/// Which counters an order object shows, and so what is read as filled and as remaining.
///
/// Which of them was live when the original traded is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderSchema {
    /// A counter of all filled contracts, under a name that the bots know.
    #[default]
    Documented,
    /// Separate counters for contracts filled as taker and as maker. The bots read the first, so
    /// what fills after the order came to rest reads as nothing.
    Split,
    /// A counter of filled contracts under a name that the bots do not know: everything reads as
    /// nothing filled.
    FillCount,
    /// The size of the order alone: nothing filled and nothing remaining to most, filled whole to
    /// the model bot.
    SizeOnly,
}

/// How to wait for an order's fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitSettings {
    /// No new look begins once this long passed since the first.
    pub timeout: SimDuration,
    /// The sleep between looks.
    pub poll: Period,
}

/// The entry that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitForFillSettings {
    /// The wait.
    pub wait: WaitSettings,
    /// What becomes of the rest of an order that filled in part.
    pub after_partial: RemainderPolicy,
    /// What becomes of an order that filled nothing in time.
    pub after_timeout: RemainderPolicy,
}

impl Default for WaitForFillSettings {
    fn default() -> Self {
        Self {
            wait: WaitSettings { timeout: SimDuration::from_s(30), poll: Period::SECOND },
            after_partial: RemainderPolicy::Leave,
            after_timeout: RemainderPolicy::Leave,
        }
    }
}

/// What becomes of what did not fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemainderPolicy {
    /// It stays in the book, and nobody looks at it again.
    Leave,
    /// It is canceled, and the order is read once more, so that a fill that came before the cancel
    /// counts.
    Cancel,
}

/// What an entry that reconciles compares its records with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrackReading {
    /// The live position: a stake above it is lowered to it, and never raised.
    Positions,
    /// The entry order's own filled quantity: the stake follows it both ways.
    Orders,
}

/// How long a bot's entry orders may live. Exits always rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryTimeInForce {
    /// Until filled or canceled, or until this long after sending.
    GoodTillCanceled {
        /// The life of the order; without end when absent.
        expires_after: Option<SimDuration>,
    },
    /// What does not fill at once is canceled.
    ImmediateOrCancel,
    /// Fills whole at once, or not at all.
    FillOrKill,
}

impl Default for EntryTimeInForce {
    fn default() -> Self {
        Self::GoodTillCanceled { expires_after: None }
    }
}
