//! What accounts have to set aside, and what they may hold.

use fillgap::protocol::{Liquidity, RejectReason};
use fillgap::units::{AccountId, Cash, MarketId, OrderId, Price, Quantity, Side};

use super::fees::{Accumulator, Rounding};
use super::netting::Thought;
use super::readings::Second;
use super::settings::{Limit, Payment};
use super::state::{Order, Reference};

/// An order that an account would like to have, as it shall be, and how much of it may trade.
#[derive(Clone, Debug)]
pub(super) struct Wanted<'a> {
    order: &'a Order,
    quantity: Quantity,
}

impl<'a> Wanted<'a> {
    pub(super) fn of(order: &'a Order, quantity: Quantity) -> Self {
        Self { order, quantity }
    }
}

/// A part of an order that would fill in one piece.
#[derive(Clone, Copy, Debug)]
struct Claim {
    /// When its order was placed.
    placed: OrderId,
    /// What fills now comes before what rests.
    turn: Turn,
    price: Price,
    quantity: Quantity,
    liquidity: Liquidity,
    accumulator: Accumulator,
}

/// When a claim fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    /// As such a part of what trades at once.
    Now(usize),
    /// Later, the dearest first, then by arrival.
    Later(Price, u64),
}

/// What a contract of one side costs who opens it.
fn own_price(side: Side, price: Price) -> Price {
    if side == Side::Bid { price } else { price.complement() }
}

/// What rests of an order, or will.
fn rests(order: &Order, quantity: Quantity) -> Claim {
    let dearest_first = own_price(order.side, order.limit).complement();
    Claim {
        placed: order.id,
        turn: Turn::Later(dearest_first, order.arrival),
        price: order.limit,
        quantity,
        liquidity: Liquidity::Maker,
        accumulator: order.accumulator,
    }
}

/// What an account sets its wish against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Others {
    Counted,
    Ignored,
}

/// What closing costs where collateral came back.
#[derive(Clone, Copy, Debug)]
enum Returns {
    /// That is given back, as if this had happened.
    GivenBack(Option<Thought>),
    /// Nothing: it is not new risk.
    Ignored,
}

impl Reference {
    /// What the orders of an account in a market could cost if all of them filled at their limits.
    pub(super) fn locked(&self, account: AccountId, market: MarketId) -> Cash {
        self.locked_if(account, market, None)
    }

    /// The same, if the account held something else in another market.
    pub(super) fn locked_if(
        &self,
        account: AccountId,
        market: MarketId,
        thought: Option<Thought>,
    ) -> Cash {
        let returns = Returns::GivenBack(thought);
        self.set_aside((account, market), None, Others::Counted, returns)
    }

    fn set_aside(
        &self,
        (account, market): (AccountId, MarketId),
        wanted: Option<&Wanted<'_>>,
        others: Others,
        returns: Returns,
    ) -> Cash {
        if !self.is_limited[account.number() as usize] {
            return Cash::ZERO;
        }
        let held = self.position(account, market);
        let mut locked = Cash::ZERO;
        // NO contracts in a set cost their price to whoever closes them: a dollar goes back.
        let (short, kept) = match returns {
            Returns::GivenBack(thought) if self.has_returns(account) => {
                (self.alone(account, market, thought), self.yes_left())
            }
            _ => (held.short(), Price::ONE_DOLLAR),
        };
        for (side, mut closable) in [(Side::Bid, short), (Side::Ask, held.long())] {
            let mut claims = self.claims(account, market, side, wanted, others);
            if self.settings.reads(Second::FirstPlacedCloses) {
                claims.sort_by_key(|claim| (claim.placed, claim.turn));
            } else {
                claims.sort_by_key(|claim| claim.turn);
            }
            for claim in claims {
                let closing = claim.quantity.min(closable);
                closable -= closing;
                let opening = claim.quantity - closing;
                // Its price and fee, less what YES is left for: so much is not taken back.
                if side == Side::Bid && kept != Price::ONE_DOLLAR && !closing.is_zero() {
                    let costs = self.worst_case(market, &claim, closing, claim.price);
                    locked += (costs - self.in_steps(kept.times(closing))).max(Cash::ZERO);
                }
                if !opening.is_zero() {
                    locked +=
                        self.worst_case(market, &claim, opening, own_price(side, claim.price));
                }
            }
        }
        locked
    }

    /// What an account's orders of one side, and the wish, could fill, piece by piece.
    fn claims(
        &self,
        account: AccountId,
        market: MarketId,
        side: Side,
        wanted: Option<&Wanted<'_>>,
        others: Others,
    ) -> Vec<Claim> {
        let wanted = wanted.filter(|wanted| wanted.order.side == side);
        let replaced = wanted.map(|wanted| wanted.order.id);
        let queue = self.queue(market, side).into_iter();
        let own = queue.filter(|order| order.account == account && Some(order.id) != replaced);
        let own = own.filter(|_| others == Others::Counted);
        let mut claims: Vec<_> = own.map(|order| rests(order, order.remaining)).collect();
        if let Some(wanted) = wanted {
            claims.extend(self.parts(wanted));
        }
        claims
    }

    /// What a wish would take, and what is left of it.
    fn parts(&self, wanted: &Wanted<'_>) -> Vec<Claim> {
        // Whatever it was before, it goes to the end of its queue.
        let order = &Order { arrival: u64::MAX, ..wanted.order.clone() };
        let taken = if self.settings.reads(Second::TakerAtMatches) {
            self.trades(wanted)
        } else {
            vec![(order.limit, self.depth(order).min(wanted.quantity))]
        };
        let left = wanted.quantity - taken.iter().map(|(_, quantity)| *quantity).sum();
        let now = taken.into_iter().enumerate().map(|(index, (price, quantity))| Claim {
            turn: Turn::Now(index),
            price,
            liquidity: Liquidity::Taker,
            ..rests(order, quantity)
        });
        let parts = now.chain([rests(order, left)]);
        let mut parts: Vec<_> = parts.filter(|part| !part.quantity.is_zero()).collect();
        // Only the first is sure to be the order's next fill.
        for later in parts.iter_mut().skip(1) {
            later.accumulator = Accumulator::default();
        }
        parts
    }

    /// What of a wish trades at once.
    fn trades(&self, wanted: &Wanted<'_>) -> Vec<(Price, Quantity)> {
        let mut order = wanted.order.clone();
        // Whether its group is good may not have been looked at yet.
        order.group = order.group.filter(|group| self.check_group(order.account, *group).is_ok());
        self.without(order.id).trial(&order, wanted.quantity).trades()
    }

    /// Price and fee of a part that opens: what fills now pays the fee of now. What rounding gave back
    /// before counts for whole cents only.
    fn worst_case(
        &self,
        market: MarketId,
        claim: &Claim,
        opening: Quantity,
        own_price: Price,
    ) -> Cash {
        let price = own_price.times(opening);
        if claim.liquidity == Liquidity::Maker && self.settings.reads(Second::MakerFeeNotLocked) {
            return price;
        }
        let rounding = self.settings.rounding;
        let mut accumulator = match rounding {
            Rounding::WholeCent => claim.accumulator,
            Rounding::Millionth { .. } | Rounding::TenThousandth { .. } => Accumulator::default(),
        };
        let deal = (claim.price, opening);
        let is_due_later =
            claim.liquidity == Liquidity::Maker && !self.settings.reads(Second::WaivedNotLocked);
        let formula = if is_due_later { self.settings.formula } else { self.formula(market) };
        price + rounding.fee(&formula, claim.liquidity, deal, -price, &mut accumulator)
    }

    pub(super) fn available(&self, account: AccountId) -> Cash {
        let markets = (0..).map(MarketId::new).take(self.markets.len());
        let locked: Cash = markets.map(|market| self.locked(account, market)).sum();
        self.cash[account.number() as usize] - locked
    }

    pub(super) fn check_room(&self, wanted: &Wanted<'_>) -> Result<(), RejectReason> {
        let Order { account, market, .. } = *wanted.order;
        if !self.is_limited[account.number() as usize] || wanted.quantity.is_zero() {
            return Ok(());
        }
        let here = (account, market);
        let back = Returns::GivenBack(None);
        let alone = self.set_aside(here, Some(wanted), Others::Ignored, back);
        let more = self.set_aside(here, Some(wanted), Others::Counted, back)
            - self.locked(account, market);
        let is_too_much = match self.settings.limit {
            Limit::None => false,
            Limit::Contracts(limit) => self.contracts_with(wanted) > i128::from(limit.hundredths()),
            Limit::Risk(limit) => self.risks_more(wanted, limit),
        };
        if is_too_much {
            return Err(RejectReason::PositionLimit);
        }
        let (needed, there) = match self.settings.payment {
            Payment::AtEntry => (more, self.available(account)),
            Payment::AtMatch => (alone, self.cash[account.number() as usize]),
        };
        let taken = self.trades(wanted).iter().map(|(_, quantity)| *quantity).sum();
        let needed = needed - self.helps(wanted.order, taken);
        if needed > Cash::ZERO && needed > there {
            return Err(RejectReason::InsufficientBalance);
        }
        Ok(())
    }

    /// Whether a wish opens something, and brings cost and locks above a limit.
    fn risks_more(&self, wanted: &Wanted<'_>, limit: Cash) -> bool {
        let here = (wanted.order.account, wanted.order.market);
        let with = |others| self.set_aside(here, Some(wanted), others, Returns::Ignored);
        let before = self.set_aside(here, None, Others::Counted, Returns::Ignored);
        let counted = if self.settings.reads(Second::LimitWithoutResting) {
            with(Others::Ignored)
        } else {
            with(Others::Counted)
        };
        with(Others::Counted) > before && self.cost(here.0, here.1) + counted > limit
    }

    /// What an account would hold if the wish filled, and all its orders of that side where they count
    /// [0.01 contract].
    fn contracts_with(&self, wanted: &Wanted<'_>) -> i128 {
        let Order { account, market, side, id, .. } = *wanted.order;
        let counts = !self.settings.reads(Second::LimitWithoutResting);
        let resting = self.queue(market, side).into_iter().filter(|_| counts);
        let others = resting
            .filter(|order| order.account == account && order.id != id)
            .map(|order| i128::from(order.remaining.hundredths()));
        let held = i128::from(self.position(account, market).hundredths());
        let towards = if side == Side::Bid { held } else { -held };
        towards + others.sum::<i128>() + i128::from(wanted.quantity.hundredths())
    }
}
