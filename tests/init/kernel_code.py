#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""
kernel_code.py ARCHIVE COMPILER: in the disassembly of what stands for kernel code, instances for
built-in kernel descriptions look nothing up in a description, and nothing uses vector or x87
registers.
"""
import re
import shutil
import subprocess
import sys

from harness import report

FUNCTION = re.compile(r'^[0-9a-f]+ <(\w[^>]*)>:$')
RELOCATION = re.compile(r'\bR_X86_64_\w+\s+(\S+?)(?:[-+]0x[0-9a-f]+)?$')
SANITIZER = re.compile(r'__(?:a|ub|t|m)san_')
INSTANCE = re.compile(r'_v\d+_\d+$')
PAGE_INIT = re.compile(r'^mms_init_zone_device_page_')
VECTOR = re.compile(r'%(?:[xyz]?mm\d|k[0-7]\b|st\b)')
# Where compilers put constants: the descriptions themselves, or what they made of parts of them.
CONSTANTS = re.compile(r'^(?:\.l?ro?data|\.data|\.LC|.*descriptions|.*pageflags)')
COPY = re.compile(r'\smovq?\s+%rcx,%(\w+)$')
LOAD = re.compile(r'\smovq?\s+\(%(\w+)\),%')


def functions(disassembly):
    """Lines of each function, by name."""
    found, lines = {}, []
    for line in disassembly.splitlines():
        if match := FUNCTION.match(line):
            lines = found.setdefault(match[1], [])
        else:
            lines.append(line)
    return found


def kernel_load(lines):
    """The load of geometry->kernel, the fourth argument's first member, or None."""
    geometry = {'rcx'}
    for line in lines:
        if match := COPY.search(line):
            geometry.add(match[1])
        if (match := LOAD.search(line)) and match[1] in geometry:
            return line
    return None


def look_ups(disassembly, compiler='gcc'):
    """
    What instances for built-in descriptions read of a description. Not all compilers unroll the
    loop over a compound's metadata, so only gcc's loops are held to it; every page init is.
    """
    problems = []
    for name, lines in functions(disassembly).items():
        page_init = PAGE_INIT.match(name)
        if not INSTANCE.search(name) or (compiler != 'gcc' and not page_init):
            continue
        for line in lines:
            match = RELOCATION.search(line)
            if match and CONSTANTS.match(match[1]):
                problems.append(f'{name} refers to {match[1]}: {line.strip()}')
        if page_init and (line := kernel_load(lines)):
            problems.append(f'{name} loads geometry->kernel: {line.strip()}')
    return problems


def vectors(disassembly):
    return [f'{name}: {line.strip()}' for name, lines in functions(disassembly).items()
            for line in lines if VECTOR.search(line)]


def instances(disassembly):
    names = functions(disassembly).keys()
    builtin = [name for name in names if PAGE_INIT.match(name) and INSTANCE.search(name)]
    problems = [] if len(builtin) >= 6 else [f'only {builtin} are there']
    # The one for any description must look it up, or these tests look at the wrong thing.
    if not kernel_load(functions(disassembly).get('mms_init_zone_device_page_any', [])):
        problems.append('mms_init_zone_device_page_any does not load geometry->kernel')
    return problems


HEADER = '0000000000000010 <mms_init_zone_device_page_v7_2>:\n'
WRONG = [
    (look_ups, HEADER + '  10:\tmov    0x0(%rip),%rax\n\t\t13: R_X86_64_PC32\t.rodata+0x120\n'),
    (look_ups, HEADER + '  10:\tlea    0x0(%rip),%rax\n\t\t13: R_X86_64_PC32\tmms_descriptions+0x8\n'),
    (look_ups, HEADER + '  10:\tmov    (%rcx),%rax\n'),
    (look_ups, HEADER + '  10:\tmov    %rcx,%r12\n  13:\tmov    (%r12),%rax\n'),
    (vectors, HEADER + '  10:\tmovups %xmm0,(%rdi)\n'),
    (vectors, HEADER + '  10:\tvmovdqa64 %zmm16,(%rdi)\n'),
]


def main():
    if not shutil.which('objdump'):
        return report([('disassembly', 'there is no objdump')])
    archive, compiler = sys.argv[1:]
    disassembly = subprocess.run(
        ['objdump', '--disassemble', '--reloc', '--no-show-raw-insn', archive],
        check=True, text=True, stdout=subprocess.PIPE).stdout
    if SANITIZER.search(disassembly):
        return report([('disassembly', 'a build with sanitizers has their code in every function')])
    tests = [('there is an instance per description', instances(disassembly)),
             ('instances look nothing up', look_ups(disassembly, compiler)),
             ('no vector registers', vectors(disassembly))]
    for number, (check, text) in enumerate(WRONG, 1):
        tests.append((f'{check.__name__} finds wrong code, {number}',
                      [] if check(text) else ['it did not']))
    return report(tests)


sys.exit(main())
