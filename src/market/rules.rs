//! When a market's life moves on, and what an account may hold there.

use thiserror::Error;

use crate::market::{MarketResult, MarketStatus};
use crate::units::{Cash, EventId, Quantity, SimDuration, SimTime};

/// What is fixed about a market besides what it trades. By default it is open from its listing on,
/// never closes by itself, and has no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarketRules {
    /// When it opens; without an instant it is open when it is listed.
    pub opens_at: Option<SimTime>,
    /// When trading is over.
    pub closes_at: Option<SimTime>,
    /// Whether the close may be moved to an earlier instant.
    pub early_close: EarlyClose,
    /// How long after its determination it pays; without a length it pays when it is told to.
    pub settlement_timer: Option<SimDuration>,
    /// The most that one account may hold.
    pub position_limit: Option<PositionLimit>,
    /// Until when no fee is charged, if it is waived (Kalshi, "Get market", field
    /// `fee_waiver_expiration_time`, 2026-08-22, documented; that fees are due from that very instant
    /// on is assumed, and a nanosecond more says otherwise). Balances are rounded as ever.
    pub fees_waived_until: Option<SimTime>,
}

/// Whether a market may close earlier than planned (Kalshi, "Market lifecycle", field
/// `can_close_early`, 2026-08-22, documented).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EarlyClose {
    /// It may.
    #[default]
    Allowed,
    /// It may not.
    Never,
}

/// The most that one account may hold in a market: what it has, and what it would have if all its
/// orders of one side filled. The contract's terms set it (Kalshi, FIX "Order entry", 2026-08-22,
/// documented that there is one; in what it is counted differs between sources).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PositionLimit {
    /// So many contracts of either outcome.
    Contracts(Quantity),
    /// So much money at risk: what the position cost and what the orders lock \[dollar\].
    Risk(Cash),
}

/// A step in a market's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifeStep {
    /// It opens, comes back from a pause, or opens again after it closed.
    Activate,
    /// The exchange pauses it.
    Deactivate,
    /// Trading is over.
    Close,
    /// Its result is known.
    Determine(MarketResult),
    /// Its result is put in doubt.
    Dispute,
    /// Its result stands after all.
    Uphold,
    /// Its result is changed.
    Amend(MarketResult),
    /// It pays.
    Settle,
}

impl MarketStatus {
    /// Where a step leads, or `None` where it is not possible (Kalshi, "Market lifecycle", 2026-08-22,
    /// documented; a market closes at its close time whatever it is then, so unopened or paused, too;
    /// that a result in doubt can stand is a step that may be left out).
    #[must_use]
    pub const fn after(self, step: LifeStep) -> Option<Self> {
        match (self, step) {
            (Self::Initialized | Self::Inactive | Self::Closed, LifeStep::Activate) => {
                Some(Self::Active)
            }
            (Self::Active, LifeStep::Deactivate) => Some(Self::Inactive),
            (Self::Initialized | Self::Active | Self::Inactive, LifeStep::Close) => {
                Some(Self::Closed)
            }
            (Self::Closed, LifeStep::Determine(result))
            | (Self::Disputed(result), LifeStep::Uphold) => Some(Self::Determined(result)),
            (Self::Determined(result), LifeStep::Dispute) => Some(Self::Disputed(result)),
            (Self::Disputed(_), LifeStep::Amend(result)) => Some(Self::Amended(result)),
            (Self::Determined(result) | Self::Amended(result), LifeStep::Settle) => {
                Some(Self::Finalized(result))
            }
            _ => None,
        }
    }
}

/// Why a market's life does not move on so. Nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LifeError {
    /// The step does not follow.
    #[error("market: found the step {step:?}, which a market that is {status} can not take")]
    NoSuchStep {
        /// Where the market stands.
        status: MarketStatus,
        /// The step.
        step: LifeStep,
    },
    /// The market was to open again after its close.
    #[error("market: found a close at {closes_at} s, allowed is one after {now} s")]
    CloseIsOver {
        /// The close.
        closes_at: SimTime,
        /// Now.
        now: SimTime,
    },
    /// Of the markets of the event, at most one can be YES, and their results say otherwise.
    #[error("event: found results of {event} worth {found} together, allowed is 1.00")]
    ResultsTooHigh {
        /// The event.
        event: EventId,
        /// What one YES contract of each of its markets would pay.
        found: Cash,
    },
    /// The close was to be moved into the past, or earlier without leave.
    #[error("market: found a close at {found} s, allowed is from {earliest} s on")]
    CloseTooEarly {
        /// The new close.
        found: SimTime,
        /// The earliest that is allowed.
        earliest: SimTime,
    },
}
