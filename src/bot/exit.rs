//! Selling what a stop or target calls for.

use crate::bot::follow::{self, WaitOutcome};
use crate::bot::positions::{ExitOrder, PositionRecord};
use crate::bot::settings::{ExitSettings, WaitSettings};
use crate::bot::shared::{OrderRole, Shared};
use crate::market::{SelfTradePrevention, TimeInForce};
use crate::protocol::record::{Decision, Wait};
use crate::protocol::{CreateOrder, Crossing, PositionEffect, Purpose, TriggerKind};
use crate::units::{Price, RecordId, Side};

/// What to do with a record whose exit was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attention {
    /// Leave it alone in this pass.
    Done,
    /// Compare its price: the exit is not followed any further.
    PriceCheck,
}

/// An exit engine.
#[derive(Debug)]
pub(super) enum ExitEngine {
    Fixed(FixedExit),
}

impl ExitEngine {
    pub(super) fn new(settings: ExitSettings, shared: Shared) -> Self {
        match settings {
            ExitSettings::Fixed(wait) => Self::Fixed(FixedExit { shared, wait }),
        }
    }

    /// Sells a record's whole stake at `price`.
    pub(super) async fn sell(&self, record: &PositionRecord, trigger: TriggerKind, price: Price) {
        match self {
            Self::Fixed(exit) => exit.sell(record, trigger, price).await,
        }
    }

    /// Looks after an exit that is under way.
    pub(super) async fn look_after(&self, record: RecordId, exit: ExitOrder) -> Attention {
        match self {
            Self::Fixed(fixed) => fixed.look_after(record, exit).await,
        }
    }
}

/// Sends a plain order for the stake, waits for it, and keeps looking in later passes. It never
/// compares the stake with what is held, never reprices, and cancels only where the wait does, so
/// exits that were given up on still rest beside their successors, as in the original.
#[derive(Debug)]
pub(super) struct FixedExit {
    shared: Shared,
    wait: WaitSettings,
}

impl FixedExit {
    async fn sell(&self, record: &PositionRecord, trigger: TriggerKind, price: Price) {
        let Shared { venue, positions, .. } = &self.shared;
        let quantity = record.stake.long();
        let order = CreateOrder {
            client_order: self.shared.new_order(OrderRole::Exit(record.id)),
            market: record.market,
            side: Side::Ask,
            limit_price: price,
            quantity,
            time_in_force: TimeInForce::REST,
            effect: PositionEffect::Any,
            crossing: Crossing::Allowed,
            self_trade: Some(SelfTradePrevention::TakerAtCross),
        };
        let purpose = Purpose::Exit { record: record.id, trigger };
        let Ok(created) = venue.create(order, purpose).await else {
            // A refused exit changes nothing; the next pass tries again.
            return;
        };
        let exit = ExitOrder { order: created.order, quantity, limit_price: price };
        positions.exit_sent(record.id, exit);
        self.shared.decide(Decision::WaitBegan(Wait::Exit));
        let outcome = follow::wait_for_fill(venue, exit.order, self.wait).await;
        self.shared.decide(Decision::WaitEnded(Wait::Exit));
        match outcome {
            WaitOutcome::Filled { filled, .. } if filled < quantity => {
                positions.exit_filled_in_part(record.id, exit, filled);
            }
            // Sold in full: the record stays as it is until it is reconciled.
            WaitOutcome::Filled { .. } => {}
            WaitOutcome::Canceled | WaitOutcome::TimedOut => {
                positions.exit_abandoned(record.id);
            }
        }
    }

    async fn look_after(&self, record: RecordId, exit: ExitOrder) -> Attention {
        let positions = &self.shared.positions;
        let look = follow::fill_status(&self.shared.venue, exit.order).await;
        if look.done {
            return Attention::Done;
        }
        if look.remaining.is_zero() {
            // Canceled, expired, or the look failed: all are taken for an exit that sold nothing.
            positions.exit_abandoned(record);
            return Attention::PriceCheck;
        }
        if !look.filled.is_zero() {
            positions.exit_filled_in_part(record, exit, look.filled);
        }
        Attention::Done
    }
}
