//! The arithmetic that every additive unit shares.

/// Implements `+`, `-`, `+=`, `-=` and `Sum` for a one-field integer unit.
///
/// Leaving the range is a bug of the caller: overflow checks are on in every profile.
macro_rules! additive {
    ($unit:ident) => {
        impl std::ops::Add for $unit {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl std::ops::Sub for $unit {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }
        impl std::ops::AddAssign for $unit {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }
        impl std::ops::SubAssign for $unit {
            fn sub_assign(&mut self, other: Self) {
                self.0 -= other.0;
            }
        }
        impl std::iter::Sum for $unit {
            fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
                iter.fold(Self(0), |total, each| total + each)
            }
        }
    };
}

pub(super) use additive;
