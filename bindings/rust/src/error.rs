// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// Errors of a scan as a whole. That a process exits, or may not be looked into, is none: its table says
// so.

use std::fmt;
use std::ptr::{null_mut, NonNull};

use crate::ffi;

/// What can be done about an error.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The kernel failed in a way that there is no better word for.
    Failed,
    /// This kernel, or this build, lacks what was asked for by name: ask for `Backend::AUTO`.
    NotSupported,
    /// The caller may not do what was asked for by name.
    Permission,
    /// `/proc` is not mounted.
    NoProcfs,
    /// Ask for less: fewer processes, no paths.
    NoMemory,
    /// Close some descriptors, or raise `RLIMIT_NOFILE`.
    NoDescriptors,
    /// An argument makes no sense, such as a process id below 1.
    InvalidArgument,
    /// The scanner is in use.
    Busy,
    /// The scan was stopped.
    Cancelled,
    /// Not of this library, or younger than this file.
    Other,
}

/// Why a scan failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

impl Error {
    /// What can be done about it.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Which call failed, or which capability is missing: English, for people.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// # Safety
    /// `error` is NULL, or an error that nobody else has.
    unsafe fn take(error: *mut ffi::GError) -> Error {
        if error.is_null() {
            let message = "the library refused the call".to_string();
            return Error {
                kind: ErrorKind::Other,
                message,
            };
        }
        let kind = kind_of((*error).domain, (*error).code);
        let message = crate::text::name((*error).message)
            .map_or_else(String::new, |text| text.to_string_lossy().into_owned());
        ffi::g_error_free(error);
        Error { kind, message }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

fn kind_of(domain: u32, code: i32) -> ErrorKind {
    // SAFETY: both take nothing and return a number.
    let (ours, gio) = unsafe { (ffi::procview_error_quark(), ffi::g_io_error_quark()) };

    match code {
        0 if domain == ours => ErrorKind::Failed,
        1 if domain == ours => ErrorKind::NotSupported,
        2 if domain == ours => ErrorKind::Permission,
        3 if domain == ours => ErrorKind::NoProcfs,
        4 if domain == ours => ErrorKind::NoMemory,
        5 if domain == ours => ErrorKind::NoDescriptors,
        6 if domain == ours => ErrorKind::InvalidArgument,
        7 if domain == ours => ErrorKind::Busy,
        ffi::G_IO_ERROR_CANCELLED if domain == gio => ErrorKind::Cancelled,
        _ => ErrorKind::Other,
    }
}

/// What a function returned that makes something, or the error that it set.
///
/// # Safety
/// `call` gives its argument to a function of the library as `GError **`, which sets it if and only if
/// it returns NULL.
pub(crate) unsafe fn made<T>(
    call: impl FnOnce(*mut *mut ffi::GError) -> *mut T,
) -> Result<NonNull<T>, Error> {
    let mut error = null_mut();
    let result = call(&mut error);

    NonNull::new(result).ok_or_else(|| Error::take(error))
}

/// The same of a function that returns whether it succeeded.
///
/// # Safety
/// As [`made`], with FALSE for NULL.
pub(crate) unsafe fn done(
    call: impl FnOnce(*mut *mut ffi::GError) -> ffi::gboolean,
) -> Result<(), Error> {
    let mut error = null_mut();

    if call(&mut error) != 0 {
        return Ok(());
    }
    Err(Error::take(error))
}
