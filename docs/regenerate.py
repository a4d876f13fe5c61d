"""
Writes anew what the documentation takes from the program and from the example, with one command:

    python docs/regenerate.py

That is the reference (program.py, a second), the pictures (pictures.py, half a minute) and what commands print
(outputs.py, which says what has to be installed; half an hour). Needs a quiet machine for figures that are worth
reading.
"""

from __future__ import annotations

import outputs
import pictures
import program

if __name__ == "__main__":
    program.write()
    pictures.main(["--boot"])
    outputs.main([])
