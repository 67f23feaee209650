//! Which of some amounts add up to a target.

/// Sums that are kept at most. Most intervals need a few hundred; the bound keeps a crowded one
/// from taking seconds.
const SUMS_MAX: usize = 1 << 16;

/// A sum that can be reached, with the last amount on the way to it and the sum before.
#[derive(Clone, Copy)]
struct Reached {
    sum: u64,
    index: usize,
    before: u64,
}

/// Chooses amounts whose sum comes as near to `target` as possible without passing it; of several
/// ways, one that needs the fewest of the first amounts, so put the likeliest first.
///
/// The answer has one entry per amount. Where there are more than 65,536 sums on the way the search
/// is not complete: then the likeliest amounts are taken as they are and the others searched.
pub(super) fn choose(amounts: &[u64], target: u64) -> Vec<bool> {
    let mut best = Found { taken: 0, reached: Vec::new(), sum: 0 };
    for taken in prefixes(amounts, target) {
        let before: u64 = amounts[..taken].iter().sum();
        let (reached, complete) = reach(&amounts[taken..], target - before);
        let sum = before + reached.last().map_or(0, |nearest| nearest.sum);
        if sum > best.sum {
            best = Found { taken, reached, sum };
        }
        if best.sum == target || complete {
            break;
        }
    }
    let mut chosen = vec![false; amounts.len()];
    chosen[..best.taken].fill(true);
    let mut step = best.reached.last().copied();
    while let Some(Reached { index, before, .. }) = step {
        chosen[best.taken + index] = true;
        step = find(&best.reached, before);
    }
    chosen
}

/// A prefix that is taken whole, and the sums of what follows it.
struct Found {
    taken: usize,
    reached: Vec<Reached>,
    sum: u64,
}

/// How many of the first amounts to take as they are: none, then from as many as fit downwards.
fn prefixes(amounts: &[u64], target: u64) -> impl Iterator<Item = usize> {
    const STEP: usize = 8;
    let mut sum = 0;
    let fits = amounts.iter().take_while(|amount| {
        sum += **amount;
        sum <= target
    });
    std::iter::once(0).chain((1..=fits.count()).rev().step_by(STEP))
}

/// The sums of amounts up to a target, in their order, and whether they are all of them.
fn reach(amounts: &[u64], target: u64) -> (Vec<Reached>, bool) {
    let mut reached: Vec<Reached> = Vec::new();
    let mut complete = true;
    for (index, &amount) in amounts.iter().enumerate() {
        if reached.last().is_some_and(|nearest| nearest.sum == target) {
            break;
        }
        if amount == 0 || amount > target {
            continue;
        }
        if reached.len() < SUMS_MAX {
            reached = merge(&reached, index, amount, target);
            continue;
        }
        complete = false;
        if amount == target || find(&reached, target - amount).is_some() {
            reached.push(Reached { sum: target, index, before: target - amount });
        }
    }
    (reached, complete)
}

fn find(reached: &[Reached], sum: u64) -> Option<Reached> {
    reached.binary_search_by_key(&sum, |each| each.sum).ok().map(|place| reached[place])
}

/// The sums with and without one more amount. A sum that was reached before keeps its way.
fn merge(reached: &[Reached], index: usize, amount: u64, target: u64) -> Vec<Reached> {
    let mut old = reached.iter().copied().peekable();
    let mut merged = Vec::with_capacity(2 * reached.len() + 1);
    let befores = std::iter::once(0).chain(reached.iter().map(|each| each.sum));
    for before in befores.take_while(|before| before + amount <= target) {
        let sum = before + amount;
        while let Some(known) = old.next_if(|known| known.sum < sum) {
            merged.push(known);
        }
        if old.peek().is_none_or(|known| known.sum != sum) {
            merged.push(Reached { sum, index, before });
        }
    }
    merged.extend(old);
    merged
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
