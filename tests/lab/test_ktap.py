# SPDX-License-Identifier: GPL-2.0-only
# Undertow tests - the KTAP reader, on good and on damaged input
"""Run alone: python3 -m unittest tests/lab/test_ktap.py"""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import ktap  # noqa: E402

GOOD = """KTAP version 1
1..1
    KTAP version 1
    # Subtest: maps
    1..2
    ok 1 allow_correct_map
    # why not
    ok 2 deny_map # SKIP not here
ok 1 maps # 1.5 emulated seconds
"""


def verdicts(text, suites=("maps",)):
    return [verdict for _, verdict, _ in ktap.results(text, list(suites))]


class Reader(unittest.TestCase):
    def test_good_document_passes(self):
        self.assertEqual(verdicts(GOOD), ["passed", "skipped"])

    def test_missing_result_fails(self):
        self.assertIn("failed", verdicts(GOOD.replace("1..2", "1..3")))

    def test_missing_suite_fails(self):
        self.assertEqual(verdicts(GOOD, ("maps", "lz4"))[-1], "failed")

    def test_lost_guest_fails(self):
        self.assertIn("failed", verdicts(GOOD[:GOOD.index("ok 1 maps")]))

    def test_nothing_fails(self):
        self.assertEqual(verdicts(""), ["failed"])

    def test_failure_carries_the_note(self):
        text = GOOD.replace("ok 2 deny_map # SKIP not here", "not ok 2 deny_map").replace(
            "ok 1 maps", "not ok 1 maps")
        self.assertEqual(list(ktap.results(text, ["maps"]))[1],
                         ("maps/deny_map", "failed", "why not"))

    def test_gap_in_numbers_fails(self):
        self.assertIn("failed", verdicts(GOOD.replace("ok 2", "ok 3")))

    def test_suite_that_lies_fails(self):
        self.assertIn("failed", verdicts(GOOD.replace("ok 1 maps", "not ok 1 maps")))


if __name__ == "__main__":
    unittest.main()
