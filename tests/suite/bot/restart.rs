//! A bot that stops in the middle and starts anew from the list that it saved.

use fillgap::bot::{BotSettings, Preset, StrategySettings};

use super::timeline::{entry, link, named};
use super::world::{Action, Script, at, contracts};

fn restarting(preset: Preset, signals: &[&str], when: &str) -> BotSettings {
    BotSettings { restart_at: Some(at(when)), ..named(preset, signals) }
}

/// 50 and 60 of one market: the larger is kept. The passes after the restart go on from there; the
/// list has the key, so what is missing is never added.
#[test]
fn of_records_with_one_key_only_the_largest_survives() {
    let sized =
        |quantity| fillgap::bot::ScheduledSignal { quantity: contracts(quantity), ..entry("0") };
    let settings = BotSettings {
        strategy: StrategySettings::Scheduled(vec![sized("50"), sized("60")]),
        ..restarting(Preset::BeforeG1, &[], "5")
    };
    let script = link()
        .fill_at_once(0, "50")
        .fill_at_once(1, "60")
        .act("0.2", Action::Freeze)
        .act("0.66", Action::Thaw);
    let run = script.run(&settings, "200");
    assert_eq!(
        run.beliefs()[2..],
        ["5 record 0: 0 Settled by Restarted"],
        "record 1 goes on with its 60"
    );
    assert_eq!(run.moves().last().unwrap(), "5 believed 60, true 110");
    // The new process begins a pass at once.
    assert_eq!(run.passes()[..2], ["0", "5"]);
}

/// The list is saved at the end of each pass. The second entry is booked at 11.3, and its pass
/// reconciles until 11.5; the bot stops at 11.4. The order has filled, and the file does not have
/// it: the first reconciliation after the restart finds the key in the list.
#[test]
fn what_was_not_saved_is_forgotten() {
    let script = link().fill_at_once(0, "100").fill_at_once(1, "10");
    let run = script.run(&restarting(Preset::BeforeG0, &["0", "5"], "11.4"), "200");
    assert_eq!(
        run.moves()[2..],
        [
            "11.25 believed 100, true 110",
            "11.3 believed 200, true 110",
            "11.4 believed 100, true 110"
        ]
    );
    assert_eq!(run.orders().len(), 2, "no signal is given twice");
}

/// It stops while it waits for its first order, at 5. The order goes on resting and fills at 20; the
/// new process has an empty list, and adds it with its next reconciliation.
#[test]
fn an_order_that_was_waited_for_is_an_orphan_after_a_restart() {
    let script = link().act("20", Action::Fill(0, "100"));
    let run = script.run(&restarting(Preset::ShippedIntended, &["0"], "5"), "100");
    assert_eq!(run.orders().len(), 1);
    assert!(run.entries_done().is_empty());
    // Passes of the new process begin at 5 and 35.
    assert_eq!(run.moves(), ["20 believed 0, true 100", "35.1 believed 100, true 100"]);
    assert!(!run.beliefs_have_a_stop());
}

/// The model bot asks what is held before it begins.
#[test]
fn the_model_bot_asks_what_is_held_when_it_starts_anew() {
    let script = link().act("2", Action::Fill(0, "100"));
    let run = script.run(&restarting(Preset::Reference, &["0"], "2.5"), "2.6");
    assert_eq!(run.moves(), ["2 believed 0, true 100", "2.6 believed 100, true 100"]);
    assert_eq!(run.passes(), ["0", "2.6"]);
}

/// Where nothing is under way and everything is saved, a restart changes nothing that is believed.
/// The bots that follow their fills need the whole exchange, and have tests of their own.
#[test]
fn a_restart_between_passes_changes_no_belief() {
    for preset in Preset::ALL
        .into_iter()
        .filter(|preset| !matches!(preset, Preset::FillFeed | Preset::Oracle))
    {
        let script = Script::default().fill_at_once(0, "100");
        let before = script.run(&named(preset, &["0"]), "25");
        let after = script.run(&restarting(preset, &["0"], "25"), "25");
        assert_eq!(before.beliefs(), after.beliefs(), "{preset:?}");
    }
}
