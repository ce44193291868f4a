// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors

package procview

// #include <procview/procview.h>
import "C"

import "runtime"

// Counts are sums over the tables of one snapshot. A table counts once, however many of those who share it
// are added. They are for one goroutine at a time.
type Counts struct {
	handle
	s *Snapshot
	c *C.ProcviewCounts
}

// NewCounts makes sums over nothing as yet.
func NewCounts(s *Snapshot) (*Counts, error) {
	s.use()
	defer s.leave()
	var failed *C.GError
	c := C.procview_counts_new(s.c, &failed)
	if c == nil {
		return nil, take(failed)
	}
	counts := &Counts{s: s, c: c}
	counts.init(func() { C.procview_counts_unref(c) })
	runtime.SetFinalizer(counts, (*Counts).finalize)
	return counts, nil
}

func (c *Counts) finalize() { c.close() }

// Close gives the memory back. It never fails.
func (c *Counts) Close() error {
	c.close()
	return nil
}

// Both have to be of the same snapshot: else the sums would be over nothing that there is.
func (c *Counts) check(s *Snapshot) {
	if s != c.s {
		panic("procview: counted in another snapshot")
	}
}

// AddProcess adds a process of the same snapshot, its threads, and all tables that these use.
func (c *Counts) AddProcess(process Process) {
	c.check(process.s)
	c.use()
	defer c.leave()
	process.s.use()
	defer process.s.leave()
	C.procview_counts_add_process(c.c, process.c)
}

// AddFdTable adds one table of the same snapshot.
func (c *Counts) AddFdTable(table FdTable) {
	c.check(table.s)
	c.use()
	defer c.leave()
	table.s.use()
	defer table.s.leave()
	C.procview_counts_add_fd_table(c.c, table.c)
}

// Processes is how many processes were added.
func (c *Counts) Processes() int {
	c.use()
	defer c.leave()
	return int(C.procview_counts_get_n_processes(c.c))
}

// Tasks is how many threads they have.
func (c *Counts) Tasks() int {
	c.use()
	defer c.leave()
	return int(C.procview_counts_get_n_tasks(c.c))
}

// FdTables is how many different tables were added.
func (c *Counts) FdTables() int {
	c.use()
	defer c.leave()
	return int(C.procview_counts_get_n_fd_tables(c.c))
}

// SharedFdTables is how many of these are used by several processes.
func (c *Counts) SharedFdTables() int {
	c.use()
	defer c.leave()
	return int(C.procview_counts_get_n_shared_fd_tables(c.c))
}

// UnreadFdTables is of how many it is not known how many descriptors they have.
func (c *Counts) UnreadFdTables() int {
	c.use()
	defer c.leave()
	return int(C.procview_counts_get_n_unread_fd_tables(c.c))
}

// Descriptors is how many descriptors are open in them. If that is not known of all, it is a lower bound.
func (c *Counts) Descriptors() (n uint64, known bool) {
	c.use()
	defer c.leave()
	var sum C.guint64
	all := C.procview_counts_get_n_descriptors(c.c, &sum)
	return uint64(sum), all != 0
}

// OfKind is how many descriptors lead to a file of one kind. If not all were looked at, it is a lower bound.
func (c *Counts) OfKind(kind Kind) (n uint64, known bool) {
	c.use()
	defer c.leave()
	var sum C.guint64
	all := C.procview_counts_get_n_of_kind(c.c, C.ProcviewKind(kind), &sum)
	return uint64(sum), all != 0
}

// LimitShare is the process that is nearest to its limit on descriptors, and what share of it its largest
// table uses.
func (c *Counts) LimitShare() (share float64, process Process, known bool) {
	c.use()
	defer c.leave()
	var value C.double
	var nearest *C.ProcviewProcess
	told := C.procview_counts_get_limit_share(c.c, &value, &nearest)
	return float64(value), Process{c.s, nearest}, told != 0
}
