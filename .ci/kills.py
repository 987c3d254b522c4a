"""Kills applies and destroys at random moments, and asks moto by other means what exists.

    python .ci/kills.py EXAMPLES MOTO_URL SCRATCH KILLS [SEED]

Each round makes a stack and removes it again, and is killed now and then on the way (SIGKILL: the
program gets no say). After each finished apply moto must have exactly one object for every
resource, and after each finished destroy none.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import outside
from common import EXAMPLES, MOTO, SCRATCH
from counted import owned, untagged

KILLS = int(sys.argv[4])
SEED = int(sys.argv[5]) if len(sys.argv) > 5 else time.time_ns() % 1_000_000
RANDOM = random.Random(SEED)

# The examples, and how long they may live at most before they are killed.
STACKS = [("fleet", 1.5), ("platform", 4.0)]

# What is outside of each.
OUTSIDE = {"fleet": [], "platform": outside.OUTSIDE}


def run(example, command, state, lifetime=None):
    """Runs a command to its end, or kills it: gives whether it ended by itself."""
    words = [os.path.join(EXAMPLES, example), command, "--auto-approve", "--json",
             "--target", "aws", "--endpoint-url", MOTO, "--state", state, *OUTSIDE[example]]
    environment = {**os.environ, "FLEET": "6"}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as it:
        try:
            printed, errors = it.communicate(timeout=lifetime)
        except subprocess.TimeoutExpired:
            it.send_signal(signal.SIGKILL)
            it.communicate()
            return False
    if it.returncode != 0:
        fail(f"{example} {command}: exit {it.returncode}\n{printed.decode()}\n{errors.decode()}")
    return True


def fail(why):
    sys.exit(f"{why}\nseed {SEED}")


def finish(example, command, state, most, kills):
    """Runs a command, killed at random moments at first: gives how often it was killed."""
    killed = 0
    for _ in range(RANDOM.randint(1, 4)):
        if kills == killed or run(example, command, state, RANDOM.uniform(0.01, most)):
            break
        killed += 1
    run(example, command, state)
    return killed


def main():
    clean = untagged()
    references = {}
    counts = Counter()
    while counts["kills"] < KILLS:
        example, most = RANDOM.choice(STACKS)
        state = os.path.join(SCRATCH, f"kills-{counts['rounds']}")
        left = KILLS - counts["kills"]
        if example not in references:
            run(example, "apply", state)
            references[example] = (owned(), untagged())
            run(example, "destroy", state)
        counts["kills"] += finish(example, "apply", state, most, left)
        made = (owned(), untagged())
        if made != references[example]:
            more = {key: value for key, value in made[0].items() if value > 1}
            fail(f"{example}: not what an undisturbed apply makes: twice {more}, "
                 f"{made[0] - references[example][0]} more, {references[example][0] - made[0]} fewer, "
                 f"{made[1]} and not {references[example][1]}")
        counts["kills"] += finish(example, "destroy", state, most, KILLS - counts["kills"])
        if owned() or untagged() != clean:
            fail(f"{example}: left after destroy: {owned()} {untagged()}")
        counts["rounds"] += 1
    print(json.dumps({"kills": counts["kills"], "rounds": counts["rounds"], "orphans": 0,
                      "duplicates": 0, "diverged": 0, "seed": SEED}))


main()
