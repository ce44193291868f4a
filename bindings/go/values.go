// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors

package procview

// #include <procview/procview.h>
import "C"

// Backend is where a scanner takes its facts from.
type Backend int

// BackendAuto is the best that works here, step by step; the others are kernel interfaces.
const (
	BackendAuto   Backend = C.PROCVIEW_BACKEND_AUTO
	BackendProcfs Backend = C.PROCVIEW_BACKEND_PROCFS
	BackendPidfd  Backend = C.PROCVIEW_BACKEND_PIDFD
	BackendBpf    Backend = C.PROCVIEW_BACKEND_BPF
)

// ScannerFlags say how a scanner is made.
type ScannerFlags uint

const (
	// ScannerOwnView shows no more than the caller could see without the scanner.
	ScannerOwnView ScannerFlags = C.PROCVIEW_SCANNER_OWN_VIEW
	// ScannerTablesOnly leaves out the programs that tell more than tables, files and their names.
	ScannerTablesOnly ScannerFlags = C.PROCVIEW_SCANNER_TABLES_ONLY
	// ScannerOnce is for who takes one snapshot, or two.
	ScannerOnce ScannerFlags = C.PROCVIEW_SCANNER_ONCE
)

// Collect is what a scan collects. Less costs less: what is not asked for is not read from the kernel.
type Collect uint

// CollectAll is what a scan collects that was not told; of the rest each has its price.
const (
	CollectThreads      Collect = C.PROCVIEW_COLLECT_THREADS
	CollectCommands     Collect = C.PROCVIEW_COLLECT_COMMANDS
	CollectLimits       Collect = C.PROCVIEW_COLLECT_LIMITS
	CollectTables       Collect = C.PROCVIEW_COLLECT_TABLES
	CollectDescriptors  Collect = C.PROCVIEW_COLLECT_DESCRIPTORS
	CollectPaths        Collect = C.PROCVIEW_COLLECT_PATHS
	CollectDescriptions Collect = C.PROCVIEW_COLLECT_DESCRIPTIONS
	CollectAll          Collect = C.PROCVIEW_COLLECT_ALL
	CollectContext      Collect = C.PROCVIEW_COLLECT_CONTEXT
	CollectDetails      Collect = C.PROCVIEW_COLLECT_DETAILS
	CollectSockets      Collect = C.PROCVIEW_COLLECT_SOCKETS
	CollectLocks        Collect = C.PROCVIEW_COLLECT_LOCKS
	CollectMounts       Collect = C.PROCVIEW_COLLECT_MOUNTS
	CollectPlaces       Collect = C.PROCVIEW_COLLECT_PLACES
	CollectMappings     Collect = C.PROCVIEW_COLLECT_MAPPINGS
	CollectPeers        Collect = C.PROCVIEW_COLLECT_PEERS
	CollectHoldings     Collect = C.PROCVIEW_COLLECT_HOLDINGS
	CollectEverything   Collect = C.PROCVIEW_COLLECT_EVERYTHING

	// CollectNothing asks for processes and the numbers of their threads, and no more. It is a value
	// of its own here, because 0 in a Query means that nothing was said.
	CollectNothing Collect = 1 << 31
)

// Relatives are who else belongs to an answer about certain processes.
type Relatives uint

const (
	// RelativesFamily is their ancestors and descendants.
	RelativesFamily Relatives = C.PROCVIEW_RELATIVES_FAMILY
	// RelativesSharers is who shares a descriptor table with them.
	RelativesSharers Relatives = C.PROCVIEW_RELATIVES_SHARERS
	// RelativesCounted is nobody more: of those a count of descriptors will do (FdTable.HasDescriptors).
	RelativesCounted Relatives = C.PROCVIEW_RELATIVES_COUNTED
)

// Step is a step of a scan; each may be served by another kernel interface.
type Step int

// StepTasks lists processes, StepGrouping finds out who shares a table, StepFiles reads descriptors.
const (
	StepTasks    Step = C.PROCVIEW_STEP_TASKS
	StepGrouping Step = C.PROCVIEW_STEP_GROUPING
	StepFiles    Step = C.PROCVIEW_STEP_FILES
)

// Status says how much of a table is in the snapshot.
type Status int

const (
	// StatusOk is read whole.
	StatusOk Status = C.PROCVIEW_STATUS_OK
	// StatusPartial is read in part; the reason says why.
	StatusPartial Status = C.PROCVIEW_STATUS_PARTIAL
	// StatusDenied may not be read by the caller.
	StatusDenied Status = C.PROCVIEW_STATUS_DENIED
	// StatusGone had its last task exit before it could be read.
	StatusGone Status = C.PROCVIEW_STATUS_GONE
)

func (s Status) String() string { return C.GoString(C.procview_status_to_string(C.ProcviewStatus(s))) }

// Reason says why a table is not whole.
type Reason int

// ReasonNone says that nothing is missing.
const (
	ReasonNone          Reason = C.PROCVIEW_REASON_NONE
	ReasonDenied        Reason = C.PROCVIEW_REASON_DENIED
	ReasonExited        Reason = C.PROCVIEW_REASON_EXITED
	ReasonChanged       Reason = C.PROCVIEW_REASON_CHANGED
	ReasonNoDescriptors Reason = C.PROCVIEW_REASON_NO_DESCRIPTORS
	ReasonFailed        Reason = C.PROCVIEW_REASON_FAILED
)

func (r Reason) String() string { return C.GoString(C.procview_reason_to_string(C.ProcviewReason(r))) }

// Proof says how the library knows which tasks share a table.
type Proof int

// ProofAssumed takes the threads of one process to share a table; the others were asked for.
const (
	ProofAssumed Proof = C.PROCVIEW_PROOF_ASSUMED
	ProofKcmp    Proof = C.PROCVIEW_PROOF_KCMP
	ProofKernel  Proof = C.PROCVIEW_PROOF_KERNEL
)

func (p Proof) String() string { return C.GoString(C.procview_proof_to_string(C.ProcviewProof(p))) }

// Kind is what a file is. More may come.
type Kind int

// KindUnknown could not be examined, or is of no kind known to the library.
const (
	KindUnknown     Kind = C.PROCVIEW_KIND_UNKNOWN
	KindRegular     Kind = C.PROCVIEW_KIND_REGULAR
	KindDirectory   Kind = C.PROCVIEW_KIND_DIRECTORY
	KindSymlink     Kind = C.PROCVIEW_KIND_SYMLINK
	KindChardev     Kind = C.PROCVIEW_KIND_CHARDEV
	KindBlockdev    Kind = C.PROCVIEW_KIND_BLOCKDEV
	KindPipe        Kind = C.PROCVIEW_KIND_PIPE
	KindFifo        Kind = C.PROCVIEW_KIND_FIFO
	KindSocket      Kind = C.PROCVIEW_KIND_SOCKET
	KindEventfd     Kind = C.PROCVIEW_KIND_EVENTFD
	KindEventpoll   Kind = C.PROCVIEW_KIND_EVENTPOLL
	KindTimerfd     Kind = C.PROCVIEW_KIND_TIMERFD
	KindSignalfd    Kind = C.PROCVIEW_KIND_SIGNALFD
	KindInotify     Kind = C.PROCVIEW_KIND_INOTIFY
	KindFanotify    Kind = C.PROCVIEW_KIND_FANOTIFY
	KindPidfd       Kind = C.PROCVIEW_KIND_PIDFD
	KindIoUring     Kind = C.PROCVIEW_KIND_IO_URING
	KindBpfMap      Kind = C.PROCVIEW_KIND_BPF_MAP
	KindBpfProg     Kind = C.PROCVIEW_KIND_BPF_PROG
	KindBpfLink     Kind = C.PROCVIEW_KIND_BPF_LINK
	KindUserfaultfd Kind = C.PROCVIEW_KIND_USERFAULTFD
	KindPerfEvent   Kind = C.PROCVIEW_KIND_PERF_EVENT
	KindMemfd       Kind = C.PROCVIEW_KIND_MEMFD
	KindMqueue      Kind = C.PROCVIEW_KIND_MQUEUE
	KindNsfs        Kind = C.PROCVIEW_KIND_NSFS
	KindAnonInode   Kind = C.PROCVIEW_KIND_ANON_INODE
	KindSecretmem   Kind = C.PROCVIEW_KIND_SECRETMEM
)

func (k Kind) String() string { return C.GoString(C.procview_kind_to_string(C.ProcviewKind(k))) }

// Access is for what a file is open.
type Access uint

// AccessRead and AccessWrite are flags; 0 is neither, or unknown.
const (
	AccessRead  Access = C.PROCVIEW_ACCESS_READ
	AccessWrite Access = C.PROCVIEW_ACCESS_WRITE
)

// Shutdown is the directions of a socket that shutdown(2) has ended.
type Shutdown uint

// ShutdownReceive and ShutdownSend are flags.
const (
	ShutdownReceive Shutdown = C.PROCVIEW_SHUTDOWN_RECEIVE
	ShutdownSend    Shutdown = C.PROCVIEW_SHUTDOWN_SEND
)

// Namespace is one of the namespaces that a process is in.
type Namespace int

// NamespaceCgroup and the others are those of namespaces(7).
const (
	NamespaceCgroup Namespace = C.PROCVIEW_NAMESPACE_CGROUP
	NamespaceIpc    Namespace = C.PROCVIEW_NAMESPACE_IPC
	NamespaceMnt    Namespace = C.PROCVIEW_NAMESPACE_MNT
	NamespaceNet    Namespace = C.PROCVIEW_NAMESPACE_NET
	NamespacePid    Namespace = C.PROCVIEW_NAMESPACE_PID
	NamespaceTime   Namespace = C.PROCVIEW_NAMESPACE_TIME
	NamespaceUser   Namespace = C.PROCVIEW_NAMESPACE_USER
	NamespaceUts    Namespace = C.PROCVIEW_NAMESPACE_UTS
)

// JSONFlags are form and extent of a snapshot written as JSON. 0 is one document.
type JSONFlags uint

const (
	// JSONLines is one object a line: the head, then each process, then each table.
	JSONLines JSONFlags = C.PROCVIEW_JSON_LINES
	// JSONThreads is with the tasks of a process that are not its leader.
	JSONThreads JSONFlags = C.PROCVIEW_JSON_THREADS
	// JSONFiles is with the descriptors of tables.
	JSONFiles JSONFlags = C.PROCVIEW_JSON_FILES
)

// ChangeKind is what became different between two snapshots. More may come.
type ChangeKind int

// ChangeProcessStarted and the others are told by Snapshot.Compare.
const (
	ChangeProcessStarted     ChangeKind = C.PROCVIEW_CHANGE_PROCESS_STARTED
	ChangeProcessEnded       ChangeKind = C.PROCVIEW_CHANGE_PROCESS_ENDED
	ChangeProcessExecuted    ChangeKind = C.PROCVIEW_CHANGE_PROCESS_EXECUTED
	ChangeTableJoined        ChangeKind = C.PROCVIEW_CHANGE_TABLE_JOINED
	ChangeTableLeft          ChangeKind = C.PROCVIEW_CHANGE_TABLE_LEFT
	ChangeDescriptorOpened   ChangeKind = C.PROCVIEW_CHANGE_DESCRIPTOR_OPENED
	ChangeDescriptorClosed   ChangeKind = C.PROCVIEW_CHANGE_DESCRIPTOR_CLOSED
	ChangeDescriptorReplaced ChangeKind = C.PROCVIEW_CHANGE_DESCRIPTOR_REPLACED
)

func (k ChangeKind) String() string {
	return C.GoString(C.procview_change_kind_to_string(C.ProcviewChangeKind(k)))
}

// Fact is what is known of files of one kind: the count of an eventfd, the clock of a timerfd, …
//
// There are many, and more will come, so a fact is met in File.Facts and known by its group and its
// name, which are those of the JSON.
type Fact int

func (f Fact) String() string { return C.GoString(C.procview_fact_to_string(C.ProcviewFact(f))) }

// Group is the word for the group that it belongs to: eventfd, pipe, …
func (f Fact) Group() string { return C.GoString(C.procview_fact_get_group(C.ProcviewFact(f))) }

// Version is the version of the library that is loaded.
func Version() string { return C.GoString(C.procview_get_version_string()) }
