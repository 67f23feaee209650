//! Orders that do not trade with their own account's: the fast book against the reference book.

use std::collections::BTreeMap;

use fillgap::book::reference::ReferenceBook;
use fillgap::book::{Book, BookCapacity, Match, NewOrder, Outcome, Placed, Prevented};
use fillgap::market::{SelfTradePrevention, Tick, TimeInForce};
use fillgap::units::{AccountId, OrderId, Quantity, Side};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};

use crate::book_lockstep::AnyBook;
use crate::operation_count::{case, count};

type Entry = (NewOrder, Option<SelfTradePrevention>);

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: if cfg!(debug_assertions) { 500 } else { 10_000 },
        rng_seed: RngSeed::Fixed(13),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
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
    prop::collection::vec(entry, 1..60)
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
        let (mut matches, mut prevented) = (Vec::new(), Vec::new());
        let (mut expected, mut ousted) = (Vec::new(), Vec::new());
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
        assert_eq!(self.fast.recount(), Ok(()));
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
    fn the_fast_book_keeps_own_orders_apart_as_the_reference_book_does(all in entries()) {
        let case = case();
        let mut pair = Pair::new();
        for entry in &all {
            let Some((_, matches, prevented)) = pair.enter(entry) else { continue };
            let (order, prevention) = entry;
            if prevention.is_some() {
                prop_assert!(matches.iter().all(|each| each.maker_owner != order.owner));
            }
            prop_assert!(prevented.iter().all(|each| each.canceled.owner == order.owner));
        }
        case.holds();
    }
}

/// A property that never meets an outcome says nothing about it.
#[test]
fn the_random_orders_meet_their_own_in_every_way() {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    let mut runner = TestRunner::new(config());
    for _ in 0..300 {
        let all = entries().new_tree(&mut runner).unwrap().current();
        let mut pair = Pair::new();
        for entry in &all {
            let kills = entry.0.time_in_force == TimeInForce::FillOrKill;
            let Some((placed, matches, prevented)) = pair.enter(entry) else {
                *counts.entry("full").or_default() += 1;
                continue;
            };
            let way = match placed.outcome {
                Outcome::SelfTrade { .. } if kills => "fill or kill stops",
                Outcome::SelfTrade { .. } if matches.is_empty() => "stops at once",
                Outcome::SelfTrade { .. } => "stops after fills",
                Outcome::Canceled { .. } if kills => "fill or kill goes on and is not filled",
                Outcome::Filled if prevented.len() > 1 => "filled past several",
                Outcome::Rests { .. } if !prevented.is_empty() => "rests past own orders",
                _ => continue,
            };
            *counts.entry(way).or_default() += 1;
        }
    }
    assert_eq!(counts.len(), 7, "{counts:?}");
    assert!(counts.values().all(|count| *count >= 10), "{counts:?}");
}
