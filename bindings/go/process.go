// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors

package procview

// #include <procview/procview.h>
import "C"

import "unsafe"

// Process is a thread group. It has no descriptor table of its own: its tasks have.
type Process struct {
	s *Snapshot
	c *C.ProcviewProcess
}

// Task is a thread.
type Task struct {
	s *Snapshot
	c *C.ProcviewTask
}

// FdLimit is RLIMIT_NOFILE; math.MaxUint64 is no limit.
type FdLimit struct {
	Soft uint64 // in force
	Hard uint64 // how far the process may raise it
}

// Snapshot is the snapshot that the process is part of.
func (p Process) Snapshot() *Snapshot { return p.s }

// Pid is the process id, in the pid namespace of /proc.
func (p Process) Pid() int {
	p.s.use()
	defer p.s.leave()
	return int(C.procview_process_get_pid(p.c))
}

// Ppid is the parent; 0 if it is outside the pid namespace, or there is none.
func (p Process) Ppid() int {
	p.s.use()
	defer p.s.leave()
	return int(C.procview_process_get_ppid(p.c))
}

// Pgid is the process group; 0 if it is outside the pid namespace.
func (p Process) Pgid() int {
	p.s.use()
	defer p.s.leave()
	return int(C.procview_process_get_pgid(p.c))
}

// Sid is the session; 0 if it is outside the pid namespace.
func (p Process) Sid() int {
	p.s.use()
	defer p.s.leave()
	return int(C.procview_process_get_sid(p.c))
}

// StartTimeNs is when the leader was started, in nanoseconds since boot.
func (p Process) StartTimeNs() (uint64, bool) {
	p.s.use()
	defer p.s.leave()
	return unless0(C.procview_process_get_start_time_ns(p.c))
}

// Identity is a number that no other process has had since boot (Linux 6.9).
func (p Process) Identity() (uint64, bool) {
	p.s.use()
	defer p.s.leave()
	return unless0(C.procview_process_get_identity(p.c))
}

// IsKernelThread tells whether it is known to be a thread of the kernel.
func (p Process) IsKernelThread() bool {
	p.s.use()
	defer p.s.leave()
	return C.procview_process_is_kernel_thread(p.c) != 0
}

// Exe is the program that it runs (CollectCommands).
func (p Process) Exe() string {
	p.s.use()
	defer p.s.leave()
	return C.GoString(C.procview_process_get_exe(p.c))
}

// Arguments are the command line (CollectCommands). One may be empty.
func (p Process) Arguments() []string {
	p.s.use()
	defer p.s.leave()
	arguments := make([]string, C.procview_process_get_n_arguments(p.c))
	if len(arguments) == 0 {
		return arguments
	}
	// They lie one behind the other, each ended by a zero byte.
	next := C.procview_process_get_argument(p.c, 0)
	for i := range arguments {
		arguments[i] = C.GoString(next)
		next = (*C.char)(unsafe.Add(unsafe.Pointer(next), len(arguments[i])+1))
	}
	return arguments
}

// FdLimit is how many descriptors it may have (CollectLimits).
func (p Process) FdLimit() (FdLimit, bool) {
	p.s.use()
	defer p.s.leave()
	var soft, hard C.guint64
	known := C.procview_process_get_fd_limit(p.c, &soft, &hard)
	return FdLimit{uint64(soft), uint64(hard)}, known != 0
}

// Cwd is the working directory of the leader (CollectContext).
func (p Process) Cwd() string {
	p.s.use()
	defer p.s.leave()
	return C.GoString(C.procview_process_get_cwd(p.c))
}

// Root is the root directory of the leader (CollectContext).
func (p Process) Root() string {
	p.s.use()
	defer p.s.leave()
	return C.GoString(C.procview_process_get_root(p.c))
}

// Namespace is the inode number of a namespace that the leader is in (CollectContext).
func (p Process) Namespace(namespace Namespace) (uint64, bool) {
	p.s.use()
	defer p.s.leave()
	return unless0(C.procview_process_get_namespace(p.c, C.ProcviewNamespace(namespace)))
}

// CgroupID is the leader's cgroup in the version-2 hierarchy (CollectContext).
func (p Process) CgroupID() (uint64, bool) {
	p.s.use()
	defer p.s.leave()
	return unless0(C.procview_process_get_cgroup_id(p.c))
}

// Leader is the task whose thread id is the process id. It may be a zombie while others live on.
func (p Process) Leader() Task {
	p.s.use()
	defer p.s.leave()
	return Task{p.s, C.procview_process_get_leader(p.c)}
}

// Tasks are all tasks, by thread id.
func (p Process) Tasks() []Task {
	p.s.use()
	defer p.s.leave()
	return list(C.procview_process_get_n_tasks(p.c), func(i C.guint) Task {
		return Task{p.s, C.procview_process_get_task(p.c, i)}
	})
}

// Snapshot is the snapshot that the task is part of.
func (t Task) Snapshot() *Snapshot { return t.s }

// Tid is the thread id, in the pid namespace of /proc.
func (t Task) Tid() int {
	t.s.use()
	defer t.s.leave()
	return int(C.procview_task_get_tid(t.c))
}

// Process is the process that it is a thread of.
func (t Task) Process() Process {
	t.s.use()
	defer t.s.leave()
	return Process{t.s, C.procview_task_get_process(t.c)}
}

// IsLeader tells whether its thread id is the process id.
func (t Task) IsLeader() bool {
	t.s.use()
	defer t.s.leave()
	return C.procview_task_is_leader(t.c) != 0
}

// HasDetails tells whether more is known than its number and its table (CollectThreads; leaders always).
func (t Task) HasDetails() bool {
	t.s.use()
	defer t.s.leave()
	return C.procview_task_has_details(t.c) != 0
}

// Comm is its name.
func (t Task) Comm() string {
	t.s.use()
	defer t.s.leave()
	return C.GoString(C.procview_task_get_comm(t.c))
}

// State is a letter as in field 3 of /proc/PID/stat; 0 without details.
func (t Task) State() byte {
	t.s.use()
	defer t.s.leave()
	return byte(C.procview_task_get_state(t.c))
}

// Credentials are user and group ids.
type Credentials struct {
	Uid, Euid, Gid, Egid uint32
}

// Credentials are its user and group ids, in the user namespace of the caller.
func (t Task) Credentials() (Credentials, bool) {
	t.s.use()
	defer t.s.leave()
	if C.procview_task_has_details(t.c) == 0 {
		return Credentials{}, false
	}
	return Credentials{
		Uid:  uint32(C.procview_task_get_uid(t.c)),
		Euid: uint32(C.procview_task_get_euid(t.c)),
		Gid:  uint32(C.procview_task_get_gid(t.c)),
		Egid: uint32(C.procview_task_get_egid(t.c)),
	}, true
}

// StartTimeNs is when it was started, in nanoseconds since boot.
func (t Task) StartTimeNs() (uint64, bool) {
	t.s.use()
	defer t.s.leave()
	return unless0(C.procview_task_get_start_time_ns(t.c))
}

// Identity is a number that no other task has had since boot (Linux 6.9).
func (t Task) Identity() (uint64, bool) {
	t.s.use()
	defer t.s.leave()
	return unless0(C.procview_task_get_identity(t.c))
}

// NsTids are its numbers in nested pid namespaces, from that of /proc on.
func (t Task) NsTids() []int {
	t.s.use()
	defer t.s.leave()
	return list(C.procview_task_get_n_ns_tids(t.c), func(i C.guint) int {
		return int(C.procview_task_get_ns_tid(t.c, i))
	})
}

// FdTable is its descriptor table (CollectTables); a zombie has none. Tasks that share one have equal ones.
func (t Task) FdTable() (FdTable, bool) {
	t.s.use()
	defer t.s.leave()
	c := C.procview_task_get_fd_table(t.c)
	return FdTable{t.s, c}, c != nil
}
