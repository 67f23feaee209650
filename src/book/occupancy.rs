//! Which levels of one side hold orders.

/// How many bits a word holds, as a shift.
const WORD_SHIFT: u32 = 6;
/// The position inside a word.
const IN_WORD: u32 = 63;

/// A set of keys below 2^17 that finds the next member in three steps: a bit for each key, a bit
/// for each word that is not zero, and the same once more.
#[derive(Clone, Debug)]
pub(super) struct Occupancy {
    keys: Vec<u64>,
    words: Vec<u64>,
    top: u64,
}

impl Occupancy {
    /// No key, room for keys below `key_count`.
    pub(super) fn new(key_count: u32) -> Self {
        let words = (key_count as usize).div_ceil(64);
        Self { keys: vec![0; words], words: vec![0; words.div_ceil(64)], top: 0 }
    }

    /// Adds a key.
    pub(super) fn insert(&mut self, key: u32) {
        let (word, block) = (key >> WORD_SHIFT, key >> (2 * WORD_SHIFT));
        self.keys[word as usize] |= 1 << (key & IN_WORD);
        self.words[block as usize] |= 1 << (word & IN_WORD);
        self.top |= 1 << block;
    }

    /// Removes a key.
    pub(super) fn remove(&mut self, key: u32) {
        let (word, block) = (key >> WORD_SHIFT, key >> (2 * WORD_SHIFT));
        let left = self.keys[word as usize] & !(1 << (key & IN_WORD));
        self.keys[word as usize] = left;
        if left == 0 {
            let left = self.words[block as usize] & !(1 << (word & IN_WORD));
            self.words[block as usize] = left;
            if left == 0 {
                self.top &= !(1 << block);
            }
        }
    }

    /// Whether a key is a member.
    pub(super) fn contains(&self, key: u32) -> bool {
        self.keys[(key >> WORD_SHIFT) as usize] >> (key & IN_WORD) & 1 == 1
    }

    /// The lowest member above a key.
    pub(super) fn next_above(&self, key: u32) -> Option<u32> {
        let (word, block) = (key >> WORD_SHIFT, key >> (2 * WORD_SHIFT));
        if let Some(found) = lowest_above(self.keys[word as usize], key & IN_WORD) {
            return Some(word << WORD_SHIFT | found);
        }
        let word = if let Some(found) = lowest_above(self.words[block as usize], word & IN_WORD) {
            block << WORD_SHIFT | found
        } else {
            let block = lowest_above(self.top, block)?;
            block << WORD_SHIFT | self.words[block as usize].trailing_zeros()
        };
        Some(word << WORD_SHIFT | self.keys[word as usize].trailing_zeros())
    }

    /// Whether the upper layers say exactly which words of the lower ones are not zero.
    pub(super) fn layers_agree(&self) -> bool {
        let marks = |layer: &[u64], word: usize| layer[word >> 6] >> (word & 63) & 1 == 1;
        let top = [self.top];
        (0..self.keys.len()).all(|word| marks(&self.words, word) == (self.keys[word] != 0))
            && (0..self.words.len()).all(|word| marks(&top, word) == (self.words[word] != 0))
    }

    /// Does what a bug would do, for the tests of the recount.
    #[cfg(test)]
    pub(super) fn lose_layer(&mut self) {
        self.top = 0;
    }
}

/// The lowest set bit above a position.
fn lowest_above(word: u64, position: u32) -> Option<u32> {
    let above = word & (!1 << position);
    (above != 0).then(|| above.trailing_zeros())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_answers_like_an_ordered_set(
            steps in prop::collection::vec((any::<bool>(), key()), 1..200),
            asked in prop::collection::vec(key(), 1..50),
        ) {
            let mut fast = Occupancy::new(1 << 17);
            let mut plain = BTreeSet::new();
            for (adds, key) in steps {
                if adds {
                    fast.insert(key);
                    plain.insert(key);
                } else {
                    fast.remove(key);
                    plain.remove(&key);
                }
            }
            prop_assert!(fast.layers_agree());
            for key in asked {
                prop_assert_eq!(fast.contains(key), plain.contains(&key));
                prop_assert_eq!(fast.next_above(key), plain.range(key + 1..).next().copied());
            }
        }
    }

    /// Few keys, at the edges of words and blocks, so that they collide.
    fn key() -> impl Strategy<Value = u32> {
        prop::sample::select(vec![
            0, 1, 62, 63, 64, 65, 127, 128, 4_095, 4_096, 4_097, 8_191, 8_192, 131_070, 131_071,
        ])
    }
}
