//! Which price level structure a recording fits.

use crate::market::{PriceLevelLabel, PriceLevelStructure};
use crate::units::Price;

/// The structure with the fewest ticks that has all prices; of equals the first label.
///
/// # Panics
/// Never: a reader admits only prices strictly between 0 and 1 dollar, and one label has all.
pub(super) fn coarsest(prices: &(impl Iterator<Item = Price> + Clone)) -> PriceLevelStructure {
    PriceLevelLabel::ALL
        .iter()
        .map(|label| PriceLevelStructure::of_label(*label))
        .filter(|levels| prices.clone().all(|price| levels.tick_of(price).is_some()))
        .min_by_key(PriceLevelStructure::tick_count)
        .expect("Invariant: `center_centi_edge_centi_cent` has every price")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coarsest_grid_that_has_every_price_is_chosen() {
        for (prices, label) in [
            (vec![], PriceLevelLabel::LinearCent),
            (vec!["0.01", "0.5", "0.99"], PriceLevelLabel::LinearCent),
            (vec!["0.095", "0.5"], PriceLevelLabel::CenterWholeEdgeHalfCent),
            (vec!["0.095", "0.505"], PriceLevelLabel::CenterHalfEdgeHalfCent),
            (vec!["0.011", "0.5", "0.997"], PriceLevelLabel::TaperedDeciCent),
            (vec!["0.011", "0.502"], PriceLevelLabel::CenterQuintEdgeDeciCent),
            (vec!["0.011", "0.501"], PriceLevelLabel::DeciCent),
            (vec!["0.0101", "0.501"], PriceLevelLabel::CenterCentiEdgeCentiCent),
        ] {
            let prices: Vec<Price> = prices.iter().map(|price| price.parse().unwrap()).collect();
            let found = coarsest(&prices.iter().copied());
            assert_eq!(found.ranges(), label.ranges(), "{prices:?} {label}");
        }
    }
}
