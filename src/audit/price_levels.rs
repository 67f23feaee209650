//! The prices that markets trade at, as the audit knows them.

use std::collections::BTreeSet;

use crate::audit::exchange_audit::broken;
use crate::audit::violation::{Rule, Violation};
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

    /// Compares the exchange's price levels with what was told of them.
    pub(super) fn check(&mut self, exchange: &Exchange) -> Result<(), Violation> {
        for (market, known) in exchange.markets().zip(&mut self.known) {
            let found = &exchange.terms(market).levels;
            let is_told = self.refined.remove(&market);
            if found == known {
                continue;
            }
            if !is_told || Regrid::between(known, found).is_err() {
                return Err(broken(Rule::LevelsOnlyRefine, &(market, found.tick_count())));
            }
            *known = found.clone();
        }
        Ok(())
    }
}
