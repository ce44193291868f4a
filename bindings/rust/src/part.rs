// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// How parts of a snapshot are held and asked. A part is a pointer into its snapshot and borrows it: no
// reference is taken, nothing is allocated, and the compiler sees to it that the snapshot is still there.

/// A type for a part of a snapshot. The same part is the same pointer, so parts are equal as pointers are.
macro_rules! part {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name<'s> {
            raw: std::ptr::NonNull<crate::ffi::$name>,
            snapshot: std::marker::PhantomData<&'s crate::Snapshot>,
        }

        impl<'s> $name<'s> {
            /// # Safety
            /// `raw` is NULL, or a part of a snapshot that lives for `'s`.
            pub(crate) unsafe fn find(raw: *mut crate::ffi::$name) -> Option<$name<'s>> {
                let raw = std::ptr::NonNull::new(raw)?;
                Some($name { raw, snapshot: std::marker::PhantomData })
            }

            /// # Safety
            /// As `find`. It is a bug of the library if there is none.
            pub(crate) unsafe fn there(raw: *mut crate::ffi::$name) -> $name<'s> {
                $name::find(raw).expect("a part that a snapshot always has")
            }

            #[allow(dead_code)] // some are only asked, and never handed to the library
            pub(crate) fn as_ptr(self) -> *mut crate::ffi::$name {
                self.raw.as_ptr()
            }
        }

        // SAFETY: a snapshot and its parts never change, and may be read in any thread.
        unsafe impl Send for $name<'_> {}
        // SAFETY: as above.
        unsafe impl Sync for $name<'_> {}
    };
}

/// Asks for a plain value: a number, or a pointer that is still to be judged.
macro_rules! get {
    ($self:ident.$function:ident($($argument:expr),*)) => {
        // SAFETY: the snapshot lives, because it is borrowed; the function reads it, and takes nothing
        // but numbers besides.
        unsafe { crate::ffi::$function($self.raw.as_ptr() $(, $argument)*) }
    };
}

/// Asks for a value that may be unknown.
macro_rules! told {
    ($self:ident.$function:ident($($argument:expr),*) -> $type:ty) => {{
        let mut value = <$type>::default();
        // SAFETY: as for get!; the function sets one value of the type that ffi.rs says.
        let known = unsafe {
            crate::ffi::$function($self.raw.as_ptr() $(, $argument)*, &mut value)
        };
        (known != 0).then_some(value)
    }};
}

/// Asks for two values that are known together.
macro_rules! told_pair {
    ($self:ident.$function:ident() -> $type:ty) => {{
        let mut pair = (<$type>::default(), <$type>::default());
        // SAFETY: as for get!; the function sets two values of the type that ffi.rs says.
        let known = unsafe { crate::ffi::$function($self.raw.as_ptr(), &mut pair.0, &mut pair.1) };
        (known != 0).then_some(pair)
    }};
}

/// Asks for a name: bytes that somebody has chosen.
macro_rules! name {
    ($self:ident.$function:ident($($argument:expr),*)) => {{
        let text = get!($self.$function($($argument),*));
        // SAFETY: the name is in the snapshot, which is borrowed for as long as what is returned.
        unsafe { crate::text::name(text) }
    }};
}

/// Asks for a word of the library's own.
macro_rules! word {
    ($self:ident.$function:ident($($argument:expr),*)) => {{
        let text = get!($self.$function($($argument),*));
        // SAFETY: the word is in the snapshot, which is borrowed for as long as what is returned, or
        // lives as long as the library.
        unsafe { crate::text::word(text) }
    }};
}

/// Asks for a part that is always there.
macro_rules! the {
    ($type:ident, $self:ident.$function:ident($($argument:expr),*)) => {{
        let part = get!($self.$function($($argument),*));
        // SAFETY: parts of a snapshot lead to parts of the same one, which is borrowed.
        unsafe { $type::there(part) }
    }};
}

/// Asks for a part that may be missing.
macro_rules! any {
    ($type:ident, $self:ident.$function:ident($($argument:expr),*)) => {{
        let part = get!($self.$function($($argument),*));
        // SAFETY: parts of a snapshot lead to parts of the same one, which is borrowed.
        unsafe { $type::find(part) }
    }};
}

/// Walks over parts of one kind.
macro_rules! each {
    ($type:ident, $self:ident.$count:ident, $function:ident) => {
        (0..get!($self.$count())).map(move |index| the!($type, $self.$function(index)))
    };
}

/// Asks for parts that have to be looked for.
macro_rules! list {
    ($type:ident, $self:ident.$function:ident()) => {{
        let array = get!($self.$function());
        // SAFETY: the array is new, and holds that many parts of the type that the library's
        // documentation says, of the snapshot that is borrowed.
        unsafe {
            let parts = (0..(*array).len as usize)
                .map(|index| $type::there((*(*array).pdata.add(index)).cast()))
                .collect();
            crate::ffi::g_ptr_array_unref(array);
            parts
        }
    }};
}
