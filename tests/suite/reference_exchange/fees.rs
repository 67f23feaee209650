//! Fees, worked out anew from the fee schedule and the pages on rounding.
//!
//! Coefficient times multiplier times contracts times price times one minus price, exactly, in parts
//! of 10^-18 dollar.

use fillgap::protocol::Liquidity;
use fillgap::units::{Cash, Price, Quantity};

/// Parts of a millionth of a dollar.
const MILLIONTH: i128 = 1_000_000_000_000;
const CENT: i128 = 10_000 * MILLIONTH;

/// A market's fee formula, in units of 0.0001.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Formula {
    pub(super) taker: i128,
    pub(super) maker: i128,
    pub(super) multiplier: i128,
}

/// How a fee becomes an amount that can be paid; the steps in millionths of a dollar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rounding {
    /// Of October 2026: up to a millionth, then the balance down to a step.
    Millionth { step: i128 },
    /// Of August 2026: up to a hundredth of a cent, then the balance down to a step.
    TenThousandth { step: i128 },
    /// Of February 2026: all that an order moved is whole cents.
    WholeCent,
}

/// What an order's fills so far mean for its next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Accumulator {
    /// What rounding took and did not give back, in parts.
    kept: i128,
    /// What the fills cost and should have cost in fees, in parts.
    due: i128,
    /// What the order really moved, in parts.
    moved: i128,
}

/// The smallest multiple of a step that is not below a number.
fn up(number: i128, step: i128) -> i128 {
    -down(-number, step)
}

/// The largest multiple of a step that is not above a number.
fn down(number: i128, step: i128) -> i128 {
    number.div_euclid(step) * step
}

fn parts(cash: Cash) -> i128 {
    i128::from(cash.millionths()) * MILLIONTH
}

/// A whole number of millionths.
fn cash(parts: i128) -> Cash {
    assert_eq!(parts % MILLIONTH, 0, "finer than a millionth");
    Cash::from_millionths(i64::try_from(parts / MILLIONTH).unwrap())
}

impl Formula {
    /// What nothing is charged by.
    pub(super) const NOTHING: Self = Self { taker: 0, maker: 0, multiplier: 0 };

    fn model(&self, liquidity: Liquidity, price: Price, quantity: Quantity) -> i128 {
        let coefficient = if liquidity == Liquidity::Taker { self.taker } else { self.maker };
        let price = i128::from(price.ten_thousandths());
        // 10^-4 x 10^-4 x 10^-2 x 10^-4 x 10^-4.
        let contracts = i128::from(quantity.hundredths());
        coefficient * self.multiplier * contracts * price * (10_000 - price)
    }
}

impl Rounding {
    /// The smallest amount that a balance can change by.
    pub(super) fn step(self) -> Cash {
        let millionths = match self {
            Self::Millionth { step } | Self::TenThousandth { step } => step,
            Self::WholeCent => 10_000,
        };
        Cash::from_millionths(i64::try_from(millionths).unwrap())
    }

    /// The net fee of a fill. `revenue` is what it brings without fees; below zero it costs.
    pub(super) fn fee(
        self,
        formula: &Formula,
        liquidity: Liquidity,
        (price, quantity): (Price, Quantity),
        revenue: Cash,
        order: &mut Accumulator,
    ) -> Cash {
        let model = formula.model(liquidity, price, quantity);
        let revenue = parts(revenue);
        let (trade, step) = match self {
            Self::Millionth { step } => (up(model, MILLIONTH), step * MILLIONTH),
            Self::TenThousandth { step } => (up(model, 100 * MILLIONTH), step * MILLIONTH),
            Self::WholeCent => {
                order.due += model - revenue;
                let before = order.moved;
                order.moved = up(order.due, CENT);
                return cash(order.moved - before + revenue);
            }
        };
        let rounding = (revenue - trade) - down(revenue - trade, step);
        order.kept += rounding;
        let before_rebate = trade + rounding;
        let rebate = match self {
            Self::Millionth { .. } => down(order.kept.min(before_rebate), step),
            _ if order.kept > CENT && before_rebate >= CENT => CENT,
            _ => 0,
        };
        order.kept -= rebate;
        cash(before_rebate - rebate)
    }
}
