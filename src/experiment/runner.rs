//! Runs on all cores, with results in the order of the cells.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;
use thiserror::Error;

use crate::experiment::Cell;

/// A run that gave no result.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{cell}: {cause}")]
pub struct CellFailure<E> {
    /// Which run.
    pub cell: Cell,
    /// Why.
    pub cause: Cause<E>,
}

/// Why a run gave no result.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Cause<E> {
    /// The run ended in an error.
    #[error("{0}")]
    Run(E),
    /// The program has a bug: the run panicked.
    #[error("this is a bug of the program: {0}")]
    Bug(String),
}

/// Runs every cell, on as many cores as there are, and tells `finished` of each one that is over.
///
/// The results are in the order of the cells, whatever the order in which runs end. A run that
/// fails, or panics, costs no other run its result. A panic may be caught here because runs share
/// nothing that they could leave half changed: each owns its world.
pub fn run_cells<T: Send, E: Send>(
    cells: &[Cell],
    run_one: impl Fn(&Cell) -> Result<T, E> + Sync,
    finished: impl Fn(&Cell) + Sync,
) -> Vec<Result<T, CellFailure<E>>> {
    let run = |cell: &Cell| {
        let result = match catch_unwind(AssertUnwindSafe(|| run_one(cell))) {
            Ok(result) => result.map_err(Cause::Run),
            Err(payload) => Err(Cause::Bug(panic_message(payload.as_ref()))),
        };
        finished(cell);
        result.map_err(|cause| CellFailure { cell: cell.clone(), cause })
    };
    cells.par_iter().map(run).collect()
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without a message").to_owned()
}
