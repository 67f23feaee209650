//! The hands of the bot: carries out what the desk decides and brings it what is heard.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;

use crate::bot::fill_feed::desk::{Act, Desk, Input};
use crate::bot::settings::Period;
use crate::bot::strategy::Strategy;
use crate::kernel::{JoinHandle, Spawner};
use crate::link::Venue;
use crate::protocol::Purpose;
use crate::units::{MarketId, SimTime};

/// What outlives a restart beside the desk's own file: the connection, and which signals were given.
#[derive(Clone, Debug)]
pub(super) struct Surroundings {
    pub(super) venue: Venue,
    pub(super) spawner: Spawner,
    pub(super) strategy: Rc<RefCell<Strategy>>,
    pub(super) markets: Vec<MarketId>,
    pub(super) check: Period,
}

/// One process: the desk with its connection. Nothing waits while something is under way: each
/// request has a task of its own, which tells the desk what came of it.
#[derive(Clone, Debug)]
pub(super) struct Driver {
    /// Gone once the process has stopped.
    desk: Rc<RefCell<Option<Desk>>>,
    surroundings: Surroundings,
    /// When the process stops, if it does before the run ends.
    until: Option<SimTime>,
    /// The earliest instant for which an alarm is set.
    alarm: Rc<Cell<Option<SimTime>>>,
}

impl Driver {
    pub(super) fn new(desk: Desk, surroundings: Surroundings, until: Option<SimTime>) -> Self {
        let desk = Rc::new(RefCell::new(Some(desk)));
        Self { desk, surroundings, until, alarm: Rc::default() }
    }

    /// Starts what brings news: both feeds and the strategy.
    pub(super) fn start(&self) -> [JoinHandle<()>; 3] {
        [
            self.spawn(self.clone().follow_private_feed()),
            self.spawn(self.clone().follow_public_feed()),
            self.spawn(self.clone().follow_strategy()),
        ]
    }

    /// Stops the process: what is still under way finds nobody who listens. Returns the desk as it
    /// stood, of which the file has what [`Desk::started_anew`] keeps.
    ///
    /// # Panics
    /// When it was stopped before.
    pub(super) fn stop(&self) -> Desk {
        self.desk.borrow_mut().take().expect("Invariant: a process stops once")
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) -> JoinHandle<()> {
        let Surroundings { venue, spawner, .. } = &self.surroundings;
        match self.until {
            None => spawner.spawn(task),
            Some(until) => {
                let clock = venue.clock().clone();
                spawner.spawn(async move {
                    let _ended: Option<()> = clock.until(until, task).await;
                })
            }
        }
    }

    async fn follow_private_feed(self) {
        loop {
            let event = self.surroundings.venue.reports().next().await;
            self.tell(Input::Private(event));
        }
    }

    /// Looks at every piece of news, and at the latest after the time between checks.
    async fn follow_public_feed(self) {
        let Surroundings { venue, markets, check, .. } = &self.surroundings;
        let mut known = 0;
        loop {
            let feed = venue.public_feed();
            let seen = |market: &MarketId| venue.quote_seen(*market).map(|at| (*market, at));
            let quotes = markets.iter().filter_map(seen).collect();
            self.tell(Input::Public { feed, quotes });
            let until = venue.clock().now() + check.length();
            known = venue.public_news(known, until).await;
        }
    }

    /// Takes each signal at the instant at which it becomes true.
    async fn follow_strategy(self) {
        let Surroundings { venue, strategy, .. } = &self.surroundings;
        loop {
            let Some(due) = strategy.borrow().next_due() else { return };
            venue.clock().sleep_until(due).await;
            let now = venue.clock().now();
            loop {
                let Some(notice) = strategy.borrow_mut().next(now, venue) else { break };
                self.tell(Input::Notice(notice));
            }
        }
    }

    fn tell(&self, input: Input) {
        let now = self.surroundings.venue.clock().now();
        let mut desk = self.desk.borrow_mut();
        let Some(desk) = desk.as_mut() else { return };
        for act in desk.handle(now, input) {
            self.spawn(self.clone().carry_out(act));
        }
        self.set_alarm(desk.wake());
    }

    async fn carry_out(self, act: Act) {
        let venue = &self.surroundings.venue;
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
            Act::ReadPositions => {
                Input::Positions(sent_at, venue.positions(Purpose::Reconcile).await)
            }
            Act::ReadQuote(market) => {
                Input::Quote(market, sent_at, venue.quote(market, Purpose::Decide).await)
            }
            Act::ReadBook(market) => Input::Book(market, venue.book(market, Purpose::Decide).await),
        };
        self.tell(heard);
    }

    /// Sees to it that the desk is told when the next thing is due.
    fn set_alarm(&self, wake: Option<SimTime>) {
        let Some(due) = wake else { return };
        if self.alarm.get().is_some_and(|set| set <= due) {
            return;
        }
        self.alarm.set(Some(due));
        let driver = self.clone();
        self.spawn(async move {
            driver.surroundings.venue.clock().sleep_until(due).await;
            // An earlier alarm may have been set, and rung, meanwhile.
            if driver.alarm.get() == Some(due) {
                driver.alarm.set(None);
                driver.tell(Input::Alarm);
            }
        });
    }
}
