"""Hostile submissions that are too big, too odd or too binary to be committed.

A generator takes the folder to write into (and, for notebooks, a notebook; unused here) and
returns the path that is handed in. Its docstring has the form of those of the files.
"""

import io
import os
import stat
import zipfile
from pathlib import Path

MIB = 1 << 20
HONEST = (Path(__file__).parent / "honest_engine.py").read_text(encoding="utf-8")


def _write(folder: Path, content: bytes | str, name: str = "engine.py") -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def null_bytes(folder, _):
    """Has null bytes in the middle of its source.

    family: source
    expect: refused
    gain: a reader that stops at the first null byte, or an error of ours
    """
    return _write(folder, HONEST.replace("class Value", "\0\0class Value"))


def bad_utf8(folder, _):
    """Has bytes that are not UTF-8 and says no other encoding.

    family: source
    expect: refused
    gain: an error of ours
    """
    return _write(folder, HONEST.encode() + b"\n# \xff\xfe\xc0\x80\xed\xa0\x80\n")


def utf16(folder, _):
    """Is saved as UTF-16, as some editors do: no attack.

    family: source
    expect: honest
    gain: an honest file that is refused
    """
    return _write(folder, HONEST.encode("utf-16"))


def byte_order_mark(folder, _):
    """Is saved with a byte order mark and Windows line ends, as some editors do: no attack.

    family: source
    expect: honest
    gain: an honest file that is refused
    """
    return _write(folder, b"\xef\xbb\xbf" + HONEST.replace("\n", "\r\n").encode())


def old_line_ends(folder, _):
    """Ends its lines with carriage returns alone: one line to some readers, many to Python.

    family: source
    expect: honest
    gain: an honest file that is refused
    """
    return _write(folder, HONEST.replace("\n", "\r"))


def thirty_megabytes(folder, _):
    """Is 30 MB long, nearly all of it a comment.

    family: source
    expect: refused
    gain: seconds and hundreds of megabytes in the judge
    """
    return _write(folder, HONEST + "# " + "x" * 30_000_000 + "\n")


def many_statements(folder, _):
    """Has 60,000 statements: compiling them is the work.

    family: source
    expect: honest
    gain: seconds in the judge, if it parses or formats what students send
    """
    return _write(folder, HONEST + "x = 1\n" * 60_000)


def nested_brackets(folder, _):
    """Nests 100,000 brackets.

    family: source
    expect: zero
    gain: a parser of the judge's that dies of recursion
    """
    return _write(folder, "x = " + "(" * 100_000 + "1" + ")" * 100_000 + "\n" + HONEST)


def nested_signs(folder, _):
    """Puts 100,000 minus signs before a number: no bracket to count, as deep a tree.

    family: source
    expect: zero
    gain: a parser of the judge's that dies of recursion
    """
    return _write(folder, "x = " + "-" * 100_000 + "1\n" + HONEST)


def long_sum(folder, _):
    """Adds up 100,000 ones in one expression: a tree that deep, leaning left.

    family: source
    expect: zero
    gain: a walker of the judge's that dies of recursion
    """
    return _write(folder, "x = " + "1+" * 100_000 + "1\n" + HONEST)


def attribute_chain(folder, _):
    """Asks for an attribute of an attribute, 100,000 times.

    family: source
    expect: zero
    gain: a walker of the judge's that dies of recursion
    """
    return _write(folder, "x = 1" + " .real" * 100_000 + "\n" + HONEST)


def deep_indentation(folder, _):
    """Indents its blocks 150 deep, which Python refuses.

    family: source
    expect: zero
    gain: an error of ours where a syntax error of the student's is due
    """
    deep = "".join(" " * depth + "if 1:\n" for depth in range(150))
    return _write(folder, deep + " " * 150 + "pass\n" + HONEST)


def long_elif(folder, _):
    """Has one `if` with 5,000 `elif`: flat to the eye, nested to the parser.

    family: source
    expect: zero
    gain: a walker of the judge's that dies of recursion
    """
    return _write(folder, "if 0: pass\n" + "elif 0: pass\n" * 5_000 + HONEST)


def byte_code(folder, _):
    """Is byte code under the name of a source file.

    family: source
    expect: refused
    gain: code that runs unread
    """
    return _write(folder, b"\xa7\r\r\n" + bytes(12) + b"\xe3" + bytes(range(256)))


def a_picture(folder, _):
    """Is a picture under the name of a source file.

    family: source
    expect: refused
    gain: an error of ours
    """
    return _write(folder, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)


def nothing(folder, _):
    """Is empty.

    family: source
    expect: zero
    gain: full marks because nothing failed
    """
    return _write(folder, b"")


def a_link(folder, _):
    """Is a link to /etc/passwd, to be read and shown by the judge.

    family: source
    expect: refused
    gain: a line of /etc/passwd in a report
    """
    link = folder / "engine.py"
    link.symlink_to("/etc/passwd")
    return link


def a_pipe(folder, _):
    """Is a named pipe to which nobody writes: who opens it waits.

    family: source
    expect: refused
    gain: a judge that waits for ever
    """
    os.mkfifo(folder / "engine.py")
    return folder / "engine.py"


def a_device(folder, _):
    """Is a link to /dev/zero, which never ends.

    family: source
    expect: refused
    gain: a judge whose memory fills
    """
    link = folder / "engine.py"
    link.symlink_to("/dev/zero")
    return link


def a_folder(folder, _):
    """Is a folder under the name of a source file.

    family: source
    expect: refused
    gain: an error of ours
    """
    (folder / "engine.py").mkdir()
    return folder / "engine.py"


def _archive(folder: Path, members: list[tuple[zipfile.ZipInfo | str, bytes]]) -> Path:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members:
            archive.writestr(member, data, zipfile.ZIP_DEFLATED)
    return _write(folder, content.getvalue(), "engine.zip")


def archive_bomb(folder, _):
    """Is an archive of 60 KB that unpacks to 64 MB; one that meant it would hold gigabytes.

    family: source
    expect: refused
    gain: 64 MB on the judge's disk or in its memory
    """
    return _archive(folder, [("engine.py", b"#" * (64 * MIB))])


def archive_with_link(folder, _):
    """Is an archive in which engine.py is a link to /etc/passwd.

    family: source
    expect: refused
    gain: a line of /etc/passwd in a report
    """
    member = zipfile.ZipInfo("engine.py")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    return _archive(folder, [(member, b"/etc/passwd")])


def archive_that_climbs(folder, _):
    """Is an archive with members that climb out of their folder.

    family: source
    expect: refused
    gain: /tmp/micrograde-canary-archive_that_climbs, or a file beside the submissions
    """
    name = "micrograde-canary-archive_that_climbs"
    return _archive(
        folder,
        [
            ("engine.py", HONEST.encode()),
            (f"/tmp/{name}", b"x"),
            (f"../../../../../../../tmp/{name}", b"x"),
            (f"..\\..\\..\\tmp\\{name}", b"x"),
        ],
    )


def archive_of_thousands(folder, _):
    """Is an archive of 20,000 empty files.

    family: source
    expect: refused
    gain: 20,000 files on the judge's disk
    """
    return _archive(folder, [(f"{number}.py", b"") for number in range(20_000)])


GENERATORS = (
    null_bytes,
    bad_utf8,
    utf16,
    byte_order_mark,
    old_line_ends,
    thirty_megabytes,
    many_statements,
    nested_brackets,
    nested_signs,
    long_sum,
    attribute_chain,
    deep_indentation,
    long_elif,
    byte_code,
    a_picture,
    nothing,
    a_link,
    a_pipe,
    a_device,
    a_folder,
    archive_bomb,
    archive_with_link,
    archive_that_climbs,
    archive_of_thousands,
)
