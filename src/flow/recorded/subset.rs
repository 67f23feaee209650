//! Which of some amounts add up to a target.

use std::collections::BTreeMap;

/// Sums that are kept at most. Real intervals need a few hundred; the bound keeps a crowded one
/// from taking seconds.
const SUMS_MAX: usize = 1 << 16;

/// Chooses amounts whose sum comes as near to `target` as possible without passing it; of several
/// ways, one that needs the fewest of the first amounts, so put the likeliest first.
///
/// The answer has one entry per amount. With more than 65,536 different sums on the way the search
/// goes on with those that it has.
pub(super) fn choose(amounts: &[u64], target: u64) -> Vec<bool> {
    // Each sum that can be reached, with the last amount on the way to it and the sum before.
    let mut reached: BTreeMap<u64, (usize, u64)> = BTreeMap::new();
    let mut fresh = Vec::new();
    for (index, &amount) in amounts.iter().enumerate() {
        if amount == 0 || amount > target || reached.contains_key(&target) {
            continue;
        }
        fresh.clear();
        fresh.push(0);
        fresh.extend(reached.range(..=target - amount).map(|(sum, _)| *sum));
        for &sum in &fresh {
            if reached.len() < SUMS_MAX {
                reached.entry(sum + amount).or_insert((index, sum));
            }
        }
    }
    let mut chosen = vec![false; amounts.len()];
    let mut sum = reached.last_key_value().map_or(0, |(sum, _)| *sum);
    while let Some((index, before)) = reached.get(&sum) {
        chosen[*index] = true;
        sum = *before;
    }
    chosen
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sum(amounts: &[u64], chosen: &[bool]) -> u64 {
        amounts.iter().zip(chosen).filter(|(_, taken)| **taken).map(|(amount, _)| amount).sum()
    }

    #[test]
    fn the_first_amounts_are_preferred() {
        // 5 = 5 = 3 + 2 = 4 + 1; the prefix that first reaches 5 is [3, 2].
        assert_eq!(choose(&[3, 2, 5, 4, 1], 5), [true, true, false, false, false]);
        assert_eq!(choose(&[5, 3, 2], 5), [true, false, false]);
    }

    #[test]
    fn nothing_is_chosen_for_nothing() {
        assert_eq!(choose(&[3, 0], 0), [false, false]);
        assert!(choose(&[], 7).is_empty());
    }

    proptest! {
        /// The oracle tries every subset.
        #[test]
        fn no_subset_comes_nearer(
            amounts in prop::collection::vec(0_u64..40, 0..10),
            target in 0_u64..200,
        ) {
            let nearest = (0_u32..1 << amounts.len())
                .map(|set| {
                    let taken: Vec<_> = (0..amounts.len()).map(|at| set >> at & 1 == 1).collect();
                    sum(&amounts, &taken)
                })
                .filter(|total| *total <= target)
                .max();
            prop_assert_eq!(Some(sum(&amounts, &choose(&amounts, target))), nearest);
        }
    }
}
