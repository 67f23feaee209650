//! `[exchange]`.

use rust_decimal::Decimal;

use crate::book::BookCapacity;
use crate::exchange::{ExchangeSettings, PartlyFilledIoc, PostOnlyCross, RejectedClientOrder};
use crate::market::{BalanceStep, FeeRounding};
use crate::scenario::error::Read;
use crate::scenario::reader::{Number, Section, Whole, Word};

/// Kalshi's generations of fee rounding.
#[derive(Clone, Copy, PartialEq)]
enum Generation {
    Millionth,
    TenThousandth,
    WholeCent,
}

/// Reads `[exchange]`.
pub(super) fn exchange(section: &mut Section<'_>) -> Read<ExchangeSettings> {
    let default = ExchangeSettings::default();
    let fee_rounding = fee_rounding(section);
    let words = [("executed", PartlyFilledIoc::Executed), ("canceled", PartlyFilledIoc::Canceled)];
    let about = "what a partly filled immediate-or-cancel order reads as (assumed)";
    let key = "partly_filled_ioc";
    let partly_filled_ioc = section.or(key, about, &Word(&words), default.partly_filled_ioc);
    let post_only_cross = post_only_cross(section);
    let words =
        [("reusable", RejectedClientOrder::Reusable), ("used_up", RejectedClientOrder::UsedUp)];
    let about = "whether a refused order uses its client order id up (assumed)";
    let key = "rejected_client_order";
    let rejected = section.or(key, about, &Word(&words), default.rejected_client_order);
    let capacities = Whole { unit: " of orders", low: 1, high: BookCapacity::MAX.orders().into() };
    let about = "how many orders each book can hold; above it, orders are refused";
    let orders = default.book_capacity.orders().into();
    let capacity = section.or("book_capacity_orders", about, &capacities, orders)?;
    let capacity = u32::try_from(capacity).ok().and_then(|orders| BookCapacity::new(orders).ok());
    Ok(ExchangeSettings {
        fee_rounding: fee_rounding?,
        partly_filled_ioc: partly_filled_ioc?,
        post_only_cross: post_only_cross?,
        rejected_client_order: rejected?,
        book_capacity: capacity.expect("Invariant: the key admits capacities only"),
        ..default
    })
}

fn post_only_cross(section: &mut Section<'_>) -> Read<PostOnlyCross> {
    let words = [("refused", PostOnlyCross::Refused), ("canceled", PostOnlyCross::Canceled)];
    let about = "what becomes of a post-only order that would trade at once (assumed)";
    section.or("post_only_cross", about, &Word(&words), PostOnlyCross::default())
}

fn fee_rounding(section: &mut Section<'_>) -> Read<FeeRounding> {
    let generations = [
        ("millionth", Generation::Millionth),
        ("ten_thousandth", Generation::TenThousandth),
        ("whole_cent", Generation::WholeCent),
    ];
    let about = "how fees are rounded: from October 2026, from spring 2026, until May 2026";
    let words = Word(&generations);
    let generation = section.or("fee_rounding", about, &words, Generation::Millionth);
    let steps = Number {
        unit: "dollars",
        numbers: &[
            (Decimal::new(1, 4), BalanceStep::TenThousandth),
            (Decimal::new(1, 2), BalanceStep::Cent),
        ],
    };
    let about = "what balances are multiples of; left out: 0.0001, a direct member's";
    let step = section.optional("balance_step_dollars", about, &steps);
    let (generation, given) = (generation?, step?);
    let balance_step = given.unwrap_or(BalanceStep::TenThousandth);
    match generation {
        Generation::WholeCent => {
            let none = || "is none when `fee_rounding` is `whole_cent`".to_owned();
            section.check(given.is_none(), "balance_step_dollars", none)?;
            return Ok(FeeRounding::WholeCent);
        }
        Generation::Millionth | Generation::TenThousandth => {
            section.resolve("balance_step_dollars", &steps, &balance_step);
        }
    }
    Ok(if generation == Generation::Millionth {
        FeeRounding::Millionth { balance_step }
    } else {
        FeeRounding::TenThousandth { balance_step }
    })
}
