"""`python -m benchmarks.peak COMMAND ...`: the peak memory of a command, whose output is thrown away.

It has a process of its own, for a child's peak begins at its parent's.
"""

import resource
import subprocess
import sys


def main() -> None:
    """Run the command of the arguments, and print its peak in bytes."""
    subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)


if __name__ == "__main__":
    main()
