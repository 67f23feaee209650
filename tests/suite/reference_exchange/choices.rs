//! Random choices about an exchange.

use fillgap::units::{Quantity, SimDuration, SimTime};
use proptest::prelude::*;

use super::fees::{Formula, Rounding};
use super::readings::Readings;
use super::settings::{Limit, Payment, Settings};

/// Every choice in every reading.
pub(super) fn settings() -> impl Strategy<Value = Settings> {
    let formula = (
        prop::sample::select(vec![0_i128, 175, 350]),
        prop::sample::select(vec![0_i128, 5_000, 10_000, 100_000]),
    );
    let formula = formula.prop_map(|(maker, multiplier)| Formula { taker: 700, maker, multiplier });
    let step = prop::sample::select(vec![100_i128, 10_000]);
    let rounding = prop_oneof![
        step.clone().prop_map(|step| Rounding::Millionth { step }),
        step.prop_map(|step| Rounding::TenThousandth { step }),
        Just(Rounding::WholeCent),
    ];
    let limit = prop_oneof![
        2 => Just(Limit::None),
        2 => Just(Limit::Contracts(Quantity::of_contracts(12).unwrap())),
        1 => Just(Limit::Risk("3".parse().unwrap())),
    ];
    let payment = prop_oneof![Just(Payment::AtEntry), Just(Payment::AtMatch)];
    let readings = any::<u64>().prop_map(Readings::drawn);
    let reach = prop_oneof![Just(0_u64), Just(5)].prop_map(SimDuration::from_ms);
    let longest = prop_oneof![2 => Just(None), 1 => Just(Some(1_usize))];
    let waived_ms = prop_oneof![3 => Just(None), 2 => Just(Some(25_u64)), 1 => Just(Some(150))];
    let waived = waived_ms.prop_map(|ms| ms.map(|ms| SimTime::START + SimDuration::from_ms(ms)));
    let times = (reach, waived);
    let returns = prop::option::of(prop::array::uniform4(prop::bool::weighted(0.8)));
    let rules = (readings, returns);
    (formula, rounding, limit, payment, rules, times, longest).prop_map(
        |(formula, rounding, limit, payment, rules, times, batch_longest)| Settings {
            formula,
            rounding,
            limit,
            payment,
            readings: rules.0,
            cancel_all_reach: times.0,
            waived_until: times.1,
            returns: rules.1,
            batch_longest,
        },
    )
}
