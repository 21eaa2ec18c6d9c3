//! Runs pages: to the end, until they are killed, or several at once in an order that a seed
//! decides. There are no threads and no timers, so every run can be repeated.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use super::Dice;
use super::world::{Fate, World};

/// Polls after which a run counts as stuck; the longest test takes some ten thousand.
const MOST_POLLS: u32 = 2_000_000;

/// Lets others run once.
pub async fn yield_once() {
    let yielded = Cell::new(false);
    poll_fn(|context| {
        if yielded.replace(true) {
            Poll::Ready(())
        } else {
            // The runs here poll without being asked; a runtime does not.
            context.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await;
}

/// Runs to the end.
pub fn settle<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..MOST_POLLS {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    panic!("the run is stuck");
}

/// Runs a page for that many turns and leaves it standing there, as a browser does that freezes it.
pub fn advance<F: Future + Unpin>(future: &mut F, turns: u32) -> Option<F::Output> {
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..turns {
        if let Poll::Ready(output) = Pin::new(&mut *future).poll(&mut context) {
            return Some(output);
        }
    }
    None
}

/// The same as [`settle`], and `None` when the page is killed on the way: then its future is dropped where it
/// stands, with the locks that it held, and nothing of it goes on.
pub async fn crashable<F: Future>(world: &World, future: F) -> Option<F::Output> {
    mortal(&world.fate(), future).await
}

async fn mortal<F: Future>(fate: &Fate, future: F) -> Option<F::Output> {
    let mut future = Some(Box::pin(future));
    poll_fn(|context| {
        let Some(running) = &mut future else {
            return Poll::Ready(None);
        };
        match running.as_mut().poll(context) {
            // It was killed at its last call, and nothing that it did after that had an effect.
            Poll::Ready(_) if fate.has_crashed() => Poll::Ready(None),
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if fate.has_crashed() => {
                future = None;
                Poll::Ready(None)
            }
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Runs what opens a page until its end or its crash.
pub fn settle_or_dead<F: Future>(fate: &Fate, future: F) -> Option<F::Output> {
    settle(mortal(fate, future))
}

/// Runs until the end or the crash.
pub fn until_crash<F: Future>(world: &World, future: F) -> Option<F::Output> {
    settle(crashable(world, future))
}

/// A page among others of another kind.
pub type Page<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Runs all of them at once; `seed` decides whose turn it is. Outputs in the order of the pages.
pub fn race<F: Future>(seed: u64, pages: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut dice = Dice::new(seed);
    let mut context = Context::from_waker(Waker::noop());
    let mut running: Vec<_> = pages.into_iter().map(Box::pin).enumerate().collect();
    let mut outputs: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    for _ in 0..MOST_POLLS {
        if running.is_empty() {
            return outputs
                .into_iter()
                .map(|output| output.expect("it ended"))
                .collect();
        }
        let turn = dice.below(running.len());
        let (n, page) = &mut running[turn];
        if let Poll::Ready(output) = page.as_mut().poll(&mut context) {
            outputs[*n] = Some(output);
            drop(running.swap_remove(turn));
        }
    }
    panic!("the race is stuck");
}
