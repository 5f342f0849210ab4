// SPDX-License-Identifier: GPL-2.0-only
// Locks, atomics and RCU on memory of the domain: inlined paths in view, the rest
// through exit gates; nothing that leaves interrupts off.
// REQUIRES: kernel
// RUN: split-file %s %t
// RUN: %kbuild-clang -c %t/works.c -o %t.o && %python %relocs %t.o dom
// RUN: llvm-readelf -Ws %t.o | FileCheck %t/works.c
// RUN: not %kbuild-clang -c %t/interrupts.c -o %t.o 2>&1 | FileCheck %t/interrupts.c

//--- works.c
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <undertow/annotate.h>
static spinlock_t lock __untrusted;
static struct mutex mutex __untrusted;
static atomic_t count __untrusted;
static refcount_t references __untrusted;
// CHECK-DAG: _raw_spin_lock.exit.dom
// CHECK-DAG: mutex_lock.exit.dom
// CHECK-DAG: FUNC LOCAL {{.*}} refcount.warn{{$}}
// CHECK-DAG: refcount.warn.exit.dom
// CHECK-NOT: refcount_warn_saturate.exit
void __untrusted locks(void)
{
	spin_lock(&lock);
	atomic_inc(&count);
	spin_unlock(&lock);
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
	rcu_read_lock();
	refcount_inc(&references);
	rcu_read_unlock();
}

//--- interrupts.c
#include <linux/spinlock.h>
#include <undertow/annotate.h>
static spinlock_t lock __untrusted;
// CHECK-DAG: error: {{.*}}: call of '_raw_spin_lock_irqsave', a domain cannot mask interrupts for a lock, not supported in an untrusted function
void __untrusted saves(void) { unsigned long flags; spin_lock_irqsave(&lock, flags); spin_unlock_irqrestore(&lock, flags); }
// CHECK-DAG: error: {{.*}}: interrupts cannot be enabled, a domain runs with them as its caller, not supported in an untrusted function
void __untrusted enables(void) { local_irq_enable(); }
