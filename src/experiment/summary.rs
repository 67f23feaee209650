//! Many seeds in one number: statistics of an engine's rows, in exact decimals.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::experiment::Row;
use crate::measure::{COLUMNS, Value};

/// Whether an engine's name is that of the floor: `oracle`, in any case. It is told every fill at
/// once, so its gap between belief and truth is zero, and no engine can have less of that. In every
/// other measure an engine can do better: the floor's loop, orders and books are those of a bot.
#[must_use]
pub fn is_floor(engine: &str) -> bool {
    engine.eq_ignore_ascii_case("oracle")
}

/// Decimals of a mean: as many as the finest column has.
const MEAN_PLACES: u32 = 15;

/// What one measure was over several seeds. All are absent when no seed had a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistic {
    /// The mean over the seeds that had a value [the column's unit], rounded half to even at the
    /// fifteenth decimal.
    pub mean: Option<Decimal>,
    /// The lowest value.
    pub lowest: Option<Decimal>,
    /// The highest value.
    pub highest: Option<Decimal>,
}

impl Statistic {
    fn of(values: &[Decimal]) -> Self {
        Self {
            mean: mean(values),
            lowest: values.iter().min().copied(),
            highest: values.iter().max().copied(),
        }
    }
}

/// One engine over all its seeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The engine.
    pub engine: String,
    /// How many seeds.
    pub seeds: usize,
    statistics: Vec<Statistic>,
}

impl Summary {
    /// The statistic of a column of [`COLUMNS`], by its index there.
    #[must_use]
    pub fn column(&self, index: usize) -> Statistic {
        self.statistics[index]
    }
}

/// One summary for each engine, in the order in which the engines first appear.
#[must_use]
pub fn summarise(rows: &[Row]) -> Vec<Summary> {
    let summary = |engine: &str| {
        let rows: Vec<&Row> = rows.iter().filter(|row| row.cell.engine == engine).collect();
        let statistic = |index| {
            let values: Vec<Decimal> = rows.iter().filter_map(|row| number(row, index)).collect();
            Statistic::of(&values)
        };
        let statistics = (0..COLUMNS.len()).map(statistic).collect();
        Summary { engine: engine.to_owned(), seeds: rows.len(), statistics }
    };
    engines(rows).into_iter().map(summary).collect()
}

/// For every engine but the floor: its rows minus the floor's row of the same seed, below zero where
/// the engine has less than the floor. Empty without rows of the floor; of several floors the first
/// counts.
///
/// Seeds that only one of the two has, because the other's run failed, are left out.
#[must_use]
pub fn excess_over_floor(rows: &[Row]) -> Vec<Summary> {
    let of_engine = |engine: &str| -> Vec<&Row> {
        rows.iter().filter(|row| row.cell.engine == engine).collect()
    };
    let floor = engines(rows).into_iter().find(|engine| is_floor(engine)).unwrap_or_default();
    let floor: BTreeMap<u64, &Row> =
        of_engine(floor).into_iter().map(|row| (row.cell.seed, row)).collect();
    let excess = |engine: &str| {
        let rows = of_engine(engine).into_iter();
        let pairs: Vec<(&Row, &Row)> =
            rows.filter_map(|row| Some((row, *floor.get(&row.cell.seed)?))).collect();
        let statistic = |index| {
            let difference =
                |pair: &(&Row, &Row)| Some(number(pair.0, index)? - number(pair.1, index)?);
            Statistic::of(&pairs.iter().filter_map(difference).collect::<Vec<_>>())
        };
        let statistics = (0..COLUMNS.len()).map(statistic).collect();
        Summary { engine: engine.to_owned(), seeds: pairs.len(), statistics }
    };
    let others = engines(rows).into_iter().filter(|engine| !is_floor(engine));
    if floor.is_empty() { Vec::new() } else { others.map(excess).collect() }
}

/// The engines, in the order in which they first appear.
fn engines(rows: &[Row]) -> Vec<&str> {
    let mut engines: Vec<&str> = Vec::new();
    for row in rows {
        if !engines.contains(&row.cell.engine.as_str()) {
            engines.push(&row.cell.engine);
        }
    }
    engines
}

/// A measure as a number.
fn number(row: &Row, column: usize) -> Option<Decimal> {
    match COLUMNS[column].value(&row.measures)? {
        Value::Count(count) => Some(Decimal::from(count)),
        Value::Decimal(decimal) => Some(decimal),
        Value::Text(_) => None,
    }
}

fn mean(values: &[Decimal]) -> Option<Decimal> {
    if values.is_empty() {
        return None;
    }
    let total: Decimal = values.iter().sum();
    let mean = total / Decimal::from(values.len());
    let strategy = RoundingStrategy::MidpointNearestEven;
    Some(mean.round_dp_with_strategy(MEAN_PLACES, strategy).normalize())
}
