"""No signal is lost while a serving process is made, nor when it sleeps."""

import subprocess
import sys
from typing import Final

import pytest

FORKED: Final = """
import os, signal
from server.stopping import end_when_told

signal.signal(signal.SIGTERM, lambda *_: print("told", os.getpid() == parent, flush=True))
parent = os.getpid()
# It comes when the child is there, and knows no better yet than its parent.
os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGTERM))
end_when_told()
child = os.fork()
if child == 0:
    os._exit(7)
print("ended by", -os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
os.kill(parent, signal.SIGTERM)
"""

ASLEEP: Final = """
import os, signal, sys, threading, time
from server.stopping import end_when_told

end_when_told()
child = os.fork() if sys.argv[1] == "child" else 0
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
signal.alarm(15)
told = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: told.set())

def told_to_end():
    time.sleep(0.2)
    os.kill(os.getpid(), signal.SIGTERM)

threading.Thread(target=told_to_end).start()
# The other thread gets it, as if it had come when this one was about to fall asleep.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
told.wait()
print("told", flush=True)
"""


@pytest.mark.parametrize("who", ["parent", "child"])
def test_a_main_thread_that_sleeps_on_a_lock_hears_what_it_is_told(who: str) -> None:
    command = [sys.executable, "-c", ASLEEP, who]
    told = subprocess.run(  # noqa: S603  our own
        command, capture_output=True, text=True, check=True, timeout=20
    )
    assert told.stdout == "told\n"


def test_a_signal_that_comes_while_a_process_is_made_ends_it() -> None:
    command = [sys.executable, "-c", FORKED]
    told = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  our own
    assert told.stdout.splitlines() == ["ended by 15", "told True"]
