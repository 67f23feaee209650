//! Time, pauses, and the lives of markets.

use fillgap::market::{ExchangeStatus, LifeStep, MarketResult, MarketStatus};
use fillgap::protocol::{OnPause, OrderEnd};
use fillgap::units::{AccountId, Cash, MarketId, OrderId, Position, SimDuration, SimTime};

use super::fees::Formula;
use super::netting::value_of;
use super::readings::Second;
use super::state::{Market, Order, Payout, Reference, Told};

/// How long a determined market waits before it pays.
pub(super) const SETTLEMENT_TIMER: SimDuration = SimDuration::from_ms(20);

/// How long after a close orders are canceled, where that is not at once.
pub(super) const CLOSE_CANCELS_AFTER: SimDuration = SimDuration::from_ms(7);

/// What happens by itself, at one instant in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Expiry(OrderId),
    Fees(usize),
    /// A step of a market, or the cancels after its close: one after the other for itself.
    Market(usize),
}

impl Reference {
    /// Lets happen what happens by itself until an instant.
    pub(super) fn pass(&mut self, until: SimTime) {
        while let Some((at, due)) = self.next_due().filter(|(at, _)| *at <= until) {
            // What a pause held up is due at its end.
            self.now = self.now.max(at);
            match due {
                Due::Expiry(id) => self.expire(id),
                Due::Fees(index) => self.markets[index].waived_until = None,
                Due::Market(index) if self.markets[index].cancels_at == Some(at) => {
                    self.cancel_closed(index);
                }
                Due::Market(index) => self.become_status(index, self.next_status(index)),
            }
            self.remember();
        }
        self.now = until;
    }

    fn next_due(&self) -> Option<(SimTime, Due)> {
        let waits = self.settings.reads(Second::ExpiryAfterPause);
        let may_end = !waits || self.status == ExchangeStatus::Active;
        let expiries = self
            .orders
            .iter()
            .filter(|_| may_end)
            .filter_map(|order| self.is_gone_at(order).map(|at| (at, Due::Expiry(order.id))));
        let markets = || self.markets.iter().enumerate();
        let steps = markets()
            .filter_map(|(index, market)| planned(market).map(|at| (at, Due::Market(index))));
        let cancels = markets()
            .filter_map(|(index, market)| market.cancels_at.map(|at| (at, Due::Market(index))));
        let fees = markets()
            .filter_map(|(index, market)| market.waived_until.map(|at| (at, Due::Fees(index))));
        expiries.chain(steps).chain(cancels).chain(fees).min()
    }

    /// What a market charges now.
    pub(super) fn formula(&self, market: MarketId) -> Formula {
        match self.markets[market.number() as usize].waived_until {
            Some(_) => Formula::NOTHING,
            None => self.settings.formula,
        }
    }

    /// When an order is gone by itself.
    fn is_gone_at(&self, order: &Order) -> Option<SimTime> {
        let later = SimDuration::from_ns(u64::from(self.settings.reads(Second::ThereAtExpiry)));
        order.expires_at.map(|at| at + later)
    }

    fn expire(&mut self, id: OrderId) {
        let order = self.orders.iter().find(|order| order.id == id);
        let order = order.expect("it rests").clone();
        self.end(&order, OrderEnd::Expired, order.remaining);
    }

    /// What becomes of a market when its time comes.
    fn next_status(&self, index: usize) -> MarketStatus {
        let market = &self.markets[index];
        match market.status {
            MarketStatus::Initialized if market.closes_at.is_none_or(|at| at > self.now) => {
                MarketStatus::Active
            }
            MarketStatus::Determined(result) | MarketStatus::Amended(result) => {
                MarketStatus::Finalized(result)
            }
            _ => MarketStatus::Closed,
        }
    }

    /// Cancels what rests in a market since before its close.
    fn cancel_closed(&mut self, index: usize) {
        self.markets[index].cancels_at = None;
        let market = MarketId::new(u32::try_from(index).unwrap());
        self.end_where(OrderEnd::MarketClosed, |order| order.market == market);
    }

    /// The markets whose orders nobody can take out.
    pub(super) fn kept_markets(&self) -> Vec<MarketId> {
        let inactive_keeps = self.settings.reads(Second::InactiveKeeps);
        let keeps = |market: &Market| {
            market.status == MarketStatus::Inactive && inactive_keeps || market.cancels_at.is_some()
        };
        let all = (0..).map(MarketId::new).zip(&self.markets);
        all.filter(|(_, market)| keeps(market)).map(|(number, _)| number).collect()
    }

    pub(super) fn set_status(&mut self, status: ExchangeStatus) {
        let begins = self.status == ExchangeStatus::Active && status != ExchangeStatus::Active;
        self.status = status;
        // Expiries that a pause held up come at its end, before anything else.
        self.pass(self.now);
        if begins {
            self.end_where(OrderEnd::Halted, |order| order.on_pause == OnPause::Canceled);
        }
    }

    /// Takes a step in a market's life, if it follows.
    pub(super) fn step(&mut self, market: MarketId, step: LifeStep) {
        let index = market.number() as usize;
        let here = &self.markets[index];
        let is_over = here.closes_at.is_some_and(|at| at <= self.now);
        let status = match (here.status, step) {
            (
                MarketStatus::Initialized | MarketStatus::Inactive | MarketStatus::Closed,
                LifeStep::Activate,
            ) if !is_over => MarketStatus::Active,
            (MarketStatus::Active, LifeStep::Deactivate) => MarketStatus::Inactive,
            (
                MarketStatus::Initialized | MarketStatus::Active | MarketStatus::Inactive,
                LifeStep::Close,
            ) => MarketStatus::Closed,
            (MarketStatus::Closed, LifeStep::Determine(result))
            | (MarketStatus::Disputed(_), LifeStep::Amend(result))
                if self.is_too_high(index, result) =>
            {
                return;
            }
            (MarketStatus::Closed, LifeStep::Determine(result))
            | (MarketStatus::Disputed(result), LifeStep::Uphold) => {
                MarketStatus::Determined(result)
            }
            (MarketStatus::Determined(result), LifeStep::Dispute) => MarketStatus::Disputed(result),
            (MarketStatus::Disputed(_), LifeStep::Amend(result)) => MarketStatus::Amended(result),
            (
                MarketStatus::Determined(result) | MarketStatus::Amended(result),
                LifeStep::Settle,
            ) => MarketStatus::Finalized(result),
            _ => return,
        };
        self.has_stepped = true;
        self.become_status(index, status);
    }

    fn become_status(&mut self, index: usize, status: MarketStatus) {
        let market = MarketId::new(u32::try_from(index).unwrap());
        if self.markets[index].cancels_at.is_some() {
            self.cancel_closed(index);
        }
        let before = self.markets[index].status;
        self.markets[index].status = status;
        self.told.push(Told::Status(market, status));
        match status {
            MarketStatus::Inactive if !self.settings.reads(Second::MarketPauseKeeps) => {
                self.end_where(OrderEnd::Halted, |order| {
                    order.market == market && order.on_pause == OnPause::Canceled
                });
            }
            MarketStatus::Active if before == MarketStatus::Inactive => {
                self.end_where(OrderEnd::Halted, |order| order.market == market);
            }
            MarketStatus::Closed if self.settings.reads(Second::CanceledAfterClose) => {
                self.markets[index].cancels_at = Some(self.now + CLOSE_CANCELS_AFTER);
            }
            MarketStatus::Closed => self.cancel_closed(index),
            MarketStatus::Determined(_) | MarketStatus::Amended(_) => {
                let anew = self.now + SETTLEMENT_TIMER;
                let former = self.markets[index].settles_at;
                let goes_on = former.filter(|_| self.settings.reads(Second::TimerGoesOn));
                let settles_at = goes_on.map_or(anew, |at| at.max(self.now));
                self.markets[index].settles_at = Some(settles_at);
            }
            MarketStatus::Finalized(result) => self.pay(market, result),
            _ => {}
        }
    }

    fn pay(&mut self, market: MarketId, result: MarketResult) {
        let value = value_of(result);
        for number in 0..self.cash.len() {
            let account = AccountId::new(u32::try_from(number).unwrap());
            let held = self.position(account, market);
            if held == Position::FLAT {
                continue;
            }
            let worth = value.times(held.long()) + value.complement().times(held.short());
            self.positions.remove(&(account, market));
            let step = self.settings.rounding.step().millionths();
            // What was returned is paid already.
            let net = worth + self.due_back(account, None);
            let kept = Cash::from_millionths(net.millionths().rem_euclid(step));
            let paid = worth - kept;
            self.cash[number] += paid;
            self.fees += kept;
            let basis = self.bases.get_mut(&(account, market));
            basis.expect("it was bought").settle(worth, kept);
            self.told.push(Told::Settled(account, market, held, Payout { paid, kept }));
            self.give_back_exactly(account);
        }
        // A result narrows the worst case of what others hold, too.
        (0_u32..).map(AccountId::new).take(self.cash.len()).for_each(|each| self.give_back(each));
    }
}

/// When a market's life goes on by itself.
fn planned(market: &Market) -> Option<SimTime> {
    match market.status {
        MarketStatus::Initialized => {
            [market.opens_at, market.closes_at].into_iter().flatten().min()
        }
        MarketStatus::Active | MarketStatus::Inactive => market.closes_at,
        MarketStatus::Determined(_) | MarketStatus::Amended(_) => market.settles_at,
        _ => None,
    }
}
