//! Values of the command line that take the place of a scenario's own: `--set key.path=value`.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use thiserror::Error;

use crate::scenario::Place;
use crate::scenario::document::{Entry, Node, Value, is_bare, join, kind_key, parse_value};
use crate::scenario::error::{Fault, Problems, Reported, nearest};

/// A key path with the value that it is set to.
///
/// Sections are named by their keys, items of arrays by their index from 0, engines by their name
/// or index. The value is TOML; a bare word is a text.
///
/// ```
/// use fillgap::scenario::SetValue;
/// assert!("bot.entry.timeout_s=5".parse::<SetValue>().is_ok());
/// assert!("engine.immediate.entry.kind=oracle".parse::<SetValue>().is_ok());
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
    /// The value is neither TOML nor a bare word.
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
}

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
            let word = || Value::Text(value.to_owned());
            let bare = || Node { place: place.clone(), path: path.clone(), value: word() };
            let (text, found) = (text.to_owned(), value.to_owned());
            is_bare_word(value).then(bare).ok_or(SetError::BadValue { text, found, message })
        })?;
        Ok(Self { place, keys, node })
    }
}

/// Names, words and relative file paths need no quotes.
fn is_bare_word(text: &str) -> bool {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "_-./".contains(letter);
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '.')
        && text.chars().all(allowed)
}

/// Sets the values, in the order given but for one thing: a `kind` goes first, since setting it to
/// another kind empties its section, as an engine's override does.
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
        *item = set.node.clone().moved_to(&item.path.clone(), &set.place);
        return Ok(());
    };
    let old = table.get(last).map(|entry| entry.node.value.found());
    if is_kind_path(&set.keys) && old.is_some_and(|old| old != set.node.value.found()) {
        table.clear();
    }
    let value = set.node.clone().moved_to(&join(&node.path, last), &set.place);
    table.insert(last.clone(), Entry { key_place: set.place.clone(), node: value });
    Ok(())
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
