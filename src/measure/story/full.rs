//! Every record in words.

use crate::measure::state::State;
use crate::measure::story::{Line, Told, venue, words};
use crate::protocol::record::{Answer, Belief, Decision, Message, Record, RunMark, Truth};
use crate::protocol::{Execution, FaultSubject, Request};
use crate::units::{MarketId, RecordId};

/// One record, before the state takes it in.
pub(super) fn tell(state: &State, record: &Record) -> Told {
    let (market, line) = match record {
        Record::Truth(truth) => tell_truth(truth),
        Record::Belief(belief) => tell_belief(state, belief),
        Record::Decision(decision) => tell_decision(state, decision),
        Record::Message(message) => tell_message(message),
        Record::Run(mark) => tell_mark(mark),
    };
    Told { rank: 0, market, line }
}

fn tell_truth(truth: &Truth) -> Line {
    match truth {
        Truth::Execution(execution) => {
            let (market, line) = tell_execution(execution);
            (market, format!("the exchange: {line}"))
        }
        Truth::Refused { request, reason } => {
            (None, format!("the exchange refuses {request}: {reason}"))
        }
        Truth::Funds { balance, available } => {
            (None, format!("the account has {balance} dollars, {available} of them free"))
        }
        Truth::Touch { market, public, others } => {
            let (public, others) = (words::quote(*public), words::quote(*others));
            (Some(*market), format!("the best prices: {public}; of the others: {others}"))
        }
        Truth::Trade { trade, market, price, quantity, taker_side } => {
            (Some(*market), format!("{trade}: {quantity} at {price}, taken by a {taker_side}"))
        }
        Truth::MarketStatus { .. }
        | Truth::Settled { .. }
        | Truth::LevelsRefined { .. }
        | Truth::FeesDue { .. }
        | Truth::CollateralReturned { .. }
        | Truth::ExchangeStatus(_)
        | Truth::CloseMoved { .. } => venue::tell(truth).unwrap_or_default(),
        Truth::ReplayClipped { market, quantity } => {
            (Some(*market), format!("the replay could not remove {quantity}"))
        }
    }
}

fn tell_execution(execution: &Execution) -> Line {
    match execution {
        Execution::Accepted { client_order, market, side, limit_price, quantity, .. } => {
            let line = format!("{client_order} taken: {side} {quantity} at {limit_price}");
            (Some(*market), line)
        }
        Execution::Filled(fill) => {
            let line = format!(
                "{} fills {} at {}, fee {}, position {}",
                fill.client_order, fill.quantity, fill.price, fill.fee, fill.position_after
            );
            (Some(fill.market), line)
        }
        Execution::Amended { client_order, market, limit_price, remaining, .. } => {
            let line = format!("{client_order} amended: {remaining} remain at {limit_price}");
            (Some(*market), line)
        }
        Execution::Decreased { client_order, remaining, .. } => {
            (None, format!("{client_order} lowered, {remaining} rest"))
        }
        Execution::Ended { client_order, market, end, unfilled, .. } => {
            let line = format!("{client_order} is final: {}", words::unfilled(*end, *unfilled));
            (Some(*market), line)
        }
    }
}

fn tell_belief(state: &State, belief: &Belief) -> Line {
    match belief {
        Belief::Holding { record, holding, cause } => {
            let said = words::belief(*cause, state.records.get(record), holding);
            let levels = words::levels(holding.stop, holding.target);
            let line = format!(
                "{said} ({record}: {} at {}{levels}, {:?})",
                holding.stake, holding.entry_price, holding.standing
            );
            (Some(holding.market), line)
        }
        Belief::Booked { record, amount } => {
            (market_of(state, *record), format!("books {} for {record}", words::result(*amount)))
        }
    }
}

fn market_of(state: &State, record: RecordId) -> Option<MarketId> {
    state.records.get(&record).map(|holding| holding.market)
}

fn tell_decision(state: &State, decision: &Decision) -> Line {
    match decision {
        Decision::Signal { signal, market, quantity, limit_price, stop, target, due } => {
            let levels = words::levels(*stop, *target);
            let line =
                format!("signal {signal}, due at {due} s: {quantity} at {limit_price}{levels}");
            (Some(*market), line)
        }
        Decision::Limit { rule, market, believed, added, limit, verdict, .. } => {
            let truth = state.limited_exposure(*rule, *market);
            let line = format!(
                "{}: {believed} believed ({truth} true) and {added} more against {limit}: {verdict:?}",
                words::rule(*rule)
            );
            (Some(*market), line)
        }
        Decision::LiveCap { live, wanted, allowed, .. } => {
            (None, format!("live cap: {live} held, {wanted} wanted, {allowed} allowed"))
        }
        Decision::EntryDone { signal, result, filled } => {
            (None, format!("signal {signal} is done: {result:?}, {filled} filled"))
        }
        Decision::StopPass => (None, "looks at all stops".to_owned()),
        Decision::StopCheck { record, seen } => {
            let seen = seen.map_or("no price".to_owned(), |price| price.to_string());
            (market_of(state, *record), format!("checks {record}: sees {seen}"))
        }
        Decision::Triggered { record, trigger, seen, quantity } => {
            let trigger = words::trigger(*trigger);
            let line = format!("the {trigger} of {record} triggers at {seen}: {quantity} to sell");
            (market_of(state, *record), line)
        }
        Decision::WaitBegan(wait) => (None, format!("begins to wait for {}", words::wait(*wait))),
        Decision::WaitEnded(wait) => (None, format!("stops waiting for {}", words::wait(*wait))),
        Decision::LockWaitBegan(task) => {
            (None, format!("{} begins to wait for the lock", words::task(*task)))
        }
        Decision::LockWaitEnded(task) => (None, format!("{} has the lock", words::task(*task))),
        Decision::PassFailed(failure) => {
            (None, format!("a pass fails: {}", words::failure(*failure)))
        }
        Decision::NoMatches => (None, "finds no active match".to_owned()),
        Decision::Restarted => (None, "starts anew from its file".to_owned()),
    }
}

fn tell_message(message: &Message) -> Line {
    match message {
        Message::Sent { request, body, purpose } => {
            let purpose = words::purpose(*purpose);
            let (market, what) = match body {
                Request::Create(order) => (
                    Some(order.market),
                    format!("{} as {}", words::order(order), order.client_order),
                ),
                Request::CreateBatch(orders) => (None, words::batch(orders)),
                Request::Amend(amend) => (Some(amend.market), words::amend(amend)),
                Request::Cancel { order } => (None, format!("cancel {order}")),
                Request::CancelBatch(orders) => (None, format!("cancel {} orders", orders.len())),
                Request::CancelAll => (None, "cancel all orders".to_owned()),
                Request::Decrease { order, reduction } => {
                    (None, format!("lower {order} {}", words::reduction(*reduction)))
                }
                Request::Group(group) => (None, words::group(group)),
                Request::Read(query) => (None, format!("read {}", words::query(query))),
            };
            (market, format!("sends {request}: {what} ({purpose})"))
        }
        Message::Arrived { request } => (None, format!("{request} reaches the exchange")),
        Message::Answered { request, answer } => {
            let answer = match answer {
                Answer::Done => "done".to_owned(),
                Answer::Rejected(reason) => format!("refused, {reason}"),
                Answer::Failed(status) => format!("status {status}"),
            };
            (None, format!("the answer to {request} reaches the bot: {answer}"))
        }
        Message::Quoted(message) => {
            let quote = words::quote(message.quote);
            (Some(message.market), format!("a quote reaches the bot: {quote}"))
        }
        Message::Reported { sequence, execution } => {
            let (market, line) = tell_execution(execution);
            (market, format!("{sequence} of the private feed reaches the bot: {line}"))
        }
        Message::PaidReported { sequence, market, value } => {
            let line = format!("the market paid {value} for each YES contract");
            (Some(*market), format!("{sequence} of the private feed reaches the bot: {line}"))
        }
        Message::GaveUp { request } => (None, format!("stops waiting for the answer to {request}")),
        Message::Feed { channel, change } => (None, words::feed(*channel, *change)),
        Message::Fault { channel, leg, kind, subject } => {
            let market = match subject {
                FaultSubject::Quote(market) => Some(*market),
                FaultSubject::Request(_) | FaultSubject::Report(_) => None,
            };
            (market, words::fault(*channel, *kind, &words::subject(*subject, *leg)))
        }
    }
}

fn tell_mark(mark: &RunMark) -> Line {
    match mark {
        RunMark::Listed { market, event } => (Some(*market), format!("is of {event}")),
        RunMark::Opened { balance } => (None, format!("opens with {balance} dollars")),
        RunMark::Ended(end) => (None, format!("the run ends: {end:?}")),
    }
}
