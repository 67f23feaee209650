//! What the fills of an order cost.

use crate::market::FeeSchedule;
use crate::protocol::FillReport;
use crate::units::Cash;

/// What one order's fills cost so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OrderFees {
    pub(super) fills: u32,
    /// What the formula says, in the schedule's parts.
    pub(super) due_parts: u128,
    /// What opening with these fills costs, without fees.
    pub(super) cost: Cash,
    pub(super) paid: Cash,
}

impl OrderFees {
    /// Adds a fill.
    pub(super) fn add(&mut self, schedule: &FeeSchedule, fill: &FillReport) {
        self.fills += 1;
        self.due_parts += schedule.parts(fill.liquidity, fill.price, fill.quantity);
        self.paid += fill.fee;
        self.cost += fill.side.own_price(fill.price).times(fill.quantity);
    }
}
