// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// Text that C returns. Names are bytes, and become an OsStr, which can hold any; words are the library's
// own, in ASCII.

use std::ffi::{CStr, OsStr};
use std::os::raw::c_char;
use std::os::unix::ffi::OsStrExt;

use crate::ffi;

/// # Safety
/// `text` is NULL, or a string that lives and does not change for `'a`.
pub(crate) unsafe fn name<'a>(text: *const c_char) -> Option<&'a OsStr> {
    if text.is_null() {
        return None;
    }
    Some(OsStr::from_bytes(CStr::from_ptr(text).to_bytes()))
}

/// # Safety
/// As [`name`].
pub(crate) unsafe fn word<'a>(text: *const c_char) -> Option<&'a str> {
    name(text).and_then(OsStr::to_str)
}

/// Takes text that the library has made for the caller.
///
/// # Safety
/// `text` is NULL, or a string for g_free() that nobody else has.
pub(crate) unsafe fn take(text: *mut c_char) -> Option<String> {
    let copy = name(text).map(|known| known.to_string_lossy().into_owned());
    ffi::g_free(text.cast());
    copy
}

/// # Safety
/// `words` is NULL, or an array of strings that ends with NULL, which live and do not change for `'a`.
pub(crate) unsafe fn list<'a>(words: *const *const c_char) -> Vec<&'a str> {
    let mut all = Vec::new();
    let mut next = words;

    while !next.is_null() && !(*next).is_null() {
        all.extend(word(*next));
        next = next.add(1);
    }
    all
}
