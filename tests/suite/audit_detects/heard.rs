//! A story as an audit hears it, which can be told with a lie in it.

use fillgap::audit::{ExchangeAudit, ExchangeState, Violation};
use fillgap::exchange::{ExchangeEvent, ExchangeSettings};
use fillgap::market::{LifeStep, MarketResult};
use fillgap::protocol::{CreateOrder, Execution, FillReport, PrivateMessage, Reply, Request};
use fillgap::units::{AccountId, OrderId, SimDuration, SimTime};

use crate::exchange_desk::{Desk, terms};

/// An exchange where the bot brought this much.
fn desk(deposit: &'static str) -> Desk {
    let accounts = [("bot", deposit), ("crowd", "unlimited")];
    Desk::new(ExchangeSettings::default(), terms("1"), &accounts)
}

/// One thing that happened, with everything that came of it.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) at: SimTime,
    pub(super) account: AccountId,
    /// None where time passed, or the market's life moved on.
    pub(super) request: Option<Request>,
    pub(super) events: Vec<ExchangeEvent>,
    pub(super) reply: Option<Reply>,
}

/// A story of one market with quadratic fees, with what the exchange holds at its end.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) told: Vec<Told>,
    pub(super) state: ExchangeState,
    /// What the bot brought \[dollar\].
    pub(super) deposit: &'static str,
    /// In the order of acceptance.
    orders: Vec<OrderId>,
}

/// Seconds after the start.
pub(super) fn time(s: u64) -> SimTime {
    SimTime::START + SimDuration::from_s(s)
}

impl Heard {
    /// The story of what was said at the desk, one line each: when \[s\], who, what. Besides the
    /// desk's requests there are `wait` and the steps of a market's life.
    pub(super) fn of(lines: &[(u64, &str, &str)]) -> Self {
        let mut desk = desk("100");
        let mut told = Vec::new();
        for (at_s, who, what) in lines {
            let (mut request, mut reply) = (None, None);
            let step = match *what {
                "pause" => Some(LifeStep::Deactivate),
                "close" => Some(LifeStep::Close),
                "yes" => Some(LifeStep::Determine(MarketResult::Yes)),
                "pay" => Some(LifeStep::Settle),
                _ => None,
            };
            if let Some(step) = step {
                desk.step(*at_s, step).unwrap();
            } else if *what == "wait" {
                desk.wait(*at_s);
            } else {
                let asked = desk.request(what);
                reply = Some(desk.ask(time(*at_s), who, &asked));
                request = Some(asked);
            }
            let (at, account) = (time(*at_s), desk.account(who));
            told.push(Told { at, account, request, events: desk.last_events.clone(), reply });
        }
        let state = ExchangeState::of(&desk.exchange);
        Self { told, state, deposit: "100", orders: desk.accepted }
    }

    /// Tells it all to an audit.
    pub(super) fn listen(&self) -> Result<(), Violation> {
        let mut audit = ExchangeAudit::new(&desk(self.deposit).exchange);
        for told in &self.told {
            if let Some(request) = &told.request {
                audit.asked(told.at, told.account, request)?;
            }
            told.events.iter().try_for_each(|event| audit.observe(told.at, event))?;
            if let Some(reply) = &told.reply {
                audit.answered(reply)?;
            }
        }
        audit.check_state(&self.state)
    }

    /// An order by its place in the order of acceptance.
    pub(super) fn order(&self, number: usize) -> OrderId {
        self.orders[number]
    }

    pub(super) fn last(&mut self) -> &mut Told {
        self.told.last_mut().unwrap()
    }
}

impl Told {
    /// The order that was asked for.
    pub(super) fn asked(&mut self) -> &mut CreateOrder {
        match &mut self.request {
            Some(Request::Create(order)) => order,
            other => panic!("not a new order: {other:?}"),
        }
    }

    /// The fills: taker and maker of the first match, then of the second.
    pub(super) fn fills(&mut self) -> Vec<&mut FillReport> {
        let fill = |event| match event {
            &mut ExchangeEvent::Private(PrivateMessage {
                execution: Execution::Filled(ref mut fill),
                ..
            }) => Some(fill),
            _ => None,
        };
        self.events.iter_mut().filter_map(fill).collect()
    }

    /// What orders of accounts are told.
    pub(super) fn executions(&mut self) -> impl Iterator<Item = &mut Execution> {
        self.events.iter_mut().filter_map(|event| match event {
            ExchangeEvent::Private(message) => Some(&mut message.execution),
            _ => None,
        })
    }

    /// Leaves the events out in which the text occurs.
    pub(super) fn conceal(&mut self, text: &str) {
        let count = self.events.len();
        self.events.retain(|event| !format!("{event:?}").contains(text));
        assert!(self.events.len() < count, "{text} does not occur");
    }

    /// Says the first event twice in which the text occurs.
    pub(super) fn repeat(&mut self, text: &str) {
        let place = self.place(text);
        self.events.insert(place, self.events[place]);
    }

    /// The first event in which the text occurs.
    pub(super) fn place(&self, text: &str) -> usize {
        let is_it = |event: &ExchangeEvent| format!("{event:?}").contains(text);
        self.events.iter().position(is_it).unwrap()
    }
}
