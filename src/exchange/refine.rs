//! Finer prices during a market's life.

use crate::book::{Regrid, RegridError};
use crate::exchange::event::ExchangeEvent;
use crate::exchange::state::Exchange;
use crate::market::PriceLevelStructure;
use crate::units::{MarketId, SimTime};

impl Exchange {
    /// Gives a market finer price levels. Resting orders stay, with their ids, prices and places in
    /// the queue; nothing trades and no quote changes (Kalshi, changelog, 2026, event
    /// `price_level_structure_updated`, documented for a structure that becomes finer; that nothing
    /// else is possible, and that it is possible at any time of a market's life, is assumed).
    ///
    /// # Errors
    /// When the new levels lack a price of the old ones. Nothing changed.
    ///
    /// # Panics
    /// When there is no such market, or `now` is before an earlier call's.
    pub fn refine_levels(
        &mut self,
        now: SimTime,
        market: MarketId,
        levels: PriceLevelStructure,
        events: &mut Vec<ExchangeEvent>,
    ) -> Result<(), RegridError> {
        self.expire_due(now, events);
        let here = &mut self.markets[market.number() as usize];
        let regrid = Regrid::between(&here.terms.levels, &levels)?;
        here.book.regrid(&regrid).expect("Invariant: a book has its market's price levels");
        here.regrid_past(&regrid);
        here.terms.levels = levels;
        for account in &mut self.accounts {
            if account.in_market(market).is_some()
                && let Some(orders) = &mut account.in_market_mut(market).orders
            {
                orders.regrid(&regrid);
            }
        }
        events.push(ExchangeEvent::LevelsRefined { market });
        Ok(())
    }
}
