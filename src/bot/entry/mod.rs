//! From a signal to a position record.

mod first_fill;
mod immediate;
mod oracle;
mod reference;
mod track_and_reconcile;
mod wait_for_fill;

pub(super) use oracle::follow_truth;

use std::cell::RefCell;

use crate::bot::limits::Limits;
use crate::bot::reconcile::Reconciler;
use crate::bot::settings::{BotSettings, EntrySettings, EntryTimeInForce, MarketView, Ratio};
use crate::bot::shared::{OrderRole, Shared};
use crate::bot::strategy::{Notice, Signal, Strategy};
use crate::market::TimeInForce;
use crate::protocol::record::{Decision, EntryResult};
use crate::protocol::{CreateOrder, Purpose};
use crate::units::{Quantity, Side};

/// How an entry ended, with the contracts that the bot counts as filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct EntryOutcome {
    result: EntryResult,
    filled: Quantity,
}

impl EntryOutcome {
    /// Nothing was booked.
    fn nothing(result: EntryResult) -> Self {
        Self { result, filled: Quantity::ZERO }
    }

    /// What a known final fill comes to. Full means the quantity that was wanted, also when the
    /// live-quantity cap let only part of it be sent, as in the original.
    fn known(signal: &Signal, filled: Quantity) -> Self {
        let result = if filled.is_zero() {
            EntryResult::Unfilled
        } else if filled < signal.quantity {
            EntryResult::Partial
        } else {
            EntryResult::Full
        };
        Self { result, filled }
    }
}

/// What is the same for all entries: limits, cap and order; what differs is the engine.
#[derive(Debug)]
pub(super) struct Entry {
    shared: Shared,
    limits: Limits,
    live_cap_factor: Ratio,
    time_in_force: EntryTimeInForce,
    engine: EntrySettings,
    /// For the entry that reconciles what it has booked.
    reconciler: Reconciler,
}

impl Entry {
    pub(super) fn new(
        settings: &BotSettings,
        markets: &[MarketView],
        shared: Shared,
        reconciler: Reconciler,
    ) -> Self {
        Self {
            reconciler,
            shared,
            limits: Limits::new(settings.limits, markets),
            live_cap_factor: settings.limits.live_cap_factor,
            time_in_force: settings.order,
            engine: settings.entry,
        }
    }

    /// Enters every signal that is true now, one after the other. Signals that become true
    /// meanwhile wait for the next pass.
    pub(super) async fn enter_all(&mut self, strategy: &RefCell<Strategy>) {
        let noticed_at = self.shared.clock().now();
        loop {
            let notice = strategy.borrow_mut().next(noticed_at, &self.shared.venue);
            let Some(notice) = notice else { break };
            self.enter(notice).await;
        }
        if let EntrySettings::Reference(_) = self.engine {
            self.shared.positions.purge_settled();
        }
    }

    /// Acts on what the strategy says, to the end.
    async fn enter(&mut self, notice: Notice) {
        let (signal, outcome) = match notice {
            Notice::NoPrice { number } => (number, EntryOutcome::nothing(EntryResult::NotSent)),
            Notice::Signal(signal) => {
                self.shared.decide(signal.noticed());
                (signal.number, self.attempt(&signal).await)
            }
        };
        let EntryOutcome { result, filled } = outcome;
        self.shared.decide(Decision::EntryDone { signal, result, filled });
    }

    async fn attempt(&mut self, signal: &Signal) -> EntryOutcome {
        let wanted = self.wanted(signal).await;
        if wanted.is_zero() {
            return EntryOutcome::nothing(EntryResult::NotSent);
        }
        let quantity = self.allowed(signal, wanted).await;
        if quantity.is_zero() {
            return EntryOutcome::nothing(EntryResult::NotSent);
        }
        let order = self.order(signal, quantity);
        let shared = &self.shared;
        match self.engine {
            EntrySettings::Immediate(booking) => {
                immediate::enter(shared, signal, order, booking).await
            }
            EntrySettings::WaitForFill(settings) => {
                wait_for_fill::enter(shared, signal, order, settings).await
            }
            EntrySettings::TrackAndReconcile(_) => {
                track_and_reconcile::enter(shared, signal, order).await
            }
            EntrySettings::FirstFill(settings) => {
                first_fill::enter(shared, signal, order, settings).await
            }
            EntrySettings::Reference(settings) => {
                let reconciler = &self.reconciler;
                reference::enter(shared, signal, order, wanted, settings, reconciler).await
            }
            EntrySettings::FillFeed(_) => {
                unreachable!("Invariant: the bot that follows the fill feed has its own entry")
            }
            EntrySettings::Oracle => oracle::enter(shared, signal, order).await,
        }
    }

    /// The contracts that the bot wants to order, after its limits.
    async fn wanted(&mut self, signal: &Signal) -> Quantity {
        let EntrySettings::Reference(_) = self.engine else {
            return self.limits.admit(&self.shared, signal, signal.quantity).await;
        };
        let missing = reference::missing(&self.shared, signal);
        if missing.is_zero() {
            return missing;
        }
        let admitted = self.limits.admit(&self.shared, signal, missing).await;
        if admitted.is_zero() {
            return admitted;
        }
        reference::missing_in_truth(&self.shared, signal, admitted).await
    }

    /// The contracts that the live-quantity cap lets be sent. Orders that rest do not count as
    /// live, as in the original, but for the oracle.
    async fn allowed(&self, signal: &Signal, wanted: Quantity) -> Quantity {
        let contracts = self.shared.live_contracts(Purpose::Decide).await;
        let read = contracts.get(&signal.market).copied().unwrap_or_default();
        let live = match self.engine {
            EntrySettings::Oracle => read.max(oracle::worst_position(&self.shared, signal.market)),
            _ => read,
        };
        let cap = self.live_cap_factor.whole_contracts_of(signal.quantity);
        let allowed = wanted.min(cap.saturating_sub(live));
        self.shared.decide(Decision::LiveCap { signal: signal.number, live, wanted, allowed });
        allowed
    }

    fn order(&self, signal: &Signal, quantity: Quantity) -> CreateOrder {
        let time_in_force = match self.time_in_force {
            EntryTimeInForce::GoodTillCanceled { expires_after } => TimeInForce::GoodTillCanceled {
                expires_at: expires_after.map(|life| self.shared.clock().now() + life),
            },
            EntryTimeInForce::ImmediateOrCancel => TimeInForce::ImmediateOrCancel,
            EntryTimeInForce::FillOrKill => TimeInForce::FillOrKill,
        };
        let client_order = self.shared.new_order(OrderRole::Entry(*signal));
        let Signal { market, limit_price, .. } = *signal;
        CreateOrder {
            time_in_force,
            ..CreateOrder::new(client_order, market, Side::Bid, limit_price, quantity)
        }
    }
}

/// Why an entry's requests are sent.
fn purpose(signal: &Signal) -> Purpose {
    Purpose::Entry { signal: signal.number }
}
