//! Which prices a market trades at, and their indices.

mod label;

use std::num::NonZeroU16;

use thiserror::Error;

use crate::units::Price;

pub use label::PriceLevelLabel;

/// The place of a price in a market's [`PriceLevelStructure`]: 0 is the lowest tradable price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tick(u32);

impl Tick {
    /// The tick with this index.
    #[must_use]
    pub const fn new(index: u32) -> Self {
        Self(index)
    }

    /// The index.
    #[must_use]
    pub const fn index(self) -> u32 {
        self.0
    }
}

/// A stretch of prices with one tick size (Kalshi, "Subpenny pricing", 2026-08-22, documented:
/// `price_ranges` of a market). It holds `start`, `start + step`, and so on below `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceRange {
    /// The first price.
    pub start: Price,
    /// Where the next range starts, or one dollar.
    pub end: Price,
    /// The tick size.
    pub step: Price,
}

/// What can be wrong with the price ranges or the label of a market.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PriceLevelError {
    /// No range at all.
    #[error("price ranges: found none, allowed are ranges that cover 0 to 1 dollar")]
    NoRange,
    /// A range does not start where the one before ended.
    #[error("price range {number}: found start {found}, allowed is {allowed}")]
    NotContiguous {
        /// The range, counted from 1.
        number: usize,
        /// Its start.
        found: Price,
        /// The end of the range before, or 0.
        allowed: Price,
    },
    /// A range ends at or before its start.
    #[error("price range {number}: found end {found}, allowed is above its start {start}")]
    Empty {
        /// The range, counted from 1.
        number: usize,
        /// Its end.
        found: Price,
        /// Its start.
        start: Price,
    },
    /// The step does not lead from the start to the end of its range.
    #[error("price range {number}: found step {found}, allowed are steps that divide {length}")]
    StepDoesNotDivide {
        /// The range, counted from 1.
        number: usize,
        /// Its step.
        found: Price,
        /// Its length.
        length: Price,
    },
    /// The last range does not end at one dollar.
    #[error("price range {number}: found end {found}, allowed is 1.00 for the last range")]
    EndsEarly {
        /// The range, counted from 1.
        number: usize,
        /// Its end.
        found: Price,
    },
    /// One range whose only price is zero.
    #[error("price ranges: found no price above 0 and below 1 dollar, allowed is at least one")]
    NoTradablePrice,
    /// Kalshi has no such price level structure.
    #[error(
        "price level structure: found `{found}`, allowed is one of {}",
        PriceLevelLabel::list()
    )]
    UnknownLabel {
        /// The label as it was found.
        found: String,
    },
}

/// The prices that a market trades at, lowest first: its grid.
///
/// A price must lie strictly between 0 and 1 dollar (Kalshi, "Subpenny pricing", 2026-08-22,
/// documented). Since prices are whole ten-thousandths, a grid has at most 9,999 ticks.
///
/// ```
/// use fillgap::market::{PriceLevelLabel, PriceLevelStructure, Tick};
/// let grid = PriceLevelStructure::of_label(PriceLevelLabel::TaperedDeciCent);
/// let tick = grid.tick_of("0.101".parse().unwrap());
/// assert_eq!(tick, None);
/// assert_eq!(grid.price_of(Tick::new(0)).to_string(), "0.001");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceLevelStructure {
    ranges: Vec<PriceRange>,
    /// By tick.
    prices: Vec<Price>,
    /// By ten-thousandths of a dollar: the tick plus one, or nothing off the grid.
    ticks_plus_one: Vec<Option<NonZeroU16>>,
}

impl PriceLevelStructure {
    /// The grid of a Kalshi label.
    ///
    /// # Panics
    /// Never: the labels' ranges are checked by the tests.
    #[must_use]
    pub fn of_label(label: PriceLevelLabel) -> Self {
        Self::of_ranges(&label.ranges()).expect("Invariant: each label's ranges are a valid grid")
    }

    /// The grid of price ranges, lowest first.
    ///
    /// # Errors
    /// When the ranges do not cover 0 to 1 dollar without hole or overlap, a step does not divide
    /// its range, or no price is left strictly between 0 and 1 dollar.
    ///
    /// # Panics
    /// Never: at most 9,999 ticks fit into the tables.
    pub fn of_ranges(ranges: &[PriceRange]) -> Result<Self, PriceLevelError> {
        check(ranges)?;
        let mut prices = Vec::new();
        let mut ticks_plus_one = vec![None; usize::from(Price::ONE_DOLLAR.ten_thousandths()) + 1];
        for range in ranges {
            let step = range.step.ten_thousandths();
            let mut next = Some(range.start);
            while let Some(price) = next.filter(|price| *price < range.end) {
                if price > Price::ZERO {
                    prices.push(price);
                    let plus_one = u16::try_from(prices.len()).expect("Invariant: 9,999 at most");
                    ticks_plus_one[usize::from(price.ten_thousandths())] =
                        NonZeroU16::new(plus_one);
                }
                next = price.up(step);
            }
        }
        if prices.is_empty() {
            return Err(PriceLevelError::NoTradablePrice);
        }
        Ok(Self { ranges: ranges.to_vec(), prices, ticks_plus_one })
    }

    /// The ranges that this grid was made from.
    #[must_use]
    pub fn ranges(&self) -> &[PriceRange] {
        &self.ranges
    }

    /// The number of tradable prices.
    ///
    /// # Panics
    /// Never: a grid has at most 9,999 ticks.
    #[must_use]
    pub fn tick_count(&self) -> u32 {
        u32::try_from(self.prices.len()).expect("Invariant: 9,999 at most")
    }

    /// The tick of a price, or `None` when the price is not on the grid.
    #[must_use]
    pub fn tick_of(&self, price: Price) -> Option<Tick> {
        self.ticks_plus_one[usize::from(price.ten_thousandths())]
            .map(|plus_one| Tick(u32::from(plus_one.get()) - 1))
    }

    /// The price of a tick.
    ///
    /// # Panics
    /// When the tick is not below [`Self::tick_count`].
    #[must_use]
    pub fn price_of(&self, tick: Tick) -> Price {
        self.prices[tick.0 as usize]
    }

    /// The highest tick whose price is at most `price`, or `None` below the grid.
    #[must_use]
    pub fn floor(&self, price: Price) -> Option<Tick> {
        self.count_where(|on_grid| on_grid <= price).checked_sub(1).map(Tick)
    }

    /// The lowest tick whose price is at least `price`, or `None` above the grid.
    #[must_use]
    pub fn ceil(&self, price: Price) -> Option<Tick> {
        let below = self.count_where(|on_grid| on_grid < price);
        (below < self.tick_count()).then_some(Tick(below))
    }

    /// How many of the lowest prices satisfy a condition that high prices do not.
    fn count_where(&self, condition: impl Fn(Price) -> bool) -> u32 {
        let count = self.prices.partition_point(|price| condition(*price));
        u32::try_from(count).expect("Invariant: 9,999 at most")
    }
}

/// Whether ranges cover 0 to 1 dollar, each in whole steps.
fn check(ranges: &[PriceRange]) -> Result<(), PriceLevelError> {
    let mut allowed = Price::ZERO;
    for (number, range) in (1..).zip(ranges) {
        let PriceRange { start, end, step } = *range;
        if start != allowed {
            return Err(PriceLevelError::NotContiguous { number, found: start, allowed });
        }
        let length = match end.down(start.ten_thousandths()) {
            Some(length) if length > Price::ZERO => length,
            _ => return Err(PriceLevelError::Empty { number, found: end, start }),
        };
        if length.ten_thousandths().checked_rem(step.ten_thousandths()) != Some(0) {
            return Err(PriceLevelError::StepDoesNotDivide { number, found: step, length });
        }
        allowed = end;
    }
    match ranges.len() {
        0 => Err(PriceLevelError::NoRange),
        number if allowed != Price::ONE_DOLLAR => {
            Err(PriceLevelError::EndsEarly { number, found: allowed })
        }
        _ => Ok(()),
    }
}
