//! Tables as polars frames: CSV and Parquet files. The only module that names polars.

use std::io::Write;

use polars::prelude::{
    Column, CsvWriter, DataFrame, IntoColumn, IntoSeries, NamedFrom, ParquetWriter, PlSmallStr,
    PolarsError, SerWriter, Series,
};
use polars::prelude::{Int128Chunked, NewChunkedArray};
use thiserror::Error;

use crate::measure::{Kind, Value};
use crate::report::Sheet;

/// Digits of a decimal column: the most that 128 bits hold.
const PRECISION: usize = 38;

/// Why a table did not become a file.
#[derive(Debug, Error)]
pub enum FrameError {
    /// A value has more decimals than its column.
    #[error("column {column}: found {found}, allowed are {places} decimals")]
    TooFine {
        /// The column.
        column: &'static str,
        /// The value.
        found: String,
        /// The column's decimals.
        places: u32,
    },
    /// Writing failed.
    #[error("cannot write the table")]
    Write(#[from] PolarsError),
}

/// Writes comma-separated values with a header line; decimals are exact, with as many places as
/// their column has.
///
/// # Errors
/// When a value is finer than its column, or writing fails.
pub fn write_csv(sheet: &Sheet, out: &mut dyn Write) -> Result<(), FrameError> {
    CsvWriter::new(out).finish(&mut frame(sheet)?)?;
    Ok(())
}

/// Writes a Parquet file with exact decimal columns.
///
/// # Errors
/// When a value is finer than its column, or writing fails.
pub fn write_parquet(sheet: &Sheet, out: &mut dyn Write) -> Result<(), FrameError> {
    ParquetWriter::new(out).finish(&mut frame(sheet)?)?;
    Ok(())
}

/// The table as a frame.
fn frame(sheet: &Sheet) -> Result<DataFrame, FrameError> {
    let columns = (0..sheet.columns().len()).map(|index| frame_column(sheet, index));
    let columns: Vec<Column> = columns.collect::<Result<_, _>>()?;
    Ok(DataFrame::new(sheet.rows().len(), columns)?)
}

fn frame_column(sheet: &Sheet, index: usize) -> Result<Column, FrameError> {
    let column = &sheet.columns()[index];
    let name = PlSmallStr::from_str(column.name);
    let values = sheet.rows().iter().map(|row| row[index].as_ref());
    let series = match column.kind {
        Kind::Count => Series::new(name, values.map(count).collect::<Vec<_>>()),
        Kind::Text => Series::new(name, values.map(text).collect::<Vec<_>>()),
        Kind::Decimal { places } => {
            let integers = values.map(|value| integer(column.name, value, places));
            let integers = integers.collect::<Result<Vec<_>, _>>()?;
            let scale = usize::try_from(places).expect("Invariant: places are few");
            let decimals = Int128Chunked::from_iter_options(name, integers.into_iter());
            decimals.into_decimal(PRECISION, scale)?.into_series()
        }
    };
    Ok(series.into_column())
}

fn count(value: Option<&Value>) -> Option<u64> {
    if let Some(Value::Count(count)) = value { Some(*count) } else { None }
}

fn text(value: Option<&Value>) -> Option<&str> {
    if let Some(Value::Text(text)) = value { Some(text) } else { None }
}

fn integer(
    column: &'static str,
    value: Option<&Value>,
    places: u32,
) -> Result<Option<i128>, FrameError> {
    let Some(Value::Decimal(decimal)) = value else { return Ok(None) };
    let too_fine = || FrameError::TooFine { column, found: decimal.to_string(), places };
    scaled(*decimal, places).map(Some).ok_or_else(too_fine)
}

/// The integer `value * 10^places`, absent when the value is finer than that.
fn scaled(value: rust_decimal::Decimal, places: u32) -> Option<i128> {
    let value = value.normalize();
    let missing = places.checked_sub(value.scale())?;
    value.mantissa().checked_mul(10_i128.pow(missing))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use polars::prelude::{DataType, ParquetReader, SerReader};
    use rust_decimal::Decimal;

    use super::*;
    use crate::report::Heading;

    const fn heading(name: &'static str, kind: Kind) -> Heading {
        Heading { name, kind }
    }

    const fn decimal(name: &'static str, places: u32) -> Heading {
        heading(name, Kind::Decimal { places })
    }

    fn exact(text: &str) -> Value {
        Value::Decimal(Decimal::from_str_exact(text).unwrap())
    }

    /// Every kind and scale of the measures; the second row holds the finest steps and the largest
    /// seed.
    fn every_kind() -> Sheet {
        let mut sheet = Sheet::new(vec![
            heading("seed", Kind::Count),
            heading("engine", Kind::Text),
            decimal("contracts", 2),
            decimal("dollars", 6),
            decimal("seconds", 9),
            decimal("contract_seconds", 11),
            decimal("dollar_seconds", 15),
        ]);
        let mut row = |seed: u64, engine: &str, decimals: [&str; 5]| {
            let keys = [Some(Value::Count(seed)), Some(Value::Text(engine.to_owned()))];
            sheet.add(keys.into_iter().chain(decimals.map(exact).map(Some)).collect());
        };
        row(1, "immediate", ["50", "-7", "30", "1500", "975"]);
        let steps = ["0.01", "-0.000001", "0.000000001", "0.00000000001", "0.000000000000001"];
        row(u64::MAX, "a, \"b\"", steps);
        let mut absent = vec![None; 7];
        absent[5] = Some(exact("92233720368547758.07000000001"));
        sheet.add(absent);
        sheet
    }

    #[test]
    fn csv_holds_every_digit_and_quotes_what_needs_it() {
        let mut out = Vec::new();
        write_csv(&every_kind(), &mut out).unwrap();
        let expected = "\
seed,engine,contracts,dollars,seconds,contract_seconds,dollar_seconds
1,immediate,50.00,-7.000000,30.000000000,1500.00000000000,975.000000000000000
18446744073709551615,\"a, \"\"b\"\"\",0.01,-0.000001,0.000000001,0.00000000001,0.000000000000001
,,,,,92233720368547758.07000000001,
";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn parquet_brings_back_the_same_frame_with_decimal_columns() {
        let mut out = Vec::new();
        write_parquet(&every_kind(), &mut out).unwrap();
        let read = ParquetReader::new(Cursor::new(out)).finish().unwrap();
        assert!(read.equals_missing(&frame(&every_kind()).unwrap()));
        let types: Vec<DataType> = read.columns().iter().map(|each| each.dtype().clone()).collect();
        let mut expected = vec![DataType::UInt64, DataType::String];
        expected.extend([2, 6, 9, 11, 15].map(|scale| DataType::Decimal(38, scale)));
        assert_eq!(types, expected);
        // 92233720368547758.07000000001 with 11 places, the digits as they were put in.
        let integers = read.column("contract_seconds").unwrap().decimal().unwrap().physical();
        assert_eq!(integers.get(2), Some(9_223_372_036_854_775_807_000_000_001));
    }

    #[test]
    fn a_table_without_rows_still_has_its_columns() {
        let mut out = Vec::new();
        let sheet = Sheet::new(vec![heading("seed", Kind::Count), decimal("gap", 2)]);
        write_csv(&sheet, &mut out).unwrap();
        assert_eq!(out, b"seed,gap\n");
    }

    #[test]
    fn a_value_finer_than_its_column_is_an_error_and_never_rounded() {
        let mut sheet = Sheet::new(vec![decimal("gap", 2)]);
        sheet.add(vec![Some(exact("0.125"))]);
        let error = write_csv(&sheet, &mut Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "column gap: found 0.125, allowed are 2 decimals");
    }
}
