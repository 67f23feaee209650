//! Random choices among the readings of the exchange's rules.

use std::collections::BTreeMap;
use std::fmt::Debug;

use fillgap::exchange::{
    AmendRules, AmendedToNothing, AmendedToOwn, AmendedTotal, BalanceReading, BatchOrder,
    ClientOrderScope, ClosedLookup, CollateralRule, CostBasis, DecreaseToNoLess, EntryRules,
    ExchangeSettings, ExpiryInstant, FillOrKillDepth, ForeignOrder, FormerClientOrder,
    GroupJudgement, GroupRules, InactiveRefusal, InactiveRemoval, LifeRules, LimitScope,
    MakerFeeLock, MarketPause, MoneyCheck, MoneyRules, NothingToClose, OversizedDecrease,
    PartlyFilledIoc, PausedDecrease, PausedExpiry, PausedGroups, PositionUse, PostOnlyCross,
    PostOnlyScope, QueuePositionScope, RefinedOrders, RejectedClientOrder, ReturnCredit,
    SettlementTimer, TakerPrice, UnfundedOrder, WaivedMakerFee, WindowEnd,
};
use fillgap::units::SimDuration;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};

/// One of a few readings; it shrinks towards the first.
fn any_of<T: Clone + Debug + 'static>(readings: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(readings)
}

const REACHES: [SimDuration; 3] = [SimDuration::ZERO, SimDuration::ZERO, SimDuration::from_ms(5)];
const DELAYS: [SimDuration; 2] = [SimDuration::ZERO, SimDuration::from_ms(7)];
const CROSSES: &[PostOnlyCross] = &[PostOnlyCross::Refused, PostOnlyCross::Canceled];

fn entries() -> impl Strategy<Value = EntryRules> {
    (
        any_of(&[ClientOrderScope::Account, ClientOrderScope::Market]),
        any_of(&[ForeignOrder::NotFound, ForeignOrder::Forbidden]),
        any_of(&[NothingToClose::TakenWithoutFill, NothingToClose::Refused]),
        any_of(&[BatchOrder::AsRequested, BatchOrder::LastFirst]),
        any_of(&[MoneyCheck::BeforeBook, MoneyCheck::BeforeIds, MoneyCheck::AfterBook]),
        any_of(&[PostOnlyScope::Everybody, PostOnlyScope::Others]),
        any_of(&[FillOrKillDepth::WithOwn, FillOrKillDepth::WithoutOwn]),
    )
        .prop_map(|(scope, foreign, nothing, batch, money, post_only, depth)| EntryRules {
            client_order_scope: scope,
            foreign_order: foreign,
            nothing_to_close: nothing,
            batch_order: batch,
            money_check: money,
            post_only_scope: post_only,
            fill_or_kill_depth: depth,
        })
}

fn amends() -> impl Strategy<Value = AmendRules> {
    (
        any_of(&[OversizedDecrease::TakesWhatRemains, OversizedDecrease::Refused]),
        any_of(&[DecreaseToNoLess::Refused, DecreaseToNoLess::ChangesNothing]),
        any_of(&[AmendedTotal::WithoutDecreased, AmendedTotal::WithDecreased]),
        any_of(&[AmendedToNothing::Refused, AmendedToNothing::Cancels]),
        any_of(&[FormerClientOrder::StaysUsedUp, FormerClientOrder::Freed]),
        any_of(&[AmendedToOwn::Refused, AmendedToOwn::ByItsRule]),
        any_of(CROSSES),
    )
        .prop_map(|(oversized, no_less, total, nothing, former, to_own, crosses)| AmendRules {
            oversized_decrease: oversized,
            decrease_to_no_less: no_less,
            total,
            to_nothing: nothing,
            former_client_order: former,
            to_own,
            post_only_cross: crosses,
        })
}

fn moneys() -> impl Strategy<Value = MoneyRules> {
    (
        any_of(&[TakerPrice::Limit, TakerPrice::Match]),
        any_of(&[MakerFeeLock::Locked, MakerFeeLock::NotLocked]),
        any_of(&[UnfundedOrder::CanceledWhole, UnfundedOrder::FillsWhatIsPaid]),
        any_of(&[PositionUse::FirstToFill, PositionUse::FirstPlaced]),
        any_of(&[CostBasis::Average, CostBasis::FirstInFirstOut]),
        any_of(&[LimitScope::WithResting, LimitScope::WithoutResting]),
        any_of(&[WaivedMakerFee::Locked, WaivedMakerFee::NotLocked]),
        any_of(&[ReturnCredit::AfterTheMatch, ReturnCredit::WithTheOrder]),
    )
        .prop_map(|(price, maker_fee, unfunded, uses, basis, limit, waived, credit)| {
            MoneyRules {
                taker_price: price,
                maker_fee,
                unfunded,
                position_use: uses,
                cost_basis: basis,
                position_limit: limit,
                waived_maker_fee: waived,
                return_credit: credit,
            }
        })
}

fn groups() -> impl Strategy<Value = GroupRules> {
    (
        any_of(&[WindowEnd::Excluded, WindowEnd::Included]),
        any_of(&[GroupJudgement::AfterTheOrder, GroupJudgement::AfterEachMatch]),
        any_of(&[PausedGroups::LikeCancel, PausedGroups::LikeCreate]),
    )
        .prop_map(|(window_end, judgement, paused_changes)| GroupRules {
            window_end,
            judgement,
            paused_changes,
        })
}

fn lives() -> impl Strategy<Value = LifeRules> {
    (
        any_of(&[ExpiryInstant::GoneBefore, ExpiryInstant::StillThere]),
        any_of(&[PausedExpiry::During, PausedExpiry::AtTheEnd]),
        any_of(&[InactiveRemoval::Allowed, InactiveRemoval::Refused]),
        any_of(&[InactiveRefusal::MarketInactive, InactiveRefusal::TradingPaused]),
        any_of(&[ClosedLookup::MarketFirst, ClosedLookup::OrderFirst]),
        any_of(&[MarketPause::CancelsOnPause, MarketPause::KeepsAll]),
        any_of(&DELAYS),
        any_of(&[SettlementTimer::StartsAnew, SettlementTimer::GoesOn]),
        any_of(&[RefinedOrders::Stay, RefinedOrders::Canceled]),
    )
        .prop_map(
            |(instant, paused, inactive, refusal, lookup, pause, cancels, timer, refined)| {
                LifeRules {
                    expiry_instant: instant,
                    paused_expiry: paused,
                    inactive_removal: inactive,
                    inactive_refusal: refusal,
                    closed_lookup: lookup,
                    market_pause: pause,
                    close_cancels_after: cancels,
                    settlement_timer: timer,
                    refined_orders: refined,
                }
            },
        )
}

/// Choices of which every combination occurs; fees and capacities are drawn elsewhere.
pub(crate) fn choices() -> impl Strategy<Value = ExchangeSettings> {
    let topics = (entries(), amends(), moneys(), groups(), lives());
    let others = (
        any_of(&[PartlyFilledIoc::Executed, PartlyFilledIoc::Canceled]),
        any_of(&[CollateralRule::AtEntry, CollateralRule::AtMatch]),
        any_of(CROSSES),
        any_of(&[RejectedClientOrder::Reusable, RejectedClientOrder::UsedUp]),
        any_of(&[PausedDecrease::LikeCancel, PausedDecrease::LikeAmend]),
        any_of(&REACHES),
        any_of(&[BalanceReading::Gross, BalanceReading::Net]),
        any_of(&[QueuePositionScope::Side, QueuePositionScope::Level]),
    );
    (topics, others).prop_map(|(topics, others)| {
        let (entry, amend, money, groups, life) = topics;
        let (ioc, collateral, crosses, rejected, decrease, reach, balance, queue) = others;
        ExchangeSettings {
            partly_filled_ioc: ioc,
            collateral,
            post_only_cross: crosses,
            rejected_client_order: rejected,
            paused_decrease: decrease,
            cancel_all_reach: reach,
            balance_reading: balance,
            queue_position: queue,
            entry,
            amend,
            money,
            groups,
            life,
            ..ExchangeSettings::default()
        }
    })
}

/// The readings of each setting, with its place, as `Debug` writes them: `field: Reading`.
fn readings(settings: &ExchangeSettings) -> Vec<(usize, String)> {
    let plain = format!("{settings:?}").replace(['{', '}'], ",");
    let parts = plain.split(',').map(str::trim).filter(|part| part.contains(": "));
    parts.map(str::to_owned).enumerate().collect()
}

#[test]
fn each_reading_of_each_rule_is_drawn_as_often_as_its_others() {
    let config = ProptestConfig { rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() };
    let mut runner = TestRunner::new(config);
    let mut counts: BTreeMap<(usize, String), u32> = BTreeMap::new();
    for _ in 0..300 {
        let settings = choices().new_tree(&mut runner).unwrap().current();
        for reading in readings(&settings) {
            *counts.entry(reading).or_default() += 1;
        }
    }
    let of_rules: Vec<_> = counts.iter().filter(|(_, count)| **count < 300).collect();
    // 41 rules of two readings and one of three.
    assert_eq!(of_rules.len(), 41 * 2 + 3, "{of_rules:?}");
    assert!(of_rules.iter().all(|(_, count)| **count >= 70), "{of_rules:?}");
}
