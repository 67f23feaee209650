//! What connections ask of the feeds.

use std::collections::BTreeSet;

use crate::exchange::publish::settings::{
    HeldChannels, HeldPrices, OutsideMarkets, SeveralBegun, SeveralEnded, TickerBeat,
    UnknownMarkets,
};
use crate::exchange::publish::subscribers::Address;
use crate::exchange::publish::{Publisher, Timer};
use crate::exchange::state::Exchange;
use crate::protocol::websocket::{
    Command, FeedBody, FeedChannel, FeedMessage, Frame, MarketChoice, Subscribe,
    SubscriptionChange, SubscriptionError, TickerStart,
};
use crate::units::{CommandId, ConnectionId, MarketId, SimTime, SubscriptionId};

/// A command with all that its parts need.
struct Hearing<'a> {
    now: SimTime,
    exchange: &'a mut Exchange,
    connection: ConnectionId,
    command: CommandId,
    out: &'a mut Vec<FeedMessage>,
}

impl Hearing<'_> {
    fn answer(&mut self, frame: Frame) {
        self.out.push(FeedMessage { connection: self.connection, frame });
    }
}

/// Why something was not done, with what it is about.
struct Refusal {
    error: SubscriptionError,
    market: Option<MarketId>,
}

impl From<SubscriptionError> for Refusal {
    fn from(error: SubscriptionError) -> Self {
        Self { error, market: None }
    }
}

/// A subscription that a command began or widened, and the markets that are new to it.
struct Begun {
    address: Address,
    channel: FeedChannel,
    fresh: BTreeSet<MarketId>,
}

impl Publisher {
    /// Carries out a command of a connection and appends the answers, and what they are followed
    /// by: all answers of a command come before its first snapshot (recorded, 2026-05).
    ///
    /// # Panics
    /// When the connection is not open.
    pub fn command(
        &mut self,
        now: SimTime,
        exchange: &mut Exchange,
        connection: ConnectionId,
        (id, command): (CommandId, &Command),
        out: &mut Vec<FeedMessage>,
    ) {
        let mut hearing = Hearing { now, exchange, connection, command: id, out };
        match command {
            Command::Subscribe(wish) => {
                if let Err(refusal) = self.subscribe(&mut hearing, wish) {
                    refuse(&mut hearing, &refusal, None);
                }
            }
            Command::Unsubscribe(subscriptions) => self.unsubscribe(&mut hearing, subscriptions),
            Command::Update { subscription, change } => {
                if let Err(refusal) = self.update(&mut hearing, *subscription, change) {
                    refuse(&mut hearing, &refusal, Some(*subscription));
                }
            }
            Command::List => {
                let all = self.subscribers.connection(connection).subscriptions.iter();
                let subscriptions = all.map(|(id, held)| (*id, held.channel)).collect();
                hearing.answer(Frame::Listed { command: id, subscriptions });
            }
        }
    }

    /// Begins subscriptions, all or none unless [`SeveralBegun`] says otherwise. The order book needs its markets by name (Kalshi,
    /// "Orderbook updates", 2026-08-22, documented); the lives of markets come for all of them
    /// ("Market lifecycle", documented).
    fn subscribe(&mut self, hearing: &mut Hearing<'_>, wish: &Subscribe) -> Result<(), Refusal> {
        if wish.channels.is_empty() {
            return Err(SubscriptionError::ChannelsRequired.into());
        }
        let markets = match &wish.markets {
            MarketChoice::All => MarketChoice::All,
            MarketChoice::These(named) => MarketChoice::These(self.known(hearing, named)?),
        };
        let names_markets =
            matches!(&wish.markets, MarketChoice::These(named) if !named.is_empty());
        let lacks_markets =
            |channel: &FeedChannel| *channel == FeedChannel::OrderBook && !names_markets;
        let begin_together = self.settings.commands.several_begun == SeveralBegun::Together;
        if begin_together && wish.channels.iter().any(lacks_markets) {
            return Err(SubscriptionError::MarketRequired.into());
        }
        let mut begun = Vec::with_capacity(wish.channels.len());
        for channel in &wish.channels {
            if lacks_markets(channel) {
                refuse(hearing, &SubscriptionError::MarketRequired.into(), None);
                continue;
            }
            let ignores_markets = channel.ignores_markets();
            let markets = if ignores_markets { MarketChoice::All } else { markets.clone() };
            begun.push(match self.subscribers.held(hearing.connection, *channel) {
                Some(id) => self.rejoin(hearing, id, markets, wish),
                None => self.begin(hearing, *channel, markets, wish),
            });
        }
        for Begun { address, channel, fresh } in begun {
            for market in fresh {
                match (channel, wish.ticker_start) {
                    (FeedChannel::OrderBook, _) => {
                        self.send_snapshot(hearing.exchange, address, market, hearing.out);
                    }
                    (FeedChannel::Ticker, TickerStart::Snapshot) => {
                        let numbers = self.tickers.of(market);
                        let body = numbers.expect("Invariant: followed markets have numbers");
                        let body = FeedBody::Ticker(body);
                        self.subscribers.send_to(address, body, hearing.out);
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// The markets of a list that there are.
    fn known(
        &self,
        hearing: &Hearing<'_>,
        named: &BTreeSet<MarketId>,
    ) -> Result<BTreeSet<MarketId>, Refusal> {
        let listed = hearing.exchange.markets.len();
        let is_listed = |market: &MarketId| (market.number() as usize) < listed;
        let unknown = named.iter().copied().find(|market| !is_listed(market));
        match (unknown, self.settings.commands.unknown_markets) {
            (Some(market), UnknownMarkets::Refused) => {
                Err(Refusal { error: SubscriptionError::MarketNotFound, market: Some(market) })
            }
            _ => Ok(named.iter().copied().filter(is_listed).collect()),
        }
    }

    fn begin(
        &mut self,
        hearing: &mut Hearing<'_>,
        channel: FeedChannel,
        markets: MarketChoice,
        wish: &Subscribe,
    ) -> Begun {
        let connection = hearing.connection;
        let fresh = named(&markets);
        let id = self.subscribers.add(connection, channel, markets, wish.book_prices);
        let command = hearing.command;
        hearing.answer(Frame::Subscribed { command, channel, subscription: id });
        let address = (connection, id);
        if channel == FeedChannel::Ticker {
            let since = match self.settings.ticker_beat {
                TickerBeat::OfTheSubscription => hearing.now,
                TickerBeat::OfTheClock => SimTime::START,
            };
            self.tickers.start(since, address);
        }
        self.attend_all(hearing.now, hearing.exchange);
        Begun { address, channel, fresh }
    }

    /// Adds markets to the subscription to a channel that the connection has, as [`HeldChannels`] and
    /// [`HeldPrices`] say.
    fn rejoin(
        &mut self,
        hearing: &mut Hearing<'_>,
        id: SubscriptionId,
        added: MarketChoice,
        wish: &Subscribe,
    ) -> Begun {
        let begun = self.widen(hearing, id, added);
        let here = self.subscribers.subscription_mut(begun.address);
        if self.settings.commands.held_prices == HeldPrices::AsAsked {
            here.prices = wish.book_prices;
        }
        match self.settings.commands.held_channels {
            HeldChannels::AsChanged => {
                let markets = here.markets.clone();
                self.answer_updated(hearing, begun.address, markets);
            }
            HeldChannels::AsBegun => {
                let (command, channel) = (hearing.command, begun.channel);
                hearing.answer(Frame::Subscribed { command, channel, subscription: id });
            }
        }
        begun
    }

    /// Adds markets to a subscription.
    fn widen(
        &mut self,
        hearing: &mut Hearing<'_>,
        id: SubscriptionId,
        added: MarketChoice,
    ) -> Begun {
        let address = (hearing.connection, id);
        let here = self.subscribers.subscription_mut(address);
        let mut fresh = named(&added);
        match (&mut here.markets, added) {
            (MarketChoice::All, _) => fresh.clear(),
            (held @ MarketChoice::These(_), MarketChoice::All) => *held = MarketChoice::All,
            (MarketChoice::These(held), MarketChoice::These(added)) => {
                fresh.retain(|market| !held.contains(market));
                held.extend(added);
            }
        }
        let channel = here.channel;
        self.attend_all(hearing.now, hearing.exchange);
        Begun { address, channel, fresh }
    }

    fn answer_updated(
        &mut self,
        hearing: &mut Hearing<'_>,
        address: Address,
        markets: MarketChoice,
    ) {
        let (command, place) = (hearing.command, self.subscribers.next_place(address));
        hearing.answer(Frame::Updated { command, place, markets });
    }

    /// Ends subscriptions, all that there are or none, as [`SeveralEnded`] says.
    fn unsubscribe(&mut self, hearing: &mut Hearing<'_>, subscriptions: &[SubscriptionId]) {
        if subscriptions.is_empty() {
            return refuse(hearing, &SubscriptionError::SubscriptionsRequired.into(), None);
        }
        let unknown = self.unknown(hearing, subscriptions);
        if let (Some(_), SeveralEnded::Together) = (unknown, self.settings.commands.several_ended) {
            return refuse(hearing, &SubscriptionError::UnknownSubscription.into(), unknown);
        }
        for id in subscriptions {
            let address = (hearing.connection, *id);
            let held = &self.subscribers.connection(hearing.connection).subscriptions;
            if !held.contains_key(id) {
                refuse(hearing, &SubscriptionError::UnknownSubscription.into(), Some(*id));
                continue;
            }
            let (command, place) = (hearing.command, self.subscribers.next_place(address));
            hearing.answer(Frame::Unsubscribed { command, place });
            self.end(hearing.exchange, address);
        }
    }

    /// The first of a list that the connection does not have, or that was in the list before.
    fn unknown(
        &self,
        hearing: &Hearing<'_>,
        subscriptions: &[SubscriptionId],
    ) -> Option<SubscriptionId> {
        let held = &self.subscribers.connection(hearing.connection).subscriptions;
        let mut seen = BTreeSet::new();
        subscriptions.iter().copied().find(|id| !held.contains_key(id) || !seen.insert(*id))
    }

    /// Ends a subscription without a word.
    pub(super) fn end(&mut self, exchange: &mut Exchange, address: Address) {
        self.subscribers.remove(address);
        self.tickers.end(address);
        self.timers.retain(|(_, timer)| *timer != Timer::Ticker(address));
        self.quieten(exchange);
    }

    /// Changes a subscription (Kalshi, "Websocket connection", 2026-08-22, documented; what becomes of
    /// markets that are not its own says [`OutsideMarkets`]).
    fn update(
        &mut self,
        hearing: &mut Hearing<'_>,
        id: SubscriptionId,
        change: &SubscriptionChange,
    ) -> Result<(), Refusal> {
        let held = self.subscribers.connection(hearing.connection).subscriptions.get(&id);
        let held = held.ok_or(SubscriptionError::UnknownSubscription)?;
        let (channel, choice) = (held.channel, held.markets.clone());
        let is_snapshot = matches!(change, SubscriptionChange::GetSnapshot(_));
        if channel.ignores_markets() || (is_snapshot && channel != FeedChannel::OrderBook) {
            return Err(SubscriptionError::UnsupportedAction.into());
        }
        if change.markets().is_empty() {
            return Err(SubscriptionError::MarketRequired.into());
        }
        let mut markets = self.known(hearing, change.markets())?;
        let leaves_out = self.settings.commands.outside_markets == OutsideMarkets::LeftOut;
        let address = (hearing.connection, id);
        match (change, choice) {
            (SubscriptionChange::AddMarkets(_), _) => {
                let Begun { fresh, .. } = self.widen(hearing, id, MarketChoice::These(markets));
                let all = self.subscribers.subscription_mut(address).markets.clone();
                self.answer_updated(hearing, address, all);
                if channel == FeedChannel::OrderBook {
                    self.send_snapshots(hearing, address, &fresh);
                }
            }
            (SubscriptionChange::DeleteMarkets(_), MarketChoice::These(mut held)) => {
                held.retain(|market| !markets.contains(market));
                let left = MarketChoice::These(held);
                self.subscribers.subscription_mut(address).markets = left.clone();
                self.tickers.narrow(address, &markets);
                self.answer_updated(hearing, address, left);
                self.quieten(hearing.exchange);
            }
            (SubscriptionChange::GetSnapshot(_), MarketChoice::These(held)) => {
                if leaves_out {
                    markets.retain(|market| held.contains(market));
                }
                if let Some(other) = markets.iter().copied().find(|market| !held.contains(market)) {
                    let error = SubscriptionError::InvalidParameter;
                    return Err(Refusal { error, market: Some(other) });
                }
                self.answer_updated(hearing, address, MarketChoice::These(held));
                self.send_snapshots(hearing, address, &markets);
            }
            (_, MarketChoice::All) if leaves_out => {
                self.answer_updated(hearing, address, MarketChoice::All);
            }
            (_, MarketChoice::All) => return Err(SubscriptionError::InvalidParameter.into()),
        }
        Ok(())
    }

    fn send_snapshots(
        &mut self,
        hearing: &mut Hearing<'_>,
        address: Address,
        markets: &BTreeSet<MarketId>,
    ) {
        for market in markets {
            self.send_snapshot(hearing.exchange, address, *market, hearing.out);
        }
    }

    /// Whether the feeds need a market's levels.
    fn needs_levels(&self, market: MarketId) -> bool {
        [FeedChannel::OrderBook, FeedChannel::Ticker]
            .into_iter()
            .any(|channel| self.subscribers.anyone_wants(channel, market))
    }

    /// Begins to look at a market if anybody wants its book or its ticker.
    pub(super) fn attend(&mut self, now: SimTime, exchange: &mut Exchange, market: MarketId) {
        if self.needs_levels(market) {
            exchange.tell_levels(market);
            self.tickers.keep(now, exchange, market);
        }
    }

    fn attend_all(&mut self, now: SimTime, exchange: &mut Exchange) {
        for market in exchange.markets() {
            self.attend(now, exchange, market);
        }
    }

    /// Stops to look at the markets that nobody wants to hear of any more.
    fn quieten(&mut self, exchange: &mut Exchange) {
        for market in exchange.markets() {
            if !self.needs_levels(market) {
                exchange.keep_levels_quiet(market);
                self.tickers.forget(market);
            }
        }
    }
}

fn named(choice: &MarketChoice) -> BTreeSet<MarketId> {
    match choice {
        MarketChoice::All => BTreeSet::new(),
        MarketChoice::These(markets) => markets.clone(),
    }
}

fn refuse(hearing: &mut Hearing<'_>, refusal: &Refusal, subscription: Option<SubscriptionId>) {
    let Refusal { error, market } = *refusal;
    let command = hearing.command;
    hearing.answer(Frame::Refused { command, error, subscription, market });
}
