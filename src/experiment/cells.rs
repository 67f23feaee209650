//! Which runs: seeds times engines.

use thiserror::Error;

use crate::experiment::Cell;

/// The runs that a person asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The first seed; absent: the scenario's.
    pub first_seed: Option<u64>,
    /// How many seeds, counting up from the first; absent: one.
    pub seeds: Option<u32>,
    /// Names of engines; empty: all of the scenario.
    pub engines: Vec<String>,
}

/// What can be wrong with a choice of runs.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CellsError {
    /// The scenario has no such engine.
    #[error("--engines: found `{found}`, allowed are {}", listed(.allowed))]
    UnknownEngine {
        /// The name as it was found.
        found: String,
        /// The scenario's engines.
        allowed: Vec<String>,
    },
    /// There are fewer seeds from the first one on.
    #[error("--seeds: found {seeds} seeds from {first}, allowed are seeds up to {}", u64::MAX)]
    SeedsEnd {
        /// How many were asked for.
        seeds: u32,
        /// The first one.
        first: u64,
    },
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

impl Choice {
    /// The runs: by seed, then in the order in which the scenario lists its engines, whatever the
    /// order of the chosen names.
    ///
    /// # Errors
    /// When a name is no engine of the scenario, or the seeds go beyond the largest one.
    pub fn cells(&self, engines: &[String], seed: u64) -> Result<Vec<Cell>, CellsError> {
        if let Some(found) = self.engines.iter().find(|name| !engines.contains(name)) {
            let (found, allowed) = (found.clone(), engines.to_vec());
            return Err(CellsError::UnknownEngine { found, allowed });
        }
        let first = self.first_seed.unwrap_or(seed);
        let seeds = self.seeds.unwrap_or(1);
        let last = u64::from(seeds).checked_sub(1).and_then(|more| first.checked_add(more));
        let last = last.ok_or(CellsError::SeedsEnd { seeds, first })?;
        let chosen = |name: &&String| self.engines.is_empty() || self.engines.contains(name);
        let of_seed = |seed| {
            let names = engines.iter().filter(chosen);
            names.map(move |engine| Cell { seed, engine: engine.clone() })
        };
        Ok((first..=last).flat_map(of_seed).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engines() -> Vec<String> {
        ["immediate", "wait", "oracle"].map(str::to_owned).to_vec()
    }

    fn shown(choice: &Choice) -> Vec<String> {
        let cells = choice.cells(&engines(), 7).unwrap();
        cells.iter().map(|cell| format!("{}{}", cell.seed, &cell.engine[..1])).collect()
    }

    #[test]
    fn nothing_chosen_is_every_engine_at_the_scenario_s_seed() {
        assert_eq!(shown(&Choice::default()), ["7i", "7w", "7o"]);
    }

    #[test]
    fn cells_go_by_seed_and_then_by_the_order_of_the_file() {
        let engines = ["oracle", "immediate", "oracle"].map(str::to_owned).to_vec();
        let choice = Choice { first_seed: Some(1), seeds: Some(2), engines };
        assert_eq!(shown(&choice), ["1i", "1o", "2i", "2o"]);
    }

    #[test]
    fn an_unknown_engine_is_told_with_those_that_exist() {
        let choice = Choice { engines: vec!["wiat".to_owned()], ..Choice::default() };
        let error = choice.cells(&engines(), 7).unwrap_err();
        assert_eq!(
            error.to_string(),
            "--engines: found `wiat`, allowed are `immediate`, `wait`, `oracle`"
        );
    }

    #[test]
    fn the_largest_seed_is_reached_and_not_passed() {
        let last = Choice { first_seed: Some(u64::MAX), seeds: Some(1), ..Choice::default() };
        assert_eq!(last.cells(&engines(), 7).unwrap().len(), 3);
        let beyond = Choice { seeds: Some(2), ..last };
        assert_eq!(
            beyond.cells(&engines(), 7).unwrap_err().to_string(),
            "--seeds: found 2 seeds from 18446744073709551615, \
             allowed are seeds up to 18446744073709551615"
        );
    }
}
