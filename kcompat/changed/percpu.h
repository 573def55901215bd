/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What each CPU has one of, each thread has here: jobs may be at work side by side. */
#ifndef KCOMPAT_CHANGED_PERCPU_H
#define KCOMPAT_CHANGED_PERCPU_H

#define DEFINE_PER_CPU(type, name)                __thread __typeof__(type) name
#define DEFINE_PER_CPU_ALIGNED(type, name)        __thread __typeof__(type) name ____cacheline_aligned
#define DEFINE_PER_CPU_SHARED_ALIGNED(type, name) DEFINE_PER_CPU_ALIGNED(type, name)
#define DEFINE_PER_CPU_READ_MOSTLY(type, name)    DEFINE_PER_CPU(type, name)
#define DEFINE_PER_CPU_CACHE_HOT(type, name)      DEFINE_PER_CPU(type, name)
#define DECLARE_PER_CPU(type, name)               extern __thread __typeof__(type) name
#define DECLARE_PER_CPU_ALIGNED(type, name)       DECLARE_PER_CPU(type, name)
#define DECLARE_PER_CPU_READ_MOSTLY(type, name)   DECLARE_PER_CPU(type, name)
#define DECLARE_PER_CPU_CACHE_HOT(type, name)     DECLARE_PER_CPU(type, name)

#define this_cpu_ptr(pointer)       (pointer)
#define raw_cpu_ptr(pointer)        (pointer)
#define per_cpu_ptr(pointer, cpu)   ((void)(cpu), (pointer))
#define per_cpu(name, cpu)          (*per_cpu_ptr(&(name), cpu))
#define get_cpu_var(name)           (*get_cpu_ptr(&(name)))
#define put_cpu_var(name)           put_cpu_ptr(&(name))
#define get_cpu_ptr(pointer)        (pointer)
#define put_cpu_ptr(pointer)        ((void)(pointer))
#define this_cpu_read(name)         READ_ONCE(name)
#define this_cpu_write(name, value) WRITE_ONCE(name, value)
#define this_cpu_add(name, n)       ((void)((name) += (n)))
#define this_cpu_inc(name)          this_cpu_add(name, 1)
#define this_cpu_dec(name)          this_cpu_add(name, -1)
#define __this_cpu_read(name)       (name)
#define __this_cpu_write(name, n)   ((void)((name) = (n)))
#define __this_cpu_add(name, n)     this_cpu_add(name, n)
#define __this_cpu_inc(name)        this_cpu_inc(name)
#define __this_cpu_dec(name)        this_cpu_dec(name)
#define raw_smp_processor_id()      0
#define smp_processor_id()          0
#define get_cpu()                   0
#define put_cpu()                   barrier()

#endif
