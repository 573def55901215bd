/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Where in a kernel's image data go, and what static checkers read. Not __init, __meminit and
 * __ref: they also say how functions are compiled and whether they are inlined, so the tree's own
 * are used.
 */
#ifndef KCOMPAT_EMPTY_SECTIONS_H
#define KCOMPAT_EMPTY_SECTIONS_H

#define __init_memblock
#define __initdata_memblock
#define __read_mostly
#define __ro_after_init
#define __sched
#define __visible
#define notrace
#define asmlinkage
#define noinstr
#define nokprobe_inline inline
#define __private
#define __force
#define __user
#define __kernel
#define __iomem
#define __percpu
#define __rcu
#define __bitwise
#define __nocast
#define __counted_by(member)
#define __randomize_layout
#define __no_sanitize_memory
#define __no_kasan_or_inline inline
#define __no_kcsan
#define __no_sanitize_or_inline inline
#define __latent_entropy
#define __cacheline_group_begin_aligned(group)
#define __acquires(lock)
#define __releases(lock)
#define __must_hold(lock)

#define EXPORT_SYMBOL(name)
#define EXPORT_SYMBOL_GPL(name)
#define ALLOW_ERROR_INJECTION(name, kind)

#endif
