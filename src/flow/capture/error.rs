//! What can be wrong with a capture.

use thiserror::Error;

use crate::flow::capture::ExchangeTime;
use crate::units::{Price, Quantity, Side};

/// Why a capture is refused: where, what was found, what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CaptureError {
    /// The file can not be opened.
    #[error("{file}: found {cause}, allowed is a file that can be read")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system says.
        cause: String,
    },
    /// The bytes end or break in the middle.
    #[error(
        "{file}, line {line}: found broken data ({cause}), allowed is plain text or whole gzip"
    )]
    Broken {
        /// The file.
        file: String,
        /// The line that could not be read to its end, counted from 1.
        line: u64,
        /// What the decoder says.
        cause: String,
    },
    /// One line is wrong.
    #[error("{file}, line {line}: {problem}")]
    BadLine {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: u64,
        /// What is wrong with it.
        problem: LineProblem,
    },
    /// There is no book in it.
    #[error("{file}: found no `orderbook_snapshot`, allowed is at least one")]
    NoMarket {
        /// The file.
        file: String,
    },
    /// The market that was asked for is not in it.
    #[error("{file}: found no market `{found}`, allowed is one of {allowed}")]
    NoSuchMarket {
        /// The file.
        file: String,
        /// The ticker that was asked for.
        found: String,
        /// The tickers that it holds.
        allowed: String,
    },
}

/// What is wrong with one line of a capture.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LineProblem {
    /// Longer than any message of the venue.
    #[error("found more than {allowed} bytes, allowed is one message a line")]
    TooLong {
        /// The most bytes that a line may have.
        allowed: usize,
    },
    /// Not a JSON object.
    #[error("column {column}: found {found}, allowed is one JSON object a line")]
    NotJson {
        /// The column, counted from 1.
        column: usize,
        /// What the parser says.
        found: String,
    },
    /// A key that must be there is not.
    #[error("found no key `{key}`, allowed is {allowed}")]
    MissingKey {
        /// The key, with the keys that lead to it.
        key: &'static str,
        /// What it should hold.
        allowed: String,
    },
    /// A key holds what it may not.
    #[error("column {column}, key `{key}`: found {found}, allowed is {allowed}")]
    BadValue {
        /// Where the value starts, counted from 1.
        column: usize,
        /// The key, with the keys that lead to it.
        key: &'static str,
        /// The value.
        found: String,
        /// What it should hold.
        allowed: String,
    },
    /// A message is missing or came twice.
    #[error(
        "found sequence number {found} on connection {connection}, subscription {subscription}, \
         allowed is {allowed}"
    )]
    SequenceGap {
        /// The connection.
        connection: u64,
        /// The subscription.
        subscription: u64,
        /// The number.
        found: u64,
        /// The number that is next.
        allowed: u64,
    },
    /// A message of a connection that was replaced.
    #[error("found connection {found}, allowed is {allowed} or higher")]
    ConnectionWentBack {
        /// The connection.
        found: u64,
        /// The newest connection.
        allowed: u64,
    },
    /// A delta of a market whose book is not known on this connection.
    #[error("found a delta of `{market}`, allowed is a snapshot of it first on this connection")]
    DeltaBeforeSnapshot {
        /// The market.
        market: String,
    },
    /// A level twice in one snapshot.
    #[error("found the {side} level {price} a second time in a snapshot, allowed is once")]
    DuplicateLevel {
        /// The side, in the YES frame.
        side: Side,
        /// The price, in the YES frame.
        price: Price,
    },
    /// More is removed from a level than it holds.
    #[error("found {removed} removed from the {side} level {price}, allowed is up to {level}")]
    BelowZero {
        /// The side, in the YES frame.
        side: Side,
        /// The price, in the YES frame.
        price: Price,
        /// Contracts to remove.
        removed: Quantity,
        /// Contracts there.
        level: Quantity,
    },
    /// A level holds more than any quantity may.
    #[error(
        "found {level} contracts at the {side} level {price}, allowed is up to {}",
        Quantity::MAX
    )]
    AboveMost {
        /// The side, in the YES frame.
        side: Side,
        /// The price, in the YES frame.
        price: Price,
        /// Contracts there.
        level: Quantity,
    },
    /// The book is crossed or locked at the end of an exchange event.
    #[error(
        "found the bid {bid} at or above the ask {ask} after the event of {at}, \
         allowed is below (NO levels carry NO prices)"
    )]
    Crossed {
        /// When.
        at: ExchangeTime,
        /// The best bid.
        bid: Price,
        /// The best ask.
        ask: Price,
    },
    /// The traded volume of a market fell.
    #[error("found volume {found} of `{market}`, allowed is {allowed} or more")]
    VolumeWentBack {
        /// The market.
        market: String,
        /// The volume.
        found: Quantity,
        /// The volume that was seen before.
        allowed: Quantity,
    },
    /// A price that the market's grid does not have.
    #[error("found price {found} of `{market}`, allowed are prices of its price levels")]
    OffGrid {
        /// The market.
        market: String,
        /// The price, in the YES frame.
        found: Price,
    },
}
