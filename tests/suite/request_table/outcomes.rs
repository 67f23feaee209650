//! What becomes of requests that are taken: the answer, the trades, and the book afterwards.

use super::scene::Scene;

/// Requests that come to one desk, each as the first.
struct Table {
    scene: Scene,
    lines: &'static [Line],
}

/// A request, its answer, its trades, the book afterwards: bids and asks, best first.
pub(crate) type Line = (&'static str, &'static str, &'static str, &'static str);

/// The crowd offers 2 and 4 at 0.52, 1 at 0.51 before them, and bids 3 at 0.48, 5 at 0.47.
const BOOK: Scene = Scene::of(&[
    "crowd ask 2 @ 0.52",
    "crowd ask 1 @ 0.51",
    "crowd ask 4 @ 0.52",
    "crowd bid 3 @ 0.48",
    "crowd bid 5 @ 0.47",
]);

/// Price first, then time; each trade at the maker's price; the rest as its time in force says.
const CREATES: Table = Table {
    scene: BOOK,
    lines: &[
        (
            "bid 1 @ 0.50",
            "filled 0, rests 1",
            "",
            "1 @ 0.50, 3 @ 0.48, 5 @ 0.47 | 1 @ 0.51, 6 @ 0.52",
        ),
        ("bid 1 @ 0.48", "filled 0, rests 1", "", "4 @ 0.48, 5 @ 0.47 | 1 @ 0.51, 6 @ 0.52"),
        (
            "ask 1 @ 0.49",
            "filled 0, rests 1",
            "",
            "3 @ 0.48, 5 @ 0.47 | 1 @ 0.49, 1 @ 0.51, 6 @ 0.52",
        ),
        ("bid 1 @ 0.51", "filled 1, rests 0", "1 @ 0.51", "3 @ 0.48, 5 @ 0.47 | 6 @ 0.52"),
        ("bid 1 @ 0.99", "filled 1, rests 0", "1 @ 0.51", "3 @ 0.48, 5 @ 0.47 | 6 @ 0.52"),
        (
            "bid 0.4 @ 0.51",
            "filled 0.4, rests 0",
            "0.4 @ 0.51",
            "3 @ 0.48, 5 @ 0.47 | 0.6 @ 0.51, 6 @ 0.52",
        ),
        (
            "bid 2 @ 0.51",
            "filled 1, rests 1",
            "1 @ 0.51",
            "1 @ 0.51, 3 @ 0.48, 5 @ 0.47 | 6 @ 0.52",
        ),
        (
            "bid 2 @ 0.52",
            "filled 2, rests 0",
            "1 @ 0.51, 1 @ 0.52",
            "3 @ 0.48, 5 @ 0.47 | 5 @ 0.52",
        ),
        // The first 2 at 0.52, then 1 of the 4.
        (
            "bid 4 @ 0.52",
            "filled 4, rests 0",
            "1 @ 0.51, 2 @ 0.52, 1 @ 0.52",
            "3 @ 0.48, 5 @ 0.47 | 3 @ 0.52",
        ),
        (
            "bid 7 @ 0.52",
            "filled 7, rests 0",
            "1 @ 0.51, 2 @ 0.52, 4 @ 0.52",
            "3 @ 0.48, 5 @ 0.47 |",
        ),
        (
            "bid 9 @ 0.60",
            "filled 7, rests 2",
            "1 @ 0.51, 2 @ 0.52, 4 @ 0.52",
            "2 @ 0.60, 3 @ 0.48, 5 @ 0.47 |",
        ),
        ("ask 3 @ 0.48", "filled 3, rests 0", "3 @ 0.48", "5 @ 0.47 | 1 @ 0.51, 6 @ 0.52"),
        (
            "ask 4 @ 0.47",
            "filled 4, rests 0",
            "3 @ 0.48, 1 @ 0.47",
            "4 @ 0.47 | 1 @ 0.51, 6 @ 0.52",
        ),
        (
            "ask 9 @ 0.01",
            "filled 8, rests 1",
            "3 @ 0.48, 5 @ 0.47",
            "| 1 @ 0.01, 1 @ 0.51, 6 @ 0.52",
        ),
        (
            "ask 4 @ 0.48",
            "filled 3, rests 1",
            "3 @ 0.48",
            "5 @ 0.47 | 1 @ 0.48, 1 @ 0.51, 6 @ 0.52",
        ),
        // Immediate or cancel: within its limit, and nothing rests.
        ("bid 2 @ 0.50 ioc", "filled 0, rests 0", "", "3 @ 0.48, 5 @ 0.47 | 1 @ 0.51, 6 @ 0.52"),
        ("bid 2 @ 0.51 ioc", "filled 1, rests 0", "1 @ 0.51", "3 @ 0.48, 5 @ 0.47 | 6 @ 0.52"),
        (
            "bid 9 @ 0.52 ioc",
            "filled 7, rests 0",
            "1 @ 0.51, 2 @ 0.52, 4 @ 0.52",
            "3 @ 0.48, 5 @ 0.47 |",
        ),
        ("ask 9 @ 0.48 ioc", "filled 3, rests 0", "3 @ 0.48", "5 @ 0.47 | 1 @ 0.51, 6 @ 0.52"),
        // Fill or kill over two levels.
        (
            "bid 7 @ 0.52 fok",
            "filled 7, rests 0",
            "1 @ 0.51, 2 @ 0.52, 4 @ 0.52",
            "3 @ 0.48, 5 @ 0.47 |",
        ),
        (
            "bid 7.01 @ 0.52 fok",
            "FillOrKillInsufficientVolume",
            "",
            "3 @ 0.48, 5 @ 0.47 | 1 @ 0.51, 6 @ 0.52",
        ),
        ("ask 8 @ 0.47 fok", "filled 8, rests 0", "3 @ 0.48, 5 @ 0.47", "| 1 @ 0.51, 6 @ 0.52"),
        // Post-only and refused ones leave the book as it is.
        (
            "bid 1 @ 0.50 post",
            "filled 0, rests 1",
            "",
            "1 @ 0.50, 3 @ 0.48, 5 @ 0.47 | 1 @ 0.51, 6 @ 0.52",
        ),
        ("bid 1 @ 0.51 post", "PostOnlyCross", "", "3 @ 0.48, 5 @ 0.47 | 1 @ 0.51, 6 @ 0.52"),
        ("ask 1 @ 0.48 post", "PostOnlyCross", "", "3 @ 0.48, 5 @ 0.47 | 1 @ 0.51, 6 @ 0.52"),
    ],
};

/// The bot bids 10 at 0.40, of which 4 have filled, behind 2 of the crowd's and before 3; the crowd
/// offers 5 at 0.50 and 5 at 0.51.
const CHANGED: Scene = Scene::of(&[
    "crowd bid 2 @ 0.40",
    "bot bid 10 @ 0.40",
    "crowd bid 3 @ 0.40",
    "crowd ask 6 @ 0.40",
    "crowd ask 5 @ 0.50",
    "crowd ask 5 @ 0.51",
]);

/// 6 of the bot's `#1` and the crowd's 3 rest at 0.40.
const CHANGES: Table = Table {
    scene: CHANGED,
    lines: &[
        ("cancel #1", "canceled 6", "", "3 @ 0.40 | 5 @ 0.50, 5 @ 0.51"),
        ("cancel all", "all canceled", "", "3 @ 0.40 | 5 @ 0.50, 5 @ 0.51"),
        ("cancel #1 #1", "canceled 6; OrderNotFound", "", "3 @ 0.40 | 5 @ 0.50, 5 @ 0.51"),
        ("decrease #1 by 5.99", "remaining 0.01", "", "3.01 @ 0.40 | 5 @ 0.50, 5 @ 0.51"),
        ("decrease #1 by 6", "remaining 0", "", "3 @ 0.40 | 5 @ 0.50, 5 @ 0.51"),
        // More than remains is as much as remains.
        ("decrease #1 by 7", "remaining 0", "", "3 @ 0.40 | 5 @ 0.50, 5 @ 0.51"),
        ("decrease #1 to 2", "remaining 2", "", "5 @ 0.40 | 5 @ 0.50, 5 @ 0.51"),
        ("decrease #1 to 0", "remaining 0", "", "3 @ 0.40 | 5 @ 0.50, 5 @ 0.51"),
        // The total of an amend counts the 4.
        ("amend #1 to 10 @ 0.40", "filled 0, rests 6", "", "9 @ 0.40 | 5 @ 0.50, 5 @ 0.51"),
        ("amend #1 to 12 @ 0.40", "filled 0, rests 8", "", "11 @ 0.40 | 5 @ 0.50, 5 @ 0.51"),
        ("amend #1 to 5 @ 0.40", "filled 0, rests 1", "", "4 @ 0.40 | 5 @ 0.50, 5 @ 0.51"),
        ("amend #1 to 4 @ 0.40", "filled 0, rests 0", "", "3 @ 0.40 | 5 @ 0.50, 5 @ 0.51"),
        (
            "amend #1 to 10 @ 0.49",
            "filled 0, rests 6",
            "",
            "6 @ 0.49, 3 @ 0.40 | 5 @ 0.50, 5 @ 0.51",
        ),
        (
            "amend #1 to 10 @ 0.39",
            "filled 0, rests 6",
            "",
            "3 @ 0.40, 6 @ 0.39 | 5 @ 0.50, 5 @ 0.51",
        ),
        // One that crosses takes, at the makers' prices, and does not rest crossed.
        ("amend #1 to 10 @ 0.50", "filled 5, rests 1", "5 @ 0.50", "1 @ 0.50, 3 @ 0.40 | 5 @ 0.51"),
        ("amend #1 to 9 @ 0.50", "filled 5, rests 0", "5 @ 0.50", "3 @ 0.40 | 5 @ 0.51"),
        ("amend #1 to 10 @ 0.60", "filled 6, rests 0", "5 @ 0.50, 1 @ 0.51", "3 @ 0.40 | 4 @ 0.51"),
        (
            "amend #1 to 20 @ 0.60",
            "filled 10, rests 6",
            "5 @ 0.50, 5 @ 0.51",
            "6 @ 0.60, 3 @ 0.40 |",
        ),
        // The second item meets the first.
        (
            "batch bid 2 @ 0.45, ask 1 @ 0.45",
            "filled 0, rests 2; filled 1, rests 0",
            "1 @ 0.45",
            "1 @ 0.45, 9 @ 0.40 | 5 @ 0.50, 5 @ 0.51",
        ),
    ],
};

/// The crowd offers 3 at 0.50, the bot 4 at 0.51, the crowd 5 at 0.52.
const OWN_BETWEEN: Scene =
    Scene::of(&["crowd ask 3 @ 0.50", "bot ask 4 @ 0.51", "crowd ask 5 @ 0.52"]);

/// `taker` stops before the own order, `maker` takes it away and goes on, without either they trade.
const APART: Table = Table {
    scene: OWN_BETWEEN,
    lines: &[
        ("bid 3 @ 0.52 apart taker", "filled 3, rests 0", "3 @ 0.50", "| 4 @ 0.51, 5 @ 0.52"),
        ("bid 3.01 @ 0.52 apart taker", "filled 3, rests 0", "3 @ 0.50", "| 4 @ 0.51, 5 @ 0.52"),
        (
            "bid 9 @ 0.50 apart taker",
            "filled 3, rests 6",
            "3 @ 0.50",
            "6 @ 0.50 | 4 @ 0.51, 5 @ 0.52",
        ),
        ("bid 9 @ 0.51 apart taker", "filled 3, rests 0", "3 @ 0.50", "| 4 @ 0.51, 5 @ 0.52"),
        ("bid 3 @ 0.52 apart maker", "filled 3, rests 0", "3 @ 0.50", "| 4 @ 0.51, 5 @ 0.52"),
        ("bid 4 @ 0.52 apart maker", "filled 4, rests 0", "3 @ 0.50, 1 @ 0.52", "| 4 @ 0.52"),
        ("bid 9 @ 0.52 apart maker", "filled 8, rests 1", "3 @ 0.50, 5 @ 0.52", "1 @ 0.52 |"),
        ("bid 9 @ 0.51 apart maker", "filled 3, rests 6", "3 @ 0.50", "6 @ 0.51 | 5 @ 0.52"),
        ("bid 4 @ 0.52", "filled 4, rests 0", "3 @ 0.50, 1 @ 0.51", "| 3 @ 0.51, 5 @ 0.52"),
        ("bid 9 @ 0.52 ioc", "filled 9, rests 0", "3 @ 0.50, 4 @ 0.51, 2 @ 0.52", "| 3 @ 0.52"),
    ],
};

/// The bot holds 5 YES; the crowd bids 8 at 0.30.
const LONG: Scene = Scene::of(&["crowd ask 5 @ 0.50", "crowd bid 8 @ 0.30", "bot bid 5 @ 0.50"]);

/// No more than there is to close.
const REDUCES: Table = Table {
    scene: LONG,
    lines: &[
        ("ask 4.99 @ 0.30 ioc reduce", "filled 4.99, rests 0", "4.99 @ 0.30", "3.01 @ 0.30 |"),
        ("ask 5 @ 0.30 ioc reduce", "filled 5, rests 0", "5 @ 0.30", "3 @ 0.30 |"),
        ("ask 5.01 @ 0.30 ioc reduce", "filled 5, rests 0", "5 @ 0.30", "3 @ 0.30 |"),
        ("ask 9 @ 0.30 ioc reduce", "filled 5, rests 0", "5 @ 0.30", "3 @ 0.30 |"),
        ("ask 5.01 @ 0.30 ioc", "filled 5.01, rests 0", "5.01 @ 0.30", "2.99 @ 0.30 |"),
        ("ask 5 @ 0.31 ioc reduce", "filled 0, rests 0", "", "8 @ 0.30 |"),
        ("bid 1 @ 0.30 ioc reduce", "filled 0, rests 0", "", "8 @ 0.30 |"),
    ],
};

const TABLES: [&Table; 4] = [&CREATES, &CHANGES, &APART, &REDUCES];

/// The lines of all tables.
pub(super) fn lines() -> impl Iterator<Item = (Scene, &'static str)> {
    let lines = |table: &'static Table| table.lines.iter().map(|line| (table.scene, line.0));
    TABLES.into_iter().flat_map(lines)
}

/// Whether requests that come to one desk, each as the first after some others, do what they should.
pub(crate) fn check_after(before: &'static [&'static str], lines: &'static [Line]) {
    Table { scene: Scene::of(before), lines }.check();
}

impl Table {
    fn check(&self) {
        for (request, answer, trades, book) in self.lines {
            let outcome = self.scene.carry_out(request);
            let found = (outcome.answer(), outcome.trades(), outcome.book());
            let expected = ((*answer).to_owned(), (*trades).to_owned(), (*book).to_owned());
            assert_eq!(found, expected, "{request}");
        }
    }
}

#[test]
fn a_new_order_trades_and_rests_as_the_table_says() {
    CREATES.check();
}

#[test]
fn a_change_of_an_order_does_what_the_table_says() {
    CHANGES.check();
}

#[test]
fn an_order_meets_its_own_accounts_as_the_table_says() {
    APART.check();
}

#[test]
fn a_reduce_only_order_trades_as_the_table_says() {
    REDUCES.check();
}
