//! One entry of the position list.

use crate::bot::settings::StopRule;
use crate::protocol::record::{Holding, Standing};
use crate::units::{Cash, MarketId, OrderId, Position, Price, Quantity, RecordId, Side, SimTime};

/// Which leg of a market a record holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    Yes,
    No,
}

impl Outcome {
    /// The leg that a position holds, with its contracts; `None` for a flat one.
    pub(super) fn held(position: Position) -> Option<(Self, Quantity)> {
        match (position.long(), position.short()) {
            (Quantity::ZERO, Quantity::ZERO) => None,
            (Quantity::ZERO, short) => Some((Self::No, short)),
            (long, _) => Some((Self::Yes, long)),
        }
    }

    /// The position that contracts of this leg are.
    pub(super) fn position(self, contracts: Quantity) -> Position {
        match self {
            Self::Yes => Position::of(Side::Bid, contracts),
            Self::No => Position::of(Side::Ask, contracts),
        }
    }

    /// What contracts of this leg cost at a YES price.
    pub(super) fn cost(self, price: Price, contracts: Quantity) -> Cash {
        match self {
            Self::Yes => price.times(contracts),
            Self::No => price.complement().times(contracts),
        }
    }
}

/// What the original tells positions apart by: records of one key are the same position to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RecordKey {
    pub(super) market: MarketId,
    pub(super) outcome: Outcome,
}

/// An order that is followed by reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FollowedOrder {
    pub(super) id: OrderId,
    /// Contracts that filled as it arrived, and so as a taker.
    pub(super) filled_at_once: Quantity,
}

/// An exit order that a record follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ExitOrder {
    pub(super) order: FollowedOrder,
    /// Contracts that it sells.
    pub(super) quantity: Quantity,
    pub(super) limit_price: Price,
}

/// What a record is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Held and watched.
    Open,
    /// An exit is under way. Without an order nobody follows it, and it is never over.
    Closing(Option<ExitOrder>),
    /// Over. The record stays in the list.
    Settled,
}

/// What a record knows of the order that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryOrder {
    /// Nothing: no reply yet, or nobody reads it.
    Unknown,
    /// The exchange took it.
    Known(FollowedOrder),
    /// The exchange refused it.
    Refused,
}

/// One entry of the position list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PositionRecord {
    pub(super) id: RecordId,
    pub(super) market: MarketId,
    pub(super) outcome: Outcome,
    pub(super) stake: Position,
    /// In the YES frame for both outcomes.
    pub(super) entry_price: Price,
    /// What the record cost when it was entered. Reconciling does not change it.
    pub(super) entry_value: Cash,
    pub(super) stop: Option<Price>,
    pub(super) target: Option<Price>,
    pub(super) stage: Stage,
    pub(super) entry_order: EntryOrder,
    /// Contracts that were taken off the stake as sold.
    pub(super) exited: Quantity,
    /// The limit of the latest exit.
    pub(super) last_exit_price: Option<Price>,
    pub(super) opened_at: SimTime,
}

impl PositionRecord {
    pub(super) fn key(&self) -> RecordKey {
        RecordKey { market: self.market, outcome: self.outcome }
    }

    /// Contracts that it believes held.
    pub(super) fn contracts(&self) -> Quantity {
        match self.outcome {
            Outcome::Yes => self.stake.long(),
            Outcome::No => self.stake.short(),
        }
    }

    /// Believes another number of contracts held.
    pub(super) fn set_contracts(&mut self, contracts: Quantity) {
        self.stake = self.outcome.position(contracts);
    }

    /// What its contracts cost at its entry price.
    pub(super) fn exposure(&self) -> Cash {
        self.outcome.cost(self.entry_price, self.contracts())
    }

    /// Takes contracts off the stake as sold.
    pub(super) fn take_sold(&mut self, sold: Quantity) {
        self.stake -= Position::of(Side::Bid, sold);
        self.exited += sold;
    }

    /// The price at or below which a rule sells, if it does at any.
    pub(super) fn stop_level(&self, rule: StopRule) -> Option<Price> {
        match rule {
            StopRule::Level => self.stop,
            StopRule::LossShare { share, .. } => {
                if self.outcome == Outcome::No || self.contracts().is_zero() {
                    return None;
                }
                // Lost is entry value less stake times price, so the level is what is left of the
                // value for each contract, rounded down to the price step.
                let left = self.entry_value - share.of_cash(self.entry_value);
                let level =
                    left.millionths() / i64::try_from(self.contracts().hundredths()).ok()?;
                let level = u16::try_from(level).ok().filter(|level| *level > 0)?;
                Some(Price::new(level).unwrap_or(Price::ONE_DOLLAR))
            }
        }
    }

    /// The record as the log tells it.
    pub(super) fn holding(&self, rule: StopRule) -> Holding {
        Holding {
            market: self.market,
            stake: self.stake,
            entry_price: self.entry_price,
            stop: self.stop_level(rule),
            target: self.target,
            standing: match self.stage {
                Stage::Open => Standing::Open,
                Stage::Closing(_) => Standing::Closing,
                Stage::Settled => Standing::Settled,
            },
        }
    }

    /// The record as the log tells it, unless it is settled.
    pub(super) fn believed(&self, rule: StopRule) -> Option<Holding> {
        (self.stage != Stage::Settled).then(|| self.holding(rule))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(outcome: Outcome, contracts: &str, value: &str) -> PositionRecord {
        PositionRecord {
            id: RecordId::new(0),
            market: MarketId::new(0),
            outcome,
            stake: outcome.position(contracts.parse().unwrap()),
            entry_price: "0.50".parse().unwrap(),
            entry_value: value.parse().unwrap(),
            stop: Some("0.45".parse().unwrap()),
            target: None,
            stage: Stage::Open,
            entry_order: EntryOrder::Unknown,
            exited: Quantity::ZERO,
            last_exit_price: None,
            opened_at: SimTime::START,
        }
    }

    /// 65 % of the value is left at the level: 50 at 0.50 are worth 25.00, so 16.25 / 50 = 0.325.
    /// With the stake raised to 100 and the value as it was, 0.1625; with it lowered to 25, 0.65,
    /// above what was paid.
    #[test]
    fn a_share_of_the_loss_is_a_level_that_moves_with_the_stake() {
        for (outcome, contracts, value, level) in [
            (Outcome::Yes, "50", "25", Some("0.325")),
            (Outcome::Yes, "100", "25", Some("0.1625")),
            (Outcome::Yes, "25", "25", Some("0.65")),
            (Outcome::Yes, "3", "1", Some("0.2166")),
            (Outcome::Yes, "0", "25", None),
            (Outcome::Yes, "50", "0", None),
            (Outcome::No, "50", "25", None),
        ] {
            let found = record(outcome, contracts, value).stop_level(StopRule::loss_share());
            let expected = level.map(|level| level.parse().unwrap());
            assert_eq!(found, expected, "{outcome:?} {contracts}, worth {value}");
        }
        let level = record(Outcome::Yes, "50", "25").stop_level(StopRule::Level);
        assert_eq!(level, Some("0.45".parse().unwrap()));
    }

    #[test]
    fn a_position_is_contracts_of_one_outcome() {
        for (hundredths, held) in
            [(0, None), (250, Some((Outcome::Yes, "2.5"))), (-100, Some((Outcome::No, "1")))]
        {
            let expected = held.map(|(outcome, text)| (outcome, text.parse().unwrap()));
            assert_eq!(Outcome::held(Position::new(hundredths)), expected);
        }
        let (price, two) = ("0.70".parse().unwrap(), "2".parse().unwrap());
        assert_eq!(Outcome::Yes.cost(price, two), "1.40".parse().unwrap());
        assert_eq!(Outcome::No.cost(price, two), "0.60".parse().unwrap());
    }
}
