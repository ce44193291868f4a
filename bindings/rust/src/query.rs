// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// What a scan is asked for. Here it is plain data, and handed over when a scan begins, so that nobody
// can change it meanwhile.

use std::ptr::NonNull;

use crate::ffi;
use crate::{Collect, Relatives};

/// Narrows a scan. What is not asked for is not read from the kernel.
///
/// ```
/// use procview::{Collect, Query};
///
/// let query = Query::new().pid(1).pid(2).collect(Collect::LIMITS | Collect::SOCKETS);
/// ```
///
/// Without process ids it is about all processes, without users about those of all users. Mind that a
/// list of ids that came out empty asks for all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Query {
    pids: Vec<i32>,
    users: Vec<u32>,
    inodes: Vec<u64>,
    ports: Vec<u16>,
    relatives: Relatives,
    collect: Collect,
}

impl Default for Query {
    fn default() -> Query {
        Query::new()
    }
}

impl Query {
    /// About every process, collecting `Collect::ALL`.
    pub fn new() -> Query {
        Query {
            pids: Vec::new(),
            users: Vec::new(),
            inodes: Vec::new(),
            ports: Vec::new(),
            relatives: Relatives::NONE,
            collect: Collect::ALL,
        }
    }

    /// One more process, by its id or that of any of its threads. If it is below 1, the scan fails.
    #[must_use]
    pub fn pid(mut self, pid: i32) -> Query {
        self.pids.push(pid);
        self
    }

    /// Several more processes.
    #[must_use]
    pub fn pids(mut self, pids: impl IntoIterator<Item = i32>) -> Query {
        self.pids.extend(pids);
        self
    }

    /// The processes of one more user.
    #[must_use]
    pub fn user(mut self, uid: u32) -> Query {
        self.users.push(uid);
        self
    }

    /// Only processes that have something with that inode number. That makes a search cheap and is not
    /// its answer: the device is not compared, and everybody may be in the snapshot.
    #[must_use]
    pub fn inode(mut self, inode: u64) -> Query {
        self.inodes.push(inode);
        self
    }

    /// Only processes that have an internet socket with that port, at either end. As with inodes, it is
    /// not the answer.
    #[must_use]
    pub fn port(mut self, port: u16) -> Query {
        self.ports.push(port);
        self
    }

    /// The relatives, too, of the processes that are asked for.
    #[must_use]
    pub fn relatives(mut self, relatives: Relatives) -> Query {
        self.relatives = relatives;
        self
    }

    /// What to collect; what it implies is added.
    #[must_use]
    pub fn collect(mut self, collect: Collect) -> Query {
        self.collect = collect;
        self
    }

    pub(crate) fn hand_over(&self) -> Handed {
        // SAFETY: the query is new and nobody else has it yet; all else is numbers.
        unsafe {
            let raw = ffi::procview_query_new();
            for pid in &self.pids {
                ffi::procview_query_add_pid(raw, *pid);
            }
            for uid in &self.users {
                ffi::procview_query_add_user(raw, *uid);
            }
            for inode in &self.inodes {
                ffi::procview_query_add_inode(raw, *inode);
            }
            for port in &self.ports {
                ffi::procview_query_add_port(raw, *port);
            }
            ffi::procview_query_set_relatives(raw, self.relatives.bits());
            ffi::procview_query_set_collect(raw, self.collect.bits());
            Handed {
                raw: NonNull::new(raw).expect("GLib ends the program where there is none"),
            }
        }
    }
}

/// A query as the library has it, for one scan.
pub(crate) struct Handed {
    pub(crate) raw: NonNull<ffi::Query>,
}

impl Drop for Handed {
    fn drop(&mut self) {
        // SAFETY: the reference is its own.
        unsafe { ffi::procview_query_unref(self.raw.as_ptr()) };
    }
}
