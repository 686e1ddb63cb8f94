"""What every peer program shares: thread settings, options, the timer and the JSON lines.

Import this module before torch: OpenBLAS reads its environment once, when it is loaded.

By itself this file prints what PyTorch there is. Run by hand, a program measures once and prints one JSON line. With
--paced it says when it is ready and then measures once for every line on its standard input, so that Heed and its peer
can take turns on one machine.
"""

import argparse
import ctypes
import json
import os
import statistics
import sys
import time

# A peer has to run at its best, so two things are set right unless HEED_PEER_KEEP_BLAS=1 asks for what is inherited.
# Some images pin OpenBLAS to an older processor (OPENBLAS_CORETYPE=Haswell hides AVX-512): let it choose its kernels.
# OpenMP threads that spin while OpenBLAS works with its own threads cost up to half the speed: let them sleep.
if os.environ.get("HEED_PEER_KEEP_BLAS") != "1":
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        os.environ.pop(name, None)
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
THREADS = int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = str(THREADS)

import torch  # noqa: E402  (after the environment is set)

torch.set_num_threads(THREADS)


def blas() -> str:
    """The BLAS library torch is linked to, with the kernels it chose (read from the loaded library itself)."""
    try:
        library = ctypes.CDLL("libopenblas.so.0")
        library.openblas_get_config.restype = ctypes.c_char_p
        library.openblas_get_corename.restype = ctypes.c_char_p
    except (OSError, AttributeError):
        return "MKL" if torch.backends.mkl.is_available() else "unknown"
    version = " ".join(library.openblas_get_config().decode().split()[:2])
    return f"{version} {library.openblas_get_corename().decode()}"


def library() -> dict:
    return {"torch": torch.__version__, "blas": blas(), "threads": torch.get_num_threads()}


def options(description: str) -> argparse.ArgumentParser:
    """A parser with the option every program takes."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paced", action="store_true", help="measure once for every line on standard input")
    return parser


def step_options(description: str) -> argparse.ArgumentParser:
    """A parser with the options all step programs take."""
    parser = options(description)
    parser.add_argument("--steps", type=int, default=20, help="timed steps; the median is printed")
    parser.add_argument("--warmup", type=int, default=3, help="untimed steps before them")
    return parser


def numbers(text: str) -> list[int]:
    """An option such as 400,400,400."""
    return [int(part) for part in text.split(",")]


def parameters(model: torch.nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def median_seconds(step, options) -> dict:
    """Calls step() warmup + steps times; the median seconds of the timed ones."""
    seconds = []
    for _ in range(options.warmup + options.steps):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    return {"seconds": statistics.median(seconds[options.warmup :])}


def say(**line) -> None:
    print(json.dumps(line), flush=True)


def report(name: str, seconds: float, **more) -> None:
    """Prints the one JSON line of a program that measures once."""
    say(name=name, seconds=seconds, **library(), **more)


def measure(name: str, once, paced: bool, **about) -> None:
    """Prints what once(request) returns: one line, or with --paced one for every line read, after a line when ready."""
    if not paced:
        report(name, **once(""), **about)
        return
    say(name=name, **library(), **about)
    for request in sys.stdin:
        say(**once(request.strip()))


if __name__ == "__main__":
    say(**library())
