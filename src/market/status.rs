//! Whether a market, and the whole exchange, trades.

use std::fmt;

use serde::Serialize;

use crate::units::Price;

/// Whether the exchange trades (Kalshi, "Maintenance and pauses", 2026-08-22, documented).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum ExchangeStatus {
    /// It does.
    #[default]
    Active,
    /// Orders can be canceled, but not placed or amended.
    TradingPaused,
    /// Nothing can be changed.
    ExchangePaused,
}

/// What a market was decided to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum MarketResult {
    /// Each YES contract pays one dollar, each NO contract nothing.
    Yes,
    /// Each NO contract pays one dollar, each YES contract nothing.
    No,
    /// Each YES contract pays this, each NO contract one dollar minus it (Kalshi, "Market
    /// settlement", 2026-08-22, documented).
    Scalar(Price),
}

impl MarketResult {
    /// What one YES contract pays \[dollar\].
    #[must_use]
    pub const fn settlement_value(self) -> Price {
        match self {
            Self::Yes => Price::ONE_DOLLAR,
            Self::No => Price::ZERO,
            Self::Scalar(value) => value,
        }
    }
}

/// Where a market stands in its life (Kalshi, "Market lifecycle", 2026-08-22, documented).
///
/// ```text
/// initialized -> active <-> inactive -> closed -> determined (-> disputed -> amended) -> finalized
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum MarketStatus {
    /// Listed, and not open yet.
    Initialized,
    /// It trades.
    Active,
    /// Paused by the exchange.
    Inactive,
    /// Trading is over.
    Closed,
    /// Its result is known.
    Determined(MarketResult),
    /// Its result is in doubt.
    Disputed(MarketResult),
    /// Its result was changed.
    Amended(MarketResult),
    /// It has paid.
    Finalized(MarketResult),
}

impl MarketStatus {
    /// Kalshi's word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Initialized => "initialized",
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Closed => "closed",
            Self::Determined(_) => "determined",
            Self::Disputed(_) => "disputed",
            Self::Amended(_) => "amended",
            Self::Finalized(_) => "finalized",
        }
    }

    /// What the market was decided to be, if it was.
    #[must_use]
    pub const fn result(self) -> Option<MarketResult> {
        match self {
            Self::Initialized | Self::Active | Self::Inactive | Self::Closed => None,
            Self::Determined(result)
            | Self::Disputed(result)
            | Self::Amended(result)
            | Self::Finalized(result) => Some(result),
        }
    }

    /// Whether trading is over for good, unless the market is opened again.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        !matches!(self, Self::Initialized | Self::Active | Self::Inactive)
    }
}

impl fmt::Display for MarketStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
