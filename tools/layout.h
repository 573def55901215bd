/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A kernel description's layout, shown and held against the BTF of a real kernel. */
#ifndef TOOLS_LAYOUT_H
#define TOOLS_LAYOUT_H

#include <stdio.h>

#include <bpf/btf.h>

#include <memmapsim/memmapsim.h>

/* An enumeration of the kernel, as far as initialization goes by it. */
struct enumeration {
	const char *name;   /* "pageflags" */
	const char *plural; /* "page flags" */
	const char *prefix; /* "PG_": what all names begin with */
	const char *limit;  /* "__NR_PAGEFLAGS": the enumerator that is their number, or NULL */
	size_t count;
	const char *names[64]; /* by value, without the prefix; NULL where no name is known */
};
enum { LAYOUT_PAGEFLAGS, LAYOUT_ZONES, LAYOUT_MEMORY_TYPES, LAYOUT_MIGRATETYPES, NR_ENUMERATIONS };

/* Enumeration @which as @kernel has it. */
void layout_enumeration(const struct mms_kernel *kernel, int which,
                        struct enumeration *enumeration);

/* Print all of it, with offsets and sizes as pahole does. */
void layout_print(const struct mms_kernel *kernel, FILE *stream);

/*
 * The structure of that name. There may be several, for files of the kernel may have private ones
 * of the same name; then it is the one that is most like ours. NULL: there is none.
 */
const struct btf_type *layout_find_struct(const struct mms_struct *ours, const struct btf *btf);

/* The place of @type's member, "lru.next" for one of a member. @return whether it has whole bytes
 */
bool layout_find_member(const struct btf *btf, const struct btf_type *type, const char *name,
                        struct mms_member *member);

/* The first enumerator with that value, NULL if there is none. */
const char *layout_find_enumerator(const struct btf *btf, const char *enumeration, int64_t value);

/* What a comparison came to. */
struct layout_comparison {
	unsigned int structs, members; /* compared */
	unsigned int enumerators[NR_ENUMERATIONS];
	unsigned int differences;
};

/*
 * Hold @kernel's layout against @btf; each difference is a line on @stream.
 * @return 0, or -ENOENT: @btf is of no kernel, since it has no struct page
 */
int layout_compare(const struct mms_kernel *kernel, const struct btf *btf, FILE *stream,
                   struct layout_comparison *comparison);

#endif
