;; A guest's helper: copies between the memory of one guest and the kernel's. Instantiating it binds the guest to the
;; worker's kernel, by filling the kernel's table "guest". Every access checks the whole range first and answers 0 for a fault.
(module
  (import "env" "memory" (memory $kernel 1 32768 shared))
  (import "guest" "memory" (memory $guest 0))
  (import "kernel" "guest" (table 7 7 funcref))

  (global $known (mut i32) (i32.const 0))
  (func $reach (param $end i32)
    (if (i32.gt_u (local.get $end) (global.get $known))
      (then (global.set $known (i32.shl (memory.size $kernel) (i32.const 16))))))

  (func $bytes (result i64)
    (i64.shl (i64.extend_i32_u (memory.size $guest)) (i64.const 16)))
  (func $contains (param $at i32) (param $n i32) (result i32)
    (i64.le_u
      (i64.add (i64.extend_i32_u (local.get $at)) (i64.extend_i32_u (local.get $n)))
      (call $bytes)))

  (func $copy_in (param $to i32) (param $from i32) (param $n i32) (result i32)
    (if (i32.eqz (call $contains (local.get $from) (local.get $n))) (then (return (i32.const 0))))
    (call $reach (i32.add (local.get $to) (local.get $n)))
    (memory.copy $kernel $guest (local.get $to) (local.get $from) (local.get $n))
    (i32.const 1))
  (func $copy_out (param $to i32) (param $from i32) (param $n i32) (result i32)
    (if (i32.eqz (call $contains (local.get $to) (local.get $n))) (then (return (i32.const 0))))
    (call $reach (i32.add (local.get $from) (local.get $n)))
    (memory.copy $guest $kernel (local.get $to) (local.get $from) (local.get $n))
    (i32.const 1))
  (func $put8 (param $at i32) (param $value i32) (result i32)
    (if (i32.eqz (call $contains (local.get $at) (i32.const 1))) (then (return (i32.const 0))))
    (i32.store8 $guest (local.get $at) (local.get $value))
    (i32.const 1))
  (func $put32 (param $at i32) (param $value i32) (result i32)
    (if (i32.eqz (call $contains (local.get $at) (i32.const 4))) (then (return (i32.const 0))))
    (i32.store $guest (local.get $at) (local.get $value))
    (i32.const 1))
  (func $put64 (param $at i32) (param $value i64) (result i32)
    (if (i32.eqz (call $contains (local.get $at) (i32.const 8))) (then (return (i32.const 0))))
    (i64.store $guest (local.get $at) (local.get $value))
    (i32.const 1))

  (elem (i32.const 0) func $copy_in $copy_out $put8 $put32 $put64 $contains $bytes))
