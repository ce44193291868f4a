// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// How many, and how near to the limit.

use std::fmt;
use std::marker::PhantomData;
use std::ptr::{null_mut, NonNull};

use crate::error::made;
use crate::ffi;
use crate::{Error, FdTable, Kind, Process, Snapshot};

/// Sums over the tables of one snapshot. A table counts once, however many of those who share it are
/// added.
pub struct Counts<'s> {
    raw: NonNull<ffi::Counts>,
    snapshot: PhantomData<&'s Snapshot>,
}

// SAFETY: any thread may use them, as long as one does so at a time; there is no `Sync`.
unsafe impl Send for Counts<'_> {}

/// A sum, and whether it is all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sum {
    /// What was found.
    pub n: u64,
    /// Whether everything was looked at; if not, it is a lower bound.
    pub is_known: bool,
}

impl Drop for Counts<'_> {
    fn drop(&mut self) {
        // SAFETY: the reference is its own.
        unsafe { ffi::procview_counts_unref(self.raw.as_ptr()) };
    }
}

impl<'s> Counts<'s> {
    /// Sums over nothing as yet.
    pub fn new(snapshot: &'s Snapshot) -> Result<Counts<'s>, Error> {
        // SAFETY: the new reference belongs to the new object.
        unsafe { made(|error| ffi::procview_counts_new(snapshot.as_ptr(), error)) }.map(|raw| {
            Counts {
                raw,
                snapshot: PhantomData,
            }
        })
    }

    /// Adds a process of the same snapshot, its threads, and all tables that these use.
    pub fn add_process(&mut self, process: Process<'s>) {
        // SAFETY: both live; one of another snapshot is refused by the library.
        unsafe { ffi::procview_counts_add_process(self.raw.as_ptr(), process.as_ptr()) };
    }

    /// Adds one table of the same snapshot.
    pub fn add_fd_table(&mut self, table: FdTable<'s>) {
        // SAFETY: both live; one of another snapshot is refused by the library.
        unsafe { ffi::procview_counts_add_fd_table(self.raw.as_ptr(), table.as_ptr()) };
    }

    /// How many processes were added.
    pub fn n_processes(&self) -> u32 {
        get!(self.procview_counts_get_n_processes())
    }

    /// How many threads they have.
    pub fn n_tasks(&self) -> u32 {
        get!(self.procview_counts_get_n_tasks())
    }

    /// How many different tables were added.
    pub fn n_fd_tables(&self) -> u32 {
        get!(self.procview_counts_get_n_fd_tables())
    }

    /// How many of these are used by several processes.
    pub fn n_shared_fd_tables(&self) -> u32 {
        get!(self.procview_counts_get_n_shared_fd_tables())
    }

    /// Of how many it is not known how many descriptors they have.
    pub fn n_unread_fd_tables(&self) -> u32 {
        get!(self.procview_counts_get_n_unread_fd_tables())
    }

    /// How many descriptors are open in them.
    pub fn n_descriptors(&self) -> Sum {
        let mut n = 0;
        // SAFETY: the sums live, and the function sets one number.
        let known =
            unsafe { ffi::procview_counts_get_n_descriptors(self.raw.as_ptr(), &mut n) } != 0;
        Sum { n, is_known: known }
    }

    /// How many descriptors lead to a file of one kind.
    pub fn n_of_kind(&self, kind: Kind) -> Sum {
        let mut n = 0;
        // SAFETY: the sums live, and the function sets one number.
        let known =
            unsafe { ffi::procview_counts_get_n_of_kind(self.raw.as_ptr(), kind.0, &mut n) } != 0;
        Sum { n, is_known: known }
    }

    /// The process that is nearest to its limit on descriptors, and what share of it its largest table
    /// uses.
    pub fn limit_share(&self) -> Option<(f64, Process<'s>)> {
        let mut share = 0.0;
        let mut process = null_mut();
        // SAFETY: the sums live; the process, if any, is of the snapshot that they borrow.
        unsafe {
            ffi::procview_counts_get_limit_share(self.raw.as_ptr(), &mut share, &mut process);
            Process::find(process).map(|nearest| (share, nearest))
        }
    }
}

impl fmt::Debug for Counts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counts")
            .field("processes", &self.n_processes())
            .field("fd_tables", &self.n_fd_tables())
            .field("descriptors", &self.n_descriptors())
            .finish()
    }
}
