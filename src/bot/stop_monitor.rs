//! Watching stops and targets.

use crate::bot::exit::{Attention, Call, ExitEngine};
use crate::bot::position_record::{Outcome, PositionRecord, Stage};
use crate::bot::settings::{StopRule, StopSettings, WithoutBid};
use crate::bot::shared::Shared;
use crate::protocol::record::{Decision, PassFailure};
use crate::protocol::{Purpose, Quote, TriggerKind};
use crate::units::{MarketId, Price, RecordId};

/// Compares every unsettled record's price with its stop and target, one record after the other;
/// an exit that one of them needs keeps the others waiting.
#[derive(Debug)]
pub(super) struct StopMonitor {
    shared: Shared,
    settings: StopSettings,
    exit: ExitEngine,
}

impl StopMonitor {
    pub(super) fn new(settings: StopSettings, exit: ExitEngine, shared: Shared) -> Self {
        Self { shared, settings, exit }
    }

    /// Looks at all records once, oldest first.
    ///
    /// # Errors
    /// An exit that fails leaves the records after it without a look.
    pub(super) async fn pass(&self) -> Result<(), PassFailure> {
        self.shared.decide(Decision::StopPass);
        let records = self.shared.positions.unsettled();
        for id in records.iter().map(|record| record.id) {
            let attention = match self.shared.positions.get(id).stage {
                Stage::Open => Attention::PriceCheck,
                Stage::Closing(exit) => self.exit.look_after(id, exit).await,
                Stage::Settled => Attention::Done,
            };
            if attention == Attention::PriceCheck {
                self.check(id).await?;
            }
        }
        Ok(())
    }

    async fn check(&self, id: RecordId) -> Result<(), PassFailure> {
        let seen = self.price(self.shared.positions.get(id).market).await;
        // Only now: the read of the price may have taken time.
        let record = self.shared.positions.get(id);
        if seen.is_some() && record.stake.long().is_zero() {
            return Ok(());
        }
        self.shared.decide(Decision::StopCheck { record: id, seen });
        let Some(seen) = seen else { return Ok(()) };
        let Some(trigger) = self.triggered(&record, seen) else { return Ok(()) };
        let quantity = record.stake.long();
        self.shared.decide(Decision::Triggered { record: id, trigger, seen, quantity });
        self.exit.sell(&record, Call { trigger, price: seen }).await
    }

    /// The bid, or what is taken for it where nobody bids: as the feed brought it, unless that is
    /// stale; then as a read shows it. None where nobody asks either.
    async fn price(&self, market: MarketId) -> Option<Price> {
        let Shared { venue, .. } = &self.shared;
        let fresh = venue
            .quote_seen(market)
            .filter(|seen| self.shared.clock().now().since(seen.at) < self.settings.stale_after);
        let quote = match fresh {
            Some(seen) => seen.quote,
            None => venue.quote(market, Purpose::Decide).await.unwrap_or_default(),
        };
        let Quote { bid, ask } = quote;
        let without = |ask| match self.settings.without_bid {
            WithoutBid::Ask => ask,
            WithoutBid::Zero => Price::ZERO,
        };
        bid.or(ask.map(without))
    }

    /// The level that a price reached; the stop when it reached both. Only YES contracts are
    /// watched, as in the original.
    fn triggered(&self, record: &PositionRecord, price: Price) -> Option<TriggerKind> {
        if record.outcome == Outcome::No {
            return None;
        }
        let rule = self.settings.rule;
        let is_old_enough = match rule {
            StopRule::Level => true,
            StopRule::LossShare { held_for, .. } => {
                self.shared.clock().now().since(record.opened_at) >= held_for
            }
        };
        if is_old_enough && record.stop_level(rule).is_some_and(|stop| price <= stop) {
            return Some(TriggerKind::Stop);
        }
        record.target.filter(|target| price >= *target).map(|_| TriggerKind::Target)
    }
}
