// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// Processes and their tasks.

use std::ffi::{CStr, OsStr};
use std::fmt;
use std::os::unix::ffi::OsStrExt;

use crate::{FdTable, Namespace};

part! {
    /// A process: a thread group. It has no descriptor table of its own: its tasks have.
    Process
}

part! {
    /// A thread.
    Task
}

/// `RLIMIT_NOFILE`; `u64::MAX` is no limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FdLimit {
    /// The limit in force.
    pub soft: u64,
    /// How far the process may raise it.
    pub hard: u64,
}

/// What is 0 where it is unknown.
fn known(number: u64) -> Option<u64> {
    (number != 0).then_some(number)
}

impl<'s> Process<'s> {
    /// The process id, in the pid namespace of `/proc`.
    pub fn pid(self) -> i32 {
        get!(self.procview_process_get_pid())
    }

    /// The parent; 0 if it is outside the pid namespace, or there is none.
    pub fn ppid(self) -> i32 {
        get!(self.procview_process_get_ppid())
    }

    /// The process group; 0 if it is outside the pid namespace.
    pub fn pgid(self) -> i32 {
        get!(self.procview_process_get_pgid())
    }

    /// The session; 0 if it is outside the pid namespace.
    pub fn sid(self) -> i32 {
        get!(self.procview_process_get_sid())
    }

    /// When the leader was started, in nanoseconds since boot.
    pub fn start_time_ns(self) -> Option<u64> {
        known(get!(self.procview_process_get_start_time_ns()))
    }

    /// A number that no other process has had since boot (Linux 6.9).
    pub fn identity(self) -> Option<u64> {
        known(get!(self.procview_process_get_identity()))
    }

    /// Whether it is known to be a thread of the kernel.
    pub fn is_kernel_thread(self) -> bool {
        get!(self.procview_process_is_kernel_thread()) != 0
    }

    /// The program that it runs (`Collect::COMMANDS`).
    pub fn exe(self) -> Option<&'s OsStr> {
        name!(self.procview_process_get_exe())
    }

    /// The command line (`Collect::COMMANDS`); empty if there is none or it is unknown.
    pub fn arguments(self) -> Vec<&'s OsStr> {
        let n = get!(self.procview_process_get_n_arguments());
        let mut all = Vec::with_capacity(n as usize);

        if n == 0 {
            return all;
        }
        let mut next = get!(self.procview_process_get_argument(0));
        for _ in 0..n {
            // SAFETY: the snapshot is borrowed, and has n arguments, one behind the other, each ended by
            // a zero byte.
            let argument: &'s CStr = unsafe { CStr::from_ptr(next) };
            let bytes = argument.to_bytes_with_nul();
            all.push(OsStr::from_bytes(argument.to_bytes()));
            // SAFETY: as above; behind the last one it points to the end, and is not read any more.
            next = unsafe { next.add(bytes.len()) };
        }
        all
    }

    /// How many descriptors it may have (`Collect::LIMITS`).
    pub fn fd_limit(self) -> Option<FdLimit> {
        told_pair!(self.procview_process_get_fd_limit() -> u64)
            .map(|(soft, hard)| FdLimit { soft, hard })
    }

    /// The working directory of the leader (`Collect::CONTEXT`).
    pub fn cwd(self) -> Option<&'s OsStr> {
        name!(self.procview_process_get_cwd())
    }

    /// The root directory of the leader (`Collect::CONTEXT`).
    pub fn root(self) -> Option<&'s OsStr> {
        name!(self.procview_process_get_root())
    }

    /// The inode number of a namespace that the leader is in (`Collect::CONTEXT`).
    pub fn namespace(self, namespace: Namespace) -> Option<u64> {
        known(get!(self.procview_process_get_namespace(namespace.0)))
    }

    /// The leader's cgroup in the version-2 hierarchy (`Collect::CONTEXT`).
    pub fn cgroup_id(self) -> Option<u64> {
        known(get!(self.procview_process_get_cgroup_id()))
    }

    /// The task whose thread id is the process id. It may be a zombie while others live on.
    pub fn leader(self) -> Task<'s> {
        the!(Task, self.procview_process_get_leader())
    }

    /// All tasks, by thread id.
    pub fn tasks(self) -> impl ExactSizeIterator<Item = Task<'s>> + DoubleEndedIterator + 's {
        each!(
            Task,
            self.procview_process_get_n_tasks,
            procview_process_get_task
        )
    }
}

impl<'s> Task<'s> {
    /// The thread id, in the pid namespace of `/proc`.
    pub fn tid(self) -> i32 {
        get!(self.procview_task_get_tid())
    }

    /// The process that it is a thread of.
    pub fn process(self) -> Process<'s> {
        the!(Process, self.procview_task_get_process())
    }

    /// Whether its thread id is the process id.
    pub fn is_leader(self) -> bool {
        get!(self.procview_task_is_leader()) != 0
    }

    /// Whether more is known than its number and its table (`Collect::THREADS`; leaders always).
    pub fn has_details(self) -> bool {
        get!(self.procview_task_has_details()) != 0
    }

    /// Its name.
    pub fn comm(self) -> Option<&'s OsStr> {
        name!(self.procview_task_get_comm())
    }

    /// Its state, a letter as in field 3 of `/proc/PID/stat`.
    pub fn state(self) -> Option<char> {
        let letter = get!(self.procview_task_get_state()) as u8;
        (letter != 0).then_some(char::from(letter))
    }

    fn detail(self, id: u32) -> Option<u32> {
        self.has_details().then_some(id)
    }

    /// The real user id.
    pub fn uid(self) -> Option<u32> {
        self.detail(get!(self.procview_task_get_uid()))
    }

    /// The effective user id.
    pub fn euid(self) -> Option<u32> {
        self.detail(get!(self.procview_task_get_euid()))
    }

    /// The real group id.
    pub fn gid(self) -> Option<u32> {
        self.detail(get!(self.procview_task_get_gid()))
    }

    /// The effective group id.
    pub fn egid(self) -> Option<u32> {
        self.detail(get!(self.procview_task_get_egid()))
    }

    /// When it was started, in nanoseconds since boot.
    pub fn start_time_ns(self) -> Option<u64> {
        known(get!(self.procview_task_get_start_time_ns()))
    }

    /// A number that no other task has had since boot (Linux 6.9).
    pub fn identity(self) -> Option<u64> {
        known(get!(self.procview_task_get_identity()))
    }

    /// Its numbers in nested pid namespaces, from that of `/proc` on; none if they are unknown.
    pub fn ns_tids(self) -> impl ExactSizeIterator<Item = i32> + DoubleEndedIterator + 's {
        (0..get!(self.procview_task_get_n_ns_tids()))
            .map(move |index| get!(self.procview_task_get_ns_tid(index)))
    }

    /// Its descriptor table (`Collect::TABLES`). Tasks that share one have equal ones.
    pub fn fd_table(self) -> Option<FdTable<'s>> {
        any!(FdTable, self.procview_task_get_fd_table())
    }
}

impl fmt::Debug for Process<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Process({} {:?})",
            self.pid(),
            self.leader().comm().unwrap_or_default()
        )
    }
}

impl fmt::Debug for Task<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Task({} {:?})",
            self.tid(),
            self.comm().unwrap_or_default()
        )
    }
}
