// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors

package procview

import "sync/atomic"

// A handle is a reference of the library that is dropped once: by Close, or by the garbage collector.
//
// Memory of C that is used after it was freed would be no panic but anything. So whoever calls the library
// counts himself in and out, and the reference goes with the last one: Close while another goroutine
// still reads does no harm, and neither does a finalizer that comes in the middle of a call, because
// whoever is to count himself out still has the handle.
type handle struct {
	users  atomic.Int64 // and one more until it is closed
	closed atomic.Bool
	drop   func()
}

func (h *handle) init(drop func()) {
	h.drop = drop
	h.users.Store(1)
}

// Counts a caller in; leave counts him out. It tells whether the reference is still there.
func (h *handle) enter() bool {
	for {
		users := h.users.Load()
		if users == 0 {
			return false
		}
		if h.users.CompareAndSwap(users, users+1) {
			return true
		}
	}
}

func (h *handle) leave() {
	if h.users.Add(-1) == 0 {
		h.drop()
	}
}

// As enter, for what has no error to return.
func (h *handle) use() {
	if !h.enter() {
		panic("procview: used after Close")
	}
}

func (h *handle) close() {
	if h.closed.CompareAndSwap(false, true) {
		h.leave()
	}
}
