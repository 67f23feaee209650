//! Kalshi's names for price level structures.

use std::fmt;
use std::str::FromStr;

use super::{PriceLevelError, PriceRange};
use crate::units::Price;

/// Declares the labels: name at Kalshi, then tick sizes \[0.0001 dollar\] as `edge | centre | edge`
/// with the width of an edge.
macro_rules! labels {
    ($($(#[$attribute:meta])* $label:ident = $name:literal, $grid:expr;)*) => {
        /// Kalshi's label for a price level structure (Kalshi, "Subpenny pricing", 2026-08-22,
        /// documented).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum PriceLevelLabel {
            $($(#[$attribute])* $label,)*
        }

        impl PriceLevelLabel {
            /// Every label.
            pub const ALL: &[Self] = &[$(Self::$label),*];

            /// The name that Kalshi uses.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$label => $name,)*
                }
            }

            const fn grid(self) -> Grid {
                match self {
                    $(Self::$label => $grid,)*
                }
            }
        }
    };
}

/// Tick sizes by distance from 0 and 1 dollar \[0.0001 dollar\].
#[derive(Clone, Copy)]
enum Grid {
    /// One tick size everywhere.
    Even { step: u16 },
    /// One tick size within `edge` of 0 and of 1 dollar, another between.
    Tapered { edge: u16, edge_step: u16, centre_step: u16 },
}

/// A grid whose edges reach to 0.10 and from 0.90.
const fn tapered(centre_step: u16, edge_step: u16) -> Grid {
    Grid::Tapered { edge: 1_000, edge_step, centre_step }
}

labels! {
    /// 0.01 everywhere.
    LinearCent = "linear_cent", Grid::Even { step: 100 };
    /// 0.01 from 0.10 to 0.90, 0.001 outside.
    TaperedDeciCent = "tapered_deci_cent", tapered(100, 10);
    /// 0.001 everywhere.
    DeciCent = "deci_cent", Grid::Even { step: 10 };
    /// 0.01 from 0.10 to 0.90, 0.005 outside.
    CenterWholeEdgeHalfCent = "center_whole_edge_half_cent", tapered(100, 50);
    /// 0.01 from 0.10 to 0.90, 0.002 outside.
    CenterWholeEdgeQuintCent = "center_whole_edge_quint_cent", tapered(100, 20);
    /// 0.005 everywhere.
    CenterHalfEdgeHalfCent = "center_half_edge_half_cent", tapered(50, 50);
    /// 0.005 from 0.10 to 0.90, 0.002 outside.
    CenterHalfEdgeQuintCent = "center_half_edge_quint_cent", tapered(50, 20);
    /// 0.005 from 0.10 to 0.90, 0.001 outside.
    CenterHalfEdgeDeciCent = "center_half_edge_deci_cent", tapered(50, 10);
    /// 0.002 everywhere.
    CenterQuintEdgeQuintCent = "center_quint_edge_quint_cent", tapered(20, 20);
    /// 0.002 from 0.10 to 0.90, 0.001 outside.
    CenterQuintEdgeDeciCent = "center_quint_edge_deci_cent", tapered(20, 10);
    /// 0.0001 everywhere.
    CenterCentiEdgeCentiCent = "center_centi_edge_centi_cent", Grid::Even { step: 1 };
    /// 0.001 from 0.01 to 0.99, 0.0001 outside.
    CenterDeciEdgeCentiCent = "center_deci_edge_centi_cent",
        Grid::Tapered { edge: 100, edge_step: 1, centre_step: 10 };
}

impl PriceLevelLabel {
    /// The label's price ranges, lowest first.
    #[must_use]
    pub fn ranges(self) -> Vec<PriceRange> {
        let range = |start, end, step| PriceRange {
            start: price(start),
            end: price(end),
            step: price(step),
        };
        match self.grid() {
            Grid::Even { step } => vec![range(0, 10_000, step)],
            Grid::Tapered { edge, edge_step, centre_step } => vec![
                range(0, edge, edge_step),
                range(edge, 10_000 - edge, centre_step),
                range(10_000 - edge, 10_000, edge_step),
            ],
        }
    }

    /// Every name, for messages.
    pub(super) fn list() -> String {
        Self::ALL.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(", ")
    }
}

fn price(ten_thousandths: u16) -> Price {
    Price::new(ten_thousandths).expect("Invariant: the table above stays within 1 dollar")
}

impl FromStr for PriceLevelLabel {
    type Err = PriceLevelError;

    fn from_str(text: &str) -> Result<Self, PriceLevelError> {
        let unknown = || PriceLevelError::UnknownLabel { found: text.to_owned() };
        Self::ALL.iter().copied().find(|label| label.name() == text).ok_or_else(unknown)
    }
}

impl fmt::Display for PriceLevelLabel {
    /// The name that Kalshi uses.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
