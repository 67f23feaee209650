//! Results as JSON with exact numbers.

use std::io::{self, Write};

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::measure::Value;
use crate::report::Sheet;

/// A table as a list of flat objects whose keys are the columns, in their order. Counts are
/// integers; decimals are numbers with all their digits, without exponent, that never were a
/// float; what a row does not have is `null`.
#[derive(Debug)]
pub struct Rows<'s>(pub &'s Sheet);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.0.rows().len()))?;
        for values in self.0.rows() {
            rows.serialize_element(&RowObject { sheet: self.0, values })?;
        }
        rows.end()
    }
}

struct RowObject<'s> {
    sheet: &'s Sheet,
    values: &'s [Option<Value>],
}

impl Serialize for RowObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.values.len()))?;
        for (column, value) in self.sheet.columns().iter().zip(self.values) {
            match value {
                Some(Value::Count(count)) => object.serialize_entry(column.name, count)?,
                Some(Value::Text(text)) => object.serialize_entry(column.name, text)?,
                Some(Value::Decimal(decimal)) => {
                    let number = RawValue::from_string(decimal.normalize().to_string())
                        .expect("Invariant: a decimal is a JSON number");
                    object.serialize_entry(column.name, &number)?;
                }
                None => object.serialize_entry(column.name, &())?,
            }
        }
        object.end()
    }
}

/// What stands above the rows, and the rows.
#[derive(Debug, Serialize)]
pub struct Document<'s> {
    /// The scenario's name.
    pub scenario: &'s str,
    /// The digest of the whole result, in hexadecimal digits.
    pub digest: String,
    /// One object for each run.
    pub rows: Rows<'s>,
    /// One object for each kind of fault that a run met.
    pub faults: Rows<'s>,
    /// One object for each window; only where single runs are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub windows: Option<Rows<'s>>,
    /// One object for each stop; only where single runs are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stops: Option<Rows<'s>>,
}

/// Writes a value as indented JSON with a newline at the end.
///
/// # Errors
/// When writing fails.
pub fn write_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    out.write_all(b"\n")
}
