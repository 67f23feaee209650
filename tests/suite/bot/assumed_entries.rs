//! What becomes of entries that are booked before anybody knows what filled.

use fillgap::bot::Preset;
use fillgap::protocol::RejectReason;

use super::timeline::{link, named};
use super::world::{Action, Line, Script};

/// The window as the analysis tells it: nothing takes time, the first comparison is at 30.
#[test]
fn the_narrated_window_is_over_when_the_books_are_compared() {
    let script = Script::default().act("5", Action::Fill(0, "50"));
    let run = script.run(&named(Preset::BeforeDoc, &["0"]), "60");
    assert_eq!(
        run.moves(),
        ["0 believed 100, true 0", "5 believed 100, true 50", "30 believed 50, true 50"]
    );
}

/// Nothing has filled at T + 0.1, when the pass reads the positions: the new record is settled at
/// T + 0.15 and goes on being in the list, so the 50 of T + 5 are never added. T = 0.45.
#[test]
fn a_record_whose_order_has_not_filled_yet_is_settled_and_never_comes_back() {
    for preset in [Preset::BeforeG0, Preset::BeforeG1] {
        let script = link().act("5.45", Action::Fill(0, "50"));
        let run = script.run(&named(preset, &["0"]), "1000");
        assert_eq!(
            run.moves(),
            ["0.5 believed 100, true 0", "0.6 believed 0, true 0", "5.45 believed 0, true 50"],
            "{preset:?}"
        );
        assert_eq!(run.orders(), ["0.4 bid 100 at 0.50"], "{preset:?}: nothing cancels it");
    }
}

/// 50 fill at T + 0.01, in time for the pass's reconciliation, which changes no size. Only the newer
/// settlement does, at T + 0.25.
#[test]
fn a_stake_that_filled_in_part_at_once_is_corrected_by_the_newer_settlement_alone() {
    for (preset, moves) in [
        (Preset::BeforeG0, &["0.46 believed 0, true 50", "0.5 believed 100, true 50"][..]),
        (
            Preset::BeforeG1,
            &["0.46 believed 0, true 50", "0.5 believed 100, true 50", "0.7 believed 50, true 50"],
        ),
    ] {
        let script = link().act("0.46", Action::Fill(0, "50"));
        let run = script.run(&named(preset, &["0"]), "1000");
        assert_eq!(run.moves(), moves, "{preset:?}");
    }
}

/// As before, and the bid is at 0.44 when the pass of 10.7 reads it. 100 are sold at 10.85 of the 50
/// held. The NO position is added at 11.0 without a stop; the settlement of 11.1 settles the record
/// that was sold. Nothing sells a NO record, whatever the price.
#[test]
fn an_assumed_stake_that_is_sold_flips_the_position() {
    let script = link()
        .act("0.46", Action::Fill(0, "50"))
        .act("5", Action::Quote(Some("0.44"), Some("0.46")))
        .fill_at_once(1, "100");
    let run = script.run(&named(Preset::BeforeG0, &["0"]), "1000");
    assert_eq!(run.orders()[1..], ["10.8 ask 100 at 0.44"]);
    assert_eq!(
        run.moves()[2..],
        ["10.85 believed 100, true -50", "11 believed 50, true -50", "11.1 believed -50, true -50"]
    );
    assert!(run.failures().is_empty(), "the NO record is there to take an average over");
}

/// The reading of positions lowers the stake at 30; the rest of the order fills at 33.
#[test]
fn a_remainder_that_fills_after_the_correction_is_never_believed() {
    let script = Script::default().act("5", Action::Fill(0, "50")).act("33", Action::Fill(0, "50"));
    let run = script.run(&named(Preset::Opt2a, &["0"]), "1000");
    assert_eq!(run.moves()[2..], ["30 believed 50, true 50", "33 believed 50, true 100"]);
    // The reading of orders follows it at the next comparison.
    let run = script.run(&named(Preset::Opt2b, &["0"]), "1000");
    assert_eq!(
        run.moves()[2..],
        ["30 believed 50, true 50", "33 believed 50, true 100", "40 believed 100, true 100"]
    );
}

/// A refused order leaves a record until the reconciliation of the same pass: 0.1 s. With two tasks
/// the stops have their turn in between, whose read of the price takes 0.1 s more.
#[test]
fn a_refused_order_leaves_a_phantom() {
    for (preset, moves) in [
        (Preset::BeforeG0, &["0.5 believed 100, true 0", "0.6 believed 0, true 0"][..]),
        (Preset::BeforeG1, &["0.5 believed 100, true 0", "0.6 believed 0, true 0"]),
        (Preset::ShippedIntended, &["0.3 believed 100, true 0", "0.5 believed 0, true 0"]),
        // Nothing ever corrects it.
        (Preset::ShippedLiteral, &["0.3 believed 100, true 0"]),
        // These want an order id first.
        (Preset::Opt1, &[]),
        (Preset::Reference, &[]),
    ] {
        let script = link().refuse(0, RejectReason::InsufficientBalance);
        let run = script.run(&named(preset, &["0"]), "100");
        assert_eq!(run.moves(), moves, "{preset:?}");
    }
}

/// The phantom's stop triggers, and sells what nobody has.
#[test]
fn a_phantom_that_is_never_corrected_sells_short() {
    let script = link()
        .refuse(0, RejectReason::InsufficientBalance)
        .act("1", Action::Feed(Some("0.44"), Some("0.46")))
        .fill_at_once(1, "100");
    let run = script.run(&named(Preset::ShippedLiteral, &["0"]), "1000");
    assert_eq!(run.moves(), ["0.3 believed 100, true 0", "2.05 believed 100, true -100"]);
    assert_eq!(run.orders()[1..], ["2 ask 100 at 0.44"]);
}

/// The order fills whole on arrival at 0.45 and its answer is lost: the bot gives up at 0.4 + 10 and
/// books nothing. The reconciliation of that pass adds the contracts at 10.5, without a stop, so the
/// bid at 0.01 moves nobody.
#[test]
fn an_order_whose_answer_is_lost_is_added_without_a_stop() {
    for preset in [Preset::BeforeG0, Preset::BeforeG1] {
        let script = link()
            .fill_at_once(0, "100")
            .act("0.42", Action::Line(Line::Mute))
            .act("1", Action::Line(Line::Clear))
            .act("20", Action::Quote(Some("0.01"), None))
            .act("20", Action::Feed(Some("0.01"), None));
        let run = script.run(&named(preset, &["0"]), "100");
        assert_eq!(
            run.moves(),
            ["0.45 believed 0, true 100", "10.5 believed 100, true 100"],
            "{preset:?}"
        );
        assert_eq!(run.entries_done(), ["10.4 signal 0 Failed 0"], "{preset:?}");
        assert_eq!(run.orders().len(), 1, "{preset:?}: no exit");
    }
}

/// 50 of 100 are live as the second entry comes, so 60 are sent; the record says 100.
#[test]
fn a_shrunk_order_is_booked_in_full() {
    let script = link().act("0.46", Action::Fill(0, "50"));
    let run = script.run(&named(Preset::BeforeG0, &["0", "5"]), "20");
    // The second pass begins at 10.7 and reads a price, positions twice, then balance and
    // positions: the order leaves at 11.2.
    assert_eq!(run.orders(), ["0.4 bid 100 at 0.50", "11.2 bid 60 at 0.50"]);
    assert_eq!(run.moves().last().unwrap(), "11.3 believed 200, true 50");
}

/// A read of the positions that fails once, at 11.0, empties the list for good: the contracts are in
/// the exchange's account, and their key in the list.
#[test]
fn one_failed_read_of_the_positions_settles_everything() {
    use fillgap::protocol::Endpoint;
    for preset in [Preset::BeforeG0, Preset::BeforeG1] {
        let script = link()
            .fill_at_once(0, "100")
            .act("10.7", Action::Break(Endpoint::Positions))
            .act("11", Action::Mend(Endpoint::Positions));
        let run = script.run(&named(preset, &["0"]), "1000");
        let moves = run.moves();
        assert_eq!(moves[1], "0.5 believed 100, true 100", "{preset:?}");
        assert_eq!(moves.len(), 3, "{preset:?}: {moves:?}");
        assert!(moves[2].ends_with("believed 0, true 100"), "{preset:?}: {moves:?}");
    }
}
