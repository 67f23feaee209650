//! What can be wrong with the description of fees.

use thiserror::Error;

use super::{BalanceStep, FeeKind, FeeMultiplier, FeeRounding};
use crate::units::Cash;

/// A description of fees that names nothing that exists.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FeeError {
    /// No such kind.
    #[error("fee kind: found `{found}`, allowed is one of {}", kinds())]
    UnknownKind {
        /// The kind as it was found.
        found: String,
    },
    /// A multiplier outside of its range or off its grid.
    #[error(
        "fee multiplier: found {found}, allowed is 0 to {} in steps of 0.0001",
        FeeMultiplier::MAX.to_decimal()
    )]
    Multiplier {
        /// The multiplier as it was found.
        found: String,
    },
    /// No such rounding.
    #[error("fee rounding: found `{found}`, allowed is one of {}", FeeRounding::LABELS.join(", "))]
    UnknownRounding {
        /// The label as it was found.
        found: String,
    },
    /// A balance step that no member has.
    #[error(
        "balance step: found {found} dollars, allowed is {} (direct member) or {} (broker)",
        BalanceStep::TenThousandth.cash(),
        BalanceStep::Cent.cash()
    )]
    BalanceStep {
        /// The step as it was found.
        found: Cash,
    },
}

fn kinds() -> String {
    FeeKind::ALL.map(FeeKind::name).join(", ")
}
