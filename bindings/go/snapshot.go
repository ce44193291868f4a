// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors

package procview

// #include <procview/procview.h>
import "C"

import (
	"runtime"
	"time"
)

// Snapshot is one immutable moment of the machine: processes, their tasks, the descriptor tables that
// these share, the descriptors in them and the files behind.
type Snapshot struct {
	handle
	c *C.ProcviewSnapshot
}

// Takes the reference.
func newSnapshot(c *C.ProcviewSnapshot) *Snapshot {
	snapshot := &Snapshot{c: c}
	snapshot.init(func() { C.procview_snapshot_unref(c) })
	runtime.SetFinalizer(snapshot, (*Snapshot).finalize)
	return snapshot
}

func (s *Snapshot) finalize() { s.close() }

// Close gives the memory back. Parts of it must not be used from then on. It never fails.
func (s *Snapshot) Close() error {
	s.close()
	return nil
}

// Processes are all processes, by process id.
func (s *Snapshot) Processes() []Process {
	s.use()
	defer s.leave()
	return list(C.procview_snapshot_get_n_processes(s.c), func(i C.guint) Process {
		return Process{s, C.procview_snapshot_get_process(s.c, i)}
	})
}

// Process looks for a process. The id of a thread that is no leader finds nothing here.
func (s *Snapshot) Process(pid int) (Process, bool) {
	s.use()
	defer s.leave()
	c := C.procview_snapshot_find_process(s.c, C.int(pid))
	return Process{s, c}, c != nil
}

// TaskCount is how many tasks all processes have together.
func (s *Snapshot) TaskCount() int {
	s.use()
	defer s.leave()
	return int(C.procview_snapshot_get_n_tasks(s.c))
}

// Task looks for a task by its thread id, leader or not.
func (s *Snapshot) Task(tid int) (Task, bool) {
	s.use()
	defer s.leave()
	c := C.procview_snapshot_find_task(s.c, C.int(tid))
	return Task{s, c}, c != nil
}

// FdTables are all descriptor tables, by owner and first task. None if they were not asked for.
func (s *Snapshot) FdTables() []FdTable {
	s.use()
	defer s.leave()
	return list(C.procview_snapshot_get_n_fd_tables(s.c), func(i C.guint) FdTable {
		return FdTable{s, C.procview_snapshot_get_fd_table(s.c, i)}
	})
}

// DescriptorCount is how many descriptors all tables hold together.
func (s *Snapshot) DescriptorCount() int {
	s.use()
	defer s.leave()
	return int(C.procview_snapshot_get_n_descriptors(s.c))
}

// Sockets are all sockets, by inode number. Those that no descriptor leads to may be among them.
func (s *Snapshot) Sockets() []Socket {
	s.use()
	defer s.leave()
	return list(C.procview_snapshot_get_n_sockets(s.c), func(i C.guint) Socket {
		return Socket{s, C.procview_snapshot_get_socket(s.c, i)}
	})
}

// IsComplete tells whether all that was asked for is here.
func (s *Snapshot) IsComplete() bool {
	s.use()
	defer s.leave()
	return C.procview_snapshot_is_complete(s.c) != 0
}

// HasHiddenProcesses tells whether /proc keeps processes of other users from the caller.
func (s *Snapshot) HasHiddenProcesses() bool {
	s.use()
	defer s.leave()
	return C.procview_snapshot_has_hidden_processes(s.c) != 0
}

// Collected is what the query asked for, with all that it implied.
func (s *Snapshot) Collected() Collect {
	s.use()
	defer s.leave()
	if collected := Collect(C.procview_snapshot_get_collected(s.c)); collected != 0 {
		return collected
	}
	return CollectNothing
}

// BackendName is the kernel interface that served a step; empty if the step was not asked for.
func (s *Snapshot) BackendName(step Step) string {
	s.use()
	defer s.leave()
	return C.GoString(C.procview_snapshot_get_backend_name(s.c, C.ProcviewStep(step)))
}

// Refusal is a better kernel interface that could not be used.
type Refusal struct {
	Step    Step
	Backend string
	Reason  string // for people
}

// Refusals says which better kernel interfaces could not be used, and why.
func (s *Snapshot) Refusals() []Refusal {
	s.use()
	defer s.leave()
	return list(C.procview_snapshot_get_n_refusals(s.c), func(i C.guint) Refusal {
		var step C.ProcviewStep
		var backend *C.char
		reason := C.procview_snapshot_get_refusal(s.c, i, &step, &backend)
		return Refusal{Step(step), C.GoString(backend), C.GoString(reason)}
	})
}

// Duration is how long the scan took.
func (s *Snapshot) Duration() time.Duration {
	s.use()
	defer s.leave()
	return time.Duration(C.procview_snapshot_get_duration_ns(s.c))
}

// DuplicatesAvoided is how many descriptors were not read because their table had been read already.
func (s *Snapshot) DuplicatesAvoided() uint64 {
	s.use()
	defer s.leave()
	return uint64(C.procview_snapshot_get_duplicates_avoided(s.c))
}

// KcmpCalls is how many calls of kcmp(2) the scan made.
func (s *Snapshot) KcmpCalls() uint64 {
	s.use()
	defer s.leave()
	return uint64(C.procview_snapshot_get_kcmp_calls(s.c))
}

// MemoryBytes is how much memory the snapshot holds.
func (s *Snapshot) MemoryBytes() uint64 {
	s.use()
	defer s.leave()
	return uint64(C.procview_snapshot_get_memory_bytes(s.c))
}

// JSON is the snapshot as JSON, schema 1: UTF-8, with every other byte of names escaped.
func (s *Snapshot) JSON(flags JSONFlags) ([]byte, error) {
	s.use()
	defer s.leave()
	var failed *C.GError
	stream := C.g_memory_output_stream_new_resizable()
	defer C.g_object_unref(C.gpointer(stream))
	if C.procview_snapshot_write_json(s.c, stream, C.ProcviewJsonFlags(flags), nil, nil, nil, &failed) == 0 {
		return nil, take(failed)
	}
	return written(stream), nil
}

// MarshalJSON makes a snapshot one document in the JSON of somebody else, with threads and descriptors.
func (s *Snapshot) MarshalJSON() ([]byte, error) { return s.JSON(JSONThreads | JSONFiles) }
