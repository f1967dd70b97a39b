"""The command line: reads the arguments, runs a sub-command or opens the window, and turns errors into one line.

Nothing heavy is imported before a command needs it, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from playground import __version__
from playground.commands.errors import CommandError, RunError

BAD_INPUT = 2
FAILED = 1
INTERRUPTED = 130


class _Parser(argparse.ArgumentParser):
    """Reports an error as one line instead of printing the usage and leaving."""

    def error(self, message: str) -> NoReturn:
        raise CommandError(f"{message[:1].upper()}{message[1:].rstrip('.')}. See {self.prog} --help.")


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"it must be a whole number, not {text[:40]!r}") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"it must be a number, not {text[:40]!r}") from None


def _train_parser(parser: argparse.ArgumentParser) -> None:
    parser.description = "Trains a project and says how good it became. Progress goes to stderr."
    parser.add_argument("project", metavar="PROJECT", help="a .nnp file or the name of an example")
    _data_options(parser)
    parser.add_argument("--epochs", metavar="N", type=_whole_number, help="instead of the project's own number")
    parser.add_argument(
        "--seed", metavar="S", type=_whole_number, help="first weights, order of samples and dropout; not the data"
    )
    parser.add_argument(
        "--threads", metavar="N", type=_whole_number, help="0 lets the program choose; another number, other bits"
    )
    parser.add_argument("--device", choices=("cpu", "cuda", "auto"), help="where to compute")
    parser.add_argument("--report", metavar="FILE.json", help="write figures of every epoch")
    parser.add_argument("--save", metavar="FILE.safetensors", help="write weights, project and state of the run")
    parser.add_argument("--resume", metavar="FILE.safetensors", help="go on with a run that --save wrote")


def _data_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data-dir", metavar="DIR", help="the folder with the IDX files of MNIST or Fashion-MNIST")
    parser.add_argument("--download", action="store_true", help="fetch data that are missing, once")


def _predict_parser(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Says what pictures show: ink on paper or light on dark, any size. They are prepared as MNIST's digits are."
    )
    parser.add_argument(
        "weights",
        metavar="WEIGHTS",
        help="a .safetensors file that train --save or the window wrote, or an example that comes with trained "
        "weights: digits-cnn or digits-mlp",
    )
    parser.add_argument("images", metavar="IMAGE", nargs="+", help="PNG, JPEG, BMP or GIF")
    parser.add_argument("--json", action="store_true", help="print a list of image, class and probabilities")


def _presets_parser(parser: argparse.ArgumentParser) -> None:
    parser.description = "Lists the examples that train takes by name."
    parser.add_argument("--json", action="store_true", help="print the list as JSON")


def _screenshot_parser(parser: argparse.ArgumentParser) -> None:
    parser.description = "Trains a project and draws the real window into a PNG file, without a screen."
    parser.add_argument("project", metavar="PROJECT", help="a .nnp file or the name of an example")
    parser.add_argument("out", metavar="OUT.png", help="the picture")
    parser.add_argument("--workspace", metavar="NAME", default="train", help="build, train or draw")
    parser.add_argument("--epochs", metavar="N", type=_whole_number, default=0, help="train so many first")
    parser.add_argument("--size", metavar="WxH", default="1600x1000", help="of the window, in pixels")
    parser.add_argument("--zoom", metavar="Z", type=_number, default=1.0, help="lecture zoom, from 1.0 to 1.75")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    parser.add_argument("--image", metavar="FILE", help="a picture to put into the drawing area")
    parser.add_argument("--data-dir", metavar="DIR", help="the folder with the IDX files of MNIST or Fashion-MNIST")


def _export_parser(parser: argparse.ArgumentParser) -> None:
    parser.description = "Writes a project's network as PyTorch code that runs without this program."
    parser.add_argument("project", metavar="PROJECT", help="a .nnp file or the name of an example")
    parser.add_argument("out", metavar="OUT.py", help="the code")
    parser.add_argument("--data-dir", metavar="DIR", help="where the data lie, for a project that scales them")


# name: what it does in a few words, and what fills its parser
COMMANDS = {
    "presets": ("list the examples", _presets_parser),
    "train": ("train a project", _train_parser),
    "predict": ("say what pictures show", _predict_parser),
    "export": ("write the network as PyTorch code", _export_parser),
    "screenshot": ("draw the window into a file", _screenshot_parser),
}


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="playground",
        description="Draw, build, train and look inside neural networks.",
        epilog="Without a command the window opens: playground [PROJECT] [--data-dir DIR]",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"playground {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, (text, fill) in COMMANDS.items():
        fill(commands.add_parser(name, help=text, allow_abbrev=False))
    return parser


def _window_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="playground", add_help=False, allow_abbrev=False)
    parser.add_argument("project", metavar="PROJECT", nargs="?")
    parser.add_argument("--data-dir", metavar="DIR")
    return parser


def _opens_window(argv: Sequence[str]) -> bool:
    """Whether these arguments are for the window: none, a project to open, or the folder with the data."""
    if not argv or argv[0].partition("=")[0] == "--data-dir":
        return True
    if argv[0] in COMMANDS or argv[0].startswith("-"):
        return False
    from playground.resources import examples

    return argv[0].endswith(".nnp") or argv[0] in {example.name for example in examples()}


def _has_no_screen() -> bool:
    """Whether Qt would end the process for want of a display server."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform.startswith("linux") and not any(os.environ.get(name) for name in named)


def _open_window(argv: Sequence[str]) -> int:
    _window_parser().parse_args(argv)
    if _has_no_screen():
        raise CommandError("There is no screen to open a window on. The commands of --help work without one.")
    try:
        from playground.app import main as open_window
    except ImportError as error:
        # Qt needs libraries of the system that a server may not have.
        raise RunError(f"The window cannot open: {error}. The commands of --help work without it.") from None
    return open_window(argv)


def _run(argv: Sequence[str]) -> int:
    if _opens_window(argv):
        return _open_window(argv)
    arguments = vars(_parser().parse_args(argv))
    match arguments.pop("command"):
        case "presets":
            from playground.commands import presets

            presets.run(arguments["json"])
        case "train":
            from playground.commands import train

            train.run(train.Options(**arguments))
        case "predict":
            from playground.commands import predict

            predict.run(arguments["weights"], arguments["images"], arguments["json"])
        case "export":
            from playground.commands import export

            export.run(arguments["project"], arguments["out"], arguments["data_dir"])
        case "screenshot":
            from playground.commands import screenshot

            screenshot.run(screenshot.Options(**arguments))
        case _:
            return _open_window([])
    return 0


def _complain(message: object) -> None:
    print(" ".join(str(message).split()), file=sys.stderr)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the program with these arguments, by default the process's own, and returns its exit code.

    0 is success, 1 a run that could not be completed, 2 bad input, 130 an interruption with Ctrl+C.
    """
    argv = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal without × or a file name that is no text must not end the program.
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(argv)
        sys.stdout.flush()
        return code
    except CommandError as error:
        _complain(error)
        return BAD_INPUT
    except RunError as error:
        _complain(error)
        return FAILED
    except KeyboardInterrupt as interruption:
        _complain(str(interruption) or "Stopped.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except SystemExit as leaving:
        # --help and --version have printed what was asked for.
        return int(leaving.code or 0)
