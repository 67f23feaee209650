//! The list of all keys that a scenario may have.

use std::cell::RefCell;
use std::fmt;

/// A key that a scenario may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its path; `[]` stands for an item of an array.
    pub path: String,
    /// The kinds of the sections around it that have it, such as `kind = "scripted"`; empty when
    /// all have it.
    pub when: String,
    /// What it takes, with unit and range.
    pub allowed: String,
    /// Whether it must be there.
    pub presence: Presence,
    /// What it means.
    pub about: &'static str,
}

/// Whether a key must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It must be.
    Required,
    /// It may be left out, and then there is none.
    Optional,
    /// It may be left out, and then has this value, in TOML.
    Default(String),
}

impl fmt::Display for Presence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Required => formatter.pad("required"),
            Self::Optional => formatter.pad("none"),
            Self::Default(value) => formatter.pad(value),
        }
    }
}

/// Collects keys.
#[derive(Debug, Default)]
pub(in crate::scenario) struct Listing {
    keys: RefCell<Vec<Key>>,
}

impl Listing {
    pub(super) fn add(&self, key: Key) {
        self.keys.borrow_mut().push(key);
    }

    /// The keys, in the order in which they were asked for.
    pub(in crate::scenario) fn into_keys(self) -> Vec<Key> {
        self.keys.into_inner()
    }
}
