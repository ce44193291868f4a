// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors

package procview

// #include <procview/procview.h>
import "C"

import "runtime"

// Changes are what has become different from one snapshot to another.
//
// They keep both snapshots: parts of these may be used until the changes are closed, too.
type Changes struct {
	handle
	c             *C.ProcviewChanges
	before, after *Snapshot
}

// Compare tells what has become different from this snapshot to a later one.
func (s *Snapshot) Compare(after *Snapshot) (*Changes, error) {
	s.use()
	after.use()
	leave := func() {
		s.leave()
		after.leave()
	}
	var failed *C.GError
	c := C.procview_snapshot_compare(s.c, after.c, &failed)
	if c == nil {
		leave()
		return nil, take(failed)
	}
	changes := &Changes{c: c, before: s, after: after}
	changes.init(func() {
		C.procview_changes_unref(c)
		leave()
	})
	runtime.SetFinalizer(changes, (*Changes).finalize)
	return changes, nil
}

func (c *Changes) finalize() { c.close() }

// Close gives the memory back, and that of the snapshots if they were closed. It never fails.
func (c *Changes) Close() error {
	c.close()
	return nil
}

// Change is one change. A part is there only if it was, or is.
type Change struct {
	changes *Changes
	c       *C.ProcviewChange
}

// All are all changes.
func (c *Changes) All() []Change {
	c.use()
	defer c.leave()
	return list(C.procview_changes_get_n_changes(c.c), func(i C.guint) Change {
		return Change{c, C.procview_changes_get_change(c.c, i)}
	})
}

// Kind is what has happened.
func (c Change) Kind() ChangeKind {
	c.changes.use()
	defer c.changes.leave()
	return ChangeKind(C.procview_change_get_kind(c.c))
}

// ProcessBefore is the process in the snapshot before.
func (c Change) ProcessBefore() (Process, bool) {
	c.changes.use()
	defer c.changes.leave()
	part := C.procview_change_get_process_before(c.c)
	return Process{c.changes.before, part}, part != nil
}

// ProcessAfter is the process in the snapshot after.
func (c Change) ProcessAfter() (Process, bool) {
	c.changes.use()
	defer c.changes.leave()
	part := C.procview_change_get_process_after(c.c)
	return Process{c.changes.after, part}, part != nil
}

// TaskBefore is the task in the snapshot before.
func (c Change) TaskBefore() (Task, bool) {
	c.changes.use()
	defer c.changes.leave()
	part := C.procview_change_get_task_before(c.c)
	return Task{c.changes.before, part}, part != nil
}

// TaskAfter is the task in the snapshot after.
func (c Change) TaskAfter() (Task, bool) {
	c.changes.use()
	defer c.changes.leave()
	part := C.procview_change_get_task_after(c.c)
	return Task{c.changes.after, part}, part != nil
}

// FdTableBefore is the table in the snapshot before.
func (c Change) FdTableBefore() (FdTable, bool) {
	c.changes.use()
	defer c.changes.leave()
	part := C.procview_change_get_fd_table_before(c.c)
	return FdTable{c.changes.before, part}, part != nil
}

// FdTableAfter is the table in the snapshot after.
func (c Change) FdTableAfter() (FdTable, bool) {
	c.changes.use()
	defer c.changes.leave()
	part := C.procview_change_get_fd_table_after(c.c)
	return FdTable{c.changes.after, part}, part != nil
}

// DescriptorBefore is the descriptor in the snapshot before.
func (c Change) DescriptorBefore() (Descriptor, bool) {
	c.changes.use()
	defer c.changes.leave()
	part := C.procview_change_get_descriptor_before(c.c)
	return Descriptor{c.changes.before, part}, part != nil
}

// DescriptorAfter is the descriptor in the snapshot after.
func (c Change) DescriptorAfter() (Descriptor, bool) {
	c.changes.use()
	defer c.changes.leave()
	part := C.procview_change_get_descriptor_after(c.c)
	return Descriptor{c.changes.after, part}, part != nil
}
