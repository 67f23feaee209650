//! Identities. Each kind of thing has its own, so that one can not be passed for another.

use std::fmt;

use serde::Serialize;

/// Declares an identity over an unsigned integer.
macro_rules! identity {
    ($(#[$attribute:meta])* $name:ident($integer:ty), $prefix:literal) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $name($integer);

        impl $name {
            /// The identity with this number.
            #[must_use]
            pub const fn new(number: $integer) -> Self {
                Self(number)
            }

            /// The number.
            #[must_use]
            pub const fn number(self) -> $integer {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!($prefix, "{}"), self.0)
            }
        }
    };
}

identity! {
    /// An account at the exchange. Numbered from 0 in the order of opening.
    AccountId(u32), "account "
}
identity! {
    /// A market at the exchange. Numbered from 0 in the order of listing.
    MarketId(u32), "market "
}
identity! {
    /// An event: the group of markets that one question has. Numbered from 0.
    EventId(u32), "event "
}
identity! {
    /// An order, given out at acceptance and never used again. Within a book: the slot that the
    /// order holds (low 32 bits) with the slot's generation (high 32 bits). At an exchange the
    /// market is in it, too.
    OrderId(u64), "order "
}
identity! {
    /// The participant's own id of an order; the key that makes a repeated request harmless.
    ClientOrderId(u64), "client order "
}
identity! {
    /// A group of orders under one limit of contracts. Numbered from 0 within an exchange.
    OrderGroupId(u32), "order group "
}
identity! {
    /// One match, shared by its two fills. Numbered from 0 within an exchange.
    TradeId(u64), "trade "
}
identity! {
    /// One request on the link, with its reply. Numbered from 0 within a client.
    RequestId(u64), "request "
}
identity! {
    /// A connection to the exchange's feeds. Numbered from 0 in the order of connecting.
    ConnectionId(u32), "connection "
}
identity! {
    /// A command of a connection, by the number that its sender gave it.
    CommandId(u64), "command "
}
identity! {
    /// A subscription. Numbered from 1 within a connection (Kalshi, "Websocket connection",
    /// 2026-08-22, documented).
    SubscriptionId(u32), "subscription "
}
identity! {
    /// One message of a feed. Numbered from 1 within a connection, or within a subscription, so that a receiver sees what is
    /// missing (Kalshi, "Websocket sequence numbers", 2026-09-10, documented for the order book; for the
    /// account's own feed a setting).
    FeedSequence(u64), "message "
}
identity! {
    /// One record in a bot's position store. Numbered from 0 within a bot.
    RecordId(u32), "record "
}
