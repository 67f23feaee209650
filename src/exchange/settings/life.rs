//! What pauses, expiries and the lives of markets do.

use crate::units::SimDuration;

/// The readings of what pauses, expiries and the lives of markets do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LifeRules {
    /// Whether what arrives at the very instant of an expiry still meets the order.
    pub expiry_instant: ExpiryInstant,
    /// Whether orders expire while the exchange does not trade.
    pub paused_expiry: PausedExpiry,
    /// Whether orders of an inactive market can be canceled and made smaller.
    pub inactive_removal: InactiveRemoval,
    /// Which reason refuses orders of an inactive market.
    pub inactive_refusal: InactiveRefusal,
    /// Whether a change of an order looks at its market first, or for the order.
    pub closed_lookup: ClosedLookup,
    /// Whether a pause of one market cancels the orders that are not to stay through a pause.
    pub market_pause: MarketPause,
    /// How long after a market's close its resting orders are canceled. Until then nobody can touch
    /// or meet them. At once by default ("Market lifecycle", 2026-08-22: "shortly after"; recorded
    /// markets of 2026-05 showed an empty book 5.4 to 8.2 s after their close).
    pub close_cancels_after: SimDuration,
    /// What a dispute does to the time until a market pays.
    pub settlement_timer: SettlementTimer,
    /// What becomes of resting orders when a market's prices become finer.
    pub refined_orders: RefinedOrders,
}

/// Whether an order can be made smaller while trading is paused (undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PausedDecrease {
    /// It can, as it can be canceled.
    #[default]
    LikeCancel,
    /// It can not, as it can not be amended.
    LikeAmend,
}

/// Whether what arrives at the very instant of an order's expiry still meets it (undocumented:
/// assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExpiryInstant {
    /// It does not: the order is gone at its instant, before everything else.
    #[default]
    GoneBefore,
    /// It does: the order is gone one nanosecond later.
    StillThere,
}

/// Whether orders expire while trading or the exchange is paused (undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PausedExpiry {
    /// They do.
    #[default]
    During,
    /// They do when the pause ends, before anything else.
    AtTheEnd,
}

/// Whether orders of an inactive market can be canceled and made smaller ("Market lifecycle",
/// 2026-08-22, refuses it of closed markets only: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InactiveRemoval {
    /// They can.
    #[default]
    Allowed,
    /// They can not.
    Refused,
}

/// Which reason refuses what an inactive market does not take ("Market lifecycle", 2026-08-22, names
/// `MARKET_INACTIVE`; pauses of one market in production, 2026, were answered like those of trading:
/// assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InactiveRefusal {
    /// The market's: it is inactive.
    #[default]
    MarketInactive,
    /// That of a pause of all markets: trading is paused.
    TradingPaused,
}

/// What refuses a change of an order that is over, in a market that is closed ("Market lifecycle",
/// 2026-08-22: a closed market refuses cancels with `MARKET_INACTIVE`; demo, 2026-06-11: orders that
/// are over are not found; which comes first is undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClosedLookup {
    /// The market is looked at first: it is inactive.
    #[default]
    MarketFirst,
    /// The order is looked for first: it is not found. One that still rests is refused by the market.
    OrderFirst,
}

/// Whether a pause of one market cancels the orders that are not to stay through a pause ("Create
/// order (V2)", field `cancel_order_on_pause`, 2026-08-22: when the exchange is paused for any
/// reason; whether that means one market is undocumented: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MarketPause {
    /// It does.
    #[default]
    CancelsOnPause,
    /// It does not: only pauses of trading and of the exchange do.
    KeepsAll,
}

/// What a dispute does to the time until a market pays ("Market lifecycle", 2026-08-22, names the
/// timer after the determination: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SettlementTimer {
    /// A result that stands or changes starts it anew.
    #[default]
    StartsAnew,
    /// It goes on from the first determination; when it is over by the end of the dispute, the market
    /// pays at once then.
    GoesOn,
}

/// What becomes of resting orders when a market's prices become finer (changelog, 2026, event
/// `price_level_structure_updated`: they stay; that they keep their place is not said: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RefinedOrders {
    /// They keep price and place.
    #[default]
    Stay,
    /// They are canceled before.
    Canceled,
}
