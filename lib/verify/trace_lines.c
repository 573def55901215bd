// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What executed instructions mean for the lines that are watched. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "error.h"
#include "verify/trace.h"

#define LINE_SIZE 64

struct mms_trace_line {
	uint64_t pending_epoch; /* undrained stores if this is the epoch now */
	uint32_t store;         /* instruction that made the last of them */
	bool written, rewritten;
};

int mms_trace_lines_init(struct mms_trace_lines *lines, const struct mms_trace *trace,
                         const struct mms_trace_code *code)
{
	*lines = (struct mms_trace_lines){.trace = trace, .code = code, .epoch = 1};
	if (trace->nr_watch == 0)
		return mms_fail(EINVAL, "there is nothing to watch; name the array's addresses");
	lines->regions = calloc(trace->nr_watch, sizeof(*lines->regions));
	if (!lines->regions)
		return mms_fail(ENOMEM, "out of memory for what is watched");
	for (size_t i = 0; i < trace->nr_watch; i++) {
		const struct mms_watch *watch = &trace->watch[i];
		struct mms_trace_region *region = &lines->regions[i];
		bool array = watch->kind == MMS_WATCH_ARRAY;

		region->start = watch->start;
		region->end = watch->end;
		if (watch->start >= watch->end ||
		    (array && (watch->start % LINE_SIZE || watch->end % LINE_SIZE)))
			return mms_fail(EINVAL,
			                "0x%" PRIxPTR " to 0x%" PRIxPTR
			                " can't be watched: an array is at least one whole "
			                "line of %d bytes",
			                watch->start, watch->end, LINE_SIZE);
		if (!array)
			continue;
		region->lines =
			calloc((region->end - region->start) / LINE_SIZE, sizeof(*region->lines));
		if (!region->lines)
			return mms_fail(ENOMEM, "out of memory for the state of lines");
	}
	return 0;
}

void mms_trace_lines_finish(struct mms_trace_lines *lines)
{
	for (size_t i = 0; lines->regions && i < lines->trace->nr_watch; i++)
		free(lines->regions[i].lines);
	free(lines->regions);
}

/* The part of [*start, *end) in @region; false if there is none. */
static bool clip(const struct mms_trace_region *region, uintptr_t *start, uintptr_t *end)
{
	if (*start < region->start)
		*start = region->start;
	if (*end > region->end)
		*end = region->end;
	return *start < *end;
}

bool mms_trace_lines_watch(const struct mms_trace_lines *lines, uintptr_t start, uint64_t size)
{
	for (size_t i = 0; i < lines->trace->nr_watch; i++) {
		uintptr_t from = start, to = start + size;

		if (clip(&lines->regions[i], &from, &to))
			return true;
	}
	return false;
}

/* Something happened while stores were pending. @access is an instruction's index, -1: none. */
static void find(struct mms_trace_lines *lines, enum mms_undrained undrained,
                 const struct mms_trace_line *line, uintptr_t line_address, int64_t access,
                 uintptr_t accessed)
{
	const struct mms_trace *trace = lines->trace;
	struct mms_store_report *report = &lines->report;
	struct mms_store_finding finding = {
		.undrained = undrained,
		.line = line_address,
		.store = lines->code->instructions[line->store].code,
		.pending = lines->pending,
		.accessed = accessed,
		.instruction = report->instructions,
	};

	if (access >= 0)
		finding.access = lines->code->instructions[access].code;
	if (report->findings++ == 0)
		report->first = finding;
	if (trace->finding)
		trace->finding(trace->finding_context, &finding);
}

static bool is_pending(const struct mms_trace_lines *lines, const struct mms_trace_line *line)
{
	return line->pending_epoch == lines->epoch;
}

static void write_line(struct mms_trace_lines *lines, struct mms_trace_line *line)
{
	if (lines->written == line)
		return;
	lines->written = line;
	if (!line->written)
		lines->report.lines_written++;
	else if (!line->rewritten)
		lines->report.lines_rewritten++;
	line->rewritten = line->written;
	line->written = true;
}

static void stream_line(struct mms_trace_lines *lines, struct mms_trace_line *line,
                        uintptr_t address, uint32_t index)
{
	if (!is_pending(lines, line)) {
		if (lines->pending++ == 0) {
			lines->oldest = line;
			lines->oldest_address = address;
		}
		line->pending_epoch = lines->epoch;
	}
	line->store = index;
}

/* What the traced function does to bytes of the array, at most to be found once per instruction. */
static void access_array(struct mms_trace_lines *lines, uint32_t index,
                         const struct mms_trace_access *access, bool write,
                         const struct mms_trace_region *region, uintptr_t start, uintptr_t end)
{
	uint64_t *bytes = write ? &lines->report.bytes_written : &lines->report.bytes_read;
	bool nontemporal = write && access->nontemporal;

	*bytes += end - start;
	if (nontemporal)
		lines->report.bytes_nontemporal += end - start;
	for (uintptr_t address = start & -(uintptr_t)LINE_SIZE; address < end;
	     address += LINE_SIZE) {
		struct mms_trace_line *line = &region->lines[(address - region->start) / LINE_SIZE];

		if (!nontemporal && is_pending(lines, line) && write == access->writes)
			find(lines, write ? MMS_UNDRAINED_WRITE : MMS_UNDRAINED_READ, line, address,
			     index, address > start ? address : start);
		if (write)
			write_line(lines, line);
		if (nontemporal)
			stream_line(lines, line, address, index);
	}
}

/* @return whether any of [start, end) is in the array */
static bool access_bytes(struct mms_trace_lines *lines, uint32_t index,
                         const struct mms_trace_access *access, bool write, uintptr_t start,
                         uintptr_t end)
{
	bool any = false;

	for (size_t i = 0; i < lines->trace->nr_watch; i++) {
		const struct mms_trace_region *region = &lines->regions[i];
		uintptr_t from = start, to = end;

		if (!region->lines || !clip(region, &from, &to))
			continue;
		access_array(lines, index, access, write, region, from, to);
		any = true;
	}
	return any;
}

/* The runs of bytes that a mask leaves, or all of them. */
static bool access_masked(struct mms_trace_lines *lines, uint32_t index,
                          const struct mms_trace_access *access, bool write,
                          const struct mms_touched *touched)
{
	uint64_t bytes = touched->bytes;
	uintptr_t start = touched->start;
	bool any = false;

	if (access->mask == MMS_MASK_NONE)
		return access_bytes(lines, index, access, write, start, start + touched->size);
	while (bytes) {
		unsigned int first = (unsigned int)__builtin_ctzll(bytes);
		uint64_t rest = ~(bytes >> first);
		unsigned int length = rest ? (unsigned int)__builtin_ctzll(rest) : 64;

		any |= access_bytes(lines, index, access, write, start + first,
		                    start + first + length);
		bytes = first + length < 64 ? bytes >> (first + length) << (first + length) : 0;
	}
	return any;
}

static void check_publish(struct mms_trace_lines *lines, uint32_t index,
                          const struct mms_touched *touched)
{
	for (size_t i = 0; lines->pending && i < lines->trace->nr_watch; i++) {
		uintptr_t start = touched->start, end = start + touched->size;

		if (!lines->regions[i].lines && clip(&lines->regions[i], &start, &end))
			find(lines, MMS_UNDRAINED_PUBLISH, lines->oldest, lines->oldest_address,
			     index, start);
	}
}

void mms_trace_lines_execute(struct mms_trace_lines *lines, uint32_t index,
                             const struct mms_touched *touched)
{
	const struct mms_trace_instruction *instruction = &lines->code->instructions[index];
	bool stores = false;

	/* Before an instruction's own drain: whether marking is locked, no loop should rely on. */
	for (unsigned int i = 0; i < instruction->nr_accesses; i++)
		check_publish(lines, index, &touched[i]);
	if (instruction->drains) {
		lines->report.drains += lines->pending > 0;
		lines->epoch++;
		lines->pending = 0;
	}
	for (unsigned int i = 0; i < instruction->nr_accesses; i++)
		if (instruction->accesses[i].reads)
			access_masked(lines, index, &instruction->accesses[i], false, &touched[i]);
	for (unsigned int i = 0; i < instruction->nr_accesses; i++)
		if (instruction->accesses[i].writes)
			stores |= access_masked(lines, index, &instruction->accesses[i], true,
			                        &touched[i]);
	lines->report.stores += stores;
	lines->report.instructions++;
}

void mms_trace_lines_return(struct mms_trace_lines *lines, int result)
{
	lines->report.result = result;
	if (lines->pending)
		find(lines, MMS_UNDRAINED_RETURN, lines->oldest, lines->oldest_address, -1, 0);
}
