//! Exact decimals with a unit and a range.

use rust_decimal::Decimal;

use crate::link::Factor;
use crate::scenario::document::Value;
use crate::scenario::error::Fault;
use crate::scenario::reader::kind::Kind;
use crate::units::{
    Cash, Position, Price, Quantity, Side, SimDuration, SimTime, UnitsError, decimal_of,
    parse_decimal,
};

/// A decimal number with a unit, in a range, on a grid of a power of ten. Never a float: a number
/// keeps its text until it is exact.
pub(in crate::scenario) struct Measure<T> {
    unit: &'static str,
    low: Decimal,
    high: Decimal,
    /// Decimal places at most.
    places: u32,
    of_decimal: fn(Decimal) -> Result<T, UnitsError>,
    to_decimal: fn(&T) -> Decimal,
}

impl<T> Measure<T> {
    /// The same numbers, made into something else.
    pub(in crate::scenario) fn made_into<U>(
        self,
        of_decimal: fn(Decimal) -> Result<U, UnitsError>,
        to_decimal: fn(&U) -> Decimal,
    ) -> Measure<U> {
        let Self { unit, low, high, places, .. } = self;
        Measure { unit, low, high, places, of_decimal, to_decimal }
    }

    fn spaced_unit(&self) -> String {
        if self.unit.is_empty() { String::new() } else { format!(" {}", self.unit) }
    }
}

impl<T> Kind for Measure<T> {
    type Value = T;

    fn allowed(&self) -> String {
        format!("is {} to {}{}", self.low, self.high, self.spaced_unit())
    }

    fn read(&self, value: &Value) -> Result<T, Fault> {
        let Value::Number(text) = value else { return Err(self.refused(value)) };
        let decimal = parse_decimal(self.unit, text).map_err(|_| self.refused(value))?.normalize();
        if decimal < self.low || decimal > self.high {
            return Err(self.refused(value));
        }
        if decimal.scale() > self.places {
            let step = decimal_of(1, self.places);
            let allowed = format!("are steps of {step}{}", self.spaced_unit());
            return Err(Fault::wrong(text.as_str(), allowed));
        }
        (self.of_decimal)(decimal).map_err(|_| self.refused(value))
    }

    fn write(&self, value: &T) -> String {
        (self.to_decimal)(value).normalize().to_string()
    }
}

/// A length of time in seconds.
pub(in crate::scenario) fn seconds(low: SimDuration, high: SimDuration) -> Measure<SimDuration> {
    Measure {
        unit: "seconds",
        low: low.to_decimal_s(),
        high: high.to_decimal_s(),
        places: 9,
        of_decimal: SimDuration::from_decimal_s,
        to_decimal: |length| length.to_decimal_s(),
    }
}

/// An instant in seconds since the scenario's start.
pub(in crate::scenario) fn instant(low: SimTime, high: SimTime) -> Measure<SimTime> {
    let decimal = |time: &SimTime| time.since(SimTime::START).to_decimal_s();
    Measure {
        unit: "seconds",
        low: decimal(&low),
        high: decimal(&high),
        places: 9,
        of_decimal: |s| Ok(SimTime::START + SimDuration::from_decimal_s(s)?),
        to_decimal: decimal,
    }
}

/// A length of time in milliseconds.
pub(in crate::scenario) fn milliseconds(
    low: SimDuration,
    high: SimDuration,
) -> Measure<SimDuration> {
    let decimal = |length: &SimDuration| decimal_of(length.ns().into(), 6);
    Measure {
        unit: "milliseconds",
        low: decimal(&low),
        high: decimal(&high),
        places: 6,
        of_decimal: SimDuration::from_decimal_ms,
        to_decimal: decimal,
    }
}

/// A price that can be traded at: strictly between 0 and 1 dollar.
pub(in crate::scenario) fn price() -> Measure<Price> {
    prices(decimal_of(1, 4), decimal_of(9_999, 4))
}

/// A price, or where price levels end: 0 and 1 dollar included.
pub(in crate::scenario) fn price_edge() -> Measure<Price> {
    prices(Decimal::ZERO, Decimal::ONE)
}

fn prices(low: Decimal, high: Decimal) -> Measure<Price> {
    Measure {
        unit: "dollars",
        low,
        high,
        places: 4,
        of_decimal: Price::from_decimal,
        to_decimal: |price| decimal_of(price.ten_thousandths().into(), 4),
    }
}

/// A number of contracts to order: 0.01 or more.
pub(in crate::scenario) fn contracts(high: Quantity) -> Measure<Quantity> {
    Measure {
        unit: "contracts",
        low: Quantity::STEP.to_decimal(),
        high: high.to_decimal(),
        places: 2,
        of_decimal: Quantity::from_decimal,
        to_decimal: |quantity| quantity.to_decimal(),
    }
}

/// A position: contracts held, those of NO below zero.
pub(in crate::scenario) fn position() -> Measure<Position> {
    let most = Quantity::MAX.to_decimal();
    Measure {
        unit: "contracts",
        low: -most,
        high: most,
        places: 2,
        of_decimal: |contracts| {
            let side = if contracts.is_sign_negative() { Side::Ask } else { Side::Bid };
            Ok(Position::of(side, Quantity::from_decimal(contracts.abs())?))
        },
        to_decimal: |position| position.to_decimal(),
    }
}

/// Any exact number.
#[derive(Clone, Copy, Debug)]
pub(in crate::scenario) struct Exact;

impl Kind for Exact {
    type Value = Decimal;

    fn allowed(&self) -> String {
        "is an exact decimal number".to_owned()
    }

    fn read(&self, value: &Value) -> Result<Decimal, Fault> {
        let Value::Number(text) = value else { return Err(self.refused(value)) };
        parse_decimal("", text).map_err(|_| self.refused(value))
    }

    fn write(&self, value: &Decimal) -> String {
        value.normalize().to_string()
    }
}

/// An amount of money.
pub(in crate::scenario) fn dollars(low: Cash, high: Cash) -> Measure<Cash> {
    Measure {
        unit: "dollars",
        low: low.to_decimal(),
        high: high.to_decimal(),
        places: 6,
        of_decimal: Cash::from_decimal,
        to_decimal: |cash| cash.to_decimal(),
    }
}

/// A decimal number from 0 to `high`, with at most so many decimal places.
pub(in crate::scenario) fn decimal(unit: &'static str, high: u32, places: u32) -> Measure<Decimal> {
    Measure {
        unit,
        low: Decimal::ZERO,
        high: high.into(),
        places,
        of_decimal: Ok,
        to_decimal: |number| *number,
    }
}

/// A factor, or a share of the whole that `unit` names, from 0 to `high` in steps of 0.0001.
pub(in crate::scenario) fn ratio(unit: &'static str, high: u32) -> Measure<Decimal> {
    decimal(unit, high, 4)
}

/// The factor of a burst.
pub(in crate::scenario) fn factor() -> Measure<Factor> {
    Measure {
        unit: "",
        low: Factor::ONE.to_decimal(),
        high: Factor::LARGEST.to_decimal(),
        places: 6,
        of_decimal: |number| Ok(Factor::from_decimal(number).expect("Invariant: within the range")),
        to_decimal: |factor| factor.to_decimal(),
    }
}
