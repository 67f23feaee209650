//! The life of a market: opening, pauses, close, determination, settlement.

use crate::exchange::event::{ExchangeEvent, Settlement, StatusCause};
use crate::exchange::settings::{MarketPause, SettlementTimer};
use crate::exchange::state::Exchange;
use crate::market::{EarlyClose, LifeError, LifeStep, MarketResult, MarketStatus};
use crate::protocol::{OnPause, OrderEnd};
use crate::units::{AccountId, MarketId, Position, SimDuration, SimTime};

impl Exchange {
    /// Takes a step in a market's life.
    ///
    /// A pause cancels the orders that are not to stay, if [`MarketPause`] says so. Coming back from a
    /// pause cancels all resting orders (Kalshi, "Market lifecycle", 2026-08-22, documented). So does
    /// a close, "shortly after" it (documented): when says
    /// [`close_cancels_after`](crate::exchange::LifeRules::close_cancels_after).
    ///
    /// # Errors
    /// When the step does not follow from where the market stands, or an opening from its close; when
    /// a result does not go with those of the event's other markets.
    ///
    /// # Panics
    /// When there is no such market, or `now` is before an earlier call's.
    pub fn take_step(
        &mut self,
        now: SimTime,
        market: MarketId,
        step: LifeStep,
        events: &mut Vec<ExchangeEvent>,
    ) -> Result<(), LifeError> {
        self.expire_due(now, events);
        let here = &self.markets[market.number() as usize];
        let before = here.status;
        let error = LifeError::NoSuchStep { status: before, step };
        let status = before.after(step).ok_or(error)?;
        if let LifeStep::Determine(result) | LifeStep::Amend(result) = step {
            self.check_result(market, result)?;
        }
        let here = &self.markets[market.number() as usize];
        if let Some(closes_at) = here.rules.closes_at.filter(|at| *at <= now)
            && status == MarketStatus::Active
        {
            return Err(LifeError::CloseIsOver { closes_at, now });
        }
        self.become_status(now, market, status, StatusCause::Step, events);
        Ok(())
    }

    /// Moves a market's close.
    ///
    /// # Errors
    /// Into the past; to an earlier instant where the market's rules do not allow it.
    ///
    /// # Panics
    /// When there is no such market, or `now` is before an earlier call's.
    pub fn move_close(
        &mut self,
        now: SimTime,
        market: MarketId,
        closes_at: SimTime,
        events: &mut Vec<ExchangeEvent>,
    ) -> Result<(), LifeError> {
        self.expire_due(now, events);
        let here = &mut self.markets[market.number() as usize];
        let earliest = match here.rules.early_close {
            EarlyClose::Allowed => now,
            EarlyClose::Never => here.rules.closes_at.unwrap_or(now).max(now),
        };
        if closes_at < earliest {
            return Err(LifeError::CloseTooEarly { found: closes_at, earliest });
        }
        here.rules.closes_at = Some(closes_at);
        events.push(ExchangeEvent::CloseMoved { market, closes_at });
        self.plan(market, None);
        Ok(())
    }

    /// Takes the steps that are due by themselves at one instant, of one market.
    pub(super) fn step_due(
        &mut self,
        now: SimTime,
        market: MarketId,
        events: &mut Vec<ExchangeEvent>,
    ) {
        let here = &self.markets[market.number() as usize];
        let closes = here.rules.closes_at.is_some_and(|at| at <= now);
        let status = match here.status {
            MarketStatus::Initialized if !closes => MarketStatus::Active,
            MarketStatus::Initialized | MarketStatus::Active | MarketStatus::Inactive => {
                MarketStatus::Closed
            }
            MarketStatus::Closed => {
                self.cancel_closed(now, market, events);
                return self.follow_up(now, events);
            }
            MarketStatus::Determined(result) | MarketStatus::Amended(result) => {
                MarketStatus::Finalized(result)
            }
            other => unreachable!("Invariant: nothing is planned for a market that is {other}"),
        };
        self.become_status(now, market, status, StatusCause::Clock, events);
    }

    fn become_status(
        &mut self,
        now: SimTime,
        market: MarketId,
        status: MarketStatus,
        cause: StatusCause,
        events: &mut Vec<ExchangeEvent>,
    ) {
        let here = &mut self.markets[market.number() as usize];
        let before = std::mem::replace(&mut here.status, status);
        if here.cancels_at.is_some() {
            self.cancel_closed(now, market, events);
        }
        events.push(ExchangeEvent::MarketStatusChanged { market, status, cause });
        match status {
            MarketStatus::Inactive
                if self.settings.life.market_pause == MarketPause::CancelsOnPause =>
            {
                self.remove_in(now, market, OrderEnd::Halted, events, |order| {
                    order.record.on_pause == OnPause::Canceled
                });
            }
            MarketStatus::Active if before == MarketStatus::Inactive => {
                self.remove_in(now, market, OrderEnd::Halted, events, |_| true);
            }
            MarketStatus::Closed => {
                let after = self.settings.life.close_cancels_after;
                if after == SimDuration::ZERO {
                    self.cancel_closed(now, market, events);
                } else {
                    self.markets[market.number() as usize].cancels_at = Some(now + after);
                }
            }
            MarketStatus::Determined(_) => {
                let here = &mut self.markets[market.number() as usize];
                here.determined_at.get_or_insert(now);
            }
            MarketStatus::Disputed(_) => {
                self.markets[market.number() as usize].was_disputed = true;
            }
            MarketStatus::Finalized(result) => self.settle(now, market, result, events),
            _ => {}
        }
        self.plan(market, Some(now));
        self.follow_up(now, events);
    }

    /// Cancels the orders of a market that is closed.
    fn cancel_closed(&mut self, now: SimTime, market: MarketId, events: &mut Vec<ExchangeEvent>) {
        let here = &mut self.markets[market.number() as usize];
        here.cancels_at = None;
        if let Some(planned) = here.next_step.take() {
            self.next_steps.remove(&(planned, market));
        }
        self.remove_in(now, market, OrderEnd::MarketClosed, events, |_| true);
    }

    /// Notes when a market's life moves on by itself. `since` is when it came to where it stands, if
    /// that is now.
    pub(super) fn plan(&mut self, market: MarketId, since: Option<SimTime>) {
        let here = &mut self.markets[market.number() as usize];
        let next = match here.status {
            MarketStatus::Initialized => {
                let both = [here.rules.opens_at, here.rules.closes_at];
                both.into_iter().flatten().min()
            }
            MarketStatus::Active | MarketStatus::Inactive => here.rules.closes_at,
            MarketStatus::Determined(_) | MarketStatus::Amended(_) => {
                let timer = here.rules.settlement_timer;
                let planned = since.zip(timer).map(|(since, timer)| {
                    let begun = here.determined_at.unwrap_or(since);
                    match self.settings.life.settlement_timer {
                        SettlementTimer::StartsAnew => since + timer,
                        SettlementTimer::GoesOn => (begun + timer).max(since),
                    }
                });
                planned.or(here.next_step)
            }
            MarketStatus::Closed => here.cancels_at,
            MarketStatus::Disputed(_) | MarketStatus::Finalized(_) => None,
        };
        if let Some(planned) = std::mem::replace(&mut here.next_step, next) {
            self.next_steps.remove(&(planned, market));
        }
        self.next_steps.extend(next.map(|next| (next, market)));
    }

    /// Pays what a market's contracts are worth. Only the net position settles; what is finer than a
    /// balance may be is rounded down and kept as a fee (Kalshi, "Market settlement", 2026-08-22,
    /// documented; with whole dollars there is none).
    fn settle(
        &mut self,
        now: SimTime,
        market: MarketId,
        result: MarketResult,
        events: &mut Vec<ExchangeEvent>,
    ) {
        let value = result.settlement_value();
        let step = self.settings.fee_rounding.balance_step();
        for number in 0..self.accounts.len() {
            let number = u32::try_from(number).expect("Invariant: below 2^32 accounts");
            let account = AccountId::new(number);
            let position = self.position(account, market);
            if position.is_flat() {
                self.net(account, market, events);
                continue;
            }
            let worth = value.times(position.long()) + value.complement().times(position.short());
            let due = self.return_due(account, market, Position::FLAT);
            let comes_to = worth + due;
            let fee = comes_to - comes_to.floor_to(step);
            let payout = worth - fee;
            let state = &mut self.accounts[account.number() as usize];
            state.in_market_mut(market).settle(worth, fee);
            self.markets[market.number() as usize].activity.note_position(position, Position::FLAT);
            self.ledger.move_to_pool(account, -worth);
            self.ledger.move_to_fees(account, fee);
            self.concern(account, market);
            let view = self.position_view(account, market);
            if let Some(history) = &mut self.accounts[account.number() as usize].history {
                history.note_position(now, view);
            }
            let settlement = Settlement { market, result, position, payout, fee };
            events.push(ExchangeEvent::Settled { account, settlement });
            self.give_back(account, market, due, events);
        }
    }
}
