// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors

package procview

// #include <procview/procview.h>
import "C"

import (
	"context"
	"fmt"
	"math"
	"runtime"
)

// Scanner takes snapshots, which live on without it.
//
// A scanner that was opened with CAP_BPF and CAP_PERFMON goes on to see the open files of all users when
// these were dropped, unless it has ScannerOwnView. Mind that Go changes the capabilities of one thread
// only unless it is told otherwise (syscall.AllThreadsSyscall).
type Scanner struct {
	handle
	c *C.ProcviewScanner
}

// Open opens a scanner that takes the best kernel interface that works here.
func Open() (*Scanner, error) { return OpenFull(BackendAuto, 0) }

// OpenFull opens a scanner, with everything that can be said about it.
func OpenFull(backend Backend, flags ScannerFlags) (*Scanner, error) {
	var failed *C.GError
	c := C.procview_scanner_new_full(C.ProcviewBackend(backend), C.ProcviewScannerFlags(flags), &failed)
	if c == nil {
		return nil, take(failed)
	}
	scanner := &Scanner{c: c}
	scanner.init(func() { C.g_object_unref(C.gpointer(c)) })
	runtime.SetFinalizer(scanner, (*Scanner).finalize)
	return scanner, nil
}

func (s *Scanner) finalize() { s.close() }

// Close gives back what the kernel holds for the scanner, when a scan that is under way has ended. It
// never fails.
func (s *Scanner) Close() error {
	s.close()
	return nil
}

// Query narrows a scan. The zero value asks for all processes and CollectAll.
//
// Mind that a list of ids that came out empty asks for all.
type Query struct {
	// Pids are processes, by the id of any of their threads.
	Pids []int
	// Users are the users of processes.
	Users []uint32
	// Inodes and Ports are for who has something with that inode number, or an internet socket with
	// that port at either end. They make a search cheap and are not its answer: the device is not
	// compared, and everybody may be in the snapshot.
	Inodes []uint64
	Ports  []uint16
	// Relatives are who else is asked for.
	Relatives Relatives
	// Collect is what to collect; what it implies is added. 0 is CollectAll.
	Collect Collect
}

// A query as the library has it, for one scan, so that nobody can change it meanwhile.
func (q *Query) handOver() (*C.ProcviewQuery, error) {
	c := C.procview_query_new()
	for _, pid := range q.Pids {
		if pid > math.MaxInt32 || pid < math.MinInt32 {
			C.procview_query_unref(c)
			return nil, &Error{ErrInvalidArgument, fmt.Sprintf("%d is not the id of a process", pid)}
		}
		C.procview_query_add_pid(c, C.int(pid))
	}
	for _, uid := range q.Users {
		C.procview_query_add_user(c, C.guint(uid))
	}
	for _, inode := range q.Inodes {
		C.procview_query_add_inode(c, C.guint64(inode))
	}
	for _, port := range q.Ports {
		C.procview_query_add_port(c, C.guint16(port))
	}
	C.procview_query_set_relatives(c, C.ProcviewRelatives(q.Relatives))
	if q.Collect != 0 {
		C.procview_query_set_collect(c, C.ProcviewCollect(q.Collect&^CollectNothing))
	}
	return c, nil
}

// Stops a scan when the context is done. What it returns has to be called when the scan has ended.
func watch(ctx context.Context) (*C.GCancellable, func()) {
	if ctx.Done() == nil {
		return nil, func() {}
	}
	cancellable := C.g_cancellable_new()
	ended, left := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(left)
		select {
		case <-ctx.Done():
			C.g_cancellable_cancel(cancellable)
		case <-ended:
		}
	}()
	return cancellable, func() {
		close(ended)
		<-left
		C.g_object_unref(C.gpointer(cancellable))
	}
}

// Scan takes a snapshot. A query that is nil asks for everything. If the context is done before the scan
// is, the error is the context's: errors.Is(err, context.Canceled).
//
// That a process exits meanwhile, or may not be looked into, is no error: its table says so.
func (s *Scanner) Scan(ctx context.Context, query *Query) (*Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !s.enter() {
		return nil, closed("scanner")
	}
	defer s.leave()
	if query == nil {
		query = &Query{}
	}
	handed, err := query.handOver()
	if err != nil {
		return nil, err
	}
	defer C.procview_query_unref(handed)
	cancellable, ended := watch(ctx)
	defer ended()

	var failed *C.GError
	c := C.procview_scanner_scan_full(s.c, handed, cancellable, nil, nil, &failed)
	if c != nil {
		return newSnapshot(c), nil
	}
	if isCancelled(failed) {
		C.g_error_free(failed)
		return nil, ctx.Err()
	}
	return nil, take(failed)
}

// Rights are what a scanner may see, as it was when it was asked.
type Rights struct {
	// Backends are the kernel interfaces that serve the steps.
	Backends map[Step]string
	// SeesAll says whether a step sees everything, and Needs which capabilities would let it.
	SeesAll map[Step]bool
	Needs   map[Step][]string
	// OpeningNeeds are the capabilities that would let a better interface be opened.
	OpeningNeeds []string
	// Uses are the capabilities that scans still use: all others can be dropped.
	Uses []string
}

// Rights tells what the scanner may see.
func (s *Scanner) Rights() (*Rights, error) {
	if !s.enter() {
		return nil, closed("scanner")
	}
	defer s.leave()
	var failed *C.GError
	c := C.procview_scanner_dup_rights(s.c, &failed)
	if c == nil {
		return nil, take(failed)
	}
	defer C.procview_rights_unref(c)
	rights := &Rights{
		Backends:     map[Step]string{},
		SeesAll:      map[Step]bool{},
		Needs:        map[Step][]string{},
		OpeningNeeds: texts(C.procview_rights_get_opening_needs(c)),
		Uses:         texts(C.procview_rights_get_uses(c)),
	}
	for _, step := range []Step{StepTasks, StepGrouping, StepFiles} {
		rights.Backends[step] = C.GoString(C.procview_rights_get_backend_name(c, C.ProcviewStep(step)))
		rights.SeesAll[step] = C.procview_rights_sees_all(c, C.ProcviewStep(step)) != 0
		rights.Needs[step] = texts(C.procview_rights_get_needs(c, C.ProcviewStep(step)))
	}
	return rights, nil
}
