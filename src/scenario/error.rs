//! What can be wrong with a scenario, and how it is said.

use std::cell::RefCell;
use std::fmt;

use thiserror::Error;

use crate::scenario::Place;

/// One mistake in a scenario: where, which key, what was found, what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Error)]
#[error("{place}: {}{fault}", Prefix(.key))]
pub struct ScenarioError {
    /// Where the mistake is.
    pub place: Place,
    /// The path of the key, such as `bot.entry.timeout_s`; empty for the file as a whole.
    pub key: String,
    /// What is wrong.
    pub fault: Fault,
}

impl ScenarioError {
    /// Whether both say that there is no such key, of the same kind of section at the same place.
    fn is_same_unknown_key(&self, other: &Self) -> bool {
        let same = (&self.place, &self.key) == (&other.place, &other.key);
        match (&self.fault, &other.fault) {
            (Fault::Unknown { kind: one, .. }, Fault::Unknown { kind: another, .. }) => {
                same && one == another
            }
            _ => false,
        }
    }
}

/// A key path followed by `: `, or nothing.
struct Prefix<'k>(&'k str);

impl fmt::Display for Prefix<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(formatter, "{}: ", self.0) }
    }
}

/// What is wrong at a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Error)]
pub enum Fault {
    /// The value is not one that the key takes, or contradicts another value.
    #[error("found {found}, allowed {allowed}")]
    Wrong {
        /// The value as it was found.
        found: String,
        /// What the key takes, starting with `is` or `are`.
        allowed: String,
    },
    /// A key that has to be there is not.
    #[error("found nothing, allowed {allowed}")]
    Missing {
        /// What the key takes, starting with `is` or `are`.
        allowed: String,
    },
    /// The section has no such key.
    #[error("{}, allowed {}{}", unknown(.kind.as_deref()), listed(.allowed), suggestion(.nearest.as_deref()))]
    Unknown {
        /// The section's `kind`, if it has one: another kind may have the key.
        kind: Option<String>,
        /// The keys of the section.
        allowed: Vec<String>,
        /// The known key that the found one is probably meant to be.
        nearest: Option<String>,
    },
    /// The text is not TOML.
    #[error("found no valid TOML: {message}")]
    Syntax {
        /// What the TOML reader says.
        message: String,
    },
    /// A file can not be read.
    #[error("found no readable file ({reason}), allowed is {allowed}")]
    Unreadable {
        /// Why it can not be read.
        reason: String,
        /// What kind of file is asked for.
        allowed: &'static str,
    },
    /// A file that the scenario names has a mistake of its own.
    #[error("{message}")]
    Inner {
        /// The whole message of that file's reader, with its own place.
        message: String,
    },
}

/// `` is `a` ``, `` are `a`, `b` ``, or `is none`.
pub(super) fn listed<T: fmt::Display>(words: &[T]) -> String {
    let verb = if words.len() > 1 { "are" } else { "is" };
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    if words.is_empty() { "is none".to_owned() } else { format!("{verb} {}", words.join(", ")) }
}

fn unknown(kind: Option<&str>) -> String {
    match kind {
        Some(kind) => format!("found a key that kind `{kind}` does not have"),
        None => "found an unknown key".to_owned(),
    }
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map(|key| format!("; did you mean `{key}`?")).unwrap_or_default()
}

/// The candidate that a misspelt word is probably meant to be: the most similar one, if it is
/// similar enough to be a slip.
pub(super) fn nearest<'w>(
    word: &str,
    candidates: impl IntoIterator<Item = &'w str>,
) -> Option<&'w str> {
    let distance = |candidate: &str| strsim::damerau_levenshtein(word, candidate);
    candidates
        .into_iter()
        .map(|candidate| (distance(candidate), candidate))
        .filter(|(edits, candidate)| *edits <= 1 + candidate.len() / 4)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

impl Fault {
    /// A value that the key does not take.
    pub(super) fn wrong(found: impl Into<String>, allowed: impl Into<String>) -> Self {
        Self::Wrong { found: found.into(), allowed: allowed.into() }
    }

    /// A word that is not one of a list.
    pub(super) fn not_among(word: &str, words: &[&str]) -> Self {
        let hint = suggestion(nearest(word, words.iter().copied()));
        Self::wrong(format!("`{word}`"), listed(words) + &hint)
    }
}

/// All mistakes of a scenario, in the order of their places. Shown one a line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ScenarioErrors(Vec<ScenarioError>);

impl ScenarioErrors {
    /// The mistakes, by place; never empty.
    #[must_use]
    pub fn errors(&self) -> &[ScenarioError] {
        &self.0
    }
}

impl From<ScenarioError> for ScenarioErrors {
    fn from(error: ScenarioError) -> Self {
        Self(vec![error])
    }
}

/// Stands for a value that could not be read. Only a report makes one, so a value is never lost
/// in silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reported(());

/// A value, or the promise that its mistake was reported.
pub(super) type Read<T> = Result<T, Reported>;

/// Collects the mistakes of one scenario.
#[derive(Debug, Default)]
pub(super) struct Problems {
    errors: RefCell<Vec<ScenarioError>>,
}

impl Problems {
    /// Notes a mistake. That a section does not have a key is told once: `[bot]` is read by itself,
    /// and then as a part of each engine, which has more keys.
    pub(super) fn report(&self, place: &Place, key: impl Into<String>, fault: Fault) -> Reported {
        let error = ScenarioError { place: place.clone(), key: key.into(), fault };
        let mut errors = self.errors.borrow_mut();
        if !errors.iter().any(|earlier| earlier.is_same_unknown_key(&error)) {
            errors.push(error);
        }
        Reported(())
    }

    /// Stands for a value that is not there although nothing is wrong with it: a listing of keys
    /// reads nothing, a part of a section need not hold it, or what it depends on was reported.
    pub(super) const fn without_report() -> Reported {
        Reported(())
    }

    /// The value, if no mistake was noted.
    ///
    /// A mistake in a shared section is met once per engine: it is told once.
    pub(super) fn conclude<T>(self, value: Read<T>) -> Result<T, ScenarioErrors> {
        let mut errors = self.errors.into_inner();
        errors.sort();
        errors.dedup();
        match value {
            Ok(value) if errors.is_empty() => Ok(value),
            _ => {
                assert!(!errors.is_empty(), "Invariant: a value is missing only after a report");
                Err(ScenarioErrors(errors))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_slip_is_suggested() {
        let keys = ["timeout_s", "poll_s", "kind"];
        assert_eq!(nearest("timeot_s", keys), Some("timeout_s"));
        assert_eq!(nearest("pol_s", keys), Some("poll_s"));
        assert_eq!(nearest("latency", keys), None);
    }
}
