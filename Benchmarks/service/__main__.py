"""The service beside one in FastAPI, the work inside a process, and nginx: `python3 Benchmarks/service [section …]`.

Clients and servers share the machine; let nothing else run. Build ours first: `script/build`.
"""

import argparse
import json
import os
import pathlib
import platform
import signal
import sys
import tempfile

import subjects
import measure
import report
import summary


def parse():
    options = argparse.ArgumentParser(prog="python3 Benchmarks/service", description=__doc__.split("\n\n")[0])
    options.add_argument("sections", nargs="*", metavar="section", help=" ".join(measure.SECTIONS) + "; all by default")
    options.add_argument("--rounds", type=int, default=5, help="turns of each server at each level (default: 5)")
    options.add_argument("--seconds", type=float, default=4, help="of load a turn (default: 4)")
    options.add_argument("--peer-seconds", type=float, default=12,
                         help="the same for jobs by FastAPI, divided by the number of clients (default: 12)")
    options.add_argument("--records", type=lambda text: [int(count) for count in text.split(",")],
                         default=[1_000, 100_000], help="tasks kept for the section growth (default: 1000,100000)")
    options.add_argument("--subject", type=pathlib.Path, default=subjects.ROOT / ".build/release/outpaint",
                         help="the program measured as ours (default: the release build of outpaint)")
    options.add_argument("--flags", default="--fill edge --result-bytes 16GiB",
                         help="what `serve` is told beside the port (default: --fill edge --result-bytes 16GiB)")
    options.add_argument("--json", type=pathlib.Path, help="also write all samples to this file")
    options = options.parse_args()
    if unknown := set(options.sections) - set(measure.SECTIONS):
        raise SystemExit(f"unknown: {' '.join(sorted(unknown))}")
    return options


def main():
    options = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that `finally` ends the servers
    results = report.Results()
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}, Linux {platform.release()}, {options.rounds} rounds,"
          " median (least–most); ratios of paired rounds\n", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        bench = subjects.Bench(folder, options)
        for section in options.sections or measure.SECTIONS:
            for sample in measure.SECTIONS[section](bench, options):
                results.add(*sample)
                print(*sample[:3], {name: round(value, 6) for name, value in sample[3].items()}, file=sys.stderr)
    summary.table(results)
    if options.json:
        options.json.write_text(json.dumps([[*key, rounds] for key, rounds in results.samples.items()], indent=1))


if __name__ == "__main__":
    main()
