//! Where a book's orders live: rings of nodes in one array.

use super::node::{Node, NodeIndex};
use super::order::BookCapacity;
use super::regrid::Regrid;
use crate::market::Tick;
use crate::units::{AccountId, OrderId, Quantity, Side};

/// The end of the list of free nodes. No node has this index: capacity and ticks are far below.
const NO_NODE: NodeIndex = NodeIndex::MAX;

/// How many orders can hold one slot, one after the other. The id of an order keeps the upper bits
/// of slot and generation free, so that an exchange can say in it which book it belongs to.
const GENERATIONS: u32 = 1 << 28;

/// The slots that hold no resting order.
#[derive(Clone, Debug)]
pub(super) struct FreeSlots {
    /// The node of the slot that was freed last; the others follow by `next`.
    first: NodeIndex,
    /// Slots that had every generation: they stay empty, so that no id is given out twice.
    retired: u32,
}

impl FreeSlots {
    /// Adds the slot of an order that is in no ring. Its id is never given out again.
    #[inline]
    pub(super) fn add(&mut self, node: &mut Node, index: NodeIndex) {
        node.set_quantity(Quantity::ZERO);
        if node.generation < GENERATIONS - 1 {
            node.generation += 1;
            node.next = self.first;
            self.first = index;
        } else {
            self.retired += 1;
        }
    }
}

/// How many slots there are that hold no resting order, and in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotCount {
    /// Free slots.
    pub free: u32,
    /// Slots that are never used again.
    pub retired: u32,
    /// All slots in use so far.
    pub slots: u32,
}

/// The orders of a book, each in a slot, each in the ring of its level.
#[derive(Clone, Debug)]
pub(super) struct Slab {
    /// The heads by tick, then the orders by slot.
    pub(super) nodes: Vec<Node>,
    pub(super) free: FreeSlots,
    tick_count: u32,
    capacity: BookCapacity,
}

impl Slab {
    /// Empty levels, no order.
    pub(super) fn new(tick_count: u32, capacity: BookCapacity) -> Self {
        let mut nodes = Vec::with_capacity(tick_count as usize + capacity.orders() as usize);
        nodes.extend((0..tick_count).map(Node::linked_to));
        Self { nodes, free: FreeSlots { first: NO_NODE, retired: 0 }, tick_count, capacity }
    }

    #[inline]
    pub(super) const fn tick_count(&self) -> u32 {
        self.tick_count
    }

    pub(super) const fn capacity(&self) -> BookCapacity {
        self.capacity
    }

    /// The head of a level.
    #[inline]
    pub(super) fn head(&self, tick: Tick) -> &Node {
        &self.nodes[tick.index() as usize]
    }

    /// The id of the order in a node.
    #[inline]
    pub(super) fn id(&self, node: NodeIndex) -> OrderId {
        self.nodes[node as usize].id(node - self.tick_count)
    }

    /// The node of a resting order.
    #[inline]
    pub(super) fn find(&self, order: OrderId) -> Option<NodeIndex> {
        let slot = (order.number() & 0xffff_ffff) as u32;
        let generation = (order.number() >> 32) as u32;
        let index = self.tick_count.checked_add(slot)?;
        let node = self.nodes.get(index as usize)?;
        let rests = node.generation == generation && !node.quantity().is_zero();
        rests.then_some(index)
    }

    /// Takes a free slot for a new order. The order is nowhere yet.
    #[inline]
    pub(super) fn take(&mut self) -> Option<NodeIndex> {
        let free = self.free.first;
        if free == NO_NODE {
            return self.take_unused();
        }
        self.free.first = self.nodes[free as usize].next;
        Some(free)
    }

    /// Whether there is a slot for a new order.
    pub(super) fn has_room(&self) -> bool {
        self.free.first != NO_NODE || self.slots() < self.capacity.orders()
    }

    #[cold]
    fn take_unused(&mut self) -> Option<NodeIndex> {
        if self.slots() == self.capacity.orders() {
            return None;
        }
        let node = self.tick_count + self.slots();
        self.nodes.push(Node::linked_to(NO_NODE));
        Some(node)
    }

    /// The number of slots in use so far.
    fn slots(&self) -> u32 {
        let nodes = u32::try_from(self.nodes.len()).expect("Invariant: 2^17 ticks, 2^24 orders");
        nodes - self.tick_count
    }

    /// Gives the slot of an order back that is in no ring. Its id is never given out again.
    #[inline]
    pub(super) fn give_back(&mut self, node: NodeIndex) {
        self.free.add(&mut self.nodes[node as usize], node);
    }

    /// Puts an order that is in no ring at the end of its level.
    ///
    /// Returns whether the level was empty.
    #[inline]
    pub(super) fn append(
        &mut self,
        node: NodeIndex,
        owner: AccountId,
        side: Side,
        tick: Tick,
        quantity: Quantity,
    ) -> bool {
        let nodes = self.nodes.as_mut_slice();
        let head = tick.index();
        let level = &mut nodes[head as usize];
        let last = level.prev;
        level.prev = node;
        level.add_to_total(quantity);
        nodes[last as usize].next = node;
        let order = &mut nodes[node as usize];
        (order.next, order.prev, order.owner) = (head, last, owner);
        order.settle(side, tick, quantity);
        last == head
    }

    /// Takes an order out of its ring.
    ///
    /// Returns whether its level is empty now.
    #[inline]
    pub(super) fn unlink(&mut self, node: NodeIndex) -> bool {
        let nodes = self.nodes.as_mut_slice();
        let order = nodes[node as usize];
        let Node { next, prev, .. } = order;
        nodes[prev as usize].next = next;
        nodes[next as usize].prev = prev;
        nodes[order.tick().index() as usize].take_from_total(order.quantity());
        next == prev
    }

    /// Moves every level to its tick on another grid. Slots stay, and with them the ids.
    pub(super) fn regrid(&mut self, regrid: &Regrid) {
        let (old_count, new_count) = (self.tick_count, regrid.tick_count());
        let moved = |node: NodeIndex| match node {
            NO_NODE => NO_NODE,
            head if head < old_count => regrid.tick(Tick::new(head)).index(),
            order => order - old_count + new_count,
        };
        let mut finer = Self::new(new_count, self.capacity);
        let (heads, orders) = self.nodes.split_at(old_count as usize);
        for (node, index) in heads.iter().zip(0..) {
            let mut head = *node;
            (head.next, head.prev) = (moved(node.next), moved(node.prev));
            finer.nodes[moved(index) as usize] = head;
        }
        finer.nodes.extend(orders.iter().map(|node| {
            let mut order = *node;
            (order.next, order.prev) = (moved(node.next), moved(node.prev));
            order.settle(node.side(), regrid.tick(node.tick()), node.quantity());
            order
        }));
        let FreeSlots { first, retired } = self.free;
        finer.free = FreeSlots { first: moved(first), retired };
        *self = finer;
    }

    /// Walks along the list of free slots, or `None` when it is broken.
    pub(super) fn count_slots(&self) -> Option<SlotCount> {
        let slots = self.slots();
        let mut free = 0;
        let mut node = self.free.first;
        while node != NO_NODE {
            if free == slots || !self.nodes[node as usize].quantity().is_zero() {
                return None;
            }
            free += 1;
            node = self.nodes[node as usize].next;
        }
        Some(SlotCount { free, retired: self.free.retired, slots })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::Book;

    #[test]
    fn a_slot_that_had_every_generation_is_not_used_again() {
        let mut slab = Slab::new(3, BookCapacity::new(1).expect("below the limit"));
        let node = slab.take().expect("an unused slot");
        slab.nodes[3].generation = GENERATIONS - 2;
        slab.give_back(node);
        // The last generation of the slot is used once.
        assert_eq!(slab.take(), Some(node));
        assert_eq!(slab.id(node), OrderId::new(u64::from(GENERATIONS - 1) << 32));
        slab.append(node, AccountId::new(0), Side::Bid, Tick::new(0), Quantity::STEP);
        assert_eq!(slab.find(slab.id(node)), Some(node));
        slab.unlink(node);
        slab.give_back(node);
        assert_eq!(slab.find(slab.id(node)), None);
        assert_eq!(slab.take(), None);
        assert_eq!(slab.count_slots(), Some(SlotCount { free: 0, retired: 1, slots: 1 }));
    }

    #[test]
    fn a_slot_that_is_not_used_again_is_not_lost() {
        let mut book = Book::new(3, BookCapacity::new(2).expect("below the limit"));
        let node = book.slab.take().expect("an unused slot");
        book.slab.nodes[node as usize].generation = GENERATIONS - 1;
        book.slab.give_back(node);
        let count = SlotCount { free: 0, retired: 1, slots: 1 };
        assert_eq!(book.slab.count_slots(), Some(count));
        assert_eq!(book.recount(), Ok(()));
    }
}
