//! What a key can take: texts, whole numbers, words of a list.

use rust_decimal::Decimal;

use crate::scenario::document::{Value, is_engine_name};
use crate::scenario::error::{Fault, listed};
use crate::scenario::reader::resolved::quoted;
use crate::units::parse_decimal;

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

/// A text of some length \[characters\].
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
            Value::Text(text) if self.fits(text) => Ok(text.clone()),
            other => Err(self.refused(other)),
        }
    }

    fn write(&self, value: &String) -> String {
        quoted(value)
    }
}

impl Text {
    fn fits(&self, text: &str) -> bool {
        (self.shortest..=self.longest).contains(&text.chars().count())
    }
}

/// A whole number in a range.
pub(in crate::scenario) struct Whole {
    /// The unit in words, with a leading ` of `; empty without one.
    pub(in crate::scenario) unit: &'static str,
    /// The lowest.
    pub(in crate::scenario) low: u64,
    /// The highest.
    pub(in crate::scenario) high: u64,
}

impl Kind for Whole {
    type Value = u64;

    fn allowed(&self) -> String {
        format!("is a whole number{} from {} to {}", self.unit, self.low, self.high)
    }

    fn read(&self, value: &Value) -> Result<u64, Fault> {
        let Value::Number(text) = value else { return Err(self.refused(value)) };
        let number = text.parse::<u64>().ok();
        number
            .filter(|number| (self.low..=self.high).contains(number))
            .ok_or_else(|| self.refused(value))
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

/// Some of a list of words, each with its meaning: an array of one or more, none of them twice.
pub(in crate::scenario) struct Words<'w, T>(pub(in crate::scenario) &'w [(&'static str, T)]);

impl<T: Clone + PartialEq> Kind for Words<'_, T> {
    type Value = Vec<T>;

    fn allowed(&self) -> String {
        let words = Word(self.0).words();
        let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        format!("is an array of one or more of {}, each once", words.join(", "))
    }

    fn read(&self, value: &Value) -> Result<Vec<T>, Fault> {
        let Value::Array(items) = value else { return Err(self.refused(value)) };
        let mut read = Vec::with_capacity(items.len());
        for item in items {
            let meaning = Word(self.0).read(&item.value)?;
            if read.contains(&meaning) {
                let found = format!("{} a second time", item.value.found());
                return Err(Fault::wrong(found, self.allowed()));
            }
            read.push(meaning);
        }
        if read.is_empty() {
            return Err(Fault::wrong("an empty array", self.allowed()));
        }
        Ok(read)
    }

    fn write(&self, value: &Vec<T>) -> String {
        let words: Vec<String> = value.iter().map(|meaning| Word(self.0).write(meaning)).collect();
        format!("[{}]", words.join(", "))
    }
}

/// A value, or the word `none`.
pub(in crate::scenario) struct OrNone<K>(pub(in crate::scenario) K);

impl<K: Kind> Kind for OrNone<K> {
    type Value = Option<K::Value>;

    fn allowed(&self) -> String {
        format!("{} or `none`", self.0.allowed())
    }

    fn read(&self, value: &Value) -> Result<Self::Value, Fault> {
        match value {
            Value::Text(word) if word == "none" => Ok(None),
            Value::Text(_) => Err(self.refused(value)),
            value => self.0.read(value).map(Some).map_err(|fault| match fault {
                Fault::Wrong { found, allowed } => {
                    Fault::Wrong { found, allowed: format!("{allowed} or `none`") }
                }
                other => other,
            }),
        }
    }

    fn write(&self, value: &Self::Value) -> String {
        value.as_ref().map_or_else(|| quoted("none"), |value| self.0.write(value))
    }
}

/// A name, of letters that need no quotes.
pub(in crate::scenario) struct Name {
    /// What it is, starting with `is`.
    allowed: &'static str,
    is_name: fn(&str) -> bool,
}

/// A ticker, an account, a label.
pub(in crate::scenario) const NAME: Name = Name {
    allowed: "is a name of 1 to 100 letters, digits, `-`, `_` and `.`",
    is_name: |text| {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        (1..=100).contains(&text.len()) && text.chars().all(is_part)
    },
};

/// The name of an engine.
pub(in crate::scenario) const ENGINE_NAME: Name = Name {
    allowed: "is a name of 1 to 100 letters, digits, `-` and `_` that starts with a letter",
    is_name: is_engine_name,
};

impl Kind for Name {
    type Value = String;

    fn allowed(&self) -> String {
        self.allowed.to_owned()
    }

    fn read(&self, value: &Value) -> Result<String, Fault> {
        match value {
            Value::Text(text) if (self.is_name)(text) => Ok(text.clone()),
            other => Err(self.refused(other)),
        }
    }

    fn write(&self, value: &String) -> String {
        quoted(value)
    }
}

/// One of a few numbers, each with its meaning.
pub(in crate::scenario) struct Number<'n, T> {
    /// The unit.
    pub(in crate::scenario) unit: &'static str,
    /// The numbers.
    pub(in crate::scenario) numbers: &'n [(Decimal, T)],
}

impl<T: Clone + PartialEq> Kind for Number<'_, T> {
    type Value = T;

    fn allowed(&self) -> String {
        let numbers: Vec<String> =
            self.numbers.iter().map(|(number, _)| number.to_string()).collect();
        format!("is {} {}", numbers.join(" or "), self.unit)
    }

    fn read(&self, value: &Value) -> Result<T, Fault> {
        let Value::Number(text) = value else { return Err(self.refused(value)) };
        let decimal = parse_decimal(self.unit, text).map_err(|_| self.refused(value))?;
        let meaning = self.numbers.iter().find(|(number, _)| *number == decimal);
        meaning.map(|(_, meaning)| meaning.clone()).ok_or_else(|| self.refused(value))
    }

    fn write(&self, value: &T) -> String {
        let number = self.numbers.iter().find(|(_, meaning)| meaning == value);
        number.map(|(number, _)| number.to_string()).expect("Invariant: one of the numbers")
    }
}
