/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the parts of mms_kernel_parse() share. Functions return 0 or a negative errno. */
#ifndef LIB_PAGE_READER_H
#define LIB_PAGE_READER_H

#include <memmapsim/page.h>

#include "page/rules.h"

/*
 * Page flags must leave the bits of LRU_GEN alone. Those of LRU_REFS give way: kernels make that
 * field narrower when there are more flags.
 */
#define MAX_PAGEFLAGS MMS_LRU_GEN_SHIFT
#define MAX_MEMBERS   64 /* of a structure */
#define MAX_NAME      40 /* letters in the name of a flag or a member */
#define MAX_KEYS      1024
#define SHOWN         60 /* letters of what was found, in messages */

/* A description that was read, in one piece of memory. */
struct own_kernel {
	struct mms_kernel kernel; /* first, so that it stands for the whole */
	char name[MMS_MAX_KERNEL_NAME + 1];
	const char *pageflags[MAX_PAGEFLAGS];
	char flag_names[MAX_PAGEFLAGS][MAX_NAME + 1]; /* of flags that a real kernel's types name */
	struct mms_struct structs[MMS_MAX_STRUCTS];
	struct mms_member members[MMS_MAX_STRUCTS][MAX_MEMBERS];
	char text[]; /* a copy, cut into words; names point into it */
};

struct reader {
	const char *origin;
	unsigned int line;
	const struct mms_kernel *base; /* NULL until the text has named it */
	const struct mms_kernel_types *types;
	struct own_kernel *own;
	unsigned int added_line; /* of the last "flags +=" */
	size_t nr_keys;          /* that were there, and where */
	struct {
		const char *key;
		unsigned int line;
	} keys[MAX_KEYS];
};

/* Say what is wrong with a line. */
__attribute__((format(printf, 3, 4))) int
mms_reader_fail(const struct reader *reader, unsigned int line, const char *format, ...);

/* As mms_fail_unknown(), about the current line. */
int mms_reader_fail_unknown(const struct reader *reader, const char *kind, const char *typed,
                            const char *const *names, size_t count);

/* The line that has @prefix followed by @name as its key; 0 if there is none. */
unsigned int mms_reader_line_of(const struct reader *reader, const char *prefix, const char *name);

/* Cut @value into words at blanks. @return how many there are, at most @max */
size_t mms_reader_words(char *value, char **words, size_t max);

/* "64" or "0x40". @return whether it is a number up to @max */
bool mms_reader_number(const char *text, unsigned int max, unsigned int *number);

/* Whether a name is one in C, and not too long; members may have dots between. */
bool mms_reader_is_name(const char *text, bool dots);

/* Do what a line says; @value is cut into words. */
int mms_reader_take(struct reader *reader, const char *key, char *value);

/* The same for keys "metadata.NAME" and "struct.NAME"; @name is what follows the key's first dot.
 */
int mms_reader_take_metadata(struct reader *reader, const char *name, char *value);
int mms_reader_take_struct(struct reader *reader, const char *name, char *value);

/* Take flags, structures and places of metadata from the types that "btf = @file" names. */
int mms_reader_take_types(struct reader *reader, const char *file);

/* Whether tail 1 can have such a field, whatever else it has, about the current line. */
int mms_reader_check_field(const struct reader *reader, const struct mms_metadata_field *field);

/* Whether a structure's member may be at such a place, about the current line. */
int mms_reader_check_place(const struct reader *reader, const char *structure,
                           const struct mms_member *member);

/* Members of a structure of the description that is being read. */
struct mms_member *mms_reader_members(const struct reader *reader,
                                      const struct mms_struct *structure);
void mms_reader_remove_member(const struct reader *reader, struct mms_struct *structure,
                              unsigned int index);

/* What can be checked only when all lines were read. */
int mms_reader_check_metadata(const struct reader *reader);
int mms_reader_check_structs(const struct reader *reader);

#endif
