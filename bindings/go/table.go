// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors

package procview

// #include <procview/procview.h>
import "C"

import "unsafe"

// FdTable is a descriptor table: the tasks that share it, and its descriptors. It is there even if it
// could not be read.
type FdTable struct {
	s *Snapshot
	c *C.ProcviewFdTable
}

// Descriptor is a number in a descriptor table, that leads to a file.
type Descriptor struct {
	s *Snapshot
	c *C.ProcviewDescriptor
}

// Snapshot is the snapshot that the table is part of.
func (t FdTable) Snapshot() *Snapshot { return t.s }

// ID is a number, from 1, in the order of the snapshot.
func (t FdTable) ID() int {
	t.s.use()
	defer t.s.leave()
	return int(C.procview_fd_table_get_id(t.c))
}

// Status says how much of it is in the snapshot.
func (t FdTable) Status() Status {
	t.s.use()
	defer t.s.leave()
	return Status(C.procview_fd_table_get_status(t.c))
}

// Reason says why it is not whole.
func (t FdTable) Reason() Reason {
	t.s.use()
	defer t.s.leave()
	return Reason(C.procview_fd_table_get_reason(t.c))
}

// Needs is what the caller would need to read all of it, or to be told who shares it.
func (t FdTable) Needs() string {
	t.s.use()
	defer t.s.leave()
	return C.GoString(C.procview_fd_table_get_needs(t.c))
}

// Proof says how the library knows who shares it.
func (t FdTable) Proof() Proof {
	t.s.use()
	defer t.s.leave()
	return Proof(C.procview_fd_table_get_proof(t.c))
}

// BackendName is the kernel interface through which it was read.
func (t FdTable) BackendName() string {
	t.s.use()
	defer t.s.leave()
	return C.GoString(C.procview_fd_table_get_backend_name(t.c))
}

// Owner is the process with the lowest id, of those that share it.
func (t FdTable) Owner() Process {
	t.s.use()
	defer t.s.leave()
	return Process{t.s, C.procview_fd_table_get_owner(t.c)}
}

// Tasks are those that share it, by process and thread id, as far as the query asked for them.
func (t FdTable) Tasks() []Task {
	t.s.use()
	defer t.s.leave()
	return list(C.procview_fd_table_get_n_tasks(t.c), func(i C.guint) Task {
		return Task{t.s, C.procview_fd_table_get_task(t.c, i)}
	})
}

// OpenCount is how many descriptors are open in it, which can be known without reading them.
func (t FdTable) OpenCount() (int, bool) {
	t.s.use()
	defer t.s.leave()
	var count C.guint
	known := C.procview_fd_table_get_open_count(t.c, &count)
	return told[int](known, count)
}

// HasDescriptors is whether its descriptors were to be read, and not only to be counted.
func (t FdTable) HasDescriptors() bool {
	t.s.use()
	defer t.s.leave()
	return C.procview_fd_table_has_descriptors(t.c) != 0
}

// DescriptorCount is how many of its descriptors are in the snapshot.
func (t FdTable) DescriptorCount() int {
	t.s.use()
	defer t.s.leave()
	return int(C.procview_fd_table_get_n_descriptors(t.c))
}

// Descriptors are its descriptors, by number (CollectDescriptors).
func (t FdTable) Descriptors() []Descriptor {
	t.s.use()
	defer t.s.leave()
	return list(C.procview_fd_table_get_n_descriptors(t.c), func(i C.guint) Descriptor {
		return Descriptor{t.s, C.procview_fd_table_get_descriptor(t.c, i)}
	})
}

// Descriptor looks for the descriptor with that number.
func (t FdTable) Descriptor(fd int) (Descriptor, bool) {
	t.s.use()
	defer t.s.leave()
	c := C.procview_fd_table_find_descriptor(t.c, C.int(fd))
	return Descriptor{t.s, c}, c != nil
}

// Snapshot is the snapshot that the descriptor is part of.
func (d Descriptor) Snapshot() *Snapshot { return d.s }

// Fd is its number.
func (d Descriptor) Fd() int {
	d.s.use()
	defer d.s.leave()
	return int(C.procview_descriptor_get_fd(d.c))
}

// Cloexec tells whether it is closed on execve(2), and whether that is known.
func (d Descriptor) Cloexec() (cloexec, known bool) {
	d.s.use()
	defer d.s.leave()
	var mark C.gboolean
	told := C.procview_descriptor_get_cloexec(d.c, &mark)
	return mark != 0, told != 0
}

// File is what it leads to. With CollectDescriptions, descriptors of the same open file description have
// equal ones.
func (d Descriptor) File() File {
	d.s.use()
	defer d.s.leave()
	return File{d.s, C.procview_descriptor_get_file(d.c)}
}

// FdTable is the table that it is in.
func (d Descriptor) FdTable() FdTable {
	d.s.use()
	defer d.s.leave()
	return FdTable{d.s, C.procview_descriptor_get_fd_table(d.c)}
}

// Peers are the descriptors at the other end (CollectPeers).
func (d Descriptor) Peers() []Descriptor {
	d.s.use()
	defer d.s.leave()
	return descriptorsOf(d.s, C.procview_descriptor_list_peers(d.c))
}

func descriptorsOf(s *Snapshot, array *C.GPtrArray) []Descriptor {
	return drain(array, func(part unsafe.Pointer) Descriptor {
		return Descriptor{s, (*C.ProcviewDescriptor)(part)}
	})
}
