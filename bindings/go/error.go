// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors

package procview

/*
#cgo pkg-config: libprocview
#include <procview/procview.h>
*/
import "C"

import "fmt"

// Code says what can be done about an error. It is an error itself, to be asked for by errors.Is.
type Code int

// ErrFailed and the others are the codes of the library.
const (
	// The kernel failed in a way that there is no better word for.
	ErrFailed Code = C.PROCVIEW_ERROR_FAILED
	// This kernel, or this build, lacks what was asked for by name: ask for BackendAuto.
	ErrNotSupported Code = C.PROCVIEW_ERROR_NOT_SUPPORTED
	// The caller may not do what was asked for by name.
	ErrPermission Code = C.PROCVIEW_ERROR_PERMISSION
	// /proc is not mounted.
	ErrNoProcfs Code = C.PROCVIEW_ERROR_NO_PROCFS
	// Ask for less: fewer processes, no paths.
	ErrNoMemory Code = C.PROCVIEW_ERROR_NO_MEMORY
	// Close some descriptors, or raise RLIMIT_NOFILE.
	ErrNoDescriptors Code = C.PROCVIEW_ERROR_NO_DESCRIPTORS
	// An argument makes no sense, such as a process id below 1.
	ErrInvalidArgument Code = C.PROCVIEW_ERROR_INVALID_ARGUMENT
	// The scanner is in use.
	ErrBusy Code = C.PROCVIEW_ERROR_BUSY
)

var codeNames = map[Code]string{
	ErrFailed:          "failed",
	ErrNotSupported:    "not supported",
	ErrPermission:      "permission denied",
	ErrNoProcfs:        "no procfs",
	ErrNoMemory:        "out of memory",
	ErrNoDescriptors:   "out of descriptors",
	ErrInvalidArgument: "invalid argument",
	ErrBusy:            "scanner in use",
}

func (c Code) Error() string {
	if name, ok := codeNames[c]; ok {
		return "procview: " + name
	}
	return fmt.Sprintf("procview: error %d", int(c))
}

// Error is why the library could not do something.
type Error struct {
	// Code says what can be done about it.
	Code Code
	// Message names the call that failed, or the capability that is missing: English, for people.
	Message string
}

func (e *Error) Error() string { return e.Message }

// Unwrap returns the code, so that errors.Is(err, procview.ErrPermission) works.
func (e *Error) Unwrap() error { return e.Code }

// Takes an error that the library has set.
func take(failed *C.GError) error {
	if failed == nil {
		return &Error{ErrFailed, "the library refused the call"}
	}
	defer C.g_error_free(failed)
	message := C.GoString(failed.message)
	if failed.domain != C.procview_error_quark() {
		return fmt.Errorf("procview: %s", message)
	}
	return &Error{Code(failed.code), message}
}

func isCancelled(failed *C.GError) bool {
	return failed != nil && failed.domain == C.g_io_error_quark() && failed.code == C.G_IO_ERROR_CANCELLED
}

func closed(what string) error {
	return &Error{ErrInvalidArgument, "The " + what + " was closed"}
}
