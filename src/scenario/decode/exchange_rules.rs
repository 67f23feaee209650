//! The assumed rules of the exchange, topic by topic: `[exchange.entry]`, `[exchange.amend]`,
//! `[exchange.money]`, `[exchange.groups]` and `[exchange.life]`. Each key is the setting's own name.

use crate::exchange::{
    AmendRules, AmendedToNothing, AmendedToOwn, AmendedTotal, BatchOrder, ClientOrderScope,
    ClosedLookup, CostBasis, DecreaseToNoLess, EntryRules, ExchangeSettings, ExpiryInstant,
    FillOrKillDepth, ForeignOrder, FormerClientOrder, GroupJudgement, GroupRules, InactiveRefusal,
    InactiveRemoval, LifeRules, LimitScope, MakerFeeLock, MarketPause, MoneyCheck, MoneyRules,
    NothingToClose, OversizedDecrease, PausedExpiry, PausedGroups, PositionUse, PostOnlyCross,
    PostOnlyScope, RefinedOrders, ReturnCredit, SettlementTimer, TakerPrice, UnfundedOrder,
    WaivedMakerFee, WindowEnd,
};
use crate::scenario::error::Read;
use crate::scenario::reader::{Section, Word, seconds};
use crate::units::SimDuration;

/// Reads the topics, with defaults for everything else.
pub(super) fn rules(section: &mut Section<'_>) -> Read<ExchangeSettings> {
    let entry = section.section("entry", entry);
    let amend = section.section("amend", amend);
    let money = section.section("money", money);
    let groups = section.section("groups", groups);
    let life = section.section("life", life);
    Ok(ExchangeSettings {
        entry: entry?,
        amend: amend?,
        money: money?,
        groups: groups?,
        life: life?,
        ..ExchangeSettings::default()
    })
}

/// Reads one choice. The first word is the default.
fn choice<T: Clone + PartialEq>(
    section: &mut Section<'_>,
    key: &'static str,
    about: &'static str,
    words: &[(&'static str, T)],
) -> Read<T> {
    section.or(key, about, &Word(words), words[0].1.clone())
}

fn entry(section: &mut Section<'_>) -> Read<EntryRules> {
    let about = "within what a client order id is used once (assumed)";
    let words = [("account", ClientOrderScope::Account), ("market", ClientOrderScope::Market)];
    let client_order_scope = choice(section, "client_order_scope", about, &words);
    let about = "what a change of somebody else's order comes to (assumed)";
    let words = [("not_found", ForeignOrder::NotFound), ("forbidden", ForeignOrder::Forbidden)];
    let foreign_order = choice(section, "foreign_order", about, &words);
    let about = "what becomes of a reduce-only order that has nothing to close (assumed)";
    let words = [
        ("taken_without_fill", NothingToClose::TakenWithoutFill),
        ("refused", NothingToClose::Refused),
    ];
    let nothing_to_close = choice(section, "nothing_to_close", about, &words);
    let about = "in which order the items of a batch take effect (assumed)";
    let words = [("as_requested", BatchOrder::AsRequested), ("last_first", BatchOrder::LastFirst)];
    let batch_order = choice(section, "batch_order", about, &words);
    let about = "when the money of an order is looked at among the other checks (assumed)";
    let words = [
        ("before_book", MoneyCheck::BeforeBook),
        ("before_ids", MoneyCheck::BeforeIds),
        ("after_book", MoneyCheck::AfterBook),
    ];
    let money_check = choice(section, "money_check", about, &words);
    let about = "whose orders a post-only order must not meet (assumed)";
    let words = [("everybody", PostOnlyScope::Everybody), ("others", PostOnlyScope::Others)];
    let post_only_scope = choice(section, "post_only_scope", about, &words);
    let about = "what a fill-or-kill order counts as depth (assumed)";
    let words =
        [("with_own", FillOrKillDepth::WithOwn), ("without_own", FillOrKillDepth::WithoutOwn)];
    let fill_or_kill_depth = choice(section, "fill_or_kill_depth", about, &words);
    Ok(EntryRules {
        client_order_scope: client_order_scope?,
        foreign_order: foreign_order?,
        nothing_to_close: nothing_to_close?,
        batch_order: batch_order?,
        money_check: money_check?,
        post_only_scope: post_only_scope?,
        fill_or_kill_depth: fill_or_kill_depth?,
    })
}

fn amend(section: &mut Section<'_>) -> Read<AmendRules> {
    let about = "what becomes of a decrease by more than remains (assumed)";
    let words = [
        ("takes_what_remains", OversizedDecrease::TakesWhatRemains),
        ("refused", OversizedDecrease::Refused),
    ];
    let oversized_decrease = choice(section, "oversized_decrease", about, &words);
    let about = "what becomes of a decrease to no less than remains (assumed)";
    let words = [
        ("refused", DecreaseToNoLess::Refused),
        ("changes_nothing", DecreaseToNoLess::ChangesNothing),
    ];
    let decrease_to_no_less = choice(section, "decrease_to_no_less", about, &words);
    let about = "whether the total of an amend counts what decreases took off (assumed)";
    let words = [
        ("without_decreased", AmendedTotal::WithoutDecreased),
        ("with_decreased", AmendedTotal::WithDecreased),
    ];
    let total = choice(section, "total", about, &words);
    let about = "what becomes of an amend to nothing of an order that has not filled (assumed)";
    let words = [("refused", AmendedToNothing::Refused), ("cancels", AmendedToNothing::Cancels)];
    let to_nothing = choice(section, "to_nothing", about, &words);
    let about = "what becomes of the client order id that an order had before (assumed)";
    let words =
        [("stays_used_up", FormerClientOrder::StaysUsedUp), ("freed", FormerClientOrder::Freed)];
    let former_client_order = choice(section, "former_client_order", about, &words);
    let about = "what becomes of an amended order that would meet its own account's (assumed)";
    let words = [("refused", AmendedToOwn::Refused), ("by_its_rule", AmendedToOwn::ByItsRule)];
    let to_own = choice(section, "to_own", about, &words);
    let about = "what becomes of an amended post-only order that would trade at once (assumed)";
    let words = [("refused", PostOnlyCross::Refused), ("canceled", PostOnlyCross::Canceled)];
    let post_only_cross = choice(section, "post_only_cross", about, &words);
    Ok(AmendRules {
        oversized_decrease: oversized_decrease?,
        decrease_to_no_less: decrease_to_no_less?,
        total: total?,
        to_nothing: to_nothing?,
        former_client_order: former_client_order?,
        to_own: to_own?,
        post_only_cross: post_only_cross?,
    })
}

fn money(section: &mut Section<'_>) -> Read<MoneyRules> {
    let about = "at which price what would trade at once is checked against the money (assumed)";
    let words = [("limit", TakerPrice::Limit), ("match", TakerPrice::Match)];
    let taker_price = choice(section, "taker_price", about, &words);
    let about = "whether resting orders lock the maker fee that they may pay (assumed)";
    let words = [("locked", MakerFeeLock::Locked), ("not_locked", MakerFeeLock::NotLocked)];
    let maker_fee = choice(section, "maker_fee", about, &words);
    let about = "what becomes of an order that can not be paid when it is met (assumed)";
    let words = [
        ("canceled_whole", UnfundedOrder::CanceledWhole),
        ("fills_what_is_paid", UnfundedOrder::FillsWhatIsPaid),
    ];
    let unfunded = choice(section, "unfunded", about, &words);
    let about = "which of several orders closes a position without cost (assumed)";
    let words =
        [("first_to_fill", PositionUse::FirstToFill), ("first_placed", PositionUse::FirstPlaced)];
    let position_use = choice(section, "position_use", about, &words);
    let about = "what contracts cost that are closed (assumed)";
    let words =
        [("average", CostBasis::Average), ("first_in_first_out", CostBasis::FirstInFirstOut)];
    let cost_basis = choice(section, "cost_basis", about, &words);
    let about = "what counts for a market's position limit (assumed)";
    let words = [
        ("with_resting", LimitScope::WithResting),
        ("without_resting", LimitScope::WithoutResting),
    ];
    let position_limit = choice(section, "position_limit", about, &words);
    let about = "whether resting orders lock a maker fee while it is waived (assumed)";
    let words = [("locked", WaivedMakerFee::Locked), ("not_locked", WaivedMakerFee::NotLocked)];
    let waived_maker_fee = choice(section, "waived_maker_fee", about, &words);
    let about = "whether collateral that an order brings back helps to pay for it (assumed)";
    let words = [
        ("after_the_match", ReturnCredit::AfterTheMatch),
        ("with_the_order", ReturnCredit::WithTheOrder),
    ];
    let return_credit = choice(section, "return_credit", about, &words);
    Ok(MoneyRules {
        taker_price: taker_price?,
        maker_fee: maker_fee?,
        unfunded: unfunded?,
        position_use: position_use?,
        cost_basis: cost_basis?,
        position_limit: position_limit?,
        waived_maker_fee: waived_maker_fee?,
        return_credit: return_credit?,
    })
}

fn groups(section: &mut Section<'_>) -> Read<GroupRules> {
    let about = "whether a match still counts when it is exactly as old as the window (assumed)";
    let words = [("excluded", WindowEnd::Excluded), ("included", WindowEnd::Included)];
    let window_end = choice(section, "window_end", about, &words);
    let about = "when the limit is looked at while one order matches several (assumed)";
    let words = [
        ("after_the_order", GroupJudgement::AfterTheOrder),
        ("after_each_match", GroupJudgement::AfterEachMatch),
    ];
    let judgement = choice(section, "judgement", about, &words);
    let about = "whether groups can be changed while trading is paused (assumed)";
    let words =
        [("like_cancel", PausedGroups::LikeCancel), ("like_create", PausedGroups::LikeCreate)];
    let paused_changes = choice(section, "paused_changes", about, &words);
    Ok(GroupRules {
        window_end: window_end?,
        judgement: judgement?,
        paused_changes: paused_changes?,
    })
}

fn life(section: &mut Section<'_>) -> Read<LifeRules> {
    let about = "whether what arrives at the instant of an expiry still meets the order (assumed)";
    let words =
        [("gone_before", ExpiryInstant::GoneBefore), ("still_there", ExpiryInstant::StillThere)];
    let expiry_instant = choice(section, "expiry_instant", about, &words);
    let about = "whether orders expire while the exchange does not trade (assumed)";
    let words = [("during", PausedExpiry::During), ("at_the_end", PausedExpiry::AtTheEnd)];
    let paused_expiry = choice(section, "paused_expiry", about, &words);
    let about = "whether orders of an inactive market can be canceled and made smaller (assumed)";
    let words = [("allowed", InactiveRemoval::Allowed), ("refused", InactiveRemoval::Refused)];
    let inactive_removal = choice(section, "inactive_removal", about, &words);
    let about = "which reason refuses orders of an inactive market (assumed)";
    let words = [
        ("market_inactive", InactiveRefusal::MarketInactive),
        ("trading_paused", InactiveRefusal::TradingPaused),
    ];
    let inactive_refusal = choice(section, "inactive_refusal", about, &words);
    let about = "what a change of an order looks at first in a closed market (assumed)";
    let words =
        [("market_first", ClosedLookup::MarketFirst), ("order_first", ClosedLookup::OrderFirst)];
    let closed_lookup = choice(section, "closed_lookup", about, &words);
    let about = "whether a pause of one market cancels what is not to stay through one (assumed)";
    let words =
        [("cancels_on_pause", MarketPause::CancelsOnPause), ("keeps_all", MarketPause::KeepsAll)];
    let market_pause = choice(section, "market_pause", about, &words);
    let about = "how long after a close its resting orders are canceled (assumed)";
    let lengths = seconds(SimDuration::ZERO, SimDuration::from_s(3_600));
    let default = LifeRules::default().close_cancels_after;
    let close_cancels_after = section.or("close_cancels_after_s", about, &lengths, default);
    let about = "what a dispute does to the time until a market pays (assumed)";
    let words =
        [("starts_anew", SettlementTimer::StartsAnew), ("goes_on", SettlementTimer::GoesOn)];
    let settlement_timer = choice(section, "settlement_timer", about, &words);
    let about = "what becomes of resting orders when prices become finer (assumed)";
    let words = [("stay", RefinedOrders::Stay), ("canceled", RefinedOrders::Canceled)];
    let refined_orders = choice(section, "refined_orders", about, &words);
    Ok(LifeRules {
        expiry_instant: expiry_instant?,
        paused_expiry: paused_expiry?,
        inactive_removal: inactive_removal?,
        inactive_refusal: inactive_refusal?,
        closed_lookup: closed_lookup?,
        market_pause: market_pause?,
        close_cancels_after: close_cancels_after?,
        settlement_timer: settlement_timer?,
        refined_orders: refined_orders?,
    })
}
