//! Rows as named columns, for everything that writes tables.

use rust_decimal::Decimal;

use crate::units::{Cash, MarketId, Position, Price, Quantity, SimDuration, SimTime, decimal_of};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Count,
    /// Exact decimals.
    Decimal {
        /// The most decimal places that a value of the column has.
        places: u32,
    },
    /// Words.
    Text,
}

/// One value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A whole number.
    Count(u64),
    /// An exact decimal without trailing zeros.
    Decimal(Decimal),
    /// Words.
    Text(String),
}

/// A column of rows of type `Row`: its name, what it holds, and how to read it.
#[derive(Debug)]
pub struct Column<Row> {
    /// The name; its last word is the unit.
    pub name: &'static str,
    /// What the column holds.
    pub kind: Kind,
    read: fn(&Row) -> Option<Value>,
}

impl<Row> Column<Row> {
    pub(super) const fn new(
        name: &'static str,
        kind: Kind,
        read: fn(&Row) -> Option<Value>,
    ) -> Self {
        Self { name, kind, read }
    }

    /// The row's value, absent when the row has none.
    #[must_use]
    pub fn value(&self, row: &Row) -> Option<Value> {
        (self.read)(row)
    }
}

/// Contracts [0.01].
pub(super) const CONTRACTS: Kind = Kind::Decimal { places: 2 };
/// Prices \[0.0001 dollar\].
pub(super) const PRICE: Kind = Kind::Decimal { places: 4 };
/// Money \[0.000001 dollar\].
pub(super) const DOLLARS: Kind = Kind::Decimal { places: 6 };
/// Time \[ns\].
pub(super) const SECONDS: Kind = Kind::Decimal { places: 9 };
/// Contracts times time.
pub(super) const CONTRACT_SECONDS: Kind = Kind::Decimal { places: 11 };
/// Contracts times price times time.
pub(super) const DOLLAR_SECONDS: Kind = Kind::Decimal { places: 15 };

/// Makes a table of columns from the fields of a row type: `field: kind`. A column has the name of
/// its field.
macro_rules! columns {
    ($row:ident { $($field:ident: $kind:expr),+ $(,)? }) => {
        &[$($crate::measure::columns::Column::new(
            stringify!($field),
            $kind,
            |row: &$row| $crate::measure::columns::Cell::cell(&row.$field),
        )),+]
    };
}
pub(super) use columns;

/// A field that can stand in a table.
pub(super) trait Cell {
    /// The value, absent when the field has none.
    fn cell(&self) -> Option<Value>;
}

impl<T: Cell> Cell for Option<T> {
    fn cell(&self) -> Option<Value> {
        self.as_ref().and_then(Cell::cell)
    }
}

/// Implements [`Cell`] by an expression.
macro_rules! cells {
    ($($field:ty: $name:ident => $value:expr),+ $(,)?) => {
        $(impl Cell for $field {
            fn cell(&self) -> Option<Value> {
                let $name = self;
                Some($value)
            }
        })+
    };
}

cells! {
    u64: count => Value::Count(*count),
    MarketId: market => Value::Count(market.number().into()),
    Decimal: decimal => Value::Decimal(*decimal),
    Cash: cash => Value::Decimal(cash.to_decimal()),
    Position: position => Value::Decimal(position.to_decimal()),
    Quantity: quantity => Value::Decimal(quantity.to_decimal()),
    Price: price => Value::Decimal(decimal_of(price.ten_thousandths().into(), 4)),
    SimDuration: length => Value::Decimal(length.to_decimal_s()),
    SimTime: time => Value::Decimal(time.since(SimTime::START).to_decimal_s()),
}
