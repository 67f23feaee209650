//! The hands of the bot: carries out what the desk decides and brings it what is heard.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::bot::fill_feed::desk::{Act, Desk, Input};
use crate::bot::settings::Period;
use crate::bot::strategy::Strategy;
use crate::kernel::Spawner;
use crate::link::Venue;
use crate::protocol::Purpose;
use crate::units::{MarketId, SimTime};

/// The desk with its connection. Nothing waits while something is under way: each request has a
/// task of its own, which tells the desk what came of it.
#[derive(Clone, Debug)]
pub(super) struct Driver {
    desk: Rc<RefCell<Desk>>,
    venue: Venue,
    spawner: Spawner,
    /// The earliest instant for which an alarm is set.
    alarm: Rc<Cell<Option<SimTime>>>,
}

impl Driver {
    pub(super) fn new(desk: Desk, venue: Venue, spawner: Spawner) -> Self {
        Self { desk: Rc::new(RefCell::new(desk)), venue, spawner, alarm: Rc::default() }
    }

    /// Starts what brings news: both feeds and the strategy.
    pub(super) fn start(self, strategy: Strategy, markets: Vec<MarketId>, check: Period) {
        let spawner = self.spawner.clone();
        spawner.spawn(self.clone().follow_private_feed());
        spawner.spawn(self.clone().follow_public_feed(markets, check));
        spawner.spawn(self.follow_strategy(strategy));
    }

    async fn follow_private_feed(self) {
        loop {
            let event = self.venue.reports().next().await;
            self.tell(Input::Private(event));
        }
    }

    /// Looks at every piece of news, and at the latest after the time between checks.
    async fn follow_public_feed(self, markets: Vec<MarketId>, check: Period) {
        let mut known = 0;
        loop {
            let feed = self.venue.public_feed();
            let seen = |market: &MarketId| self.venue.quote_seen(*market).map(|at| (*market, at));
            let quotes = markets.iter().filter_map(seen).collect();
            self.tell(Input::Public { feed, quotes });
            let until = self.venue.clock().now() + check.length();
            known = self.venue.public_news(known, until).await;
        }
    }

    /// Takes each signal at the instant at which it becomes true.
    async fn follow_strategy(self, mut strategy: Strategy) {
        while let Some(due) = strategy.next_due() {
            self.venue.clock().sleep_until(due).await;
            let now = self.venue.clock().now();
            while let Some(notice) = strategy.next(now, &self.venue) {
                self.tell(Input::Notice(notice));
            }
        }
    }

    fn tell(&self, input: Input) {
        let now = self.venue.clock().now();
        let acts = self.desk.borrow_mut().handle(now, input);
        for act in acts {
            self.spawner.spawn(self.clone().carry_out(act));
        }
        self.set_alarm();
    }

    async fn carry_out(self, act: Act) {
        let venue = &self.venue;
        let sent_at = venue.clock().now();
        let heard = match act {
            Act::Create(create, purpose) => {
                Input::Created(create.client_order, venue.create(create, purpose).await)
            }
            Act::Cancel(client_order, order) => {
                Input::Canceled(client_order, venue.cancel(order, Purpose::Follow).await)
            }
            Act::Look(client_order) => {
                let outcome = venue.order_by_client(client_order, Purpose::Follow).await;
                Input::Looked(client_order, sent_at, outcome)
            }
            Act::ReadFills => Input::Fills(venue.fills(Purpose::Reconcile).await),
            Act::ReadOrders => Input::Orders(venue.orders(Purpose::Reconcile).await),
            Act::ReadBalance => Input::Balance(venue.balance(Purpose::Decide).await),
            Act::ReadQuote(market) => {
                Input::Quote(market, sent_at, venue.quote(market, Purpose::Decide).await)
            }
            Act::ReadBook(market) => Input::Book(market, venue.book(market, Purpose::Decide).await),
        };
        self.tell(heard);
    }

    /// Sees to it that the desk is told when the next thing is due.
    fn set_alarm(&self) {
        let Some(due) = self.desk.borrow().wake() else { return };
        if self.alarm.get().is_some_and(|set| set <= due) {
            return;
        }
        self.alarm.set(Some(due));
        let driver = self.clone();
        self.spawner.spawn(async move {
            driver.venue.clock().sleep_until(due).await;
            // An earlier alarm may have been set, and rung, meanwhile.
            if driver.alarm.get() == Some(due) {
                driver.alarm.set(None);
                driver.tell(Input::Alarm);
            }
        });
    }
}
