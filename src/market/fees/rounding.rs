//! What becomes of the decimals of a fee.

use super::{FeeError, FeeSchedule};
use crate::market::Liquidity;
use crate::units::{Cash, Price, Quantity, Side};

/// What an account's balance is a multiple of (Kalshi, changelog 2026-05-28 and "Fee rounding",
/// 2026-08-22, documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BalanceStep {
    /// 0.0001 dollar: direct members since 2026-05-28.
    TenThousandth,
    /// 0.01 dollar: members behind a broker; everybody before 2026-05-28.
    Cent,
}

impl BalanceStep {
    /// The step as an amount.
    #[must_use]
    pub const fn cash(self) -> Cash {
        match self {
            Self::TenThousandth => Cash::from_millionths(100),
            Self::Cent => Cash::CENT,
        }
    }
}

impl TryFrom<Cash> for BalanceStep {
    type Error = FeeError;

    fn try_from(step: Cash) -> Result<Self, FeeError> {
        let known = [Self::TenThousandth, Self::Cent].into_iter().find(|each| each.cash() == step);
        known.ok_or(FeeError::BalanceStep { found: step })
    }
}

/// How a fee becomes an amount that an account can pay. Every generation of the rule works fill by
/// fill and remembers, per order, what earlier fills paid too much: [`RoundingCarry`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeeRounding {
    /// The fee is rounded up to 0.000001 dollar, the balance change down to the step; what the
    /// second step takes is given back in whole steps as soon as it makes one
    /// (Kalshi, "Fee rounding", 2026-10-10, documented).
    ///
    /// The give-back is capped so that no fill's net fee is below zero; a capped give-back stays a
    /// whole number of steps, as balances are multiples of one.
    Millionth {
        /// What balances are multiples of.
        balance_step: BalanceStep,
    },
    /// The fee is rounded up to 0.0001 dollar, the balance change down to the step; what the
    /// second step takes is given back as one cent once it is above one cent
    /// (Kalshi, "Fee rounding", 2026-08-22, documented).
    ///
    /// A give-back that would bring a fill's net fee below zero waits (observed in production
    /// fills, 2026-05-10).
    TenThousandth {
        /// What balances are multiples of.
        balance_step: BalanceStep,
    },
    /// The order's total balance change is a whole cent: cost plus fee rounded up, proceeds minus
    /// fee rounded down (Kalshi, fee schedule, 2026-02-05, documented per order).
    ///
    /// After every fill the total so far is a whole cent (observed in 6 of 7
    /// orders that filled in several pieces, production, 2026-05). A later fill of the order can
    /// therefore have a net fee below zero, when an earlier one paid for it.
    WholeCent,
}

/// What earlier fills of one order paid too much by rounding. It belongs to one order, one
/// schedule and one rounding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoundingCarry(u64);

/// A fill as the fee sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PricedFill {
    /// The order's role.
    pub liquidity: Liquidity,
    /// The order's side.
    pub side: Side,
    /// The price of the match, in the YES frame.
    pub price: Price,
    /// Contracts.
    pub quantity: Quantity,
}

impl PricedFill {
    /// What opening the position costs without fees. Closing differs from it by one dollar a
    /// contract, which is a whole number of any balance step, so that rounding sees no difference.
    fn cost(&self) -> Cash {
        self.side.own_price(self.price).times(self.quantity)
    }
}

/// The fee of one fill: three entries in the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fee {
    /// The formula's value, rounded up \[dollar\].
    pub trade: Cash,
    /// What rounding the balance takes on top \[dollar\], never negative.
    pub rounding: Cash,
    /// What is given back of the rounding of this and earlier fills \[dollar\], never negative.
    pub rebate: Cash,
}

impl Fee {
    /// What the fill pays in all.
    #[must_use]
    pub fn net(self) -> Cash {
        self.trade + self.rounding - self.rebate
    }
}

impl FeeRounding {
    /// The names of the generations, newest first.
    pub const LABELS: [&'static str; 3] = ["millionth", "ten_thousandth", "whole_cent"];

    /// The rounding that a name and a balance step describe. Whole cents have no other step.
    ///
    /// # Errors
    /// When there is no such name.
    pub fn from_label(label: &str, balance_step: BalanceStep) -> Result<Self, FeeError> {
        match label {
            "millionth" => Ok(Self::Millionth { balance_step }),
            "ten_thousandth" => Ok(Self::TenThousandth { balance_step }),
            "whole_cent" => Ok(Self::WholeCent),
            _ => Err(FeeError::UnknownRounding { found: label.to_owned() }),
        }
    }

    /// What balances are multiples of.
    #[must_use]
    pub const fn balance_step(self) -> Cash {
        match self {
            Self::Millionth { balance_step } | Self::TenThousandth { balance_step } => {
                balance_step.cash()
            }
            Self::WholeCent => Cash::CENT,
        }
    }

    /// The fee of the next fill of an order.
    pub fn charge(
        self,
        schedule: &FeeSchedule,
        fill: &PricedFill,
        carry: &mut RoundingCarry,
    ) -> Fee {
        let parts = schedule.parts(fill.liquidity, fill.price, fill.quantity);
        let per_millionth = schedule.parts_per_millionth();
        match self {
            Self::Millionth { balance_step } => {
                let trade = millionths(parts, per_millionth);
                stepwise(fill.cost(), trade, balance_step, carry, rebate_in_steps)
            }
            Self::TenThousandth { balance_step } => {
                let trade = millionths(parts, per_millionth).ceil_to(Cash::from_millionths(100));
                stepwise(fill.cost(), trade, balance_step, carry, rebate_of_a_cent)
            }
            Self::WholeCent => whole_cent(fill.cost(), parts, per_millionth, carry),
        }
    }

    /// The most that a fill can cost, were it the order's next and only one: what has to be set
    /// aside for an order. If the order fills in `n` pieces instead, it costs at most
    /// [`Self::slack_per_fill`] more for each.
    #[must_use]
    pub fn headroom(self, schedule: &FeeSchedule, fill: &PricedFill, carry: RoundingCarry) -> Cash {
        let mut carry = match self {
            Self::Millionth { .. } | Self::TenThousandth { .. } => RoundingCarry::default(),
            Self::WholeCent => carry,
        };
        self.charge(schedule, fill, &mut carry).net()
    }

    /// What rounding can add to a fee because one fill is not the whole order.
    #[must_use]
    pub fn slack_per_fill(self) -> Cash {
        match self {
            Self::Millionth { balance_step } => balance_step.cash() + Cash::from_millionths(1),
            Self::TenThousandth { balance_step } => {
                balance_step.cash() + Cash::from_millionths(100)
            }
            Self::WholeCent => Cash::ZERO,
        }
    }
}

/// Parts rounded up to a millionth of a dollar.
fn millionths(parts: u128, per_millionth: u64) -> Cash {
    // Almost always the product fits into 64 bits, where division is several times faster.
    let rounded = match u64::try_from(parts) {
        Ok(parts) => u128::from(parts.div_ceil(per_millionth)),
        Err(_) => parts.div_ceil(u128::from(per_millionth)),
    };
    Cash::from_millionths(i64::try_from(rounded).expect("Invariant: Quantity::MAX bounds a fee"))
}

/// What is given back, of what was carried with this fill, at a net fee so far and a step.
type Rebate = fn(carried: Cash, net_before: Cash, step: Cash) -> Cash;

fn rebate_in_steps(carried: Cash, net_before: Cash, step: Cash) -> Cash {
    carried.min(net_before).floor_to(step)
}

fn rebate_of_a_cent(carried: Cash, net_before: Cash, _: Cash) -> Cash {
    if carried > Cash::CENT && net_before >= Cash::CENT { Cash::CENT } else { Cash::ZERO }
}

/// Rounds the balance change of one fill down to a step and keeps account of it.
fn stepwise(
    cost: Cash,
    trade: Cash,
    step: BalanceStep,
    carry: &mut RoundingCarry,
    rebate: Rebate,
) -> Fee {
    let step = step.cash();
    let paid = cost + trade;
    let rounding = paid.ceil_to(step) - paid;
    let before = i64::try_from(carry.0).expect("Invariant: a carry is a few cents");
    let carried = Cash::from_millionths(before) + rounding;
    let rebate = rebate(carried, trade + rounding, step);
    *carry = RoundingCarry((carried - rebate).millionths().unsigned_abs());
    Fee { trade, rounding, rebate }
}

/// Rounds the order's total balance change to a whole cent. The carry counts parts.
fn whole_cent(cost: Cash, parts: u128, per_millionth: u64, carry: &mut RoundingCarry) -> Fee {
    let wide = |number: u128| i128::try_from(number).expect("Invariant: Quantity::MAX bounds it");
    let per_millionth = i128::from(per_millionth);
    let per_cent = per_millionth * i128::from(Cash::CENT.millionths());
    let due = i128::from(cost.millionths()) * per_millionth + wide(parts) - i128::from(carry.0);
    let cents = -(-due).div_euclid(per_cent);
    *carry = RoundingCarry(
        u64::try_from(cents * per_cent - due).expect("Invariant: less than a cent is left over"),
    );
    let paid = i64::try_from(cents).expect("Invariant: Quantity::MAX bounds a cost");
    let net = Cash::from_millionths(paid * Cash::CENT.millionths()) - cost;
    let trade = Cash::from_millionths(
        i64::try_from(-(-wide(parts)).div_euclid(per_millionth)).expect("Invariant: as above"),
    );
    let difference = net - trade;
    let (rounding, rebate) =
        if difference.is_negative() { (Cash::ZERO, -difference) } else { (difference, Cash::ZERO) };
    Fee { trade, rounding, rebate }
}
