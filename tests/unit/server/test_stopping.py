"""No signal is lost while a serving process is made."""

import subprocess
import sys
from typing import Final

FORKED: Final = """
import os, signal
from server.stopping import end_while_loading

signal.signal(signal.SIGTERM, lambda *_: print("told", os.getpid() == parent, flush=True))
parent = os.getpid()
# It comes when the child is there, and knows no better yet than its parent.
os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGTERM))
end_while_loading()
child = os.fork()
if child == 0:
    os._exit(7)
print("ended by", -os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
os.kill(parent, signal.SIGTERM)
"""


def test_a_signal_that_comes_while_a_process_is_made_ends_it() -> None:
    command = [sys.executable, "-c", FORKED]
    told = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  our own
    assert told.stdout.splitlines() == ["ended by 15", "told True"]
