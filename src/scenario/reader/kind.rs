//! What a key can take: texts, whole numbers, words of a list.

use crate::scenario::document::Value;
use crate::scenario::error::{Fault, listed};
use crate::scenario::reader::resolved::quoted;

/// What a key takes, and how it is written again.
pub(in crate::scenario) trait Kind {
    /// What is made of the value.
    type Value;

    /// What is allowed, starting with `is` or `are`.
    fn allowed(&self) -> String;

    /// Reads a value.
    fn read(&self, value: &Value) -> Result<Self::Value, Fault>;

    /// Writes a value as a TOML literal.
    fn write(&self, value: &Self::Value) -> String;

    /// The mistake of a value that is not even of the right form.
    fn refused(&self, value: &Value) -> Fault {
        Fault::wrong(value.found(), self.allowed())
    }
}

/// A text of some length [characters], of all letters or of a few.
pub(in crate::scenario) struct Text {
    /// What it is, with article: `a title`.
    pub(in crate::scenario) what: &'static str,
    /// The shortest.
    pub(in crate::scenario) shortest: usize,
    /// The longest.
    pub(in crate::scenario) longest: usize,
}

impl Kind for Text {
    type Value = String;

    fn allowed(&self) -> String {
        format!("is {} of {} to {} characters", self.what, self.shortest, self.longest)
    }

    fn read(&self, value: &Value) -> Result<String, Fault> {
        match value {
            Value::Text(text)
                if (self.shortest..=self.longest).contains(&text.chars().count()) =>
            {
                Ok(text.clone())
            }
            Value::Text(_) | Value::Number(_) | Value::Boolean(_) | Value::Moment(_)
            | Value::Array(_) | Value::Table(_) => Err(self.refused(value)),
        }
    }

    fn write(&self, value: &String) -> String {
        quoted(value)
    }
}

/// A whole number in a range.
pub(in crate::scenario) struct Whole {
    /// The lowest.
    pub(in crate::scenario) low: u64,
    /// The highest.
    pub(in crate::scenario) high: u64,
}

impl Kind for Whole {
    type Value = u64;

    fn allowed(&self) -> String {
        format!("is a whole number from {} to {}", self.low, self.high)
    }

    fn read(&self, value: &Value) -> Result<u64, Fault> {
        let Value::Number(text) = value else { return Err(self.refused(value)) };
        let number = text.parse::<u64>().ok();
        number.filter(|number| (self.low..=self.high).contains(number)).ok_or_else(|| self.refused(value))
    }

    fn write(&self, value: &u64) -> String {
        value.to_string()
    }
}

/// One of a list of words, each with its meaning.
pub(in crate::scenario) struct Word<'w, T>(pub(in crate::scenario) &'w [(&'static str, T)]);

impl<T> Word<'_, T> {
    fn words(&self) -> Vec<&'static str> {
        self.0.iter().map(|(word, _)| *word).collect()
    }
}

impl<T: Clone + PartialEq> Kind for Word<'_, T> {
    type Value = T;

    fn allowed(&self) -> String {
        listed(&self.words())
    }

    fn read(&self, value: &Value) -> Result<T, Fault> {
        let Value::Text(text) = value else { return Err(self.refused(value)) };
        let meaning = self.0.iter().find(|(word, _)| word == text).map(|(_, meaning)| meaning);
        meaning.cloned().ok_or_else(|| Fault::not_among(text, &self.words()))
    }

    fn write(&self, value: &T) -> String {
        let word = self.0.iter().find(|(_, meaning)| meaning == value).map(|(word, _)| *word);
        quoted(word.expect("Invariant: a default is one of the words"))
    }
}
