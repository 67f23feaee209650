//! Connections, their subscriptions, and the numbers of messages.

use std::collections::BTreeMap;

use crate::exchange::publish::settings::UndocumentedNumbers;
use crate::protocol::websocket::{
    FeedBody, FeedChannel, FeedMessage, Frame, MarketChoice, Place, PriceFrame,
};
use crate::units::{AccountId, ConnectionId, FeedSequence, MarketId, SubscriptionId};

/// Where a message goes.
pub(super) type Address = (ConnectionId, SubscriptionId);

/// One subscription.
#[derive(Debug)]
pub(super) struct Subscription {
    pub(super) channel: FeedChannel,
    pub(super) markets: MarketChoice,
    pub(super) prices: PriceFrame,
    /// How many numbers were given out; none where messages have no numbers.
    numbered: Option<u64>,
}

impl Subscription {
    /// The place of the next message under the subscription's own number.
    fn next_place(&mut self, subscription: SubscriptionId) -> Place {
        let sequence = self.numbered.as_mut().map(|given| {
            *given += 1;
            FeedSequence::new(*given)
        });
        Place { subscription, sequence }
    }
}

/// One connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) account: AccountId,
    pub(super) subscriptions: BTreeMap<SubscriptionId, Subscription>,
    /// How many subscriptions were made.
    made: u32,
}

/// Who a message is for, as far as what it says depends on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Receiver {
    pub(super) account: AccountId,
    pub(super) prices: PriceFrame,
}

/// All connections.
#[derive(Debug)]
pub(super) struct Subscribers {
    numbers: UndocumentedNumbers,
    connections: BTreeMap<ConnectionId, Connection>,
    connected: u32,
    /// Who subscribed to what, by channel, in the order of subscribing.
    audience: [Vec<Address>; FeedChannel::ALL.len()],
}

impl Subscribers {
    pub(super) fn new(numbers: UndocumentedNumbers) -> Self {
        Self { numbers, connections: BTreeMap::new(), connected: 0, audience: Default::default() }
    }

    pub(super) fn connect(&mut self, account: AccountId) -> ConnectionId {
        let id = ConnectionId::new(self.connected);
        self.connected += 1;
        let connection = Connection { account, subscriptions: BTreeMap::new(), made: 0 };
        self.connections.insert(id, connection);
        id
    }

    /// Forgets a connection, whose subscriptions must be over.
    pub(super) fn disconnect(&mut self, connection: ConnectionId) {
        let gone = self.connections.remove(&connection);
        let is_done = gone.is_some_and(|gone| gone.subscriptions.is_empty());
        assert!(is_done, "Invariant: {connection} was open and has no subscription left");
    }

    pub(super) fn connection(&self, connection: ConnectionId) -> &Connection {
        let open = self.connections.get(&connection);
        open.unwrap_or_else(|| panic_closed(connection))
    }

    fn connection_mut(&mut self, connection: ConnectionId) -> &mut Connection {
        let open = self.connections.get_mut(&connection);
        open.unwrap_or_else(|| panic_closed(connection))
    }

    /// The subscription to a channel that a connection has.
    pub(super) fn held(
        &self,
        connection: ConnectionId,
        channel: FeedChannel,
    ) -> Option<SubscriptionId> {
        let mut all = self.connection(connection).subscriptions.iter();
        all.find(|(_, held)| held.channel == channel).map(|(id, _)| *id)
    }

    /// Begins a subscription.
    pub(super) fn add(
        &mut self,
        connection: ConnectionId,
        channel: FeedChannel,
        markets: MarketChoice,
        prices: PriceFrame,
    ) -> SubscriptionId {
        let is_numbered = channel.is_numbered() || self.numbers == UndocumentedNumbers::Given;
        let numbered = is_numbered.then_some(0);
        let here = self.connection_mut(connection);
        here.made += 1;
        let id = SubscriptionId::new(here.made);
        here.subscriptions.insert(id, Subscription { channel, markets, prices, numbered });
        self.audience[channel as usize].push((connection, id));
        id
    }

    /// Ends a subscription.
    pub(super) fn remove(&mut self, address: Address) {
        let (connection, id) = address;
        let here = self.connection_mut(connection);
        let Some(gone) = here.subscriptions.remove(&id) else { return };
        self.audience[gone.channel as usize].retain(|each| *each != address);
    }

    /// A subscription that there is.
    pub(super) fn subscription_mut(&mut self, address: Address) -> &mut Subscription {
        let (connection, id) = address;
        let here = self.connection_mut(connection);
        here.subscriptions.get_mut(&id).unwrap_or_else(|| panic_unknown(id))
    }

    /// The place of a subscription's next message.
    pub(super) fn next_place(&mut self, address: Address) -> Place {
        self.subscription_mut(address).next_place(address.1)
    }

    /// Who subscribed to a channel.
    pub(super) fn audience(&self, channel: FeedChannel) -> &[Address] {
        &self.audience[channel as usize]
    }

    /// Whether a subscription is about a market.
    pub(super) fn wants(&self, address: Address, market: MarketId) -> bool {
        let here = self.connections.get(&address.0);
        let here = here.and_then(|connection| connection.subscriptions.get(&address.1));
        here.is_some_and(|subscription| subscription.markets.contains(market))
    }

    /// Whether anybody subscribed to a channel of a market.
    pub(super) fn anyone_wants(&self, channel: FeedChannel, market: MarketId) -> bool {
        self.audience(channel).iter().any(|address| self.wants(*address, market))
    }

    /// Sends a body to one subscription.
    pub(super) fn send_to(&mut self, to: Address, body: FeedBody, out: &mut Vec<FeedMessage>) {
        let frame = Frame::Data { place: self.next_place(to), body };
        out.push(FeedMessage { connection: to.0, frame });
    }

    /// Sends everybody who subscribed to a channel of a market what `body` makes for them, if it
    /// makes anything.
    pub(super) fn send(
        &mut self,
        channel: FeedChannel,
        market: MarketId,
        out: &mut Vec<FeedMessage>,
        mut body: impl FnMut(Receiver) -> Option<FeedBody>,
    ) {
        for (connection, id) in &self.audience[channel as usize] {
            let here = self.connections.get_mut(connection);
            let here = here.unwrap_or_else(|| panic_closed(*connection));
            let account = here.account;
            let to = here.subscriptions.get_mut(id).unwrap_or_else(|| panic_unknown(*id));
            if !to.markets.contains(market) {
                continue;
            }
            if let Some(body) = body(Receiver { account, prices: to.prices }) {
                let frame = Frame::Data { place: to.next_place(*id), body };
                out.push(FeedMessage { connection: *connection, frame });
            }
        }
    }

    /// Sends an account what it is told of itself and of no market.
    pub(super) fn send_own(
        &mut self,
        channel: FeedChannel,
        account: AccountId,
        out: &mut Vec<FeedMessage>,
        body: &FeedBody,
    ) {
        for index in 0..self.audience(channel).len() {
            let to = self.audience(channel)[index];
            if self.connection(to.0).account == account {
                self.send_to(to, body.clone(), out);
            }
        }
    }
}

fn panic_closed(connection: ConnectionId) -> ! {
    unreachable!("Invariant: {connection} is open")
}

fn panic_unknown(subscription: SubscriptionId) -> ! {
    unreachable!("Invariant: {subscription} is looked up first")
}
