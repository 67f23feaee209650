//! The client order ids that an account has used.

use std::collections::BTreeMap;

use crate::units::ClientOrderId;

/// A set of ids that hardly ever shrinks. Counted ids, the usual case, cost one comparison and no memory;
/// ids in any order cost a step in a map.
#[derive(Clone, Debug, Default)]
pub(super) struct UsedClientOrders {
    /// Runs of used ids that do not touch, first to last.
    runs: BTreeMap<u64, u64>,
    /// The run that grew last. It is in `runs`, too, with a last id that may be behind.
    recent: Option<Run>,
}

#[derive(Clone, Copy, Debug)]
struct Run {
    first: u64,
    last: u64,
    /// The first id of the next run, if there is one.
    barrier: Option<u64>,
}

impl UsedClientOrders {
    /// Whether an id was used.
    pub(super) fn contains(&self, id: ClientOrderId) -> bool {
        let id = id.number();
        if let Some(run) = self.recent
            && id >= run.first
            && run.barrier.is_none_or(|barrier| id < barrier)
        {
            return id <= run.last;
        }
        self.runs.range(..=id).next_back().is_some_and(|(_, last)| id <= *last)
    }

    /// Whether no id was used yet.
    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Notes that an id is used; it may be used already.
    pub(super) fn insert(&mut self, id: ClientOrderId) {
        if self.contains(id) {
            return;
        }
        let id = id.number();
        if let Some(run) = &mut self.recent
            && run.last.checked_add(1) == Some(id)
            && id.checked_add(1) != run.barrier
        {
            run.last = id;
            return;
        }
        self.start_or_join(id);
    }

    /// Forgets that an id was used; it may never have been.
    pub(super) fn remove(&mut self, id: ClientOrderId) {
        if !self.contains(id) {
            return;
        }
        let id = id.number();
        if let Some(run) = self.recent.take() {
            self.runs.insert(run.first, run.last);
        }
        let (first, last) = self.runs.range(..=id).next_back().expect("Invariant: it is in a run");
        let (first, last) = (*first, *last);
        self.runs.remove(&first);
        if first < id {
            self.runs.insert(first, id - 1);
        }
        if id < last {
            self.runs.insert(id + 1, last);
        }
    }

    /// Adds an id that is not used to the runs that it touches.
    fn start_or_join(&mut self, id: u64) {
        if let Some(run) = self.recent.take() {
            self.runs.insert(run.first, run.last);
        }
        let (mut first, mut last) = (id, id);
        if let Some((before, before_last)) = self.runs.range(..id).next_back()
            && before_last.checked_add(1) == Some(id)
        {
            first = *before;
        }
        if let Some(after) = id.checked_add(1)
            && let Some(after_last) = self.runs.remove(&after)
        {
            last = after_last;
        }
        self.runs.insert(first, last);
        let barrier = self.runs.range(id..).map(|(next, _)| *next).find(|next| *next > first);
        self.recent = Some(Run { first, last, barrier });
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
            steps in prop::collection::vec(
                (prop_oneof![0_u64..24, (u64::MAX - 12)..=u64::MAX], prop::bool::weighted(0.3)),
                0..60
            )
        ) {
            let mut used = UsedClientOrders::default();
            let mut plain = BTreeSet::new();
            for (id, is_freed) in steps {
                let client_order = ClientOrderId::new(id);
                if is_freed {
                    used.remove(client_order);
                    plain.remove(&id);
                } else {
                    used.insert(client_order);
                    plain.insert(id);
                }
                prop_assert_eq!(used.is_empty(), plain.is_empty(), "after {}", id);
                for near in (0..26).chain((u64::MAX - 14)..=u64::MAX) {
                    prop_assert_eq!(used.contains(ClientOrderId::new(near)), plain.contains(&near));
                }
            }
        }
    }

    #[test]
    fn a_run_that_grows_up_to_the_next_becomes_one_with_it() {
        let mut used = UsedClientOrders::default();
        assert!(used.is_empty());
        for (id, runs) in [(5, 1), (1, 2), (2, 2), (3, 2), (4, 1), (6, 1)] {
            used.insert(ClientOrderId::new(id));
            assert_eq!(used.runs.len(), runs, "after {id}");
            assert!(!used.is_empty());
        }
    }

    #[test]
    fn an_id_that_is_freed_leaves_its_run_in_two() {
        let mut used = UsedClientOrders::default();
        (1..=5).map(ClientOrderId::new).for_each(|id| used.insert(id));
        for (freed, left) in [
            (3, &[1, 2, 4, 5][..]),
            (1, &[2, 4, 5]),
            (5, &[2, 4]),
            (2, &[4]),
            (2, &[4]),
            (9, &[4]),
            (4, &[]),
        ] {
            used.remove(ClientOrderId::new(freed));
            let is_used = |id: &u64| used.contains(ClientOrderId::new(*id));
            assert_eq!((0..10).filter(is_used).collect::<Vec<_>>(), left, "after {freed}");
            assert_eq!(used.is_empty(), left.is_empty(), "after {freed}");
        }
    }

    #[test]
    fn counted_ids_take_one_run_whatever_their_number() {
        let mut used = UsedClientOrders::default();
        (0..10_000).map(ClientOrderId::new).for_each(|id| used.insert(id));
        assert_eq!(used.runs.len(), 1);
        assert!(used.contains(ClientOrderId::new(9_999)));
        assert!(!used.contains(ClientOrderId::new(10_000)));
    }
}
