//! Single values of a message, each refused with its place, what was found and what is allowed.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::flow::capture::{ExchangeTime, LineProblem};
use crate::units::{Price, Quantity};

/// The line that values point into.
#[derive(Clone, Copy)]
pub(super) struct Text<'a>(pub(super) &'a str);

/// A value that may be absent, with the key that leads to it.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) text: Text<'a>,
    pub(super) key: &'static str,
    pub(super) value: Option<&'a RawValue>,
}

impl<'a> Text<'a> {
    pub(super) fn field(self, key: &'static str, value: Option<&'a RawValue>) -> Field<'a> {
        Field { text: self, key, value }
    }

    /// Where a part of the line starts, counted from 1.
    fn column(self, part: &str) -> usize {
        (part.as_ptr() as usize).saturating_sub(self.0.as_ptr() as usize) + 1
    }
}

impl<'a> Field<'a> {
    fn required(self, allowed: &str) -> Result<&'a RawValue, LineProblem> {
        self.value.ok_or_else(|| LineProblem::MissingKey { key: self.key, allowed: allowed.into() })
    }

    fn bad(self, value: &RawValue, allowed: impl Into<String>) -> LineProblem {
        LineProblem::BadValue {
            column: self.text.column(value.get()),
            key: self.key,
            found: shortened(value.get()),
            allowed: allowed.into(),
        }
    }

    /// A count.
    pub(super) fn count(self) -> Result<u64, LineProblem> {
        const ALLOWED: &str = "a whole number from 0";
        let value = self.required(ALLOWED)?;
        value.get().parse().map_err(|_| self.bad(value, ALLOWED))
    }

    /// A market's ticker.
    pub(super) fn ticker(self) -> Result<&'a str, LineProblem> {
        const ALLOWED: &str = "the ticker of a market";
        let value = self.required(ALLOWED)?;
        plain_text(value).filter(|text| !text.is_empty()).ok_or_else(|| self.bad(value, ALLOWED))
    }

    /// An instant.
    pub(super) fn time(self) -> Result<ExchangeTime, LineProblem> {
        const ALLOWED: &str = "a time such as \"2026-11-22T12:00:01.25Z\"";
        let value = self.required(ALLOWED)?;
        plain_text(value).and_then(ExchangeTime::parse).ok_or_else(|| self.bad(value, ALLOWED))
    }

    /// The price of an order, strictly between 0 and 1 dollar.
    pub(super) fn price(self) -> Result<Price, LineProblem> {
        let value = self.required(PRICE)?;
        price_of(value).ok_or_else(|| self.bad(value, PRICE))
    }

    /// The price of a match, or 0 when there was none yet.
    pub(super) fn match_price(self) -> Result<Price, LineProblem> {
        const ALLOWED: &str = "a price such as \"0.4100\", from 0 to 1 dollar";
        let value = self.required(ALLOWED)?;
        let parsed = plain_text(value).and_then(|text| text.parse().ok());
        parsed.ok_or_else(|| self.bad(value, ALLOWED))
    }

    /// Contracts, zero allowed.
    pub(super) fn quantity(self) -> Result<Quantity, LineProblem> {
        const ALLOWED: &str = "a quantity such as \"120.50\"";
        let value = self.required(ALLOWED)?;
        let parsed = plain_text(value).and_then(|text| text.parse().ok());
        parsed.ok_or_else(|| self.bad(value, ALLOWED))
    }

    /// A change of a quantity: whether contracts go, and how many.
    pub(super) fn signed_quantity(self) -> Result<(Sign, Quantity), LineProblem> {
        const ALLOWED: &str = "a change such as \"-3.00\" that is not zero";
        let value = self.required(ALLOWED)?;
        let parsed = plain_text(value).and_then(|text| {
            let (sign, digits) = match text.strip_prefix('-') {
                Some(digits) => (Sign::Minus, digits),
                None => (Sign::Plus, text),
            };
            let quantity: Quantity = digits.parse().ok()?;
            (!quantity.is_zero()).then_some((sign, quantity))
        });
        parsed.ok_or_else(|| self.bad(value, ALLOWED))
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(self, words: &[(&'static str, T)]) -> Result<T, LineProblem> {
        let list = || {
            let quoted: Vec<_> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            format!("one of {}", quoted.join(", "))
        };
        let Some(value) = self.value else {
            return Err(LineProblem::MissingKey { key: self.key, allowed: list() });
        };
        let found = plain_text(value);
        let known = words.iter().find(|(word, _)| found == Some(word));
        known.map(|(_, meaning)| *meaning).ok_or_else(|| self.bad(value, list()))
    }

    /// The levels of one side: empty when the key is absent (Kalshi leaves an empty side out).
    pub(super) fn levels(self) -> Result<Vec<(Price, Quantity)>, LineProblem> {
        const ALLOWED: &str = "a list of levels such as [\"0.4000\",\"120.00\"]";
        const QUANTITY: &str = "a quantity above zero such as \"120.50\"";
        let Some(whole) = self.value else { return Ok(Vec::new()) };
        let pairs: Vec<[&RawValue; 2]> =
            serde_json::from_str(whole.get()).map_err(|_| self.bad(whole, ALLOWED))?;
        let level = |[price, quantity]: [&'a RawValue; 2]| {
            let contracts = plain_text(quantity).and_then(|text| text.parse::<Quantity>().ok());
            let contracts = contracts.filter(|contracts| !contracts.is_zero());
            Ok((
                price_of(price).ok_or_else(|| self.bad(price, PRICE))?,
                contracts.ok_or_else(|| self.bad(quantity, QUANTITY))?,
            ))
        };
        pairs.into_iter().map(level).collect()
    }
}

/// The sign of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Plus,
    Minus,
}

const PRICE: &str = "a price such as \"0.4100\", above 0 and below 1 dollar, in steps of 0.0001";

fn price_of(value: &RawValue) -> Option<Price> {
    let price: Price = plain_text(value)?.parse().ok()?;
    (price > Price::ZERO && price < Price::ONE_DOLLAR).then_some(price)
}

/// The inside of a JSON string; none when it has an escape, which nothing in these messages needs.
fn plain_text(value: &RawValue) -> Option<&str> {
    let inside = value.get().strip_prefix('"')?.strip_suffix('"')?;
    (!inside.contains('\\')).then_some(inside)
}

/// What was found, short enough for a message.
fn shortened(found: &str) -> String {
    const LONGEST: usize = 60;
    if found.chars().count() <= LONGEST {
        return found.to_owned();
    }
    let start: String = found.chars().take(LONGEST).collect();
    format!("{start}…")
}

/// Parses an object, naming the column within the line when it is none.
pub(super) fn object<'a, T: Deserialize<'a>>(
    line: Text<'a>,
    part: &'a str,
) -> Result<T, LineProblem> {
    // The parser would take the elements of a list for the values of the keys.
    if !part.trim_start().starts_with('{') {
        let found = if part.is_empty() { "nothing".to_owned() } else { shortened(part) };
        return Err(LineProblem::NotJson { column: line.column(part), found });
    }
    serde_json::from_str(part).map_err(|problem| {
        let whole = problem.to_string();
        let found = whole.rsplit_once(" at line ").map_or(whole.as_str(), |(what, _)| what);
        LineProblem::NotJson {
            column: line.column(part) + problem.column().saturating_sub(1),
            found: found.to_owned(),
        }
    })
}
