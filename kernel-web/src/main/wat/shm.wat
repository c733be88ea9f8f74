;; The helper "shm": what Java cannot say itself. Atomic operations, waiting, copying and growing on the kernel's shared
;; memory; and access to the memory of the guest that a worker runs, through a table that each guest's own helper
;; (guest.wat) fills. The build joins it with the Java kernel to one module (build/join-modules.mjs).
(module
  (import "env" "memory" (memory 1 32768 shared))

  (type $copy (func (param i32 i32 i32) (result i32)))
  (type $put32 (func (param i32 i32) (result i32)))
  (type $put64 (func (param i32 i64) (result i32)))
  (type $size (func (result i64)))

  ;; 0 copy in, 1 copy out, 2 put a byte, 3 put an int, 4 put a long, 5 contains, 6 size
  (table (export "guest") 7 7 funcref)

  ;; Bytes of the memory that this instance knows to be there. After another worker's grow, a bulk operation may find
  ;; the old size for a moment; asking for the size first makes the engine look again.
  (global $known (mut i32) (i32.const 0))
  (func $reach (param $end i32)
    (if (i32.gt_u (local.get $end) (global.get $known))
      (then (global.set $known (i32.shl (memory.size) (i32.const 16))))))

  (func (export "load32") (param i32) (result i32) (i32.atomic.load (local.get 0)))
  (func (export "store32") (param i32 i32) (i32.atomic.store (local.get 0) (local.get 1)))
  (func (export "cas32") (param i32 i32 i32) (result i32)
    (i32.atomic.rmw.cmpxchg (local.get 0) (local.get 1) (local.get 2)))
  (func (export "add32") (param i32 i32) (result i32) (i32.atomic.rmw.add (local.get 0) (local.get 1)))
  (func (export "xchg32") (param i32 i32) (result i32) (i32.atomic.rmw.xchg (local.get 0) (local.get 1)))
  (func (export "or32") (param i32 i32) (result i32) (i32.atomic.rmw.or (local.get 0) (local.get 1)))
  (func (export "add64") (param i32 i64) (result i64) (i64.atomic.rmw.add (local.get 0) (local.get 1)))
  (func (export "wait32") (param i32 i32 i64) (result i32)
    (memory.atomic.wait32 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "notify32") (param i32)
    (drop (memory.atomic.notify (local.get 0) (i32.const -1))))

  (func $copy_in (export "copy") (param $to i32) (param $from i32) (param $n i32)
    (call $reach (i32.add (local.get $to) (local.get $n)))
    (call $reach (i32.add (local.get $from) (local.get $n)))
    (memory.copy (local.get $to) (local.get $from) (local.get $n)))
  (func (export "fill") (param $at i32) (param $value i32) (param $n i32)
    (call $reach (i32.add (local.get $at) (local.get $n)))
    (memory.fill (local.get $at) (local.get $value) (local.get $n)))
  (func (export "size") (result i32) (memory.size))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))

  ;; Ends a guest. No handler of the guest's can catch a trap that wasm executes.
  (func (export "trap") (unreachable))

  (func (export "guest_copy_in") (param i32 i32 i32) (result i32)
    (call_indirect (type $copy) (local.get 0) (local.get 1) (local.get 2) (i32.const 0)))
  (func (export "guest_copy_out") (param i32 i32 i32) (result i32)
    (call_indirect (type $copy) (local.get 0) (local.get 1) (local.get 2) (i32.const 1)))
  (func (export "guest_put8") (param i32 i32) (result i32)
    (call_indirect (type $put32) (local.get 0) (local.get 1) (i32.const 2)))
  (func (export "guest_put32") (param i32 i32) (result i32)
    (call_indirect (type $put32) (local.get 0) (local.get 1) (i32.const 3)))
  (func (export "guest_put64") (param i32 i64) (result i32)
    (call_indirect (type $put64) (local.get 0) (local.get 1) (i32.const 4)))
  (func (export "guest_contains") (param i32 i32) (result i32)
    (call_indirect (type $put32) (local.get 0) (local.get 1) (i32.const 5)))
  (func (export "guest_size") (result i64) (call_indirect (type $size) (i32.const 6)))

  ;; No guest: everything is a fault. Also what lets go of the last guest's memory.
  (func $no_copy (type $copy) (i32.const 0))
  (func $no_put32 (type $put32) (i32.const 0))
  (func $no_put64 (type $put64) (i32.const 0))
  (func $no_size (type $size) (i64.const 0))
  (elem $nobody func $no_copy $no_copy $no_put32 $no_put32 $no_put64 $no_put32 $no_size)
  (func $unbind (export "unbind")
    (table.init $nobody (i32.const 0) (i32.const 0) (i32.const 7)))

  ;; The kernel worker is its own guest: what it reads and writes is kernel memory, at addresses that it made itself.
  (func $self_copy (type $copy)
    (call $copy_in (local.get 0) (local.get 1) (local.get 2)) (i32.const 1))
  (func $self_put8 (type $put32) (i32.store8 (local.get 0) (local.get 1)) (i32.const 1))
  (func $self_put32 (type $put32) (i32.store (local.get 0) (local.get 1)) (i32.const 1))
  (func $self_put64 (type $put64) (i64.store (local.get 0) (local.get 1)) (i32.const 1))
  (func $self_contains (type $put32) (i32.const 1))
  (elem $self func $self_copy $self_copy $self_put8 $self_put32 $self_put64 $self_contains $no_size)
  (func (export "bind_self")
    (table.init $self (i32.const 0) (i32.const 0) (i32.const 7)))

  (start $unbind))
