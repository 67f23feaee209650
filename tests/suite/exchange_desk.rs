//! A small exchange whose story is told in lines of text, audited after every request.

use fillgap::audit::ExchangeAudit;
use fillgap::book::RegridError;
use fillgap::exchange::{Exchange, ExchangeEvent, ExchangeSettings, Funding, Settlement};
use fillgap::market::{
    ExchangeStatus, FeeKind, FeeMultiplier, FeeSchedule, LifeError, LifeStep, MarketRules,
    MarketTerms, PriceLevelLabel, PriceLevelStructure, SelfTradePrevention, TimeInForce,
};
use fillgap::protocol::{
    AmendOrder, CreateOrder, Crossing, Execution, ExpiryChange, GroupRequest, OnPause, OrderEnd,
    PositionEffect, PrivateMessage, Query, Reduction, RejectReason, Reply, Request,
};
use fillgap::units::{
    AccountId, Cash, ClientOrderId, EventId, MarketId, OrderGroupId, OrderId, Side, SimDuration,
    SimTime, parse_decimal,
};

/// The markets' terms: whole cents, quadratic fees times a multiplier.
pub(crate) fn terms(fee_multiplier: &str) -> MarketTerms {
    let factor = parse_decimal("multiplier", fee_multiplier).unwrap();
    let multiplier = FeeMultiplier::from_decimal(factor).unwrap();
    MarketTerms {
        ticker: "KXDEMO-26NOV22-T50".to_owned(),
        event: EventId::new(0),
        levels: PriceLevelStructure::of_label(PriceLevelLabel::LinearCent),
        fees: FeeSchedule::new(FeeKind::Quadratic, multiplier),
    }
}

/// An exchange with one market and named accounts.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) exchange: Exchange,
    pub(crate) audit: ExchangeAudit,
    pub(crate) market: MarketId,
    pub(crate) now: SimTime,
    pub(crate) last_events: Vec<ExchangeEvent>,
    /// In the order of acceptance: `#0`, `#1`, ...
    pub(crate) accepted: Vec<OrderId>,
    sides: Vec<Side>,
    names: Vec<&'static str>,
    next_client_order: u64,
}

/// One line of a story: when [s], who, what; the reply and the speaker's balance, available
/// balance and position afterwards.
pub(crate) type Line<'a> = (u64, &'a str, &'a str, &'a str, &'a str, &'a str, &'a str);

impl Desk {
    /// Accounts with cash are watched for 60 s; `unlimited` ones are not.
    pub(crate) fn new(
        settings: ExchangeSettings,
        terms: MarketTerms,
        accounts: &[(&'static str, &str)],
    ) -> Self {
        Self::with_rules(settings, terms, MarketRules::default(), accounts)
    }

    /// The same with rules of the market's own.
    pub(crate) fn with_rules(
        settings: ExchangeSettings,
        terms: MarketTerms,
        rules: MarketRules,
        accounts: &[(&'static str, &str)],
    ) -> Self {
        let mut exchange = Exchange::new(settings);
        let market = exchange.list_market_with(terms, rules);
        for (_, cash) in accounts {
            match *cash {
                "unlimited" => {
                    exchange.open_account(Funding::Unlimited);
                }
                cash => {
                    let account = exchange.open_account(Funding::Cash(cash.parse().unwrap()));
                    exchange.watch(account, SimDuration::from_s(60));
                }
            }
        }
        Self {
            audit: ExchangeAudit::new(&exchange),
            exchange,
            market,
            now: SimTime::START,
            last_events: Vec::new(),
            accepted: Vec::new(),
            sides: Vec::new(),
            names: accounts.iter().map(|(name, _)| *name).collect(),
            next_client_order: 1_000,
        }
    }

    /// Without fees and with 100 dollars for `bot`; `crowd` is unlimited.
    pub(crate) fn free() -> Self {
        Self::new(
            ExchangeSettings::default(),
            terms("0"),
            &[("bot", "100"), ("crowd", "unlimited")],
        )
    }

    pub(crate) fn account(&self, name: &str) -> AccountId {
        let index = self.names.iter().position(|each| *each == name).unwrap();
        AccountId::new(u32::try_from(index).unwrap())
    }

    /// Tells a story and checks every line of it.
    pub(crate) fn tell(&mut self, lines: &[Line<'_>]) {
        for (at_s, who, what, reply, balance, available, position) in lines {
            let told = self.say(*at_s, who, what);
            let account = self.account(who);
            let funds = self.exchange.funds(account);
            let found = (
                told,
                funds.balance,
                funds.available,
                self.exchange.position(account, self.market).to_string(),
            );
            let cash = |text: &&str| text.parse::<Cash>().unwrap();
            let expected =
                ((*reply).to_owned(), cash(balance), cash(available), (*position).to_owned());
            assert_eq!(found, expected, "{at_s} s, {who}: {what}");
        }
    }

    /// Carries out one request and puts its reply into words.
    pub(crate) fn say(&mut self, at_s: u64, who: &str, what: &str) -> String {
        let request = self.request(what);
        words(&self.ask(SimTime::START + SimDuration::from_s(at_s), who, &request))
    }

    /// Carries out a request at the start that has to be taken.
    pub(crate) fn prepare(&mut self, who: &str, what: &str) {
        let told = self.say(0, who, what);
        assert!(!is_refused(&told), "{who}: {what}: {told}");
    }

    /// Carries out a request, with the audit.
    pub(crate) fn ask(&mut self, now: SimTime, who: &str, request: &Request) -> Reply {
        self.ask_as_of(now, who, request, now)
    }

    /// Carries out a request whose read shows an earlier instant.
    pub(crate) fn ask_as_of(
        &mut self,
        now: SimTime,
        who: &str,
        request: &Request,
        as_of: SimTime,
    ) -> Reply {
        let account = self.account(who);
        self.now = now;
        let mut events = Vec::new();
        self.audit.asked(now, account, request).unwrap();
        let reply = self.exchange.apply(now, account, request, as_of, &mut events);
        for event in &events {
            self.audit.observe(now, event).unwrap();
            if let ExchangeEvent::Private(PrivateMessage {
                execution: Execution::Accepted { order, side, .. },
                ..
            }) = event
            {
                self.accepted.push(*order);
                self.sides.push(*side);
            }
        }
        self.audit.answered(&reply).unwrap();
        self.audit.check(&self.exchange).unwrap();
        self.last_events = events;
        reply
    }

    /// Reads something as of an instant [s].
    pub(crate) fn read(&mut self, at_s: u64, who: &str, query: Query, as_of_s: u64) -> Reply {
        let time = |s| SimTime::START + SimDuration::from_s(s);
        self.ask_as_of(time(at_s), who, &Request::Read(query), time(as_of_s))
    }

    /// One request in words:
    ///
    /// - `bid 10 @ 0.65 [ioc | fok | until 30] [reduce] [post] [apart taker | apart maker] [as 7]
    ///   [in 0] [leave] [market 1]`: `as` names the client order id, `until` the expiry \[s\], `in`
    ///   the order group; `leave` cancels it on a pause;
    /// - `batch bid 1 @ 0.65, ask 2 @ 0.70`;
    /// - `amend #0 to 12 @ 0.66 [as 7] [from 6] [until 30 | forever] [side ask] [market 1]`: `from`
    ///   names the client order id that it has;
    /// - `decrease #0 by 3`, `decrease #0 to 3`;
    /// - `cancel #0`, `cancel #0 #1`, `cancel all`;
    /// - `group 10`, `group 0 limit 5`, `group 0 trigger`, `group 0 reset`, `group 0 delete`.
    pub(crate) fn request(&mut self, what: &str) -> Request {
        let words: Vec<&str> = what.split_whitespace().collect();
        match words[..] {
            ["cancel", "all"] => Request::CancelAll,
            ["cancel", order] => Request::Cancel { order: self.order(order) },
            ["cancel", ref orders @ ..] => {
                Request::CancelBatch(orders.iter().map(|order| self.order(order)).collect())
            }
            ["decrease", order, "by", quantity] => {
                let reduction = Reduction::By(quantity.parse().unwrap());
                Request::Decrease { order: self.order(order), reduction }
            }
            ["decrease", order, "to", quantity] => {
                let reduction = Reduction::To(quantity.parse().unwrap());
                Request::Decrease { order: self.order(order), reduction }
            }
            ["amend", order, "to", quantity, "@", price, ref more @ ..] => {
                let mut amend = AmendOrder {
                    order: self.order(order),
                    market: self.market,
                    side: self.side_of(order),
                    limit_price: price.parse().unwrap(),
                    quantity: quantity.parse().unwrap(),
                    client_order: None,
                    new_client_order: None,
                    expiry: ExpiryChange::Keep,
                };
                qualify_amend(&mut amend, more);
                Request::Amend(amend)
            }
            ["group", ref more @ ..] => Request::Group(group_request(more)),
            ["batch", ..] => {
                let items =
                    what.trim_start_matches("batch").split(',').filter(|item| !item.is_empty());
                let orders = items.map(|item| match self.request(item) {
                    Request::Create(order) => order,
                    other => panic!("not an order: {other:?}"),
                });
                Request::CreateBatch(orders.collect())
            }
            [side @ ("bid" | "ask"), quantity, "@", price, ref more @ ..] => {
                let mut order = CreateOrder {
                    client_order: ClientOrderId::new(self.next_client_order),
                    market: self.market,
                    side: if side == "bid" { Side::Bid } else { Side::Ask },
                    limit_price: price.parse().unwrap(),
                    quantity: quantity.parse().unwrap(),
                    time_in_force: TimeInForce::REST,
                    effect: PositionEffect::Any,
                    crossing: Crossing::Allowed,
                    self_trade: None,
                    on_pause: OnPause::Stays,
                    group: None,
                };
                self.next_client_order += 1;
                qualify(&mut order, more);
                Request::Create(order)
            }
            _ => panic!("not a request: {what}"),
        }
    }

    /// The side on which an order was accepted.
    fn side_of(&self, label: &str) -> Side {
        let index = label.trim_start_matches('#').parse::<usize>().unwrap();
        self.sides[index]
    }

    /// Lets the exchange trade or not, with the audit.
    pub(crate) fn set_status(&mut self, at_s: u64, status: ExchangeStatus) {
        self.now = SimTime::START + SimDuration::from_s(at_s);
        let mut events = Vec::new();
        self.exchange.set_status(self.now, status, &mut events);
        self.follow(events);
    }

    /// Takes a step in the market's life, with the audit. Returns whether it was possible.
    pub(crate) fn step(&mut self, at_s: u64, step: LifeStep) -> Result<(), LifeError> {
        self.now = SimTime::START + SimDuration::from_s(at_s);
        let mut events = Vec::new();
        let taken = self.exchange.take_step(self.now, self.market, step, &mut events);
        self.follow(events);
        taken
    }

    /// Moves the market's close, with the audit. Returns whether it was possible.
    pub(crate) fn move_close(&mut self, at_s: u64, to_s: u64) -> Result<(), LifeError> {
        let time = |s| SimTime::START + SimDuration::from_s(s);
        self.now = time(at_s);
        let mut events = Vec::new();
        let moved = self.exchange.move_close(self.now, self.market, time(to_s), &mut events);
        self.follow(events);
        moved
    }

    /// Gives the market finer prices, with the audit. Returns whether it was possible.
    pub(crate) fn refine(&mut self, at_s: u64, label: PriceLevelLabel) -> Result<(), RegridError> {
        self.now = SimTime::START + SimDuration::from_s(at_s);
        let mut events = Vec::new();
        let levels = PriceLevelStructure::of_label(label);
        let refined = self.exchange.refine_levels(self.now, self.market, levels, &mut events);
        self.follow(events);
        refined
    }

    /// Lets time pass, with the audit.
    pub(crate) fn wait(&mut self, until_s: u64) {
        self.now = SimTime::START + SimDuration::from_s(until_s);
        let mut events = Vec::new();
        self.exchange.expire_due(self.now, &mut events);
        self.follow(events);
    }

    /// Takes in what happened.
    fn follow(&mut self, events: Vec<ExchangeEvent>) {
        for event in &events {
            self.audit.observe(self.now, event).unwrap();
        }
        self.audit.check(&self.exchange).unwrap();
        self.last_events = events;
    }

    pub(crate) fn order(&self, label: &str) -> OrderId {
        self.accepted[label.trim_start_matches('#').parse::<usize>().unwrap()]
    }

    /// The events of the last request in words.
    pub(crate) fn story(&self) -> Vec<String> {
        self.last_events.iter().map(|event| self.event_words(event)).collect()
    }

    fn event_words(&self, event: &ExchangeEvent) -> String {
        let label =
            |order| self.accepted.iter().position(|each| *each == order).map_or(0, |index| index);
        let name = |account: AccountId| self.names[account.number() as usize];
        match *event {
            ExchangeEvent::Trade { trade, price, quantity, taker_side, .. } => {
                format!("{trade}: {quantity} @ {price}, taker {taker_side}")
            }
            ExchangeEvent::QuoteChanged(message) => {
                let price = |price: Option<fillgap::units::Price>| {
                    price.map_or("-".into(), |price| price.to_string())
                };
                format!("quote {} {}", price(message.quote.bid), price(message.quote.ask))
            }
            ExchangeEvent::MarketStatusChanged { status, .. } => format!("market {status}"),
            ExchangeEvent::CloseMoved { closes_at, .. } => format!("close at {closes_at}"),
            ExchangeEvent::FeesDue { .. } => "fees are due".to_owned(),
            ExchangeEvent::CollateralReturned { account, amount, .. } => {
                format!("{} gets {amount} back", name(account))
            }
            ExchangeEvent::GroupChanged { account, group, change } => {
                format!("{}: {group} {}", name(account), change.name())
            }
            ExchangeEvent::LevelsRefined { .. } => "finer prices".to_owned(),
            ExchangeEvent::LevelChanged(change) => {
                format!("{} {} {:?}", change.side, change.price, change.movement)
            }
            ExchangeEvent::Settled { account, settlement } => {
                let Settlement { position, payout, fee, .. } = settlement;
                format!("{} paid {payout} for {position}, fee {fee}", name(account))
            }
            ExchangeEvent::FundsChanged { account, balance } => {
                let (all, free) = (balance.balance, balance.available);
                format!("{} has {all}, available {free}", name(account))
            }
            ExchangeEvent::Private(PrivateMessage { account, execution }) => {
                let what = match execution {
                    Execution::Accepted { order, quantity, .. } => {
                        format!("#{} accepted {quantity}", label(order))
                    }
                    Execution::Filled(fill) => format!(
                        "#{} filled {} @ {} as {:?}, fee {}, holds {}",
                        label(fill.order),
                        fill.quantity,
                        fill.price,
                        fill.liquidity,
                        fill.fee,
                        fill.position_after
                    ),
                    Execution::Amended { order, limit_price, quantity, remaining, .. } => {
                        let label = label(order);
                        format!(
                            "#{label} amended to {quantity} @ {limit_price}, {remaining} remain"
                        )
                    }
                    Execution::Decreased { order, remaining, .. } => {
                        format!("#{} decreased to {remaining}", label(order))
                    }
                    Execution::Ended { order, end, unfilled, .. } => {
                        format!("#{} {}, {unfilled} unfilled", label(order), end_words(end))
                    }
                };
                format!("{}: {what}", name(account))
            }
        }
    }
}

fn end_words(end: OrderEnd) -> &'static str {
    match end {
        OrderEnd::Executed => "executed",
        OrderEnd::Canceled => "canceled",
        OrderEnd::Expired => "expired",
        OrderEnd::PostOnlyCross => "post only",
        OrderEnd::SelfTrade => "self trade",
        OrderEnd::NothingToClose => "closes nothing more",
        OrderEnd::NotFilledAtOnce => "not filled at once",
        OrderEnd::GroupCanceled => "group canceled",
        OrderEnd::Unfunded => "unfunded",
        OrderEnd::Halted => "halted",
        OrderEnd::MarketClosed => "market closed",
    }
}

fn qualify_amend(amend: &mut AmendOrder, more: &[&str]) {
    match *more {
        [] => {}
        ["as", id, ref more @ ..] => {
            amend.new_client_order = Some(ClientOrderId::new(id.parse().unwrap()));
            qualify_amend(amend, more);
        }
        ["from", id, ref more @ ..] => {
            amend.client_order = Some(ClientOrderId::new(id.parse().unwrap()));
            qualify_amend(amend, more);
        }
        ["until", s, ref more @ ..] => {
            let after: SimDuration = s.parse().unwrap();
            amend.expiry = ExpiryChange::At(SimTime::START + after);
            qualify_amend(amend, more);
        }
        ["forever", ref more @ ..] => {
            amend.expiry = ExpiryChange::Remove;
            qualify_amend(amend, more);
        }
        ["side", side, ref more @ ..] => {
            amend.side = if side == "bid" { Side::Bid } else { Side::Ask };
            qualify_amend(amend, more);
        }
        ["market", number, ref more @ ..] => {
            amend.market = MarketId::new(number.parse().unwrap());
            qualify_amend(amend, more);
        }
        _ => panic!("not a qualifier of an amend: {more:?}"),
    }
}

fn group_request(words: &[&str]) -> GroupRequest {
    let group = |number: &str| OrderGroupId::new(number.parse().unwrap());
    match *words {
        [limit] => GroupRequest::Create { contracts_limit: limit.parse().unwrap() },
        [number, "limit", limit] => {
            GroupRequest::SetLimit { group: group(number), contracts_limit: limit.parse().unwrap() }
        }
        [number, "trigger"] => GroupRequest::Trigger(group(number)),
        [number, "reset"] => GroupRequest::Reset(group(number)),
        [number, "delete"] => GroupRequest::Delete(group(number)),
        _ => panic!("not something to do with a group: {words:?}"),
    }
}

fn qualify(order: &mut CreateOrder, more: &[&str]) {
    match *more {
        [] => {}
        ["ioc", ref more @ ..] => {
            order.time_in_force = TimeInForce::ImmediateOrCancel;
            qualify(order, more);
        }
        ["fok", ref more @ ..] => {
            order.time_in_force = TimeInForce::FillOrKill;
            qualify(order, more);
        }
        ["reduce", ref more @ ..] => {
            order.effect = PositionEffect::ReduceOnly;
            qualify(order, more);
        }
        ["post", ref more @ ..] => {
            order.crossing = Crossing::PostOnly;
            qualify(order, more);
        }
        ["apart", which, ref more @ ..] => {
            order.self_trade = Some(match which {
                "taker" => SelfTradePrevention::TakerAtCross,
                "maker" => SelfTradePrevention::Maker,
                _ => panic!("not a prevention: {which}"),
            });
            qualify(order, more);
        }
        ["in", group, ref more @ ..] => {
            order.group = Some(OrderGroupId::new(group.parse().unwrap()));
            qualify(order, more);
        }
        ["leave", ref more @ ..] => {
            order.on_pause = OnPause::Canceled;
            qualify(order, more);
        }
        ["until", s, ref more @ ..] => {
            let after: SimDuration = s.parse().unwrap();
            order.time_in_force =
                TimeInForce::GoodTillCanceled { expires_at: Some(SimTime::START + after) };
            qualify(order, more);
        }
        ["as", id, ref more @ ..] => {
            order.client_order = ClientOrderId::new(id.parse().unwrap());
            qualify(order, more);
        }
        ["market", number, ref more @ ..] => {
            order.market = MarketId::new(number.parse().unwrap());
            qualify(order, more);
        }
        _ => panic!("not a qualifier: {more:?}"),
    }
}

/// Whether a reply in words is a reason to refuse.
pub(crate) fn is_refused(words: &str) -> bool {
    RejectReason::ALL.iter().any(|reason| words == format!("{reason:?}"))
}

/// A reply in words.
pub(crate) fn words(reply: &Reply) -> String {
    match reply {
        Reply::Created(created) => {
            format!("filled {}, rests {}", created.filled, created.remaining)
        }
        Reply::CreatedBatch(items) => of_items(items, |created| Reply::Created(*created)),
        Reply::Amended(amended) => {
            format!("filled {}, rests {}", amended.filled, amended.remaining)
        }
        Reply::Canceled(canceled) => format!("canceled {}", canceled.reduced_by),
        Reply::CanceledBatch(items) => of_items(items, |canceled| Reply::Canceled(*canceled)),
        Reply::CanceledAll => "all canceled".to_owned(),
        Reply::GroupCreated(group) => group.to_string(),
        Reply::GroupChanged => "done".to_owned(),
        Reply::QueuePosition(ahead) => format!("{ahead} ahead"),
        Reply::Decreased(decreased) => format!("remaining {}", decreased.remaining),
        Reply::Rejected(reason) => format!("{reason:?}"),
        other => format!("{other:?}"),
    }
}

fn of_items<T>(items: &[Result<T, RejectReason>], as_reply: impl Fn(&T) -> Reply) -> String {
    let item = |item: &Result<T, RejectReason>| match item {
        Ok(done) => words(&as_reply(done)),
        Err(reason) => format!("{reason:?}"),
    };
    items.iter().map(item).collect::<Vec<_>>().join("; ")
}
