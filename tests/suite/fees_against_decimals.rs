//! Fees against a second implementation, written in decimals from the documentation's own lines.

use fillgap::market::{
    BalanceStep, FeeKind, FeeMultiplier, FeeRounding, FeeSchedule, Liquidity, PricedFill,
    RoundingCarry,
};
use fillgap::units::{Price, Quantity, Side};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::operation_count::{case, count};

/// One order's account of fees, in the words of the pages "Fee rounding".
#[derive(Debug, Default)]
struct ByTheBook {
    accumulator: Decimal,
    /// For whole cents: everything that the order cost, fees included, not rounded.
    exact: Decimal,
    /// For whole cents: what it was charged so far.
    charged: Decimal,
}

fn up(value: Decimal, step: Decimal) -> Decimal {
    (value / step).round_dp_with_strategy(0, RoundingStrategy::ToPositiveInfinity) * step
}

fn down(value: Decimal, step: Decimal) -> Decimal {
    (value / step).round_dp_with_strategy(0, RoundingStrategy::ToNegativeInfinity) * step
}

impl ByTheBook {
    /// The net fee of the order's next fill.
    fn net_fee(&mut self, rounding: FeeRounding, model: Decimal, revenue: Decimal) -> Decimal {
        let cent = Decimal::new(1, 2);
        match rounding {
            FeeRounding::Millionth { balance_step } => {
                let step = balance_step.cash().to_decimal();
                let trade_fee = up(model, Decimal::new(1, 6));
                let rounding_fee = self.align(revenue - trade_fee, step);
                let most = self.accumulator.min(trade_fee + rounding_fee);
                let rebate = down(most, step);
                self.accumulator -= rebate;
                trade_fee + rounding_fee - rebate
            }
            FeeRounding::TenThousandth { balance_step } => {
                let trade_fee = up(model, Decimal::new(1, 4));
                let rounding_fee =
                    self.align(revenue - trade_fee, balance_step.cash().to_decimal());
                let is_due = self.accumulator > cent && trade_fee + rounding_fee >= cent;
                let rebate = if is_due { cent } else { Decimal::ZERO };
                self.accumulator -= rebate;
                trade_fee + rounding_fee - rebate
            }
            FeeRounding::WholeCent => {
                self.exact += model - revenue;
                let change = up(self.exact, cent) - self.charged;
                self.charged += change;
                change + revenue
            }
        }
    }

    /// Rounds a balance change down and keeps what that takes.
    fn align(&mut self, change: Decimal, step: Decimal) -> Decimal {
        let rounding_fee = change - down(change, step);
        self.accumulator += rounding_fee;
        rounding_fee
    }
}

fn roundings() -> impl Strategy<Value = FeeRounding> {
    let step = prop_oneof![Just(BalanceStep::TenThousandth), Just(BalanceStep::Cent)];
    step.prop_flat_map(|balance_step| {
        prop_oneof![
            Just(FeeRounding::Millionth { balance_step }),
            Just(FeeRounding::TenThousandth { balance_step }),
            Just(FeeRounding::WholeCent),
        ]
    })
}

fn fills() -> impl Strategy<Value = Vec<(bool, u16, u64)>> {
    let price = prop_oneof![(1_u16..100).prop_map(|cents| cents * 100), 1_u16..10_000];
    let quantity = prop_oneof![1_u64..300, (1_u64..50).prop_map(|whole| whole * 100)];
    prop::collection::vec((any::<bool>(), price, quantity), 1..12)
}

fn kinds() -> impl Strategy<Value = FeeKind> {
    prop::sample::select(&FeeKind::ALL[..])
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(3),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_fill_of_an_order_pays_what_the_documentation_computes(
        rounding in roundings(),
        kind in kinds(),
        ten_thousandths in prop_oneof![Just(10_000_u32), Just(5_000), 0_u32..=100_000],
        is_bid in any::<bool>(),
        fills in fills(),
    ) {
        let case = case();
        let multiplier = Decimal::new(ten_thousandths.into(), 4);
        let schedule = FeeSchedule::new(kind, FeeMultiplier::from_decimal(multiplier).unwrap());
        let side = if is_bid { Side::Bid } else { Side::Ask };
        let mut carry = RoundingCarry::default();
        let mut expected = ByTheBook::default();
        let (mut paid, mut model_total) = (Decimal::ZERO, Decimal::ZERO);
        for (is_taker, price, quantity) in fills {
            count();
            let liquidity = if is_taker { Liquidity::Taker } else { Liquidity::Maker };
            let (price, quantity) = (Price::new(price).unwrap(), Quantity::new(quantity).unwrap());
            let fill = PricedFill { liquidity, side, price, quantity };
            let coefficient = match (liquidity, kind) {
                (Liquidity::Taker, _) => Decimal::new(7, 2),
                (Liquidity::Maker, FeeKind::Quadratic) => Decimal::ZERO,
                (Liquidity::Maker, FeeKind::QuadraticWithMakerFees) => Decimal::new(175, 4),
                (Liquidity::Maker, FeeKind::QuadraticWithComboMakerFees) => Decimal::new(35, 3),
            };
            let yes = Decimal::new(price.ten_thousandths().into(), 4);
            let no = Decimal::ONE - yes;
            let model = coefficient * multiplier * quantity.to_decimal() * yes * no;
            let own = if is_bid { yes } else { no };
            let revenue = -own * quantity.to_decimal();
            let headroom = rounding.headroom(&schedule, &fill, carry).to_decimal();
            let fee = rounding.charge(&schedule, &fill, &mut carry);
            let net = fee.net().to_decimal();
            prop_assert_eq!(net, expected.net_fee(rounding, model, revenue), "{:?}", fill);
            prop_assert!(!fee.trade.is_negative());
            prop_assert!(!fee.rounding.is_negative());
            prop_assert!(!fee.rebate.is_negative());
            prop_assert!(net <= headroom, "{net} was not expected, at most {headroom}");
            paid += net;
            model_total += model;
            prop_assert!(paid >= model_total, "{paid} paid, {model_total} due");
        }
        case.holds();
    }
}
