//! Where in the input a value comes from.

use std::fmt;
use std::sync::Arc;

/// Where a value, a key or a mistake is. Ordered as a reader meets them: the file as a whole, its
/// lines, then the options.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A file as a whole.
    File {
        /// The file, as it was named.
        file: Arc<str>,
    },
    /// A character of a file.
    At {
        /// The file, as it was named.
        file: Arc<str>,
        /// The line, counted from 1.
        line: usize,
        /// The column \[characters\], counted from 1.
        column: usize,
    },
    /// An option of the command line.
    Option {
        /// The option with its value, as it was given.
        text: Arc<str>,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { file } => write!(formatter, "{file}"),
            Self::At { file, line, column } => write!(formatter, "{file}:{line}:{column}"),
            Self::Option { text } => write!(formatter, "{text}"),
        }
    }
}

/// Turns byte offsets of a text into places.
pub(super) struct Positions<'t> {
    file: Arc<str>,
    text: &'t str,
    /// Offset of each line's first byte, ascending.
    line_starts: Vec<usize>,
}

impl<'t> Positions<'t> {
    pub(super) fn new(file: &str, text: &'t str) -> Self {
        let after_breaks = text.match_indices('\n').map(|(offset, _)| offset + 1);
        let line_starts = std::iter::once(0).chain(after_breaks).collect();
        Self { file: file.into(), text, line_starts }
    }

    /// The place of the character that starts at, or contains, a byte. Beyond the end it is the
    /// end.
    pub(super) fn place(&self, offset: usize) -> Place {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts[line - 1];
        let before = |at: &usize| start + at < offset;
        let column = self.text[start..].char_indices().map(|(at, _)| at).take_while(before).count();
        Place::At { file: Arc::clone(&self.file), line, column: column + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_lines_and_characters_from_one() {
        let positions = Positions::new("x.toml", "ab\n\u{e9}c\n");
        let place = |offset| positions.place(offset).to_string();
        // Bytes: a=0 b=1 newline=2 e-acute=3..5 c=5 newline=6, end=7.
        let found = [0, 1, 2, 3, 5, 6, 7].map(place);
        let expected = ["1:1", "1:2", "1:3", "2:1", "2:2", "2:3", "3:1"];
        assert_eq!(found, expected.map(|suffix| format!("x.toml:{suffix}")));
    }
}
