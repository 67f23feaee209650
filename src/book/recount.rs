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
        let kept = self.slab.head(tick).total();
        if kept != counted {
            return Err(RecountError::LevelQuantity { tick, kept, counted });
        }
        Ok(queue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{BookCapacity, NewOrder};
    use crate::market::TimeInForce;
    use crate::units::AccountId;

    /// A book with bids of 2 and 3 at tick 4, an ask of 5 at tick 6, and a free slot.
    fn sound() -> (Book, [OrderId; 3]) {
        let mut book = Book::new(70, BookCapacity::new(10).expect("below the limit"));
        let mut place = |side, tick, hundredths| {
            let order = NewOrder {
                owner: AccountId::new(0),
                side,
                tick: Tick::new(tick),
                quantity: quantity(hundredths),
                time_in_force: TimeInForce::REST,
            };
            book.place(&order, &mut Vec::new()).expect("room enough").order
        };
        let ids = [place(Side::Bid, 4, 2), place(Side::Bid, 4, 3), place(Side::Ask, 6, 5)];
        let leaves = place(Side::Bid, 1, 1);
        book.cancel(leaves).expect("it rests");
        (book, ids)
    }

    fn quantity(hundredths: u64) -> Quantity {
        Quantity::new(hundredths).expect("below the limit")
    }

    /// What the recount says after something went wrong in the sound book. Orders are the nodes
    /// 70, 71, 72; 73 is free.
    fn found(goes_wrong: impl FnOnce(&mut Book)) -> RecountError {
        let (mut book, _) = sound();
        assert_eq!(book.recount(), Ok(()));
        goes_wrong(&mut book);
        book.recount().expect_err("something is wrong")
    }

    #[test]
    fn a_broken_link_is_found() {
        let error = found(|book| book.slab.nodes[71].prev = 4);
        assert_eq!(error, RecountError::LinksDisagree { tick: Tick::new(4), node: 70 });
    }

    #[test]
    fn a_wrong_level_quantity_is_found() {
        let error = found(|book| book.slab.nodes[4].add_to_total(quantity(1)));
        let (kept, counted) = (quantity(6), quantity(5));
        assert_eq!(error, RecountError::LevelQuantity { tick: Tick::new(4), kept, counted });
    }

    #[test]
    fn an_order_with_nothing_left_is_found() {
        let order = sound().1[2];
        let error = found(|book| book.slab.nodes[72].set_quantity(Quantity::ZERO));
        assert_eq!(error, RecountError::NotFound { order });
    }

    #[test]
    fn an_order_in_the_queue_of_another_level_is_found() {
        let (order, tick) = (sound().1[2], Tick::new(5));
        let error = found(|book| {
            book.slab.unlink(72);
            book.slab.append(72, AccountId::new(0), Side::Ask, tick, quantity(5));
            book.slab.nodes.swap(5, 6);
            for (head, node) in [(5, 5), (6, 72)] {
                book.slab.nodes[head].next = node;
                book.slab.nodes[head].prev = node;
            }
            book.slab.nodes[72].next = 6;
            book.slab.nodes[72].prev = 6;
        });
        let (found, side) = (Tick::new(6), Side::Ask);
        assert_eq!(error, RecountError::Misplaced { order, found, side, says: tick });
    }

    #[test]
    fn bids_and_asks_in_one_queue_are_found() {
        let error = found(|book| {
            book.slab.unlink(72);
            book.slab.append(72, AccountId::new(0), Side::Ask, Tick::new(4), quantity(5));
        });
        assert_eq!(error, RecountError::SidesMixed { tick: Tick::new(4) });
    }

    #[test]
    fn a_mark_on_an_empty_level_and_a_missing_mark_are_found() {
        for (side, tick) in [(Side::Bid, 1), (Side::Bid, 6)] {
            let tick = Tick::new(tick);
            let error = found(|book| book.ladder.fill_level(side, tick));
            assert_eq!(error, RecountError::LevelMark { side, tick });
        }
        let (side, tick) = (Side::Ask, Tick::new(6));
        let error = found(|book| book.ladder.empty_level(side, tick));
        assert_eq!(error, RecountError::LevelMark { side, tick });
    }

    #[test]
    fn a_best_level_that_is_not_the_best_is_found() {
        let side = Side::Ask;
        let error = found(|book| book.ladder.misplace_best(side, Tick::new(9)));
        let (kept, scanned) = (Some(Tick::new(9)), Some(Tick::new(6)));
        assert_eq!(error, RecountError::Best { side, kept, scanned });
    }

    #[test]
    fn marks_whose_layers_disagree_are_found() {
        assert_eq!(found(|book| book.ladder.lose_layer(Side::Ask)), RecountError::MarkLayers);
    }

    #[test]
    fn a_crossed_book_is_found() {
        let error = found(|book| {
            book.slab.take().expect("a free slot");
            book.slab.append(73, AccountId::new(0), Side::Bid, Tick::new(7), quantity(1));
            book.ladder.fill_level(Side::Bid, Tick::new(7));
        });
        assert_eq!(error, RecountError::Crossed { bid: Tick::new(7), ask: Tick::new(6) });
    }

    #[test]
    fn a_broken_list_of_free_slots_is_found() {
        assert_eq!(found(|book| book.slab.nodes[73].next = 73), RecountError::FreeList);
        assert_eq!(found(|book| book.slab.nodes[73].next = 70), RecountError::FreeList);
    }

    #[test]
    fn a_lost_slot_is_found() {
        let error = found(|book| {
            book.slab.take().expect("a free slot");
        });
        let count = SlotCount { free: 0, retired: 0, slots: 4 };
        assert_eq!(error, RecountError::Slots { resting: 3, count });
    }
}
