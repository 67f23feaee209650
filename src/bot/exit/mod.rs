//! Selling what a stop or target calls for.

mod fire_and_forget;
mod fixed;
mod reduce_only;
mod reference;

use crate::bot::position_record::{ExitOrder, PositionRecord};
use crate::bot::settings::ExitSettings;
use crate::bot::shared::{OrderRole, Shared};
use crate::protocol::record::PassFailure;
use crate::protocol::{CreateOrder, Purpose, TriggerKind};
use crate::units::{Price, Quantity, RecordId, Side};

/// What to do with a record whose exit was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attention {
    /// Leave it alone in this pass.
    Done,
    /// Compare its price: the exit is not followed any further.
    PriceCheck,
}

/// What calls for an exit, and the price that it is sent at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) trigger: TriggerKind,
    pub(super) price: Price,
}

/// An exit engine.
#[derive(Debug)]
pub(super) struct ExitEngine {
    shared: Shared,
    kind: ExitSettings,
}

impl ExitEngine {
    pub(super) fn new(kind: ExitSettings, shared: Shared) -> Self {
        Self { shared, kind }
    }

    /// Sells a record's whole stake.
    ///
    /// # Errors
    /// An order that is not answered in time fails the pass.
    pub(super) async fn sell(
        &self,
        record: &PositionRecord,
        call: Call,
    ) -> Result<(), PassFailure> {
        let shared = &self.shared;
        match self.kind {
            ExitSettings::Fixed(wait) => fixed::sell(shared, wait, record, call).await,
            ExitSettings::FireAndForget => {
                fire_and_forget::sell(shared, record, call).await;
                Ok(())
            }
            ExitSettings::ReduceOnlyIoc => {
                reduce_only::sell(shared, record, call).await;
                Ok(())
            }
            ExitSettings::Reference(settings) => {
                reference::sell(shared, settings, record, call).await
            }
        }
    }

    /// Looks after an exit that is under way.
    pub(super) async fn look_after(&self, record: RecordId, exit: Option<ExitOrder>) -> Attention {
        match (self.kind, exit) {
            (ExitSettings::Fixed(_), Some(exit)) => {
                fixed::look_after(&self.shared, record, exit).await
            }
            // What was sold without looking stays under way for good. The others are over when
            // their pass is; one that a restart cut off stays.
            _ => Attention::Done,
        }
    }
}

/// An order that sells a record's contracts.
fn order(
    shared: &Shared,
    record: &PositionRecord,
    quantity: Quantity,
    price: Price,
) -> CreateOrder {
    let client_order = shared.new_order(OrderRole::Exit(record.id));
    CreateOrder::new(client_order, record.market, Side::Ask, price, quantity)
}

/// Why an exit's order is sent.
fn purpose(record: &PositionRecord, call: Call) -> Purpose {
    Purpose::Exit { record: record.id, trigger: call.trigger }
}
