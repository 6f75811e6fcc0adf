package seal

import (
	"reflect"
	"runtime"
	"unsafe"
)

const (
	// room is more stack than anything needs that runs in clean.
	room = 8 << 10
	// held keeps that stack where it is: the collector halves a stack of which
	// less than a quarter is used, and leaves the old one lying about.
	held = room / 2
)

// clean runs fn, which touches secrets, on a stack of its own, and wipes that
// stack afterwards: what hash functions and ciphers leave there would stay until
// it is used again, and a stack that grows leaves a copy behind. fn must not
// wait for anything.
func clean(fn func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		onHeldStack(fn)
	}()
	<-done
}

//go:noinline
func onHeldStack(fn func()) {
	var hold [held]byte
	wipeStack()
	fn()
	wipeStack()
	runtime.KeepAlive(&hold)
}

// wipeStack makes the stack large enough, and overwrites what lies below the
// caller.
//
//go:noinline
func wipeStack() {
	var used [room]byte
	overwriteStack(&used)
}

// overwriteStack keeps the compiler from finding that nobody reads used.
//
//go:noinline
func overwriteStack(used *[room]byte) {
	clear(used[:])
	runtime.KeepAlive(used)
}

// wipe overwrites what a pointer points to, and reports whether it could: only
// where it holds no pointers itself. A cipher is such a thing, and has no way to
// forget its key.
func wipe(cipher any) bool {
	v := reflect.ValueOf(cipher)
	if v.Kind() != reflect.Pointer || v.IsNil() || !plain(v.Type().Elem()) {
		return false
	}
	clear(unsafe.Slice((*byte)(v.UnsafePointer()), v.Type().Elem().Size()))
	return true
}

// plain reports whether a type holds no pointers.
func plain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Array:
		return plain(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if !plain(t.Field(i).Type) {
				return false
			}
		}
		return true
	default:
		return t.Kind() >= reflect.Bool && t.Kind() <= reflect.Complex128
	}
}
