// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// The enumerations and flags of the library. Not enums of Rust: a library that is newer than this file
// may return values that are not listed, and they have to be something. They match like enums do.

use std::fmt;
use std::ops::{BitOr, BitOrAssign};

use crate::ffi;
use crate::text::word;

macro_rules! values {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $value:ident = $number:expr,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) u32);

        impl $name {
            $($(#[$each])* pub const $value: $name = $name($number);)*
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match *self {
                    $($name::$value => f.write_str(stringify!($value)),)*
                    $name(number) => write!(f, "{}({})", stringify!($name), number),
                }
            }
        }
    };
}

/// Gives a type the library's own word for each of its values.
macro_rules! words {
    ($name:ident, $to_string:ident) => {
        impl $name {
            /// The word for it, as in JSON.
            pub fn name(self) -> &'static str {
                // SAFETY: takes any number, and returns text that lives as long as the library, or NULL.
                unsafe { word(ffi::$to_string(self.0)) }.unwrap_or("unknown")
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

macro_rules! flags {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $flag:ident = $bits:expr,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub struct $name(pub(crate) u32);

        impl $name {
            $($(#[$each])* pub const $flag: $name = $name($bits);)*

            /// Whether all flags of `other` are among these.
            pub const fn contains(self, other: $name) -> bool {
                self.0 & other.0 == other.0
            }

            /// The flags as the library counts them.
            pub const fn bits(self) -> u32 {
                self.0
            }
        }

        impl BitOr for $name {
            type Output = $name;

            fn bitor(self, other: $name) -> $name {
                $name(self.0 | other.0)
            }
        }

        impl BitOrAssign for $name {
            fn bitor_assign(&mut self, other: $name) {
                self.0 |= other.0;
            }
        }
    };
}

values! {
    /// Where a scanner takes its facts from.
    Backend {
        /// The best that works here, step by step.
        AUTO = 0,
        /// What `/proc` shows: any kernel, no privilege for one's own processes.
        PROCFS = 1,
        /// pidfd_getfd(2), Linux 5.9. Does not see close-on-exec.
        PIDFD = 2,
        /// BPF iterators, Linux 6.1 with BTF; `CAP_BPF` and `CAP_PERFMON` to open.
        BPF = 3,
    }
}

values! {
    /// The steps of a scan; each may be served by another kernel interface.
    Step {
        /// Listing processes and threads.
        TASKS = 0,
        /// Finding out which tasks share a descriptor table.
        GROUPING = 1,
        /// Reading the descriptors of each table.
        FILES = 2,
    }
}

values! {
    /// How much of a table is in the snapshot.
    Status {
        /// Read whole.
        OK = 0,
        /// Some of it is here; the reason says why not all.
        PARTIAL = 1,
        /// The caller may not read it.
        DENIED = 2,
        /// Its last task exited before it could be read.
        GONE = 3,
    }
}
words!(Status, procview_status_to_string);

values! {
    /// Why a table is not whole.
    Reason {
        /// Nothing is missing.
        NONE = 0,
        /// The kernel refused access (`EPERM`, `EACCES`).
        DENIED = 1,
        /// The last task that had the table exited while it was read.
        EXITED = 2,
        /// The tasks changed their tables faster than could be read.
        CHANGED = 3,
        /// The calling process, or the machine, ran out of descriptors.
        NO_DESCRIPTORS = 4,
        /// The kernel failed in a way that the library has no word for.
        FAILED = 5,
    }
}
words!(Reason, procview_reason_to_string);

values! {
    /// How the library knows which tasks share a table.
    Proof {
        /// kcmp(2) is missing or was refused: the threads of one process are taken to share one.
        ASSUMED = 0,
        /// kcmp(2) said that these tasks share, and that no others do.
        KCMP = 1,
        /// The kernel's own pointers were seen to be equal.
        KERNEL = 2,
    }
}
words!(Proof, procview_proof_to_string);

values! {
    /// What a file is. More may come.
    Kind {
        /// Could not be examined, or is of no kind known to the library.
        UNKNOWN = 0,
        /// Regular file.
        REGULAR = 1,
        /// Directory.
        DIRECTORY = 2,
        /// A symbolic link itself, opened with `O_PATH`.
        SYMLINK = 3,
        /// Character device.
        CHARDEV = 4,
        /// Block device.
        BLOCKDEV = 5,
        /// Pipe without a name.
        PIPE = 6,
        /// Pipe with a name.
        FIFO = 7,
        /// Socket.
        SOCKET = 8,
        /// eventfd(2).
        EVENTFD = 9,
        /// epoll_create(2).
        EVENTPOLL = 10,
        /// timerfd_create(2).
        TIMERFD = 11,
        /// signalfd(2).
        SIGNALFD = 12,
        /// inotify_init(2).
        INOTIFY = 13,
        /// fanotify_init(2).
        FANOTIFY = 14,
        /// pidfd_open(2).
        PIDFD = 15,
        /// io_uring_setup(2).
        IO_URING = 16,
        /// BPF map.
        BPF_MAP = 17,
        /// BPF program.
        BPF_PROG = 18,
        /// BPF link.
        BPF_LINK = 19,
        /// userfaultfd(2).
        USERFAULTFD = 20,
        /// perf_event_open(2).
        PERF_EVENT = 21,
        /// memfd_create(2).
        MEMFD = 22,
        /// POSIX message queue.
        MQUEUE = 23,
        /// Namespace.
        NSFS = 24,
        /// Another anonymous inode; the path names it.
        ANON_INODE = 25,
        /// memfd_secret(2).
        SECRETMEM = 26,
    }
}
words!(Kind, procview_kind_to_string);

values! {
    /// The namespaces that a process is in.
    Namespace {
        /// cgroup_namespaces(7).
        CGROUP = 0,
        /// ipc_namespaces(7).
        IPC = 1,
        /// mount_namespaces(7).
        MNT = 2,
        /// network_namespaces(7).
        NET = 3,
        /// pid_namespaces(7), that of the process itself.
        PID = 4,
        /// time_namespaces(7).
        TIME = 5,
        /// user_namespaces(7).
        USER = 6,
        /// uts_namespaces(7).
        UTS = 7,
    }
}

values! {
    /// What became different between two snapshots.
    ChangeKind {
        /// A process is there that was not.
        PROCESS_STARTED = 0,
        /// A process is there no more.
        PROCESS_ENDED = 1,
        /// A process runs another program.
        PROCESS_EXECUTED = 2,
        /// A task shares a table with tasks that it did not share one with.
        TABLE_JOINED = 3,
        /// A task shares a table no more with tasks that it shared one with.
        TABLE_LEFT = 4,
        /// A descriptor was opened.
        DESCRIPTOR_OPENED = 5,
        /// A descriptor was closed.
        DESCRIPTOR_CLOSED = 6,
        /// A descriptor leads to another file.
        DESCRIPTOR_REPLACED = 7,
    }
}
words!(ChangeKind, procview_change_kind_to_string);

/// What is known of files of one kind: the count of an eventfd, the clock of a timerfd, …
///
/// There are many, and more will come, so a fact is met by [`File::facts`](crate::File::facts) and
/// known by its group and its name, which are those of the JSON.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fact(pub(crate) u32);
words!(Fact, procview_fact_to_string);

impl Fact {
    /// The word for the group that it belongs to: `eventfd`, `pipe`, …
    pub fn group(self) -> &'static str {
        // SAFETY: takes any number, and returns text that lives as long as the library, or NULL.
        unsafe { word(ffi::procview_fact_get_group(self.0)) }.unwrap_or("unknown")
    }

    /// Whether it is told as text, and not as a number.
    pub fn is_text(self) -> bool {
        // SAFETY: takes any number, and returns one.
        unsafe { ffi::procview_fact_get_fact_type(self.0) == ffi::FACT_TYPE_TEXT }
    }
}

impl fmt::Debug for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.group(), self.name())
    }
}

flags! {
    /// How a scanner is made.
    ScannerFlags {
        /// Nothing out of the ordinary.
        NONE = 0,
        /// Show no more than the caller could see without the scanner.
        OWN_VIEW = 1 << 0,
        /// Leave out the programs that tell more than tables, files and their names.
        TABLES_ONLY = 1 << 1,
        /// One snapshot, or two, is all that will be taken.
        ONCE = 1 << 2,
    }
}

flags! {
    /// What a scan collects. Less costs less: what is not asked for is not read from the kernel.
    Collect {
        /// Processes and the numbers of their threads.
        NOTHING = 0,
        /// Name, state, credentials and start time of every thread, not just of the leaders.
        THREADS = 1 << 0,
        /// Command line and executable of processes.
        COMMANDS = 1 << 1,
        /// `RLIMIT_NOFILE` of processes.
        LIMITS = 1 << 2,
        /// Which tasks share a descriptor table, and how many descriptors it has.
        TABLES = 1 << 3,
        /// Descriptors and the files behind them.
        DESCRIPTORS = 1 << 4,
        /// Names of the files.
        PATHS = 1 << 5,
        /// Which descriptors have the same open file description.
        DESCRIPTIONS = 1 << 6,
        /// All of these, and what a query collects that does not say.
        ALL = (1 << 7) - 1,
        /// Working directory, root, namespaces and cgroup of processes.
        CONTEXT = 1 << 7,
        /// What files are beyond what all have: facts.
        DETAILS = 1 << 8,
        /// Addresses, states and queues of sockets.
        SOCKETS = 1 << 9,
        /// File locks and leases.
        LOCKS = 1 << 10,
        /// Type and source of the file systems that files lie on.
        MOUNTS = 1 << 11,
        /// Working directory, root and umask of tasks, and executables.
        PLACES = 1 << 12,
        /// Files that are mapped into memory.
        MAPPINGS = 1 << 13,
        /// Who is at the other end of pipes, sockets and the like.
        PEERS = 1 << 14,
        /// Files that are held by a queue or a ring.
        HOLDINGS = 1 << 15,
        /// All that there is.
        EVERYTHING = (1 << 16) - 1,
    }
}

flags! {
    /// Who else belongs to an answer about certain processes.
    Relatives {
        /// Nobody else.
        NONE = 0,
        /// Their ancestors and descendants.
        FAMILY = 1 << 0,
        /// Processes that share a descriptor table with them.
        SHARERS = 1 << 1,
        /// Nobody more: of those a count of descriptors will do (`FdTable::has_descriptors`).
        COUNTED = 1 << 2,
    }
}

flags! {
    /// For what a file is open.
    Access {
        /// Neither, or it is unknown.
        NONE = 0,
        /// Reading.
        READ = 1 << 0,
        /// Writing.
        WRITE = 1 << 1,
    }
}

flags! {
    /// Directions of a socket that shutdown(2) has ended.
    Shutdown {
        /// Neither.
        NONE = 0,
        /// Nothing is received any more.
        RECEIVE = 1 << 0,
        /// Nothing is sent any more.
        SEND = 1 << 1,
    }
}

flags! {
    /// Form and extent of a snapshot written as JSON.
    Json {
        /// One document.
        DOCUMENT = 0,
        /// One object a line: the head, then each process, then each table.
        LINES = 1 << 0,
        /// With the tasks of a process that are not its leader.
        THREADS = 1 << 1,
        /// With the descriptors of tables.
        FILES = 1 << 2,
    }
}
