//! The exchange against a reference of it: slow, plain, and sharing only units and the protocol.
//!
//! The reference keeps one list of resting orders and looks through all of it for everything; money
//! is worked out anew for every question, fees from the fee schedule's formula, and what was from
//! whole pictures. It numbers orders by acceptance. Each run draws every setting of the exchange.

mod basis;
mod changes;
mod choices;
mod effects;
mod entry;
mod fees;
mod groups;
mod life;
mod machine;
mod matching;
mod money;
mod netting;
mod outcomes;
mod past;
mod prices;
mod readings;
mod requests;
mod settings;
mod state;
mod steps;
mod wording;

/// Words of the market that travel in messages: they have no rule in them that the reference could
/// take over.
const WORDS: [&str; 6] = [
    "ExchangeStatus",
    "LifeStep",
    "MarketResult",
    "MarketStatus",
    "SelfTradePrevention",
    "TimeInForce",
];

/// The reference itself, apart from what draws its steps and puts it beside the exchange.
const FILES: [(&str, &str); 15] = [
    ("basis", include_str!("basis.rs")),
    ("changes", include_str!("changes.rs")),
    ("entry", include_str!("entry.rs")),
    ("fees", include_str!("fees.rs")),
    ("groups", include_str!("groups.rs")),
    ("life", include_str!("life.rs")),
    ("matching", include_str!("matching.rs")),
    ("money", include_str!("money.rs")),
    ("netting", include_str!("netting.rs")),
    ("past", include_str!("past.rs")),
    ("prices", include_str!("prices.rs")),
    ("readings", include_str!("readings.rs")),
    ("requests", include_str!("requests.rs")),
    ("settings", include_str!("settings.rs")),
    ("state", include_str!("state.rs")),
];

#[test]
fn the_reference_shares_units_protocol_and_words_alone() {
    for (file, text) in FILES {
        for path in text.split("fillgap::").skip(1) {
            let (room, rest) = path.split_once("::").unwrap();
            let names = rest.split(';').next().unwrap().trim_start_matches('{');
            let mut words = names.split(',').map(|name| name.trim().trim_end_matches('}').trim());
            let is_shared = match room {
                "units" | "protocol" => true,
                "market" => words.all(|word| word.is_empty() || WORDS.contains(&word)),
                _ => false,
            };
            assert!(is_shared, "{file} uses {room}: {names}");
        }
        for method in ["settlement_value", ".after(", "is_closed("] {
            assert!(!text.contains(method), "{file} leaves {method} to the exchange");
        }
    }
}
