//! What happens to the exchange itself, whatever anybody trades.

use thiserror::Error;

use crate::book::RegridError;
use crate::exchange::{Exchange, ExchangeEvent};
use crate::market::{
    EventRules, ExchangeStatus, LifeError, LifeStep, MarketRules, PriceLevelStructure,
};
use crate::units::{EventId, MarketId, SimTime};

/// The rules of the venue and the steps of its life.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VenuePlan {
    /// The rules of the markets, by their numbers.
    pub markets: Vec<MarketRules>,
    /// The rules of the events that have some.
    pub events: Vec<(EventId, EventRules)>,
    /// The steps, by their instants; of one instant the exchange's first, then the markets' by number.
    pub steps: Vec<VenueStep>,
}

/// Something that happens at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VenueStep {
    /// When.
    pub at: SimTime,
    /// What.
    pub change: VenueChange,
}

/// What happens to the exchange or to a market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VenueChange {
    /// The exchange pauses, or trades again.
    Exchange(ExchangeStatus),
    /// Something happens to a market.
    Market(MarketId, MarketChange),
}

/// What happens to a market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarketChange {
    /// Its life moves on.
    Step(LifeStep),
    /// Its close is moved.
    MoveClose(SimTime),
    /// It trades at finer prices.
    Refine(PriceLevelStructure),
}

/// Why something can not happen to a market.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VenueError {
    /// Its life does not move on so.
    #[error(transparent)]
    Life(#[from] LifeError),
    /// Its prices would not become finer.
    #[error(transparent)]
    Prices(#[from] RegridError),
}

impl VenueChange {
    /// Whether it concerns the life of a market, and not its prices or the exchange.
    pub(super) const fn is_of_life(&self) -> bool {
        matches!(self, Self::Market(_, MarketChange::Step(_) | MarketChange::MoveClose(_)))
    }

    /// Lets it happen at an exchange. Whether it can does not depend on what anybody trades.
    ///
    /// # Errors
    /// When it does not follow from where the market stands. Nothing changed.
    ///
    /// # Panics
    /// When the exchange has no such market, or `now` is before an earlier call's.
    pub fn carry_out(
        &self,
        exchange: &mut Exchange,
        now: SimTime,
        events: &mut Vec<ExchangeEvent>,
    ) -> Result<(), VenueError> {
        match self {
            Self::Exchange(status) => exchange.set_status(now, *status, events),
            Self::Market(market, MarketChange::Step(step)) => {
                exchange.take_step(now, *market, *step, events)?;
            }
            Self::Market(market, MarketChange::MoveClose(closes_at)) => {
                exchange.move_close(now, *market, *closes_at, events)?;
            }
            Self::Market(market, MarketChange::Refine(levels)) => {
                exchange.refine_levels(now, *market, levels.clone(), events)?;
            }
        }
        Ok(())
    }
}
