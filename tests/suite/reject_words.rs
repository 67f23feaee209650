//! The exchange's own words for each reason to refuse.

use std::collections::BTreeSet;

use fillgap::protocol::RejectReason;
use fillgap::protocol::RejectReason as Reason;

/// Code, HTTP status and FIX text, as Kalshi's documentation of 2026-08-22 and the recorded answers of
/// 2026-06-11 give them.
#[test]
fn a_reason_has_the_code_the_status_and_the_text_of_the_exchange() {
    for (reason, code, status, text) in [
        (Reason::InvalidPrice, "invalid_price", 400, Some("INVALID_ORDER")),
        (Reason::PostOnlyCross, "invalid_order", 400, Some("POST_ONLY_CROSS")),
        (Reason::InsufficientBalance, "insufficient_balance", 400, Some("INSUFFICIENT_BALANCE")),
        (Reason::OrderAlreadyExists, "order_already_exists", 409, Some("ORDER_ALREADY_EXISTS")),
        (
            Reason::FillOrKillInsufficientVolume,
            "fill_or_kill_insufficient_resting_volume",
            409,
            Some("FOK_INSUFFICIENT_VOLUME"),
        ),
        (Reason::OrderNotFound, "not_found", 404, None),
        (Reason::ForeignOrder, "forbidden", 403, None),
        (Reason::NothingToClose, "invalid_order", 400, Some("REDUCE_ONLY")),
        (Reason::MarketNotFound, "not_found", 404, Some("MARKET_NOT_FOUND")),
        (Reason::MarketInactive, "market_inactive", 409, Some("MARKET_INACTIVE")),
        (Reason::TradingPaused, "trading_is_paused", 409, Some("TRADING_PAUSED")),
        (Reason::ExchangePaused, "exchange_is_paused", 409, Some("EXCHANGE_PAUSED")),
        (Reason::OrderMarketMismatch, "order_ticker_mismatch", 400, None),
        (Reason::OrderSideMismatch, "order_side_mismatch", 400, None),
        (Reason::ClientOrderMismatch, "order_id_and_client_order_id_mismatch", 400, None),
    ] {
        assert_eq!((reason.code(), reason.http_status(), reason.fix_text()), (code, status, text));
    }
}

/// The texts of FIX "Order entry", 2026-08-22, that refuse a request or end an order at once; for some of
/// them no code of the REST interface is known.
#[test]
fn a_reason_has_the_text_of_fix_where_one_is_documented() {
    for (reason, text) in [
        (Reason::AmendBelowFilled, "INVALID_AMEND_QTY_FOR_ORDER"),
        (Reason::SelfCross, "SELF_CROSS_ATTEMPT"),
        (Reason::OrderGroupNotFound, "ORDER_GROUP_NOT_FOUND"),
        (Reason::OrderGroupTriggered, "EXCEEDED_ORDER_GROUP_RISK_LIMIT"),
        (Reason::PositionLimit, "EXCEEDED_PER_MARKET_RISK_LIMIT"),
        (Reason::ExchangeUnavailable, "EXCHANGE_UNAVAILABLE"),
        (Reason::InvalidOrderSize, "INVALID_ORDER"),
        (Reason::ExpiryNotInFuture, "INVALID_ORDER"),
        (Reason::ReduceOnlyNotImmediate, "INVALID_ORDER"),
    ] {
        assert_eq!(reason.fix_text(), Some(text), "{reason:?}");
    }
}

/// The statuses that the order endpoints declare, 2026-08-22, without those of the link (401, 403,
/// 429, 500).
#[test]
fn every_reason_has_a_status_that_the_order_endpoints_declare() {
    let declared = BTreeSet::from([400, 403, 404, 409, 503]);
    let reasons: BTreeSet<_> = RejectReason::ALL.into_iter().collect();
    assert_eq!(reasons.len(), RejectReason::ALL.len());
    for reason in reasons {
        assert!(declared.contains(&reason.http_status()), "{reason:?}");
        assert!(!reason.code().is_empty() && reason.to_string() == reason.code());
    }
}
