/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Messages, and checks that distribution kernels are built without. */
#ifndef KCOMPAT_EMPTY_DEBUG_H
#define KCOMPAT_EMPTY_DEBUG_H

#define VM_BUG_ON(condition)                    ((void)0)
#define VM_BUG_ON_PAGE(condition, page)         ((void)0)
#define VM_BUG_ON_FOLIO(condition, folio)       ((void)0)
#define VM_BUG_ON_PGFLAGS(condition, page)      ((void)0)
#define VM_WARN_ON(condition)                   false
#define VM_WARN_ON_ONCE(condition)              false
#define VM_WARN_ON_PAGE(condition, page)        false
#define VM_WARN_ON_ONCE_PAGE(condition, page)   false
#define VM_WARN_ON_FOLIO(condition, folio)      false
#define VM_WARN_ON_ONCE_FOLIO(condition, folio) false
#define VM_WARN_ONCE(condition, ...)            false
#define VIRTUAL_BUG_ON(condition)               ((void)0)

#define printk(...)                                    ((void)0)
#define pr_debug(...)                                  ((void)0)
#define pr_info(...)                                   ((void)0)
#define pr_info_once(...)                              ((void)0)
#define pr_warn(...)                                   ((void)0)
#define pr_warn_once(...)                              ((void)0)
#define pr_err(...)                                    ((void)0)
#define pr_info_ratelimited(...)                       ((void)0)
#define pr_warn_ratelimited(...)                       ((void)0)
#define pr_err_ratelimited(...)                        ((void)0)
#define trace_printk(...)                              ((void)0)
#define __ratelimit(state)                             false
#define pr_notice(...)                                 ((void)0)
#define mminit_dprintk(...)                            ((void)0)
#define mminit_verify_page_links(page, zone, nid, pfn) ((void)0)

/* Time is only asked for, to be printed. */
#define jiffies                 0UL
#define jiffies_to_msecs(ticks) ((unsigned int)(ticks))
#define ktime_get()             0
#define ktime_get_ns()          0ULL
#define HZ                      250

#define lockdep_assert_held(lock)       ((void)0)
#define lockdep_assert_held_write(lock) ((void)0)
#define lockdep_assert_cpus_held()      ((void)0)

#endif
