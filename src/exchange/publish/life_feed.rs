//! The lives of markets.

use crate::exchange::event::StatusCause;
use crate::exchange::publish::settings::DisputedResults;
use crate::exchange::publish::{Publisher, Timer};
use crate::exchange::state::Exchange;
use crate::market::MarketStatus;
use crate::protocol::websocket::{
    FeedBody, FeedChannel, FeedMessage, LifecycleChange, LifecycleNotice,
};
use crate::units::{MarketId, SimTime};

impl Publisher {
    /// Tells of a market that was listed just now.
    ///
    /// # Panics
    /// When there is no such market.
    pub fn announce(
        &mut self,
        now: SimTime,
        exchange: &mut Exchange,
        market: MarketId,
        out: &mut Vec<FeedMessage>,
    ) {
        self.attend(now, exchange, market);
        let rules = &exchange.markets[market.number() as usize].rules;
        let change = LifecycleChange::Created {
            opens_at: rules.opens_at,
            closes_at: rules.closes_at,
            levels: exchange.terms(market).levels.clone(),
        };
        self.send_life(market, &change, out);
    }

    /// Tells where a market stands. Kalshi has no message for what the clock opens and closes, and for a
    /// dispute and its end ("Market lifecycle", 2026-08-22, documented); whether a result is told again
    /// after a dispute says [`DisputedResults`].
    pub(super) fn publish_status(
        &mut self,
        now: SimTime,
        exchange: &Exchange,
        market: MarketId,
        status: MarketStatus,
        cause: StatusCause,
        out: &mut Vec<FeedMessage>,
    ) {
        let change = match status {
            MarketStatus::Active if cause == StatusCause::Clock => return,
            MarketStatus::Active => LifecycleChange::Activated,
            MarketStatus::Inactive => LifecycleChange::Deactivated,
            MarketStatus::Determined(_) | MarketStatus::Amended(_)
                if self.settings.disputed_results == DisputedResults::NotTold
                    && exchange.markets[market.number() as usize].was_disputed =>
            {
                return;
            }
            MarketStatus::Determined(result) | MarketStatus::Amended(result) => {
                LifecycleChange::Determined { result, at: now }
            }
            MarketStatus::Finalized(_) => LifecycleChange::Settled { at: now },
            MarketStatus::Closed => {
                if self.subscribers.anyone_wants(FeedChannel::OrderBook, market) {
                    let due = now + self.settings.closing_snapshot_after;
                    self.timers.insert((due, Timer::ClosingSnapshot(market)));
                }
                return;
            }
            MarketStatus::Initialized | MarketStatus::Disputed(_) => return,
        };
        self.send_life(market, &change, out);
    }

    /// Tells that a market's close was moved.
    pub(super) fn publish_close(
        &mut self,
        market: MarketId,
        closes_at: SimTime,
        out: &mut Vec<FeedMessage>,
    ) {
        self.send_life(market, &LifecycleChange::CloseMoved { closes_at }, out);
    }

    /// Tells that a market trades at finer prices.
    pub(super) fn publish_levels(
        &mut self,
        exchange: &Exchange,
        market: MarketId,
        out: &mut Vec<FeedMessage>,
    ) {
        let levels = exchange.terms(market).levels.clone();
        self.send_life(market, &LifecycleChange::LevelsRefined { levels }, out);
    }

    fn send_life(
        &mut self,
        market: MarketId,
        change: &LifecycleChange,
        out: &mut Vec<FeedMessage>,
    ) {
        self.subscribers.send(FeedChannel::MarketLifecycle, market, out, |_| {
            let change = change.clone();
            Some(FeedBody::MarketLifecycle(LifecycleNotice { market, change }))
        });
    }
}
