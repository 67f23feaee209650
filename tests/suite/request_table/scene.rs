//! What has happened before a request comes.

use fillgap::exchange::ExchangeSettings;
use fillgap::market::{ExchangeStatus, LifeStep, MarketRules};
use fillgap::protocol::Reply;
use fillgap::units::{SimDuration, SimTime};

use crate::exchange_desk::{Desk, is_refused, terms, words};

/// A choice of the exchange's settings and the market's rules.
type Rules = fn(&mut ExchangeSettings, &mut MarketRules);

/// A desk on which some things have happened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene {
    /// What the bot has at first.
    cash: &'static str,
    fee_multiplier: &'static str,
    rules: Rules,
    /// `[when] [refused] who what`: when \[s\], at the start if it is left out; `bot` and `crowd` make
    /// requests, which are taken if `refused` does not say otherwise; `exchange` and `market` pause and
    /// resume, `market` closes.
    before: &'static [&'static str],
    and_then: &'static [&'static str],
    /// When the bot's request comes \[s\].
    at_s: &'static str,
}

impl Scene {
    /// With 100 dollars for the bot, without fees, and a request after 1 s.
    pub(super) const fn of(before: &'static [&'static str]) -> Self {
        let (cash, fee_multiplier, at_s) = ("100", "0", "1");
        Self { cash, fee_multiplier, rules: |_, _| {}, before, and_then: &[], at_s }
    }

    pub(super) const fn cash(self, cash: &'static str) -> Self {
        Self { cash, ..self }
    }

    pub(super) const fn fees(self, fee_multiplier: &'static str) -> Self {
        Self { fee_multiplier, ..self }
    }

    pub(super) const fn under(self, rules: Rules) -> Self {
        Self { rules, ..self }
    }

    /// With more that happened afterwards.
    pub(super) const fn then(self, and_then: &'static [&'static str]) -> Self {
        Self { and_then, ..self }
    }

    pub(super) const fn at(self, at_s: &'static str) -> Self {
        Self { at_s, ..self }
    }

    fn desk(&self) -> Desk {
        let (mut settings, mut rules) = (ExchangeSettings::default(), MarketRules::default());
        (self.rules)(&mut settings, &mut rules);
        let accounts = [("bot", self.cash), ("crowd", "unlimited")];
        let mut desk = Desk::with_rules(settings, terms(self.fee_multiplier), rules, &accounts);
        for step in self.before.iter().chain(self.and_then) {
            let (time, step) = match step.split_once(' ') {
                Some((first, rest)) if first.starts_with(|c: char| c.is_ascii_digit()) => {
                    (instant(first), rest)
                }
                _ => (SimTime::START, *step),
            };
            happen(&mut desk, time, step);
        }
        desk
    }

    /// What comes of a request of the bot.
    pub(super) fn carry_out(&self, request: &str) -> Outcome {
        let mut desk = self.desk();
        let request = desk.request(request);
        let reply = desk.ask(instant(self.at_s), "bot", &request);
        Outcome { desk, reply }
    }
}

fn instant(at_s: &str) -> SimTime {
    SimTime::START + at_s.parse::<SimDuration>().unwrap()
}

fn happen(desk: &mut Desk, time: SimTime, step: &str) {
    match step {
        "exchange pauses" => desk.set_status(0, ExchangeStatus::ExchangePaused),
        "exchange pauses trading" => desk.set_status(0, ExchangeStatus::TradingPaused),
        "exchange resumes" => desk.set_status(0, ExchangeStatus::Active),
        "market pauses" => desk.step(0, LifeStep::Deactivate).unwrap(),
        "market resumes" => desk.step(0, LifeStep::Activate).unwrap(),
        "market closes" => desk.step(0, LifeStep::Close).unwrap(),
        _ => {
            let said = step.strip_prefix("refused ").unwrap_or(step);
            let (who, what) = said.split_once(' ').unwrap();
            let request = desk.request(what);
            let answer = words(&desk.ask(time, who, &request));
            assert_eq!(is_refused(&answer), said != step, "{step}: {answer}");
        }
    }
}

/// What came of a request.
#[derive(Debug)]
pub(super) struct Outcome {
    desk: Desk,
    reply: Reply,
}

impl Outcome {
    pub(super) fn answer(&self) -> String {
        words(&self.reply)
    }

    /// Whether the answer is a reason to refuse.
    pub(super) fn is_refused(&self) -> bool {
        is_refused(&self.answer())
    }

    /// The trades: `5 @ 0.50, 2 @ 0.51`.
    pub(super) fn trades(&self) -> String {
        let story = self.desk.story();
        let trades = story.iter().filter_map(|line| line.strip_prefix("trade "));
        let trades = trades.filter_map(|line| line.split_once(": ")?.1.split_once(", taker"));
        trades.map(|(trade, _)| trade).collect::<Vec<_>>().join(", ")
    }

    /// What the book shows afterwards, best first: `5 @ 0.30 | 2 @ 0.51`.
    pub(super) fn book(&self) -> String {
        let book = self.desk.exchange.book(self.desk.market);
        let side = |levels: &[fillgap::protocol::BookLevel]| {
            let level = |level: &fillgap::protocol::BookLevel| {
                format!("{} @ {}", level.quantity, level.price)
            };
            levels.iter().map(level).collect::<Vec<_>>().join(", ")
        };
        format!("{} | {}", side(&book.bids), side(&book.asks)).trim().to_owned()
    }

    /// Whether an order came in, changed, traded or was canceled; what was due is not meant.
    pub(super) fn changed_orders(&self) -> bool {
        let deeds = [" accepted ", " amended ", " decreased ", " filled ", " canceled,", "trade "];
        self.desk.story().iter().any(|line| deeds.iter().any(|deed| line.contains(deed)))
    }
}
