//! Pauses: what they refuse and what they cancel.

use crate::exchange::event::ExchangeEvent;
use crate::exchange::settings::{InactiveRefusal, InactiveRemoval, PausedDecrease, PausedExpiry};
use crate::exchange::state::Exchange;
use crate::market::{ExchangeStatus, MarketStatus};
use crate::protocol::{OnPause, OrderEnd, RejectReason};
use crate::units::{MarketId, SimTime};

impl Exchange {
    /// Whether the exchange trades.
    #[must_use]
    pub fn status(&self) -> ExchangeStatus {
        self.status
    }

    /// Pauses trading or the exchange, or lets it trade again. With a pause from full activity,
    /// orders that are not to stay leave, market by market and within a market in the order of
    /// acceptance (Kalshi, "Maintenance and pauses", 2026-08-22, documented; only the messages depend
    /// on the order). Whether orders expire during a pause says [`PausedExpiry`].
    ///
    /// # Panics
    /// When `now` is before an earlier call's.
    pub fn set_status(
        &mut self,
        now: SimTime,
        status: ExchangeStatus,
        events: &mut Vec<ExchangeEvent>,
    ) {
        self.expire_due(now, events);
        let is_pause = self.status == ExchangeStatus::Active && status != ExchangeStatus::Active;
        self.status = status;
        if is_pause {
            self.remove_where(now, OrderEnd::Halted, events, |order| {
                order.record.on_pause == OnPause::Canceled
            });
            self.follow_up(now, events);
        }
        self.expire_due(now, events);
    }

    /// Whether orders expire now.
    pub(super) fn may_expire(&self) -> bool {
        self.status == ExchangeStatus::Active
            || self.settings.life.paused_expiry == PausedExpiry::During
    }

    /// Whether orders may be placed or amended.
    pub(super) fn may_trade(&self) -> Result<(), RejectReason> {
        match self.status {
            ExchangeStatus::Active => Ok(()),
            ExchangeStatus::TradingPaused => Err(RejectReason::TradingPaused),
            ExchangeStatus::ExchangePaused => Err(RejectReason::ExchangePaused),
        }
    }

    /// Whether orders may be removed, and order groups changed.
    pub(super) fn may_remove(&self) -> Result<(), RejectReason> {
        match self.status {
            ExchangeStatus::Active | ExchangeStatus::TradingPaused => Ok(()),
            ExchangeStatus::ExchangePaused => Err(RejectReason::ExchangePaused),
        }
    }

    /// Whether orders may be made smaller.
    pub(super) fn may_decrease(&self) -> Result<(), RejectReason> {
        match self.settings.paused_decrease {
            PausedDecrease::LikeCancel => self.may_remove(),
            PausedDecrease::LikeAmend => self.may_trade(),
        }
    }

    /// Whether orders of a market may be removed or made smaller: not where it is closed (Kalshi,
    /// "Market lifecycle", 2026-08-22, documented), and what [`InactiveRemoval`] says of inactive
    /// ones.
    pub(super) fn may_remove_from(&self, market: MarketId) -> Result<(), RejectReason> {
        let status = self.markets[market.number() as usize].status;
        let is_refused = status.is_closed()
            || status == MarketStatus::Inactive
                && self.settings.life.inactive_removal == InactiveRemoval::Refused;
        if is_refused { Err(self.inactive_reason(status)) } else { Ok(()) }
    }

    /// Whether a market takes orders and amends.
    pub(super) fn market_trades(&self, market: MarketId) -> Result<(), RejectReason> {
        match self.markets[market.number() as usize].status {
            MarketStatus::Active => Ok(()),
            status => Err(self.inactive_reason(status)),
        }
    }

    /// Why a market of this status does not take something.
    fn inactive_reason(&self, status: MarketStatus) -> RejectReason {
        match self.settings.life.inactive_refusal {
            InactiveRefusal::TradingPaused if status == MarketStatus::Inactive => {
                RejectReason::TradingPaused
            }
            InactiveRefusal::MarketInactive | InactiveRefusal::TradingPaused => {
                RejectReason::MarketInactive
            }
        }
    }
}
