//! A market whose price level structure becomes finer while orders rest.

use thiserror::Error;

use super::fast::Book;
use super::ladder::Ladder;
use crate::market::{PriceLevelStructure, Tick};
use crate::units::{Price, Side};

/// Where each tick of a book's grid is on a finer one.
///
/// A structure may change during a market's life; when it becomes finer, resting orders stay
/// (Kalshi, changelog 2026, event `price_level_structure_updated`, documented).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regrid {
    /// By old tick, ascending.
    ticks: Vec<Tick>,
    tick_count: u32,
}

/// Why a grid can not take the place of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RegridError {
    /// A number of ticks that no book can have.
    #[error("regrid: found {found} ticks, allowed are 1 to {}", Book::TICKS_MAX)]
    TickCount {
        /// The number of ticks.
        found: u32,
    },
    /// Two ticks would become one or change places, or a tick is beyond the highest.
    #[error(
        "regrid: tick {old} becomes {found}, allowed is above the one before, below {tick_count}"
    )]
    Misplaced {
        /// The old tick's index.
        old: usize,
        /// The new tick's index.
        found: u32,
        /// The new number of ticks.
        tick_count: u32,
    },
    /// The new grid lacks a price of the old one: it is not finer.
    #[error("regrid: found no tick at {price}, which the old grid has")]
    PriceLost {
        /// The price.
        price: Price,
    },
    /// The book has another grid than the one that is left.
    #[error("regrid: found {found} old ticks, allowed are the book's {tick_count}")]
    OtherGrid {
        /// The number of old ticks.
        found: usize,
        /// The book's number of ticks.
        tick_count: u32,
    },
}

impl Regrid {
    /// From the new tick of each old tick, lowest first.
    ///
    /// # Errors
    /// [`RegridError::TickCount`], [`RegridError::Misplaced`].
    pub fn new(ticks: Vec<Tick>, tick_count: u32) -> Result<Self, RegridError> {
        if !(1..=Book::TICKS_MAX).contains(&tick_count) {
            return Err(RegridError::TickCount { found: tick_count });
        }
        let mut lowest = 0;
        for (old, tick) in ticks.iter().enumerate() {
            let found = tick.index();
            if found < lowest || found >= tick_count {
                return Err(RegridError::Misplaced { old, found, tick_count });
            }
            lowest = found + 1;
        }
        Ok(Self { ticks, tick_count })
    }

    /// From one price level structure to a finer one.
    ///
    /// # Errors
    /// [`RegridError::PriceLost`].
    pub fn between(
        old: &PriceLevelStructure,
        new: &PriceLevelStructure,
    ) -> Result<Self, RegridError> {
        let prices = (0..old.tick_count()).map(|tick| old.price_of(Tick::new(tick)));
        let tick_of = |price| new.tick_of(price).ok_or(RegridError::PriceLost { price });
        let ticks: Result<Vec<_>, _> = prices.map(tick_of).collect();
        Self::new(ticks?, new.tick_count())
    }

    /// The new number of ticks.
    #[must_use]
    pub const fn tick_count(&self) -> u32 {
        self.tick_count
    }

    /// The new tick of an old tick.
    ///
    /// # Panics
    /// When the tick is not one of the old grid.
    #[must_use]
    pub fn tick(&self, old: Tick) -> Tick {
        self.ticks[old.index() as usize]
    }

    /// Whether this leads from a grid with this number of ticks.
    pub(super) fn leads_from(&self, tick_count: u32) -> Result<(), RegridError> {
        if self.ticks.len() == tick_count as usize {
            return Ok(());
        }
        Err(RegridError::OtherGrid { found: self.ticks.len(), tick_count })
    }
}

impl Book {
    /// Moves the book to a finer grid. Orders keep their ids, prices and places in the queue; no
    /// order trades. The cost is in the number of ticks and of orders.
    ///
    /// # Errors
    /// [`RegridError::OtherGrid`]. Nothing changed.
    pub fn regrid(&mut self, regrid: &Regrid) -> Result<(), RegridError> {
        regrid.leads_from(self.tick_count())?;
        let mut ladder = Ladder::new(regrid.tick_count);
        for side in [Side::Bid, Side::Ask] {
            for level in self.levels(side) {
                ladder.fill_level(side, regrid.tick(level.tick));
            }
        }
        self.ladder = ladder;
        self.slab.regrid(regrid);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::PriceLevelLabel;

    fn ticks<const N: usize>(indices: [u32; N]) -> Vec<Tick> {
        indices.map(Tick::new).to_vec()
    }

    #[test]
    fn ticks_that_merge_or_change_places_or_leave_the_grid_are_refused() {
        let misplaced = |old, found| Err(RegridError::Misplaced { old, found, tick_count: 5 });
        assert!(Regrid::new(ticks([0, 2, 4]), 5).is_ok());
        assert_eq!(Regrid::new(ticks([0, 2, 2]), 5), misplaced(2, 2));
        assert_eq!(Regrid::new(ticks([0, 3, 2]), 5), misplaced(2, 2));
        assert_eq!(Regrid::new(ticks([0, 2, 5]), 5), misplaced(2, 5));
    }

    #[test]
    fn a_grid_has_at_least_one_tick_and_at_most_as_many_as_a_book() {
        for tick_count in [0, Book::TICKS_MAX + 1] {
            let refused = Err(RegridError::TickCount { found: tick_count });
            assert_eq!(Regrid::new(Vec::new(), tick_count), refused);
        }
        assert!(Regrid::new(ticks([0]), 1).is_ok());
        assert!(Regrid::new(ticks([Book::TICKS_MAX - 1]), Book::TICKS_MAX).is_ok());
    }

    #[test]
    fn prices_stay_when_whole_cents_become_tenths_and_not_the_other_way_round() {
        let cents = PriceLevelStructure::of_label(PriceLevelLabel::LinearCent);
        let tenths = PriceLevelStructure::of_label(PriceLevelLabel::DeciCent);
        let finer = Regrid::between(&cents, &tenths).expect("it is finer");
        assert_eq!(finer.tick_count(), 999);
        // 0.01 is the 1st of the cents and the 10th of the tenths, 0.99 the 99th and the 990th.
        assert_eq!(finer.tick(Tick::new(0)), Tick::new(9));
        assert_eq!(finer.tick(Tick::new(98)), Tick::new(989));
        // 0.001 is the first of the tenths, and no whole cent.
        let price = "0.001".parse().expect("a price");
        let lost = Err(RegridError::PriceLost { price });
        assert_eq!(Regrid::between(&tenths, &cents), lost);
    }
}
