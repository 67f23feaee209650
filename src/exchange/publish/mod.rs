//! The feeds: what happened, as the messages that subscriptions are sent.
//!
//! A [`Publisher`] stands beside an [`Exchange`]. It is handed the events of each call and appends
//! the messages that come of them; commands of connections change who is sent what. Like the
//! exchange it has no clock and no input or output: time is told, and what shall happen by itself is
//! asked for with [`Publisher::next_due`]. Where nobody subscribed, the exchange tells no levels;
//! where no account is followed either, the publisher looks at no event.
//!
//! Numbers of messages count within a subscription, over all its markets. The order of messages
//! across channels is a setting, as Kalshi gives no guarantee.
//!
//! The events of a call are published before the next call and before the next command.

mod book_feed;
mod commands;
mod group_feed;
mod life_feed;
mod own_feed;
mod settings;
mod subscribers;
mod ticker_feed;

use std::collections::BTreeSet;

pub use settings::{
    CommandRules, DisputedResults, HeldChannels, HeldPrices, LimitThatTriggers, MessageOrder,
    OutsideMarkets, OwnCosts, OwnOrderPace, OwnPositionPace, PreventedOrders, PublishSettings,
    SeveralBegun, SeveralEnded, TickerBeat, TickerPace, TradedDeltas, TriggeredAgain,
    UndocumentedNumbers, UnknownMarkets, YesLevels,
};

use crate::exchange::event::{ExchangeEvent, LevelChange};
use crate::exchange::state::Exchange;
use crate::protocol::websocket::{FeedBody, FeedChannel, FeedMessage, Frame, TradeNotice};
use crate::protocol::{Execution, PrivateMessage};
use crate::units::{AccountId, ConnectionId, MarketId, OrderGroupId, SimTime};
use own_feed::OwnAccounts;
use subscribers::{Address, Subscribers};
use ticker_feed::Tickers;

/// Something that the feeds do by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    /// A closed market's order book is sent once more.
    ClosingSnapshot(MarketId),
    /// A ticker subscription says what changed.
    Ticker(Address),
}

/// Turns what happens at an exchange into messages.
#[derive(Debug)]
pub struct Publisher {
    settings: PublishSettings,
    subscribers: Subscribers,
    tickers: Tickers,
    own: OwnAccounts,
    /// The order groups that are triggered.
    triggered: BTreeSet<OrderGroupId>,
    timers: BTreeSet<(SimTime, Timer)>,
    /// Room for the deltas that come after the new order of their event.
    held_back: Vec<LevelChange>,
    /// Room for the markets whose numbers an event may have changed.
    changed: Vec<MarketId>,
}

impl Publisher {
    /// Feeds without connections.
    ///
    /// # Panics
    /// When the ticker is to speak once in no time.
    #[must_use]
    pub fn new(settings: PublishSettings) -> Self {
        if let TickerPace::Conflated { every } = settings.ticker_pace {
            assert!(!every.is_zero(), "Invariant: a pace is more than no time");
        }
        Self {
            settings,
            subscribers: Subscribers::new(settings.undocumented_numbers),
            tickers: Tickers::default(),
            own: OwnAccounts::default(),
            triggered: BTreeSet::new(),
            timers: BTreeSet::new(),
            held_back: Vec::new(),
            changed: Vec::new(),
        }
    }

    /// Keeps what an account's messages need: what its orders cost, what it holds and how much it
    /// traded.
    ///
    /// # Panics
    /// When there is no such account, or it had an order already.
    pub fn follow(&mut self, exchange: &Exchange, account: AccountId) {
        let is_new = exchange.accounts[account.number() as usize].has_used_none();
        assert!(is_new, "Invariant: {account} is followed before its first order");
        self.own.add(account);
    }

    /// Opens a connection of an account that is followed.
    ///
    /// # Panics
    /// When the account is not followed.
    pub fn connect(&mut self, account: AccountId) -> ConnectionId {
        assert!(self.own.contains(account), "Invariant: {account} is followed");
        self.subscribers.connect(account)
    }

    /// Ends a connection and its subscriptions.
    ///
    /// # Panics
    /// When it is not open.
    pub fn disconnect(&mut self, exchange: &mut Exchange, connection: ConnectionId) {
        let all = self.subscribers.connection(connection).subscriptions.keys();
        let all: Vec<_> = all.map(|id| (connection, *id)).collect();
        for address in all {
            self.end(exchange, address);
        }
        self.subscribers.disconnect(connection);
    }

    /// Appends the messages that come of the events of one call to the exchange.
    pub fn publish(
        &mut self,
        now: SimTime,
        exchange: &Exchange,
        events: &[ExchangeEvent],
        out: &mut Vec<FeedMessage>,
    ) {
        // Every connection is of an account that is followed.
        if self.own.is_empty() {
            return;
        }
        let first = out.len();
        let mut later = events.iter();
        while let Some(event) = later.next() {
            self.publish_event(now, exchange, event, later.as_slice(), out);
        }
        self.release(now, out);
        self.tell_own(out);
        self.tell_tickers(now, exchange, out);
        if self.settings.message_order == MessageOrder::ByChannel {
            out[first..].sort_by_key(channel_of);
        }
    }

    fn publish_event(
        &mut self,
        now: SimTime,
        exchange: &Exchange,
        event: &ExchangeEvent,
        later: &[ExchangeEvent],
        out: &mut Vec<FeedMessage>,
    ) {
        match *event {
            ExchangeEvent::LevelChanged(change) => self.publish_level(now, change, out),
            ExchangeEvent::Trade { trade, market, price, quantity, taker_side } => {
                let at = now;
                let notice = TradeNotice { trade, market, price, quantity, taker_side, at };
                let body = |_| Some(FeedBody::Trade(notice));
                self.subscribers.send(FeedChannel::Trades, market, out, body);
            }
            ExchangeEvent::Private(PrivateMessage { account, execution }) => {
                if matches!(execution, Execution::Accepted { .. } | Execution::Amended { .. }) {
                    self.release(now, out);
                }
                self.publish_own(now, exchange, account, &execution, out);
            }
            ExchangeEvent::Settled { account, settlement } => {
                self.note_change(settlement.market);
                self.publish_settlement(account, &settlement, out);
            }
            ExchangeEvent::MarketStatusChanged { market, status, cause } => {
                self.publish_status(now, exchange, market, status, cause, out);
            }
            ExchangeEvent::CloseMoved { market, closes_at } => {
                self.publish_close(market, closes_at, out);
            }
            ExchangeEvent::LevelsRefined { market } => {
                self.publish_levels(exchange, market, out);
            }
            ExchangeEvent::GroupChanged { account, group, change } => {
                self.publish_group(now, account, (group, change), later, out);
            }
            ExchangeEvent::QuoteChanged(_)
            | ExchangeEvent::FundsChanged { .. }
            | ExchangeEvent::FeesDue { .. }
            | ExchangeEvent::CollateralReturned { .. } => {}
        }
    }

    /// Notes that the numbers of a market may have changed.
    fn note_change(&mut self, market: MarketId) {
        if !self.changed.contains(&market) {
            self.changed.push(market);
        }
    }

    /// When the feeds next do something by themselves.
    #[must_use]
    pub fn next_due(&self) -> Option<SimTime> {
        self.timers.first().map(|(due, _)| *due)
    }

    /// Appends the messages that are due by `now` by themselves.
    pub fn pass_time(&mut self, now: SimTime, exchange: &Exchange, out: &mut Vec<FeedMessage>) {
        while let Some((due, timer)) = self.timers.pop_first() {
            if due > now {
                self.timers.insert((due, timer));
                return;
            }
            match timer {
                Timer::ClosingSnapshot(market) => self.send_closing_snapshot(exchange, market, out),
                Timer::Ticker(address) => self.tickers.speak(address, &mut self.subscribers, out),
            }
        }
    }
}

/// Answers have no channel; none is among what an event leads to.
fn channel_of(message: &FeedMessage) -> Option<FeedChannel> {
    match &message.frame {
        Frame::Data { body, .. } => Some(body.channel()),
        _ => None,
    }
}
