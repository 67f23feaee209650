//! How much a run may use before it is stopped.

use crate::protocol::record::RunEnd;

/// Bounds of one run. Reaching one ends the run with its name; nothing hangs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Things that the world may do.
    pub steps: u64,
    /// Messages that may be on their way at once.
    pub in_flight: usize,
}

impl Default for Budget {
    /// Room for the longest recording many times over.
    fn default() -> Self {
        Self { steps: 1_000_000_000, in_flight: 1_000_000 }
    }
}

impl Budget {
    /// Which bound is reached, if one is.
    pub(super) fn exhausted(&self, steps: u64, in_flight: usize) -> Option<RunEnd> {
        if steps >= self.steps {
            Some(RunEnd::EventBudget)
        } else if in_flight > self.in_flight {
            Some(RunEnd::QueueBudget)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_ends_the_run_by_its_name() {
        let budget = Budget { steps: 10, in_flight: 2 };
        for (steps, in_flight, end) in [
            (9, 2, None),
            (10, 2, Some(RunEnd::EventBudget)),
            (9, 3, Some(RunEnd::QueueBudget)),
            (10, 3, Some(RunEnd::EventBudget)),
        ] {
            assert_eq!(
                budget.exhausted(steps, in_flight),
                end,
                "{steps} steps, {in_flight} in flight"
            );
        }
    }
}
