// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors

// Who shares which descriptor table, how full it is, and its sockets: see README.md.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"

	"procview"
)

// A name is bytes, of any sort; as g_strescape() has it in the other languages.
func escaped(name string) string {
	var text strings.Builder
	for _, c := range []byte(name) {
		if at := strings.IndexByte("\b\f\n\r\t\v\\\"", c); at >= 0 {
			text.WriteString(`\` + `bfnrtv\"`[at:at+1])
		} else if c >= ' ' && c <= '~' {
			text.WriteByte(c)
		} else {
			fmt.Fprintf(&text, `\%03o`, c)
		}
	}
	return text.String()
}

func word(known string) string {
	if known == "" {
		return "-"
	}
	return known
}

func printTable(table procview.FdTable) {
	owner, descriptors := table.Owner(), table.Descriptors()
	fmt.Printf("%d %s %s tasks=%d descriptors=%d", owner.Pid(), escaped(word(owner.Leader().Comm())),
		table.Status(), len(table.Tasks()), len(descriptors))
	if limit, ok := owner.FdLimit(); ok {
		fmt.Printf(" limit=%d", limit.Soft)
	}
	fmt.Println()
	for _, descriptor := range descriptors {
		if socket, ok := descriptor.File().Socket(); ok {
			fmt.Println(" ", descriptor.Fd(), word(socket.FamilyName()), word(socket.StateName()),
				word(socket.Local()), word(socket.Remote()))
		}
	}
}

func run() error {
	query := procview.Query{Collect: procview.CollectLimits | procview.CollectSockets}
	for _, arg := range os.Args[1:] {
		pid, _ := strconv.Atoi(arg)
		query.Pids = append(query.Pids, pid)
	}
	scanner, err := procview.Open()
	if err != nil {
		return err
	}
	defer scanner.Close()
	snapshot, err := scanner.Scan(context.Background(), &query)
	if err != nil {
		return err
	}
	defer snapshot.Close()
	for _, table := range snapshot.FdTables() {
		printTable(table)
	}
	return nil
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
