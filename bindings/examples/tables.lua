#!/usr/bin/env lua5.1
-- SPDX-License-Identifier: LGPL-2.1-or-later
-- Copyright the libprocview authors
--
-- Who shares which descriptor table, how full it is, and its sockets: see README.md.

local lgi = require "lgi"
local GLib, Procview = lgi.GLib, lgi.require("Procview", "0")

local function print_table(fd_table)
  local owner = fd_table:get_owner()
  local limit = owner:get_fd_limit()
  print(("%d %s %s tasks=%d descriptors=%d%s"):format(owner:get_pid(),
    GLib.strescape(owner:get_leader():get_comm() or "-"),
    Procview.status_to_string(fd_table:get_status()), fd_table:get_n_tasks(),
    fd_table:get_n_descriptors(), limit and (" limit=%d"):format(limit) or ""))
  for i = 0, fd_table:get_n_descriptors() - 1 do
    local descriptor = fd_table:get_descriptor(i)
    local socket = descriptor:get_file():get_socket()
    if socket then
      print(("  %d %s %s %s %s"):format(descriptor:get_fd(), socket:get_family_name() or "-",
        socket:get_state_name() or "-", socket:dup_local() or "-", socket:dup_remote() or "-"))
    end
  end
end

local query = Procview.Query.new()
query:set_collect { "LIMITS", "SOCKETS" }
for _, pid in ipairs(arg) do query:add_pid(tonumber(pid)) end
local snapshot
local scanner, failure = Procview.Scanner.new()
if scanner then snapshot, failure = scanner:scan(query) end
if not snapshot then
  io.stderr:write(failure.message, "\n")
  os.exit(1)
end
-- In Lua a part of a snapshot does not keep it: this variable does, to the end.
for i = 0, snapshot:get_n_fd_tables() - 1 do print_table(snapshot:get_fd_table(i)) end
