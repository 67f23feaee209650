//! How a bot compares its records with the exchange.

use crate::bot::settings::Period;
use crate::units::SimTime;

/// How a bot compares its records with the exchange.
///
/// The scheduled one runs at its own instants. The others run where the loop calls them, after the
/// stop check and after the entries, each followed by its settlement pass. Under an entry that
/// tracks its orders, that entry's reading takes the place of the rules, and only when they run is
/// left of them. A read of positions that fails is taken for an empty account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReconcileSettings {
    /// Sets the stake to the live quantity at scheduled instants, as the analysis of the original
    /// bot tells it.
    Narrated(ReconcileSchedule),
    /// The oldest code: records what is held and not in the list, without a stop; settles what is
    /// in the list and not held; never changes a size. Its settlement fails when nothing is left
    /// over which to take an average.
    PresenceOnly,
    /// The newer code: the same, and lowers the stakes of records whose exit is under way. Its
    /// settlement lowers every other stake to what is held, and never raises one.
    DownOnly,
    /// The newer code as it was shipped: reads the positions, then fails on every call, before
    /// anything changed.
    Literal,
    /// The model bot's: like the oldest, but sets stake and entry price to what is held, both
    /// ways.
    Reference,
}

/// When a bot reconciles: at `first_at` and every `every` after it. An instant at which the bot is
/// busy is made up for once it is free; instants that passed meanwhile are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReconcileSchedule {
    /// The first time.
    pub first_at: SimTime,
    /// From one to the next.
    pub every: Period,
}

impl Default for ReconcileSchedule {
    fn default() -> Self {
        Self { first_at: SimTime::from_ns(30_000_000_000), every: Period::of_s(10) }
    }
}
