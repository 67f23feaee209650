//! What goes wrong between a participant and the exchange.

use std::fmt;

use serde::Serialize;

use crate::units::{FeedSequence, MarketId, RequestId};

/// An answer without a body of its own kind: the request failed before, beside or after the
/// exchange (Kalshi, declared statuses of the order endpoints: 429, 500, 503, 2026-08-22, documented;
/// 502 and 504 are what a proxy in front answers: 502 was recorded when a feed reconnected, demo,
/// 2026-06).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum HttpStatus {
    /// 429: refused at the door, because too much was asked. Nothing happened (Kalshi, "Rate
    /// limits", 2026-10, documented).
    TooManyRequests,
    /// 5xx: something failed. Whether a write took effect can not be told from it (assumed; the
    /// exchange's own words are both "not applied" and "unknown", FIX order entry, 2026-08-22).
    Server(ServerError),
}

/// A status of the 5xx class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum ServerError {
    /// 500.
    Internal,
    /// 502.
    BadGateway,
    /// 503.
    Unavailable,
    /// 504.
    GatewayTimeout,
}

impl ServerError {
    /// All of them, by number.
    pub const ALL: [Self; 4] =
        [Self::Internal, Self::BadGateway, Self::Unavailable, Self::GatewayTimeout];

    /// The number.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Internal => 500,
            Self::BadGateway => 502,
            Self::Unavailable => 503,
            Self::GatewayTimeout => 504,
        }
    }
}

impl HttpStatus {
    /// All of them, by number.
    pub const ALL: [Self; 5] = [
        Self::TooManyRequests,
        Self::Server(ServerError::Internal),
        Self::Server(ServerError::BadGateway),
        Self::Server(ServerError::Unavailable),
        Self::Server(ServerError::GatewayTimeout),
    ];

    /// The number.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::TooManyRequests => 429,
            Self::Server(error) => error.code(),
        }
    }

    /// Whether a write that was answered so may have taken effect.
    #[must_use]
    pub const fn leaves_outcome_unknown(self) -> bool {
        match self {
            Self::TooManyRequests => false,
            Self::Server(_) => true,
        }
    }
}

impl fmt::Display for HttpStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.code().to_string())
    }
}

/// What happened to one message that would not have happened on a perfect link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum FaultKind {
    /// Lost by chance.
    Lost,
    /// Lost, because its channel was down while it left, travelled or would have arrived.
    LostInOutage,
    /// Arrived twice.
    Duplicated,
    /// Held back, outside of the order of its channel.
    Reordered,
    /// Slowed down by a burst of market activity.
    Slowed,
    /// Answered with an error before any effect, by chance.
    Refused(HttpStatus),
    /// Carried out and answered with an error, by chance.
    Masked(ServerError),
    /// A read answered with an error, because its endpoint failed at that time.
    ReadFailed(HttpStatus),
    /// Refused, because the sender asked for more than its tier allows.
    RateLimited,
    /// Not received: after a reconnect the participant did not subscribe again.
    NotSubscribed,
}

impl FaultKind {
    /// The name in reports, without the status.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::LostInOutage => "lost_in_outage",
            Self::Duplicated => "duplicated",
            Self::Reordered => "reordered",
            Self::Slowed => "slowed",
            Self::Refused(_) => "refused",
            Self::Masked(_) => "masked",
            Self::ReadFailed(_) => "read_failed",
            Self::RateLimited => "rate_limited",
            Self::NotSubscribed => "not_subscribed",
        }
    }

    /// The status that answered, of the kinds that are answers drawn by chance or by the clock.
    #[must_use]
    pub const fn status(self) -> Option<HttpStatus> {
        match self {
            Self::Refused(status) | Self::ReadFailed(status) => Some(status),
            Self::Masked(error) => Some(HttpStatus::Server(error)),
            Self::RateLimited => Some(HttpStatus::TooManyRequests),
            Self::Lost
            | Self::LostInOutage
            | Self::Duplicated
            | Self::Reordered
            | Self::Slowed
            | Self::NotSubscribed => None,
        }
    }
}

/// The message that a fault happened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum FaultSubject {
    /// A request, or its reply.
    Request(RequestId),
    /// A message of the private feed.
    Report(FeedSequence),
    /// A quote.
    Quote(MarketId),
}

/// What happens to a feed's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum FeedChange {
    /// It broke: what happens from now on is not told.
    Lost,
    /// It is back, as a new connection whose messages are numbered from 1 again.
    Restored,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_listed_by_their_numbers() {
        assert_eq!(HttpStatus::ALL.map(HttpStatus::code), [429, 500, 502, 503, 504]);
        assert_eq!(
            ServerError::ALL.map(|error| HttpStatus::Server(error).to_string()),
            ["500", "502", "503", "504"]
        );
    }

    #[test]
    fn only_too_many_requests_says_that_nothing_happened() {
        assert_eq!(
            HttpStatus::ALL.map(HttpStatus::leaves_outcome_unknown),
            [false, true, true, true, true]
        );
    }
}
