"""The command line: reads the arguments, runs a sub-command or opens the window, and turns errors into one line.

Nothing heavy is imported before a command needs it, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
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
    parser.add_argument("weights", metavar="WEIGHTS", help="a .safetensors file that train --save or the window wrote")
    parser.add_argument("images", metavar="IMAGE", nargs="+", help="PNG, JPEG, BMP or GIF")
    parser.add_argument("--json", action="store_true", help="print a list of image, class and probabilities")


def _presets_parser(parser: argparse.ArgumentParser) -> None:
    parser.description = "Lists the examples that train takes by name."
    parser.add_argument("--json", action="store_true", help="print the list as JSON")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="playground",
        description="Draw, build, train and look inside neural networks. Without a command the window opens.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"playground {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, text, fill in (
        ("presets", "list the examples", _presets_parser),
        ("train", "train a project", _train_parser),
        ("predict", "say what pictures show", _predict_parser),
    ):
        fill(commands.add_parser(name, help=text, allow_abbrev=False))
    return parser


def _run(arguments: argparse.Namespace, argv: Sequence[str]) -> int:
    match arguments.command:
        case "presets":
            from playground.commands import presets

            presets.run(arguments.json)
        case "train":
            from playground.commands import train

            train.run(train.Options(**{name: value for name, value in vars(arguments).items() if name != "command"}))
        case "predict":
            from playground.commands import predict

            predict.run(arguments.weights, arguments.images, arguments.json)
        case _:
            from playground.app import main as open_window

            return open_window(argv)
    return 0


def _complain(message: object) -> None:
    print(" ".join(str(message).split()), file=sys.stderr)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the program with these arguments, by default the process's own, and returns its exit code.

    0 is success, 1 a run that could not be completed, 2 bad input, 130 an interruption with Ctrl+C.
    """
    argv = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(_parser().parse_args(argv), argv)
        sys.stdout.flush()
        return code
    except CommandError as error:
        _complain(error)
        return BAD_INPUT
    except RunError as error:
        _complain(error)
        return FAILED
    except KeyboardInterrupt:
        _complain("Stopped.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except SystemExit as leaving:
        # --help and --version have printed what was asked for.
        return int(leaving.code or 0)
