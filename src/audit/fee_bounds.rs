//! Whether the fees of an order are within their bounds.

use crate::audit::violation::{Rule, Violation};
use crate::market::{FeeRounding, FeeSchedule};
use crate::protocol::FillReport;
use crate::units::{Cash, Side};

/// What one order's fills cost so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OrderFees {
    fills: u32,
    /// What the formula says, in the schedule's parts.
    due_parts: u128,
    /// What opening with these fills costs, without fees.
    cost: Cash,
    paid: Cash,
}

impl OrderFees {
    /// Adds a fill and checks its fee and the order's total.
    pub(super) fn add(
        &mut self,
        rounding: FeeRounding,
        schedule: &FeeSchedule,
        fill: &FillReport,
    ) -> Result<(), Violation> {
        let parts = schedule.parts(fill.liquidity, fill.price, fill.quantity);
        self.fills += 1;
        self.due_parts += parts;
        self.paid += fill.fee;
        self.cost += match fill.side {
            Side::Bid => fill.price.times(fill.quantity),
            Side::Ask => fill.price.complement().times(fill.quantity),
        };
        let due = excess(schedule, self.paid, self.due_parts);
        let is_right = match rounding {
            FeeRounding::WholeCent => {
                let is_whole =
                    (self.cost + self.paid).floor_to(Cash::CENT) == self.cost + self.paid;
                is_whole && (0..parts_of(schedule, Cash::CENT)).contains(&due)
            }
            FeeRounding::Millionth { .. } | FeeRounding::TenThousandth { .. } => {
                let slack = parts_of(schedule, rounding.slack_per_fill());
                let alone = excess(schedule, fill.fee, parts);
                !fill.fee.is_negative()
                    && alone < slack
                    && (0..slack * i128::from(self.fills)).contains(&due)
            }
        };
        if is_right {
            return Ok(());
        }
        let found = format!("{fill:?}: the order's fills so far: {self:?}");
        Err(Violation { rule: Rule::FeeWithinBounds, found })
    }
}

/// An amount in a schedule's parts.
fn parts_of(schedule: &FeeSchedule, amount: Cash) -> i128 {
    i128::from(amount.millionths()) * i128::from(schedule.parts_per_millionth())
}

/// What was paid beyond what is due, in a schedule's parts.
fn excess(schedule: &FeeSchedule, paid: Cash, due_parts: u128) -> i128 {
    let due = i128::try_from(due_parts).expect("Invariant: Quantity::MAX bounds a fee");
    parts_of(schedule, paid) - due
}
