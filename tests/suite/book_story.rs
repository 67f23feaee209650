//! A short language for what happens in a book.

use fillgap::book::{BookError, NewOrder, Outcome, Placed, Regrid};
use fillgap::market::{Tick, TimeInForce};
use fillgap::units::{AccountId, OrderId, Quantity, Side};

use crate::book_lockstep::{Answer, AnyBook, Applied, Operation, Target};

/// A book that follows a script, and the names of its orders.
///
/// A script is a list of operations: `a=bid 50 5` places a bid of 5 at tick 50 and calls it `a`
/// (`ioc` or `fok` may follow), `x a` cancels, `r a 3` reduces to 3, `m a 51 4` replaces by 4 at
/// 51. What follows from it by the rules is written behind: `b>a 5@50` for a match of taker `b`
/// with maker `a`; `b+4` for 4 that rest, `b-4` for 4 that were canceled, `b.` filled, `b!`
/// killed; `x a 3` for a cancel that found 3, `x a ?` for an operation whose order does not rest;
/// `no quantity` and so on for a refusal. Behind the bar is the book, best level first.
pub(crate) struct Story<B> {
    book: B,
    names: Vec<(String, OrderId)>,
    told: Vec<String>,
}

impl<B: AnyBook> Story<B> {
    pub(crate) fn new(book: B) -> Self {
        Self { book, names: Vec::new(), told: Vec::new() }
    }

    /// Moves the book to a finer grid.
    pub(crate) fn refine(&mut self, regrid: &Regrid) {
        self.book.refine(regrid).expect("it leads from the book's grid");
    }

    /// Runs a script and tells what happened and what rests.
    pub(crate) fn run(&mut self, script: &str) -> String {
        for line in script.split("; ") {
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["x", name] => {
                    self.change(line, name, Operation::Cancel);
                }
                ["r", name, left] => {
                    self.change(line, name, |target| Operation::Reduce(target, quantity(left)));
                }
                ["m", name, tick, left] => self.change(line, name, |target| {
                    Operation::Replace(target, self::tick(tick), quantity(left))
                }),
                [start, tick, contracts, ref rest @ ..] => {
                    let (name, side) = start.split_once('=').expect("name=side");
                    self.place(name, side, tick, contracts, rest);
                }
                _ => unreachable!("not an operation: {line}"),
            }
        }
        self.tell_book();
        self.told.join(" ")
    }

    fn place(&mut self, name: &str, side: &str, tick: &str, contracts: &str, rest: &[&str]) {
        let time_in_force = match rest {
            [] => TimeInForce::REST,
            ["ioc"] => TimeInForce::ImmediateOrCancel,
            ["fok"] => TimeInForce::FillOrKill,
            _ => unreachable!("not a time in force: {rest:?}"),
        };
        let side = match side {
            "bid" => Side::Bid,
            "ask" => Side::Ask,
            _ => unreachable!("not a side: {side}"),
        };
        // Orders whose names start alike belong to one account.
        let owner = AccountId::new(u32::from(name.as_bytes()[0]));
        let order = NewOrder {
            owner,
            side,
            tick: self::tick(tick),
            quantity: quantity(contracts),
            time_in_force,
        };
        let applied = self.book.apply(&Operation::Place(order), OrderId::new(u64::MAX));
        if let Answer::Placed(Ok(placed)) = applied.answer {
            self.names.push((name.to_owned(), placed.order));
        }
        self.tell(name, name, &applied);
    }

    fn change(&mut self, line: &str, name: &str, operation: impl Fn(Target) -> Operation) {
        let known = self.names.iter().find(|(known, _)| known == name);
        let id = known.map_or(OrderId::new(u64::MAX), |(_, id)| *id);
        let applied = self.book.apply(&operation(Target::NeverIssued(id)), id);
        self.tell(&line[..2 + name.len()], name, &applied);
    }

    fn name(&self, order: OrderId) -> &str {
        &self.names.iter().find(|(_, id)| *id == order).expect("a placed order").0
    }

    /// Tells what one operation led to.
    fn tell(&mut self, operation: &str, name: &str, applied: &Applied) {
        self.book.assert_sound();
        for found in &applied.matches {
            let (taker, maker) = (self.name(found.taker), self.name(found.maker));
            let (quantity, tick) = (found.quantity.hundredths(), found.tick.index());
            let told = format!("{taker}>{maker} {quantity}@{tick}");
            assert_eq!(found.maker_owner.number(), u32::from(maker.as_bytes()[0]));
            self.told.push(told);
        }
        let told = match applied.answer {
            Answer::Placed(Ok(placed)) | Answer::Replaced(Ok(placed)) => outcome(name, placed),
            Answer::Canceled(Some(found)) => {
                format!("{operation} {}", found.remaining.hundredths())
            }
            Answer::Reduced(Ok(found)) => format!("{operation} {}", found.removed.hundredths()),
            Answer::Canceled(None) => format!("{operation} ?"),
            Answer::Placed(Err(error))
            | Answer::Replaced(Err(error))
            | Answer::Reduced(Err(error)) => match error {
                BookError::NotResting { .. } => format!("{operation} ?"),
                BookError::NotLess { .. } => "not less".to_owned(),
                BookError::NoQuantity => "no quantity".to_owned(),
                BookError::OffGrid { .. } => "off grid".to_owned(),
                BookError::Full { .. } => "full".to_owned(),
                BookError::TooLarge { .. } | BookError::CapacityTooLarge { .. } => {
                    unreachable!("not reached by a script: {error}")
                }
            },
        };
        self.told.push(told);
    }

    fn tell_book(&mut self) {
        let mut level = None;
        for order in self.book.resting() {
            let here = (order.side, order.tick);
            if level != Some(here) {
                self.told.push(format!("| {} {}:", order.side, order.tick.index()));
                level = Some(here);
            }
            let told = format!("{}{}", self.name(order.order), order.remaining.hundredths());
            self.told.push(told);
        }
        if level.is_none() {
            self.told.push("|".to_owned());
        }
    }
}

fn outcome(name: &str, placed: Placed) -> String {
    match placed.outcome {
        Outcome::Rests { remaining } => format!("{name}+{}", remaining.hundredths()),
        Outcome::Canceled { remaining } | Outcome::SelfTrade { remaining } => {
            format!("{name}-{}", remaining.hundredths())
        }
        Outcome::Filled => format!("{name}."),
        Outcome::Killed => format!("{name}!"),
    }
}

fn quantity(text: &str) -> Quantity {
    Quantity::new(text.parse().expect("a number")).expect("below the limit")
}

fn tick(text: &str) -> Tick {
    Tick::new(text.parse().expect("a number"))
}
