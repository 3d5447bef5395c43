"""Our HTTP server beside nginx and a floor in C: `python3 Benchmarks/http [section …]`.

wrk and the servers share the machine; let nothing else run. Build ours first:
`script/build && script/build Benchmarks BenchServer`.
"""

import argparse
import json
import os
import pathlib
import platform
import signal
import sys
import tempfile

import peers
import report
import sections

PINS = {"none": (None, None), "split": ({0}, {1})}


def parse():
    options = argparse.ArgumentParser(prog="python3 Benchmarks/http", description=__doc__.split("\n\n")[0])
    options.add_argument("sections", nargs="*", metavar="section", help=" ".join(sections.SECTIONS) + "; all by default")
    options.add_argument("--rounds", type=int, default=5, help="turns of each server at each level (default: 5)")
    options.add_argument("--seconds", type=int, default=3, help="of load a turn (default: 3)")
    options.add_argument("--servers", default="ours,nginx,floor", help="which, in order (default: ours,nginx,floor)")
    options.add_argument("--subject", type=pathlib.Path, default=peers.HERE / ".build/release/BenchServer",
                         help="the program measured as ours (default: the release build of BenchServer)")
    options.add_argument("--pin", choices=PINS, default="none",
                         help="split: servers on core 0, wrk on core 1; the start is never pinned (default: none)")
    options.add_argument("--json", type=pathlib.Path, help="also write all samples to this file")
    options = options.parse_args()
    options.pin = PINS[options.pin]
    unknown = set(options.sections) - set(sections.SECTIONS) | set(options.servers.split(",")) - set(peers.BUILDERS)
    if unknown:
        raise SystemExit(f"unknown: {' '.join(sorted(unknown))}")
    return options


def main():
    options = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that `finally` ends the servers
    names = options.servers.split(",")
    results = report.Results()
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}, Linux {platform.release()}, {options.rounds} rounds of {options.seconds} s,"
          " median (least–most); ratios of paired rounds\n")
    with tempfile.TemporaryDirectory() as folder:
        servers = peers.build(names, folder, options.subject)
        for section in options.sections or sections.SECTIONS:
            for sample in sections.SECTIONS[section](servers, options):
                results.add(*sample)
            report.show(results, section, names)
    report.figures(results)
    if options.json:
        options.json.write_text(json.dumps([[*key, rounds] for key, rounds in results.samples.items()], indent=1))


if __name__ == "__main__":
    main()
