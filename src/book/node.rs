//! The members of a book's rings: orders, and the heads of levels.

use super::fast::Book;
use super::order::BookCapacity;
use crate::market::Tick;
use crate::units::{AccountId, OrderId, Quantity, Side};

/// The index of a node: a level's head at its tick, an order at the number of ticks plus its slot.
pub(super) type NodeIndex = u32;

/// A member of a level's ring. The level's head is a member too, so that no order is the first or
/// the last and none needs a special case.
///
/// 24 bytes, because a book is as fast as its orders are near: what is left of an order shares a
/// word with where it rests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// The order that came next; of a head, the earliest order; of a free slot, the next free one.
    pub(super) next: NodeIndex,
    /// The order that came before; of a head, the latest order.
    pub(super) prev: NodeIndex,
    /// Of an order, from the lowest bit: its side, its tick, what is left of it. Of a head: the sum
    /// of what is left of its orders.
    content: u64,
    /// How many orders held the slot before. Nothing of a head.
    pub(super) generation: u32,
    /// Whose order it is. Nothing of a head.
    pub(super) owner: AccountId,
}

/// How many bits name the side.
const SIDE_BITS: u32 = 1;
/// How many bits name the tick.
const TICK_BITS: u32 = Book::TICKS_MAX.ilog2();
/// How far the quantity is above the lowest bit.
const QUANTITY_AT: u32 = SIDE_BITS + TICK_BITS;

const _: () = assert!(Book::TICKS_MAX.is_power_of_two(), "every tick has its bits");
const _: () = assert!(Quantity::MAX.hundredths() < 1 << (u64::BITS - QUANTITY_AT), "none is cut");
const _: () = assert!(
    Quantity::MAX.hundredths().checked_mul(BookCapacity::MAX.orders() as u64).is_some(),
    "a level adds up"
);

impl Node {
    /// A node with nothing in it. As a head it is an empty level when `link` is its own index.
    pub(super) const fn linked_to(link: NodeIndex) -> Self {
        Self { next: link, prev: link, content: 0, generation: 0, owner: AccountId::new(0) }
    }

    /// What is left of the orders of a head's ring.
    #[inline]
    pub(super) const fn total(&self) -> Quantity {
        Quantity::of_size(self.content)
    }

    /// Notes that an order joined a head's ring.
    #[inline]
    pub(super) fn add_to_total(&mut self, quantity: Quantity) {
        self.content += quantity.hundredths();
    }

    /// Notes that something left a head's ring.
    #[inline]
    pub(super) fn take_from_total(&mut self, quantity: Quantity) {
        self.content -= quantity.hundredths();
    }

    /// What is left of an order; zero of a free slot.
    #[inline]
    pub(super) const fn quantity(&self) -> Quantity {
        Quantity::of_size(self.content >> QUANTITY_AT)
    }

    /// The side of an order.
    #[inline]
    pub(super) const fn side(&self) -> Side {
        if self.content & 1 == Side::Bid as u64 { Side::Bid } else { Side::Ask }
    }

    /// The tick of an order.
    #[inline]
    pub(super) const fn tick(&self) -> Tick {
        let lower = (self.content & 0xffff_ffff) as u32;
        Tick::new(lower >> SIDE_BITS & (Book::TICKS_MAX - 1))
    }

    /// The id of an order in a slot.
    #[inline]
    pub(super) const fn id(&self, slot: u32) -> OrderId {
        OrderId::new((self.generation as u64) << 32 | slot as u64)
    }

    /// Says what is left of an order, zero when its slot becomes free.
    #[inline]
    pub(super) fn set_quantity(&mut self, quantity: Quantity) {
        self.settle(self.side(), self.tick(), quantity);
    }

    /// Says where an order rests, and what is left of it.
    #[inline]
    pub(super) fn settle(&mut self, side: Side, tick: Tick, quantity: Quantity) {
        let place = u64::from(tick.index()) << SIDE_BITS | side as u64;
        self.content = quantity.hundredths() << QUANTITY_AT | place;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Side, tick and quantity keep apart, up to the largest of each.
        #[test]
        fn an_order_says_what_was_said_of_it(
            is_bid: bool,
            tick in edges(u64::from(Book::TICKS_MAX) - 1),
            before in edges(Quantity::MAX.hundredths()),
            after in edges(Quantity::MAX.hundredths()),
        ) {
            let side = if is_bid { Side::Bid } else { Side::Ask };
            let tick = Tick::new(u32::try_from(tick).expect("below 2^17"));
            let quantity = |hundredths| Quantity::new(hundredths).expect("at most the largest");
            let mut node = Node::linked_to(7);
            node.settle(side, tick, quantity(before));
            let said = |node: &Node| (node.side(), node.tick(), node.quantity().hundredths());
            prop_assert_eq!(said(&node), (side, tick, before));
            node.set_quantity(quantity(after));
            prop_assert_eq!(said(&node), (side, tick, after));
            prop_assert_eq!((node.next, node.prev, node.generation), (7, 7, 0));
        }

        #[test]
        fn a_head_adds_up(
            parts in prop::collection::vec(edges(Quantity::MAX.hundredths()), 1..100),
        ) {
            let mut head = Node::linked_to(0);
            for part in &parts {
                head.add_to_total(Quantity::of_size(*part));
            }
            prop_assert_eq!(head.total().hundredths(), parts.iter().sum::<u64>());
            for part in &parts {
                head.take_from_total(Quantity::of_size(*part));
            }
            prop_assert_eq!(head.total(), Quantity::ZERO);
        }
    }

    /// Small numbers, large ones, and any.
    fn edges(high: u64) -> impl Strategy<Value = u64> {
        prop_oneof![0..=2_u64, high - 2..=high, 0..=high]
    }
}
