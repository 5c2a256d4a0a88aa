"""A person's waits, measured over the websocket: `python -m bench.server [PART ...]`.

The app's server runs as shipped; visitors speak Streamlit's own protocol to it from this process,
so that server and visitors share the cores. All parts take some eight minutes.

    python -m bench.server pages crowd        some parts by name
    python -m bench.server --option runner.fastReruns=false         a server started so
    python -m bench.server --collector        with and without Streamlit's collector after each
                                              run, turn and turn about, and the ratio
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from bench.server.background import layouts, uploads
from bench.server.crowd import crowd
from bench.server.figure import HEAD, Figure, compared
from bench.server.heavy import heavy
from bench.server.memory import memory
from bench.server.pages import pages
from bench.server.stalls import back, flood, keys, link
from bench.server.trainings import trainings

Part = Callable[[tuple[str, ...]], AsyncIterator[Figure]]
PARTS: dict[str, Part] = {
    "pages": pages,
    "crowd": crowd,
    "trainings": trainings,
    "memory": memory,
    "keys": keys,
    "flood": flood,
    "link": link,
    "back": back,
    "uploads": uploads,
    "layouts": layouts,
    "heavy": heavy,
}
COLLECTOR = "--runner.postScriptGC={}"


async def plain(part: Part, options: tuple[str, ...]) -> None:
    async for figure in part(options):
        print(figure, flush=True)


async def both(part: Part, options: tuple[str, ...], turns: int) -> None:
    """The same part with and without the collector, turn and turn about."""
    found: dict[str, dict[str, Figure]] = {"false": {}, "true": {}}
    for turn in range(turns):
        for state in ("false", "true") if turn % 2 == 0 else ("true", "false"):
            async for figure in part((*options, COLLECTOR.format(state))):
                known = found[state].get(figure.what)
                values = known.values + figure.values if known else figure.values
                found[state][figure.what] = replace(figure, values=values)
    for off, on in zip(found["false"].values(), found["true"].values(), strict=True):
        print(compared(off, on), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.server")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--collector", action="store_true", help="with and without it")
    parser.add_argument("--turns", type=int, default=1, help="of each, with --collector")
    parser.add_argument("--option", action="append", default=[], help="of Streamlit's, NAME=VALUE")
    asked = parser.parse_args()
    # so that the servers end with it, as they do after Ctrl+C
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    options = tuple(f"--{option}" for option in asked.option)
    unknown = [name for name in asked.parts if name not in PARTS]
    if unknown:
        parser.error(f"There is no part '{unknown[0]}'; known are {', '.join(PARTS)}.")
    print(f"{'median':<60}{'without':>9} {'with':>9}{'ratio':>13}" if asked.collector else HEAD)
    for name in asked.parts or PARTS:
        print(f"\n{name}", flush=True)
        if asked.collector:
            asyncio.run(both(PARTS[name], options, asked.turns))
        else:
            asyncio.run(plain(PARTS[name], options))


if __name__ == "__main__":
    main()
