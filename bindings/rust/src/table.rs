// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// Descriptor tables, and the descriptors in them.

use std::fmt;

use crate::{File, Process, Proof, Reason, Status, Task};

part! {
    /// A descriptor table: the tasks that share it, and its descriptors. It is there even if it could
    /// not be read.
    FdTable
}

part! {
    /// A number in a descriptor table, that leads to a file.
    Descriptor
}

impl<'s> FdTable<'s> {
    /// A number, from 1, in the order of the snapshot.
    pub fn id(self) -> u32 {
        get!(self.procview_fd_table_get_id())
    }

    /// How much of it is in the snapshot.
    pub fn status(self) -> Status {
        Status(get!(self.procview_fd_table_get_status()))
    }

    /// Why it is not whole.
    pub fn reason(self) -> Reason {
        Reason(get!(self.procview_fd_table_get_reason()))
    }

    /// What the caller would need to read all of it, or to be told who shares it.
    pub fn needs(self) -> Option<&'s str> {
        word!(self.procview_fd_table_get_needs())
    }

    /// How the library knows who shares it.
    pub fn proof(self) -> Proof {
        Proof(get!(self.procview_fd_table_get_proof()))
    }

    /// Through which kernel interface it was read.
    pub fn backend_name(self) -> Option<&'s str> {
        word!(self.procview_fd_table_get_backend_name())
    }

    /// The process with the lowest id, of those that share it.
    pub fn owner(self) -> Process<'s> {
        the!(Process, self.procview_fd_table_get_owner())
    }

    /// The tasks that share it, by process and thread id, as far as the query asked for them.
    pub fn tasks(self) -> impl ExactSizeIterator<Item = Task<'s>> + DoubleEndedIterator + 's {
        each!(
            Task,
            self.procview_fd_table_get_n_tasks,
            procview_fd_table_get_task
        )
    }

    /// How many descriptors are open in it, which can be known without reading them.
    pub fn open_count(self) -> Option<u32> {
        told!(self.procview_fd_table_get_open_count() -> u32)
    }

    /// Whether its descriptors were to be read, and not only to be counted.
    pub fn has_descriptors(self) -> bool {
        get!(self.procview_fd_table_has_descriptors()) != 0
    }

    /// Its descriptors, by number (`Collect::DESCRIPTORS`).
    pub fn descriptors(
        self,
    ) -> impl ExactSizeIterator<Item = Descriptor<'s>> + DoubleEndedIterator + 's {
        each!(
            Descriptor,
            self.procview_fd_table_get_n_descriptors,
            procview_fd_table_get_descriptor
        )
    }

    /// The descriptor with that number.
    pub fn descriptor(self, fd: i32) -> Option<Descriptor<'s>> {
        any!(Descriptor, self.procview_fd_table_find_descriptor(fd))
    }
}

impl<'s> Descriptor<'s> {
    /// Its number.
    pub fn fd(self) -> i32 {
        get!(self.procview_descriptor_get_fd())
    }

    /// Whether it is closed on execve(2).
    pub fn cloexec(self) -> Option<bool> {
        told!(self.procview_descriptor_get_cloexec() -> i32).map(|mark| mark != 0)
    }

    /// The file that it leads to. With `Collect::DESCRIPTIONS`, descriptors of the same open file
    /// description have equal ones.
    pub fn file(self) -> File<'s> {
        the!(File, self.procview_descriptor_get_file())
    }

    /// The table that it is in.
    pub fn fd_table(self) -> FdTable<'s> {
        the!(FdTable, self.procview_descriptor_get_fd_table())
    }

    /// The descriptors at the other end (`Collect::PEERS`).
    pub fn peers(self) -> Vec<Descriptor<'s>> {
        list!(Descriptor, self.procview_descriptor_list_peers())
    }
}

impl fmt::Debug for FdTable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "FdTable({} of {:?}, {}, {} tasks, {} descriptors)",
            self.id(),
            self.owner(),
            self.status(),
            self.tasks().len(),
            self.descriptors().len()
        )
    }
}

impl fmt::Debug for Descriptor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Descriptor({} {:?})", self.fd(), self.file())
    }
}
