//! One section while it is read.

use crate::scenario::document::{Entry, Node, Table, Value, join};
use crate::scenario::error::{Fault, Problems, Read, listed, nearest};
use crate::scenario::reader::key::{Key, Listing, Presence};
use crate::scenario::reader::kind::Kind;
use crate::scenario::reader::resolved::{Resolved, quoted};

/// What a `kind` means: the word, and what reads the rest of the section.
pub(in crate::scenario) type Choice<'c, T> =
    (&'static str, &'c dyn Fn(&mut Section<'_>) -> Read<T>);

/// A section while its keys are asked for.
pub(in crate::scenario) struct Section<'a> {
    pub(super) source: Source<'a>,
    known: Vec<&'static str>,
    /// Whether the list of keys is unknown, because the `kind` is.
    open: bool,
    kind: Option<String>,
    pub(super) resolved: Resolved,
}

/// What answers.
#[derive(Clone)]
pub(super) enum Source<'a> {
    /// A section of a file.
    File(Origin<'a>),
    /// Nothing: every key is listed.
    Nothing { listing: &'a Listing, path: String, when: Vec<String> },
}

/// Where a section of a file is.
#[derive(Clone)]
pub(super) struct Origin<'a> {
    /// The section; the one around it when it was left out.
    pub(super) node: &'a Node,
    pub(super) path: String,
    /// What it holds; nothing when it was left out.
    pub(super) table: Option<&'a Table>,
    pub(super) problems: &'a Problems,
    pub(super) part: Part,
}

/// How much of a section the file has to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scenario) enum Part {
    /// All that is required.
    Whole,
    /// Any part: other sections are laid over it later. Only what is there is checked.
    Some,
}

impl<'a> Section<'a> {
    /// Reads a whole file.
    pub(in crate::scenario) fn read_root<T>(
        root: &'a Node,
        problems: &'a Problems,
        read: impl FnOnce(&mut Section<'_>) -> Read<T>,
    ) -> (Read<T>, Resolved) {
        Section::of_node(root, problems, Part::Whole).run(read)
    }

    /// Lists every key that `read` asks for.
    pub(in crate::scenario) fn list_root<T>(
        listing: &'a Listing,
        read: impl FnOnce(&mut Section<'_>) -> Read<T>,
    ) {
        let source = Source::Nothing { listing, path: String::new(), when: Vec::new() };
        let _nothing_read = read(&mut Section::of_source(source));
    }

    pub(super) fn of_source(source: Source<'a>) -> Self {
        let resolved = Resolved::default();
        Self { source, known: Vec::new(), open: false, kind: None, resolved }
    }

    pub(super) fn of_node(node: &'a Node, problems: &'a Problems, part: Part) -> Self {
        let table = if let Value::Table(table) = &node.value { Some(table) } else { None };
        let path = node.path.clone();
        Self::of_source(Source::File(Origin { node, path, table, problems, part }))
    }

    /// Reads the section to its end.
    pub(super) fn run<T>(
        mut self,
        read: impl FnOnce(&mut Section<'_>) -> Read<T>,
    ) -> (Read<T>, Resolved) {
        let value = read(&mut self);
        self.finish();
        (value, self.resolved)
    }

    /// The entry of a key, which is known from now on.
    pub(super) fn entry(&mut self, key: &'static str) -> Option<&'a Entry> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        match &self.source {
            Source::File(origin) => origin.table.and_then(|table| table.get(key)),
            Source::Nothing { .. } => None,
        }
    }

    /// Lists a key when keys are listed.
    pub(super) fn list(&self, key: &str, about: &'static str, allowed: &str, presence: Presence) {
        if let Source::Nothing { listing, path, when } = &self.source {
            let (path, when) = (join(path, key), when.join(", "));
            listing.add(Key { path, when, allowed: allowed.to_owned(), presence, about });
        }
    }

    /// Whether this only lists keys.
    pub(in crate::scenario) const fn is_listing(&self) -> bool {
        matches!(self.source, Source::Nothing { .. })
    }

    /// Whether the section has a key, and it is a section itself.
    pub(in crate::scenario) fn has_section(&mut self, key: &'static str) -> bool {
        let entry = self.entry(key);
        entry.is_some_and(|entry| matches!(entry.node.value, Value::Table(_)))
    }

    /// Whether the section has a key.
    pub(in crate::scenario) fn has(&mut self, key: &'static str) -> bool {
        self.entry(key).is_some()
    }

    /// Reports a mistake at a key; at the section itself when the key is not there.
    pub(in crate::scenario) fn refuse<T>(&self, key: &str, fault: Fault) -> Read<T> {
        let Source::File(origin) = &self.source else { return Err(Problems::without_report()) };
        let entry = origin.table.and_then(|table| table.get(key));
        let (place, path) = match entry {
            Some(entry) => (&entry.node.place, entry.node.path.clone()),
            None => (&origin.node.place, join(&origin.path, key)),
        };
        Err(origin.problems.report(place, path, fault))
    }

    /// Reports that a key's value, right as such, does not go with others.
    pub(in crate::scenario) fn refuse_value<T>(
        &self,
        key: &str,
        allowed: impl Into<String>,
    ) -> Read<T> {
        let Source::File(origin) = &self.source else { return Err(Problems::without_report()) };
        let entry = origin.table.and_then(|table| table.get(key));
        let allowed = allowed.into();
        self.refuse(
            key,
            match entry {
                Some(entry) => Fault::wrong(entry.node.value.found(), allowed),
                None => Fault::Missing { allowed },
            },
        )
    }

    /// Reports that a key's value does not go with others, unless `holds`.
    pub(in crate::scenario) fn check(
        &self,
        holds: bool,
        key: &str,
        allowed: impl FnOnce() -> String,
    ) -> Read<()> {
        if holds { Ok(()) } else { self.refuse_value(key, allowed()) }
    }

    /// Whether a section names a `kind`; for defaults that depend on another section.
    pub(in crate::scenario) fn is_kind(&self, key: &str, kind: &str) -> bool {
        let Source::File(origin) = &self.source else { return false };
        let entry = origin.table.and_then(|table| table.get(key));
        entry.is_some_and(|entry| entry.node.kind("kind") == Some(kind))
    }

    /// Notes what a key that was left out came to be.
    pub(in crate::scenario) fn resolve<K: Kind>(
        &mut self,
        key: &'static str,
        kind: &K,
        value: &K::Value,
    ) {
        self.resolved.value(key, kind.write(value));
    }

    fn missing<T>(&self, key: &str, allowed: String) -> Read<T> {
        if self.is_part() {
            return Err(Problems::without_report());
        }
        self.refuse(key, Fault::Missing { allowed })
    }

    const fn is_part(&self) -> bool {
        matches!(&self.source, Source::File(Origin { part: Part::Some, .. }))
    }

    /// The value of a key that is there.
    fn value<K: Kind>(&mut self, key: &'static str, entry: &Entry, kind: &K) -> Read<K::Value> {
        match kind.read(&entry.node.value) {
            Ok(value) => {
                self.resolved.value(key, kind.write(&value));
                Ok(value)
            }
            Err(fault) => self.refuse(key, fault),
        }
    }

    /// A value that must be there.
    pub(in crate::scenario) fn required<K: Kind>(
        &mut self,
        key: &'static str,
        about: &'static str,
        kind: &K,
    ) -> Read<K::Value> {
        self.list(key, about, &kind.allowed(), Presence::Required);
        match self.entry(key) {
            Some(entry) => self.value(key, entry, kind),
            None => self.missing(key, kind.allowed()),
        }
    }

    /// A value that may be left out.
    pub(in crate::scenario) fn optional<K: Kind>(
        &mut self,
        key: &'static str,
        about: &'static str,
        kind: &K,
    ) -> Read<Option<K::Value>> {
        self.list(key, about, &kind.allowed(), Presence::Optional);
        self.entry(key).map(|entry| self.value(key, entry, kind)).transpose()
    }

    /// A value that may be left out, and is `default` then.
    pub(in crate::scenario) fn or<K: Kind>(
        &mut self,
        key: &'static str,
        about: &'static str,
        kind: &K,
        default: K::Value,
    ) -> Read<K::Value> {
        let literal = kind.write(&default);
        self.list(key, about, &kind.allowed(), Presence::Default(literal.clone()));
        if let Some(entry) = self.entry(key) {
            return self.value(key, entry, kind);
        }
        self.resolved.value(key, literal);
        Ok(default)
    }

    /// What the section's `kind` says it is. Without a default the `kind` must be there.
    pub(in crate::scenario) fn kind<T>(
        &mut self,
        about: &'static str,
        default: Option<&'static str>,
        choices: &[Choice<'_, T>],
    ) -> Read<T> {
        let words: Vec<&'static str> = choices.iter().map(|(word, _)| *word).collect();
        let presence = default.map_or(Presence::Required, |word| Presence::Default(quoted(word)));
        self.list("kind", about, &listed(&words), presence);
        if self.is_listing() {
            return self.list_choices(choices);
        }
        let found = self.entry("kind").map(|entry| entry.node.value.clone());
        let word = match (&found, default) {
            (Some(Value::Text(word)), _) => word.as_str(),
            (None, Some(word)) => word,
            (None, None) => {
                self.open = true;
                return self.missing("kind", listed(&words));
            }
            (Some(other), _) => {
                self.open = true;
                return self.refuse("kind", Fault::wrong(other.found(), listed(&words)));
            }
        };
        let Some((word, read)) = choices.iter().find(|(known, _)| *known == word) else {
            self.open = true;
            return self.refuse("kind", Fault::not_among(word, &words));
        };
        self.resolved.value("kind", quoted(word));
        self.kind = Some((*word).to_owned());
        read(self)
    }

    /// Lists the keys of every kind.
    fn list_choices<T>(&mut self, choices: &[Choice<'_, T>]) -> Read<T> {
        for (word, read) in choices {
            let outer = self.source.clone();
            if let Source::Nothing { when, .. } = &mut self.source {
                when.push(format!("kind = {}", quoted(word)));
            }
            let _nothing_read = read(self);
            self.source = outer;
        }
        Err(Problems::without_report())
    }

    /// Reports the keys that nothing asked for.
    fn finish(&self) {
        let Source::File(Origin { table: Some(table), problems, .. }) = &self.source else {
            return;
        };
        if self.open {
            return;
        }
        let mut allowed: Vec<String> = self.known.iter().map(|key| (*key).to_owned()).collect();
        allowed.sort();
        for (key, entry) in *table {
            if !self.known.contains(&key.as_str()) {
                let nearest = nearest(key, self.known.iter().copied()).map(str::to_owned);
                let fault =
                    Fault::Unknown { kind: self.kind.clone(), allowed: allowed.clone(), nearest };
                problems.report(&entry.key_place, entry.node.path.clone(), fault);
            }
        }
    }
}
