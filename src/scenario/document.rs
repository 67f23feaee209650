//! A TOML text as a tree in which every key and every value knows its place and its path.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::scenario::Place;
use crate::scenario::error::{Fault, Problems, Read};
use crate::scenario::place::Positions;
use crate::scenario::repeated::Repeated;

/// A value with its place and its path.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// Where the value starts.
    pub(super) place: Place,
    /// The keys that lead to it, joined by dots.
    pub(super) path: String,
    /// What it is.
    pub(super) value: Value,
}

/// What a value is. Numbers keep their text, so that decimals stay exact.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// A string.
    Text(String),
    /// An integer in decimal notation, or a float as it was written.
    Number(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A date or a time.
    Moment(String),
    /// An array.
    Array(Vec<Node>),
    /// A table of any form.
    Table(Table),
}

/// The keys of a table, sorted.
pub(super) type Table = BTreeMap<String, Entry>;

/// A key of a table with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Where the key is.
    pub(super) key_place: Place,
    /// Its value.
    pub(super) node: Node,
}

/// The longest text that a message shows in full \[characters\].
const SHOWN_CHARACTERS: usize = 60;

impl Value {
    /// What was found, for messages.
    pub(super) fn found(&self) -> String {
        match self {
            Self::Text(text) if text.chars().count() > SHOWN_CHARACTERS => {
                let start: String = text.chars().take(SHOWN_CHARACTERS).collect();
                format!("{start:?}...")
            }
            Self::Text(text) => format!("{text:?}"),
            Self::Number(text) | Self::Moment(text) => text.clone(),
            Self::Boolean(boolean) => boolean.to_string(),
            Self::Array(_) => "an array".to_owned(),
            Self::Table(_) => "a section".to_owned(),
        }
    }
}

impl Node {
    /// The word that a table has at the key that says what it is.
    pub(super) fn kind(&self, key: &str) -> Option<&str> {
        let Value::Table(table) = &self.value else { return None };
        match &table.get(key)?.node.value {
            Value::Text(word) => Some(word),
            _ => None,
        }
    }

    /// Gives the value and all below another path and place.
    pub(super) fn moved_to(mut self, path: &str, place: &Place) -> Self {
        self.value = match self.value {
            Value::Array(items) => Value::Array(
                items
                    .into_iter()
                    .enumerate()
                    .map(|(index, item)| item.moved_to(&join(path, &index.to_string()), place))
                    .collect(),
            ),
            Value::Table(table) => {
                let moved = |(key, entry): (String, Entry)| {
                    let node = entry.node.moved_to(&join(path, &key), place);
                    (key, Entry { key_place: place.clone(), node })
                };
                Value::Table(table.into_iter().map(moved).collect())
            }
            scalar => scalar,
        };
        Self { place: place.clone(), path: path.to_owned(), value: self.value }
    }
}

/// The key that says what a section is, and so which other keys it has.
pub(super) fn kind_key(section: &str) -> &'static str {
    if section == "order" { "time_in_force" } else { "kind" }
}

/// A key path with one key more.
pub(super) fn join(path: &str, key: &str) -> String {
    let key = if is_bare(key) { key.to_owned() } else { format!("{key:?}") };
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

/// Whether a key needs no quotes.
pub(super) fn is_bare(key: &str) -> bool {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    !key.is_empty() && key.chars().all(allowed)
}

/// How a path names an item of an array: an engine by its name, anything else by its index.
fn item_name(array_path: &str, index: usize, item: &DeValue<'_>) -> String {
    let name = item.get("name").and_then(|name| name.get_ref().as_str());
    match name {
        Some(name) if array_path == "engine" && is_engine_name(name) => name.to_owned(),
        _ => index.to_string(),
    }
}

/// Whether a text can name an engine: it has to work in a key path, and not be taken for an index.
pub(super) fn is_engine_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.len() <= 100
        && is_bare(text)
}

/// Reads a file's text. All mistakes of syntax are reported. `is_list` knows the sections of which
/// there may be several.
pub(super) fn parse(
    file: &str,
    text: &str,
    problems: &Problems,
    is_list: impl Fn(&str) -> bool,
) -> Read<Node> {
    let positions = Positions::new(file, text);
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut errors: Vec<_> =
        errors.iter().map(|error| (error.span().unwrap_or_default(), error.message())).collect();
    errors.sort_by_key(|(span, _)| span.start);
    let mut repeated = Repeated::default();
    let mut last = None;
    for (span, message) in errors {
        let fault = if message == "duplicate key" {
            repeated.fault(text, &span, &is_list)
        } else {
            Some(Fault::Syntax { message: message.to_owned() })
        };
        let place = positions.place(span.start);
        last = fault.map(|fault| problems.report(&place, "", fault)).or(last);
    }
    if let Some(reported) = last {
        return Err(reported);
    }
    let place = |span: Range<usize>| positions.place(span.start);
    let value = Value::Table(tree_of_table(table.get_ref(), "", &place));
    Ok(Node { place: positions.place(0), path: String::new(), value })
}

/// Reads one value; all of it is at `place`, under `path`.
///
/// # Errors
/// What the TOML reader says, when the text is no TOML value.
pub(super) fn parse_value(text: &str, path: &str, place: &Place) -> Result<Node, String> {
    let value = DeValue::parse(text).map_err(|error| error.message().to_owned())?;
    Ok(Node {
        place: place.clone(),
        path: path.to_owned(),
        value: tree(value.get_ref(), path, &|_| place.clone()),
    })
}

/// Tells the place of a span.
type PlaceOf<'p> = dyn Fn(Range<usize>) -> Place + 'p;

fn tree(value: &DeValue<'_>, path: &str, place: &PlaceOf<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(integer) => {
            let decimal = i128::from_str_radix(integer.as_str(), integer.radix());
            // Too long even for that: the text is shown and refused later.
            Value::Number(decimal.map_or_else(|_| integer.to_string(), |wide| wide.to_string()))
        }
        DeValue::Float(float) => Value::Number(float.as_str().to_owned()),
        DeValue::Boolean(boolean) => Value::Boolean(*boolean),
        DeValue::Datetime(moment) => Value::Moment(moment.to_string()),
        DeValue::Array(items) => Value::Array(
            items
                .iter()
                .enumerate()
                .map(|(index, item)| {
                    let path = join(path, &item_name(path, index, item.get_ref()));
                    let value = tree(item.get_ref(), &path, place);
                    Node { place: place(item.span()), path, value }
                })
                .collect(),
        ),
        DeValue::Table(table) => Value::Table(tree_of_table(table, path, place)),
    }
}

fn tree_of_table(table: &DeTable<'_>, path: &str, place: &PlaceOf<'_>) -> Table {
    let entries = table.iter().map(|(key, value)| {
        let path = join(path, key.get_ref());
        let tree = tree(value.get_ref(), &path, place);
        let node = Node { place: place(value.span()), path, value: tree };
        (key.get_ref().to_string(), Entry { key_place: place(key.span()), node })
    });
    entries.collect()
}
