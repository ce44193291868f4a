// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// What descriptors lead to.

use std::ffi::OsStr;
use std::fmt;

use crate::{Access, Descriptor, Fact, Kind, Process, Socket};

part! {
    /// An open file description: the kernel's `struct file`.
    File
}

/// A device.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Device {
    /// Its major number.
    pub major: u32,
    /// Its minor number.
    pub minor: u32,
}

/// What a fact says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FactValue<'s> {
    /// A number, bits, or 0 or 1.
    Number(u64),
    /// Text: bytes that anybody may have chosen.
    Text(&'s OsStr),
}

impl<'s> File<'s> {
    /// What it is.
    pub fn kind(self) -> Kind {
        Kind(get!(self.procview_file_get_kind()))
    }

    /// The number of the open file description (`Collect::DESCRIPTIONS`); `None` if it was not compared.
    pub fn description(self) -> Option<u32> {
        let number = get!(self.procview_file_get_description());
        (number != 0).then_some(number)
    }

    /// The name that the kernel gives it (`Collect::PATHS`).
    pub fn path(self) -> Option<&'s OsStr> {
        name!(self.procview_file_get_path())
    }

    /// Whether it is known to have no link left.
    pub fn is_deleted(self) -> bool {
        get!(self.procview_file_is_deleted()) != 0
    }

    /// The flags of open(2) that it has now, in the kernel's values.
    pub fn flags(self) -> Option<u32> {
        told!(self.procview_file_get_flags() -> u32)
    }

    /// For what it is open.
    pub fn access(self) -> Access {
        Access(get!(self.procview_file_get_access()))
    }

    /// Its offset.
    pub fn pos(self) -> Option<i64> {
        told!(self.procview_file_get_pos() -> i64)
    }

    /// The size of a regular file or directory.
    pub fn size_bytes(self) -> Option<u64> {
        told!(self.procview_file_get_size_bytes() -> u64)
    }

    /// The inode number: unique only together with the device.
    pub fn inode(self) -> Option<u64> {
        told!(self.procview_file_get_inode() -> u64)
    }

    /// The device of the file system that it is on.
    pub fn device(self) -> Option<Device> {
        told_pair!(self.procview_file_get_device() -> u32)
            .map(|(major, minor)| Device { major, minor })
    }

    /// The device that it stands for.
    pub fn rdev(self) -> Option<Device> {
        told_pair!(self.procview_file_get_rdev() -> u32)
            .map(|(major, minor)| Device { major, minor })
    }

    /// The mount through which it was opened.
    pub fn mount_id(self) -> Option<u32> {
        told!(self.procview_file_get_mount_id() -> u32)
    }

    /// What is known of it beyond what all files have (`Collect::DETAILS`).
    pub fn facts(self) -> Vec<(Fact, FactValue<'s>)> {
        (0..get!(self.procview_file_get_n_facts()))
            .map(|index| Fact(get!(self.procview_file_get_fact(index))))
            .filter_map(|fact| self.fact(fact).map(|value| (fact, value)))
            .collect()
    }

    /// One of these facts, if it is known.
    pub fn fact(self, fact: Fact) -> Option<FactValue<'s>> {
        if fact.is_text() {
            return name!(self.procview_file_get_text(fact.0)).map(FactValue::Text);
        }
        told!(self.procview_file_get_number(fact.0) -> u64).map(FactValue::Number)
    }

    /// What it is as a socket (`Collect::SOCKETS`).
    pub fn socket(self) -> Option<Socket<'s>> {
        any!(Socket, self.procview_file_get_socket())
    }

    /// The descriptors that lead to it.
    pub fn descriptors(self) -> Vec<Descriptor<'s>> {
        list!(Descriptor, self.procview_file_list_descriptors())
    }

    /// The files at its other end (`Collect::PEERS`).
    pub fn peers(self) -> Vec<File<'s>> {
        list!(File, self.procview_file_list_peers())
    }

    /// The epoll sets that wait for it (`Collect::DETAILS`).
    pub fn watchers(self) -> Vec<File<'s>> {
        list!(File, self.procview_file_list_watchers())
    }

    /// The process that a pidfd leads to.
    pub fn peer_process(self) -> Option<Process<'s>> {
        any!(Process, self.procview_file_get_peer_process())
    }
}

impl fmt::Debug for File<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "File({} {:?})",
            self.kind(),
            self.path().unwrap_or_default()
        )
    }
}
