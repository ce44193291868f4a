// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// What test-handles.py asks of JavaScript. Argument: the pid of a process of the scene "names".

imports.gi.versions.Procview = '0';
const {Gio, Procview} = imports.gi;
const {system} = imports;

const openDescriptors = () => {
    const folder = Gio.File.new_for_path('/proc/self/fd').enumerate_children('standard::name', 0, null);
    let n = 0;
    while (folder.next_file(null) !== null)
        n++;
    folder.close(null);
    return n;
};

const before = openDescriptors();
const scanner = Procview.Scanner.new();
const query = Procview.Query.new();
query.add_pid(Number(ARGV[0]));

let snapshot = scanner.scan(query);
const table = snapshot.get_fd_table(0);
snapshot = null;
for (let i = 0; i < 20; i++) {
    system.gc();
    scanner.scan(query);
}
print('descriptors', table.get_n_descriptors());

let thrown = 0;
for (let i = 0; i < table.get_n_descriptors(); i++) {
    try {
        table.get_descriptor(i).get_file().get_path();
    } catch (error) {
        thrown++;
    }
}
print('no text', thrown);

const stream = Gio.MemoryOutputStream.new_resizable();
const asked = [];
table.get_snapshot().write_json(stream, Procview.JsonFlags.FILES, process => {
    asked.push(process);
    return Procview.JsonExtent.FULL;
}, null);
stream.close(null);
const data = JSON.parse(new TextDecoder().decode(stream.steal_as_bytes().get_data()));
print('written', data.fd_tables[0].descriptors.length);
system.gc();
print('asked about', asked.every(process => process.get_pid() === Number(ARGV[0])));

query.add_pid(-1);
try {
    scanner.scan(query);
} catch (error) {
    print('refused', error.matches(Procview.Error, Procview.Error.INVALID_ARGUMENT));
}
// From here on gjs itself does not let the scanner be used.
scanner.run_dispose();
print('given back', openDescriptors() === before);
