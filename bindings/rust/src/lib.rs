// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors

//! Which tasks share which descriptor table, and what is in it: libprocview for Rust.
//!
//! ```
//! use procview::{Collect, Query, Scanner};
//!
//! # fn main() -> Result<(), procview::Error> {
//! let mut scanner = Scanner::new()?;
//! let own = std::process::id() as i32;
//! let snapshot = scanner.scan(&Query::new().pid(own).collect(Collect::PATHS))?;
//! for table in snapshot.fd_tables() {
//!     for descriptor in table.descriptors() {
//!         println!("{} {:?}", descriptor.fd(), descriptor.file().path());
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Ownership
//!
//! A [`Snapshot`] is owned; all of its parts ([`Process`], [`Task`], [`FdTable`], [`Descriptor`],
//! [`File`], [`Socket`]) are pointers into it, copied freely, and borrow it:
//!
//! ```compile_fail
//! # let mut scanner = procview::Scanner::new().unwrap();
//! let snapshot = scanner.scan(&procview::Query::new()).unwrap();
//! let process = snapshot.processes().next().unwrap();
//! drop(snapshot);
//! println!("{}", process.pid());
//! ```
//!
//! So are names: bytes in the snapshot, as [`OsStr`](std::ffi::OsStr). Who keeps a part longer keeps a
//! clone of the snapshot, which is a reference and no copy. Snapshots and parts may be read in any
//! thread; a [`Scanner`] is used by one at a time.
//!
//! The same part is equal to itself, and to nothing else: that two tasks share a table is
//! `one.fd_table() == other.fd_table()`.
//!
//! What is unknown is `None`, never a made-up value. That a process cannot be looked into is no
//! [`Error`]: [`FdTable::status`] says so.

#![warn(missing_docs)]

#[macro_use]
mod part;
mod changes;
mod counts;
mod error;
mod ffi;
mod file;
mod process;
mod query;
mod scanner;
mod snapshot;
mod socket;
mod table;
mod text;
mod values;

pub use changes::{Change, Changes};
pub use counts::{Counts, Sum};
pub use error::{Error, ErrorKind};
pub use file::{Device, FactValue, File};
pub use process::{FdLimit, Process, Task};
pub use query::Query;
pub use scanner::{Cancellable, Progress, Rights, Scanner};
pub use snapshot::{Refusal, Snapshot};
pub use socket::Socket;
pub use table::{Descriptor, FdTable};
pub use values::{
    Access, Backend, ChangeKind, Collect, Fact, Json, Kind, Namespace, Proof, Reason, Relatives,
    ScannerFlags, Shutdown, Status, Step,
};

/// The version of the library that is loaded.
pub fn version() -> &'static str {
    // SAFETY: the text lives as long as the library.
    unsafe { text::word(ffi::procview_get_version_string()) }.unwrap_or_default()
}
