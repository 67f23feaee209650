//! What the exchange does to a market, and to what the account holds there.

use crate::measure::story::{Line, words};
use crate::protocol::record::Truth;
use crate::protocol::{ExchangeStatus, MarketStatus};

/// One such thing in words; nothing for what else is true.
pub(super) fn tell(truth: &Truth) -> Option<Line> {
    match *truth {
        Truth::MarketStatus { market, status } => {
            Some((Some(market), format!("the market is {}", status_words(status))))
        }
        Truth::CloseMoved { market, closes_at } => {
            Some((Some(market), format!("the market's close is moved to {closes_at} s")))
        }
        Truth::LevelsRefined { market, levels } => {
            Some((Some(market), format!("the market trades at finer prices, {levels} of them")))
        }
        Truth::FeesDue { market } => {
            Some((Some(market), "the market's fees are no longer waived".to_owned()))
        }
        Truth::Settled { market, position, payout, .. } => {
            let held = words::held(position);
            Some((Some(market), format!("the market pays {payout} for {held}")))
        }
        Truth::CollateralReturned { event, amount } if amount.is_negative() => {
            Some((None, format!("{} of collateral for {event} is taken back", amount.abs())))
        }
        Truth::CollateralReturned { event, amount } => {
            Some((None, format!("{amount} of collateral for {event} is returned")))
        }
        Truth::ExchangeStatus(status) => Some((None, exchange_words(status).to_owned())),
        Truth::Execution(_)
        | Truth::Refused { .. }
        | Truth::Funds { .. }
        | Truth::Touch { .. }
        | Truth::Trade { .. }
        | Truth::ReplayClipped { .. } => None,
    }
}

/// `closed`, `determined: YES is worth 1.00`.
fn status_words(status: MarketStatus) -> String {
    match status.result() {
        None => status.to_string(),
        Some(result) => format!("{status}: YES is worth {}", result.settlement_value()),
    }
}

const fn exchange_words(status: ExchangeStatus) -> &'static str {
    match status {
        ExchangeStatus::Active => "the exchange trades again",
        ExchangeStatus::TradingPaused => "the exchange pauses trading: orders can only be canceled",
        ExchangeStatus::ExchangePaused => "the exchange pauses: nothing can be changed",
    }
}
