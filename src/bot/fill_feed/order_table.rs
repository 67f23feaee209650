//! The table of an order's transitions, state by state and news by news, and what holds over all of it.

use proptest::prelude::*;

use crate::bot::fill_feed::order::{Doubt, Ending, News, OrderState};
use crate::protocol::OrderStatus;
use crate::units::{OrderId, Quantity};

fn q(contracts: u32) -> Quantity {
    Quantity::of_contracts(contracts).unwrap()
}

const ID: OrderId = OrderId::new(7);
/// All orders of these tests are of 100 contracts.
const ORDERED: u32 = 100;

fn state(text: &str) -> OrderState {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let numbers: Vec<Quantity> = rest.split_whitespace().map(|n| n.parse().unwrap()).collect();
    let order = ID;
    match word {
        "flying" => OrderState::InFlight,
        "rests" => OrderState::Resting { order },
        "part" => OrderState::PartiallyFilled { order, filled: numbers[0] },
        "canceling" => OrderState::CancelInFlight { order, filled: numbers[0] },
        "create?" => OrderState::UnknownOutcome(Doubt::Create),
        "cancel?" => OrderState::UnknownOutcome(Doubt::Cancel { order, filled: numbers[0] }),
        "total?" => OrderState::UnknownOutcome(Doubt::Total { order, filled: numbers[0] }),
        "refused" => OrderState::Final(Ending::Refused),
        "unseen" => OrderState::Final(Ending::NeverSeen),
        "over" => OrderState::Final(Ending::Over { order, filled: numbers[0], total: numbers[1] }),
        other => unreachable!("no state is called {other}"),
    }
}

/// The columns of the table.
fn news() -> Vec<News> {
    use OrderStatus::{Canceled, Resting};
    let order = ID;
    vec![
        News::Accepted { order },
        News::Filled { order, quantity: q(30) },
        News::Ended { order, unfilled: q(60) },
        News::Gone,
        News::Rests { order },
        News::Refused,
        News::CreateUnknown,
        News::CancelSent,
        News::CancelRefused,
        News::CancelUnknown,
        News::Seen { order, status: Resting, filled: q(20) },
        News::Seen { order, status: Canceled, filled: q(40) },
        News::NotSeen,
        News::GivenUp,
    ]
}

/// One row for each state: what it was, then what it becomes with each news of [`news`], in that
/// order; `=` is the same as before. The rules behind it, by which each cell was filled in:
/// a fill adds 30; an end with 60 unfilled means 40 filled in all; nothing known is ever forgotten
/// (part 50 ends with 50 in all); a read that shows an order resting may be old and only proves
/// that it was taken; a final order stays final, and one that was never taken comes to life by any
/// word of the exchange about it.
const TABLE: &str = "
flying       | rests | part 30 | over 0 40 | = | rests | refused | create? | = | = | = | rests | over 0 40 | = | =
rests        | = | part 30 | over 0 40 | total? 0 | = | = | = | canceling 0 | = | = | = | over 0 40 | = | =
part 50      | = | part 80 | over 50 50 | total? 50 | = | = | = | canceling 50 | = | = | = | over 50 50 | = | =
part 20      | = | part 50 | over 20 40 | total? 20 | = | = | = | canceling 20 | = | = | = | over 20 40 | = | =
part 70      | = | over 100 100 | over 70 70 | total? 70 | = | = | = | canceling 70 | = | = | = | over 70 70 | = | =
canceling 0  | = | canceling 30 | over 0 40 | total? 0 | = | = | = | = | rests | cancel? 0 | = | over 0 40 | = | =
canceling 20 | = | canceling 50 | over 20 40 | total? 20 | = | = | = | = | part 20 | cancel? 20 | = | over 20 40 | = | =
canceling 70 | = | over 100 100 | over 70 70 | total? 70 | = | = | = | = | part 70 | cancel? 70 | = | over 70 70 | = | =
create?      | rests | part 30 | over 0 40 | = | rests | = | = | = | = | = | rests | over 0 40 | = | unseen
cancel? 20   | = | cancel? 50 | over 20 40 | total? 20 | = | = | = | canceling 20 | = | = | = | over 20 40 | = | =
cancel? 70   | = | over 100 100 | over 70 70 | total? 70 | = | = | = | canceling 70 | = | = | = | over 70 70 | = | =
total? 20    | = | total? 50 | over 20 40 | = | = | = | = | = | = | = | = | over 20 40 | = | =
total? 70    | = | over 100 100 | over 70 70 | = | = | = | = | = | = | = | = | over 70 70 | = | =
refused      | rests | part 30 | over 0 40 | = | rests | = | = | = | = | = | rests | over 0 40 | = | =
unseen       | rests | part 30 | over 0 40 | = | rests | = | = | = | = | = | rests | over 0 40 | = | =
over 0 40    | = | over 30 40 | = | = | = | = | = | = | = | = | = | = | = | =
over 20 40   | = | over 50 50 | = | = | = | = | = | = | = | = | = | = | = | =
over 40 40   | = | over 70 70 | = | = | = | = | = | = | = | = | = | = | = | =
";

#[test]
fn every_state_knows_what_to_make_of_every_news() {
    let columns = news();
    let mut wrong = Vec::new();
    for row in TABLE.lines().filter(|line| !line.is_empty()) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(cells.len(), columns.len() + 1, "{row}");
        let before = state(cells[0]);
        for (news, cell) in columns.iter().zip(&cells[1..]) {
            let expected = if *cell == "=" { before } else { state(cell) };
            let found = before.after(*news, q(ORDERED));
            if found != expected {
                wrong.push(format!(
                    "{} and {news:?}: found {found:?}, by the table {cell}",
                    cells[0]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_worst_case_counts_all_that_is_not_known_to_be_over() {
    for (text, open, may_rest, is_settled) in [
        ("flying", "100", true, false),
        ("rests", "100", true, false),
        ("part 30", "70", true, false),
        ("canceling 30", "70", true, false),
        ("create?", "100", true, false),
        ("cancel? 30", "70", true, false),
        ("total? 30", "70", false, false),
        ("refused", "0", false, true),
        ("unseen", "0", false, true),
        ("over 30 50", "20", false, false),
        ("over 50 50", "0", false, true),
    ] {
        let state = state(text);
        assert_eq!(state.open(q(ORDERED)).to_string(), open, "{text}");
        assert_eq!((state.may_rest(), state.is_settled()), (may_rest, is_settled), "{text}");
    }
}

/// What truly happens to an order: it is taken or not, fills in pieces, and ends.
#[derive(Clone, Debug)]
struct Life {
    /// Contracts of each fill; 100 at most together.
    fills: Vec<u32>,
    is_taken: bool,
}

fn life() -> impl Strategy<Value = Life> {
    (prop::collection::vec(1_u32..40, 0..5), prop::bool::weighted(0.8)).prop_map(
        |(mut fills, is_taken)| {
            let mut left = ORDERED;
            fills.retain(|fill| {
                let fits = *fill <= left;
                left -= if fits { *fill } else { 0 };
                fits && is_taken
            });
            Life { fills, is_taken }
        },
    )
}

proptest! {
    /// All true news of a life, shuffled, the repeatable ones repeated, with a failed create's
    /// answers and cancels in between: the state ends as settled with exactly what filled, and at
    /// no time do known and open contracts leave the truth out.
    #[test]
    fn whatever_the_order_of_news_the_truth_stays_within_known_and_open(
        life in life(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 40),
        noise in prop::collection::vec(0_usize..6, 0..12),
    ) {
        let filled: u32 = life.fills.iter().sum();
        let mut pending: Vec<News> = Vec::new();
        if life.is_taken {
            pending.push(News::Accepted { order: ID });
            pending.extend(life.fills.iter().map(|fill| News::Filled { order: ID, quantity: q(*fill) }));
            pending.push(News::Ended { order: ID, unfilled: q(ORDERED - filled) });
            pending.extend(noise.iter().map(|index| [
                News::Accepted { order: ID },
                News::CreateUnknown,
                News::CancelSent,
                News::CancelUnknown,
                News::Seen { order: ID, status: OrderStatus::Resting, filled: q(filled) },
                News::Gone,
            ][*index]));
        } else {
            pending.extend([News::CreateUnknown, News::NotSeen, News::GivenUp]);
        }
        let mut state = OrderState::InFlight;
        let mut picks = order.iter();
        while !pending.is_empty() {
            // News of a request's outcome keep their order; all else comes in any.
            let at = if life.is_taken { picks.next().unwrap().index(pending.len()) } else { 0 };
            state = state.after(pending.remove(at), q(ORDERED));
            let known = state.filled();
            prop_assert!(known <= q(filled));
            prop_assert!(known + state.open(q(ORDERED)) >= q(filled), "{state:?}");
        }
        prop_assert!(state.is_settled(), "{:?}", state);
        prop_assert_eq!(state.filled(), q(filled));
    }
}
