-- SPDX-License-Identifier: LGPL-2.1-or-later
-- Copyright the libprocview authors
--
-- What test-handles.py asks of Lua. Argument: the pid of a process of the scene "names".

local lgi = require "lgi"
local Gio, Procview = lgi.Gio, lgi.require("Procview", "0")

local function open_descriptors()
  local folder, n = Gio.File.new_for_path("/proc/self/fd"):enumerate_children("standard::name", {}), 0
  while folder:next_file() do n = n + 1 end
  folder:close()
  return n
end

local before = open_descriptors()
local scanner = Procview.Scanner.new()
local query = Procview.Query.new()
query:add_pid(tonumber(arg[1]))

local snapshot = scanner:scan(query)
local fd_table = snapshot:get_fd_table(0):ref()
snapshot = nil
for _ = 1, 20 do
  collectgarbage()
  scanner:scan(query)
end
print("descriptors " .. fd_table:get_n_descriptors())

local without = 0
for i = 0, fd_table:get_n_descriptors() - 1 do
  if not fd_table:get_descriptor(i):get_file():get_path() then without = without + 1 end
end
print("no text " .. without)

local stream = Gio.MemoryOutputStream.new_resizable()
local pids = {}
fd_table:get_snapshot():write_json(stream, { "FILES" }, function(process)
  pids[#pids + 1] = process:get_pid()
  return "FULL"
end)
stream:close()
local _, n = stream:steal_as_bytes():get_data():gsub('"fd":', "")
print("written " .. n)
print("asked about " .. tostring(#pids > 0 and pids[1] == tonumber(arg[1])))

query:add_pid(-1)
local _, failure = scanner:scan(query)
print("refused " .. tostring(failure:matches(Procview.Error, Procview.Error.INVALID_ARGUMENT)))
scanner:run_dispose()
print("given back " .. tostring(open_descriptors() == before))
