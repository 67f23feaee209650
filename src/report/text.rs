//! Tables for people: plain text, numbers to the right, as wide as a page or a terminal.

use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};

/// How wide text for people is \[character\]. A name that is longer than a line is not broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Width(usize);

impl Width {
    /// That of files, and of what other programs read: 120, on every machine.
    pub const PAGE: Self = Self(120);

    /// The narrowest that tables can be: 80.
    pub const NARROWEST: Self = Self(80);

    /// That of a terminal, within what tables can be and no wider than a page.
    #[must_use]
    pub const fn of_terminal(columns: u16) -> Self {
        match columns {
            ..80 => Self::NARROWEST,
            80..120 => Self(columns as usize),
            120.. => Self::PAGE,
        }
    }

    /// How many characters that is.
    pub(super) const fn characters(self) -> usize {
        self.0
    }

    /// Fills lines with words; each line ends in a newline.
    pub(super) fn paragraph(self, text: &str) -> String {
        wrapped(text, self.0, "") + "\n"
    }

    /// What is left of a line beside these columns, but not less than words need \[character\].
    pub(super) fn left_beside(self, columns: &[TextColumn]) -> usize {
        let used: usize = columns.iter().map(|column| column.width() + BETWEEN).sum();
        self.0.saturating_sub(used).max(SHORTEST_LINE)
    }
}

/// Where lines beside columns are broken at the earliest \[character\], however wide those are.
const SHORTEST_LINE: usize = 24;

/// Blanks between two columns.
const BETWEEN: usize = 2;

/// A column of a text table.
#[derive(Clone, Debug)]
pub(super) struct TextColumn {
    /// The heading; a second line names the unit.
    pub(super) head: [String; 2],
    /// On which side the cells line up.
    pub(super) alignment: CellAlignment,
    /// One for each row; a cell may have several lines.
    pub(super) cells: Vec<String>,
}

impl TextColumn {
    /// Words, lined up at the left.
    pub(super) fn words(head: &str, cells: Vec<String>) -> Self {
        Self { head: [head.to_owned(), String::new()], alignment: CellAlignment::Left, cells }
    }

    /// Numbers, lined up at the right, under a heading and its unit.
    pub(super) fn numbers(head: &str, unit: &str, cells: Vec<String>) -> Self {
        let head = [head.to_owned(), unit.to_owned()];
        Self { head, alignment: CellAlignment::Right, cells }
    }

    /// The longest line of the column \[character\].
    fn width(&self) -> usize {
        let lines = self.head.iter().chain(&self.cells).flat_map(|text| text.lines());
        lines.map(|line| line.chars().count()).max().unwrap_or(0)
    }
}

/// One table of these columns, each line ending in a newline.
pub(super) fn table(columns: &[TextColumn]) -> String {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('-')));
    let has_units = columns.iter().any(|column| !column.head[1].is_empty());
    let head = |column: &TextColumn| {
        if has_units { column.head.join("\n") } else { column.head[0].clone() }
    };
    table.set_header(columns.iter().map(head).collect::<Vec<_>>());
    let rows = columns.first().map_or(0, |column| column.cells.len());
    for row in 0..rows {
        table.add_row(columns.iter().map(|column| column.cells[row].clone()).collect::<Vec<_>>());
    }
    let last = columns.len().saturating_sub(1);
    for (index, column) in table.column_iter_mut().enumerate() {
        let after = if index == last { 0 } else { BETWEEN };
        column.set_padding((0, u16::try_from(after).expect("Invariant: few blanks")));
        column.set_cell_alignment(columns[index].alignment);
    }
    table.trim_fmt() + "\n"
}

/// The columns in as many tables, one under the other, as the width needs. Each begins with the
/// key columns.
pub(super) fn tables(keys: &[TextColumn], columns: &[TextColumn], width: Width) -> String {
    let width_of = |column: &TextColumn| column.width() + BETWEEN;
    let keys_width: usize = keys.iter().map(width_of).sum();
    let mut groups: Vec<Vec<TextColumn>> = Vec::new();
    let mut used = usize::MAX;
    for column in columns {
        let column_width = width_of(column);
        // Nothing stands after the last column.
        if used.saturating_add(column_width) > width.0 + BETWEEN {
            groups.push(keys.to_vec());
            used = keys_width;
        }
        used += column_width;
        let group = groups.last_mut().expect("Invariant: the first column opens a group");
        group.push(column.clone());
    }
    groups.iter().map(|group| table(group)).collect::<Vec<_>>().join("\n")
}

/// Fills lines of a width \[character\] with words; every line but the first is indented.
pub(super) fn wrapped(text: &str, width: usize, indent: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) => lines.push(format!("{indent}{word}")),
            None => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}
