//! What was, for reads as of an instant: a copy of everything that can be read, after each change.

use std::collections::VecDeque;
use std::rc::Rc;

use fillgap::protocol::{
    BalanceView, BookLevel, BookView, FillReport, OrderEnd, OrderStatus, OrderView, PositionView,
    Query, Quote, RejectReason, Reply,
};
use fillgap::units::{AccountId, MarketId, OrderId, Quantity, Side, SimDuration, SimTime};

use super::readings::Second;
use super::state::{Order, Reference};

/// How far back the watched can look.
pub(super) const KEEP_MS: u64 = 40;
const KEEP: SimDuration = SimDuration::from_ms(KEEP_MS);

/// The accounts below this number are watched: they can look back, and at what is over.
pub(super) const WATCHED: u32 = 2;

/// Everything that can be read as of one instant.
#[derive(Debug)]
struct Picture {
    /// In the order of acceptance.
    orders: Vec<(AccountId, OrderView)>,
    fills: Vec<(AccountId, FillReport)>,
    /// By account.
    positions: Vec<Vec<PositionView>>,
    funds: Vec<BalanceView>,
    /// By market.
    books: Vec<BookView>,
}

/// The pictures, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Past(VecDeque<(SimTime, Rc<Picture>)>);

impl Reference {
    /// Takes a picture of what is now.
    pub(super) fn remember(&mut self) {
        let picture = Rc::new(self.picture());
        let pictures = &mut self.past.0;
        if pictures.back().is_some_and(|(at, _)| *at == self.now) {
            pictures.pop_back();
        }
        pictures.push_back((self.now, picture));
        while pictures.get(1).is_some_and(|(at, _)| *at <= self.now.before(KEEP)) {
            pictures.pop_front();
        }
    }

    fn picture(&self) -> Picture {
        let accounts = || (0_u32..).map(AccountId::new).take(self.cash.len());
        let markets = || (0_u32..).map(MarketId::new).take(self.markets.len());
        Picture {
            orders: self.known.clone(),
            fills: self.fills.clone(),
            positions: accounts().map(|account| self.positions_of(account)).collect(),
            funds: accounts().map(|account| self.funds(account)).collect(),
            books: markets().map(|market| self.book(market)).collect(),
        }
    }

    fn positions_of(&self, account: AccountId) -> Vec<PositionView> {
        let markets = (0..).map(MarketId::new).take(self.markets.len());
        let held = markets.map(|market| PositionView {
            market,
            position: self.position(account, market),
            exposure: self.cost(account, market),
        });
        held.filter(|view| !view.position.is_flat()).collect()
    }

    pub(super) fn funds(&self, account: AccountId) -> BalanceView {
        let balance = self.cash[account.number() as usize];
        BalanceView { balance, available: self.available(account) }
    }

    fn book(&self, market: MarketId) -> BookView {
        let side = |side| {
            let mut levels: Vec<BookLevel> = Vec::new();
            for Order { limit: price, remaining: quantity, .. } in self.queue(market, side) {
                match levels.iter_mut().find(|level| level.price == *price) {
                    Some(level) => level.quantity += *quantity,
                    None => levels.push(BookLevel { price: *price, quantity: *quantity }),
                }
            }
            levels
        };
        BookView { bids: side(Side::Bid), asks: side(Side::Ask) }
    }

    /// Notes how an order stands.
    pub(super) fn note(&mut self, order: &Order, remaining: Quantity, status: OrderStatus) {
        let view = OrderView {
            order: order.id,
            client_order: order.client_order,
            market: order.market,
            side: order.side,
            limit_price: order.limit,
            initial: order.initial,
            filled: order.filled,
            remaining,
            status,
        };
        match self.known.iter_mut().find(|(_, known)| known.order == order.id) {
            Some((_, known)) => *known = view,
            None => self.known.push((order.account, view)),
        }
    }

    /// What an order reads as once it is over.
    pub(super) fn final_status(&self, end: OrderEnd, filled: Quantity) -> OrderStatus {
        let is_immediate = matches!(end, OrderEnd::NotFilledAtOnce | OrderEnd::NothingToClose);
        let reads_executed = !self.settings.reads(Second::PartlyFilledCanceled);
        if end == OrderEnd::Executed || is_immediate && !filled.is_zero() && reads_executed {
            OrderStatus::Executed
        } else {
            OrderStatus::Canceled
        }
    }

    /// Answers what is read as of an instant. Who is not watched sees what is now, resting orders
    /// alone, and no fills.
    pub(super) fn look(&self, account: AccountId, query: Query, back: SimDuration) -> Reply {
        let is_watched = account.number() < WATCHED;
        let as_of = self.now.before(back);
        let seen = self.past.0.iter().rev().find(|(at, _)| !is_watched || *at <= as_of);
        let picture = &seen.expect("the first picture is of the start").1;
        let can_see = |view: &&(AccountId, OrderView)| {
            view.0 == account && (is_watched || view.1.status == OrderStatus::Resting)
        };
        let orders = picture.orders.iter().filter(can_see).map(|(_, view)| *view);
        let found = |order: Option<OrderView>| {
            order.map_or(Reply::Rejected(RejectReason::OrderNotFound), Reply::Order)
        };
        let index = account.number() as usize;
        match query {
            Query::Order(order) => found(orders.into_iter().find(|view| view.order == order)),
            Query::OrderByClient(client_order) => {
                found(orders.rev().find(|view| view.client_order == client_order))
            }
            Query::Orders => Reply::Orders(orders.collect()),
            Query::Fills => {
                let fills = picture.fills.iter().rev().filter(|_| is_watched);
                let own = fills.filter(|(owner, _)| *owner == account);
                Reply::Fills(own.map(|(_, fill)| *fill).collect())
            }
            Query::Positions => Reply::Positions(picture.positions[index].clone()),
            Query::Balance => {
                let funds = picture.funds[index];
                let is_net = self.settings.reads(Second::NetBalance);
                let balance = if is_net { funds.available } else { funds.balance };
                Reply::Balance(BalanceView { balance, ..funds })
            }
            Query::Quote(market) | Query::Book(market)
                if market.number() as usize >= self.markets.len() =>
            {
                Reply::Rejected(RejectReason::MarketNotFound)
            }
            Query::Book(market) => Reply::Book(picture.books[market.number() as usize].clone()),
            Query::Quote(market) => {
                let book = &picture.books[market.number() as usize];
                let best = |levels: &[BookLevel]| levels.first().map(|level| level.price);
                Reply::Quote(Quote { bid: best(&book.bids), ask: best(&book.asks) })
            }
            other => panic!("{other:?} shows what is now"),
        }
    }

    /// An order that was accepted, by its number.
    pub(super) fn market_of(&self, id: OrderId) -> Option<MarketId> {
        self.markets_of.get(&id).copied()
    }
}
