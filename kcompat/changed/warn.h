/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A warning is told to whoever gave the job, and makes it fail; a bug ends the process. */
#ifndef KCOMPAT_CHANGED_WARN_H
#define KCOMPAT_CHANGED_WARN_H

#define WARN_ON(condition)                                                                         \
	({                                                                                         \
		_Bool warns = !!(condition);                                                       \
		if (unlikely(warns))                                                               \
			kcompat_job->warn(kcompat_job, __FILE__, __LINE__);                        \
		unlikely(warns);                                                                   \
	})
#define WARN_ON_ONCE(condition)   WARN_ON(condition)
#define WARN(condition, ...)      WARN_ON(condition)
#define WARN_ONCE(condition, ...) WARN_ON(condition)
#define BUG()                     __builtin_trap()
#define BUG_ON(condition)                                                                          \
	do {                                                                                       \
		if (unlikely(condition))                                                           \
			BUG();                                                                     \
	} while (0)

/* What can't be checked while compiling is let pass. */
#define BUILD_BUG_ON(condition)              ((void)sizeof(char[1 - 2 * !!(condition)]))
#define BUILD_BUG_ON_MSG(condition, message) BUILD_BUG_ON(condition)
#define BUILD_BUG_ON_NOT_POWER_OF_2(n)       BUILD_BUG_ON((n) == 0 || ((n) & ((n)-1)) != 0)
#define BUILD_BUG_ON_ZERO(condition)         ((int)(sizeof(char[1 - 2 * !!(condition)]) - 1))
#define BUILD_BUG()                          ((void)0)

#endif
