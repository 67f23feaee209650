//! What a bot may hold: exposure limits as shares of equity.

use std::collections::BTreeMap;

use crate::bot::position_record::PositionRecord;
use crate::bot::positions::booked_fee;
use crate::bot::settings::{ExcessPolicy, LimitSettings, MarketView};
use crate::bot::shared::Shared;
use crate::bot::strategy::Signal;
use crate::protocol::Purpose;
use crate::protocol::record::{Decision, LimitRule, Verdict};
use crate::units::{Cash, EventId, MarketId, Price, Quantity, SimTime};

/// The exposure limits, with the equity that they remember.
///
/// Equity is the cash that no resting order locks, not the value of the account, as in the
/// original: buying lowers the limit while it raises the exposure. Only the oracle's is what its
/// account is worth at cost.
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

    /// The contracts of an entry that may go on, of as many as are wanted: the limit over all
    /// markets first, then the event's.
    pub(super) async fn admit(
        &mut self,
        shared: &Shared,
        signal: &Signal,
        wanted: Quantity,
    ) -> Quantity {
        let mut admitted = wanted;
        for rule in [LimitRule::TotalExposure, LimitRule::EventExposure] {
            admitted = self.apply(rule, shared, signal, admitted).await;
            if admitted.is_zero() {
                break;
            }
        }
        admitted
    }

    async fn apply(
        &mut self,
        rule: LimitRule,
        shared: &Shared,
        signal: &Signal,
        wanted: Quantity,
    ) -> Quantity {
        let equity = self.equity(shared, signal.market).await;
        let limit = match rule {
            LimitRule::TotalExposure => self.settings.total_share.of_cash(equity),
            LimitRule::EventExposure => self.settings.event_share.of_cash(equity),
        };
        let believed = self.exposure(rule, shared, signal.market);
        let admitted = match self.settings.when_exceeded {
            ExcessPolicy::Refuse if believed + signal.limit_price.times(wanted) > limit => {
                Quantity::ZERO
            }
            ExcessPolicy::Refuse => wanted,
            ExcessPolicy::ScaleDown => wanted.min(fitting(limit - believed, signal.limit_price)),
        };
        let (sent, verdict) = if admitted.is_zero() {
            (wanted, Verdict::Refused)
        } else {
            (admitted, Verdict::Accepted)
        };
        shared.decide(Decision::Limit {
            signal: signal.number,
            rule,
            market: signal.market,
            believed,
            added: signal.limit_price.times(sent),
            limit,
            verdict,
        });
        admitted
    }

    /// What the records that a rule covers cost: those that are not settled, or all of them where
    /// entries are scaled down. Entry orders that rest do not count, as in the original, but for
    /// the oracle: it knows what each can still bring.
    fn exposure(&self, rule: LimitRule, shared: &Shared, market: MarketId) -> Cash {
        let covered = |other: MarketId| match rule {
            LimitRule::TotalExposure => true,
            LimitRule::EventExposure => self.events[&other] == self.events[&market],
        };
        let records = match self.settings.when_exceeded {
            ExcessPolicy::Refuse => shared.positions.unsettled(),
            ExcessPolicy::ScaleDown => shared.positions.all(),
        };
        let held: Cash = records
            .iter()
            .filter(|record| covered(record.market))
            .map(PositionRecord::exposure)
            .sum();
        held + shared.truth.exposure(covered)
    }

    async fn equity(&mut self, shared: &Shared, market: MarketId) -> Cash {
        if let Some(seen) = self.equity
            && shared.clock().now().since(seen.at) < self.settings.balance_cache
        {
            return seen.equity;
        }
        let read = shared.venue.balance(Purpose::Decide).await;
        let equity = match (shared.truth.available(), read) {
            // What orders lock and what was bought is worth its cost. The oracle asks as all do,
            // and knows.
            (Some(available), _) => {
                available + self.exposure(LimitRule::TotalExposure, shared, market)
            }
            (None, Ok(view)) => view.available,
            // All others take a fixed amount, as in the original.
            (None, Err(_)) => self.settings.fallback_equity,
        };
        self.equity = Some(EquitySeen { equity, at: shared.clock().now() });
        equity
    }
}

/// The whole contracts that an amount pays for, each with one cent of fee.
pub(super) fn fitting(amount: Cash, price: Price) -> Quantity {
    let one = Quantity::of_contracts(1).expect("Invariant: one contract is a quantity");
    let each = price.times(one) + booked_fee(one);
    let contracts = u32::try_from(amount.millionths() / each.millionths()).unwrap_or_default();
    Quantity::of_contracts(contracts).unwrap_or(Quantity::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0.65 and a cent: 0.66 a contract.
    #[test]
    fn the_fee_counts_in_what_fits() {
        for (amount, contracts) in
            [("66", 100), ("65.999999", 99), ("0.66", 1), ("0.65", 0), ("0", 0), ("-66", 0)]
        {
            let fits = fitting(amount.parse().unwrap(), "0.65".parse().unwrap());
            assert_eq!(fits, Quantity::of_contracts(contracts).unwrap(), "{amount}");
        }
    }
}
