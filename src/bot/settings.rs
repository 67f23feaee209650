//! What a bot is made of, as plain data. Defaults are the original bot's constants.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use thiserror::Error;

use crate::units::{Cash, EventId, MarketId, Price, Quantity, SimDuration, SimTime};

/// Why a value can not be a setting of a bot.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SettingsError {
    /// A repeated sleep of no time would never let time pass.
    #[error("period: found 0 s, allowed is more than 0 s")]
    NoPeriod,
    /// The ratio is negative, too large or too fine.
    #[error("ratio: found {found}, allowed is 0 to 100000 in steps of 0.0001")]
    Ratio {
        /// The number as it was found.
        found: Decimal,
    },
    /// The range holds no quantity that can be ordered.
    #[error("quantity range in contracts: found {low} to {high}, allowed is 1 <= low <= high")]
    QuantityRange {
        /// The lower end.
        low: u32,
        /// The upper end.
        high: u32,
    },
}

/// A length of time between repetitions, more than zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period(SimDuration);

impl Period {
    const SECOND: Self = Self::of_s(1);

    const fn of_s(s: u64) -> Self {
        Self(SimDuration::from_s(s))
    }

    /// The period of a length.
    ///
    /// # Errors
    /// Of no length.
    pub const fn new(length: SimDuration) -> Result<Self, SettingsError> {
        if length.is_zero() { Err(SettingsError::NoPeriod) } else { Ok(Self(length)) }
    }

    /// The length.
    #[must_use]
    pub const fn length(self) -> SimDuration {
        self.0
    }
}

/// A share or a factor [0.0001], 0 to 100,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ratio(u32);

impl Ratio {
    const SCALE: u32 = 10_000;

    const fn of_hundredths(hundredths: u32) -> Self {
        Self(hundredths * (Self::SCALE / 100))
    }

    /// The ratio of a decimal number.
    ///
    /// # Errors
    /// Negative, above 100,000, or finer than 0.0001.
    pub fn from_decimal(number: Decimal) -> Result<Self, SettingsError> {
        let scaled = number.checked_mul(Self::SCALE.into()).filter(Decimal::is_integer);
        scaled
            .and_then(|scaled| scaled.to_u32())
            .filter(|scaled| *scaled <= 100_000 * Self::SCALE)
            .map(Self)
            .ok_or(SettingsError::Ratio { found: number })
    }

    /// This share of an amount of money, rounded down to the millionth.
    ///
    /// # Panics
    /// When the share does not fit an amount, which a real account does not reach.
    #[must_use]
    pub fn of_cash(self, amount: Cash) -> Cash {
        let scaled = i128::from(amount.millionths()) * i128::from(self.0);
        let share = scaled.div_euclid(i128::from(Self::SCALE));
        Cash::from_millionths(i64::try_from(share).expect("Invariant: a share of cash fits cash"))
    }

    /// This multiple of a quantity, rounded down to whole contracts.
    #[must_use]
    pub fn whole_contracts_of(self, quantity: Quantity) -> Quantity {
        let scaled = u128::from(quantity.hundredths()) * u128::from(self.0);
        let contracts = scaled / (u128::from(Self::SCALE) * 100);
        u64::try_from(contracts * 100)
            .ok()
            .and_then(|hundredths| Quantity::new(hundredths).ok())
            .unwrap_or(Quantity::MAX)
    }
}

/// A range of whole numbers of contracts, both ends included, from 1 up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuantityRange {
    low: u32,
    high: u32,
}

impl QuantityRange {
    /// The range from `low` to `high` contracts.
    ///
    /// # Errors
    /// When `low` is zero or above `high`.
    pub const fn new(low: u32, high: u32) -> Result<Self, SettingsError> {
        if low == 0 || low > high {
            return Err(SettingsError::QuantityRange { low, high });
        }
        Ok(Self { low, high })
    }

    /// The lower end \[contract\].
    #[must_use]
    pub const fn low(self) -> u32 {
        self.low
    }

    /// The upper end \[contract\].
    #[must_use]
    pub const fn high(self) -> u32 {
        self.high
    }
}

/// A market as a bot knows it before it trades.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarketView {
    /// The market.
    pub market: MarketId,
    /// The event that it belongs to; event limits sum over the event's markets.
    pub event: EventId,
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
    /// How it sells what a stop or target calls for.
    pub exit: ExitSettings,
    /// How it watches stops and targets.
    pub stop: StopSettings,
    /// How it compares its records with the exchange; never, when absent.
    pub reconcile: Option<ReconcileSettings>,
}

/// How the parts of a bot take turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopSettings {
    /// One task does everything in turn and sleeps between passes.
    Single(SingleLoopSettings),
}

impl Default for LoopSettings {
    fn default() -> Self {
        Self::Single(SingleLoopSettings::default())
    }
}

/// The sleeps of the single-task loop, each from the end of a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SingleLoopSettings {
    /// While the position list has records, settled ones included.
    pub sleep_with_positions: Period,
    /// While the position list is empty.
    pub sleep_when_empty: Period,
}

impl Default for SingleLoopSettings {
    fn default() -> Self {
        Self { sleep_with_positions: Period::of_s(10), sleep_when_empty: Period::of_s(60) }
    }
}

/// What a bot wants to buy. Signals are numbered in the order in which they become true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StrategySettings {
    /// A list of signals, each at its instant.
    Scheduled(Vec<ScheduledSignal>),
    /// A signal at regular instants, its size drawn, its price the ask.
    Periodic(PeriodicSignals),
}

impl Default for StrategySettings {
    fn default() -> Self {
        Self::Scheduled(Vec::new())
    }
}

impl StrategySettings {
    /// The markets that signals name.
    #[must_use]
    pub fn markets(&self) -> BTreeSet<MarketId> {
        match self {
            Self::Scheduled(signals) => signals.iter().map(|signal| signal.market).collect(),
            Self::Periodic(signals) => BTreeSet::from([signals.market]),
        }
    }
}

/// One signal, known beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduledSignal {
    /// When it becomes true; the bot notices at its first pass then or later.
    pub at: SimTime,
    /// Where.
    pub market: MarketId,
    /// Contracts wanted.
    pub quantity: Quantity,
    /// The limit of the entry.
    pub limit_price: Price,
    /// Sell when the price is at or below this.
    pub stop: Option<Price>,
    /// Sell when the price is at or above this.
    pub target: Option<Price>,
}

/// Signals at regular instants. The size depends on the seed and the signal's number alone, so
/// bots whose passes differ want the same; the limit is the ask that the bot sees as it turns to
/// the signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodicSignals {
    /// Where.
    pub market: MarketId,
    /// When the first becomes true.
    pub first_at: SimTime,
    /// From one to the next.
    pub every: Period,
    /// Contracts wanted: every whole number of the range with the same chance.
    pub quantity: QuantityRange,
    /// How far the stop is below the limit \[cent\]; a stop outside of 0 to 1 dollar is none.
    pub stop_below_cents: Option<u16>,
    /// How far the target is above the limit \[cent\]; a target outside of 0 to 1 dollar is none.
    pub target_above_cents: Option<u16>,
}

/// What a bot may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitSettings {
    /// Exposure over all markets, as a share of equity.
    pub total_share: Ratio,
    /// Exposure over the markets of one event, as a share of equity.
    pub event_share: Ratio,
    /// Contracts that an entry may bring the live position to, as a multiple of the contracts
    /// wanted, rounded down to whole contracts.
    pub live_cap_factor: Ratio,
    /// How long a read balance is used again.
    pub balance_cache: SimDuration,
    /// The equity while the balance can not be read.
    pub fallback_equity: Cash,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            total_share: Ratio::of_hundredths(30),
            event_share: Ratio::of_hundredths(10),
            live_cap_factor: Ratio::of_hundredths(110),
            balance_cache: SimDuration::from_s(10),
            fallback_equity: Cash::from_millionths(10_000_000_000),
        }
    }
}

/// How a bot turns a signal into a position record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EntrySettings {
    /// Books the wanted quantity the moment the order is sent, and never looks.
    #[default]
    Immediate,
    /// Waits for a fill and books what filled.
    WaitForFill(WaitForFillSettings),
    /// Books the wanted quantity the moment the order is sent, and corrects it when it reconciles.
    TrackAndReconcile(TrackReading),
    /// Is told the truth at once: the floor that results are compared with.
    Oracle,
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

/// How a bot sells what a stop or target calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitSettings {
    /// Sends the whole stake at the price that triggered, waits, and keeps looking afterwards.
    Fixed(WaitSettings),
}

impl Default for ExitSettings {
    fn default() -> Self {
        Self::Fixed(WaitSettings { timeout: SimDuration::from_s(5), poll: Period::SECOND })
    }
}

/// How a bot watches stops and targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StopSettings {
    /// From this age on a price of the feed is not used, and the quote is read instead.
    pub stale_after: SimDuration,
}

impl Default for StopSettings {
    fn default() -> Self {
        Self { stale_after: SimDuration::from_s(60) }
    }
}

/// How a bot compares its records with the exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReconcileSettings {
    /// When.
    pub schedule: ReconcileSchedule,
    /// By which rules.
    pub kind: ReconcileKind,
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

/// The rules by which a bot reconciles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReconcileKind {
    /// Sets the stake to the live quantity, as the analysis of the original bot tells it.
    #[default]
    Narrated,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(text: &str) -> Result<Ratio, SettingsError> {
        Ratio::from_decimal(text.parse().unwrap())
    }

    #[test]
    fn a_ratio_is_exact_to_its_step() {
        for (text, allowed) in [
            ("0", true),
            ("0.3", true),
            ("0.0001", true),
            ("1.10", true),
            ("100000", true),
            ("0.00001", false),
            ("100000.0001", false),
            ("-0.1", false),
        ] {
            assert_eq!(ratio(text).is_ok(), allowed, "{text}");
        }
        assert_eq!(ratio("0.30").unwrap(), LimitSettings::default().total_share);
        assert_eq!(ratio("0.1").unwrap(), LimitSettings::default().event_share);
        assert_eq!(ratio("1.1").unwrap(), LimitSettings::default().live_cap_factor);
    }

    /// Rounded down: 0.3 of 0.000001 is nothing, of -0.000001 it is a whole millionth of debt.
    #[test]
    fn a_share_of_cash_is_rounded_down() {
        for (amount, share) in [
            ("10000", "3000"),
            ("7700", "2310"),
            ("0.00001", "0.000003"),
            ("0.000001", "0"),
            ("-0.000001", "-0.000001"),
        ] {
            let amount: Cash = amount.parse().unwrap();
            assert_eq!(ratio("0.3").unwrap().of_cash(amount), share.parse().unwrap());
        }
    }

    #[test]
    fn a_multiple_of_a_quantity_is_rounded_down_to_whole_contracts() {
        for (quantity, multiple) in
            [("100", "110"), ("99", "108"), ("5", "5"), ("0.95", "1"), ("0.9", "0")]
        {
            let quantity: Quantity = quantity.parse().unwrap();
            let whole = ratio("1.1").unwrap().whole_contracts_of(quantity);
            assert_eq!(whole, multiple.parse().unwrap());
        }
        assert_eq!(ratio("2").unwrap().whole_contracts_of(Quantity::MAX), Quantity::MAX);
    }

    #[test]
    fn a_period_lasts_and_a_range_holds_a_contract() {
        assert_eq!(Period::new(SimDuration::ZERO), Err(SettingsError::NoPeriod));
        assert!(Period::new(SimDuration::from_ns(1)).is_ok());
        for (low, high, allowed) in [(1, 1, true), (1, 9, true), (0, 9, false), (9, 8, false)] {
            assert_eq!(QuantityRange::new(low, high).is_ok(), allowed, "{low} to {high}");
        }
    }
}
