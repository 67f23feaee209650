//! Where a book's orders live: rings of nodes in one array.

use super::order::BookCapacity;
use crate::market::Tick;
use crate::units::{AccountId, OrderId, Quantity, Side};

/// The index of a node: a level's head at its tick, an order at the number of ticks plus its slot.
pub(super) type NodeIndex = u32;

/// The end of the list of free nodes. No node has this index: capacity and ticks are far below.
const NO_NODE: NodeIndex = NodeIndex::MAX;

/// How many orders can hold one slot, one after the other. The id of an order keeps the upper bits
/// of slot and generation free, so that an exchange can say in it which book it belongs to.
const GENERATIONS: u32 = 1 << 28;

/// A member of a level's ring. The level's head is a member too, so that no order is the first or
/// the last and none needs a special case.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// The order that came next; of a head, the earliest order.
    pub(super) next: NodeIndex,
    /// The order that came before; of a head, the latest order.
    pub(super) prev: NodeIndex,
    /// What is left of the order, zero when the slot is free; of a head, the sum of its ring.
    pub(super) quantity: Quantity,
}

/// What identifies an order: read when the order comes or goes, not when a neighbour does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Identity {
    /// How many orders held the slot before.
    generation: u32,
    pub(super) owner: AccountId,
    /// The tick, times two, plus the side.
    place: u32,
}

impl Identity {
    pub(super) fn side(self) -> Side {
        if self.place & 1 == Side::Bid as u32 { Side::Bid } else { Side::Ask }
    }

    pub(super) fn tick(self) -> Tick {
        Tick::new(self.place >> 1)
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
    /// By slot.
    identities: Vec<Identity>,
    tick_count: u32,
    capacity: BookCapacity,
    /// The slot that was freed last; the others follow by `next`.
    first_free: NodeIndex,
    /// Slots that had every generation: they stay empty, so that no id is given out twice.
    retired: u32,
}

impl Slab {
    /// Empty levels, no order.
    pub(super) fn new(tick_count: u32, capacity: BookCapacity) -> Self {
        let mut nodes = Vec::with_capacity(tick_count as usize + capacity.orders() as usize);
        let head = |tick| Node { next: tick, prev: tick, quantity: Quantity::ZERO };
        nodes.extend((0..tick_count).map(head));
        let identities = Vec::with_capacity(capacity.orders() as usize);
        Self { nodes, identities, tick_count, capacity, first_free: NO_NODE, retired: 0 }
    }

    pub(super) const fn tick_count(&self) -> u32 {
        self.tick_count
    }

    pub(super) const fn capacity(&self) -> BookCapacity {
        self.capacity
    }

    /// The head of a level.
    pub(super) fn head(&self, tick: Tick) -> Node {
        self.nodes[tick.index() as usize]
    }

    pub(super) fn identity(&self, node: NodeIndex) -> Identity {
        self.identities[(node - self.tick_count) as usize]
    }

    /// The id of the order in a node.
    pub(super) fn id(&self, node: NodeIndex) -> OrderId {
        let slot = node - self.tick_count;
        let generation = self.identities[slot as usize].generation;
        OrderId::new(u64::from(generation) << 32 | u64::from(slot))
    }

    /// The node of a resting order.
    pub(super) fn find(&self, order: OrderId) -> Option<NodeIndex> {
        let slot = (order.number() & 0xffff_ffff) as u32;
        let generation = (order.number() >> 32) as u32;
        let identity = self.identities.get(slot as usize)?;
        let node = self.tick_count + slot;
        let rests =
            identity.generation == generation && !self.nodes[node as usize].quantity.is_zero();
        rests.then_some(node)
    }

    /// Takes a free slot for a new order. The order is nowhere yet.
    pub(super) fn take(&mut self) -> Option<NodeIndex> {
        let free = self.first_free;
        if free == NO_NODE {
            return self.take_unused();
        }
        self.first_free = self.nodes[free as usize].next;
        Some(free)
    }

    #[cold]
    fn take_unused(&mut self) -> Option<NodeIndex> {
        if self.identities.len() == self.capacity.orders() as usize {
            return None;
        }
        let node = u32::try_from(self.nodes.len()).expect("Invariant: 2^17 ticks, 2^24 orders");
        self.nodes.push(Node { next: NO_NODE, prev: NO_NODE, quantity: Quantity::ZERO });
        self.identities.push(Identity { generation: 0, owner: AccountId::new(0), place: 0 });
        Some(node)
    }

    /// Gives the slot of an order back that is in no ring. Its id is never given out again.
    pub(super) fn give_back(&mut self, node: NodeIndex) {
        let identity = &mut self.identities[(node - self.tick_count) as usize];
        self.nodes[node as usize].quantity = Quantity::ZERO;
        if identity.generation < GENERATIONS - 1 {
            identity.generation += 1;
            self.nodes[node as usize].next = self.first_free;
            self.first_free = node;
        } else {
            self.retired += 1;
        }
    }

    /// Puts an order that is in no ring at the end of its level.
    ///
    /// Returns whether the level was empty.
    pub(super) fn append(
        &mut self,
        node: NodeIndex,
        owner: AccountId,
        side: Side,
        tick: Tick,
        quantity: Quantity,
    ) -> bool {
        let identity = &mut self.identities[(node - self.tick_count) as usize];
        identity.owner = owner;
        identity.place = tick.index() << 1 | side as u32;
        let head = tick.index();
        let level = &mut self.nodes[head as usize];
        let last = level.prev;
        level.prev = node;
        level.quantity += quantity;
        self.nodes[last as usize].next = node;
        self.nodes[node as usize] = Node { next: head, prev: last, quantity };
        last == head
    }

    /// Takes an order out of its ring.
    ///
    /// Returns whether the level is empty now.
    pub(super) fn unlink(&mut self, node: NodeIndex, tick: Tick) -> bool {
        let Node { next, prev, quantity } = self.nodes[node as usize];
        self.nodes[prev as usize].next = next;
        self.nodes[next as usize].prev = prev;
        self.nodes[tick.index() as usize].quantity -= quantity;
        next == prev
    }

    /// Walks along the list of free slots, or `None` when it is broken.
    pub(super) fn count_slots(&self) -> Option<SlotCount> {
        let slots = u32::try_from(self.identities.len()).ok()?;
        let mut free = 0;
        let mut node = self.first_free;
        while node != NO_NODE {
            if free == slots || !self.nodes[node as usize].quantity.is_zero() {
                return None;
            }
            free += 1;
            node = self.nodes[node as usize].next;
        }
        Some(SlotCount { free, retired: self.retired, slots })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_that_had_every_generation_is_not_used_again() {
        let mut slab = Slab::new(3, BookCapacity::new(1).expect("below the limit"));
        let node = slab.take().expect("an unused slot");
        slab.identities[0].generation = GENERATIONS - 2;
        slab.give_back(node);
        // The last generation of the slot is used once.
        assert_eq!(slab.take(), Some(node));
        assert_eq!(slab.id(node), OrderId::new(u64::from(GENERATIONS - 1) << 32));
        slab.append(node, AccountId::new(0), Side::Bid, Tick::new(0), Quantity::STEP);
        assert_eq!(slab.find(slab.id(node)), Some(node));
        slab.unlink(node, Tick::new(0));
        slab.give_back(node);
        assert_eq!(slab.find(slab.id(node)), None);
        assert_eq!(slab.take(), None);
        assert_eq!(slab.count_slots(), Some(SlotCount { free: 0, retired: 1, slots: 1 }));
    }
}
