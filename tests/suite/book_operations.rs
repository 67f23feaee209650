//! Random operations on a book, from a seed. Each seed leaves some kinds out.

use fillgap::book::{BookCapacity, NewOrder, Regrid, RestingOrder};
use fillgap::market::{Tick, TimeInForce};
use fillgap::units::{AccountId, OrderId, Quantity, Side};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::book_lockstep::{Lockstep, Operation, Target};

/// How many of the latest orders count as recent.
const RECENT: u64 = 16;

/// Draws operations.
pub(crate) struct Operations {
    random: ChaCha8Rng,
    tick_count: u32,
    band_start: u32,
    band_width: u32,
    /// Typical quantities are 1 to this [0.01 contract].
    typical: u64,
    /// Share of operations: rest, take or cancel the rest, fill or kill, cancel, reduce, replace.
    weights: [u64; 6],
    last: Option<Operation>,
}

impl Operations {
    /// The generator of a seed and the book that it is for.
    pub(crate) fn new(seed: u64) -> (Self, Lockstep) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        // Word and block edges of the level marks, real grids, and now and then large ones.
        let tick_count = pick(&mut random, &[1, 2, 40, 63, 64, 65, 99, 99, 99, 279, 999, 5_000]);
        let capacity = pick(&mut random, &[1, 16, 64, 10_000, 10_000, 10_000]);
        let band_width = (1 + number(below(&mut random, 40))).min(tick_count);
        let spare = u64::from(tick_count - band_width) + 1;
        // Half of the bands touch an end of the grid.
        let band_start = match below(&mut random, 4) {
            0 => 0,
            1 => tick_count - band_width,
            _ => number(below(&mut random, spare)),
        };
        let typical = pick(&mut random, &[2, 20, 20, 2_000]);
        let mut weights = [0; 6];
        for weight in &mut weights {
            *weight = pick(&mut random, &[0, 1, 1, 2, 5]);
        }
        // Without an order that rests nothing would ever happen.
        weights[0] = weights[0].max(1) * 3;
        let generator =
            Self { random, tick_count, band_start, band_width, typical, weights, last: None };
        let lockstep =
            Lockstep::new(tick_count, BookCapacity::new(capacity).expect("below the limit"));
        (generator, lockstep)
    }

    /// The next operation. `resting` is what rests in the books.
    pub(crate) fn draw(&mut self, books: &Lockstep, resting: &[RestingOrder]) -> Operation {
        if let Some(last) = self.last
            && self.one_in(50)
            && !matches!(last, Operation::Place(_))
        {
            return last;
        }
        let mut roll = self.below(self.weights.iter().sum());
        let kind = self.weights.iter().position(|weight| {
            let hit = roll < *weight;
            roll = roll.saturating_sub(*weight);
            hit
        });
        let operation = match kind.expect("Invariant: the roll is below the sum") {
            0 => self.place(TimeInForce::REST, books),
            1 => self.place(TimeInForce::ImmediateOrCancel, books),
            2 => self.place(TimeInForce::FillOrKill, books),
            3 => Operation::Cancel(self.target(books, resting)),
            4 => {
                let target = self.target(books, resting);
                let limit = remaining(books, target);
                Operation::Reduce(target, self.quantity(limit))
            }
            _ => {
                let target = self.target(books, resting);
                let limit = remaining(books, target);
                Operation::Replace(target, self.tick(), self.quantity(limit))
            }
        };
        self.last = Some(operation);
        operation
    }

    /// A finer grid: every gap between two ticks, and both ends, gets up to three new ones, of a
    /// large grid up to one. The band stays at its prices and so becomes wider.
    pub(crate) fn refine(&mut self) -> Regrid {
        let bound = if self.tick_count > 1_000 { 2 } else { 4 };
        let mut ticks = Vec::new();
        let mut tick_count = 0;
        for _ in 0..self.tick_count {
            tick_count += number(self.below(bound));
            ticks.push(Tick::new(tick_count));
            tick_count += 1;
        }
        tick_count += number(self.below(bound));
        let (first, last) = (self.band_start, self.band_start + self.band_width - 1);
        self.band_start = ticks[first as usize].index();
        self.band_width = ticks[last as usize].index() - self.band_start + 1;
        self.tick_count = tick_count;
        // What came before names ticks of the old grid.
        self.last = None;
        Regrid::new(ticks, tick_count).expect("Invariant: ascending")
    }

    fn place(&mut self, time_in_force: TimeInForce, books: &Lockstep) -> Operation {
        let owner = AccountId::new(number(self.below(3)));
        let (side, tick) = (self.side(), self.tick());
        let limit = if tick.index() < self.tick_count {
            books.reference.available(side, tick)
        } else {
            Quantity::ZERO
        };
        let quantity = self.quantity(limit);
        Operation::Place(NewOrder { owner, side, tick, quantity, time_in_force })
    }

    pub(crate) fn side(&mut self) -> Side {
        if self.one_in(2) { Side::Bid } else { Side::Ask }
    }

    /// A tick of the band, rarely one off the grid.
    fn tick(&mut self) -> Tick {
        if self.one_in(100) {
            let beyond = [self.tick_count, self.tick_count + 1, 1 << 17, u32::MAX];
            return Tick::new(pick(&mut self.random, &beyond));
        }
        self.tick_on_grid()
    }

    pub(crate) fn tick_on_grid(&mut self) -> Tick {
        let offset = number(self.below(u64::from(self.band_width)));
        Tick::new(self.band_start + offset)
    }

    /// Mostly typical; else at the edge of a limit, of the range, or of a power of two.
    pub(crate) fn quantity(&mut self, limit: Quantity) -> Quantity {
        let max = Quantity::MAX.hundredths();
        let limit = limit.hundredths();
        let hundredths = match self.below(20) {
            0 => limit.saturating_sub(1),
            1 => limit,
            2 => limit + 1,
            3 => limit / 2,
            4 => pick(&mut self.random, &[0, 1, max - 1, max]),
            5 => (1 << self.below(40)) + self.below(3) - 1,
            6 if self.one_in(10) => return Quantity::MAX + Quantity::STEP,
            _ => 1 + self.below(self.typical),
        };
        Quantity::new(hundredths.min(max)).expect("below the limit")
    }

    /// Half of the time a recent order, final or not; rarely an id that was never given out.
    pub(crate) fn target(&mut self, books: &Lockstep, resting: &[RestingOrder]) -> Target {
        let accepted = books.accepted() as u64;
        if accepted == 0 || self.one_in(50) {
            return self.never_issued(books);
        }
        let number = if self.one_in(2) || resting.is_empty() {
            accepted - 1 - self.below(accepted.min(RECENT))
        } else {
            let order = resting[self.index(resting.len())].order;
            let number = (0..books.accepted()).rev().find(|number| books.id(*number) == order);
            number.expect("Invariant: what rests was accepted") as u64
        };
        Target::Accepted(usize::try_from(number).expect("a count"))
    }

    /// An id near those that were given out: the next one of a slot, an unused slot, the ends.
    fn never_issued(&mut self, books: &Lockstep) -> Target {
        let recent = match books.accepted() {
            0 => 0,
            accepted => books.id(self.index(accepted)).number(),
        };
        let next_generation = recent.wrapping_add(1 << 32);
        let mut id = pick(&mut self.random, &[next_generation, recent + 1, 1 << 24, u64::MAX]);
        while books.was_issued(OrderId::new(id)) {
            id = id.wrapping_add(1 << 32);
        }
        Target::NeverIssued(OrderId::new(id))
    }

    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("a count")
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn below(&mut self, bound: u64) -> u64 {
        below(&mut self.random, bound)
    }
}

/// What is left of an order that an operation names.
fn remaining(books: &Lockstep, target: Target) -> Quantity {
    let order = match target {
        Target::Accepted(number) => books.fast.order(books.id(number)),
        Target::NeverIssued(_) => None,
    };
    order.map_or(Quantity::STEP, |order| order.remaining)
}

/// A number below a bound of at most 2^32.
fn below(random: &mut ChaCha8Rng, bound: u64) -> u64 {
    (u64::from(random.next_u32()) * bound) >> 32
}

fn pick<T: Copy>(random: &mut ChaCha8Rng, choices: &[T]) -> T {
    choices[usize::try_from(below(random, choices.len() as u64)).expect("a count")]
}

fn number(drawn: u64) -> u32 {
    u32::try_from(drawn).expect("a count")
}
