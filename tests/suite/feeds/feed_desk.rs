//! A desk with feeds, whose messages are told in words.

use std::collections::BTreeSet;

use fillgap::exchange::ExchangeSettings;
use fillgap::exchange::publish::{PublishSettings, Publisher};
use fillgap::market::{LifeStep, MarketRules};
use fillgap::protocol::websocket::{
    Command, FeedBody, FeedChannel, FeedMessage, Frame, GroupChange, LifecycleChange, MarketChoice,
    Movement, Place, ShownLevel, Subscribe, Ticker,
};
use fillgap::protocol::{BookLevel, Reply};
use fillgap::units::{CommandId, ConnectionId, MarketId, SimDuration, SimTime};

use crate::exchange_desk::{Desk, terms, words};

/// An exchange with one market, feeds, and one connection of the bot.
pub(super) struct FeedDesk {
    pub(super) desk: Desk,
    pub(super) publisher: Publisher,
    pub(super) bot: ConnectionId,
    commands: u64,
}

impl FeedDesk {
    /// Without fees; `bot` has 100 dollars and `crowd` as much as it likes.
    pub(super) fn new(settings: PublishSettings) -> Self {
        Self::with_rules(settings, "0", MarketRules::default())
    }

    pub(super) fn with_rules(settings: PublishSettings, fees: &str, rules: MarketRules) -> Self {
        let accounts = [("bot", "100"), ("crowd", "unlimited")];
        let desk = Desk::with_rules(ExchangeSettings::default(), terms(fees), rules, &accounts);
        let mut publisher = Publisher::new(settings);
        publisher.follow(&desk.exchange, desk.account("bot"));
        let bot = publisher.connect(desk.account("bot"));
        Self { desk, publisher, bot, commands: 0 }
    }

    /// Carries out requests and tells nobody of the messages.
    pub(super) fn prepare(&mut self, lines: &[(&str, &str)]) {
        for (who, what) in lines {
            self.desk.prepare(who, what);
            self.published();
        }
    }

    /// Carries out a request. Returns the messages in words.
    pub(super) fn say(&mut self, at_s: u64, who: &str, what: &str) -> Vec<String> {
        self.desk.say(at_s, who, what);
        self.published()
    }

    /// The same at a millisecond, with the reply.
    pub(super) fn say_at_ms(&mut self, at_ms: u64, who: &str, what: &str) -> (String, Vec<String>) {
        let request = self.desk.request(what);
        let now = SimTime::START + SimDuration::from_ms(at_ms);
        let reply: Reply = self.desk.ask(now, who, &request);
        (words(&reply), self.published())
    }

    pub(super) fn step(&mut self, at_s: u64, step: LifeStep) -> Vec<String> {
        self.desk.step(at_s, step).unwrap();
        self.published()
    }

    /// Publishes what the exchange just did.
    pub(super) fn published(&mut self) -> Vec<String> {
        let mut out = Vec::new();
        let events = std::mem::take(&mut self.desk.last_events);
        self.publisher.publish(self.desk.now, &self.desk.exchange, &events, &mut out);
        self.desk.last_events = events;
        out.iter().map(message_words).collect()
    }

    /// Lets the feeds do what is due by themselves.
    pub(super) fn pass(&mut self, until: SimTime) -> Vec<String> {
        let mut out = Vec::new();
        self.publisher.pass_time(until, &self.desk.exchange, &mut out);
        out.iter().map(message_words).collect()
    }

    /// Sends a command of the bot.
    pub(super) fn command(&mut self, command: &Command) -> Vec<String> {
        self.command_of(self.bot, command)
    }

    pub(super) fn command_of(
        &mut self,
        connection: ConnectionId,
        command: &Command,
    ) -> Vec<String> {
        self.commands += 1;
        let id = CommandId::new(self.commands);
        let (now, exchange) = (self.desk.now, &mut self.desk.exchange);
        let mut out = Vec::new();
        self.publisher.command(now, exchange, connection, (id, command), &mut out);
        assert!(out.iter().all(|message| message.connection == connection));
        assert!(out.iter().all(|message| command_of(&message.frame).is_none_or(|of| of == id)));
        out.iter().map(message_words).collect()
    }

    /// Subscribes to channels of the market.
    pub(super) fn subscribe(&mut self, channels: &[FeedChannel]) -> Vec<String> {
        let wish = Subscribe::new(channels.to_vec(), these(&[0]));
        self.command(&Command::Subscribe(wish))
    }
}

pub(super) fn market_set(numbers: &[u32]) -> BTreeSet<MarketId> {
    numbers.iter().copied().map(MarketId::new).collect()
}

pub(super) fn these(numbers: &[u32]) -> MarketChoice {
    MarketChoice::These(market_set(numbers))
}

fn command_of(frame: &Frame) -> Option<CommandId> {
    match frame {
        Frame::Subscribed { command, .. }
        | Frame::Updated { command, .. }
        | Frame::Unsubscribed { command, .. }
        | Frame::Listed { command, .. }
        | Frame::Refused { command, .. } => Some(*command),
        Frame::Data { .. } => None,
    }
}

/// The number of a message: `#3`, or nothing.
fn number(place: &Place) -> String {
    place.sequence.map_or(String::new(), |sequence| format!("#{}", sequence.number()))
}

fn choice_words(choice: &MarketChoice) -> String {
    match choice {
        MarketChoice::All => "all".to_owned(),
        MarketChoice::These(markets) => {
            let numbers: Vec<_> = markets.iter().map(|market| market.number()).collect();
            format!("{numbers:?}")
        }
    }
}

pub(super) fn message_words(message: &FeedMessage) -> String {
    match &message.frame {
        Frame::Subscribed { channel, subscription, .. } => {
            format!("subscribed {} as {}", channel.name(), subscription.number())
        }
        Frame::Updated { place, markets, .. } => {
            let (id, number) = (place.subscription.number(), number(place));
            format!("updated {id}{number} to {}", choice_words(markets))
        }
        Frame::Unsubscribed { place, .. } => {
            format!("unsubscribed {}{}", place.subscription.number(), number(place))
        }
        Frame::Listed { subscriptions, .. } => {
            let each = subscriptions.iter();
            let each = each.map(|(id, channel)| format!(" {} {}", id.number(), channel.name()));
            format!("listed{}", each.collect::<String>())
        }
        Frame::Refused { error, subscription, market, .. } => {
            let id = subscription.map_or(String::new(), |id| format!(", {id}"));
            let market = market.map_or(String::new(), |market| format!(", {market}"));
            format!("refused {}: {error}{id}{market}", error.code())
        }
        Frame::Data { place, body } => body_words(body, &number(place)),
    }
}

fn level_words(levels: &[ShownLevel]) -> String {
    if levels.is_empty() {
        return " -".to_owned();
    }
    let each: Vec<_> =
        levels.iter().map(|level| format!(" {}x{}", level.price, level.quantity)).collect();
    each.concat()
}

fn body_words(body: &FeedBody, number: &str) -> String {
    match body {
        FeedBody::BookSnapshot(book) => {
            format!("book{number} yes{} no{}", level_words(&book.yes), level_words(&book.no))
        }
        FeedBody::BookDelta(delta) => {
            let outcome = format!("{:?}", delta.outcome).to_lowercase();
            let movement = match delta.movement {
                Movement::Added(quantity) => format!("+{quantity}"),
                Movement::Removed(quantity) => format!("-{quantity}"),
            };
            let own = delta.own_order.map_or(String::new(), |own| format!(" own {}", own.number()));
            format!("book{number} {outcome} {} {movement}{own}", delta.price)
        }
        FeedBody::Trade(trade) => {
            let side = trade.taker_side;
            format!("trade{number} {} @ {} taker {side}", trade.quantity, trade.price)
        }
        FeedBody::Ticker(ticker) => format!("ticker{number} {}", ticker_words(ticker)),
        FeedBody::Fill(notice) => {
            let fill = notice.fill;
            let liquidity = format!("{:?}", fill.liquidity).to_lowercase();
            format!(
                "fill{number} {liquidity} {} {} @ {} fee {} holds {}",
                fill.side, fill.quantity, fill.price, fill.fee, fill.position_after
            )
        }
        FeedBody::UserOrder(notice) => {
            let view = notice.order;
            let status = format!("{:?}", view.status).to_lowercase();
            let (taker, maker) = (notice.taker_cost, notice.maker_cost);
            format!(
                "order{number} {} {status}: {} @ {}, {} filled, {} left, taker {taker} fee {}, \
                 maker {maker} fee {}",
                view.client_order.number(),
                view.initial,
                view.limit_price,
                view.filled,
                view.remaining,
                notice.taker_fees,
                notice.maker_fees
            )
        }
        FeedBody::MarketPosition(held) => format!(
            "position{number} {} cost {} realized {} fees {} volume {}",
            held.position, held.cost, held.realized, held.fees, held.volume
        ),
        FeedBody::OrderGroup(notice) => {
            let limit = match notice.change {
                GroupChange::Created { contracts_limit }
                | GroupChange::LimitSet { contracts_limit } => format!(" {contracts_limit}"),
                GroupChange::Triggered | GroupChange::Reset | GroupChange::Deleted => String::new(),
            };
            let (group, name) = (notice.group, notice.change.name());
            format!("group{number} {group}: {name}{limit} at {}", notice.at)
        }
        FeedBody::MarketLifecycle(notice) => {
            format!("life{number} {}: {}", notice.market, life_words(&notice.change))
        }
    }
}

fn life_words(change: &LifecycleChange) -> String {
    match change {
        LifecycleChange::Created { opens_at, closes_at, levels } => {
            let time = |at: &Option<SimTime>| at.map_or("-".to_owned(), |at| at.to_string());
            let (opens_at, closes_at) = (time(opens_at), time(closes_at));
            format!("created, opens {opens_at}, closes {closes_at}, {} ticks", levels.tick_count())
        }
        LifecycleChange::Activated => "activated".to_owned(),
        LifecycleChange::Deactivated => "deactivated".to_owned(),
        LifecycleChange::CloseMoved { closes_at } => format!("closes {closes_at}"),
        LifecycleChange::LevelsRefined { levels } => format!("{} ticks", levels.tick_count()),
        LifecycleChange::Determined { result, at } => format!("determined {result:?} at {at}"),
        LifecycleChange::Settled { at } => format!("settled at {at}"),
    }
}

fn ticker_words(ticker: &Ticker) -> String {
    let best = |level: Option<BookLevel>| {
        level.map_or("-".to_owned(), |level| format!("{}x{}", level.price, level.quantity))
    };
    let last =
        ticker.last.map_or("-".to_owned(), |last| format!("{} @ {}", last.quantity, last.price));
    format!(
        "{} {} last {last} volume {} open {} at {}",
        best(ticker.bid),
        best(ticker.ask),
        ticker.volume,
        ticker.open_interest,
        ticker.at
    )
}
