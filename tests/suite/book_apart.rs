//! Orders that do not trade with their own account's: the fast book against the reference book.

use std::collections::BTreeMap;

use fillgap::book::reference::ReferenceBook;
use fillgap::book::{
    Book, BookCapacity, BookError, Canceled, Match, NewOrder, Outcome, Placed, Prevented,
};
use fillgap::market::{SelfTradePrevention, Tick, TimeInForce};
use fillgap::units::{AccountId, OrderId, Quantity, Side};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};

use crate::book_lockstep::AnyBook;
use crate::operation_count::{case, count};

type Entry = (NewOrder, Option<SelfTradePrevention>);

/// What is done with the books.
#[derive(Clone, Debug)]
enum Act {
    Enter(Entry),
    /// The n-th last order that was let in gets the limit and the quantity of another; its own rule is
    /// to cancel itself, or those that it meets.
    Replace(usize, NewOrder, SelfTradePrevention),
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: if cfg!(debug_assertions) { 500 } else { 10_000 },
        rng_seed: RngSeed::Fixed(13),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let life = prop_oneof![
        4 => Just(TimeInForce::REST),
        1 => Just(TimeInForce::ImmediateOrCancel),
        1 => Just(TimeInForce::FillOrKill),
    ];
    let prevention = prop_oneof![
        Just(None),
        Just(Some(SelfTradePrevention::TakerAtCross)),
        Just(Some(SelfTradePrevention::Maker)),
    ];
    let entry = (0_u32..3, any::<bool>(), 0_u32..6, 1_u64..12, life, prevention).prop_map(
        |(owner, is_bid, tick, quantity, time_in_force, prevention)| {
            let order = NewOrder {
                owner: AccountId::new(owner),
                side: if is_bid { Side::Bid } else { Side::Ask },
                tick: Tick::new(tick),
                quantity: Quantity::new(quantity).unwrap(),
                time_in_force,
            };
            (order, prevention)
        },
    );
    let act = (entry, 0_usize..3, 0_usize..8).prop_map(|(entry, kind, index)| match entry {
        (order, Some(prevention)) if kind == 0 => Act::Replace(index, order, prevention),
        entry => Act::Enter(entry),
    });
    prop::collection::vec(act, 1..60)
}

/// What a buffer holds of an earlier order: it stays, and is no match of this one.
fn earlier() -> (Match, Prevented) {
    let (order, owner, side) = (OrderId::new(u64::MAX), AccountId::new(9), Side::Bid);
    let (tick, quantity) = (Tick::new(0), Quantity::STEP);
    let canceled = Canceled { owner, side, tick, remaining: quantity };
    let (maker, maker_owner, taker, maker_remaining) = (order, owner, order, quantity);
    let matched = Match { maker, maker_owner, taker, tick, quantity, maker_remaining };
    (matched, Prevented { order, canceled, matches_before: 7 })
}

/// Both books after the same orders.
struct Pair {
    fast: Book,
    reference: ReferenceBook,
    /// The fast book's ids by the reference book's.
    ids: BTreeMap<OrderId, OrderId>,
}

impl Pair {
    fn new() -> Self {
        let capacity = BookCapacity::new(12).unwrap();
        let (fast, reference) = (Book::new(6, capacity), ReferenceBook::new(6, capacity));
        Self { fast, reference, ids: BTreeMap::new() }
    }

    /// Lets an order into both; they must answer alike and hold the same orders.
    fn enter(
        &mut self,
        (order, prevention): &Entry,
    ) -> Option<(Placed, Vec<Match>, Vec<Prevented>)> {
        count();
        let (before, gone) = earlier();
        let (mut matches, mut prevented) = (vec![before], vec![gone]);
        let (mut expected, mut ousted) = (vec![before], vec![gone]);
        let (fast, reference) = match prevention {
            None => {
                let fast = self.fast.place(order, &mut matches);
                (fast, self.reference.place(order, &mut expected))
            }
            Some(prevention) => {
                let fast = self.fast.place_apart(order, *prevention, &mut matches, &mut prevented);
                let reference =
                    self.reference.place_apart(order, *prevention, &mut expected, &mut ousted);
                (fast, reference)
            }
        };
        self.compare(fast, reference, matches, prevented, (expected, ousted))
    }

    /// Gives an order of both another limit and quantity; as above. None if it was never let in.
    fn replace(
        &mut self,
        index: usize,
        to: &NewOrder,
        prevention: SelfTradePrevention,
    ) -> Option<(Placed, Vec<Match>, Vec<Prevented>)> {
        let (reference_id, fast_id) = self.ids.iter().rev().nth(index).map(|(a, b)| (*a, *b))?;
        let NewOrder { tick, quantity, .. } = *to;
        count();
        let (before, gone) = earlier();
        let (mut matches, mut prevented) = (vec![before], vec![gone]);
        let (mut expected, mut ousted) = (vec![before], vec![gone]);
        let fast = self.fast.replace_apart(
            fast_id,
            tick,
            quantity,
            prevention,
            &mut matches,
            &mut prevented,
        );
        let reference = self.reference.replace_apart(
            reference_id,
            tick,
            quantity,
            prevention,
            &mut expected,
            &mut ousted,
        );
        if let (Err(_), Err(_)) = (&fast, &reference) {
            return None;
        }
        self.compare(fast, reference, matches, prevented, (expected, ousted))
    }

    /// Compares what both answered, and what rests in both.
    fn compare(
        &mut self,
        fast: Result<Placed, BookError>,
        reference: Result<Placed, BookError>,
        mut matches: Vec<Match>,
        mut prevented: Vec<Prevented>,
        (mut expected, mut ousted): (Vec<Match>, Vec<Prevented>),
    ) -> Option<(Placed, Vec<Match>, Vec<Prevented>)> {
        assert_eq!(self.fast.recount(), Ok(()));
        let (before, gone) = earlier();
        assert_eq!([matches.remove(0), expected.remove(0)], [before; 2]);
        assert_eq!([prevented.remove(0), ousted.remove(0)], [gone; 2]);
        let (Ok(fast), Ok(reference)) = (fast, reference) else {
            assert_eq!(fast, reference);
            assert!(matches.is_empty() && prevented.is_empty());
            return None;
        };
        self.ids.insert(reference.order, fast.order);
        for each in &mut expected {
            (each.maker, each.taker) = (self.ids[&each.maker], self.ids[&each.taker]);
        }
        for each in &mut ousted {
            each.order = self.ids[&each.order];
        }
        assert_eq!((fast.filled, fast.outcome), (reference.filled, reference.outcome));
        assert_eq!((&matches, &prevented), (&expected, &ousted));
        let mut resting = self.reference.resting();
        for each in &mut resting {
            each.order = self.ids[&each.order];
        }
        assert_eq!(self.fast.resting(), resting);
        Some((fast, matches, prevented))
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_fast_book_keeps_own_orders_apart_as_the_reference_book_does(all in acts()) {
        let case = case();
        let mut pair = Pair::new();
        for act in &all {
            match act {
                Act::Enter(entry) => {
                    let Some((_, matches, prevented)) = pair.enter(entry) else { continue };
                    let (order, prevention) = entry;
                    if prevention.is_some() {
                        prop_assert!(matches.iter().all(|each| each.maker_owner != order.owner));
                    }
                    prop_assert!(prevented.iter().all(|each| each.canceled.owner == order.owner));
                }
                Act::Replace(index, to, prevention) => {
                    pair.replace(*index, to, *prevention);
                }
            }
        }
        case.holds();
    }
}

/// A property that never meets an outcome says nothing about it.
#[test]
fn the_random_orders_meet_their_own_in_every_way() {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    let mut runner = TestRunner::new(config());
    for _ in 0..1_200 {
        let all = acts().new_tree(&mut runner).unwrap().current();
        let mut pair = Pair::new();
        for act in &all {
            let way = match act {
                Act::Enter(entry) => {
                    let kills = entry.0.time_in_force == TimeInForce::FillOrKill;
                    way_of(kills, pair.enter(entry))
                }
                Act::Replace(index, to, prevention) => {
                    let replaced = pair.replace(*index, to, *prevention);
                    replaced.and_then(|(placed, matches, prevented)| match placed.outcome {
                        Outcome::SelfTrade { .. } if matches.is_empty() => Some("replaced, gone"),
                        Outcome::SelfTrade { .. } => Some("replaced, gone after fills"),
                        _ if !prevented.is_empty() => Some("replaced, past own orders"),
                        _ => None,
                    })
                }
            };
            if let Some(way) = way {
                *counts.entry(way).or_default() += 1;
            }
        }
    }
    assert_eq!(counts.len(), 10, "{counts:?}");
    assert!(counts.values().all(|count| *count >= 10), "{counts:?}");
}

/// In which way an order came across its own account's.
fn way_of(
    kills: bool,
    entered: Option<(Placed, Vec<Match>, Vec<Prevented>)>,
) -> Option<&'static str> {
    let Some((placed, matches, prevented)) = entered else { return Some("full") };
    match placed.outcome {
        Outcome::SelfTrade { .. } if kills => Some("fill or kill stops"),
        Outcome::SelfTrade { .. } if matches.is_empty() => Some("stops at once"),
        Outcome::SelfTrade { .. } => Some("stops after fills"),
        Outcome::Canceled { .. } if kills => Some("fill or kill goes on and is not filled"),
        Outcome::Filled if prevented.len() > 1 => Some("filled past several"),
        Outcome::Rests { .. } if !prevented.is_empty() => Some("rests past own orders"),
        _ => None,
    }
}
