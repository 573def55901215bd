/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Static keys and tracepoints. A key stays as it was defined, so that compilers leave out what it
 * closes off, as a kernel's code jumps over it; tracepoints are off.
 */
#ifndef KCOMPAT_EMPTY_GATES_H
#define KCOMPAT_EMPTY_GATES_H

struct static_key_true {
	char is_true[1];
};
struct static_key_false {
	char is_true[2];
};

#define STATIC_KEY_TRUE_INIT                                                                       \
	{                                                                                          \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}
#define STATIC_KEY_FALSE_INIT                                                                      \
	{                                                                                          \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}
#define DEFINE_STATIC_KEY_TRUE(name)           struct static_key_true name __attribute__((__unused__))
#define DEFINE_STATIC_KEY_TRUE_RO(name)        DEFINE_STATIC_KEY_TRUE(name)
#define DECLARE_STATIC_KEY_TRUE(name)          extern struct static_key_true name
#define DEFINE_STATIC_KEY_FALSE(name)          struct static_key_false name __attribute__((__unused__))
#define DEFINE_STATIC_KEY_FALSE_RO(name)       DEFINE_STATIC_KEY_FALSE(name)
#define DECLARE_STATIC_KEY_FALSE(name)         extern struct static_key_false name
#define DEFINE_STATIC_KEY_MAYBE(option, name)  DEFINE_STATIC_KEY_FALSE(name)
#define DECLARE_STATIC_KEY_MAYBE(option, name) DECLARE_STATIC_KEY_FALSE(name)

/* What a key is, is in the size of its type; nothing is read. */
#define static_key_enabled(key)          (sizeof((key)->is_true) == 1)
#define static_branch_likely(key)        static_key_enabled(key)
#define static_branch_unlikely(key)      static_key_enabled(key)
#define static_branch_maybe(option, key) static_key_enabled(key)
#define static_key_false(key)            false

#define DECLARE_TRACEPOINT(name)         struct kcompat_tracepoint
#define DEFINE_TRACEPOINT(name)          struct kcompat_tracepoint
#define tracepoint_enabled(name)         false
#define page_ref_tracepoint_active(name) false
#define __page_ref_set(page, count)      ((void)0)

#endif
