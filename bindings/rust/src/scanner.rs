// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// Opened once, a scanner takes many snapshots. One thread uses it at a time, which is what `&mut` says.

use std::any::Any;
use std::fmt;
use std::os::raw::{c_uint, c_void};
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::ptr::{addr_of_mut, null_mut, NonNull};

use crate::error::made;
use crate::{ffi, text};
use crate::{Backend, Error, Query, ScannerFlags, Snapshot, Step};

/// Takes snapshots, which live on without it.
///
/// A scanner that was opened with `CAP_BPF` and `CAP_PERFMON` goes on to see the open files of all users
/// when these were dropped, unless it has `ScannerFlags::OWN_VIEW`.
pub struct Scanner {
    raw: NonNull<ffi::Scanner>,
}

// SAFETY: any thread may use it, as long as one does so at a time; there is no `Sync`.
unsafe impl Send for Scanner {}

impl Drop for Scanner {
    fn drop(&mut self) {
        // SAFETY: the reference is its own; the last one closes the scanner.
        unsafe { ffi::g_object_unref(self.raw.as_ptr().cast()) };
    }
}

/// Told how far a scan has come: step, items done, items of the step or 0 while nobody knows.
pub type Progress<'f> = dyn FnMut(Step, u32, u32) + 'f;

struct Follower<'f> {
    tell: &'f mut Progress<'f>,
    panic: Option<Box<dyn Any + Send>>,
}

impl Scanner {
    /// Opens a scanner that takes the best kernel interface that works here.
    pub fn new() -> Result<Scanner, Error> {
        Scanner::with(Backend::AUTO, ScannerFlags::NONE)
    }

    /// Opens a scanner, with everything that can be said about it.
    pub fn with(backend: Backend, flags: ScannerFlags) -> Result<Scanner, Error> {
        // SAFETY: the new reference belongs to the new object.
        unsafe { made(|error| ffi::procview_scanner_new_full(backend.0, flags.0, error)) }
            .map(|raw| Scanner { raw })
    }

    /// Takes a snapshot. Blocks while it scans.
    ///
    /// That a process exits meanwhile, or may not be looked into, is no error: its table says so.
    pub fn scan(&mut self, query: &Query) -> Result<Snapshot, Error> {
        self.take(query, None, None)
    }

    /// Takes a snapshot, unless it is stopped: then the error is `ErrorKind::Cancelled`.
    pub fn scan_until(
        &mut self,
        query: &Query,
        cancellable: &Cancellable,
    ) -> Result<Snapshot, Error> {
        self.take(query, Some(cancellable), None)
    }

    /// Takes a snapshot that can be followed, and stopped. What `progress` panics with goes on when the
    /// scan has ended.
    pub fn scan_followed<'f>(
        &mut self,
        query: &Query,
        cancellable: Option<&Cancellable>,
        progress: &'f mut Progress<'f>,
    ) -> Result<Snapshot, Error> {
        let mut follower = Follower {
            tell: progress,
            panic: None,
        };
        let result = self.take(query, cancellable, Some(&mut follower));

        match follower.panic {
            Some(panic) => resume_unwind(panic),
            None => result,
        }
    }

    fn take(
        &mut self,
        query: &Query,
        cancellable: Option<&Cancellable>,
        follower: Option<&mut Follower<'_>>,
    ) -> Result<Snapshot, Error> {
        let query = query.hand_over();
        let stop = cancellable.map_or(null_mut(), |cancellable| cancellable.raw.as_ptr());
        let progress = follower.is_some().then_some(tell as ffi::ProgressFunc);
        let user_data = follower.map_or(null_mut(), |follower| (follower as *mut Follower).cast());

        // SAFETY: all of these live until the scan has ended, and `tell` takes the follower that goes
        // with it; the new reference belongs to the snapshot.
        unsafe {
            made(|error| {
                ffi::procview_scanner_scan_full(
                    self.raw.as_ptr(),
                    query.raw.as_ptr(),
                    stop,
                    progress,
                    user_data,
                    error,
                )
            })
            .map(|raw| Snapshot::own(raw))
        }
    }

    /// What it may see, what would unlock the rest, and which capabilities it still uses.
    pub fn rights(&mut self) -> Result<Rights, Error> {
        // SAFETY: the new reference belongs to the new object.
        unsafe { made(|error| ffi::procview_scanner_dup_rights(self.raw.as_ptr(), error)) }
            .map(|raw| Rights { raw })
    }
}

/// Hands on what the library tells. A panic may not pass through C, so it waits until the scan has ended.
///
/// # Safety
/// `user_data` is a follower that nobody else uses meanwhile.
unsafe extern "C" fn tell(step: c_uint, done: c_uint, total: c_uint, user_data: *mut c_void) {
    let follower = user_data.cast::<Follower>();
    // By pointer: the lifetimes of what is called have no name here.
    let tell = addr_of_mut!(*(*follower).tell);

    if (*follower).panic.is_none() {
        let told = catch_unwind(AssertUnwindSafe(|| (*tell)(Step(step), done, total)));
        (*follower).panic = told.err();
    }
}

impl fmt::Debug for Scanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scanner")
    }
}

/// Stops scans, from any thread. Once it was used, it stops every scan that it is given to.
pub struct Cancellable {
    raw: NonNull<ffi::GCancellable>,
}

// SAFETY: GLib documents it as safe to be used by several threads.
unsafe impl Send for Cancellable {}
// SAFETY: as above.
unsafe impl Sync for Cancellable {}

impl Cancellable {
    /// One that has not stopped anything yet.
    pub fn new() -> Cancellable {
        // SAFETY: the new reference belongs to the new object.
        let raw = unsafe { ffi::g_cancellable_new() };
        Cancellable {
            raw: NonNull::new(raw).expect("GLib ends the program where there is none"),
        }
    }

    /// Stops the scans that it was given to.
    pub fn cancel(&self) {
        // SAFETY: it lives, and any thread may do so.
        unsafe { ffi::g_cancellable_cancel(self.raw.as_ptr()) };
    }

    /// Whether it was used.
    pub fn is_cancelled(&self) -> bool {
        // SAFETY: it lives, and any thread may do so.
        unsafe { ffi::g_cancellable_is_cancelled(self.raw.as_ptr()) != 0 }
    }
}

impl Default for Cancellable {
    fn default() -> Cancellable {
        Cancellable::new()
    }
}

impl Clone for Cancellable {
    /// The same one.
    fn clone(&self) -> Cancellable {
        // SAFETY: it lives, and the new reference belongs to the clone.
        unsafe { ffi::g_object_ref(self.raw.as_ptr().cast()) };
        Cancellable { raw: self.raw }
    }
}

impl Drop for Cancellable {
    fn drop(&mut self) {
        // SAFETY: the reference is its own.
        unsafe { ffi::g_object_unref(self.raw.as_ptr().cast()) };
    }
}

impl fmt::Debug for Cancellable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cancellable({})", self.is_cancelled())
    }
}

/// What a scanner may see, as it was when it was asked.
pub struct Rights {
    raw: NonNull<ffi::Rights>,
}

// SAFETY: rights never change, and may be read and dropped in any thread.
unsafe impl Send for Rights {}
// SAFETY: as above.
unsafe impl Sync for Rights {}

impl Drop for Rights {
    fn drop(&mut self) {
        // SAFETY: the reference is its own.
        unsafe { ffi::procview_rights_unref(self.raw.as_ptr()) };
    }
}

impl Rights {
    /// Which kernel interface serves a step.
    pub fn backend_name(&self, step: Step) -> Option<&str> {
        word!(self.procview_rights_get_backend_name(step.0))
    }

    /// Whether a step sees everything.
    pub fn sees_all(&self, step: Step) -> bool {
        get!(self.procview_rights_sees_all(step.0)) != 0
    }

    /// The capabilities that would let a step see everything.
    pub fn needs(&self, step: Step) -> Vec<&str> {
        let words = get!(self.procview_rights_get_needs(step.0));
        // SAFETY: the words live as long as the rights, which are borrowed.
        unsafe { text::list(words) }
    }

    /// The capabilities that would let a better interface be opened.
    pub fn opening_needs(&self) -> Vec<&str> {
        let words = get!(self.procview_rights_get_opening_needs());
        // SAFETY: as above.
        unsafe { text::list(words) }
    }

    /// The capabilities that scans still use: all others can be dropped.
    pub fn uses(&self) -> Vec<&str> {
        let words = get!(self.procview_rights_get_uses());
        // SAFETY: as above.
        unsafe { text::list(words) }
    }
}

impl fmt::Debug for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rights")
            .field("uses", &self.uses())
            .finish()
    }
}
