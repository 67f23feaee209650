//! A small exchange whose story is told in lines of text, audited after every request.

use fillgap::audit::ExchangeAudit;
use fillgap::exchange::{Exchange, ExchangeEvent, ExchangeSettings, Funding};
use fillgap::market::{
    FeeKind, FeeMultiplier, FeeSchedule, MarketTerms, PriceLevelLabel, PriceLevelStructure,
    SelfTradePrevention, TimeInForce,
};
use fillgap::protocol::{
    CreateOrder, Crossing, Execution, OrderEnd, PositionEffect, PrivateMessage, Query, Reply,
    Request,
};
use fillgap::units::{
    AccountId, Cash, ClientOrderId, EventId, MarketId, OrderId, SimDuration, SimTime, parse_decimal,
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
        let mut exchange = Exchange::new(settings);
        let market = exchange.list_market(terms);
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
        let reply = self.exchange.apply(now, account, request, as_of, &mut events);
        for event in &events {
            self.audit.observe(event).unwrap();
            if let ExchangeEvent::Private(PrivateMessage {
                execution: Execution::Accepted { order, .. },
                ..
            }) = event
            {
                self.accepted.push(*order);
            }
        }
        self.audit.replied(request, &reply).unwrap();
        self.audit.check(&self.exchange).unwrap();
        self.last_events = events;
        reply
    }

    /// Reads something as of an instant [s].
    pub(crate) fn read(&mut self, at_s: u64, who: &str, query: Query, as_of_s: u64) -> Reply {
        let time = |s| SimTime::START + SimDuration::from_s(s);
        self.ask_as_of(time(at_s), who, &Request::Read(query), time(as_of_s))
    }

    /// `bid 10 @ 0.65 [ioc | fok | until 30] [reduce] [post]
    /// [apart taker | apart maker] [as 7] [market 1]`, `cancel #0`, `decrease #0 by 3`;
    /// `as` names the client order id, `until` the expiry [s].
    pub(crate) fn request(&mut self, what: &str) -> Request {
        let words: Vec<&str> = what.split_whitespace().collect();
        match words[..] {
            ["cancel", order] => Request::Cancel { order: self.order(order) },
            ["decrease", order, "by", quantity] => {
                Request::Decrease { order: self.order(order), reduce_by: quantity.parse().unwrap() }
            }
            [side @ ("bid" | "ask"), quantity, "@", price, ref more @ ..] => {
                let mut order = CreateOrder {
                    client_order: ClientOrderId::new(self.next_client_order),
                    market: self.market,
                    side: if side == "bid" {
                        fillgap::units::Side::Bid
                    } else {
                        fillgap::units::Side::Ask
                    },
                    limit_price: price.parse().unwrap(),
                    quantity: quantity.parse().unwrap(),
                    time_in_force: TimeInForce::REST,
                    effect: PositionEffect::Any,
                    crossing: Crossing::Allowed,
                    self_trade: None,
                };
                self.next_client_order += 1;
                qualify(&mut order, more);
                Request::Create(order)
            }
            _ => panic!("not a request: {what}"),
        }
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

/// A reply in words.
pub(crate) fn words(reply: &Reply) -> String {
    match reply {
        Reply::Created(created) => {
            format!("filled {}, rests {}", created.filled, created.remaining)
        }
        Reply::Canceled(canceled) => format!("canceled {}", canceled.reduced_by),
        Reply::Decreased(decreased) => format!("remaining {}", decreased.remaining),
        Reply::Rejected(reason) => format!("{reason:?}"),
        other => format!("{other:?}"),
    }
}
