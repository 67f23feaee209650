//! The vocabulary of the event log: the only thing that measures read.
//!
//! A run is told by four voices. The exchange says what is true, the bot says what it believes and
//! decides, the link says what was sent and what came. Only the account under test and the market
//! that it sees are told; everybody else shows in quotes and trades.

use serde::Serialize;

use crate::market::{ExchangeStatus, MarketStatus};
use crate::protocol::{
    Channel, Execution, FaultKind, FaultSubject, FeedChange, HttpStatus, Leg, PublicMessage,
    Purpose, Quote, RejectReason, Request, TriggerKind,
};
use crate::units::{
    Cash, EventId, FeedSequence, MarketId, Position, Price, Quantity, RecordId, RequestId, Side,
    SimTime, TradeId,
};

/// One entry of the event log. Its instant is kept beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Record {
    /// The exchange: what is true.
    Truth(Truth),
    /// The bot's position store: what is believed.
    Belief(Belief),
    /// The bot: what it noticed, decided and waited for.
    Decision(Decision),
    /// The link: what was sent and what came.
    Message(Message),
    /// The run itself.
    Run(RunMark),
}

/// What is true at the exchange from this instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Truth {
    /// An order of the account under test changed.
    Execution(Execution),
    /// A create of the account under test was refused.
    Refused {
        /// The request.
        request: RequestId,
        /// Why.
        reason: RejectReason,
    },
    /// The money of the account under test changed.
    Funds {
        /// All cash.
        balance: Cash,
        /// Cash that no resting order locks.
        available: Cash,
    },
    /// The best prices changed.
    Touch {
        /// Where.
        market: MarketId,
        /// As everybody sees them.
        public: Quote,
        /// Without the orders of the account under test: what it could really trade with.
        others: Quote,
    },
    /// Two orders matched.
    Trade {
        /// The match.
        trade: TradeId,
        /// Where.
        market: MarketId,
        /// The maker's price.
        price: Price,
        /// Contracts.
        quantity: Quantity,
        /// The side of the order that arrived.
        taker_side: Side,
    },
    /// The replay of a recording could not reproduce part of a recorded change, because the bot's
    /// presence had changed the book, or the venue refused it then.
    ReplayClipped {
        /// Where.
        market: MarketId,
        /// Contracts that could not be removed.
        quantity: Quantity,
    },
    /// A market's life moved on.
    MarketStatus {
        /// Which.
        market: MarketId,
        /// Where it stands now.
        status: MarketStatus,
    },
    /// A market paid the account under test for what it held, and it holds nothing there any more.
    Settled {
        /// Which.
        market: MarketId,
        /// What was held.
        position: Position,
        /// What was paid \[dollar\].
        payout: Cash,
        /// What was worth less than a balance can show, and is kept \[dollar\].
        fee: Cash,
    },
    /// A market trades at finer prices from now on.
    LevelsRefined {
        /// Which.
        market: MarketId,
        /// How many prices it has now.
        levels: u32,
    },
    /// A market's fees are no longer waived.
    FeesDue {
        /// Which.
        market: MarketId,
    },
    /// Collateral of the account under test was returned, or taken back.
    CollateralReturned {
        /// For NO contracts of which event.
        event: EventId,
        /// How much came back \[dollar\]; below zero it was taken back.
        amount: Cash,
    },
    /// The exchange pauses, or trades again.
    ExchangeStatus(ExchangeStatus),
    /// A market's close was moved.
    CloseMoved {
        /// Which.
        market: MarketId,
        /// The close from now on.
        closes_at: SimTime,
    },
}

/// What a position record is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Standing {
    /// Held and watched.
    Open,
    /// An exit is under way.
    Closing,
    /// Over; its stake no longer counts.
    Settled,
}

/// A position record as it stands after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Holding {
    /// Where.
    pub market: MarketId,
    /// Contracts believed held: positive YES, negative NO.
    pub stake: Position,
    /// The believed price of entry.
    pub entry_price: Price,
    /// Sell when the bid is at or below this.
    pub stop: Option<Price>,
    /// Sell when the bid is at or above this.
    pub target: Option<Price>,
    /// What the record is for.
    pub standing: Standing,
}

/// Why a belief changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum BeliefCause {
    /// An entry was sent and is taken to be filled in full.
    EntryAssumed,
    /// An entry's fill was confirmed by the exchange.
    EntryConfirmed,
    /// The exchange's numbers were compared with the record.
    Reconciled,
    /// An exit was sent.
    ExitSent,
    /// An exit's fill was confirmed by the exchange.
    ExitConfirmed,
    /// An exit ended, or could not be followed, before it filled.
    ExitAbandoned,
    /// The bot was told the truth at once (only the oracle is).
    Told,
    /// An entry was never answered, and its record is given up.
    EntryAbandoned,
    /// The bot started anew from the position list that it had saved.
    Restarted,
    /// Its market paid, and nothing is held any more.
    MarketPaid,
}

/// What the bot believes from this instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Belief {
    /// A position record was made or changed.
    Holding {
        /// The record.
        record: RecordId,
        /// Its state after the change.
        holding: Holding,
        /// Why.
        cause: BeliefCause,
    },
    /// The bot booked a realised profit or loss.
    Booked {
        /// The record that it belongs to.
        record: RecordId,
        /// Profit, or loss below zero, by the bot's own formula.
        amount: Cash,
    },
}

/// A rule that limits what the bot may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum LimitRule {
    /// Exposure over all markets.
    TotalExposure,
    /// Exposure over the markets of one event.
    EventExposure,
}

/// How an entry ended, as the bot sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum EntryResult {
    /// Not sent: a limit, the live-quantity cap or a missing price forbade it.
    NotSent,
    /// Sent, and refused by the exchange or lost.
    Failed,
    /// Sent, and not looked at any further.
    Assumed,
    /// Known to be filled in full.
    Full,
    /// Known to be filled in part.
    Partial,
    /// Known to have filled nothing.
    Unfilled,
}

/// What a bot waits for while nothing else of it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Wait {
    /// An entry order's fill.
    Entry,
    /// An exit order's fill.
    Exit,
}

/// What the bot noticed, decided and waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Decision {
    /// The strategy asked for a position.
    Signal {
        /// Numbered from 0 within a run.
        signal: u32,
        /// Where.
        market: MarketId,
        /// Contracts wanted.
        quantity: Quantity,
        /// The limit of the entry.
        limit_price: Price,
        /// The protective level below, for every contract that this signal brings.
        stop: Option<Price>,
        /// The level of the profit target above.
        target: Option<Price>,
        /// When the signal became true; it is noticed now.
        due: SimTime,
    },
    /// An exposure limit was applied.
    Limit {
        /// The signal.
        signal: u32,
        /// Which rule.
        rule: LimitRule,
        /// Where.
        market: MarketId,
        /// Exposure so far, by the bot's records.
        believed: Cash,
        /// What the entry would add.
        added: Cash,
        /// The limit, from the equity that the bot saw.
        limit: Cash,
        /// What was decided.
        verdict: Verdict,
    },
    /// The live-quantity cap was applied.
    LiveCap {
        /// The signal.
        signal: u32,
        /// Contracts that the exchange showed as held.
        live: Quantity,
        /// Contracts wanted.
        wanted: Quantity,
        /// Contracts that may be sent.
        allowed: Quantity,
    },
    /// An entry came to its end.
    EntryDone {
        /// The signal.
        signal: u32,
        /// How.
        result: EntryResult,
        /// Contracts that the bot counts as filled.
        filled: Quantity,
    },
    /// The stop monitor looked at all records.
    StopPass,
    /// The stop monitor looked at one record.
    StopCheck {
        /// The record.
        record: RecordId,
        /// The price that it compared; absent when there was none.
        seen: Option<Price>,
    },
    /// A price reached a record's stop or target.
    Triggered {
        /// The record.
        record: RecordId,
        /// Which level.
        trigger: TriggerKind,
        /// The price that it compared.
        seen: Price,
        /// Contracts that it will sell.
        quantity: Quantity,
    },
    /// Nothing else of the bot runs from now on.
    WaitBegan(Wait),
    /// The wait is over.
    WaitEnded(Wait),
    /// A task has to wait for the lock that another holds.
    LockWaitBegan(BotTask),
    /// It has the lock now.
    LockWaitEnded(BotTask),
    /// A pass failed; what was left of it is not done.
    PassFailed(PassFailure),
    /// The loop finds no active match and leaves its pass out.
    NoMatches,
    /// The bot stopped in the middle of whatever it did, and started anew.
    Restarted,
}

/// A task of a bot that shares a lock with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum BotTask {
    /// Enters and reconciles.
    Strategy,
    /// Watches the stops.
    Stops,
}

/// Why a pass of a bot failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum PassFailure {
    /// The reconciler fails on every call.
    Reconcile,
    /// The settlement took an average over no record.
    EmptyAverage,
    /// An exit was not answered in time.
    ExitUnanswered,
}

/// The outcome of a limit check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Verdict {
    /// The entry may go on.
    Accepted,
    /// The entry must not be sent.
    Refused,
}

/// How a request ended, as its sender sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Answer {
    /// It was done, or read.
    Done,
    /// It was refused.
    Rejected(RejectReason),
    /// It was answered with an error. Whether it was done, an unknown outcome to the sender, shows
    /// in whether it arrived.
    Failed(HttpStatus),
}

/// What was sent and what came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Message {
    /// The bot sent a request.
    Sent {
        /// The request's number.
        request: RequestId,
        /// What.
        body: Request,
        /// Why.
        purpose: Purpose,
    },
    /// The request reached the exchange, which carried it out or refused it by its rules. Twice
    /// when the link duplicated it; never when it was lost or refused at the door.
    Arrived {
        /// The request's number.
        request: RequestId,
    },
    /// The reply reached the bot.
    Answered {
        /// The request's number.
        request: RequestId,
        /// How it ended.
        answer: Answer,
    },
    /// A quote reached the bot.
    Quoted(PublicMessage),
    /// A message of the private feed reached the bot.
    Reported {
        /// Its number within the connection.
        sequence: FeedSequence,
        /// What it tells.
        execution: Execution,
    },
    /// The bot stopped waiting for a reply: to the bot, the outcome is unknown.
    GaveUp {
        /// The request's number.
        request: RequestId,
    },
    /// The connection of a feed broke or came back, and the bot was told.
    Feed {
        /// Which feed.
        channel: Channel,
        /// What happened.
        change: FeedChange,
    },
    /// A fault happened to one message. Told when the message leaves its sender, or reaches the
    /// exchange's door, or the bot's, whichever decides it.
    Fault {
        /// Where.
        channel: Channel,
        /// In which direction.
        leg: Leg,
        /// What.
        kind: FaultKind,
        /// To which message.
        subject: FaultSubject,
    },
    /// The private feed told the bot that a market paid.
    PaidReported {
        /// Its number within the connection.
        sequence: FeedSequence,
        /// Which.
        market: MarketId,
        /// What each YES contract was worth.
        value: Price,
    },
}

/// The run itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum RunMark {
    /// A market of the run, and the event that it belongs to. One for each, before anything else.
    Listed {
        /// The market.
        market: MarketId,
        /// Its event, over which the event limit is taken.
        event: EventId,
    },
    /// The account under test was opened with this much cash.
    Opened {
        /// All cash.
        balance: Cash,
    },
    /// The run is over.
    Ended(RunEnd),
}

/// Why a run is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum RunEnd {
    /// The scenario's time was over.
    Horizon,
    /// More events than the budget allows.
    EventBudget,
    /// More messages in flight than the budget allows.
    QueueBudget,
}
