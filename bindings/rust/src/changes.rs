// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// What became different between two snapshots.

use std::fmt;
use std::ptr::NonNull;

use crate::ffi;
use crate::{ChangeKind, Descriptor, FdTable, Process, Task};

/// The changes from one snapshot to another, which it keeps alive.
pub struct Changes {
    raw: NonNull<ffi::Changes>,
}

// SAFETY: changes never change themselves, and may be read and dropped in any thread.
unsafe impl Send for Changes {}
// SAFETY: as above.
unsafe impl Sync for Changes {}

impl Drop for Changes {
    fn drop(&mut self) {
        // SAFETY: the reference is its own, and no part that borrowed it is left.
        unsafe { ffi::procview_changes_unref(self.raw.as_ptr()) };
    }
}

impl Changes {
    /// # Safety
    /// The reference belongs to the new object.
    pub(crate) unsafe fn own(raw: NonNull<ffi::Changes>) -> Changes {
        Changes { raw }
    }

    /// All changes.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Change<'_>> + DoubleEndedIterator + '_ {
        each!(
            Change,
            self.procview_changes_get_n_changes,
            procview_changes_get_change
        )
    }
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

part! {
    /// One change. What is of before, or of after, is missing where there was, or is, nothing.
    Change
}

impl<'s> Change<'s> {
    /// What has happened.
    pub fn kind(self) -> ChangeKind {
        ChangeKind(get!(self.procview_change_get_kind()))
    }

    /// The process, in the snapshot before.
    pub fn process_before(self) -> Option<Process<'s>> {
        any!(Process, self.procview_change_get_process_before())
    }

    /// The process, in the snapshot after.
    pub fn process_after(self) -> Option<Process<'s>> {
        any!(Process, self.procview_change_get_process_after())
    }

    /// The task, in the snapshot before.
    pub fn task_before(self) -> Option<Task<'s>> {
        any!(Task, self.procview_change_get_task_before())
    }

    /// The task, in the snapshot after.
    pub fn task_after(self) -> Option<Task<'s>> {
        any!(Task, self.procview_change_get_task_after())
    }

    /// The table, in the snapshot before.
    pub fn fd_table_before(self) -> Option<FdTable<'s>> {
        any!(FdTable, self.procview_change_get_fd_table_before())
    }

    /// The table, in the snapshot after.
    pub fn fd_table_after(self) -> Option<FdTable<'s>> {
        any!(FdTable, self.procview_change_get_fd_table_after())
    }

    /// The descriptor, in the snapshot before.
    pub fn descriptor_before(self) -> Option<Descriptor<'s>> {
        any!(Descriptor, self.procview_change_get_descriptor_before())
    }

    /// The descriptor, in the snapshot after.
    pub fn descriptor_after(self) -> Option<Descriptor<'s>> {
        any!(Descriptor, self.procview_change_get_descriptor_after())
    }
}

impl fmt::Debug for Change<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let process = self.process_after().or_else(|| self.process_before());
        let descriptor = self.descriptor_after().or_else(|| self.descriptor_before());
        write!(f, "Change({} {:?} {:?})", self.kind(), process, descriptor)
    }
}
