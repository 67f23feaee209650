//! Which runs: seeds times engines.

use thiserror::Error;

use crate::experiment::Cell;

/// There are fewer seeds from the first one on.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("found {seeds} seeds from {first}, allowed are seeds up to {}", u64::MAX)]
pub struct SeedsError {
    /// How many were asked for.
    seeds: u32,
    /// The first one.
    first: u64,
}

/// The runs of these engines with so many seeds, counting up from the first: by seed, then in the
/// order of the engines.
///
/// # Errors
/// When the seeds go beyond the largest one.
pub fn cells(engines: &[&str], first: u64, seeds: u32) -> Result<Vec<Cell>, SeedsError> {
    let Some(more) = u64::from(seeds).checked_sub(1) else { return Ok(Vec::new()) };
    let last = first.checked_add(more).ok_or(SeedsError { seeds, first })?;
    let of_seed = |seed| engines.iter().map(move |engine| Cell { seed, engine: (*engine).into() });
    Ok((first..=last).flat_map(of_seed).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_go_by_seed_and_then_by_the_order_of_the_engines() {
        let cells = cells(&["wait", "oracle"], 7, 2).unwrap();
        let shown: Vec<String> = cells.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "seed 7, engine wait",
                "seed 7, engine oracle",
                "seed 8, engine wait",
                "seed 8, engine oracle",
            ]
        );
    }

    #[test]
    fn the_largest_seed_is_reached_and_not_passed() {
        assert_eq!(cells(&["wait"], u64::MAX, 1).unwrap().len(), 1);
        assert_eq!(
            cells(&["wait"], u64::MAX, 2).unwrap_err().to_string(),
            "found 2 seeds from 18446744073709551615, \
             allowed are seeds up to 18446744073709551615"
        );
    }
}
