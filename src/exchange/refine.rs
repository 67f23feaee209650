//! Finer prices during a market's life.

use crate::book::{Regrid, RegridError};
use crate::exchange::event::ExchangeEvent;
use crate::exchange::settings::RefinedOrders;
use crate::exchange::state::Exchange;
use crate::market::PriceLevelStructure;
use crate::protocol::OrderEnd;
use crate::units::{MarketId, SimTime};

impl Exchange {
    /// Gives a market finer price levels at any time of its life (Kalshi, changelog, 2026, event
    /// `price_level_structure_updated`, documented). Nothing else is possible: coarser levels would leave
    /// resting orders without a price. Resting orders stay, with their ids, prices and places in the
    /// queue, and no quote changes; or they are canceled, as [`RefinedOrders`] says.
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
        let here = &self.markets[market.number() as usize];
        let regrid = Regrid::between(&here.terms.levels, &levels)?;
        if self.settings.life.refined_orders == RefinedOrders::Canceled {
            self.remove_in(now, market, OrderEnd::Halted, events, |_| true);
            self.follow_up(now, events);
        }
        let here = &mut self.markets[market.number() as usize];
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
