// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// One immutable moment, and who is in it.

use std::fmt;
use std::os::raw::c_char;
use std::ptr::{null, null_mut, NonNull};
use std::time::Duration;

use crate::error::{done, made};
use crate::{ffi, text};
use crate::{Changes, Collect, Error, FdTable, Json, Process, Socket, Step, Task};

/// One immutable moment of the machine: processes, their tasks, the descriptor tables that these share,
/// the descriptors in them and the files behind.
///
/// All parts borrow it. A clone is the same snapshot, and costs nothing; it can be read in any thread.
pub struct Snapshot {
    raw: NonNull<ffi::Snapshot>,
}

// SAFETY: a snapshot never changes, and may be read, referenced and dropped in any thread.
unsafe impl Send for Snapshot {}
// SAFETY: as above.
unsafe impl Sync for Snapshot {}

impl Clone for Snapshot {
    fn clone(&self) -> Snapshot {
        // SAFETY: the snapshot lives, and the new reference belongs to the clone.
        unsafe { ffi::procview_snapshot_ref(self.raw.as_ptr()) };
        Snapshot { raw: self.raw }
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        // SAFETY: the reference is its own, and no part that borrowed it is left.
        unsafe { ffi::procview_snapshot_unref(self.raw.as_ptr()) };
    }
}

/// A better kernel interface that could not be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refusal<'s> {
    /// The step that could not use it.
    pub step: Step,
    /// Its name.
    pub backend: &'s str,
    /// Why, for people.
    pub reason: &'s str,
}

impl Snapshot {
    /// # Safety
    /// The reference belongs to the new object.
    pub(crate) unsafe fn own(raw: NonNull<ffi::Snapshot>) -> Snapshot {
        Snapshot { raw }
    }

    pub(crate) fn as_ptr(&self) -> *mut ffi::Snapshot {
        self.raw.as_ptr()
    }

    /// All processes, by process id.
    pub fn processes(
        &self,
    ) -> impl ExactSizeIterator<Item = Process<'_>> + DoubleEndedIterator + '_ {
        each!(
            Process,
            self.procview_snapshot_get_n_processes,
            procview_snapshot_get_process
        )
    }

    /// The process with that id. The id of a thread that is no leader finds nothing here.
    pub fn process(&self, pid: i32) -> Option<Process<'_>> {
        any!(Process, self.procview_snapshot_find_process(pid))
    }

    /// How many tasks all processes have together.
    pub fn n_tasks(&self) -> u32 {
        get!(self.procview_snapshot_get_n_tasks())
    }

    /// The task with that thread id, leader or not.
    pub fn task(&self, tid: i32) -> Option<Task<'_>> {
        any!(Task, self.procview_snapshot_find_task(tid))
    }

    /// All descriptor tables, by owner and first task. None if they were not asked for.
    pub fn fd_tables(
        &self,
    ) -> impl ExactSizeIterator<Item = FdTable<'_>> + DoubleEndedIterator + '_ {
        each!(
            FdTable,
            self.procview_snapshot_get_n_fd_tables,
            procview_snapshot_get_fd_table
        )
    }

    /// How many descriptors all tables hold together.
    pub fn n_descriptors(&self) -> u32 {
        get!(self.procview_snapshot_get_n_descriptors())
    }

    /// All sockets, by inode number. Those that no descriptor leads to may be among them.
    pub fn sockets(&self) -> impl ExactSizeIterator<Item = Socket<'_>> + DoubleEndedIterator + '_ {
        each!(
            Socket,
            self.procview_snapshot_get_n_sockets,
            procview_snapshot_get_socket
        )
    }

    /// Whether all that was asked for is here.
    pub fn is_complete(&self) -> bool {
        get!(self.procview_snapshot_is_complete()) != 0
    }

    /// Whether `/proc` is mounted so that processes of other users are kept from the caller.
    pub fn has_hidden_processes(&self) -> bool {
        get!(self.procview_snapshot_has_hidden_processes()) != 0
    }

    /// What the query asked for, with all that it implied.
    pub fn collected(&self) -> Collect {
        Collect(get!(self.procview_snapshot_get_collected()))
    }

    /// Which kernel interface served a step; `None` if the step was not asked for.
    pub fn backend_name(&self, step: Step) -> Option<&str> {
        word!(self.procview_snapshot_get_backend_name(step.0))
    }

    /// Which better kernel interfaces could not be used, and why.
    pub fn refusals(&self) -> Vec<Refusal<'_>> {
        let n = get!(self.procview_snapshot_get_n_refusals());
        (0..n).map(|index| self.refusal(index)).collect()
    }

    fn refusal(&self, index: u32) -> Refusal<'_> {
        let mut step = 0;
        let mut backend: *const c_char = null();
        // SAFETY: the index is in range; what is returned and set is in the snapshot, which is borrowed.
        let (reason, backend) = unsafe {
            let reason = ffi::procview_snapshot_get_refusal(
                self.raw.as_ptr(),
                index,
                &mut step,
                &mut backend,
            );
            (text::word(reason), text::word(backend))
        };
        Refusal {
            step: Step(step),
            backend: backend.unwrap_or_default(),
            reason: reason.unwrap_or_default(),
        }
    }

    /// How long the scan took.
    pub fn duration(&self) -> Duration {
        Duration::from_nanos(get!(self.procview_snapshot_get_duration_ns()))
    }

    /// How many descriptors were not read because their table had been read already.
    pub fn duplicates_avoided(&self) -> u64 {
        get!(self.procview_snapshot_get_duplicates_avoided())
    }

    /// How many calls of kcmp(2) the scan made.
    pub fn kcmp_calls(&self) -> u64 {
        get!(self.procview_snapshot_get_kcmp_calls())
    }

    /// How much memory the snapshot holds.
    pub fn memory_bytes(&self) -> u64 {
        get!(self.procview_snapshot_get_memory_bytes())
    }

    /// The snapshot as JSON, schema 1: UTF-8, with every other byte of names escaped.
    pub fn to_json(&self, flags: Json) -> Result<Vec<u8>, Error> {
        // SAFETY: the stream is this function's own; its bytes are copied before it is dropped.
        unsafe {
            let stream = ffi::g_memory_output_stream_new_resizable();
            let written = done(|error| {
                ffi::procview_snapshot_write_json(
                    self.raw.as_ptr(),
                    stream,
                    flags.0,
                    None,
                    null_mut(),
                    null_mut(),
                    error,
                )
            });
            let json = written.map(|()| written_bytes(stream));
            ffi::g_object_unref(stream.cast());
            json
        }
    }

    /// What has become different from this snapshot to a later one.
    pub fn compare(&self, after: &Snapshot) -> Result<Changes, Error> {
        // SAFETY: both snapshots live; the changes take references of their own.
        unsafe {
            made(|error| ffi::procview_snapshot_compare(self.as_ptr(), after.as_ptr(), error))
                .map(|raw| Changes::own(raw))
        }
    }
}

/// # Safety
/// `stream` is a memory stream that nobody else has.
unsafe fn written_bytes(stream: *mut ffi::GOutputStream) -> Vec<u8> {
    let size = ffi::g_memory_output_stream_get_data_size(stream);
    let data = ffi::g_memory_output_stream_get_data(stream);

    if data.is_null() {
        return Vec::new();
    }
    std::slice::from_raw_parts(data.cast::<u8>(), size).to_vec()
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("processes", &self.processes().len())
            .field("tasks", &self.n_tasks())
            .field("fd_tables", &self.fd_tables().len())
            .field("descriptors", &self.n_descriptors())
            .finish()
    }
}
