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
    source: Source<'a>,
    known: Vec<&'static str>,
    /// Whether the list of keys is unknown, because the `kind` is.
    open: bool,
    resolved: Resolved,
}

/// What answers.
#[derive(Clone)]
enum Source<'a> {
    /// A section of a file. `table` is what it holds; a section that was left out has none.
    File { node: &'a Node, path: String, table: Option<&'a Table>, problems: &'a Problems },
    /// Nothing: every key is listed.
    Nothing { listing: &'a Listing, path: String, when: Vec<String> },
}

impl<'a> Section<'a> {
    /// Reads a whole file.
    pub(in crate::scenario) fn read_root<T>(
        root: &'a Node,
        problems: &'a Problems,
        read: impl FnOnce(&mut Section<'_>) -> Read<T>,
    ) -> (Read<T>, Resolved) {
        let mut section = Section::of_node(root, problems);
        let value = read(&mut section);
        section.finish();
        (value, section.resolved)
    }

    /// Lists every key that `read` asks for.
    pub(in crate::scenario) fn list_root<T>(
        listing: &'a Listing,
        read: impl FnOnce(&mut Section<'_>) -> Read<T>,
    ) {
        let source = Source::Nothing { listing, path: String::new(), when: Vec::new() };
        let _nothing_read = read(&mut Section::of_source(source));
    }

    fn of_source(source: Source<'a>) -> Self {
        Self { source, known: Vec::new(), open: false, resolved: Resolved::default() }
    }

    fn of_node(node: &'a Node, problems: &'a Problems) -> Self {
        let (table, is_table) = match &node.value {
            Value::Table(table) => (Some(table), true),
            _ => (None, false),
        };
        let source = Source::File { node, path: node.path.clone(), table, problems };
        let mut section = Self::of_source(source);
        // A single value in the place of a section is reported by the caller.
        section.open = !is_table;
        section
    }

    /// The entry of a key, which is known from now on.
    fn entry(&mut self, key: &'static str) -> Option<&'a Entry> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        match &self.source {
            Source::File { table, .. } => table.and_then(|table| table.get(key)),
            Source::Nothing { .. } => None,
        }
    }

    /// Lists a key when keys are listed.
    fn list(&self, key: &str, about: &'static str, allowed: &str, presence: Presence) {
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
    pub(in crate::scenario) fn fault(&self, key: &str, fault: Fault) -> Read<()> {
        let Source::File { node, path, table, problems } = &self.source else {
            return Err(Problems::nothing_read());
        };
        let entry = table.and_then(|table| table.get(key));
        Err(match entry {
            Some(entry) => problems.report(&entry.node.place, entry.node.path.clone(), fault),
            None => problems.report(&node.place, join(path, key), fault),
        })
    }

    /// Reports a mistake at a key unless `holds`.
    pub(in crate::scenario) fn check(
        &self,
        holds: bool,
        key: &str,
        fault: impl FnOnce() -> Fault,
    ) -> Read<()> {
        if holds { Ok(()) } else { self.fault(key, fault()) }
    }

    fn missing<T>(&self, key: &str, allowed: String) -> Read<T> {
        self.fault(key, Fault::Missing { allowed })?;
        Err(Problems::nothing_read())
    }

    /// The value of a key that is there.
    fn value<K: Kind>(&mut self, key: &'static str, entry: &Entry, kind: &K) -> Read<K::Value> {
        match kind.read(&entry.node.value) {
            Ok(value) => {
                self.resolved.value(key, kind.write(&value));
                Ok(value)
            }
            Err(fault) => {
                self.fault(key, fault)?;
                Err(Problems::nothing_read())
            }
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

    /// A section; one that is left out is read as an empty one, so that its defaults apply.
    pub(in crate::scenario) fn section<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Section<'_>) -> Read<T>,
    ) -> Read<T> {
        let inner = match (&self.source, self.entry(key)) {
            (Source::File { problems, .. }, Some(entry)) => {
                self.refuse_single_value(key, entry)?;
                Section::of_node(&entry.node, problems)
            }
            (Source::File { node, path, problems, .. }, None) => {
                let path = join(path, key);
                Section::of_source(Source::File { node, path, table: None, problems })
            }
            (Source::Nothing { listing, path, when }, _) => {
                let (path, when) = (join(path, key), when.clone());
                Section::of_source(Source::Nothing { listing, path, when })
            }
        };
        let (value, resolved) = inner.run(read);
        self.resolved.section(key, resolved);
        value
    }

    /// A section that may be left out.
    pub(in crate::scenario) fn optional_section<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Section<'_>) -> Read<T>,
    ) -> Read<Option<T>> {
        if self.has(key) || self.is_listing() { self.section(key, read).map(Some) } else { Ok(None) }
    }

    /// A section that may be left out, of a form that is listed elsewhere: the list gets one line.
    pub(in crate::scenario) fn section_like<T>(
        &mut self,
        key: &'static str,
        about: &'static str,
        like: &str,
        read: impl FnOnce(&mut Section<'_>) -> Read<T>,
    ) -> Read<Option<T>> {
        self.list(key, about, &format!("is a section as `{like}`"), Presence::Optional);
        if self.has(key) { self.section(key, read).map(Some) } else { Ok(None) }
    }

    /// The sections of an array, in their order.
    pub(in crate::scenario) fn sections<T>(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(&mut Section<'_>) -> Read<T>,
    ) -> Read<Vec<T>> {
        let entry = self.entry(key);
        if let Source::Nothing { listing, path, when } = &self.source {
            let path = format!("{}[]", join(path, key));
            let source = Source::Nothing { listing, path, when: when.clone() };
            return Section::of_source(source).run(read).0.map(|item| vec![item]);
        }
        let Source::File { problems, .. } = self.source.clone() else { return Ok(Vec::new()) };
        let Some(entry) = entry else { return Ok(Vec::new()) };
        let Value::Array(items) = &entry.node.value else {
            let allowed = format!("are sections `[[{}]]`", entry.node.path);
            self.fault(key, Fault::wrong(entry.node.value.found(), allowed))?;
            return Err(Problems::nothing_read());
        };
        let mut read_all = Vec::with_capacity(items.len());
        for item in items {
            if matches!(item.value, Value::Table(_)) {
                let (value, resolved) = Section::of_node(item, problems).run(&mut read);
                self.resolved.item(key, resolved);
                read_all.push(value);
            } else {
                let fault = Fault::wrong(item.value.found(), "is a section");
                read_all.push(Err(problems.report(&item.place, item.path.clone(), fault)));
            }
        }
        read_all.into_iter().collect()
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
                self.fault("kind", Fault::wrong(other.found(), listed(&words)))?;
                return Err(Problems::nothing_read());
            }
        };
        let Some((word, read)) = choices.iter().find(|(known, _)| *known == word) else {
            self.open = true;
            self.fault("kind", Fault::not_among(word, &words))?;
            return Err(Problems::nothing_read());
        };
        self.resolved.value("kind", quoted(word));
        read(self)
    }

    fn list_choices<T>(&mut self, choices: &[Choice<'_, T>]) -> Read<T> {
        for (word, read) in choices {
            let outer = self.source.clone();
            if let Source::Nothing { when, .. } = &mut self.source {
                when.push(format!("kind = {}", quoted(word)));
            }
            let _nothing_read = read(self);
            self.source = outer;
        }
        Err(Problems::nothing_read())
    }

    fn refuse_single_value(&self, key: &str, entry: &Entry) -> Read<()> {
        let is_section = matches!(entry.node.value, Value::Table(_));
        let found = || Fault::wrong(entry.node.value.found(), "is a section");
        self.check(is_section, key, found)
    }

    fn run<T>(mut self, read: impl FnOnce(&mut Section<'_>) -> Read<T>) -> (Read<T>, Resolved) {
        let value = read(&mut self);
        self.finish();
        (value, self.resolved)
    }

    /// Reports the keys that nothing asked for.
    fn finish(&self) {
        let Source::File { table: Some(table), problems, .. } = &self.source else { return };
        if self.open {
            return;
        }
        let mut allowed: Vec<String> = self.known.iter().map(|key| (*key).to_owned()).collect();
        allowed.sort();
        for (key, entry) in *table {
            if !self.known.contains(&key.as_str()) {
                let nearest = nearest(key, self.known.iter().copied()).map(str::to_owned);
                let fault = Fault::Unknown { allowed: allowed.clone(), nearest };
                problems.report(&entry.key_place, entry.node.path.clone(), fault);
            }
        }
    }
}
