"""Runs generated modules where only PyTorch is: `python -I clean_process.py CASES.pt FILE.py...`.

Each file is run as a script, then its network is filled with the saved weights and compared with the saved outputs.
Prints the number of networks that were equal.
"""

import contextlib
import importlib.util
import io
import runpy
import sys

import torch

torch.set_num_threads(1)
assert importlib.util.find_spec("playground") is None, "the package is within reach"
cases = torch.load(sys.argv[1], weights_only=True)
equal = 0
for path, case in zip(sys.argv[2:], cases, strict=True):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        module = runpy.run_path(path, run_name="__main__")
    assert said.getvalue().endswith(f"Output: (10, {case['eval'].shape[1]})\n"), (path, said.getvalue())
    torch.manual_seed(case["seed"])
    network = module["Network"]()
    if case["weights"]:
        own = network.state_dict()
        named = {f"{module['LAYERS'][key.partition('.')[0]]}.{key.partition('.')[2]}": own[key] for key in own}
        assert list(named) == list(case["first"]), path
        assert all(torch.equal(named[key], case["first"][key]) for key in named), f"{path}: first weights"
        module["load_weights"](network, case["weights"])
    for mode in ("train", "eval"):
        network.train(mode == "train")
        torch.manual_seed(5)
        with torch.no_grad():
            output = network(case["samples"])
        torch.testing.assert_close(output, case[mode], rtol=0, atol=0, equal_nan=True, msg=f"{path}: {mode}")
    equal += 1
print(equal)
