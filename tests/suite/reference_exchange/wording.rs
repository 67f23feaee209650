//! The same choices in the exchange's own words.

use fillgap::book::BookCapacity;
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
use fillgap::market::{
    BalanceStep, FeeKind, FeeMultiplier, FeeRounding, FeeSchedule, PriceLevelLabel,
    PriceLevelStructure,
};
use fillgap::units::{SimDuration, parse_decimal};

use super::fees::{Formula, Rounding};
use super::life::CLOSE_CANCELS_AFTER;
use super::prices::Grid;
use super::readings::Second;
use super::settings::{Payment, Settings};

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

/// The reading that an exchange has of a rule, of the first and the second.
fn reading<T>(settings: &Settings, second: Second, [first, other]: [T; 2]) -> T {
    if settings.reads(second) { other } else { first }
}

pub(super) fn exchange_settings(settings: &Settings) -> ExchangeSettings {
    let of = settings;
    ExchangeSettings {
        fee_rounding: fee_rounding(settings.rounding),
        collateral: match settings.payment {
            Payment::AtEntry => CollateralRule::AtEntry,
            Payment::AtMatch => CollateralRule::AtMatch,
        },
        partly_filled_ioc: reading(
            of,
            Second::PartlyFilledCanceled,
            [PartlyFilledIoc::Executed, PartlyFilledIoc::Canceled],
        ),
        post_only_cross: reading(
            of,
            Second::PostOnlyCanceled,
            [PostOnlyCross::Refused, PostOnlyCross::Canceled],
        ),
        rejected_client_order: reading(
            of,
            Second::RefusedIdUsedUp,
            [RejectedClientOrder::Reusable, RejectedClientOrder::UsedUp],
        ),
        paused_decrease: reading(
            of,
            Second::DecreaseLikeAmend,
            [PausedDecrease::LikeCancel, PausedDecrease::LikeAmend],
        ),
        balance_reading: reading(
            of,
            Second::NetBalance,
            [BalanceReading::Gross, BalanceReading::Net],
        ),
        queue_position: reading(
            of,
            Second::QueueOfLevel,
            [QueuePositionScope::Side, QueuePositionScope::Level],
        ),
        cancel_all_reach: settings.cancel_all_reach,
        batch_longest: settings.batch_longest,
        book_capacity: BookCapacity::new(1_000).unwrap(),
        money: money(settings),
        entry: entry(settings),
        amend: amend(settings),
        groups: groups(settings),
        life: life(settings),
    }
}

fn money(of: &Settings) -> MoneyRules {
    MoneyRules {
        taker_price: reading(of, Second::TakerAtMatches, [TakerPrice::Limit, TakerPrice::Match]),
        maker_fee: reading(
            of,
            Second::MakerFeeNotLocked,
            [MakerFeeLock::Locked, MakerFeeLock::NotLocked],
        ),
        unfunded: reading(
            of,
            Second::UnfundedFillsWhatIsPaid,
            [UnfundedOrder::CanceledWhole, UnfundedOrder::FillsWhatIsPaid],
        ),
        position_use: reading(
            of,
            Second::FirstPlacedCloses,
            [PositionUse::FirstToFill, PositionUse::FirstPlaced],
        ),
        cost_basis: reading(
            of,
            Second::OldestCost,
            [CostBasis::Average, CostBasis::FirstInFirstOut],
        ),
        position_limit: reading(
            of,
            Second::LimitWithoutResting,
            [LimitScope::WithResting, LimitScope::WithoutResting],
        ),
        waived_maker_fee: reading(
            of,
            Second::WaivedNotLocked,
            [WaivedMakerFee::Locked, WaivedMakerFee::NotLocked],
        ),
        return_credit: reading(
            of,
            Second::ReturnWithOrder,
            [ReturnCredit::AfterTheMatch, ReturnCredit::WithTheOrder],
        ),
    }
}

fn entry(of: &Settings) -> EntryRules {
    EntryRules {
        client_order_scope: reading(
            of,
            Second::IdOfMarket,
            [ClientOrderScope::Account, ClientOrderScope::Market],
        ),
        foreign_order: reading(
            of,
            Second::ForeignForbidden,
            [ForeignOrder::NotFound, ForeignOrder::Forbidden],
        ),
        nothing_to_close: reading(
            of,
            Second::NothingToCloseRefused,
            [NothingToClose::TakenWithoutFill, NothingToClose::Refused],
        ),
        batch_order: reading(
            of,
            Second::BatchLastFirst,
            [BatchOrder::AsRequested, BatchOrder::LastFirst],
        ),
        money_check: if of.reads(Second::MoneyBeforeIds) {
            MoneyCheck::BeforeIds
        } else {
            reading(of, Second::MoneyAfterBook, [MoneyCheck::BeforeBook, MoneyCheck::AfterBook])
        },
        post_only_scope: reading(
            of,
            Second::PostOnlyToOthers,
            [PostOnlyScope::Everybody, PostOnlyScope::Others],
        ),
        fill_or_kill_depth: reading(
            of,
            Second::DepthWithoutOwn,
            [FillOrKillDepth::WithOwn, FillOrKillDepth::WithoutOwn],
        ),
    }
}

fn amend(of: &Settings) -> AmendRules {
    AmendRules {
        oversized_decrease: reading(
            of,
            Second::OversizedDecreaseRefused,
            [OversizedDecrease::TakesWhatRemains, OversizedDecrease::Refused],
        ),
        decrease_to_no_less: reading(
            of,
            Second::DecreaseToNoLessIsNothing,
            [DecreaseToNoLess::Refused, DecreaseToNoLess::ChangesNothing],
        ),
        total: reading(
            of,
            Second::TotalWithDecreased,
            [AmendedTotal::WithoutDecreased, AmendedTotal::WithDecreased],
        ),
        to_nothing: reading(
            of,
            Second::AmendToNothingCancels,
            [AmendedToNothing::Refused, AmendedToNothing::Cancels],
        ),
        former_client_order: reading(
            of,
            Second::FormerIdFreed,
            [FormerClientOrder::StaysUsedUp, FormerClientOrder::Freed],
        ),
        to_own: reading(
            of,
            Second::AmendToOwnByRule,
            [AmendedToOwn::Refused, AmendedToOwn::ByItsRule],
        ),
        post_only_cross: reading(
            of,
            Second::AmendedPostOnlyCanceled,
            [PostOnlyCross::Refused, PostOnlyCross::Canceled],
        ),
    }
}

fn groups(of: &Settings) -> GroupRules {
    GroupRules {
        window_end: reading(
            of,
            Second::WindowEndCounts,
            [WindowEnd::Excluded, WindowEnd::Included],
        ),
        judgement: reading(
            of,
            Second::JudgedEachMatch,
            [GroupJudgement::AfterTheOrder, GroupJudgement::AfterEachMatch],
        ),
        paused_changes: reading(
            of,
            Second::GroupsPaused,
            [PausedGroups::LikeCancel, PausedGroups::LikeCreate],
        ),
    }
}

fn life(of: &Settings) -> LifeRules {
    LifeRules {
        expiry_instant: reading(
            of,
            Second::ThereAtExpiry,
            [ExpiryInstant::GoneBefore, ExpiryInstant::StillThere],
        ),
        paused_expiry: reading(
            of,
            Second::ExpiryAfterPause,
            [PausedExpiry::During, PausedExpiry::AtTheEnd],
        ),
        inactive_removal: reading(
            of,
            Second::InactiveKeeps,
            [InactiveRemoval::Allowed, InactiveRemoval::Refused],
        ),
        inactive_refusal: reading(
            of,
            Second::InactiveLikePause,
            [InactiveRefusal::MarketInactive, InactiveRefusal::TradingPaused],
        ),
        closed_lookup: reading(
            of,
            Second::ClosedOrderFirst,
            [ClosedLookup::MarketFirst, ClosedLookup::OrderFirst],
        ),
        market_pause: reading(
            of,
            Second::MarketPauseKeeps,
            [MarketPause::CancelsOnPause, MarketPause::KeepsAll],
        ),
        close_cancels_after: reading(
            of,
            Second::CanceledAfterClose,
            [SimDuration::ZERO, CLOSE_CANCELS_AFTER],
        ),
        settlement_timer: reading(
            of,
            Second::TimerGoesOn,
            [SettlementTimer::StartsAnew, SettlementTimer::GoesOn],
        ),
        refined_orders: reading(
            of,
            Second::RefinedCanceled,
            [RefinedOrders::Stay, RefinedOrders::Canceled],
        ),
    }
}

/// The exchange's words for a market's prices.
pub(super) fn price_levels(grid: Grid) -> PriceLevelStructure {
    PriceLevelStructure::of_label(match (grid.edge, grid.center) {
        (100, 100) => PriceLevelLabel::LinearCent,
        (10, 100) => PriceLevelLabel::TaperedDeciCent,
        (10, 10) => PriceLevelLabel::DeciCent,
        (50, 50) => PriceLevelLabel::CenterHalfEdgeHalfCent,
        (20, 50) => PriceLevelLabel::CenterHalfEdgeQuintCent,
        (20, 20) => PriceLevelLabel::CenterQuintEdgeQuintCent,
        (10, 20) => PriceLevelLabel::CenterQuintEdgeDeciCent,
        (1, 1) => PriceLevelLabel::CenterCentiEdgeCentiCent,
        other => panic!("no label has steps of {other:?}"),
    })
}
