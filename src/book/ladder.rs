//! The price levels that hold orders, and the best of each side.

use super::occupancy::Occupancy;
use crate::market::Tick;
use crate::units::Side;

/// A tick seen from one side: the lower, the better, so that both sides run the same code.
type Key = u32;

/// The best key of a side without orders: worse than any tick.
const NO_LEVEL: Key = Key::MAX;

/// The levels that hold orders, by side, and the best of each.
///
/// In this order, so that the best of each side is near to what the book always reads.
#[derive(Clone, Debug)]
#[repr(C)]
pub(super) struct Ladder {
    best: [Key; 2],
    /// What turns a tick into a key and back: an ask's key is its tick, a bid's the mirrored one.
    mirror: [u32; 2],
    occupied: [Occupancy; 2],
}

impl Ladder {
    /// A ladder without orders.
    pub(super) fn new(tick_count: u32) -> Self {
        let key_count = tick_count.next_power_of_two();
        let mut mirror = [0; 2];
        mirror[Side::Bid as usize] = key_count - 1;
        let occupied = [Occupancy::new(key_count), Occupancy::new(key_count)];
        Self { best: [NO_LEVEL; 2], mirror, occupied }
    }

    #[inline]
    fn key(&self, side: Side, tick: Tick) -> Key {
        tick.index() ^ self.mirror[side as usize]
    }

    #[inline]
    fn tick(&self, side: Side, key: Key) -> Tick {
        Tick::new(key ^ self.mirror[side as usize])
    }

    /// The best tick of a side.
    #[inline]
    pub(super) fn best(&self, side: Side) -> Option<Tick> {
        let key = self.best[side as usize];
        (key != NO_LEVEL).then(|| self.tick(side, key))
    }

    /// The best tick of a side if an order of the other side with this limit may trade there.
    #[inline]
    pub(super) fn best_within(&self, side: Side, limit: Tick) -> Option<Tick> {
        let key = self.best[side as usize];
        (key <= self.key(side, limit)).then(|| self.tick(side, key))
    }

    /// The next worse tick of a side that holds orders.
    pub(super) fn worse(&self, side: Side, tick: Tick) -> Option<Tick> {
        let next = self.occupied[side as usize].next_above(self.key(side, tick));
        next.map(|key| self.tick(side, key))
    }

    /// Whether one tick is at least as good as another for an order of a side.
    pub(super) fn is_as_good(&self, side: Side, tick: Tick, as_other: Tick) -> bool {
        self.key(side, tick) <= self.key(side, as_other)
    }

    /// Notes that a level got its first order.
    #[inline]
    pub(super) fn fill_level(&mut self, side: Side, tick: Tick) {
        let key = self.key(side, tick);
        self.occupied[side as usize].insert(key);
        let best = &mut self.best[side as usize];
        *best = (*best).min(key);
    }

    /// Notes that a level lost its last order.
    #[inline]
    pub(super) fn empty_level(&mut self, side: Side, tick: Tick) {
        let key = self.key(side, tick);
        let occupied = &mut self.occupied[side as usize];
        occupied.remove(key);
        if self.best[side as usize] == key {
            self.best[side as usize] = occupied.next_above(key).unwrap_or(NO_LEVEL);
        }
    }

    /// Whether a level is known to hold orders.
    pub(super) fn is_filled(&self, side: Side, tick: Tick) -> bool {
        self.occupied[side as usize].contains(self.key(side, tick))
    }

    /// Whether the layers of the sets of levels agree.
    pub(super) fn layers_agree(&self) -> bool {
        self.occupied.iter().all(Occupancy::layers_agree)
    }

    /// Does what a bug would do, for the tests of the recount.
    #[cfg(test)]
    pub(super) fn misplace_best(&mut self, side: Side, tick: Tick) {
        self.best[side as usize] = self.key(side, tick);
    }

    /// Does what a bug would do, for the tests of the recount.
    #[cfg(test)]
    pub(super) fn lose_layer(&mut self, side: Side) {
        self.occupied[side as usize].lose_layer();
    }
}
