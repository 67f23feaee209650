//! Exits beside the reconcilers of the code, and the exit that can only reduce.

use fillgap::bot::{BotSettings, ExitSettings, Preset};

use super::timeline::{link, named};
use super::world::{Action, Script, buyer, signal};

/// The feed has a price, so that a look at the stops takes no time.
fn with_feed() -> Script {
    link().act("0", Action::Feed(Some("0.50"), Some("0.52")))
}

/// 50 are believed and 100 held; the exit of 10 sells 50. The record is closing, its exit is done,
/// and as many are held as it believes: nothing ends it, and nothing looks at its stop again.
#[test]
fn a_sale_of_too_little_leaves_a_record_closing_for_good() {
    let script = with_feed()
        .fill_at_once(0, "50")
        .act("8", Action::Fill(0, "50"))
        .act("9.5", Action::Feed(Some("0.44"), Some("0.46")))
        .act("9.5", Action::Quote(Some("0.44"), Some("0.46")))
        .fill_at_once(1, "50");
    let run = script.run(&named(Preset::ShippedIntended, &["0"]), "500");
    assert_eq!(run.orders()[1..], ["10 ask 50 at 0.44"]);
    assert_eq!(run.moves().last().unwrap(), "10.05 believed 50, true 50");
    assert_eq!(run.beliefs().last().unwrap(), "10.1 record 0: 50 Closing by ExitSent");
}

/// All is sold and seen to be. The reconciliation of 30 settles the record, without booking.
#[test]
fn a_complete_exit_books_no_profit() {
    let script = with_feed()
        .fill_at_once(0, "100")
        .act("9.5", Action::Feed(Some("0.44"), Some("0.46")))
        .fill_at_once(1, "100");
    let run = script.run(&named(Preset::ShippedIntended, &["0"]), "60");
    assert_eq!(
        run.beliefs()[1..],
        ["10.1 record 0: 100 Closing by ExitSent", "30.1 record 0: 0 Settled by Reconciled"]
    );
}

/// A first exit that was given up on and its successor both fill while the second is waited for:
/// NO 100. The pass of 30 adds it, without a stop, and settles the record.
#[test]
fn two_exits_that_both_fill_leave_a_position_that_nobody_can_sell() {
    let script = with_feed()
        .fill_at_once(0, "100")
        .act("9.5", Action::Feed(Some("0.44"), Some("0.46")))
        .act("18", Action::Fill(1, "100"))
        .act("18.3", Action::Fill(2, "100"));
    let run = script.run(&named(Preset::ShippedIntended, &["0"]), "500");
    // The wait of the first ends at 16.2.
    assert_eq!(run.orders()[1..], ["10 ask 100 at 0.44", "16.2 ask 100 at 0.44"]);
    assert_eq!(
        run.moves()[2..],
        [
            "18 believed 100, true 0",
            "18.3 believed 100, true -100",
            "30.1 believed -100, true -100"
        ]
    );
}

/// 50 and 60 are believed, 80 shown: neither is above 80, so nothing is lowered. Then 50 are shown:
/// both are lowered to 50, and both are sold.
#[test]
fn records_of_one_market_are_each_compared_with_all_that_is_held() {
    use super::world::{MARKET, contracts};
    let sized = |quantity| fillgap::bot::ScheduledSignal {
        quantity: contracts(quantity),
        ..super::timeline::entry("0")
    };
    let settings = BotSettings {
        strategy: fillgap::bot::StrategySettings::Scheduled(vec![sized("50"), sized("60")]),
        ..named(Preset::BeforeG1, &[])
    };
    let script = with_feed()
        .fill_at_once(0, "50")
        .fill_at_once(1, "60")
        .act("0.2", Action::Freeze)
        .act("0.66", Action::Thaw)
        .act("5", Action::Position(MARKET, 80));
    let run = script.run(&settings, "100");
    assert_eq!(run.beliefs().len(), 2, "nothing changes: {:?}", run.beliefs());
    let script = script
        .act("15", Action::Position(MARKET, 50))
        .act("30", Action::Feed(Some("0.44"), None))
        .act("30", Action::Quote(Some("0.44"), None));
    let run = script.run(&settings, "45");
    let beliefs = run.beliefs();
    assert!(beliefs[2].ends_with("record 1: 50 Open by Reconciled"), "{beliefs:?}");
    let orders = run.orders();
    assert!(orders[2].ends_with("ask 50 at 0.44"), "{orders:?}");
    assert!(orders[3].ends_with("ask 50 at 0.44"), "{orders:?}");
}

/// The pass of 10 sells 40 of 100 and takes them off; that of 20 sells the rest, which settles the
/// record. A contract sold books 0.58 - 0.65 - 0.02 = -0.09. Nothing is waited for.
#[test]
fn an_exit_that_only_reduces_takes_off_what_it_filled() {
    let settings = BotSettings { exit: ExitSettings::ReduceOnlyIoc, ..buyer(vec![signal("0")]) };
    let script = Script::default()
        .fill_at_once(0, "100")
        .fill_at_once(1, "40")
        .fill_at_once(3, "60")
        .act("5", Action::Feed(Some("0.58"), Some("0.60")));
    let run = script.run(&settings, "60");
    assert_eq!(run.orders()[1..], ["10 ask 100 at 0.58", "20 ask 60 at 0.58", "30 ask 60 at 0.58"]);
    assert_eq!(
        run.beliefs()[1..],
        [
            "10 record 0: 60 Open by ExitConfirmed",
            "10 record 0 booked -3.60",
            "30 record 0: 0 Open by ExitConfirmed",
            "30 record 0 booked -5.40",
            "30 record 0: 0 Settled by ExitConfirmed"
        ]
    );
    assert!(run.waits().is_empty());
}
