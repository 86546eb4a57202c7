"""`furlough up` with a worker that has nothing to do: `up_tiny.py`; the settings come from the environment."""

import os
import sys
from pathlib import Path

from starter import mission
from starter.up import up
from wiring.trouble import Trouble

mission.installed_worker = lambda mission: (sys.executable, str(Path(__file__).parent / "tiny_worker.py"))
code = 0
try:
    up(port=0)
except Trouble as trouble:
    print(trouble, file=sys.stderr)
    code = trouble.code
sys.stdout.flush()
sys.stderr.flush()
os._exit(code)  # the interpreter's own end may crash beside the SDK's threads
