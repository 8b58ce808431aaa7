"""The third layer: which system calls a submission may make, and what for.

`ALLOWED` is the law, for people to read. `PROGRAMS` is the same law as BPF bytes, built
from the table by `autograder/authoring/build_seccomp.py`; a test rebuilds it, and runs
the bytes against the table call by call. Every call that is not in the table fails with
EPERM: a refusal Python reports as PermissionError, so that honest code which tries a door
(`os.cpu_count`, `linecache`) goes on. A call made through another architecture's numbers
(x32, i386) kills the process: honest code has no such call.

Nothing here takes a path, makes a process or a thread, opens a socket or reaches another
process. Two decisions that are not obvious:

*   `clone3` gets EPERM like the rest. The usual answer is ENOSYS, which makes the C library
    fall back to `clone`; here `clone` is refused too, so a second attempt has no purpose.
*   `newfstatat` stays out, though newer C libraries use it for `fstat`: its path cannot
    be seen from a filter. Python then simply does not know the block size of a pipe.
"""

from base64 import b64decode
from dataclasses import dataclass

PROT_EXEC = 0x4
O_ASYNC = 0x2000
TCGETS, FIOCLEX = 0x5401, 0x5451
F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC = 0, 1, 2, 3, 4, 1030


@dataclass(frozen=True, slots=True)
class Argument:
    """A condition on one argument of a call: `argument[index] & mask == value`.

    Attributes:
        index: 0 for the first argument.
        value: what the masked argument must be.
        mask: bits that count; all 64 unless told.
    """

    index: int
    value: int
    mask: int = 0xFFFF_FFFF_FFFF_FFFF


@dataclass(frozen=True, slots=True)
class Call:
    """A system call that a submission may make.

    Attributes:
        name: as the kernel names it; a name that an architecture lacks is passed over there.
        reason: what an honest submission, or the driver beside it, needs it for.
        rules: ways to call it; each is a set of conditions that must all hold.
    """

    name: str
    reason: str
    rules: tuple[tuple[Argument, ...], ...] = ((),)


ALLOWED: tuple[Call, ...] = (
    # The pipes to the judge, and what Python does to a descriptor it already has.
    Call("read", "take the next request from the judge's pipe"),
    Call("write", "answer; print"),
    Call("readv", "the C library's buffered reading"),
    Call("writev", "the C library's buffered writing"),
    Call("close", "let go of a descriptor"),
    Call("fstat", "Python looks at a descriptor that it wraps in a file object"),
    Call("lseek", "Python asks whether a stream can seek; a pipe says no"),
    Call("dup", "redirect_stdout and friends, within the descriptors it has"),
    Call("dup2", "as dup"),
    Call("dup3", "as dup"),
    Call(
        "fcntl",
        "flags of an own descriptor; never F_SETOWN, F_SETSIG or O_ASYNC, which send signals",
        (
            (Argument(1, F_DUPFD),),
            (Argument(1, F_GETFD),),
            (Argument(1, F_SETFD),),
            (Argument(1, F_GETFL),),
            (Argument(1, F_SETFL), Argument(2, 0, O_ASYNC)),
            (Argument(1, F_DUPFD_CLOEXEC),),
        ),
    ),
    Call(
        "ioctl",
        "isatty, and close-on-exec; no other device request",
        ((Argument(1, TCGETS),), (Argument(1, FIOCLEX),)),
    ),
    Call("poll", "wait for a pipe"),
    Call("ppoll", "as poll"),
    Call("select", "as poll; an old way to sleep"),
    Call("pselect6", "as select"),
    # Memory. RLIMIT_AS bounds it; no new code may be made executable.
    Call("brk", "malloc"),
    Call("mmap", "malloc of large blocks; no executable page", ((Argument(2, 0, PROT_EXEC),),)),
    Call("munmap", "free"),
    Call("mremap", "realloc"),
    Call("mprotect", "malloc's arenas; no executable page", ((Argument(2, 0, PROT_EXEC),),)),
    Call("madvise", "free hands pages back; numpy asks for huge ones"),
    # Signals to nobody: a process may arrange its own, and send none.
    Call("rt_sigaction", "signal.signal"),
    Call("rt_sigprocmask", "the C library blocks signals for a moment"),
    Call("rt_sigreturn", "come back from a handler"),
    Call("rt_sigpending", "signal.sigpending"),
    Call("sigaltstack", "faulthandler's stack"),
    Call("alarm", "a time-out that a student set for their own code"),
    Call("setitimer", "as alarm"),
    Call("getitimer", "as alarm"),
    Call("restart_syscall", "the kernel resumes an interrupted sleep"),
    # Clocks and chance.
    Call("clock_gettime", "time.time, time.perf_counter"),
    Call("clock_getres", "time.get_clock_info"),
    Call("gettimeofday", "an older time.time"),
    Call("time", "an older time.time"),
    Call("clock_nanosleep", "time.sleep: wasted wall time is the judge's net to catch"),
    Call("nanosleep", "as clock_nanosleep"),
    Call("getrandom", "random.Random() without a seed; hash secrets"),
    # Questions about itself and the machine; they change nothing.
    Call("getpid", "os.getpid; seeds"),
    Call("gettid", "threading.get_native_id"),
    Call("getppid", "os.getppid"),
    Call("getuid", "os.path.expanduser and the like"),
    Call("geteuid", "as getuid"),
    Call("getgid", "as getuid"),
    Call("getegid", "as getuid"),
    Call("getcwd", "traceback and inspect make paths absolute"),
    Call("uname", "platform.machine"),
    Call("sysinfo", "the C library counts processors and memory"),
    Call("sched_getaffinity", "os.cpu_count"),
    Call("sched_yield", "time.sleep(0), a spinning lock"),
    Call("getrusage", "resource.getrusage, CPU timers"),
    Call("times", "os.times"),
    Call(
        "prlimit64",
        "read an own limit; the new limit must be NULL and the process itself",
        ((Argument(0, 0), Argument(2, 0)),),
    ),
    # What every threaded C library does, even with one thread.
    Call("futex", "locks"),
    Call("set_robust_list", "the C library, per thread"),
    Call("rseq", "the C library, per thread"),
    # The way out.
    Call("exit", "end"),
    Call("exit_group", "end"),
)

# Everything from here on is written by autograder/authoring/build_seccomp.py.
PROGRAMS: dict[str, bytes] = {
    "x86_64": b64decode(
        "IAAAAAQAAAAVAABiPgAAwCAAAAAAAAAANQAAAQAAAEAVAABf/////xUAXQAAAAAAFQBcAAEAAAAVAFsAAwAAABUA"
        "WgAFAAAAFQBZAAcAAAAVAFgACAAAABUAVwALAAAAFQBWAAwAAAAVAFUADQAAABUAVAAOAAAAFQBTAA8AAAAVAFIA"
        "EwAAABUAUQAUAAAAFQBQABcAAAAVAE8AGAAAABUATgAZAAAAFQBNABwAAAAVAEwAIAAAABUASwAhAAAAFQBKACMA"
        "AAAVAEkAJAAAABUASAAlAAAAFQBHACYAAAAVAEYAJwAAABUARQA8AAAAFQBEAD8AAAAVAEMATwAAABUAQgBgAAAA"
        "FQBBAGIAAAAVAEAAYwAAABUAPwBkAAAAFQA+AGYAAAAVAD0AaAAAABUAPABrAAAAFQA7AGwAAAAVADoAbgAAABUA"
        "OQB/AAAAFQA4AIMAAAAVADcAugAAABUANgDJAAAAFQA1AMoAAAAVADQAzAAAABUAMwDbAAAAFQAyAOQAAAAVADEA"
        "5QAAABUAMADmAAAAFQAvAOcAAAAVAC4ADgEAABUALQAPAQAAFQAsABEBAAAVACsAJAEAABUAKgA+AQAAFQApAE4B"
        "AAAVAAEACQAAABUAAAYKAAAAIAAAACQAAABUAAAAAAAAABUAACMAAAAAIAAAACAAAABUAAAABAAAABUAISAAAAAA"
        "FQAABRAAAAAgAAAAHAAAABUAAB0AAAAAIAAAABgAAAAVABwAUVQAABUAGxoBVAAAFQAACC4BAAAgAAAAFAAAABUA"
        "ABcAAAAAIAAAABAAAAAVAAAVAAAAACAAAAAkAAAAFQAAEwAAAAAgAAAAIAAAABUAEhEAAAAAFQAAEEgAAAAgAAAA"
        "HAAAABUAAA4AAAAAIAAAABgAAAAVAA0ABgQAABUAAAYEAAAAIAAAACQAAABUAAAAAAAAABUAAAMAAAAAIAAAACAA"
        "AABUAAAAACAAABUABgAAAAAAIAAAABgAAAAVAAQAAwAAABUAAwACAAAAFQACAAEAAAAVAAEAAAAAAAYAAAABAAUA"
        "BgAAAAAA/38GAAAAAAAAgA=="
    ),
    "aarch64": b64decode(
        "IAAAAAQAAAAVAABbtwAAwCAAAAAAAAAAFQBYABEAAAAVAFcAFwAAABUAVgAYAAAAFQBVADkAAAAVAFQAPgAAABUA"
        "UwA/AAAAFQBSAEAAAAAVAFEAQQAAABUAUABCAAAAFQBPAEgAAAAVAE4ASQAAABUATQBQAAAAFQBMAF0AAAAVAEsA"
        "XgAAABUASgBiAAAAFQBJAGMAAAAVAEgAZQAAABUARwBmAAAAFQBGAGcAAAAVAEUAcQAAABUARAByAAAAFQBDAHMA"
        "AAAVAEIAewAAABUAQQB8AAAAFQBAAIAAAAAVAD8AhAAAABUAPgCGAAAAFQA9AIcAAAAVADwAiAAAABUAOwCLAAAA"
        "FQA6AJkAAAAVADkAoAAAABUAOAClAAAAFQA3AKkAAAAVADYArAAAABUANQCtAAAAFQA0AK4AAAAVADMArwAAABUA"
        "MgCwAAAAFQAxALEAAAAVADAAsgAAABUALwCzAAAAFQAuANYAAAAVAC0A1wAAABUALADYAAAAFQArAOkAAAAVACoA"
        "FgEAABUAKQAlAQAAFQABAN4AAAAVAAAG4gAAACAAAAAkAAAAVAAAAAAAAAAVAAAjAAAAACAAAAAgAAAAVAAAAAQA"
        "AAAVACEgAAAAABUAAAUdAAAAIAAAABwAAAAVAAAdAAAAACAAAAAYAAAAFQAcAFFUAAAVABsaAVQAABUAAAgFAQAA"
        "IAAAABQAAAAVAAAXAAAAACAAAAAQAAAAFQAAFQAAAAAgAAAAJAAAABUAABMAAAAAIAAAACAAAAAVABIRAAAAABUA"
        "ABAZAAAAIAAAABwAAAAVAAAOAAAAACAAAAAYAAAAFQANAAYEAAAVAAAGBAAAACAAAAAkAAAAVAAAAAAAAAAVAAAD"
        "AAAAACAAAAAgAAAAVAAAAAAgAAAVAAYAAAAAACAAAAAYAAAAFQAEAAMAAAAVAAMAAgAAABUAAgABAAAAFQABAAAA"
        "AAAGAAAAAQAFAAYAAAAAAP9/BgAAAAAAAIA="
    ),
}
