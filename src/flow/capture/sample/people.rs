//! What the people of the made-up market do.

use crate::flow::capture::sample::book::SampleBook;
use crate::kernel::Stream;
use crate::market::Tick;
use crate::units::{Price, Quantity, Side};

/// Sizes of orders [0.01 contract]: many small, few large, some fractional.
const SIZES: [u64; 16] = [
    100, 200, 250, 500, 1_000, 1_413, 2_500, 5_000, 7_500, 10_000, 10_083, 12_500, 20_000, 40_000,
    50_000, 110_041,
];
/// Ticks between an order and the fair price.
const DISTANCES: [u32; 12] = [1, 1, 1, 2, 2, 3, 4, 5, 7, 10, 15, 24];
/// How many people there are.
const PEOPLE: u64 = 7;

/// The people, and what they think the contract is worth.
#[derive(Debug)]
pub(super) struct People {
    pub(super) stream: Stream,
    /// The fair price \[0.0001 dollar\].
    pub(super) fair: i64,
}

impl People {
    /// One of several things with the same chance.
    fn pick<T: Copy>(&mut self, things: &[T]) -> T {
        let place = self.stream.below(things.len() as u64);
        things[usize::try_from(place).expect("Invariant: below the length of a slice")]
    }

    /// Whether something of `percent` chance happens.
    fn happens(&mut self, percent: u64) -> bool {
        self.stream.below(100) < percent
    }

    fn size(&mut self) -> Quantity {
        Quantity::new(self.pick(&SIZES)).expect("Invariant: the table holds admitted quantities")
    }

    fn side(&mut self) -> Side {
        self.pick(&[Side::Bid, Side::Ask])
    }

    fn person(&mut self) -> u64 {
        self.stream.below(PEOPLE)
    }

    /// Moves the fair price by up to `reach` in either direction and by `drift`.
    pub(super) fn think(&mut self, reach: u64, drift: i64) {
        let step = self.stream.below(2 * reach + 1).cast_signed() - reach.cast_signed();
        self.fair = (self.fair + step + drift).clamp(150, 9_900);
    }

    /// The tick of the fair price.
    fn fair_tick(&self, book: &SampleBook) -> Tick {
        let price = u16::try_from(self.fair).ok().and_then(|fair| Price::new(fair).ok());
        let price = price.expect("Invariant: the fair price is clamped");
        book.grid().floor(price).expect("Invariant: the fair price is above the lowest tick")
    }

    /// A tick `distance` from the fair price, on the passive side of the opposite best.
    fn passive(&self, book: &SampleBook, side: Side, distance: u32) -> Tick {
        let fair = self.fair_tick(book).index();
        let highest = book.grid().tick_count() - 1;
        let other = book.best(side.opposite()).map(Tick::index);
        Tick::new(match side {
            Side::Bid => {
                let below = other.map_or(highest, |ask| ask.saturating_sub(1));
                fair.saturating_sub(distance).min(below)
            }
            Side::Ask => {
                let above = other.map_or(0, |bid| bid + 1);
                (fair + distance).max(above).min(highest)
            }
        })
    }

    /// Fills the empty book.
    pub(super) fn open(&mut self, book: &mut SampleBook) {
        for side in [Side::Bid, Side::Ask] {
            for distance in 1..=30 {
                let tick = self.passive(book, side, distance);
                for _ in 0..=self.stream.below(2) {
                    let (owner, quantity) = (self.person(), self.size());
                    book.rest(side, tick, owner, quantity);
                }
            }
        }
    }

    /// Does one thing while both sides trade.
    pub(super) fn trade(&mut self, book: &mut SampleBook) {
        let fair = self.fair_tick(book);
        let stale = if book.best(Side::Ask).is_some_and(|ask| ask < fair) {
            Some(Side::Ask)
        } else if book.best(Side::Bid).is_some_and(|bid| bid > fair) {
            Some(Side::Bid)
        } else {
            None
        };
        match (stale, self.stream.below(100)) {
            (Some(makers), 0..45) => self.take(book, makers),
            (_, 0..62) => self.amend(book),
            (_, 62..77) => self.add(book),
            (_, 77..86) => self.cancel(book),
            (_, 86..96) => {
                let makers = self.side();
                self.take(book, makers);
            }
            _ => self.meet_oneself(book),
        }
    }

    /// Does one thing while the asks leave for good.
    pub(super) fn leave_asks(&mut self, book: &mut SampleBook) {
        if book.order_count(Side::Ask) > 0 && self.happens(60) {
            if self.happens(40) {
                return self.take(book, Side::Ask);
            }
            for _ in 0..=self.stream.below(4) {
                self.cancel_one(book, Side::Ask);
            }
        } else if self.happens(70) {
            self.amend_one(book, Side::Bid);
        } else {
            let (owner, quantity) = (self.person(), self.size());
            let distance = self.pick(&DISTANCES);
            let tick = self.passive(book, Side::Bid, distance);
            book.rest(Side::Bid, tick, owner, quantity);
        }
    }

    /// Cancels some orders of either side, all at one instant.
    pub(super) fn leave(&mut self, book: &mut SampleBook) {
        for _ in 0..=self.stream.below(9) {
            let side = self.side();
            self.cancel_one(book, side);
        }
    }

    /// A taker. One in three has a limit a little beyond the best price and rests what is left:
    /// its order is shown last.
    fn take(&mut self, book: &mut SampleBook, makers: Side) {
        let Some(best) = book.best(makers).map(Tick::index) else { return };
        let rests = self.happens(33);
        let beyond = if rests { self.pick(&[0, 0, 0, 1, 2]) } else { self.pick(&[0, 1, 3, 8]) };
        let limit = Tick::new(match makers {
            Side::Bid => best.saturating_sub(beyond),
            Side::Ask => (best + beyond).min(book.grid().tick_count() - 1),
        });
        let (owner, quantity) = (self.person(), self.size());
        let left = book.take(makers, limit, quantity);
        if rests && !left.is_zero() {
            book.rest(makers.opposite(), limit, owner, left);
        }
    }

    /// Someone's order would meet nothing but its owner's own orders at the best level: it rests,
    /// and they leave. Its order is shown first.
    fn meet_oneself(&mut self, book: &mut SampleBook) {
        let side = self.side();
        let Some((tick, owner)) = book.only_owner(side) else { return self.amend(book) };
        let quantity = self.size();
        book.rest(side.opposite(), tick, owner, quantity);
        while book.only_owner(side).is_some_and(|(best, _)| best == tick) {
            book.remove(side, tick, 0);
        }
    }

    fn amend(&mut self, book: &mut SampleBook) {
        let side = self.side();
        self.amend_one(book, side);
    }

    /// Moves an order to another price or another quantity.
    fn amend_one(&mut self, book: &mut SampleBook, side: Side) {
        let Some((tick, place, owner)) = self.any_order(book, side) else { return self.add(book) };
        let mut quantity = book.remove(side, tick, place);
        if self.happens(25) {
            quantity = self.size();
        }
        let distance = self.pick(&DISTANCES);
        let target = self.passive(book, side, distance);
        book.rest(side, target, owner, quantity);
    }

    fn add(&mut self, book: &mut SampleBook) {
        let (side, owner, quantity) = (self.side(), self.person(), self.size());
        let distance = self.pick(&DISTANCES);
        let tick = self.passive(book, side, distance);
        book.rest(side, tick, owner, quantity);
    }

    fn cancel(&mut self, book: &mut SampleBook) {
        let side = self.side();
        self.cancel_one(book, side);
    }

    fn cancel_one(&mut self, book: &mut SampleBook, side: Side) {
        if let Some((tick, place, _)) = self.any_order(book, side) {
            book.remove(side, tick, place);
        }
    }

    fn any_order(&mut self, book: &SampleBook, side: Side) -> Option<(Tick, usize, u64)> {
        let count = book.order_count(side) as u64;
        if count == 0 {
            return None;
        }
        let nth = usize::try_from(self.stream.below(count)).expect("Invariant: below a length");
        book.nth(side, nth)
    }
}
