//! A table for programs: named, typed columns and exact values.

use std::borrow::Cow;

use rust_decimal::Decimal;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A count.
    Count,
    /// Contracts.
    Contracts,
    /// Dollars.
    Dollars,
    /// Seconds.
    Seconds,
    /// Contracts times seconds.
    ContractSeconds,
    /// Dollars times seconds.
    DollarSeconds,
}

impl Kind {
    /// Decimal places in files with a fixed scale; absent for text and counts. They are the places
    /// that the units hold, so that every value fits without rounding.
    #[must_use]
    pub const fn places(self) -> Option<u32> {
        match self {
            Self::Text | Self::Count => None,
            Self::Contracts => Some(2),
            Self::Dollars => Some(6),
            Self::Seconds => Some(9),
            Self::ContractSeconds => Some(11),
            Self::DollarSeconds => Some(15),
        }
    }
}

/// A value of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A count.
    Count(u64),
    /// An exact decimal.
    Exact(Decimal),
    /// There is none.
    Absent,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in files.
    pub name: Cow<'static, str>,
    /// What its values are.
    pub kind: Kind,
}

/// A table for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    columns: Vec<Column>,
    rows: Vec<Vec<Value>>,
}

impl Sheet {
    /// A table without rows.
    #[must_use]
    pub fn new(columns: Vec<Column>) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row.
    ///
    /// # Panics
    /// When a value is not of its column's kind, or there are more or fewer values than columns.
    pub fn add(&mut self, row: Vec<Value>) {
        assert_eq!(row.len(), self.columns.len(), "Invariant: a value for every column");
        for (column, value) in self.columns.iter().zip(&row) {
            let fits = match value {
                Value::Text(_) => column.kind == Kind::Text,
                Value::Count(_) => column.kind == Kind::Count,
                Value::Exact(_) => column.kind.places().is_some(),
                Value::Absent => true,
            };
            assert!(fits, "Invariant: {} holds {:?}, found {value:?}", column.name, column.kind);
        }
        self.rows.push(row);
    }

    /// The columns, in order.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The rows, in order.
    #[must_use]
    pub fn rows(&self) -> &[Vec<Value>] {
        &self.rows
    }
}
