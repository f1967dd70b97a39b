"""The house rules of the code, and what it must never do, checked in every file of the package."""

from __future__ import annotations

import ast
import functools
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "playground").rglob("*.py"))]

# What a rule finds, as it prints it without the line -> why it is right there.
EXCEPTIONS: dict[str, str] = {}

FILE_LINES = 320  # "about 300"
FUNCTION_LINES = 45  # "about 40", not counting the docstring
PUBLIC_METHODS = 20
NAMELESS = {"util", "utils", "helper", "helpers", "manager", "managers", "misc", "common"}
# What Qt and PyTorch call and a class of ours overrides, apart from the names with capitals in them.
OVERRIDES = {
    *{"data", "default", "error", "event", "flags", "forward", "id", "index", "paint", "parent"},
    *{"redo", "run", "shape", "text", "type", "undo"},
}

STORAGE = "playground/document/storage.py"
UNSAFE_IMPORTS = {"pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
UNSAFE_CALLS = {
    "eval": "eval runs text from elsewhere",
    "exec": "exec runs text from elsewhere",
    "os.system": "os.system runs a shell",
    "os.popen": "os.popen runs a shell",
    "yaml.load": "yaml.load makes any object",
}
UNSAFE_METHODS = {
    "extractall": "extractall unpacks names and sizes unseen",
    "processEvents": "processEvents runs slots in the middle of others",
}
TORCH_DRAWS = {
    *{"bernoulli", "multinomial", "normal", "poisson", "rand", "rand_like", "randint", "randint_like"},
    *{"randn", "randn_like", "randperm"},
}
NUMPY_OWN_GENERATORS = {"default_rng", "Generator", "SeedSequence", "PCG64", "Philox"}

Found = Iterator[tuple[int, str]]


@functools.cache
def tree(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text("utf-8"), file)


def verdict(file: str, found: Found) -> None:
    wrong = [(line, text) for line, text in found if f"{file}: {text}" not in EXCEPTIONS]
    assert not wrong, "\n".join(f"{file}:{line}: {text}" for line, text in wrong)


def functions(parent: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    body = ast.walk(parent) if isinstance(parent, ast.Module) else ast.iter_child_nodes(parent)
    return [node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def classes(module: ast.Module) -> list[ast.ClassDef]:
    return [node for node in ast.walk(module) if isinstance(node, ast.ClassDef)]


def dotted(node: ast.AST) -> str:
    """`a.b.c` for a name of that form, else nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (front := dotted(node.value)):
        return f"{front}.{node.attr}"
    return ""


# --- size and names ----------------------------------------------------------------------------------------


def too_large(file: str, module: ast.Module, text: str) -> Found:
    if (lines := len(text.splitlines())) > FILE_LINES:
        yield 1, f"{lines} lines are more than {FILE_LINES}"
    for node in functions(module):
        first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
        lines = (node.end_lineno or 0) - first.lineno + 1
        if lines > FUNCTION_LINES:
            yield node.lineno, f"{node.name} has {lines} lines, more than {FUNCTION_LINES}"
    for owner in classes(module):
        count = len({node.name for node in functions(owner) if not node.name.startswith("_")})
        if count > PUBLIC_METHODS:
            yield owner.lineno, f"{owner.name} has {count} public methods, more than {PUBLIC_METHODS}"


def nameless(file: str) -> Found:
    for part in Path(file).with_suffix("").parts:
        if words := NAMELESS & set(part.split("_")):
            yield 1, f"{words.pop()!r} says nothing about what {part} holds"


@pytest.mark.parametrize("file", FILES)
def test_files_functions_and_classes_stay_small(file: str) -> None:
    verdict(file, too_large(file, tree(file), (ROOT / file).read_text("utf-8")))


@pytest.mark.parametrize("file", FILES)
def test_module_names_say_what_is_in_them(file: str) -> None:
    verdict(file, nameless(file))


# --- docstrings --------------------------------------------------------------------------------------------


def undocumented(module: ast.Module, known: dict[str, ast.ClassDef]) -> Found:
    if not ast.get_docstring(module):
        yield 1, "the module has no docstring"
    for node in module.body:
        public = not getattr(node, "name", "_").startswith("_")
        if not public or not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if not ast.get_docstring(node):
            yield node.lineno, f"{node.name} has no docstring"
        if isinstance(node, ast.ClassDef):
            for method in functions(node):
                if not ast.get_docstring(method) and needs_docstring(method, node, known):
                    yield method.lineno, f"{node.name}.{method.name} has no docstring"


def needs_docstring(method: ast.AST, owner: ast.ClassDef, known: dict[str, ast.ClassDef]) -> bool:
    """Not where a base class, Qt or a decorator says what the method is for."""
    assert isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef)
    if method.name.startswith("_") or method.name != method.name.lower():
        return False
    if any(dotted(mark).split(".")[-1] in {"setter", "overload", "override"} for mark in method.decorator_list):
        return False
    stub = len(method.body) == 1 and isinstance(method.body[0], ast.Expr)
    bases = [dotted(base.value if isinstance(base, ast.Subscript) else base) for base in owner.bases]
    if stub or (bases and method.name in OVERRIDES):
        return False
    return not any(inherits(base, method.name, known) for base in bases)


def inherits(base: str, name: str, known: dict[str, ast.ClassDef]) -> bool:
    owner = known.get(base.split(".")[-1])
    if owner is None:
        return False
    return any(node.name == name for node in functions(owner)) or any(
        inherits(dotted(further), name, known) for further in owner.bases
    )


@functools.cache
def classes_of_the_package() -> dict[str, ast.ClassDef]:
    return {node.name: node for file in FILES for node in classes(tree(file))}


@pytest.mark.parametrize("file", FILES)
def test_whatever_is_public_has_a_docstring(file: str) -> None:
    verdict(file, undocumented(tree(file), classes_of_the_package()))


# --- what is never done ------------------------------------------------------------------------------------


def unsafe(file: str, module: ast.Module) -> Found:
    imports_qt = any(name.startswith("PySide6") for _, name in imported(module))
    imports_random = any(name == "random" for _, name in imported(module))
    for line, name in imported(module):
        if name.split(".")[0] in UNSAFE_IMPORTS:
            yield line, f"{name} runs code from files"
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            name = dotted(node.func)
            method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            found = [UNSAFE_CALLS.get(name), UNSAFE_METHODS.get(method)]
            found += [careless_option(node, name), global_random(node, name)]
            if file != STORAGE:
                found.append(writing(node, name, method))
            if imports_random and name.startswith("random.") and name != "random.Random":
                found.append(f"{name} draws from Python's global generator")
            if method == "terminate" and imports_qt:
                found.append("terminate stops a thread in the middle of anything")
            if method == "connect" and any(isinstance(part, ast.Lambda) for part in ast.walk(node)):
                found.append("a lambda in connect outlives what it captures and runs in any thread")
            yield from ((node.lineno, text) for text in found if text)


def imported(module: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def careless_option(call: ast.Call, name: str) -> str | None:
    options = {option.arg: ast.unparse(option.value) for option in call.keywords}
    if options.get("allow_pickle", "False") != "False":
        return "allow_pickle runs code from files"
    if options.get("shell", "False") != "False":
        return "shell=True runs a shell"
    if name == "torch.load" and options.get("weights_only") != "True":
        return "torch.load without weights_only=True runs code from files"
    return None


def writing(call: ast.Call, name: str, method: str) -> str | None:
    if method in {"write_text", "write_bytes"} or name.endswith("save_file"):
        return f"{method or name} writes a file: document/storage.py does, whole or not at all"
    if name.split(".")[-1] in {"open", "fdopen"} or method == "open":
        # open(path, "w") and gzip.open(path, "w"), but path.open("w").
        modes = [option.value for option in call.keywords if option.arg == "mode"]
        modes += call.args[1:2] if len(call.args) > 1 or not method else call.args[:1]
        if any(re.fullmatch(r"'[rbt]*[wax+].*'|.*(WriteOnly|ReadWrite).*", ast.unparse(m)) for m in modes):
            return "open for writing: document/storage.py does, whole or not at all"
    return None


def global_random(call: ast.Call, name: str) -> str | None:
    *front, last = name.split(".")
    module = ".".join(front)
    if module == "torch" and last in TORCH_DRAWS and "generator" not in {o.arg for o in call.keywords}:
        return f"{name} draws from the global generator, which only training may"
    if module in {"np.random", "numpy.random"} and last not in NUMPY_OWN_GENERATORS:
        return f"{name} draws from numpy's global generator"
    return None


@pytest.mark.parametrize("file", FILES)
def test_no_file_does_what_is_forbidden(file: str) -> None:
    verdict(file, unsafe(file, tree(file)))


def test_each_exception_is_still_needed() -> None:
    found = set()
    for file in FILES:
        module = tree(file)
        rules = [too_large(file, module, (ROOT / file).read_text("utf-8")), nameless(file)]
        rules += [undocumented(module, classes_of_the_package()), unsafe(file, module)]
        found |= {f"{file}: {text}" for rule in rules for _, text in rule}
    assert not EXCEPTIONS.keys() - found


# --- the rules themselves ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from cloudpickle import dumps",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "np.load(path, allow_pickle=True)",
        "eval(text)",
        "exec(text)",
        "archive.extractall(folder)",
        "subprocess.run(line, shell=True)",
        "open(path, 'w')",
        "path.open('ab')",
        "open(path, mode='r+b')",
        "gzip.open(path, 'wb')",
        "QFile(path).open(QFile.OpenModeFlag.WriteOnly)",
        "path.write_text(text)",
        "(folder / 'x').write_bytes(content)",
        "from PySide6.QtCore import QThread\nthread.terminate()",
        "app.processEvents()",
        "button.clicked.connect(lambda: go())",
        "torch.randn(3)",
        "np.random.normal(3)",
        "import random\nrandom.random()",
    ],
)
def test_what_is_forbidden_is_found(code: str) -> None:
    assert list(unsafe("playground/some.py", ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "network.eval()",
        "dialog.exec()",
        "torch.load(path, weights_only=True)",
        "np.load(path, allow_pickle=False)",
        "open(path)",
        "open('w', 'rb')",
        "open('w')",
        "gzip.open(path, 'rb')",
        "process.terminate()",
        "button.clicked.connect(self.go)",
        "torch.randperm(3, generator=generator)",
        "np.random.default_rng(3).normal()",
        "import random\nrandom.Random(3).random()",
        "def points(random): random.uniform(3)",
    ],
)
def test_what_is_allowed_is_not_found(code: str) -> None:
    assert not list(unsafe("playground/some.py", ast.parse(code)))


def test_what_is_too_large_nameless_or_undocumented_is_found() -> None:
    long = "def f():\n" + "    x = 1\n" * (FUNCTION_LINES + 1)
    wide = "class A:\n" + "".join(f"    def m{i}(self): pass\n" for i in range(PUBLIC_METHODS + 1))
    for code in (long, wide, "\n" * (FILE_LINES + 1)):
        assert list(too_large("playground/some.py", ast.parse(code), code))
    assert list(nameless("playground/ui/scene_utils.py"))
    assert len(list(undocumented(ast.parse("class A:\n    def m(self): return 1\ndef f(): pass"), {}))) == 4


# --- the package -------------------------------------------------------------------------------------------


def requirement_name(line: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", line.strip(), maxsplit=1)[0]).lower()


def test_every_requirement_is_pinned_to_a_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pins = [line for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if line[:1] != "#"]
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.]+", line) for line in pins)
    required = [*project["dependencies"], *(name for e in project["optional-dependencies"].values() for name in e)]
    assert {requirement_name(line) for line in required} <= {requirement_name(line) for line in pins}


def test_resources_travel_in_the_wheel(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=100)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    resources = [path for path in (ROOT / "resources").rglob("*") if path.is_file()]
    assert {f"playground/{path.relative_to(ROOT).as_posix()}" for path in resources} <= names
    assert set(FILES) <= names
