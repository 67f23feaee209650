//! The choices of the exchange in a scenario: each word reaches the setting that it is for.

use std::path::Path;

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
use fillgap::scenario::{Scenario, SetValue};
use fillgap::units::SimDuration;

const PLAIN: &str = include_str!("../fixtures/plain.toml");

fn exchange(set: &str) -> ExchangeSettings {
    let sets: Vec<SetValue> = vec![set.parse().unwrap()];
    let read = Scenario::of_text(Path::new("tests/fixtures/read.toml"), PLAIN, &sets);
    read.unwrap_or_else(|errors| panic!("{errors}")).exchange
}

/// One key a line, with a value that is not the default; everything else stays as it is.
#[test]
fn each_choice_reaches_its_setting_and_no_other() {
    let plain = ExchangeSettings::default();
    let cases = [
        (
            "partly_filled_ioc=canceled",
            ExchangeSettings { partly_filled_ioc: PartlyFilledIoc::Canceled, ..plain },
        ),
        (
            "post_only_cross=canceled",
            ExchangeSettings { post_only_cross: PostOnlyCross::Canceled, ..plain },
        ),
        (
            "rejected_client_order=used_up",
            ExchangeSettings { rejected_client_order: RejectedClientOrder::UsedUp, ..plain },
        ),
        ("balance_reading=net", ExchangeSettings { balance_reading: BalanceReading::Net, ..plain }),
        (
            "queue_position=level",
            ExchangeSettings { queue_position: QueuePositionScope::Level, ..plain },
        ),
        ("collateral=at_match", ExchangeSettings { collateral: CollateralRule::AtMatch, ..plain }),
        (
            "paused_decrease=like_amend",
            ExchangeSettings { paused_decrease: PausedDecrease::LikeAmend, ..plain },
        ),
        (
            "cancel_all_reach_s=60",
            ExchangeSettings { cancel_all_reach: SimDuration::from_s(60), ..plain },
        ),
        ("batch_longest_requests=20", ExchangeSettings { batch_longest: Some(20), ..plain }),
    ];
    for (set, expected) in cases {
        assert_eq!(exchange(&format!("exchange.{set}")), expected, "{set}");
        assert_ne!(expected, plain, "{set} is no default");
    }
}

#[test]
fn each_choice_of_entry_reaches_its_setting_and_no_other() {
    let plain = ExchangeSettings::default();
    let cases = [
        (
            "client_order_scope=market",
            EntryRules { client_order_scope: ClientOrderScope::Market, ..plain.entry },
        ),
        (
            "foreign_order=forbidden",
            EntryRules { foreign_order: ForeignOrder::Forbidden, ..plain.entry },
        ),
        (
            "nothing_to_close=refused",
            EntryRules { nothing_to_close: NothingToClose::Refused, ..plain.entry },
        ),
        (
            "batch_order=last_first",
            EntryRules { batch_order: BatchOrder::LastFirst, ..plain.entry },
        ),
        (
            "money_check=before_ids",
            EntryRules { money_check: MoneyCheck::BeforeIds, ..plain.entry },
        ),
        (
            "money_check=after_book",
            EntryRules { money_check: MoneyCheck::AfterBook, ..plain.entry },
        ),
        (
            "post_only_scope=others",
            EntryRules { post_only_scope: PostOnlyScope::Others, ..plain.entry },
        ),
        (
            "fill_or_kill_depth=without_own",
            EntryRules { fill_or_kill_depth: FillOrKillDepth::WithoutOwn, ..plain.entry },
        ),
    ];
    for (set, entry) in cases {
        let expected = ExchangeSettings { entry, ..plain };
        assert_eq!(exchange(&format!("exchange.entry.{set}")), expected, "{set}");
        assert_ne!(expected, plain, "{set} is no default");
    }
}

#[test]
fn each_choice_of_amend_reaches_its_setting_and_no_other() {
    let plain = ExchangeSettings::default();
    let cases = [
        (
            "oversized_decrease=refused",
            AmendRules { oversized_decrease: OversizedDecrease::Refused, ..plain.amend },
        ),
        (
            "decrease_to_no_less=changes_nothing",
            AmendRules { decrease_to_no_less: DecreaseToNoLess::ChangesNothing, ..plain.amend },
        ),
        ("total=with_decreased", AmendRules { total: AmendedTotal::WithDecreased, ..plain.amend }),
        ("to_nothing=cancels", AmendRules { to_nothing: AmendedToNothing::Cancels, ..plain.amend }),
        (
            "former_client_order=freed",
            AmendRules { former_client_order: FormerClientOrder::Freed, ..plain.amend },
        ),
        ("to_own=by_its_rule", AmendRules { to_own: AmendedToOwn::ByItsRule, ..plain.amend }),
        (
            "post_only_cross=canceled",
            AmendRules { post_only_cross: PostOnlyCross::Canceled, ..plain.amend },
        ),
    ];
    for (set, amend) in cases {
        let expected = ExchangeSettings { amend, ..plain };
        assert_eq!(exchange(&format!("exchange.amend.{set}")), expected, "{set}");
        assert_ne!(expected, plain, "{set} is no default");
    }
}

#[test]
fn each_choice_of_money_reaches_its_setting_and_no_other() {
    let plain = ExchangeSettings::default();
    let cases = [
        ("taker_price=match", MoneyRules { taker_price: TakerPrice::Match, ..plain.money }),
        ("maker_fee=not_locked", MoneyRules { maker_fee: MakerFeeLock::NotLocked, ..plain.money }),
        (
            "unfunded=fills_what_is_paid",
            MoneyRules { unfunded: UnfundedOrder::FillsWhatIsPaid, ..plain.money },
        ),
        (
            "position_use=first_placed",
            MoneyRules { position_use: PositionUse::FirstPlaced, ..plain.money },
        ),
        (
            "cost_basis=first_in_first_out",
            MoneyRules { cost_basis: CostBasis::FirstInFirstOut, ..plain.money },
        ),
        (
            "position_limit=without_resting",
            MoneyRules { position_limit: LimitScope::WithoutResting, ..plain.money },
        ),
        (
            "waived_maker_fee=not_locked",
            MoneyRules { waived_maker_fee: WaivedMakerFee::NotLocked, ..plain.money },
        ),
        (
            "return_credit=with_the_order",
            MoneyRules { return_credit: ReturnCredit::WithTheOrder, ..plain.money },
        ),
    ];
    for (set, money) in cases {
        let expected = ExchangeSettings { money, ..plain };
        assert_eq!(exchange(&format!("exchange.money.{set}")), expected, "{set}");
        assert_ne!(expected, plain, "{set} is no default");
    }
}

#[test]
fn each_choice_of_groups_reaches_its_setting_and_no_other() {
    let plain = ExchangeSettings::default();
    let cases = [
        ("window_end=included", GroupRules { window_end: WindowEnd::Included, ..plain.groups }),
        (
            "judgement=after_each_match",
            GroupRules { judgement: GroupJudgement::AfterEachMatch, ..plain.groups },
        ),
        (
            "paused_changes=like_create",
            GroupRules { paused_changes: PausedGroups::LikeCreate, ..plain.groups },
        ),
    ];
    for (set, groups) in cases {
        let expected = ExchangeSettings { groups, ..plain };
        assert_eq!(exchange(&format!("exchange.groups.{set}")), expected, "{set}");
        assert_ne!(expected, plain, "{set} is no default");
    }
}

#[test]
fn each_choice_of_life_reaches_its_setting_and_no_other() {
    let plain = ExchangeSettings::default();
    let cases = [
        (
            "expiry_instant=still_there",
            LifeRules { expiry_instant: ExpiryInstant::StillThere, ..plain.life },
        ),
        (
            "paused_expiry=at_the_end",
            LifeRules { paused_expiry: PausedExpiry::AtTheEnd, ..plain.life },
        ),
        (
            "inactive_removal=refused",
            LifeRules { inactive_removal: InactiveRemoval::Refused, ..plain.life },
        ),
        (
            "inactive_refusal=trading_paused",
            LifeRules { inactive_refusal: InactiveRefusal::TradingPaused, ..plain.life },
        ),
        (
            "closed_lookup=order_first",
            LifeRules { closed_lookup: ClosedLookup::OrderFirst, ..plain.life },
        ),
        ("market_pause=keeps_all", LifeRules { market_pause: MarketPause::KeepsAll, ..plain.life }),
        (
            "close_cancels_after_s=6.8",
            LifeRules { close_cancels_after: SimDuration::from_ms(6_800), ..plain.life },
        ),
        (
            "refined_orders=canceled",
            LifeRules { refined_orders: RefinedOrders::Canceled, ..plain.life },
        ),
        (
            "settlement_timer=goes_on",
            LifeRules { settlement_timer: SettlementTimer::GoesOn, ..plain.life },
        ),
    ];
    for (set, life) in cases {
        let expected = ExchangeSettings { life, ..plain };
        assert_eq!(exchange(&format!("exchange.life.{set}")), expected, "{set}");
        assert_ne!(expected, plain, "{set} is no default");
    }
}
