//! The resolved scenario as canonical TOML: keys sorted, every number a plain decimal.

use std::collections::BTreeMap;
use std::fmt::Write;

/// A resolved section.
#[derive(Clone, Debug, Default)]
pub(in crate::scenario) struct Resolved {
    values: BTreeMap<&'static str, String>,
    sections: BTreeMap<&'static str, Resolved>,
    arrays: BTreeMap<&'static str, Vec<Resolved>>,
}

/// A text as a TOML string.
pub(in crate::scenario) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

impl Resolved {
    pub(super) fn value(&mut self, key: &'static str, literal: String) {
        self.values.insert(key, literal);
    }

    pub(super) fn section(&mut self, key: &'static str, section: Self) {
        if !section.is_empty() {
            self.sections.insert(key, section);
        }
    }

    fn is_empty(&self) -> bool {
        self.values.is_empty() && self.sections.is_empty() && self.arrays.is_empty()
    }

    pub(super) fn item(&mut self, key: &'static str, item: Self) {
        self.arrays.entry(key).or_default().push(item);
    }

    /// The TOML text.
    pub(in crate::scenario) fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, "");
        text
    }

    /// Writes the values first, since in TOML a header takes all lines after it.
    fn write(&self, text: &mut String, path: &str) {
        let line = |text: &mut String, line: std::fmt::Arguments<'_>| {
            text.write_fmt(line).expect("Invariant: a String takes all text");
        };
        for (key, literal) in &self.values {
            line(text, format_args!("{key} = {literal}\n"));
        }
        for (key, section) in &self.sections {
            let path = format!("{path}{key}");
            if !section.values.is_empty() {
                line(text, format_args!("\n[{path}]\n"));
            }
            section.write(text, &format!("{path}."));
        }
        for (key, items) in &self.arrays {
            let path = format!("{path}{key}");
            for item in items {
                line(text, format_args!("\n[[{path}]]\n"));
                item.write(text, &format!("{path}."));
            }
        }
    }
}
