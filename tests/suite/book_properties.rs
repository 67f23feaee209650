//! What holds for every sequence of operations on a book.

use std::collections::{BTreeMap, BTreeSet};

use fillgap::book::{Book, BookCapacity, Match, NewOrder, Outcome, Placed, RestingOrder};
use fillgap::market::{Tick, TimeInForce};
use fillgap::units::{AccountId, OrderId, Quantity, Side};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestCaseError};

use crate::book_lockstep::{Answer, AnyBook, Applied, Operation, Target};
use crate::operation_count::{case, count};

const TICK_COUNT: u32 = 7;

type Checked = Result<(), TestCaseError>;

/// One operation with the book before and after.
struct Step<'a> {
    operation: Operation,
    /// The order that the operation names.
    target: Option<RestingOrder>,
    before: &'a [RestingOrder],
    applied: &'a Applied,
    after: &'a [RestingOrder],
    book: &'a Book,
}

impl Step<'_> {
    /// The order that came in or was replaced, if it was taken: side, limit, quantity, result.
    fn taker(&self) -> Option<(Side, Tick, Quantity, Placed)> {
        match (self.operation, self.applied.answer) {
            (Operation::Place(order), Answer::Placed(Ok(placed))) => {
                Some((order.side, order.tick, order.quantity, placed))
            }
            (Operation::Replace(_, tick, quantity), Answer::Replaced(Ok(placed))) => {
                let side = self.target.expect("a replaced order rested").side;
                Some((side, tick, quantity, placed))
            }
            _ => None,
        }
    }

    fn matches(&self) -> &[Match] {
        &self.applied.matches
    }

    /// The makers that a taker may trade with, in the order in which it must.
    fn makers(&self, taker: Side, limit: Tick) -> Vec<RestingOrder> {
        let within = |maker: &&RestingOrder| match taker {
            Side::Bid => maker.side == Side::Ask && maker.tick <= limit,
            Side::Ask => maker.side == Side::Bid && maker.tick >= limit,
        };
        self.before.iter().filter(within).copied().collect()
    }
}

/// Runs operations and looks at each.
fn run(operations: &[Operation], mut look: impl FnMut(&Step<'_>) -> Checked) -> Checked {
    let capacity = BookCapacity::new(20).expect("below the limit");
    let mut book = Book::new(TICK_COUNT, capacity);
    let mut accepted: Vec<OrderId> = Vec::new();
    let mut before = Vec::new();
    for operation in operations {
        count();
        let target = match operation {
            Operation::Cancel(target)
            | Operation::Reduce(target, _)
            | Operation::Replace(target, ..) => id(*target, &accepted),
            Operation::Place(_) => OrderId::new(u64::MAX),
        };
        let known = book.order(target);
        let applied = book.apply(operation, target);
        if let Answer::Placed(Ok(placed)) = applied.answer {
            accepted.push(placed.order);
        }
        let after = book.resting();
        look(&Step {
            operation: *operation,
            target: known,
            before: &before,
            applied: &applied,
            after: &after,
            book: &book,
        })?;
        prop_assert_eq!(book.recount(), Ok(()));
        before = after;
    }
    Ok(())
}

/// The n-th accepted order counted from the latest, going round.
fn id(target: Target, accepted: &[OrderId]) -> OrderId {
    match target {
        Target::Accepted(back) if !accepted.is_empty() => {
            accepted[accepted.len() - 1 - back % accepted.len()]
        }
        Target::Accepted(_) => OrderId::new(u64::MAX),
        Target::NeverIssued(id) => id,
    }
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: if cfg!(debug_assertions) { 256 } else { 4_096 },
        rng_seed: RngSeed::Fixed(2),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn operations() -> impl Strategy<Value = Vec<Operation>> {
    prop::collection::vec(operation(), 1..80)
}

fn operation() -> impl Strategy<Value = Operation> {
    let target = || (0_usize..40).prop_map(Target::Accepted);
    prop_oneof![
        6 => order().prop_map(Operation::Place),
        1 => target().prop_map(Operation::Cancel),
        1 => (target(), quantity()).prop_map(|(order, left)| Operation::Reduce(order, left)),
        2 => (target(), tick(), quantity())
            .prop_map(|(order, tick, left)| Operation::Replace(order, tick, left)),
    ]
}

fn order() -> impl Strategy<Value = NewOrder> {
    let time_in_force = prop_oneof![
        4 => Just(TimeInForce::REST),
        1 => Just(TimeInForce::ImmediateOrCancel),
        1 => Just(TimeInForce::FillOrKill),
    ];
    let side = prop_oneof![Just(Side::Bid), Just(Side::Ask)];
    (0_u32..3, side, tick(), quantity(), time_in_force).prop_map(
        |(owner, side, tick, quantity, time_in_force)| {
            let owner = AccountId::new(owner);
            NewOrder { owner, side, tick, quantity, time_in_force }
        },
    )
}

/// One tick beyond the grid.
fn tick() -> impl Strategy<Value = Tick> {
    prop_oneof![20 => 0..TICK_COUNT, 1 => Just(TICK_COUNT)].prop_map(Tick::new)
}

fn quantity() -> impl Strategy<Value = Quantity> {
    let hundredths = prop_oneof![20 => 1_u64..12, 1 => Just(0)];
    hundredths.prop_map(|hundredths| Quantity::new(hundredths).expect("below the limit"))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_taker_meets_the_best_price_first_and_within_it_the_earliest(all in operations()) {
        let case = case();
        run(&all, |step| {
            let Some((side, limit, quantity, placed)) = step.taker() else {
                prop_assert!(step.matches().is_empty());
                return Ok(());
            };
            let makers = step.makers(side, limit);
            let mut left = quantity;
            for (found, maker) in step.matches().iter().zip(&makers) {
                prop_assert_eq!(found.maker, maker.order);
                prop_assert_eq!(found.maker_owner, maker.owner);
                prop_assert_eq!(found.taker, placed.order);
                prop_assert_eq!(found.quantity, maker.remaining.min(left));
                prop_assert!(!found.quantity.is_zero());
                prop_assert_eq!(found.maker_remaining, maker.remaining - found.quantity);
                left -= found.quantity;
            }
            let met = step.matches().len();
            prop_assert!(met <= makers.len());
            let stops = left.is_zero() || met == makers.len();
            prop_assert!(stops || placed.outcome == Outcome::Killed);
            prop_assert_eq!(placed.filled, quantity - left);
            Ok(())
        })?;
        case.holds();
    }

    #[test]
    fn a_trade_is_at_the_makers_price_and_within_both_limits(all in operations()) {
        let case = case();
        run(&all, |step| {
            let by_id: BTreeMap<_, _> = step.before.iter().map(|each| (each.order, each)).collect();
            for found in step.matches() {
                let maker = by_id.get(&found.maker).expect("a maker rested before");
                prop_assert_eq!(found.tick, maker.tick);
                let (side, limit, ..) = step.taker().expect("only a taker trades");
                let is_within = match side {
                    Side::Bid => found.tick <= limit,
                    Side::Ask => found.tick >= limit,
                };
                prop_assert!(is_within);
            }
            Ok(())
        })?;
        case.holds();
    }

    #[test]
    fn filled_and_remaining_and_canceled_add_up_to_what_was_ordered(all in operations()) {
        let case = case();
        let mut ordered: BTreeMap<OrderId, Quantity> = BTreeMap::new();
        let mut gone: BTreeMap<OrderId, Quantity> = BTreeMap::new();
        run(&all, |step| {
            for found in step.matches() {
                *gone.entry(found.maker).or_default() += found.quantity;
                *gone.entry(found.taker).or_default() += found.quantity;
            }
            if let Some((.., quantity, placed)) = step.taker() {
                if let Some(replaced) = step.target {
                    *gone.entry(placed.order).or_default() += replaced.remaining;
                }
                *ordered.entry(placed.order).or_default() += quantity;
                *gone.entry(placed.order).or_default() += match placed.outcome {
                    Outcome::Rests { .. } | Outcome::Filled => Quantity::ZERO,
                    Outcome::Canceled { remaining } | Outcome::SelfTrade { remaining } => remaining,
                    Outcome::Killed => quantity,
                };
            }
            if let Some(target) = step.target {
                *gone.entry(target.order).or_default() += match step.applied.answer {
                    Answer::Canceled(Some(canceled)) => canceled.remaining,
                    Answer::Reduced(Ok(reduced)) => reduced.removed,
                    _ => Quantity::ZERO,
                };
            }
            let remaining: BTreeMap<_, _> =
                step.after.iter().map(|each| (each.order, each.remaining)).collect();
            for (order, quantity) in &ordered {
                let gone = gone.get(order).copied().unwrap_or_default();
                let left = remaining.get(order).copied().unwrap_or_default();
                prop_assert_eq!(gone + left, *quantity, "{}", order);
            }
            Ok(())
        })?;
        case.holds();
    }

    #[test]
    fn only_an_order_that_is_good_till_canceled_rests(all in operations()) {
        let case = case();
        run(&all, |step| {
            if let Operation::Place(order) = step.operation
                && let Answer::Placed(Ok(placed)) = step.applied.answer
            {
                let rests = step.after.iter().find(|each| each.order == placed.order);
                let left = order.quantity - placed.filled;
                let may_rest = order.time_in_force == TimeInForce::REST && !left.is_zero();
                prop_assert_eq!(rests.is_some(), may_rest);
                if let Some(rests) = rests {
                    prop_assert_eq!(placed.outcome, Outcome::Rests { remaining: left });
                    prop_assert_eq!(rests.remaining, left);
                }
            }
            Ok(())
        })?;
        case.holds();
    }

    #[test]
    fn a_fill_or_kill_order_fills_whole_if_the_depth_allows_and_else_not_at_all(
        all in operations(),
    ) {
        let case = case();
        run(&all, |step| {
            if let Operation::Place(order) = step.operation
                && order.time_in_force == TimeInForce::FillOrKill
                && let Answer::Placed(Ok(placed)) = step.applied.answer
            {
                let makers = step.makers(order.side, order.tick);
                let depth: Quantity = makers.iter().map(|maker| maker.remaining).sum();
                let (filled, outcome) = if depth >= order.quantity {
                    (order.quantity, Outcome::Filled)
                } else {
                    (Quantity::ZERO, Outcome::Killed)
                };
                prop_assert_eq!((placed.filled, placed.outcome), (filled, outcome));
            }
            Ok(())
        })?;
        case.holds();
    }

    #[test]
    fn the_best_bid_is_below_the_best_ask_after_every_operation(all in operations()) {
        let case = case();
        run(&all, |step| {
            let ticks = |side| {
                let of_side = move |each: &&RestingOrder| each.side == side;
                step.after.iter().filter(of_side).map(|each| each.tick)
            };
            if let (Some(bid), Some(ask)) = (ticks(Side::Bid).max(), ticks(Side::Ask).min()) {
                prop_assert!(bid < ask);
            }
            Ok(())
        })?;
        case.holds();
    }

    #[test]
    fn an_id_is_given_out_once_and_a_final_order_is_nowhere(all in operations()) {
        let case = case();
        let mut accepted = BTreeSet::new();
        run(&all, |step| {
            if let Answer::Placed(Ok(placed)) = step.applied.answer {
                prop_assert!(accepted.insert(placed.order), "{} again", placed.order);
            }
            let resting: BTreeSet<_> = step.after.iter().map(|each| each.order).collect();
            prop_assert_eq!(resting.len(), step.after.len());
            for order in &accepted {
                let found = step.book.order(*order);
                prop_assert_eq!(found.is_some(), resting.contains(order));
                let canceled = step.book.clone().cancel(*order);
                prop_assert_eq!(canceled.is_some(), resting.contains(order));
            }
            Ok(())
        })?;
        case.holds();
    }

    #[test]
    fn orders_that_stay_keep_their_order_and_newcomers_go_behind_them(all in operations()) {
        let case = case();
        run(&all, |step| {
            let newcomer = step.taker().map(|(.., placed)| placed.order);
            let ids = |orders: &[RestingOrder], others: &[RestingOrder]| -> Vec<_> {
                let stays = |each: &&RestingOrder| {
                    Some(each.order) != newcomer
                        && others.iter().any(|other| other.order == each.order)
                };
                orders.iter().filter(stays).map(|each| each.order).collect()
            };
            prop_assert_eq!(ids(step.before, step.after), ids(step.after, step.before));
            if let Some(newcomer) = newcomer
                && let Some(rests) = step.book.order(newcomer)
            {
                let last = step.book.queue(rests.side, rests.tick).last();
                prop_assert_eq!(last.map(|last| last.order), Some(newcomer));
            }
            Ok(())
        })?;
        case.holds();
    }

    #[test]
    fn a_refused_operation_changes_nothing(all in operations()) {
        let case = case();
        run(&all, |step| {
            let is_refused = match step.applied.answer {
                Answer::Placed(answer) | Answer::Replaced(answer) => answer.is_err(),
                Answer::Reduced(answer) => answer.is_err(),
                Answer::Canceled(answer) => answer.is_none(),
            };
            if is_refused {
                prop_assert_eq!(step.before, step.after);
                prop_assert!(step.matches().is_empty());
            }
            Ok(())
        })?;
        case.holds();
    }

    #[test]
    fn the_book_seen_from_no_is_the_mirror_image(all in operations()) {
        let case = case();
        let mut plain = Vec::new();
        run(&all, |step| {
            plain.push((step.applied.clone(), step.after.len()));
            Ok(())
        })?;
        let mirrored: Vec<_> = all.iter().copied().map(mirror).collect();
        let mut plain = plain.into_iter();
        run(&mirrored, |step| {
            let (expected, resting) = plain.next().expect("as many operations");
            let mut matches = step.matches().to_vec();
            for found in &mut matches {
                found.tick = mirror_tick(found.tick);
            }
            prop_assert_eq!(matches, expected.matches);
            prop_assert_eq!(step.after.len(), resting);
            Ok(())
        })?;
        case.holds();
    }
}

fn mirror(operation: Operation) -> Operation {
    match operation {
        Operation::Place(order) => Operation::Place(NewOrder {
            side: order.side.opposite(),
            tick: mirror_tick(order.tick),
            ..order
        }),
        Operation::Replace(target, tick, left) => {
            Operation::Replace(target, mirror_tick(tick), left)
        }
        other => other,
    }
}

/// Off the grid stays off the grid.
fn mirror_tick(tick: Tick) -> Tick {
    (TICK_COUNT - 1).checked_sub(tick.index()).map_or(tick, Tick::new)
}
