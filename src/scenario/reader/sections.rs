//! Sections inside of sections.

use crate::scenario::document::{Entry, Value, join};
use crate::scenario::error::{Fault, Read};
use crate::scenario::reader::key::Presence;
use crate::scenario::reader::section::{Origin, Part, Section, Source};

impl<'a> Section<'a> {
    /// A section; one that is left out is read as an empty one, so that its defaults apply.
    pub(in crate::scenario) fn section<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Section<'_>) -> Read<T>,
    ) -> Read<T> {
        let part = if let Source::File(origin) = &self.source { origin.part } else { Part::Whole };
        let (value, resolved) = self.inner(key, part)?.run(read);
        self.resolved.section(key, resolved);
        value
    }

    /// Checks a section that other sections were laid over: whatever it holds has to be right, and
    /// it may be any part of what `read` asks for. It is no part of the resolved scenario.
    pub(in crate::scenario) fn check_part<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Section<'_>) -> Read<T>,
    ) {
        if let Ok(inner) = self.inner(key, Part::Some) {
            let _only_checked = inner.run(read);
        }
    }

    fn inner(&mut self, key: &'static str, part: Part) -> Read<Section<'a>> {
        let entry = self.entry(key);
        let source = self.source.clone();
        let inner = match (source, entry) {
            (Source::File(origin), Some(entry)) => {
                self.refuse_single_value(key, entry)?;
                Section::of_node(&entry.node, origin.problems, part)
            }
            (Source::File(origin), None) => {
                let path = join(&origin.path, key);
                let origin = Origin { path, table: None, part, ..origin };
                Section::of_source(Source::File(origin))
            }
            (Source::Nothing { listing, path, when }, _) => {
                Section::of_source(Source::Nothing { listing, path: join(&path, key), when })
            }
        };
        Ok(inner)
    }

    /// A section that may be left out.
    pub(in crate::scenario) fn optional_section<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Section<'_>) -> Read<T>,
    ) -> Read<Option<T>> {
        if self.has(key) || self.is_listing() {
            self.section(key, read).map(Some)
        } else {
            Ok(None)
        }
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
        let origin = match self.source.clone() {
            Source::File(origin) => origin,
            Source::Nothing { listing, path, when } => {
                let path = format!("{}[]", join(&path, key));
                let inner = Section::of_source(Source::Nothing { listing, path, when });
                return inner.run(read).0.map(|item| vec![item]);
            }
        };
        let Some(entry) = entry else { return Ok(Vec::new()) };
        let Value::Array(items) = &entry.node.value else {
            let allowed = format!("are sections `[[{}]]`", entry.node.path);
            return self.refuse_value(key, allowed);
        };
        if items.is_empty() {
            self.resolved.value(key, "[]".to_owned());
        }
        let mut read_all = Vec::with_capacity(items.len());
        for item in items {
            if matches!(item.value, Value::Table(_)) {
                let (value, resolved) =
                    Section::of_node(item, origin.problems, origin.part).run(&mut read);
                self.resolved.item(key, resolved);
                read_all.push(value);
            } else {
                let fault = Fault::wrong(item.value.found(), "is a section");
                read_all.push(Err(origin.problems.report(&item.place, item.path.clone(), fault)));
            }
        }
        read_all.into_iter().collect()
    }

    fn refuse_single_value(&self, key: &str, entry: &Entry) -> Read<()> {
        let is_section = matches!(entry.node.value, Value::Table(_));
        self.check(is_section, key, || "is a section".to_owned())
    }
}
