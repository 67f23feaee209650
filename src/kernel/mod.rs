//! Simulated time and everything that makes a run repeatable.
//!
//! A calendar for what will happen, an executor for code that waits, named streams of random
//! numbers, and an event log with a running digest. Nothing here knows of markets or bots.

mod calendar;
mod clock;
mod executor;
mod lock;
mod log;
mod queue;
mod stream;

pub use calendar::{Calendar, Class};
pub use clock::{Clock, Sleep, Until};
pub use executor::{Executor, JoinHandle, Spawner};
pub use lock::{Guard, Lock, Owner, Take};
pub use log::{Digest, EventLog, Hasher, Log, Stamped};
pub use queue::Queue;
pub use stream::{Stream, Streams};
