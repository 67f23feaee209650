//! Random requests of several accounts.

use fillgap::exchange::ExchangeSettings;
use fillgap::market::{
    BalanceStep, ExchangeStatus, FeeKind, FeeRounding, LifeStep, SelfTradePrevention,
};
use fillgap::protocol::{Crossing, OnPause, PositionEffect};
use proptest::prelude::*;

use crate::exchange_choices::choices;

/// How long the past is kept.
pub(crate) const KEEP_MS: u64 = 50;
/// Two watched accounts with cash, one with little and not watched, and the crowd.
pub(crate) const ACCOUNTS: u32 = 4;
pub(crate) const CROWD: u32 = 3;
pub(crate) const MARKETS: u32 = 2;

/// What somebody does next.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    Create(Wish),
    CreateBatch(Vec<Wish>),
    Amend(Change),
    Cancel(Target),
    CancelBatch(Vec<Target>),
    CancelAll {
        account: u32,
    },
    Decrease {
        target: Target,
        /// Or to, if `is_to`.
        by: u64,
        is_to: bool,
    },
    Group {
        account: u32,
        group: u32,
        deed: GroupDeed,
    },
    Status(ExchangeStatus),
    /// A step in a market's life, where it follows.
    Step {
        market: u32,
        step: LifeStep,
    },
    /// Time passes [ms].
    Wait(u64),
    Read {
        account: u32,
        query: usize,
        back_ms: u64,
    },
}

/// What is done with an order group.
#[derive(Clone, Copy, Debug)]
pub(crate) enum GroupDeed {
    Create { contracts: u32 },
    SetLimit { contracts: u32 },
    Trigger,
    Reset,
    Delete,
}

/// How an order shall change.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) target: Target,
    /// Price levels up or down.
    pub(crate) steps: i32,
    /// What shall remain beyond what remains, or less, in 0.01 contract.
    pub(crate) more: i64,
    /// The new expiry, after so many ms; the old one stays without.
    pub(crate) expires_after_ms: Option<u64>,
    pub(crate) is_renamed: bool,
}

/// Which order is meant.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// One that rests, by its owner.
    Resting { index: usize },
    /// Any that was ever accepted, by anybody.
    Any { account: u32, index: usize },
}

/// A wish for an order.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) account: u32,
    pub(crate) market: u32,
    pub(crate) is_bid: bool,
    /// Price levels above the lowest of the band.
    pub(crate) step: u32,
    pub(crate) quantity: u64,
    pub(crate) life: Life,
    pub(crate) effect: PositionEffect,
    pub(crate) crossing: Crossing,
    pub(crate) self_trade: Option<SelfTradePrevention>,
    /// Uses a client order id again.
    pub(crate) is_repeated: bool,
    pub(crate) on_pause: OnPause,
    /// Which of the account's groups, if it has any.
    pub(crate) group: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Life {
    Rest,
    ExpireAfterMs(u64),
    Ioc,
    Fok,
    ReduceOnly,
}

/// How the exchange is set up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setup {
    pub(crate) rounding: FeeRounding,
    pub(crate) kind: FeeKind,
    /// [0.0001]
    pub(crate) multiplier: u32,
    /// The lowest tick of the band of prices that is used.
    pub(crate) band: u32,
    pub(crate) capacity: u32,
    /// All else that can be chosen.
    pub(crate) choices: ExchangeSettings,
    /// Until when fees are waived [ms].
    pub(crate) waived_until_ms: u64,
    /// Whether every price is replaced by one dollar minus it, and every side by the other.
    pub(crate) is_mirrored: bool,
    pub(crate) has_idle_account: bool,
}

impl Setup {
    pub(crate) fn mirrored(self) -> Self {
        Self { is_mirrored: true, ..self }
    }

    pub(crate) fn with_idle_account(self) -> Self {
        Self { has_idle_account: true, ..self }
    }
}

pub(crate) fn setups() -> impl Strategy<Value = Setup> {
    let steps = prop_oneof![Just(BalanceStep::TenThousandth), Just(BalanceStep::Cent)];
    let roundings = steps.prop_flat_map(|balance_step| {
        prop_oneof![
            2 => Just(FeeRounding::Millionth { balance_step }),
            1 => Just(FeeRounding::TenThousandth { balance_step }),
            1 => Just(FeeRounding::WholeCent),
        ]
    });
    let kinds = prop::sample::select(&FeeKind::ALL[..]);
    let multipliers = prop_oneof![2 => Just(10_000_u32), 1 => Just(5_000), 1 => Just(0)];
    // The grid has 0.001 below 0.10 (ticks 0 to 98), 0.01 to 0.90 (99 to 178), then 0.001 again.
    let bands = prop_oneof![Just(0_u32), Just(92), Just(134), Just(172), Just(267)];
    let capacities = prop_oneof![4 => Just(1_000_u32), 1 => Just(3)];
    let waivers = prop_oneof![3 => Just(0_u64), 1 => Just(30), 1 => Just(100)];
    (roundings, kinds, multipliers, bands, capacities, choices(), waivers).prop_map(
        |(rounding, kind, multiplier, band, capacity, choices, waived_until_ms)| Setup {
            rounding,
            kind,
            multiplier,
            band,
            capacity,
            choices,
            waived_until_ms,
            is_mirrored: false,
            has_idle_account: false,
        },
    )
}

fn wishes() -> impl Strategy<Value = Wish> {
    let place = (0..ACCOUNTS, 0..MARKETS, any::<bool>(), 0_u32..12);
    let quantity = prop_oneof![3 => 1_u64..700, 2 => 60_u64..110, 3 => (1_u64..8).prop_map(|whole| whole * 100), 1 => 0_u64..2];
    let life = prop_oneof![
        5 => Just(Life::Rest),
        1 => (0_u64..40).prop_map(|ms| Life::ExpireAfterMs(ms / 2)),
        2 => Just(Life::Ioc),
        2 => Just(Life::Fok),
        1 => Just(Life::ReduceOnly),
    ];
    let effect = prop_oneof![9 => Just(PositionEffect::Any), 1 => Just(PositionEffect::ReduceOnly)];
    let crossing = prop_oneof![7 => Just(Crossing::Allowed), 1 => Just(Crossing::PostOnly)];
    let self_trade = prop_oneof![
        2 => Just(None),
        1 => Just(Some(SelfTradePrevention::TakerAtCross)),
        1 => Just(Some(SelfTradePrevention::Maker)),
    ];
    let on_pause = prop_oneof![2 => Just(OnPause::Stays), 1 => Just(OnPause::Canceled)];
    let group = prop::option::weighted(0.4, 0_u32..4);
    let is_repeated = prop::bool::weighted(0.03);
    let rules = (effect, crossing, self_trade, on_pause, group, is_repeated);
    (place, quantity, life, rules).prop_map(|(place, quantity, life, rules)| {
        let (account, market, is_bid, step) = place;
        let (effect, crossing, self_trade, on_pause, group, is_repeated) = rules;
        Wish {
            account,
            market,
            is_bid,
            step,
            quantity,
            life,
            effect,
            crossing,
            self_trade,
            is_repeated,
            on_pause,
            group,
        }
    })
}

fn targets() -> impl Strategy<Value = Target> + Clone {
    prop_oneof![
        7 => (0_usize..64).prop_map(|index| Target::Resting { index }),
        1 => (0..ACCOUNTS, 0_usize..64)
            .prop_map(|(account, index)| Target::Any { account, index }),
    ]
}

fn changes() -> impl Strategy<Value = Change> {
    let steps = prop_oneof![1 => Just(0), 3 => -9_i32..=9];
    let more = prop_oneof![2 => Just(0_i64), 2 => -100_i64..300, 1 => -600_i64..0];
    let expiry = prop::option::weighted(0.2, 0_u64..20);
    (targets(), steps, more, expiry, prop::bool::weighted(0.1)).prop_map(
        |(target, steps, more, expires_after_ms, is_renamed)| Change {
            target,
            steps,
            more,
            expires_after_ms,
            is_renamed,
        },
    )
}

fn group_deeds() -> impl Strategy<Value = GroupDeed> {
    prop_oneof![
        6 => (0_u32..4).prop_map(|contracts| GroupDeed::Create { contracts }),
        1 => (0_u32..4).prop_map(|contracts| GroupDeed::SetLimit { contracts }),
        1 => Just(GroupDeed::Trigger),
        2 => Just(GroupDeed::Reset),
        1 => Just(GroupDeed::Delete),
    ]
}

pub(crate) fn actions() -> impl Strategy<Value = Vec<Action>> {
    let account = 0..ACCOUNTS;
    let statuses = prop_oneof![
        12 => Just(ExchangeStatus::Active),
        1 => Just(ExchangeStatus::TradingPaused),
        1 => Just(ExchangeStatus::ExchangePaused),
    ];
    let steps = prop_oneof![
        12 => Just(LifeStep::Activate),
        1 => Just(LifeStep::Deactivate),
        1 => Just(LifeStep::Close),
    ];
    let action = prop_oneof![
        48 => wishes().prop_map(Action::Create),
        3 => prop::collection::vec(wishes(), 0..4).prop_map(Action::CreateBatch),
        24 => changes().prop_map(Action::Amend),
        8 => targets().prop_map(Action::Cancel),
        2 => prop::collection::vec(targets(), 0..4).prop_map(Action::CancelBatch),
        1 => account.clone().prop_map(|account| Action::CancelAll { account }),
        8 => (targets(), 0_u64..400, any::<bool>())
            .prop_map(|(target, by, is_to)| Action::Decrease { target, by, is_to }),
        6 => (account.clone(), 0_u32..4, group_deeds())
            .prop_map(|(account, group, deed)| Action::Group { account, group, deed }),
        6 => statuses.prop_map(Action::Status),
        4 => (0..MARKETS, steps).prop_map(|(market, step)| Action::Step { market, step }),
        12 => (0_u64..15).prop_map(Action::Wait),
        8 => (account, 0_usize..7, 0..KEEP_MS)
            .prop_map(|(account, query, back_ms)| Action::Read { account, query, back_ms }),
    ];
    prop::collection::vec(action, 1..200)
}
