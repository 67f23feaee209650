//! The progress bar.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error over a known number of runs; hidden when that is no terminal, or when
/// there is but one run.
pub(super) fn bar(runs: usize) -> ProgressBar {
    if runs < 2 {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} runs, {eta} left")
        .expect("Invariant: the template is well-formed");
    ProgressBar::new(runs.try_into().unwrap_or(u64::MAX)).with_style(style)
}
