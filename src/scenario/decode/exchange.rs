//! `[exchange]`.

use rust_decimal::Decimal;

use crate::book::BookCapacity;
use crate::exchange::{
    BalanceReading, CollateralRule, ExchangeSettings, PartlyFilledIoc, PausedDecrease,
    PostOnlyCross, QueuePositionScope, RejectedClientOrder,
};
use crate::market::{BalanceStep, FeeRounding};
use crate::scenario::decode::MOST_ORDERS;
use crate::scenario::decode::exchange_rules::rules;
use crate::scenario::error::Read;
use crate::scenario::reader::{Number, Section, Whole, Word, seconds};
use crate::units::SimDuration;

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
    let readings = readings(section);
    let orders_of = order_rules(section);
    let capacities = Whole { unit: " of orders", low: 1, high: MOST_ORDERS };
    let about = "how many orders each book can hold; above it, orders are refused";
    let orders = default.book_capacity.orders().into();
    let capacity = section.or("book_capacity_orders", about, &capacities, orders);
    let topics = rules(section);
    let ((balance_reading, queue_position), orders_of) = (readings?, orders_of?);
    let capacity = capacity?;
    let capacity = u32::try_from(capacity).ok().and_then(|orders| BookCapacity::new(orders).ok());
    let topics = topics?;
    Ok(ExchangeSettings {
        fee_rounding: fee_rounding?,
        partly_filled_ioc: partly_filled_ioc?,
        post_only_cross: post_only_cross?,
        rejected_client_order: rejected?,
        balance_reading,
        queue_position,
        book_capacity: capacity.expect("Invariant: the key admits capacities only"),
        entry: topics.entry,
        amend: topics.amend,
        money: topics.money,
        groups: topics.groups,
        life: topics.life,
        ..orders_of
    })
}

/// What reads show where the sources disagree.
fn readings(section: &mut Section<'_>) -> Read<(BalanceReading, QueuePositionScope)> {
    let words = [("gross", BalanceReading::Gross), ("net", BalanceReading::Net)];
    let about = "whether a balance that is read counts what resting orders lock (assumed)";
    let balance = section.or("balance_reading", about, &Word(&words), BalanceReading::default());
    let words = [("side", QueuePositionScope::Side), ("level", QueuePositionScope::Level)];
    let about = "what is ahead of an order: all that fills before it, or its price level (assumed)";
    let queue = section.or("queue_position", about, &Word(&words), QueuePositionScope::default());
    Ok((balance?, queue?))
}

/// The rules of orders, with defaults for all others.
fn order_rules(section: &mut Section<'_>) -> Read<ExchangeSettings> {
    let default = ExchangeSettings::default();
    let words = [("at_entry", CollateralRule::AtEntry), ("at_match", CollateralRule::AtMatch)];
    let about = "when orders have to be paid for (assumed)";
    let collateral = section.or("collateral", about, &Word(&words), default.collateral);
    let words =
        [("like_cancel", PausedDecrease::LikeCancel), ("like_amend", PausedDecrease::LikeAmend)];
    let about = "whether an order can be made smaller in a pause, as it can be canceled (assumed)";
    let decrease = section.or("paused_decrease", about, &Word(&words), default.paused_decrease);
    let lengths = seconds(SimDuration::ZERO, SimDuration::from_s(3_600));
    let about = "how long after a cancel of all orders new ones are canceled, too";
    let reach = section.or("cancel_all_reach_s", about, &lengths, default.cancel_all_reach);
    let counts = Whole { unit: " of requests", low: 1, high: 10_000 };
    let about = "how many items a batch may have; left out: what the tier pays for";
    let longest = section.optional("batch_longest_requests", about, &counts);
    let longest = longest?.map(|count| usize::try_from(count).expect("Invariant: a small count"));
    Ok(ExchangeSettings {
        collateral: collateral?,
        paused_decrease: decrease?,
        cancel_all_reach: reach?,
        batch_longest: longest,
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
