"""What processes cost: CPU time and resident memory, from the kernel's books."""

import os
import pathlib
import time

TICK = os.sysconf("SC_CLK_TCK")


def cpu(pids):
    """CPU seconds of `pids`, of all their threads and exact to the nanosecond."""
    # The number of another process's CPU clock, as clock_getcpuclockid(3) makes it.
    return sum(time.clock_gettime(~pid << 3 | 2) for pid in pids)


def user_and_system(pids):
    """CPU seconds of `pids` in the program and in the kernel. The split is sampled by the kernel's tick."""
    user = system = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        user, system = user + int(fields[11]) / TICK, system + int(fields[12]) / TICK
    return user, system


def resident(pids):
    """Resident bytes of `pids`; pages that several share count for each."""
    return sum(int(line.split()[1]) * 1024
               for pid in pids for line in open(f"/proc/{pid}/status") if line.startswith("VmRSS"))


def most_resident(pid):
    """The most resident bytes a process has had."""
    return next(int(line.split()[1]) * 1024 for line in open(f"/proc/{pid}/status") if line.startswith("VmHWM"))
