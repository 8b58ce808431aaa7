"""Every limit on a submission, with its reason."""

# The whole hidden set of 06_engine takes 0.02 s of CPU on an honest engine; a slow but
# right one (sets, recursion, closures) up to 0.1 s. 40 times that.
PLAY_CPU_S = 4.0
# Executing the file comes on top; past this the kernel ends the process.
PROCESS_CPU_S = 6
# The wall clock is only a net: a loaded machine must not fail an honest submission.
WALL_S = 5 * PROCESS_CPU_S
# A process that has wanted no core for this long waits for nobody: an engine has nothing to
# wait for. Seconds in which it stood in the queue for a core are not among them.
IDLE_S = 4.0
# How often the judge looks at the clocks of a running child.
LOOK_S = 0.25
# A zygote answers within milliseconds; compiling 45 modules on a cold disk takes seconds, and
# with eight processes waiting for each core an honest score was withheld after 10.
ZYGOTE_START_S = 60.0
ZYGOTE_ANSWER_S = 30.0
OUTPUT_BYTES = 64 * 1024  # kept of what a submission prints
# After a crash the cases behind it are played in a new process, this often.
RESTARTS = 3
# A submission that has used up its CPU time is played again, to find the case that did it: the
# one that takes so much longer than any case may. Not before the blocks have been executed.
STALLED_S = 2.0
# A submission is tried this often before its score is withheld: once more after a failure
# of ours, which may have been the machine's bad moment.
ATTEMPTS = 2
# Files larger than this are read one at a time: as JSON, one of 64 MiB fills 300 MiB.
LARGE_BYTES = 4 << 20
# Reports that may wait for an earlier one, for each worker: results come in order, and the
# others grade some 700 submissions while one uses up its CPU time twice. 20 kB each.
AHEAD = 500
