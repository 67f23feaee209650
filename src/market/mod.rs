//! What a market is: its terms, its price levels, its fees.

mod event_rules;
mod fees;
mod liquidity;
mod price_levels;
mod rules;
mod self_trade;
mod status;
mod terms;
mod time_in_force;

pub use event_rules::{CollateralReturn, EventRules};
pub use fees::{
    BalanceStep, Fee, FeeError, FeeKind, FeeMultiplier, FeeRounding, FeeSchedule, PricedFill,
    RoundingCarry,
};
pub use liquidity::Liquidity;
pub use price_levels::{PriceLevelError, PriceLevelLabel, PriceLevelStructure, PriceRange, Tick};
pub use rules::{EarlyClose, LifeError, LifeStep, MarketRules, PositionLimit};
pub use self_trade::SelfTradePrevention;
pub use status::{ExchangeStatus, MarketResult, MarketStatus};
pub use terms::MarketTerms;
pub use time_in_force::TimeInForce;
