"""What reaches for the grader or the interpreter, by its name, and why somebody should look."""

import builtins
import sys

HOLE = "\0"  # what stands for a piece of a text that is worked out as the program runs
FRAMES = "reads the variables of whoever called it"
TRACED = "is called at every step of the grader"
OBJECTS = "looks through every object in memory"
INSIDES = "takes hold of the inside of functions that are not its own"
LOADED = "takes modules that it did not import"
TEXTS = "runs a text, which nobody can read beforehand"
CLOCK = "changes the clock or the signals that the grader relies on"
GRADER = "asks the grader for more than check, draw and method_of"
REPLACED = "replaces what all code in the process shares"
BY_NAME = "asks for a name that is worked out while it runs"
ALL_NAMES = "takes all names of a module that is not its own"
HANDED_ON = "is handed on, so that what is done with it cannot be read"
DESCRIPTORS = "takes an attribute by what its class holds it with"
OF_ALL = "walks through all names of the program, the interpreter's among them"
PIPES = "reads or writes beside print, where the grader's answers go"

# What is reached for, and why somebody should look: attributes and names wherever they stand,
# also as a text; with a dot, of this module alone; with a dot behind, the whole module.
REACHES: dict[str, str] = {
    **dict.fromkeys(
        (
            *("_getframe", "_current_frames", "_current_exceptions", "_getframemodulename"),
            *("f_back", "f_locals", "f_globals", "f_builtins", "f_code"),
            *("tb_frame", "gi_frame", "cr_frame", "ag_frame", "walk_stack", "walk_tb"),
            *("currentframe", "getouterframes", "getinnerframes", "inspect.stack", "inspect.trace"),
            *("getgeneratorlocals", "getcoroutinelocals", "capture_locals", "gi_code", "cr_code"),
        ),
        FRAMES,
    ),
    **dict.fromkeys(
        (
            *("settrace", "setprofile", "_setprofile", "call_tracing", "addaudithook", "f_trace"),
            *("settrace_all_threads", "setprofile_all_threads", "sys.monitoring"),
        ),
        TRACED,
    ),
    **dict.fromkeys(("__subclasses__", "get_objects", "get_referrers", "gc."), OBJECTS),
    **dict.fromkeys(
        (
            *("__globals__", "__closure__", "cell_contents", "__builtins__", "__self__"),
            *("co_code", "co_consts", "CodeType", "ctypes", "ctypes.", "_ctypes.", "marshal."),
            *("__reduce__", "__reduce_ex__", "getclosurevars", "as_strided", "ctypeslib"),
            *("__array_interface__", "__array_struct__", "_testcapi.", "_testinternalcapi."),
        ),
        INSIDES,
    ),
    **dict.fromkeys(
        (
            *("sys.modules", "__import__", "import_module", "importlib."),
            *("_imp.", "imp.", "_frozen_importlib", "_gcd_import", "load_module", "exec_module"),
            *("posix", "posix.", "nt.", "_sys", "_os", "__loader__", "__spec__", "__main__."),
            *("pickle.", "_pickle.", "copyreg.", "shelve.", "pkgutil.", "runpy.", "zipimport."),
            *("pydoc.", "unittest.mock", "unittest.mock.", "inspect.getmodule", "meta_path"),
            *("logging.config.", "loadTestsFromName", "loadTestsFromNames"),
            *("path_hooks", "path_importer_cache"),
        ),
        LOADED,
    ),
    **dict.fromkeys(
        (
            *("eval", "exec", "compile", "builtins.eval", "builtins.exec", "builtins.compile"),
            *("get_type_hints", "ForwardRef", "_eval_type", "evaluate_forward_ref", "eval_str"),
            *("get_annotations", "make_dataclass", "get_field", "string.Formatter", "code."),
            "__annotations__",
            *("codeop.", "pdb.", "bdb.", "cProfile.", "profile.", "trace."),
        ),
        TEXTS,
    ),
    **dict.fromkeys(("getmembers", "getmembers_static", "getattr_static"), ALL_NAMES),
    **dict.fromkeys(("__get__", "__func__"), DESCRIPTORS),
    **dict.fromkeys(("ensure_value", "resolve_dotted_attribute", "rlcompleter."), BY_NAME),
    **dict.fromkeys(("signal.", "setitimer", "faulthandler."), CLOCK),
    **dict.fromkeys(
        (
            *("fdopen", "os.read", "os.write", "os.writev", "os.readv", "os.pipe", "os.dup"),
            *("os.dup2", "os.sendfile", "os.fork", "os.closerange", "mmap.", "fcntl.", "socket."),
        ),
        PIPES,
    ),
}
OURS = "autograder"
STYLE = f"{OURS}.student.plots"  # of pictures, which lessons ask for
FREE = ("check", "draw", "method_of", "*")  # what a lesson's cells import from it
ONLY_AS_NAMES = frozenset(("eval", "exec", "compile", "ctypes", "posix"))  # words, too, as texts
# Functions that take hold of what is named by a text; whoever hands one on says no names.
TAKING = frozenset(
    (
        *("getattr", "setattr", "delattr", "vars", "globals", "locals", "__import__", "eval"),
        *("exec", "compile", "attrgetter", "methodcaller", "__getattribute__"),
        *("update_wrapper", "wraps"),
    )
)
TAKEN_FROM = ("builtins", "operator", "functools")
COPYING = {"update_wrapper": 3, "wraps": 2}  # attributes, and how many arguments name them
TABLES = ("globals()", "locals()", "vars()")  # of all names of the program
# What hands on all that is in a table; and what hands on one thing, if it is asked for it.
WALKING = frozenset(("items", "values", "copy", "popitem", "__iter__", "__or__", "__ror__"))
ITEM_METHODS = ("get", "pop", "setdefault", "__getitem__")
OFTEN_VARIABLES = frozenset(("vars", "globals", "locals", "compile"))  # or names of one's own
# Modules that hold nothing to reach for, and so may be asked for any name, and handed on; random
# is handed on in 08.
HARMLESS = frozenset(("math", "cmath", "time", "itertools"))
STORING = frozenset(("setattr", "delattr"))
# Functions that a module may be given to: what they do with it is seen, or does nothing.
ASKING = frozenset(
    (
        *("getattr", "hasattr", "setattr", "delattr", "vars", "dir", "help", "print", "type", "id"),
        *("isinstance", "callable", "repr", "str", "bool", "reload"),
        *("len", "list", "sorted", "set"),  # of a table, its names alone
    )
)
# Modules that others hold, under their own name or with a line in front: `collections._sys`.
INNER = frozenset(
    (
        *("bltns", "builtins", "ctypes", "gc", "imp", "importlib", "inspect", "operator", "os"),
        *("sys", "thread", "threading", "types"),
    )
)
# Of these also where nobody knows what holds them: no honest object has such an attribute.
HELD = frozenset(("builtins", "ctypes", "importlib", "os", "sys"))
WATCHED = frozenset(("sys", "builtins", "inspect", "types"))  # all names of these are telling
ARGUMENTS = frozenset(("capture_locals", "eval_str"))  # by name, in a call
OPENING = frozenset(("open", "io.open", "builtins.open"))  # also by a number
# What an attribute may be called that is reached for, where pieces of its name are not known.
ATTRIBUTES = (
    *(name.rpartition(".")[2] for name in REACHES if not name.endswith(".")),
    *("modules", "__dict__", "__code__", "__getattribute__"),
)

# A file without any of these words is not parsed: most are not, and parsing takes time.
TELLING = frozenset(name.strip(".").rpartition(".")[2] for name in REACHES) - {
    *("stack", "gc", "__main__", "code", "trace", "read", "write", "pipe", "dup", "profile"),
} | {
    *("inspect", "getattr", "setattr", "delattr", "vars", "globals", "locals", "builtins", "del"),
    *("__dict__", "__getattribute__", "__code__", "attrgetter", "methodcaller", OURS),
    *("__match_args__", "__instancecheck__", "ABCMeta", "metaclass", "update_wrapper"),
    *("open", "singledispatch", "singledispatchmethod", "timeit", "FileIO"),
}


def is_of_python(name: str) -> bool:
    """Whether a dotted name begins with a module of the standard library, or with numpy."""
    root = name.partition(".")[0]
    return root in sys.stdlib_module_names or root == "numpy"


def is_builtin(name: str) -> bool:
    """Whether a name stands for something where nothing binds it."""
    return name in vars(builtins) or name.startswith("__")


def is_telling(name: str) -> bool:
    """Whether what a dotted name stands for must not be lost among others."""
    last = name.rpartition(".")[2]
    return (
        ("." not in name and is_of_python(name))
        or last in TAKING
        or last in TELLING
        or last in ("__dict__", "modules")
        or HOLE in name
        or name in TABLES
    )
