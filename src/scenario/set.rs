//! Values of the command line that take the place of a scenario's own: `--set key.path=value`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use thiserror::Error;

use crate::scenario::Place;
use crate::scenario::document::{Entry, Node, Value, is_bare, join, kind_key, parse_value};
use crate::scenario::error::{Fault, Problems, Reported, nearest};
use crate::scenario::reader::quoted;

/// A key path with the value that it is set to.
///
/// Sections are named by their keys, items of arrays by their index from 0, engines by their name
/// or index. The value is TOML; what is none is a text if it is a bare word: letters, digits and
/// `_-+./\:~@%`, as they stand. So names and paths need no quotes.
///
/// ```
/// use fillgap::scenario::SetValue;
/// assert!("bot.entry.timeout_s=5".parse::<SetValue>().is_ok());
/// assert!("engine.immediate.entry.kind=oracle".parse::<SetValue>().is_ok());
/// assert!("flow.capture=/data/2026-05-01.jsonl".parse::<SetValue>().is_ok());
/// let error = "bot.entry".parse::<SetValue>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "--set bot.entry: found no `=`, allowed is `key.path=value`"
/// );
/// ```
#[derive(Clone, Debug)]
pub struct SetValue {
    place: Place,
    keys: Vec<String>,
    node: Node,
}

/// What can be wrong with the text of a `--set`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SetError {
    /// There is no `=`.
    #[error("--set {text}: found no `=`, allowed is `key.path=value`")]
    NoValue {
        /// The text as it was given.
        text: String,
    },
    /// The key path is not a list of keys.
    #[error("--set {text}: found key `{found}`, allowed are letters, digits, `_` and `-`")]
    BadKey {
        /// The text as it was given.
        text: String,
        /// The key that is none.
        found: String,
    },
    /// The value begins like TOML and is none.
    #[error(
        "--set {text}: found value `{found}`, allowed is a TOML value or a bare word ({message})"
    )]
    BadValue {
        /// The text as it was given.
        text: String,
        /// The value as it was given.
        found: String,
        /// What the TOML reader says.
        message: String,
    },
    /// The value is neither TOML nor a bare word; a text, perhaps.
    #[error(
        "--set {text}: found value `{found}`, allowed is a TOML value, a bare word of letters, \
         digits and `{BARE_SIGNS}`, or a text in quotes, for a shell: --set {quoted}"
    )]
    NotBare {
        /// The text as it was given.
        text: String,
        /// The value as it was given.
        found: String,
        /// Key and value as a text in TOML's quotes, inside of a shell's.
        quoted: String,
    },
}

/// What a bare word may have besides letters and digits.
const BARE_SIGNS: &str = "_-+./\\:~@%";

impl FromStr for SetValue {
    type Err = SetError;

    fn from_str(text: &str) -> Result<Self, SetError> {
        let no_value = || SetError::NoValue { text: text.to_owned() };
        let (keys, value) = text.split_once('=').ok_or_else(no_value)?;
        let keys: Vec<String> = keys.split('.').map(|key| key.trim().to_owned()).collect();
        if let Some(key) = keys.iter().find(|key| !is_bare(key)) {
            return Err(SetError::BadKey { text: text.to_owned(), found: key.clone() });
        }
        let place = Place::Option { text: Arc::from(format!("--set {text}")) };
        let value = value.trim();
        let path = keys.join(".");
        let node = parse_value(value, &path, &place).or_else(|message| {
            if is_bare_word(value) {
                let (place, path) = (place.clone(), path.clone());
                return Ok(Node { place, path, value: Value::Text(value.to_owned()) });
            }
            let (text, found) = (text.to_owned(), value.to_owned());
            if value.starts_with(['[', '{', '"', '\'']) {
                return Err(SetError::BadValue { text, found, message });
            }
            let quoted = for_shell(&format!("{path}={}", quoted(value)));
            Err(SetError::NotBare { text, found, quoted })
        })?;
        Ok(Self { place, keys, node })
    }
}

/// The option as it was given.
impl fmt::Display for SetValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.place)
    }
}

impl SetValue {
    /// The key path, with `.` between keys.
    #[must_use]
    pub fn key(&self) -> String {
        self.keys.join(".")
    }
}

/// Names, words and file paths need no quotes. What TOML knows of the like, such as numbers, dates and
/// `true`, was read as that before.
fn is_bare_word(text: &str) -> bool {
    let allowed = |letter: char| letter.is_alphanumeric() || BARE_SIGNS.contains(letter);
    !text.is_empty() && text.chars().all(allowed)
}

/// A word that a shell takes as it stands.
fn for_shell(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Sets the values, in the order given but for one thing: a `kind` goes first, since setting it to
/// another kind empties its section, as an engine's override does. A value that would take the place
/// of one that was set before is a mistake: one of the two would be lost.
pub(super) fn apply(root: &mut Node, sets: &[SetValue], problems: &Problems) {
    let (kinds, others): (Vec<_>, Vec<_>) = sets.iter().partition(|set| is_kind_path(&set.keys));
    for set in kinds.into_iter().chain(others) {
        // The mistake is in the collection; the other values are still set, to find theirs.
        let _reported: Result<(), Reported> =
            apply_one(root, set).map_err(|(path, fault)| problems.report(&set.place, path, fault));
    }
}

/// Whether a key path leads to what says which other keys its section has.
fn is_kind_path(keys: &[String]) -> bool {
    match keys {
        [.., section, key] => key == kind_key(section),
        _ => false,
    }
}

/// Sets one value; a mistake comes with the path at which it was met.
fn apply_one(root: &mut Node, set: &SetValue) -> Result<(), (String, Fault)> {
    let (last, parents) = set.keys.split_last().expect("Invariant: a key path has a key");
    let mut node = root;
    for key in parents {
        node = descend(node, key, &set.place)?;
    }
    let Value::Table(table) = &mut node.value else {
        let item = descend(node, last, &set.place)?;
        check_unset(item)?;
        *item = set.node.clone().moved_to(&item.path.clone(), &set.place);
        return Ok(());
    };
    let old = table.get(last).map(|entry| &entry.node);
    old.map_or(Ok(()), check_unset)?;
    let old = old.map(|node| node.value.found());
    if is_kind_path(&set.keys) && old.is_some_and(|old| old != set.node.value.found()) {
        table.clear();
    }
    let value = set.node.clone().moved_to(&join(&node.path, last), &set.place);
    table.insert(last.clone(), Entry { key_place: set.place.clone(), node: value });
    Ok(())
}

/// Refuses to lose a value that another option has set.
fn check_unset(node: &Node) -> Result<(), (String, Fault)> {
    let option = set_in(node).map(|option| format!("a second value beside `{option}`"));
    option.map_or(Ok(()), |found| Err((node.path.clone(), Fault::wrong(found, "is one"))))
}

/// An option that has set a value, or something in it.
fn set_in(node: &Node) -> Option<&Place> {
    if let Place::Option { .. } = node.place {
        return Some(&node.place);
    }
    match &node.value {
        Value::Array(items) => items.iter().find_map(set_in),
        Value::Table(table) => table.values().find_map(|entry| set_in(&entry.node)),
        _ => None,
    }
}

/// The value under a key; a section that is not there yet is made.
fn descend<'n>(
    node: &'n mut Node,
    key: &str,
    place: &Place,
) -> Result<&'n mut Node, (String, Fault)> {
    let path = join(&node.path, key);
    match &mut node.value {
        Value::Table(table) => {
            let empty = || {
                let value = Value::Table(BTreeMap::new());
                Entry { key_place: place.clone(), node: Node { place: place.clone(), path, value } }
            };
            Ok(&mut table.entry(key.to_owned()).or_insert_with(empty).node)
        }
        Value::Array(items) => {
            let index = item_index(&node.path, items, key).map_err(|fault| (path, fault))?;
            Ok(&mut items[index])
        }
        scalar => Err((node.path.clone(), Fault::wrong(scalar.found(), "is a section"))),
    }
}

/// The index of the item that a key names.
fn item_index(array_path: &str, items: &[Node], key: &str) -> Result<usize, Fault> {
    let index = key.parse::<usize>().ok();
    if let Some(index) = index.filter(|index| *index < items.len()) {
        return Ok(index);
    }
    let mut names: Vec<&str> = items
        .iter()
        .filter_map(|item| item.path.strip_prefix(array_path)?.strip_prefix('.'))
        .collect();
    if let Some(index) = names.iter().position(|name| *name == key) {
        return Ok(index);
    }
    let range = match items.len() {
        0 => "is nothing: the array is empty".to_owned(),
        1 => "is index 0".to_owned(),
        count => format!("is index 0 to {}", count - 1),
    };
    names.retain(|name| name.parse::<usize>().is_err());
    if names.is_empty() {
        return Err(Fault::wrong(format!("`{key}`"), range));
    }
    let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let hint = nearest(key, names).map(|name| format!("; did you mean `{name}`?"));
    let allowed = format!("{range}, or {}{}", listed.join(", "), hint.unwrap_or_default());
    Err(Fault::wrong(format!("`{key}`"), allowed))
}
