//! A captured market as the orders, trades and cancels of a crowd.

use std::sync::Arc;

use crate::flow::capture::{CaptureError, CapturedMarket, Moment, Movement};
use crate::flow::recorded::volume::{self, VolumeExplained};
use crate::market::{PriceLevelStructure, Tick};
use crate::units::{Price, Quantity, Side, SimTime};

/// What the crowd does at one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// An order of the crowd joins.
    Place,
    /// Orders of the crowd leave.
    Cancel,
    /// A taker of the crowd trades with orders of the crowd.
    Trade,
}

/// One deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Op {
    pub(super) deed: Deed,
    pub(super) side: Side,
    pub(super) price: Price,
    pub(super) tick: Tick,
    pub(super) quantity: Quantity,
}

/// A captured market, made ready for replay. It does not change any more: many runs share one.
///
/// Within one exchange event removals come first and additions after them, each in the order of
/// the recording, so that the book is not crossed on the way even when the recorded messages are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    market: Arc<CapturedMarket>,
    levels: PriceLevelStructure,
    ops: Vec<Op>,
    /// By exchange event: when it is due, and where its deeds end.
    moments: Vec<(SimTime, usize)>,
    volume: VolumeExplained,
}

impl Recording {
    /// Tells the trades of a captured market from its cancels.
    ///
    /// # Errors
    /// When a recorded price is not on the grid of `levels`.
    pub fn new(
        market: Arc<CapturedMarket>,
        levels: &PriceLevelStructure,
    ) -> Result<Self, CaptureError> {
        market.check_levels(levels)?;
        let (trades, volume) = volume::find_trades(&market);
        let mut trades = trades.into_iter().peekable();
        let mut ops = Vec::with_capacity(market.delta_count());
        let mut moments = Vec::with_capacity(market.moment_count());
        for (index, moment) in market.moments().enumerate() {
            let mut makers = [None, None];
            while let Some((_, side)) = trades.next_if(|(of, _)| *of == index) {
                makers[usize::from(side == Side::Ask)] = Some(side);
            }
            push_ops(&moment, makers, levels, &mut ops);
            moments.push((market.sim_time(moment.at), ops.len()));
        }
        Ok(Self { market, levels: levels.clone(), ops, moments, volume })
    }

    /// The market that the recording was made from.
    #[must_use]
    pub const fn market(&self) -> &Arc<CapturedMarket> {
        &self.market
    }

    /// How well the trades explain the volume that the ticker reports.
    #[must_use]
    pub const fn volume(&self) -> &VolumeExplained {
        &self.volume
    }

    /// Contracts that the crowd trades with itself in one exchange event, by side of the makers.
    ///
    /// # Panics
    /// When there is no such exchange event.
    #[must_use]
    pub fn traded(&self, moment: usize, makers: Side) -> Quantity {
        let start = moment.checked_sub(1).map_or(0, |before| self.moments[before].1);
        let ops = &self.ops[start..self.moments[moment].1];
        let trades = ops.iter().filter(|op| op.deed == Deed::Trade && op.side == makers);
        trades.map(|op| op.quantity).sum()
    }

    /// Contracts of all orders that the crowd places.
    #[must_use]
    pub fn placed(&self) -> Quantity {
        let orders = self.ops.iter().filter(|op| op.deed == Deed::Place);
        let hundredths = orders.fold(0_u64, |sum, op| sum.saturating_add(op.quantity.hundredths()));
        Quantity::of_size(hundredths)
    }

    /// The prices that it is replayed at.
    pub(super) const fn levels(&self) -> &PriceLevelStructure {
        &self.levels
    }

    pub(super) fn op(&self, index: usize) -> &Op {
        &self.ops[index]
    }

    /// When an exchange event is due, and where its deeds end; none after the last.
    pub(super) fn moment(&self, index: usize) -> Option<(SimTime, usize)> {
        self.moments.get(index).copied()
    }
}

fn push_ops(
    moment: &Moment<'_>,
    makers: [Option<Side>; 2],
    levels: &PriceLevelStructure,
    ops: &mut Vec<Op>,
) {
    let start = ops.len();
    let op = |deed, side, price, quantity| {
        let tick = levels.tick_of(price).expect("Invariant: every price was checked");
        Op { deed, side, price, tick, quantity }
    };
    for change in moment.changes {
        let Movement::Removed(quantity) = change.movement else { continue };
        let (side, price) = (change.side, change.price);
        if !makers.contains(&Some(side)) {
            ops.push(op(Deed::Cancel, side, price, quantity));
            continue;
        }
        // The fills of one taker at one level are one order of the crowd's taker.
        let same =
            |last: &&mut Op| (last.deed, last.side, last.price) == (Deed::Trade, side, price);
        match ops[start..].last_mut().filter(same) {
            Some(last) => last.quantity += quantity,
            None => ops.push(op(Deed::Trade, side, price, quantity)),
        }
    }
    for change in moment.changes {
        if let Movement::Added(quantity) = change.movement {
            ops.push(op(Deed::Place, change.side, change.price, quantity));
        }
    }
}
