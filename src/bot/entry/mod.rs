//! From a signal to a position record.

mod immediate;
mod oracle;
mod track_and_reconcile;
mod wait_for_fill;

pub(super) use oracle::follow_truth;

use crate::bot::limits::Limits;
use crate::bot::settings::{BotSettings, EntrySettings, EntryTimeInForce, MarketView, Ratio};
use crate::bot::shared::{OrderRole, Shared};
use crate::bot::strategy::{Notice, Signal};
use crate::market::{SelfTradePrevention, TimeInForce};
use crate::protocol::record::{Decision, EntryResult, Verdict};
use crate::protocol::{CreateOrder, Crossing, PositionEffect, Purpose};
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
}

impl Entry {
    pub(super) fn new(settings: &BotSettings, markets: &[MarketView], shared: Shared) -> Self {
        Self {
            shared,
            limits: Limits::new(settings.limits, markets),
            live_cap_factor: settings.limits.live_cap_factor,
            time_in_force: settings.order,
            engine: settings.entry,
        }
    }

    /// Acts on what the strategy says, to the end.
    pub(super) async fn enter(&mut self, notice: Notice) {
        let (signal, outcome) = match notice {
            Notice::NoPrice { number } => (number, EntryOutcome::nothing(EntryResult::NotSent)),
            Notice::Signal(signal) => {
                self.shared.decide(Decision::Signal {
                    signal: signal.number,
                    market: signal.market,
                    quantity: signal.quantity,
                    limit_price: signal.limit_price,
                    stop: signal.stop,
                    target: signal.target,
                    due: signal.due,
                });
                (signal.number, self.attempt(&signal).await)
            }
        };
        let EntryOutcome { result, filled } = outcome;
        self.shared.decide(Decision::EntryDone { signal, result, filled });
    }

    async fn attempt(&mut self, signal: &Signal) -> EntryOutcome {
        if self.limits.check(&self.shared, signal).await == Verdict::Refused {
            return EntryOutcome::nothing(EntryResult::NotSent);
        }
        let quantity = self.allowed(signal).await;
        if quantity.is_zero() {
            return EntryOutcome::nothing(EntryResult::NotSent);
        }
        let order = self.order(signal, quantity);
        match self.engine {
            EntrySettings::Immediate => immediate::enter(&self.shared, signal, order).await,
            EntrySettings::WaitForFill(settings) => {
                wait_for_fill::enter(&self.shared, signal, order, settings).await
            }
            EntrySettings::TrackAndReconcile(_) => {
                track_and_reconcile::enter(&self.shared, signal, order).await
            }
            EntrySettings::Oracle => oracle::enter(&self.shared, signal, order).await,
        }
    }

    /// The contracts that the live-quantity cap lets be sent. Orders that rest do not count as
    /// live, as in the original.
    async fn allowed(&self, signal: &Signal) -> Quantity {
        let contracts = self.shared.live_contracts(Purpose::Decide).await;
        let live = contracts.get(&signal.market).copied().unwrap_or_default();
        let cap = self.live_cap_factor.whole_contracts_of(signal.quantity);
        let allowed = signal.quantity.min(cap.saturating_sub(live));
        self.shared.decide(Decision::LiveCap {
            signal: signal.number,
            live,
            wanted: signal.quantity,
            allowed,
        });
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
        CreateOrder {
            client_order: self.shared.new_order(OrderRole::Entry(*signal)),
            market: signal.market,
            side: Side::Bid,
            limit_price: signal.limit_price,
            quantity,
            time_in_force,
            effect: PositionEffect::Any,
            crossing: Crossing::Allowed,
            self_trade: Some(SelfTradePrevention::TakerAtCross),
        }
    }
}

/// Why an entry's requests are sent.
fn purpose(signal: &Signal) -> Purpose {
    Purpose::Entry { signal: signal.number }
}
