// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <string.h>

#include "import/keywords.h"

static const char *const keywords[] = {
	"auto",
	"break",
	"case",
	"char",
	"const",
	"continue",
	"default",
	"do",
	"double",
	"else",
	"enum",
	"extern",
	"float",
	"for",
	"goto",
	"if",
	"inline",
	"int",
	"long",
	"register",
	"restrict",
	"return",
	"short",
	"signed",
	"sizeof",
	"static",
	"struct",
	"switch",
	"typedef",
	"union",
	"unsigned",
	"void",
	"volatile",
	"while",
	"asm",
	"__asm__",
	"__asm",
	"__volatile__",
	"__inline",
	"__inline__",
	"__attribute__",
	"__typeof__",
	"__extension__",
	"__alignof__",
	"_Alignof",
	"_Alignas",
	"_Atomic",
	"_Bool",
	"_Generic",
	"_Static_assert",
	"_Thread_local",
	"__thread",
	"__label__",
	"__signed__",
	"__const",
	"__auto_type",
	"__func__",
	"__FILE__",
	"__LINE__",
	"__FUNCTION__",
	"__COUNTER__",
	"__VA_ARGS__",
	"__VA_OPT__",
	"defined",
	"_Pragma",
	"__restrict",
	"__PRETTY_FUNCTION__",
	"__int128",
	"__seg_gs",
	"__seg_fs",
};

/* Keywords that a declared name can follow. */
static const char *const type_keywords[] = {
	"char",   "const", "double", "float",    "int",      "long",     "short",
	"signed", "void",  "_Bool",  "__int128", "unsigned", "volatile", "__auto_type",
};

static bool is_one_of(const struct token *token, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (token_is(token, words[i]))
			return true;
	return false;
}

#define IS_ONE_OF(token, words) is_one_of(token, words, sizeof(words) / sizeof(*(words)))

bool is_keyword(const struct token *token)
{
	return IS_ONE_OF(token, keywords);
}

bool is_type_keyword(const struct token *token)
{
	return IS_ONE_OF(token, type_keywords);
}

bool is_compilers(const struct token *token)
{
	static const char *const prefixes[] = {"__builtin_", "__atomic_", "__sync_",
	                                       "__ATOMIC_",  "__SIZEOF_", "__has_"};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (token->length > strlen(prefixes[i]) &&
		    !memcmp(token->start, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}
