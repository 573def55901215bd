// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * For memmapsim import-kernel --extra: takes the place of the small tree's function of that name. It
 * needs no #include; all that the tree and kcompat define is there.
 */
static inline void zero_words(unsigned long *words)
{
	memset(words, 0, sizeof(struct page));
}
