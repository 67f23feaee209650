//! A recount of everything that a book keeps twice.

use thiserror::Error;

use super::fast::Book;
use super::slab::SlotCount;
use crate::market::Tick;
use crate::units::{OrderId, Quantity, Side};

/// What a recount found wrong in a book. Each is a bug of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RecountError {
    /// Two neighbours in a queue disagree about being neighbours.
    #[error("level {tick:?}: the links of the queue disagree at node {node}")]
    LinksDisagree {
        /// The level.
        tick: Tick,
        /// Where in the book's memory.
        node: u32,
    },
    /// An order is in the queue of one level and says that it belongs elsewhere.
    #[error("{order}: in the queue at {found:?}, says {side} at {says:?}")]
    Misplaced {
        /// The order.
        order: OrderId,
        /// The level whose queue it is in.
        found: Tick,
        /// The side that the order says.
        side: Side,
        /// The level that the order says.
        says: Tick,
    },
    /// Bids and asks are in one queue.
    #[error("level {tick:?}: bids and asks in one queue")]
    SidesMixed {
        /// The level.
        tick: Tick,
    },
    /// An order rests with nothing left, or can not be found by its id.
    #[error("{order}: in a queue, but nothing is left of it or its id does not lead to it")]
    NotFound {
        /// The order.
        order: OrderId,
    },
    /// A level's quantity is not the sum of its orders.
    #[error("level {tick:?}: keeps {kept} contracts, its orders have {counted}")]
    LevelQuantity {
        /// The level.
        tick: Tick,
        /// The sum that the level keeps.
        kept: Quantity,
        /// The sum of its orders.
        counted: Quantity,
    },
    /// A level is marked as holding orders of a side and does not, or the other way round.
    #[error("level {tick:?}: marked wrongly as empty or not for the {side} side")]
    LevelMark {
        /// The side.
        side: Side,
        /// The level.
        tick: Tick,
    },
    /// The layers of the marks disagree.
    #[error("the layers of the level marks disagree")]
    MarkLayers,
    /// The best level of a side is not what a scan finds.
    #[error("best {side}: kept {kept:?}, a scan finds {scanned:?}")]
    Best {
        /// The side.
        side: Side,
        /// The best level that the book keeps.
        kept: Option<Tick>,
        /// The best level that holds orders of the side.
        scanned: Option<Tick>,
    },
    /// The best bid is not below the best ask.
    #[error("crossed: best bid {bid:?}, best ask {ask:?}")]
    Crossed {
        /// The best bid.
        bid: Tick,
        /// The best ask.
        ask: Tick,
    },
    /// The list of free slots is broken.
    #[error("the list of free slots has a slot with something left, or does not end")]
    FreeList,
    /// A slot is neither in a queue nor free nor retired, or it is counted twice.
    #[error("{resting} resting orders and {count:?} do not add up")]
    Slots {
        /// The orders in queues.
        resting: u32,
        /// The other slots.
        count: SlotCount,
    },
}

/// What a walk along one queue finds.
struct Queue {
    side: Option<Side>,
    orders: u32,
}

impl Book {
    /// Recounts everything that the book keeps twice: level quantities, links, ids, marks, best
    /// levels, free slots. The cost is in the number of ticks, orders, and free slots.
    ///
    /// # Errors
    /// The first thing that is wrong, which is a bug of the book.
    pub fn recount(&self) -> Result<(), RecountError> {
        let mut resting = 0;
        let mut scanned: [Option<Tick>; 2] = [None; 2];
        for tick in (0..self.tick_count()).map(Tick::new) {
            let queue = self.recount_queue(tick)?;
            resting += queue.orders;
            for side in [Side::Bid, Side::Ask] {
                if self.ladder.is_filled(side, tick) != (queue.side == Some(side)) {
                    return Err(RecountError::LevelMark { side, tick });
                }
            }
            match queue.side {
                Some(Side::Bid) => scanned[0] = Some(tick),
                Some(Side::Ask) => scanned[1] = scanned[1].or(Some(tick)),
                None => {}
            }
        }
        if !self.ladder.layers_agree() {
            return Err(RecountError::MarkLayers);
        }
        for (side, scanned) in [Side::Bid, Side::Ask].into_iter().zip(scanned) {
            let kept = self.ladder.best(side);
            if kept != scanned {
                return Err(RecountError::Best { side, kept, scanned });
            }
        }
        if let [Some(bid), Some(ask)] = scanned
            && bid >= ask
        {
            return Err(RecountError::Crossed { bid, ask });
        }
        let count = self.slab.count_slots().ok_or(RecountError::FreeList)?;
        if resting + count.free + count.retired != count.slots {
            return Err(RecountError::Slots { resting, count });
        }
        Ok(())
    }

    /// Walks along one queue. It ends: while neighbours agree, no node is met twice.
    fn recount_queue(&self, tick: Tick) -> Result<Queue, RecountError> {
        let head = tick.index();
        let mut queue = Queue { side: None, orders: 0 };
        let mut counted = Quantity::ZERO;
        let mut node = head;
        loop {
            let next = self.slab.nodes[node as usize].next;
            if self.slab.nodes[next as usize].prev != node {
                return Err(RecountError::LinksDisagree { tick, node });
            }
            if next == head {
                break;
            }
            node = next;
            let resting = self.resting(node);
            let order = resting.order;
            if resting.tick != tick {
                let (side, says) = (resting.side, resting.tick);
                return Err(RecountError::Misplaced { order, found: tick, side, says });
            }
            if queue.side.is_some_and(|side| side != resting.side) {
                return Err(RecountError::SidesMixed { tick });
            }
            if self.slab.find(order) != Some(node) {
                return Err(RecountError::NotFound { order });
            }
            queue = Queue { side: Some(resting.side), orders: queue.orders + 1 };
            counted += resting.remaining;
        }
        let kept = self.slab.head(tick).quantity;
        if kept != counted {
            return Err(RecountError::LevelQuantity { tick, kept, counted });
        }
        Ok(queue)
    }
}
