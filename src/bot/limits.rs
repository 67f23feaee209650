//! What a bot may hold: exposure limits as shares of equity.

use std::collections::BTreeMap;

use crate::bot::settings::{LimitSettings, MarketView};
use crate::bot::shared::Shared;
use crate::bot::strategy::Signal;
use crate::protocol::Purpose;
use crate::protocol::record::{Decision, LimitRule, Verdict};
use crate::units::{Cash, EventId, MarketId, SimTime};

/// The exposure limits, with the equity that they remember.
///
/// Equity is the cash that no resting order locks, not the value of the account, as in the
/// original: buying lowers the limit while it raises the exposure.
#[derive(Debug)]
pub(super) struct Limits {
    settings: LimitSettings,
    events: BTreeMap<MarketId, EventId>,
    equity: Option<EquitySeen>,
}

#[derive(Clone, Copy, Debug)]
struct EquitySeen {
    equity: Cash,
    at: SimTime,
}

impl Limits {
    pub(super) fn new(settings: LimitSettings, markets: &[MarketView]) -> Self {
        let events = markets.iter().map(|view| (view.market, view.event)).collect();
        Self { settings, events, equity: None }
    }

    /// Whether an entry may go on: the limit over all markets first, then the event's.
    pub(super) async fn check(&mut self, shared: &Shared, signal: &Signal) -> Verdict {
        for rule in [LimitRule::TotalExposure, LimitRule::EventExposure] {
            if self.apply(rule, shared, signal).await == Verdict::Refused {
                return Verdict::Refused;
            }
        }
        Verdict::Accepted
    }

    async fn apply(&mut self, rule: LimitRule, shared: &Shared, signal: &Signal) -> Verdict {
        let equity = self.equity(shared).await;
        let limit = match rule {
            LimitRule::TotalExposure => self.settings.total_share.of_cash(equity),
            LimitRule::EventExposure => self.settings.event_share.of_cash(equity),
        };
        let believed = self.exposure(rule, shared, signal.market);
        let added = signal.limit_price.times(signal.quantity);
        let verdict = if believed + added > limit { Verdict::Refused } else { Verdict::Accepted };
        shared.decide(Decision::Limit {
            signal: signal.number,
            rule,
            market: signal.market,
            believed,
            added,
            limit,
            verdict,
        });
        verdict
    }

    /// Entry price times YES stake over the unsettled records that a rule covers. Resting entry
    /// orders do not count.
    fn exposure(&self, rule: LimitRule, shared: &Shared, market: MarketId) -> Cash {
        let covered = |other: MarketId| match rule {
            LimitRule::TotalExposure => true,
            LimitRule::EventExposure => self.events[&other] == self.events[&market],
        };
        let records = shared.positions.unsettled();
        let covered = records.iter().filter(|record| covered(record.market));
        covered.map(|record| record.entry_price.times(record.stake.long())).sum()
    }

    async fn equity(&mut self, shared: &Shared) -> Cash {
        if let Some(seen) = self.equity
            && shared.clock().now().since(seen.at) < self.settings.balance_cache
        {
            return seen.equity;
        }
        let equity = match shared.venue.balance(Purpose::Decide).await {
            Ok(view) => view.available,
            Err(_) => self.settings.fallback_equity,
        };
        self.equity = Some(EquitySeen { equity, at: shared.clock().now() });
        equity
    }
}
