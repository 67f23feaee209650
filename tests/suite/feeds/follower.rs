//! A client of the feeds: keeps books from snapshots and deltas, and looks at every number.

use std::collections::BTreeMap;

use fillgap::exchange::Exchange;
use fillgap::protocol::websocket::{
    FeedBody, FeedChannel, FeedMessage, Frame, Movement, Outcome, Place, PriceFrame,
};
use fillgap::units::{ConnectionId, MarketId, Price, Quantity, Side, SubscriptionId};

type Address = (ConnectionId, SubscriptionId);

/// Levels by outcome and shown price.
type Levels = BTreeMap<(Outcome, Price), Quantity>;

/// What the messages so far say.
#[derive(Debug, Default)]
pub(super) struct Follower {
    heard: BTreeMap<Address, u64>,
    channels: BTreeMap<Address, FeedChannel>,
    books: BTreeMap<(Address, MarketId), Levels>,
    pub(super) messages: u64,
    pub(super) snapshots: u64,
}

impl Follower {
    /// Takes a message in; the error says what is wrong with it.
    pub(super) fn take(&mut self, message: &FeedMessage) -> Result<(), String> {
        let wrong = |what: &str| Err(format!("{what}: {message:?}"));
        self.messages += 1;
        match &message.frame {
            Frame::Subscribed { channel, subscription, .. } => {
                let address = (message.connection, *subscription);
                if self.channels.insert(address, *channel).is_some() {
                    return wrong("an id twice");
                }
                self.heard.insert(address, 0);
                Ok(())
            }
            Frame::Updated { place, .. } | Frame::Unsubscribed { place, .. } => {
                self.count(message.connection, *place)
            }
            Frame::Listed { .. } | Frame::Refused { .. } => Ok(()),
            Frame::Data { place, body } => {
                self.count(message.connection, *place)?;
                let address = (message.connection, place.subscription);
                if self.channels[&address] != body.channel() {
                    return wrong("another channel");
                }
                self.take_body(address, body).or_else(|what| wrong(&what))
            }
        }
    }

    /// Each number is one more than the last; a channel has numbers or has none.
    fn count(&mut self, connection: ConnectionId, place: Place) -> Result<(), String> {
        let address = (connection, place.subscription);
        let heard = self.heard.get_mut(&address).ok_or(format!("{place:?} of nobody"))?;
        let is_documented = self.channels[&address].is_numbered();
        match place.sequence {
            Some(sequence) if is_documented && sequence.number() == *heard + 1 => *heard += 1,
            None if !is_documented => {}
            _ => return Err(format!("{place:?} after {heard}")),
        }
        Ok(())
    }

    fn take_body(&mut self, address: Address, body: &FeedBody) -> Result<(), String> {
        match body {
            FeedBody::BookSnapshot(book) => {
                let yes = book.yes.iter().map(|level| (Outcome::Yes, *level));
                let no = book.no.iter().map(|level| (Outcome::No, *level));
                let levels = yes.chain(no);
                let levels =
                    levels.map(|(outcome, level)| ((outcome, level.price), level.quantity));
                self.books.insert((address, book.market), levels.collect());
                self.snapshots += 1;
            }
            FeedBody::BookDelta(delta) => {
                let book = self.books.get_mut(&(address, delta.market));
                let book = book.ok_or("a delta before its snapshot")?;
                let level = book.entry((delta.outcome, delta.price)).or_default();
                match delta.movement {
                    Movement::Added(quantity) => *level += quantity,
                    Movement::Removed(quantity) if quantity <= *level => *level -= quantity,
                    Movement::Removed(_) => return Err("a level below zero".to_owned()),
                }
                if level.is_zero() {
                    book.remove(&(delta.outcome, delta.price));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether a subscription's book is the exchange's.
    pub(super) fn check(
        &self,
        exchange: &Exchange,
        (address, market): (Address, MarketId),
        prices: PriceFrame,
    ) -> Result<(), String> {
        let grid = &exchange.terms(market).levels;
        let side = |side| {
            exchange.order_book(market).levels(side).map(move |level| {
                let price = grid.price_of(level.tick);
                let shown = match (side, prices) {
                    (Side::Ask, PriceFrame::Own) => price.complement(),
                    _ => price,
                };
                let outcome = if side == Side::Bid { Outcome::Yes } else { Outcome::No };
                ((outcome, shown), level.quantity)
            })
        };
        let actual: Levels = side(Side::Bid).chain(side(Side::Ask)).collect();
        let told = self.books.get(&(address, market));
        if told == Some(&actual) {
            return Ok(());
        }
        Err(format!("{address:?}, {market}: told {told:?}, is {actual:?}"))
    }
}
