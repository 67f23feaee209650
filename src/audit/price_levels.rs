//! The prices that markets trade at, as the audit knows them.

use std::collections::BTreeSet;

use crate::audit::exchange_state::ExchangeState;
use crate::audit::invariant::{Invariant, Violation, broken};
use crate::book::Regrid;
use crate::exchange::Exchange;
use crate::market::PriceLevelStructure;
use crate::units::MarketId;

/// Every market's price levels, and which of them were said to have become finer.
#[derive(Clone, Debug)]
pub(super) struct PriceLevels {
    /// By market.
    known: Vec<PriceLevelStructure>,
    refined: BTreeSet<MarketId>,
}

impl PriceLevels {
    pub(super) fn new(exchange: &Exchange) -> Self {
        let known = exchange.markets().map(|market| exchange.terms(market).levels.clone());
        Self { known: known.collect(), refined: BTreeSet::new() }
    }

    /// Notes that a market was said to have finer prices.
    pub(super) fn refine(&mut self, market: MarketId) {
        self.refined.insert(market);
    }

    /// INV-03: a market's prices change only when that is told, and none of them is lost.
    pub(super) fn check(&mut self, state: &ExchangeState) -> Result<(), Violation> {
        for (here, known) in state.markets.iter().zip(&mut self.known) {
            let is_told = self.refined.remove(&here.market);
            if here.levels == *known {
                continue;
            }
            if !is_told || Regrid::between(known, &here.levels).is_err() {
                let found = (here.market, here.levels.tick_count(), "from", known.tick_count());
                return Err(broken(Invariant::RestingOrdersMayRest, &found));
            }
            *known = here.levels.clone();
        }
        Ok(())
    }
}
