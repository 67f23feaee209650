//! Which mutant is alive. This file becomes part of the scratch copy of fillgap.
//!
//! A body with mutants asks here which of its versions it is. What is worked out while compiling is
//! never a mutant.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// More than there are functions with mutants.
const FUNCTIONS_MAX: usize = 4_096;

static SWITCH: OnceLock<Switch> = OnceLock::new();
static REACHED: [AtomicBool; FUNCTIONS_MAX] = [const { AtomicBool::new(false) }; FUNCTIONS_MAX];

struct Switch {
    alive: u32,
    /// Where the numbers of the functions go that are called, each once.
    reached: Option<File>,
}

/// The number of the mutant that is alive, or zero.
pub const fn alive(function: usize) -> u32 {
    std::intrinsics::const_eval_select((function,), while_compiling, while_running)
}

const fn while_compiling(_function: usize) -> u32 {
    0
}

#[inline]
fn while_running(function: usize) -> u32 {
    let switch = SWITCH.get_or_init(read);
    if let Some(file) = &switch.reached
        && !REACHED[function].swap(true, Ordering::Relaxed)
    {
        let mut file = file;
        file.write_all(format!("{function}\n").as_bytes()).expect("the file can be written");
    }
    switch.alive
}

fn read() -> Switch {
    let number = std::env::var("MUTATION_ALIVE").ok();
    let path = std::env::var("MUTATION_REACHED").ok();
    Switch {
        alive: number.map_or(0, |number| number.parse().expect("the number of a mutant")),
        reached: path.map(|path| {
            let file = OpenOptions::new().create(true).append(true).open(path);
            file.expect("the file can be opened")
        }),
    }
}
