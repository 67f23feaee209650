//! The invariants, each a function that is named after what it holds.
//!
//! | numbers | file | what they speak of |
//! |:--|:--|:--|
//! | 1 to 5 | `book` | the orders that rest |
//! | 6 to 9 | `trade` | one match |
//! | 10 to 15 | `matching` | an order from its coming to its end, and order groups |
//! | 16 to 21 | `ledger`, `collateral` | money and contracts |
//! | 22, 23 | `commands` | time and commands |
//!
//! An invariant of the whole state has a second function where a part of it can be seen in one event.

pub(super) mod book;
pub(super) mod collateral;
pub(super) mod commands;
pub(super) mod ledger;
pub(super) mod matching;
pub(super) mod trade;
