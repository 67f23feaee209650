//! Reads sections key by key: checks each value, remembers which keys exist, fills in defaults.
//!
//! One description of a section serves three purposes: reading a file, listing all keys that a
//! file may have (`Scenario::keys`), and writing the resolved scenario. A decoding function first
//! asks for all of its keys and only then looks at the answers, so that every mistake is reported
//! and every key listed.

mod key;
mod kind;
mod measure;
mod resolved;
mod section;
mod sections;

pub(super) use key::Listing;
pub use key::{Key, Presence};
pub(super) use kind::{ENGINE_NAME, Kind, NAME, Number, OrNone, Text, Whole, Word, Words};
pub(super) use measure::{
    Exact, Measure, contracts, decimal, dollars, factor, instant, milliseconds, position, price,
    price_edge, ratio, seconds,
};
pub(super) use resolved::quoted;
pub(super) use section::Section;
