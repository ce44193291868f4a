// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors

package procview

// #include <procview/procview.h>
import "C"

import "unsafe"

// What the library tells by a return value and by pointers.
type number interface {
	~int | ~int64 | ~uint | ~uint64 | ~uint32 | ~int32
}

func told[To, From number](known C.gboolean, value From) (To, bool) {
	return To(value), known != 0
}

// A number that is 0 where it is unknown.
func unless0[From number](value From) (uint64, bool) {
	return uint64(value), value != 0
}

// An array of strings that ends with NULL.
func texts(words **C.char) []string {
	var all []string
	for words != nil && *words != nil {
		all = append(all, C.GoString(*words))
		words = (**C.char)(unsafe.Add(unsafe.Pointer(words), unsafe.Sizeof(*words)))
	}
	return all
}

// Text that the library has made for the caller.
func owned(text *C.char) string {
	defer C.g_free(C.gpointer(text))
	return C.GoString(text)
}

func list[Part any](n C.guint, get func(C.guint) Part) []Part {
	parts := make([]Part, n)
	for i := range parts {
		parts[i] = get(C.guint(i))
	}
	return parts
}

// What is in a new array, which goes.
func drain[Part any](array *C.GPtrArray, get func(unsafe.Pointer) Part) []Part {
	defer C.g_ptr_array_unref(array)
	parts := make([]Part, array.len)
	for i, pointer := range unsafe.Slice((*unsafe.Pointer)(unsafe.Pointer(array.pdata)), int(array.len)) {
		parts[i] = get(pointer)
	}
	return parts
}

// The bytes of a memory stream.
func written(stream *C.GOutputStream) []byte {
	memory := (*C.GMemoryOutputStream)(unsafe.Pointer(stream))
	data := C.g_memory_output_stream_get_data(memory)
	size := int(C.g_memory_output_stream_get_data_size(memory))
	return append([]byte(nil), unsafe.Slice((*byte)(data), size)...)
}
