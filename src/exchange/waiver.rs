//! Fees that are waived for a while.

use crate::exchange::event::ExchangeEvent;
use crate::exchange::settings::WaivedMakerFee;
use crate::exchange::state::Exchange;
use crate::market::FeeSchedule;
use crate::units::{MarketId, SimTime};

impl Exchange {
    /// The fees that a market charges now.
    ///
    /// # Panics
    /// When there is no such market.
    #[must_use]
    pub fn fees(&self, market: MarketId) -> FeeSchedule {
        self.markets[market.number() as usize].fees
    }

    /// Waives the fees of a market that was just listed, if its rules say so.
    pub(super) fn begin_waiver(&mut self, market: MarketId) {
        let now = self.now;
        let here = &mut self.markets[market.number() as usize];
        if let Some(until) = here.rules.fees_waived_until.filter(|until| *until > now) {
            here.fees = here.terms.fees.waived();
            self.waivers.insert((until, market));
        }
    }

    /// Ends the waiver that is due next. Resting orders may lock more from now on.
    pub(super) fn end_waiver(&mut self, now: SimTime, events: &mut Vec<ExchangeEvent>) {
        let Some((_, market)) = self.waivers.pop_first() else { return };
        let here = &mut self.markets[market.number() as usize];
        here.fees = here.terms.fees;
        events.push(ExchangeEvent::FeesDue { market, fees: here.fees });
        if self.settings.money.waived_maker_fee == WaivedMakerFee::Locked {
            return;
        }
        for account in self.accounts() {
            let state = &mut self.accounts[account.number() as usize];
            if state.is_limited() && state.in_market(market).is_some() {
                // What each order locks alone is another amount, too.
                state.in_market_mut(market).orders = None;
                self.concern(account, market);
            }
        }
        self.follow_up(now, events);
    }
}
