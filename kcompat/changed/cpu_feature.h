/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What the CPU can do. A feature's number, X86_FEATURE_..., is the tree's: 32 times a word, and the
 * bit in that. Kernels patch the answer into the code; here it is looked up in what cpuid said
 * once.
 */
#ifndef KCOMPAT_CHANGED_CPU_FEATURE_H
#define KCOMPAT_CHANGED_CPU_FEATURE_H

enum { KCOMPAT_CPU_WORDS = 32 };

static noinline void kcompat_read_cpu(unsigned int *words)
{
	unsigned int a = 1, b, c = 0, d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	words[0] = d;
	words[4] = c;
	a = 7;
	c = 0;
	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	words[9] = b;
	words[16] = c;
	words[18] = d;
}

static __always_inline bool kcompat_cpu_has(unsigned int feature)
{
	static unsigned int words[KCOMPAT_CPU_WORDS];

	/* There is no x86-64 without any of these. */
	if (unlikely(!words[0]))
		kcompat_read_cpu(words);
	return feature / 32 < KCOMPAT_CPU_WORDS && words[feature / 32] >> (feature % 32) & 1;
}

#define boot_cpu_has(feature)        kcompat_cpu_has(feature)
#define static_cpu_has(feature)      kcompat_cpu_has(feature)
#define cpu_feature_enabled(feature) kcompat_cpu_has(feature)
#define this_cpu_has(feature)        kcompat_cpu_has(feature)

#endif
