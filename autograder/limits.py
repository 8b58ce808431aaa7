"""Every limit on a submission and on what is shown of it, each with its reason.

On both sides of the pipe: the worker imports this module too, and nothing in it is secret. What
is no limit on a submission stands where it is used; tests/test_limits.py lists it, with reasons.
"""

from dataclasses import dataclass

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

# What is read ------------------------------------------------------------------------------

SOURCE_BYTES = MIB  # of code and prose; an honest notebook has 60 kB of them
NOTEBOOK_BYTES = 64 * MIB  # because pictures are kept as outputs
NOTEBOOK_CELLS = 5_000  # each is matched with the lesson's, of which there are some 50
# Of a file's beginning, where it shows whether it is a notebook, and how a script is encoded.
START_BYTES = 1_000
SHORT_FILE_BYTES = 200  # of what nbgrader lays beside a submission: a time has 30, a secret 128
# Objects that JSON may make: 30 bytes each at least, and [[],[],...] has one every 3 bytes.
JSON_ITEMS = 3_000_000
# Of a longer cell nothing is looked into: it is no student's, and parsing costs 3 s a MiB.
PARSED_CHARACTERS = 128 * KIB
# Of all code of a student's, what is searched for staff: 1 s at most. An honest file has 8 KiB,
# and one that has more than this is flagged.
SEARCHED_CHARACTERS = 64 * KIB
# Of a text that may spell a name in that code; the names that matter are shorter.
SPELLED_CHARACTERS = 200
SPELLED_NAMES = 8  # names or texts that one expression may stand for; further ones are not followed
SPELLED_TELLING = 32  # the same, of those that may reach for something; more are flagged
SPELLED_WAYS = 256  # in which a text may be put together
ALIAS_CHARACTERS = 40  # before a module, in which it is looked for another name of it
SPELLED_PARTS = 32  # of a list or a table that such a name may be taken from
# Parameters that are followed to the calls of their functions; an honest file has some 500.
SPELLED_BINDINGS = 20_000
# Expressions that are compared to find difference quotients; an honest engine has some hundreds.
COMPARED_EXPRESSIONS = 30_000
COMPARED_CHARACTERS = 1_000  # that tell one of them from another
INVERSE_CHARACTERS = 100  # before ** -1, in which the name of a step is looked for
ADDED_STATEMENTS = 2_000  # in cells of the student's own; an honest notebook has some dozens
PADDING_LINES = 64 * KIB  # empty lines added so that line numbers of messages are right
# Files larger than this are read one at a time: as JSON, one of 64 MiB fills 900 MiB at worst.
LARGE_BYTES = 4 * MIB

# What is told and shown of it ----------------------------------------------------------------

REPAIRS = 40  # told of one submission; more tell nobody anything
FLAGS = 20  # the same, for staff
SENTENCE = 400  # characters of a repair, a flag or a refusal; names and lines are not endless
# The same as a line of results writes it: a letter of Greek takes six bytes there, a smiling face
# twelve, and a refusal stands in each of 70 checks.
SENTENCE_BYTES = 600
# Of one submission's line of results, so that a class of 1,000 is 128 MB at most, and tables and
# pages of it open. An honest one has 20 kB, and some 90 when it prints all that is kept.
RESULT_BYTES = 128 * KIB
FOLDER_FILES = 10_000  # of one student; an honest folder has a few
SHOWN_NAMES = 5  # of students or of cells, in one sentence or line
SHOWN_STRAYS = 20  # entries of a class that belong to nobody; more are counted
SHOWN_WORD = 40  # characters of one identifier, key or language in a sentence
SHOWN_DOTTED_NAME = 60  # characters of `a.b.c` in a flag
SHOWN_FILE_NAME = 100  # characters of a file's name, its end, because the ending tells most
SHOWN_TEXT = 200  # characters of a longer text in a sentence, such as a path in an archive
SHOWN_OUTPUT_LINES = 20  # of what it printed, in a report; the result file has all that is kept
SHOWN_OUTPUT_CHARACTERS = 2_000  # the same in a notebook, where a line has no end of its own
# Of one cell in the grader's copy: an honest one has some 2,000, and colouring a megabyte would
# hold the grader's browser up.
SHOWN_CELL_CHARACTERS = 20_000
SHOWN_ADDED_CELLS = 100  # of the student's own in that copy; nobody looks through more
SHOWN_ADDED_CHARACTERS = 40_000  # in all of them; each makes some 25 bytes of a page
SHOWN_NODES = 200  # of a drawn graph: more than a page holds; Graphviz takes a second for them
SHOWN_LABEL = 24  # characters of a name or an operation in a drawn node
# Texts of exceptions that the judge remembers: a class of 1,000 shares a few hundred. Who raises a
# new one every time must not fill the judge's memory.
KNOWN_REASONS = 4_096

# What an archive of a class may be -----------------------------------------------------------

ARCHIVE_MEMBERS = 50_000  # 10,000 students with five files each
# Four times what is read of a submission: one that is merely too large is that student's
# affair, and is refused when it is read.
ARCHIVE_FILE_BYTES = 4 * NOTEBOOK_BYTES
ARCHIVE_BYTES = 4 * GIB  # 10,000 notebooks of 60 kB, many with pictures; it must fit in /tmp
# How many times its size a file may unpack to. Text shrinks to a tenth; a notebook that printed
# one line over and over shrinks to a thousandth and is no bomb, so up to the free size any
# ratio will do.
ARCHIVE_RATIO, ARCHIVE_RATIO_FREE_BYTES = 200, 8 * MIB
ARCHIVE_DIRECTORY_BYTES = 16 * MIB  # a zip's table of contents; about 100 bytes a member
# What tarfile reads at once is a header, and a long name or comment of a member. A header may
# announce gigabytes of it.
TAR_READ_BYTES = MIB
NAME_DEPTH = 20  # folders in folders; an LMS makes at most four, students a few more
NAME_PART_BYTES = 255  # of one name between slashes: what a file system takes
METADATA_BYTES = 64 * MIB  # of Gradescope's list of submitters, which holds what they printed too
GROUP_STUDENTS = 50  # who handed in one submission together

# What a submission may use while it runs, as the judge sees it -------------------------------

# The whole hidden set of 06_engine takes 0.02 s of CPU on an honest engine; a slow but
# right one (sets, recursion, closures) up to 0.1 s. 40 times that. A mutant has the same.
PLAY_CPU_S = 4.0
# Executing the file comes on top; past this the kernel ends the process.
PROCESS_CPU_S = 6
# The wall clock is only a net: a loaded machine must not fail an honest submission.
WALL_S = 5 * PROCESS_CPU_S
# A process that has wanted no core for this long is ended: it sleeps, or waits for what will
# never come, and an engine has nothing to wait for. Seconds in which it stood in the queue for
# a core are not among them.
IDLE_S = 4.0
# How often the judge looks at the clocks of a running child.
LOOK_S = 0.25
# For reading what an ended process at level 1 has left in its pipes; it takes milliseconds. Where a
# process that it started holds them open, this is how long the judge waits.
DRAIN_S = 1.0
# Compiling 45 modules on a cold disk takes seconds, and with eight processes waiting for each core
# an honest score was withheld after 10.
ZYGOTE_START_S = 60.0
ZYGOTE_REPLY_S = 30.0  # a zygote replies within milliseconds, but may wait for a core as well
ZYGOTE_END_S = 1.0  # for ending by itself when the judge hangs up, in milliseconds; then a kill
# For one case of `check --explain`, by the wall clock: its CPU limit is far below, and does not
# reach every call in C.
ANSWER_S = 10.0
PIPE_BYTES = MIB  # that a pipe can hold, unless an administrator has allowed more
OUTPUT_BYTES = 64 * KIB  # kept of what a submission prints; the rest is dropped with a note
# Read of it: room for that note. Who sends more has written past the worker's own bound.
OUTPUT_READ_BYTES = OUTPUT_BYTES + 128
# After a crash the cases behind it are played in a new process, this often ...
RESTARTS = 3
# ... while the submission has not held its worker for longer than this. One run takes at most
# IDLE_S of waiting, PROCESS_CPU_S and a second of grace, so that all of them together take 20 s,
# on a quiet machine. An honest one that uses up its CPU time has held it for 6 s.
FURTHER_RUN_S = 20.0 - (IDLE_S + PROCESS_CPU_S + 1 + 2 * LOOK_S)
# A submission that has used up its CPU time is played again, to find the case that did it: the
# one that takes so much longer than any case may. Not before the blocks have been executed.
STALLED_S = 2.0
# A submission is tried this often before its score is withheld: once more after a failure
# of ours, which may have been the machine's bad moment.
ATTEMPTS = 2
# Reports that may wait for an earlier one, for each worker: results come in order, and the
# others grade some 700 submissions while one uses up its CPU time twice. 20 kB each.
AHEAD = 500

# What its process may use, as the worker sets it ---------------------------------------------

# What the words of a check give a case, in CPU seconds, unless its author says otherwise. It takes
# the reference about 0.1 ms, the slowest honest engine seen 1 ms: 250 times that.
CASE_CPU_S = 0.25
# A chain of 10,000 nodes takes the reference 12 ms, the slowest honest engine seen 60 ms.
CHAIN_CPU_S = 1.0
CALL_CPU_S = 1.0  # a call of one function, which may build and train a whole network
# How often it is looked whether a case has used up its time, in CPU seconds. subtle: a
# submission may catch the exception that ends its case, so it comes again at each look.
CASE_LOOK_CPU_S = 0.05
# Executing an honest file takes a few milliseconds, training cells in it included.
BLOCK_CPU_S = 2.0
# After this many cases that took too long the rest is not played. How many fit into the time
# for all of them would depend on the machine, and so would the score.
TIMEOUTS = 8
# What a submission may ask of planted engines. For one case an honest gradcheck builds some
# hundred nodes and asks a dozen questions; 200 probes of 20 operations are 4,000 events.
ENGINE_QUESTIONS = 5_000
ENGINE_EVENTS = 50_000  # 300 bytes each while their case lasts
ENGINE_QUESTION_BYTES = 2 * MIB  # 50,000 events of 40 bytes
# CPU seconds of the engines for a whole submission: 0.01 for an honest one. Below IDLE_S, for a
# submission waits while it is answered.
ENGINES_CPU_S = 2.0
ENGINES_REPORT_BYTES = 64 * KIB  # 150 cases with 30 bytes each, and a sentence for some
# 512 MiB of address space leave an honest graph of 10,000 nodes room many times over, and stop
# a bomb before it hurts a laptop that grades two at a time.
MEMORY_BYTES = 512 * MIB
# Given back when memory runs out, so that there is some left to say so.
RESERVE_BYTES = 4 * MIB
# A request holds at most SOURCE_BYTES characters of source; JSON makes at most twelve bytes of one.
REQUEST_BYTES = 16 * MIB
# Of a function that is recorded, not run; the longest that an exercise asks for has eight.
RECORDED_STEPS = 200
RECORDED_NUMBERS = 1 + 5 * RECORDED_STEPS  # where its result is, then five for each step
# Of what a submission raised, its line included: one line, for all of it may be the student's
# own words, or the hidden inputs that it was sent.
DETAIL_BYTES = 200
DETAILS = 1024  # distinct texts in a reply; further ones are dropped
# Every so many cases one is played a second time, behind all others: of an engine that asks the
# clock or chance the numbers differ. Graphs of more steps cost more and tell no more.
AGAIN_EVERY = 10
AGAIN_STEPS = 3  # of a graph at most

# What our own attacks may use ---------------------------------------------------------------

ATTACK_CPU_S = 1  # so that the attack on this limit lasts two seconds, and not seven
ATTACK_WALL_S = 30.0  # for one; the longest burns 2 s of CPU, and a busy machine is 15x slower
ATTACK_WORD_BYTES = 4_096  # of what one says
NEIGHBOUR_WALL_S = 10.0  # for an echo of the submission beside it, which takes 0.0001
TRIAL_WALL_S = 120.0  # for all of them, 3 s on an idle core
TRIAL_END_S = 10.0  # from the last observation to the end of their process; it takes 0.01


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one submission may use.

    Attributes:
        memory_bytes: address space, the zygote's share included: 17 MiB, with numpy 141.
        cpu_s: whole seconds of CPU time, >= 1. SIGXCPU at this, SIGKILL one second later, as
            a process may ignore the first.
        stack_bytes: C stack of the main thread. 16 MiB, twice the usual: a recursion of
            C functions (repr of a deep list) meets Python's own limit first.
        open_files: descriptors. 16: five are used, the rest leaves room for dup.
        processes: further processes and threads. 0: an engine needs none.
        written_bytes: size of a written file. 0: answers go through pipes, which have none.
    """

    memory_bytes: int = MEMORY_BYTES
    cpu_s: int = PROCESS_CPU_S
    stack_bytes: int = 16 * MIB
    open_files: int = 16
    processes: int = 0
    written_bytes: int = 0
