//! Keys and sections that a file has twice.

use std::ops::Range;

use crate::scenario::document::is_bare;
use crate::scenario::error::Fault;

/// The sections of a file that it has twice, as far as they were met.
///
/// The TOML reader says of a section that is there again only that its name is a duplicate key, and
/// the same of each key in it.
#[derive(Debug, Default)]
pub(super) struct Repeated<'t> {
    /// The names that were told.
    told: Vec<&'t str>,
    /// Where their headers start.
    starts: Vec<usize>,
}

impl<'t> Repeated<'t> {
    /// What is to be told of a duplicate key at `span`, which lies behind all spans before: nothing if
    /// it is one because its section is there twice. `is_list` knows the sections of which there may be
    /// several.
    pub(super) fn fault(
        &mut self,
        text: &'t str,
        span: &Range<usize>,
        is_list: impl Fn(&str) -> bool,
    ) -> Option<Fault> {
        let twice = |name: &str| format!("`{name}` a second time");
        let (start, section) = match header_at_or_before(text, span.start) {
            Some(header) if text[header.0..span.start].contains('\n') => {
                let known = self.starts.contains(&header.0);
                return (!known).then(|| Fault::wrong(twice(&text[span.clone()]), "is one"));
            }
            Some(header) => header,
            None => return Some(Fault::wrong(twice(&text[span.clone()]), "is one")),
        };
        self.starts.push(start);
        let is_inside = |told: &&str| {
            section.strip_prefix(*told).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if self.told.iter().any(is_inside) {
            return None;
        }
        self.told.push(section);
        let allowed = if is_list(section) {
            format!("are sections `[[{section}]]`")
        } else {
            "is one".to_owned()
        };
        Some(Fault::wrong(twice(section), allowed))
    }
}

/// The last header of a section that starts at or before a byte's line: where it starts, and the name.
fn header_at_or_before(text: &str, offset: usize) -> Option<(usize, &str)> {
    let mut start = 0;
    let mut found = None;
    for line in text.split_inclusive('\n') {
        if start > offset {
            break;
        }
        found = header(line).map(|name| (start, name)).or(found);
        start += line.len();
    }
    found
}

/// The name in a header of a section.
fn header(line: &str) -> Option<&str> {
    let name = line.trim_start().strip_prefix('[')?;
    let (name, _) = name.strip_prefix('[').unwrap_or(name).split_once(']')?;
    let name = name.trim();
    name.split('.').all(|key| is_bare(key.trim())).then_some(name)
}
