//! Mutual exclusion within one page or worker: writers of the journal take turns.

use std::cell::{Cell, RefCell, RefMut};
use std::future::poll_fn;
use std::ops::{Deref, DerefMut};
use std::task::{Poll, Waker};

/// A value that one at a time may hold over awaits.
pub(super) struct Turn<T> {
    value: RefCell<T>,
    is_taken: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

/// The turn, until it is dropped.
pub(super) struct Taken<'a, T> {
    turn: &'a Turn<T>,
    value: RefMut<'a, T>,
}

impl<T> Turn<T> {
    pub(super) fn new(value: T) -> Self {
        Self {
            value: value.into(),
            is_taken: Cell::new(false),
            waiting: RefCell::default(),
        }
    }

    /// Waits for the turn.
    pub(super) async fn take(&self) -> Taken<'_, T> {
        poll_fn(|context| {
            if self.is_taken.replace(true) {
                self.waiting.borrow_mut().push(context.waker().clone());
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        })
        .await;
        Taken {
            turn: self,
            value: self.value.borrow_mut(),
        }
    }
}

impl<T> Drop for Taken<'_, T> {
    fn drop(&mut self) {
        self.turn.is_taken.set(false);
        for waker in self.turn.waiting.take() {
            waker.wake();
        }
    }
}

impl<T> Deref for Taken<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Taken<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}
