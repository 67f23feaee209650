//! The ids that were used.

use std::collections::BTreeMap;

/// Whether an id is used for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Newness {
    New,
    Used,
}

impl Newness {
    /// What it means that a set took an id in, or had it already.
    pub(super) fn of(was_taken: bool) -> Self {
        if was_taken { Self::New } else { Self::Used }
    }
}

/// A set of ids. Ids that are counted up take one entry.
#[derive(Clone, Debug, Default)]
pub(super) struct UsedIds {
    /// Runs of ids, first to last, that do not touch.
    runs: BTreeMap<u64, u64>,
}

impl UsedIds {
    /// Takes an id in. Returns whether it was not in before.
    pub(super) fn insert(&mut self, id: u64) -> bool {
        let (mut first, mut last) = (id, id);
        if let Some((before, end)) = self.runs.range_mut(..=id).next_back() {
            if *end >= id {
                return false;
            }
            if *end + 1 == id {
                *end = id;
                first = *before;
            }
        }
        if let Some(end) = id.checked_add(1).and_then(|next| self.runs.remove(&next)) {
            last = end;
        }
        if first == id || last > id {
            self.runs.insert(first, last);
        }
        true
    }

    /// Takes an id out, if it is in.
    pub(super) fn remove(&mut self, id: u64) {
        let run = self.runs.range(..=id).next_back().filter(|(_, last)| **last >= id);
        let Some((first, last)) = run.map(|(first, last)| (*first, *last)) else { return };
        self.runs.remove(&first);
        if first < id {
            self.runs.insert(first, id - 1);
        }
        if id < last {
            self.runs.insert(id + 1, last);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_runs_hold_the_same_ids_as_a_plain_set(
            ids in prop::collection::vec(
                (prop_oneof![0_u64..24, (u64::MAX - 12)..=u64::MAX], prop::bool::weighted(0.2)),
                0..60
            )
        ) {
            let (mut used, mut plain) = (UsedIds::default(), BTreeSet::new());
            for (id, goes) in ids {
                if goes {
                    used.remove(id);
                    plain.remove(&id);
                } else {
                    prop_assert_eq!(used.insert(id), plain.insert(id), "{}", id);
                }
            }
        }
    }

    #[test]
    fn counted_ids_take_one_run_in_whatever_order_they_come() {
        let mut used = UsedIds::default();
        for id in (0..100).step_by(2).chain((1..100).step_by(2)) {
            assert!(used.insert(id));
        }
        assert_eq!(used.runs.len(), 1);
    }
}
