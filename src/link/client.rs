//! How a participant's own side of the connection behaves.

use crate::protocol::Channel;
use crate::units::SimDuration;

/// How a participant's own side of the connection behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClientSettings {
    /// How long it waits for replies.
    pub time_limits: TimeLimits,
    /// What it does when the public feed is back.
    pub after_reconnect: AfterReconnect,
    /// Whether it is told the numbers of the private feed's messages.
    pub private_numbers: PrivateNumbers,
}

/// Whether the messages of the private feed have numbers (Kalshi, "Websocket connection", 2026-09-10,
/// numbers those of the order book, and does not say so of own fills and orders: assumed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PrivateNumbers {
    /// They have, from 1 within a connection: a receiver sees that one is missing.
    #[default]
    Given,
    /// They have none: what is lost leaves no trace.
    Absent,
}

/// What a client does when the public feed is back after an outage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AfterReconnect {
    /// It subscribes again, and gets the newest quotes first.
    #[default]
    Subscribe,
    /// It takes itself for subscribed: it gets one snapshot of the quotes and then none any more, as
    /// the original does.
    StaySilent,
}

/// How long a sender waits for a reply, by channel; `None` waits for ever. The defaults are the
/// original's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLimits {
    /// New orders and decreases: 10 s.
    pub order_entry: Option<SimDuration>,
    /// Cancels: 5 s.
    pub cancel: Option<SimDuration>,
    /// Reads of orders and fills: 10 s.
    pub order_read: Option<SimDuration>,
    /// Reads of positions: 8 s.
    pub position_read: Option<SimDuration>,
    /// Reads of the balance: 8 s.
    pub balance_read: Option<SimDuration>,
    /// Reads of quotes and books: 1.5 s.
    pub market_read: Option<SimDuration>,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self {
            order_entry: Some(SimDuration::from_s(10)),
            cancel: Some(SimDuration::from_s(5)),
            order_read: Some(SimDuration::from_s(10)),
            position_read: Some(SimDuration::from_s(8)),
            balance_read: Some(SimDuration::from_s(8)),
            market_read: Some(SimDuration::from_ms(1_500)),
        }
    }
}

impl TimeLimits {
    /// Waits for ever.
    pub const NONE: Self = Self {
        order_entry: None,
        cancel: None,
        order_read: None,
        position_read: None,
        balance_read: None,
        market_read: None,
    };

    /// How long a sender waits on one channel. Feeds have no requests and no limit.
    #[must_use]
    pub const fn of(&self, channel: Channel) -> Option<SimDuration> {
        match channel {
            Channel::OrderEntry => self.order_entry,
            Channel::Cancel => self.cancel,
            Channel::OrderRead => self.order_read,
            Channel::PositionRead => self.position_read,
            Channel::BalanceRead => self.balance_read,
            Channel::MarketRead => self.market_read,
            Channel::PrivateFeed | Channel::PublicFeed => None,
        }
    }
}
