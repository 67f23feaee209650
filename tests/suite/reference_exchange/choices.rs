//! Random choices about an exchange, and the same choices in the exchange's own words.

use fillgap::book::BookCapacity;
use fillgap::exchange::{
    BalanceReading, CollateralRule, ExchangeSettings, PartlyFilledIoc, PausedDecrease,
    PostOnlyCross as ExchangePostOnlyCross, QueuePositionScope, RejectedClientOrder,
};
use fillgap::market::{BalanceStep, FeeKind, FeeMultiplier, FeeRounding, FeeSchedule};
use fillgap::units::{Quantity, SimDuration, parse_decimal};
use proptest::prelude::*;

use super::fees::{Formula, Rounding};
use super::settings::{Limit, Payment, PostOnlyCross, Settings};

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
    let post_only = prop_oneof![Just(PostOnlyCross::Refused), Just(PostOnlyCross::Canceled)];
    let readings = any::<[bool; 5]>();
    let reach = prop_oneof![Just(0_u64), Just(5)].prop_map(SimDuration::from_ms);
    let longest = prop_oneof![2 => Just(None), 1 => Just(Some(1_usize))];
    (formula, rounding, limit, payment, post_only, readings, reach, longest).prop_map(
        |(formula, rounding, limit, payment, post_only_cross, readings, reach, longest)| {
            let [burns, pauses, executed, net, level] = readings;
            Settings {
                formula,
                rounding,
                limit,
                payment,
                post_only_cross,
                burns_refused_ids: burns,
                pauses_decreases: pauses,
                reads_partly_filled_as_executed: executed,
                reads_net_balances: net,
                counts_own_level_only: level,
                cancel_all_reach: reach,
                batch_longest: longest,
            }
        },
    )
}

pub(super) fn fee_schedule(formula: &Formula) -> FeeSchedule {
    let kind = match formula.maker {
        0 => FeeKind::Quadratic,
        175 => FeeKind::QuadraticWithMakerFees,
        350 => FeeKind::QuadraticWithComboMakerFees,
        other => panic!("no kind has makers pay {other}"),
    };
    let multiplier = parse_decimal("multiplier", &format!("{}e-4", formula.multiplier)).unwrap();
    FeeSchedule::new(kind, FeeMultiplier::from_decimal(multiplier).unwrap())
}

fn fee_rounding(rounding: Rounding) -> FeeRounding {
    let balance_step = |step| match step {
        100 => BalanceStep::TenThousandth,
        _ => BalanceStep::Cent,
    };
    match rounding {
        Rounding::Millionth { step } => FeeRounding::Millionth { balance_step: balance_step(step) },
        Rounding::TenThousandth { step } => {
            FeeRounding::TenThousandth { balance_step: balance_step(step) }
        }
        Rounding::WholeCent => FeeRounding::WholeCent,
    }
}

/// One of two readings.
fn either<T>(is_first: bool, first: T, second: T) -> T {
    if is_first { first } else { second }
}

pub(super) fn exchange_settings(settings: &Settings) -> ExchangeSettings {
    ExchangeSettings {
        fee_rounding: fee_rounding(settings.rounding),
        partly_filled_ioc: either(
            settings.reads_partly_filled_as_executed,
            PartlyFilledIoc::Executed,
            PartlyFilledIoc::Canceled,
        ),
        collateral: match settings.payment {
            Payment::AtEntry => CollateralRule::AtEntry,
            Payment::AtMatch => CollateralRule::AtMatch,
        },
        post_only_cross: match settings.post_only_cross {
            PostOnlyCross::Refused => ExchangePostOnlyCross::Refused,
            PostOnlyCross::Canceled => ExchangePostOnlyCross::Canceled,
        },
        rejected_client_order: either(
            settings.burns_refused_ids,
            RejectedClientOrder::UsedUp,
            RejectedClientOrder::Reusable,
        ),
        paused_decrease: either(
            settings.pauses_decreases,
            PausedDecrease::LikeAmend,
            PausedDecrease::LikeCancel,
        ),
        cancel_all_reach: settings.cancel_all_reach,
        batch_longest: settings.batch_longest,
        balance_reading: either(
            settings.reads_net_balances,
            BalanceReading::Net,
            BalanceReading::Gross,
        ),
        queue_position: either(
            settings.counts_own_level_only,
            QueuePositionScope::Level,
            QueuePositionScope::Side,
        ),
        book_capacity: BookCapacity::new(1_000).unwrap(),
        ..ExchangeSettings::default()
    }
}
