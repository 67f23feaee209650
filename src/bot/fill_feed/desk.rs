//! The mind of the bot: takes in what is heard, keeps orders and records, says what to do next.
//!
//! It neither sends nor waits. Everything that it holds is changed in one place, by one input at a
//! time; after each, it looks at all that is not settled and acts on what is due. So it does not
//! matter in which order things are heard.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::bot::fill_feed::order::{Ending, News, OrderState};
use crate::bot::fill_feed::payments::Payments;
use crate::bot::fill_feed::prices::MarketSight;
use crate::bot::fill_feed::readings::{Answer, List, Readings};
use crate::bot::fill_feed::record::{PositionRecord, correction_of_sale};
use crate::bot::fill_feed::sequence::{Place, SequenceWatch};
use crate::bot::fill_feed::settings::FillFeedSettings;
use crate::bot::fill_feed::signals::{Equity, PendingSignal};
use crate::bot::fill_feed::tracked::{Role, TrackedOrder};
use crate::bot::settings::{EntryTimeInForce, LimitSettings, MarketView};
use crate::bot::strategy::Notice;
use crate::kernel::Log;
use crate::link::{FeedState, QuoteSeen, RequestError};
use crate::protocol::record::{Belief, BeliefCause, Decision, Record, Standing};
use crate::protocol::{
    BalanceView, BookView, Canceled, CreateOrder, Created, Execution, FillReport, OrderStatus,
    OrderView, PositionView, PrivateEvent, Purpose, Quote, RejectReason,
};
use crate::units::{
    Cash, ClientOrderId, FeedSequence, MarketId, OrderId, Quantity, RecordId, SimDuration, SimTime,
    TradeId,
};

/// Something that is heard.
#[derive(Clone, Debug)]
pub(super) enum Input {
    /// The strategy says something.
    Notice(Notice),
    /// The private feed brought something.
    Private(PrivateEvent),
    /// The public feed brought something, or it is time to look anyway.
    Public { feed: FeedState, quotes: Vec<(MarketId, QuoteSeen)> },
    /// A create was answered.
    Created(ClientOrderId, Result<Created, RequestError>),
    /// A cancel was answered.
    Canceled(ClientOrderId, Result<Canceled, RequestError>),
    /// A look at an order, sent at an instant, was answered.
    Looked(ClientOrderId, SimTime, Result<OrderView, RequestError>),
    /// A read of all fills was answered.
    Fills(Result<Vec<FillReport>, RequestError>),
    /// A read of all orders was answered.
    Orders(Result<Vec<OrderView>, RequestError>),
    /// A read of positions, sent at an instant, was answered.
    Positions(SimTime, Result<Vec<PositionView>, RequestError>),
    /// A read of the balance was answered.
    Balance(Result<BalanceView, RequestError>),
    /// A read of a quote, sent at an instant, was answered.
    Quote(MarketId, SimTime, Result<Quote, RequestError>),
    /// A read of a book was answered.
    Book(MarketId, Result<BookView, RequestError>),
    /// It is time for something.
    Alarm,
}

/// Something that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Create(CreateOrder, Purpose),
    Cancel(ClientOrderId, OrderId),
    Look(ClientOrderId),
    ReadFills,
    ReadOrders,
    ReadPositions,
    ReadBalance,
    ReadQuote(MarketId),
    ReadBook(MarketId),
}

/// What a desk is set up with.
#[derive(Clone, Copy, Debug)]
pub(super) struct DeskSettings {
    pub(super) feed: FillFeedSettings,
    pub(super) limits: LimitSettings,
    pub(super) order: EntryTimeInForce,
    pub(super) stale_after: SimDuration,
}

/// All that the bot knows and wants.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) settings: DeskSettings,
    pub(super) log: Log<Record>,
    pub(super) markets: BTreeMap<MarketId, MarketSight>,
    pub(super) orders: BTreeMap<ClientOrderId, TrackedOrder>,
    /// The orders of which something is still to be heard, or to be said.
    pub(super) unsettled: BTreeSet<ClientOrderId>,
    pub(super) records: Vec<PositionRecord>,
    /// Fills that were counted. A trade of two own orders has two.
    trades: BTreeSet<(TradeId, ClientOrderId)>,
    sequence: SequenceWatch,
    pub(super) readings: Readings,
    pub(super) signals: VecDeque<PendingSignal>,
    pub(super) equity: Equity,
    pub(super) payments: Payments,
    pub(super) acts: Vec<Act>,
    /// When it wants to be woken.
    wake: Option<SimTime>,
}

impl Desk {
    pub(super) fn new(settings: DeskSettings, markets: &[MarketView], log: Log<Record>) -> Self {
        let sight = |view: &MarketView| MarketSight::new(view.event, view.levels.clone());
        Self {
            settings,
            log,
            markets: markets.iter().map(|view| (view.market, sight(view))).collect(),
            orders: BTreeMap::new(),
            unsettled: BTreeSet::new(),
            records: Vec::new(),
            trades: BTreeSet::new(),
            sequence: SequenceWatch::default(),
            readings: Readings::new(settings.feed),
            signals: VecDeque::new(),
            equity: Equity::default(),
            payments: Payments::default(),
            acts: Vec::new(),
            wake: None,
        }
    }

    /// The desk of the process that follows on this one, from what this one wrote to its file: with
    /// each change, before anything was sent because of it. What was under way is unknown, and
    /// what the markets and the account look like has to be learned again.
    pub(super) fn started_anew(self, now: SimTime) -> Self {
        let Self { settings, log, markets, readings, signals, .. } = self;
        let Self { mut orders, unsettled, records, trades, payments, .. } = self;
        for tracked in orders.values_mut() {
            tracked.start_anew(now, &settings.feed);
        }
        let anew = |(market, sight): (MarketId, MarketSight)| (market, sight.started_anew());
        Self {
            readings: readings.started_anew(now),
            markets: markets.into_iter().map(anew).collect(),
            sequence: SequenceWatch::default(),
            equity: Equity::default(),
            payments: payments.started_anew(),
            acts: Vec::new(),
            wake: None,
            settings,
            log,
            orders,
            unsettled,
            records,
            trades,
            signals,
        }
    }

    /// Takes in one thing; returns what is to be sent, in order.
    pub(super) fn handle(&mut self, now: SimTime, input: Input) -> Vec<Act> {
        self.take_in(now, input);
        self.close_paid();
        self.wake = None;
        self.attend_to_orders(now);
        self.work_exits(now);
        self.attend_to_orders(now);
        self.note_what_is_held(now);
        self.work_signals(now);
        self.read_if_due(now);
        self.work_payments(now);
        std::mem::take(&mut self.acts)
    }

    /// Keeps in mind what was paid for what is held, for the equity.
    fn note_what_is_held(&mut self, now: SimTime) {
        let cost = self.records.iter().map(PositionRecord::exposure).sum();
        self.equity.hold(now, cost, self.settings.feed.read_lag);
    }

    /// When it wants to hear [`Input::Alarm`], unless something comes before.
    pub(super) fn wake(&self) -> Option<SimTime> {
        self.wake
    }

    /// Asks to be woken at an instant.
    pub(super) fn wake_at(&mut self, instant: SimTime) {
        self.wake = Some(self.wake.map_or(instant, |wake| wake.min(instant)));
    }

    fn take_in(&mut self, now: SimTime, input: Input) {
        match input {
            Input::Notice(notice) => self.take_notice(now, notice),
            Input::Private(event) => self.take_private(now, event),
            Input::Public { feed, quotes } => self.take_public(now, feed, &quotes),
            Input::Created(order, outcome) => self.take_created(now, order, outcome),
            Input::Canceled(order, outcome) => self.take_canceled(now, order, outcome),
            Input::Looked(order, sent_at, outcome) => self.take_look(now, order, sent_at, outcome),
            Input::Fills(outcome) => {
                let answer = if outcome.is_ok() { Answer::Came } else { Answer::Failed };
                // Newest first, so that records are made in the order of trading.
                for fill in outcome.unwrap_or_default().iter().rev() {
                    self.take_fill(now, fill, BeliefCause::Reconciled);
                }
                self.readings.answered(List::Fills, answer, now);
            }
            Input::Orders(outcome) => {
                let answer = if outcome.is_ok() { Answer::Came } else { Answer::Failed };
                for view in outcome.unwrap_or_default() {
                    self.take_view(now, &view);
                }
                self.readings.answered(List::Orders, answer, now);
            }
            Input::Positions(sent_at, outcome) => self.take_positions(now, sent_at, outcome),
            Input::Balance(outcome) => self.equity.take(now, outcome, &self.settings.feed),
            Input::Quote(market, sent_at, outcome) => {
                self.take_quote_read(now, market, sent_at, outcome.ok());
            }
            Input::Book(market, outcome) => self.take_book(now, market, outcome.ok().as_ref()),
            Input::Alarm => {}
        }
    }

    fn take_private(&mut self, now: SimTime, event: PrivateEvent) {
        match event {
            PrivateEvent::Message { sequence, execution } => {
                self.hear_number(now, sequence);
                self.take_execution(now, execution);
            }
            PrivateEvent::Paid { sequence, market, value } => {
                self.hear_number(now, sequence);
                self.take_paid(market, value);
            }
            PrivateEvent::Lost => self.readings.feed_lost(now),
            PrivateEvent::Restored => {
                self.sequence = SequenceWatch::default();
                self.readings.feed_restored(now);
            }
        }
    }

    /// A message of the private feed has a number: is one missing before it?
    fn hear_number(&mut self, now: SimTime, sequence: Option<FeedSequence>) {
        if sequence.is_some_and(|number| self.sequence.hear(number) == Place::AfterGap) {
            self.readings.suspect(now);
        }
    }

    fn take_execution(&mut self, now: SimTime, execution: Execution) {
        match execution {
            Execution::Accepted { order, client_order, .. } => {
                self.hear(now, client_order, News::Accepted { order });
            }
            Execution::Filled(fill) => self.take_fill(now, &fill, BeliefCause::EntryConfirmed),
            Execution::Amended { order, client_order, .. }
            | Execution::Decreased { order, client_order, .. } => {
                if let Some(tracked) = self.orders.get_mut(&client_order) {
                    tracked.lower();
                }
                self.hear(now, client_order, News::Accepted { order });
            }
            Execution::Ended { order, client_order, unfilled, .. } => {
                self.hear(now, client_order, News::Ended { order, unfilled });
            }
        }
    }

    fn take_created(
        &mut self,
        now: SimTime,
        client_order: ClientOrderId,
        outcome: Result<Created, RequestError>,
    ) {
        let news = match outcome {
            Ok(Created { order, filled, remaining, .. }) => {
                let tracked = &self.orders[&client_order];
                if remaining.is_zero() {
                    let unfilled = tracked.create.quantity.saturating_sub(filled);
                    News::Ended { order, unfilled }
                } else {
                    self.hear_told(now, client_order, filled);
                    if let Some(tracked) = self.orders.get_mut(&client_order) {
                        tracked.vouch(filled);
                    }
                    News::Rests { order }
                }
            }
            // A copy of the same request was there first.
            Err(RequestError::Rejected(RejectReason::OrderAlreadyExists)) => News::CreateUnknown,
            Err(error) if error.leaves_outcome_unknown() => News::CreateUnknown,
            Err(_) => News::Refused,
        };
        self.hear(now, client_order, news);
    }

    fn take_canceled(
        &mut self,
        now: SimTime,
        client_order: ClientOrderId,
        outcome: Result<Canceled, RequestError>,
    ) {
        let news = match outcome {
            Ok(Canceled { order, reduced_by }) => News::Ended { order, unfilled: reduced_by },
            Err(RequestError::Rejected(RejectReason::OrderNotFound)) => News::Gone,
            Err(error) if error.leaves_outcome_unknown() => News::CancelUnknown,
            Err(_) => News::CancelRefused,
        };
        self.hear(now, client_order, news);
        if matches!(news, News::CancelUnknown | News::CancelRefused)
            && let Some(tracked) = self.orders.get_mut(&client_order)
        {
            tracked.wait_for_retry(now, &self.settings.feed);
        }
    }

    /// A fill counts once, whichever way and however often it is told.
    fn take_fill(&mut self, now: SimTime, fill: &FillReport, cause: BeliefCause) {
        let FillReport { order, client_order, quantity, .. } = *fill;
        if !self.orders.contains_key(&client_order)
            || !self.trades.insert((fill.trade, client_order))
        {
            return;
        }
        self.hear_as(now, client_order, News::Filled { order, quantity }, cause);
        let price = self.orders[&client_order].create.limit_price;
        match self.orders[&client_order].role {
            Role::Entry { record: Some(record), .. } => {
                let amount = self.record_mut(record).correct_purchase(price, fill);
                self.book(record, amount);
                self.tell_changed(record, cause);
            }
            Role::Entry { record: None, .. } => {
                unreachable!("Invariant: an entry that filled has a record")
            }
            Role::Exit { record } => self.book(record, correction_of_sale(price, fill)),
        }
    }

    /// Contracts are known to be filled. They count at the limit until their trades are known.
    fn count(&mut self, now: SimTime, client_order: ClientOrderId, cause: BeliefCause) {
        let Some(tracked) = self.orders.get_mut(&client_order) else { return };
        let (quantity, price) = (tracked.count(), tracked.create.limit_price);
        if quantity.is_zero() {
            return;
        }
        self.payments.note_count(now, tracked.create.market);
        match (tracked.role, cause) {
            (Role::Entry { record, .. }, _) => {
                let record = record.unwrap_or_else(|| self.open_record(client_order));
                self.record_mut(record).buy(quantity, price);
                self.tell_holding(record, cause);
            }
            (Role::Exit { record }, cause) => {
                let profit = self.record_mut(record).sell(quantity, price);
                let cause = match cause {
                    BeliefCause::EntryConfirmed => BeliefCause::ExitConfirmed,
                    other => other,
                };
                self.tell_holding(record, cause);
                self.book(record, profit);
            }
        }
    }

    pub(super) fn book(&self, record: RecordId, amount: Cash) {
        if amount != Cash::ZERO {
            self.log.append(Record::Belief(Belief::Booked { record, amount }));
        }
    }

    /// A view of an order, which may be old.
    pub(super) fn take_view(&mut self, now: SimTime, view: &OrderView) {
        let OrderView { order, client_order, status, filled, .. } = *view;
        if status == OrderStatus::Resting {
            self.hear_told(now, client_order, filled);
        }
        self.hear(now, client_order, News::Seen { order, status, filled });
    }

    fn hear_told(&mut self, now: SimTime, client_order: ClientOrderId, filled: Quantity) {
        if let Some(tracked) = self.orders.get_mut(&client_order) {
            tracked.hear_told(filled, now);
        }
    }

    /// News of an order.
    pub(super) fn hear(&mut self, now: SimTime, client_order: ClientOrderId, news: News) {
        self.hear_as(now, client_order, news, BeliefCause::EntryConfirmed);
    }

    /// News of an order, which change beliefs for a cause. What was sent by somebody else concerns
    /// nobody here.
    fn hear_as(
        &mut self,
        now: SimTime,
        client_order: ClientOrderId,
        news: News,
        cause: BeliefCause,
    ) {
        let Some(tracked) = self.orders.get_mut(&client_order) else { return };
        let was_final = matches!(tracked.state, OrderState::Final(_));
        tracked.hear(news, now, &self.settings.feed);
        let (state, role) = (tracked.state, tracked.role);
        if !state.is_settled() {
            self.unsettled.insert(client_order);
        }
        self.count(now, client_order, cause);
        if let Role::Exit { record } = role
            && let OrderState::Final(ending) = state
            && !was_final
        {
            self.note_exit_over(now, record, ending);
        }
    }

    /// An exit order is over: what it left is for the next one, at once if it sold something.
    fn note_exit_over(&mut self, now: SimTime, record: RecordId, ending: Ending) {
        let has_sold = matches!(ending, Ending::Over { total, .. } if !total.is_zero());
        let settings = self.settings.feed;
        let Some(exit) = &mut self.record_mut(record).exit else { return };
        if has_sold {
            exit.tries = 0;
            return;
        }
        let is_first = exit.tries == 0;
        exit.not_before = now + settings.retry_after(exit.tries);
        exit.tries = exit.tries.saturating_add(1);
        if ending == Ending::Refused || !is_first {
            // The exchange may know of less to sell than the bot does.
            self.readings.suspect(now);
        }
    }

    fn open_record(&mut self, entry: ClientOrderId) -> RecordId {
        let number = u32::try_from(self.records.len()).expect("Invariant: fewer than 2^32 records");
        let id = RecordId::new(number);
        let tracked = self.orders.get_mut(&entry).expect("Invariant: the order that filled");
        if let Role::Entry { signal, record, .. } = &mut tracked.role {
            *record = Some(id);
            let (market, stop, target) = (signal.market, signal.stop, signal.target);
            self.records.push(PositionRecord::new(entry, market, stop, target));
        }
        id
    }

    pub(super) fn record(&self, id: RecordId) -> &PositionRecord {
        &self.records[index(id)]
    }

    pub(super) fn record_mut(&mut self, id: RecordId) -> &mut PositionRecord {
        &mut self.records[index(id)]
    }

    /// All records, oldest first.
    pub(super) fn record_ids(&self) -> impl Iterator<Item = RecordId> + use<> {
        (0..).map(RecordId::new).take(self.records.len())
    }

    /// The orders of a record's exit that are not settled.
    pub(super) fn exits_of(&self, record: RecordId) -> impl Iterator<Item = &TrackedOrder> {
        let unsettled = self.unsettled.iter().map(|order| &self.orders[order]);
        unsettled
            .filter(move |order| matches!(order.role, Role::Exit { record: of } if of == record))
    }

    /// Tells how a record stands now.
    pub(super) fn tell_holding(&mut self, id: RecordId, cause: BeliefCause) {
        let standing = self.standing(id);
        let record = self.record_mut(id);
        record.standing = standing;
        let holding = record.holding();
        record.told = Some(holding);
        self.log.append(Record::Belief(Belief::Holding { record: id, holding, cause }));
    }

    /// Tells how a record stands when that is not as it was told last.
    fn tell_changed(&mut self, id: RecordId, cause: BeliefCause) {
        if self.record(id).told != Some(self.record(id).holding()) {
            self.tell_holding(id, cause);
        }
    }

    /// Tells how a record stands when its standing changed.
    pub(super) fn tell_standing(&mut self, id: RecordId, cause: BeliefCause) {
        if self.standing(id) != self.record(id).standing {
            self.tell_holding(id, cause);
        }
    }

    /// A record is closing while exit orders of which something is to be heard work on all that it
    /// holds, and settled once it holds nothing and its entry order can bring nothing more. What
    /// waits for its next exit order is held and watched.
    fn standing(&self, id: RecordId) -> Standing {
        let record = self.record(id);
        let is_exiting = self.exits_of(id).any(|exit| !exit.state.is_settled());
        if is_exiting && self.exiting(id) >= record.held() {
            Standing::Closing
        } else if record.held().is_zero() && self.orders[&record.entry].state.is_settled() {
            Standing::Settled
        } else {
            Standing::Open
        }
    }

    pub(super) fn decide(&self, decision: Decision) {
        self.log.append(Record::Decision(decision));
    }

    fn read_if_due(&mut self, now: SimTime) {
        let Some(due) = self.readings.due() else { return };
        if due > now {
            self.wake_at(due);
            return;
        }
        self.readings.sent(now);
        self.acts.extend([Act::ReadFills, Act::ReadOrders]);
    }
}

fn index(id: RecordId) -> usize {
    usize::try_from(id.number()).expect("Invariant: an index fits the machine")
}
