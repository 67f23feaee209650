//! Whether the audit notices: for each invariant true stories, each with one lie in it that breaks
//! exactly this invariant.

mod book_lies;
mod command_lies;
mod heard;
mod money_lies;
mod order_lies;

use fillgap::audit::Invariant;

use heard::Heard;

/// A story told with a lie, and what the lie is.
type Lie = (&'static str, Heard);

/// A true story, changed.
fn lie(what: &'static str, mut story: Heard, change: impl FnOnce(&mut Heard)) -> Lie {
    change(&mut story);
    (what, story)
}

/// The lies that break an invariant.
fn lies(invariant: Invariant) -> Vec<Lie> {
    match invariant {
        Invariant::NeverCrossed => book_lies::crossed(),
        Invariant::QueuesKeepTheirOrder => book_lies::reordered(),
        Invariant::RestingOrdersMayRest => book_lies::undead(),
        Invariant::BookAddsUp => book_lies::miscounted(),
        Invariant::OnePlacePerOrder => book_lies::misplaced(),
        Invariant::PricePriority => order_lies::worse_first(),
        Invariant::TimePriority => order_lies::later_first(),
        Invariant::MakerPrice => order_lies::other_prices(),
        Invariant::TwoEqualFills => order_lies::unequal_fills(),
        Invariant::OrderAddsUp => order_lies::lost_contracts(),
        Invariant::TimeInForce => order_lies::outlived(),
        Invariant::NothingLeftToMatch => order_lies::unmatched(),
        Invariant::OwnOrdersApart => order_lies::own_trades(),
        Invariant::ReduceOnlyReduces => order_lies::opened(),
        Invariant::GroupsKeepTheirLimits => order_lies::over_the_limit(),
        Invariant::CashIsConserved => money_lies::lost_cash(),
        Invariant::ContractsAreConserved => money_lies::lost_positions(),
        Invariant::LocksCoverOrders => money_lies::wrong_locks(),
        Invariant::FeesWithinBounds => money_lies::wrong_fees(),
        Invariant::ProfitsAddUp => money_lies::wrong_profits(),
        Invariant::SettlementPaysOnce => money_lies::wrong_settlements(),
        Invariant::TimeGoesOn => command_lies::out_of_time(),
        Invariant::CommandsEndOnce => command_lies::wrong_answers(),
    }
}

#[test]
fn each_invariant_is_found_broken_by_lies_of_its_own() {
    let mut wrong = Vec::new();
    for invariant in Invariant::ALL {
        let lies = lies(invariant);
        assert!(!lies.is_empty(), "{invariant}");
        for (what, story) in lies {
            let found = story.listen().err();
            if found.as_ref().map(|violation| violation.invariant) != Some(invariant) {
                wrong.push(format!("{what}: expected {invariant:?}, found {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_invariants_are_numbered_in_their_order() {
    let numbers: Vec<_> = Invariant::ALL.iter().map(|invariant| invariant.number()).collect();
    assert!(numbers.into_iter().eq(1..=23));
    let crossed = Invariant::NeverCrossed;
    let words = "INV-01, the best bid is below the best ask whenever both exist";
    assert_eq!((crossed.to_string(), crossed.rule()), (words.to_owned(), &words[8..]));
}

/// The stories themselves, and changes that stay one unit on the right side of a rule.
#[test]
fn the_truth_passes() {
    let truths = [book_lies::truths(), order_lies::truths(), money_lies::truths()];
    for (what, story) in truths.into_iter().flatten().chain(command_lies::truths()) {
        assert_eq!(story.listen(), Ok(()), "{what}");
    }
}
