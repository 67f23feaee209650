//! How orders come in.

use fillgap::audit::ExchangeAudit;
use fillgap::exchange::{
    BatchOrder, ClientOrderScope, EntryRules, ExchangeSettings, FillOrKillDepth, ForeignOrder,
    GroupJudgement, GroupRules, MoneyCheck, MoneyRules, NothingToClose, PostOnlyScope,
    RejectedClientOrder, TakerPrice,
};
use fillgap::protocol::{Query, Reply};
use fillgap::units::{ClientOrderId, SimDuration};

use crate::exchange_desk::{Desk, terms};
use crate::readings::{desk, desk_after, ends};

fn with(entry: EntryRules) -> ExchangeSettings {
    ExchangeSettings { entry, ..ExchangeSettings::default() }
}

#[test]
fn a_client_order_id_is_used_once_in_the_account_or_in_each_market() {
    for (client_order_scope, elsewhere) in [
        (ClientOrderScope::Account, "OrderAlreadyExists"),
        (ClientOrderScope::Market, "filled 0, rests 2"),
    ] {
        let mut desk = desk(with(EntryRules { client_order_scope, ..EntryRules::default() }));
        desk.exchange.list_market(terms("0"));
        desk.audit = ExchangeAudit::new(&desk.exchange);
        for (what, expected) in [
            ("bid 1 @ 0.40 as 7", "filled 0, rests 1"),
            ("bid 1 @ 0.40 as 7", "OrderAlreadyExists"),
            ("bid 2 @ 0.40 as 7 market 1", elsewhere),
            ("bid 1 @ 0.40 as 7 market 1", "OrderAlreadyExists"),
            ("bid 1 @ 0.40 as 7 market 2", "MarketNotFound"),
            ("amend #0 to 1 @ 0.40 as 8", "filled 0, rests 1"),
            ("bid 1 @ 0.40 as 8", "OrderAlreadyExists"),
        ] {
            let expected = match (client_order_scope, what) {
                // Nothing was placed there before, so that this is the market's first.
                (ClientOrderScope::Account, "bid 1 @ 0.40 as 7 market 1") => "OrderAlreadyExists",
                _ => expected,
            };
            assert_eq!(desk.say(1, "bot", what), expected, "{client_order_scope:?}: {what}");
        }
        // Read by that id, it is the last that was placed with it and still has it.
        let read = desk.read(1, "bot", Query::OrderByClient(ClientOrderId::new(7)), 1);
        let found = if let Reply::Order(view) = read { Some(view.order) } else { None };
        let last = desk.accepted.get(1).copied();
        assert_eq!(found, last, "{client_order_scope:?}");
    }
}

/// Both orders had the id 7; the later one has it no more, so that 7 is the earlier one from then on, and
/// still was the later one before. Whether the account's past is kept makes no difference for what is now.
#[test]
fn an_id_that_the_latest_order_gave_up_names_the_one_before_it() {
    let entry =
        EntryRules { client_order_scope: ClientOrderScope::Market, ..EntryRules::default() };
    for is_watched in [false, true] {
        let mut desk = desk(with(entry));
        desk.exchange.list_market(terms("0"));
        if is_watched {
            let bot = desk.account("bot");
            desk.exchange.watch(bot, SimDuration::from_s(60));
        }
        desk.audit = ExchangeAudit::new(&desk.exchange);
        for (at_s, what) in [
            (1, "bid 1 @ 0.40 as 7 market 1"),
            (1, "bid 1 @ 0.40 as 7"),
            (2, "amend #1 to 1 @ 0.40 as 8"),
        ] {
            assert_eq!(desk.say(at_s, "bot", what), "filled 0, rests 1", "{what}");
        }
        let named = |id, as_of_s, desk: &mut Desk| match desk.read(
            3,
            "bot",
            Query::OrderByClient(ClientOrderId::new(id)),
            as_of_s,
        ) {
            Reply::Order(view) => desk.accepted.iter().position(|order| *order == view.order),
            _ => None,
        };
        assert_eq!(named(7, 3, &mut desk), Some(0));
        assert_eq!(named(8, 3, &mut desk), Some(1));
        if is_watched {
            assert_eq!(named(7, 1, &mut desk), Some(1));
            assert_eq!(named(8, 1, &mut desk), None);
        }
    }
}

/// Refused orders use their ids up, in their markets. A market that is not listed has none.
#[test]
fn an_order_to_a_market_that_is_not_listed_uses_no_id_there() {
    let entry =
        EntryRules { client_order_scope: ClientOrderScope::Market, ..EntryRules::default() };
    let rejected_client_order = RejectedClientOrder::UsedUp;
    let mut desk = desk(ExchangeSettings { rejected_client_order, ..with(entry) });
    assert_eq!(desk.say(1, "bot", "bid 1 @ 0.40 as 7 market 1"), "MarketNotFound");
    desk.exchange.list_market(terms("0"));
    desk.audit = ExchangeAudit::new(&desk.exchange);
    for (what, expected) in [
        ("bid 1 @ 0.405 as 8 market 1", "InvalidPrice"),
        ("bid 1 @ 0.40 as 8 market 1", "OrderAlreadyExists"),
        ("bid 1 @ 0.40 as 7 market 1", "filled 0, rests 1"),
        ("bid 1 @ 0.40 as 7 market 1", "OrderAlreadyExists"),
    ] {
        assert_eq!(desk.say(1, "bot", what), expected, "{what}");
    }
}

#[test]
fn somebody_elses_order_is_not_found_or_forbidden_while_it_rests() {
    for (foreign_order, resting) in
        [(ForeignOrder::NotFound, "OrderNotFound"), (ForeignOrder::Forbidden, "ForeignOrder")]
    {
        let settings = with(EntryRules { foreign_order, ..EntryRules::default() });
        let mut desk = desk_after(settings, &[("crowd", "bid 5 @ 0.40"), ("bot", "bid 1 @ 0.40")]);
        for what in ["cancel #0", "decrease #0 by 1", "amend #0 to 4 @ 0.40"] {
            assert_eq!(desk.say(1, "bot", what), resting, "{what}");
        }
        let both = format!("{resting}; canceled 1");
        assert_eq!(desk.say(1, "bot", "cancel #0 #1"), both);
        let order = desk.order("#0");
        let read = desk.read(1, "bot", Query::QueuePosition(order), 1);
        assert_eq!(crate::exchange_desk::words(&read), resting);
        assert_eq!(desk.say(1, "crowd", "cancel #0"), "canceled 5");
        assert_eq!(desk.say(1, "bot", "cancel #0"), "OrderNotFound");
    }
}

/// Flat, nothing can be closed; with 0.01 contract that much can.
#[test]
fn a_reduce_only_order_with_nothing_to_close_is_taken_or_refused() {
    let holds: &[(&str, &str)] = &[("crowd", "ask 0.01 @ 0.50"), ("bot", "bid 0.01 @ 0.50")];
    for (before, what, taken, refused) in [
        (&[][..], "ask 1 @ 0.40 ioc reduce", "filled 0, rests 0", "NothingToClose"),
        (&[][..], "bid 1 @ 0.40 ioc reduce", "filled 0, rests 0", "NothingToClose"),
        (holds, "bid 1 @ 0.40 ioc reduce", "filled 0, rests 0", "NothingToClose"),
        (holds, "ask 1 @ 0.40 ioc reduce", "filled 0.01, rests 0", "filled 0.01, rests 0"),
    ] {
        for (nothing_to_close, expected) in
            [(NothingToClose::TakenWithoutFill, taken), (NothingToClose::Refused, refused)]
        {
            let settings = with(EntryRules { nothing_to_close, ..EntryRules::default() });
            let mut desk = desk_after(settings, before);
            desk.say(0, "crowd", "bid 1 @ 0.40");
            assert_eq!(desk.say(1, "bot", what), expected, "{nothing_to_close:?}: {what}");
        }
    }
}

/// The crowd offers 5: the item that takes effect first gets its fill from them.
#[test]
fn the_items_of_a_batch_take_effect_from_the_first_or_from_the_last() {
    for (batch_order, created, canceled) in [
        (
            BatchOrder::AsRequested,
            "filled 5, rests 0; filled 0, rests 3",
            "canceled 3; OrderNotFound",
        ),
        (
            BatchOrder::LastFirst,
            "filled 2, rests 3; filled 3, rests 0",
            "OrderNotFound; canceled 3",
        ),
    ] {
        let settings = with(EntryRules { batch_order, ..EntryRules::default() });
        let mut desk = desk_after(settings, &[("crowd", "ask 5 @ 0.50")]);
        assert_eq!(desk.say(1, "bot", "batch bid 5 @ 0.50, bid 3 @ 0.50"), created);
        // Both readings accepted the order that rests as the second.
        assert_eq!(desk.say(1, "bot", "cancel #2 #2"), canceled);
    }
}

/// Each line: an order with two faults, and the one that is told in each reading. The crowd offers 5
/// at 0.50, and the bot has 100 dollars, used the id 7, and bids 1 post-only.
#[test]
fn the_money_is_looked_at_before_the_book_before_the_ids_or_after_the_book() {
    const MONEY: &str = "InsufficientBalance";
    const ID: &str = "OrderAlreadyExists";
    const POST: &str = "PostOnlyCross";
    for (what, before_book, before_ids, after_book) in [
        ("bid 201 @ 0.50 as 7", ID, MONEY, ID),
        ("bid 201 @ 0.50 in 3", "OrderGroupNotFound", MONEY, "OrderGroupNotFound"),
        ("bid 201 @ 0.50 post", MONEY, MONEY, POST),
        ("bid 1 @ 0.50 post as 7", ID, ID, ID),
        ("bid 201 @ 0.505 as 7", "InvalidPrice", "InvalidPrice", "InvalidPrice"),
        ("bid 201 @ 0.50 fok", MONEY, MONEY, MONEY),
        ("amend #2 to 300 @ 0.45 as 7", ID, MONEY, ID),
        ("amend #2 to 300 @ 0.50", MONEY, MONEY, POST),
        ("amend #2 to 2 @ 0.50 as 7", ID, ID, ID),
        ("amend #2 to 300 @ 0.455 as 7", "InvalidPrice", "InvalidPrice", "InvalidPrice"),
        (
            "bid 6 @ 0.50 fok",
            "FillOrKillInsufficientVolume",
            "FillOrKillInsufficientVolume",
            "FillOrKillInsufficientVolume",
        ),
    ] {
        for (money_check, expected) in [
            (MoneyCheck::BeforeBook, before_book),
            (MoneyCheck::BeforeIds, before_ids),
            (MoneyCheck::AfterBook, after_book),
        ] {
            let settings = with(EntryRules { money_check, ..EntryRules::default() });
            let before = [
                ("crowd", "ask 5 @ 0.50"),
                ("bot", "bid 0.01 @ 0.01 as 7"),
                ("bot", "bid 1 @ 0.01 post"),
            ];
            let mut desk = desk_after(settings, &before);
            assert_eq!(desk.say(1, "bot", what), expected, "{money_check:?}: {what}");
        }
    }
}

/// The crowd offers 100 and 100 at 0.30, for 60 of the bot's 100 dollars; at its limit the bid needs 180. The
/// group is triggered, and half of the bid is above its limit of contracts: whether it would be stopped
/// there is not looked at while its money is.
#[test]
fn the_money_for_the_prices_of_the_matches_does_not_depend_on_a_group_that_refuses() {
    let groups = GroupRules { judgement: GroupJudgement::AfterEachMatch, ..GroupRules::default() };
    let money = MoneyRules { taker_price: TakerPrice::Match, ..MoneyRules::default() };
    let entry = EntryRules { money_check: MoneyCheck::BeforeIds, ..EntryRules::default() };
    let settings = ExchangeSettings { groups, money, entry, ..ExchangeSettings::default() };
    let before = [
        ("crowd", "ask 100 @ 0.30"),
        ("crowd", "ask 100 @ 0.30"),
        ("bot", "group 80"),
        ("bot", "group 0 trigger"),
    ];
    for (what, expected) in [
        ("bid 200 @ 0.90 in 0", "OrderGroupTriggered"),
        ("bid 200 @ 0.90 in 1", "OrderGroupNotFound"),
        // What rests beside the 200 needs 0.90 each: 44 of them 39.60, 45 of them 40.50.
        ("bid 244 @ 0.90 in 0", "OrderGroupTriggered"),
        ("bid 245 @ 0.90 in 0", "InsufficientBalance"),
    ] {
        let mut desk = desk_after(settings, &before);
        assert_eq!(desk.say(1, "bot", what), expected, "{what}");
    }
}

/// The bot offers 5 at 0.50, and the crowd 5 at 0.51.
#[test]
fn a_post_only_order_keeps_away_from_everybody_or_from_others_only() {
    const POST: &str = "PostOnlyCross";
    const RESTS: &str = "filled 0, rests 1";
    const STOPS: &str = "filled 0, rests 0";
    for (what, everybody, others) in [
        ("bid 1 @ 0.49 post apart taker", RESTS, RESTS),
        ("bid 1 @ 0.50 post apart taker", POST, STOPS),
        ("bid 1 @ 0.51 post apart taker", POST, STOPS),
        ("bid 1 @ 0.50 post apart maker", POST, RESTS),
        ("bid 1 @ 0.51 post apart maker", POST, POST),
        ("bid 1 @ 0.50 post", POST, POST),
    ] {
        for (post_only_scope, expected) in
            [(PostOnlyScope::Everybody, everybody), (PostOnlyScope::Others, others)]
        {
            let settings = with(EntryRules { post_only_scope, ..EntryRules::default() });
            let before = [("bot", "ask 5 @ 0.50"), ("crowd", "ask 5 @ 0.51")];
            let mut desk = desk_after(settings, &before);
            assert_eq!(desk.say(1, "bot", what), expected, "{post_only_scope:?}: {what}");
            let own_left = usize::from(expected == RESTS && what.ends_with("maker"));
            assert_eq!(
                ends(&desk).iter().filter(|line| line.contains("#0 self")).count(),
                own_left
            );
        }
    }
}

/// Of 10 within 0.51, the crowd's are 2 at 0.49 and 5 at 0.51, and the bot's 3 at 0.50.
#[test]
fn a_fill_or_kill_order_counts_own_orders_as_depth_or_not() {
    const KILLED: &str = "FillOrKillInsufficientVolume";
    for (what, with_own, without_own) in [
        ("bid 2 @ 0.50 fok apart taker", "filled 2, rests 0", "filled 2, rests 0"),
        ("bid 2.01 @ 0.50 fok apart taker", "filled 2, rests 0", KILLED),
        ("bid 5 @ 0.50 fok apart taker", "filled 2, rests 0", KILLED),
        ("bid 5.01 @ 0.50 fok apart taker", KILLED, KILLED),
        ("bid 7 @ 0.51 fok apart maker", "filled 7, rests 0", "filled 7, rests 0"),
        ("bid 7.01 @ 0.51 fok apart maker", "filled 7, rests 0", KILLED),
        ("bid 10 @ 0.51 fok apart maker", "filled 7, rests 0", KILLED),
        ("bid 10.01 @ 0.51 fok apart maker", KILLED, KILLED),
        // Without a rule it trades with its own.
        ("bid 10 @ 0.51 fok", "filled 10, rests 0", "filled 10, rests 0"),
    ] {
        for (fill_or_kill_depth, expected) in
            [(FillOrKillDepth::WithOwn, with_own), (FillOrKillDepth::WithoutOwn, without_own)]
        {
            let settings = with(EntryRules { fill_or_kill_depth, ..EntryRules::default() });
            let mut desk = desk_after(
                settings,
                &[("bot", "ask 3 @ 0.50"), ("crowd", "ask 2 @ 0.49"), ("crowd", "ask 5 @ 0.51")],
            );
            assert_eq!(desk.say(1, "bot", what), expected, "{fill_or_kill_depth:?}: {what}");
        }
    }
}
