// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Shared objects that must not be taken for plug-ins; BAD says what is wrong with this one. */
#include <memmapsim/plugin.h>

__attribute__((unused)) static int nothing(const struct mms_plugin_job *job)
{
	(void)job;
	return 0;
}

#define OK                                                                                         \
	{                                                                                          \
		.name = "fine", .init = nothing                                                    \
	}

#if defined(BAD_ABI) || defined(BAD_SIZE) || defined(BAD_COUNT) || defined(BAD_NEWER)
struct newer {
	struct mms_plugin plugin;
	void *more;
};
static const struct newer entries[] = {
	{.plugin = OK},
#ifdef BAD_NEWER
	{.plugin = {.name = "newer", .init = nothing}, .more = (void *)0x40},
#endif
};
const struct mms_plugin_list mms_plugin_list = {
#ifdef BAD_ABI
	MMS_PLUGIN_ABI + 1,
#else
	MMS_PLUGIN_ABI,
#endif
#ifdef BAD_SIZE
	16,
#else
	sizeof(*entries),
#endif
#ifdef BAD_COUNT
	UINT64_MAX,
#else
	sizeof(entries) / sizeof(*entries),
#endif
	&entries[0].plugin,
};
#elif defined(BAD_EMPTY)
const struct mms_plugin_list mms_plugin_list = {MMS_PLUGIN_ABI, sizeof(struct mms_plugin), 0, 0};
#elif defined(BAD_NO_NAME)
MMS_PLUGINS(OK, {.init = nothing});
#elif defined(BAD_NAME)
MMS_PLUGINS({.name = "a,b", .init = nothing});
#elif defined(BAD_LONG_NAME)
MMS_PLUGINS({.name = "a-name-that-is-longer-than-thirty-two-letters", .init = nothing});
#elif defined(BAD_BUILTIN)
MMS_PLUGINS(OK, {.name = "naive", .init = nothing});
#elif defined(BAD_AUTO)
MMS_PLUGINS({.name = "auto", .init = nothing});
#elif defined(BAD_ALL)
MMS_PLUGINS({.name = "all", .init = nothing});
#elif defined(BAD_TWICE)
MMS_PLUGINS(OK, OK);
#elif defined(BAD_NO_INIT)
MMS_PLUGINS({.name = "idle"});
#elif defined(BAD_FLAGS)
MMS_PLUGINS({.name = "odd", .flags = 1u << 30, .init = nothing});
#elif defined(BAD_RESERVED)
MMS_PLUGINS({.name = "odd", .reserved = 1, .init = nothing});
#elif defined(BAD_SYMBOL)
int mms_test_not_there(const struct mms_plugin_job *job);
MMS_PLUGINS({.name = "linkless", .init = mms_test_not_there});
#else /* BAD_NO_LIST */
int mms_test_something_else(void);
int mms_test_something_else(void)
{
	return nothing(0);
}
#endif
