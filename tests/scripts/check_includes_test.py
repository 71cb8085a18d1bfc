#!/usr/bin/env python3
"""scripts/check_includes.py passes what the arrows allow and fails what they forbid."""

import pathlib
import subprocess
import tempfile
import unittest

CHECKER = pathlib.Path(__file__).parents[2] / "scripts" / "check_includes.py"

# A small house that keeps to every rule.
GOOD = {
    "loom/support/error.h": "#include <string>\n",
    "loom/array/array.h": '#include "loom/support/error.h"\n',
    "loom/schema/row.h": '#include "loom/array/array.h"\n',
    "loom/dispatch/backend.h": '#include "loom/schema/row.h"\n#include "loom/plugin.h"\n',
    "loom/ops/sum.h": '#include "loom/array/array.h"\n',
    "loom/ops/sum.cpp": '#include "loom/ops/sum.h"\n#include "loom/dispatch/backend.h"\n',
    "loom/gwas/scan.cpp": '#include "loom/ops/sum.h"\n',
    "loom/backends/one/backend.h": '#include "loom/dispatch/backend.h"\n',
    "loom/backends/one/dense/lu.cpp": '#include "loom/backends/one/backend.h"\n',
    "loom/backends/two/backend.h": '#include "loom/dispatch/backend.h"\n',
    "loom/backends/registration.cpp":
        '#include "loom/backends/one/backend.h"\n#include "loom/backends/two/backend.h"\n',
    "include/loom/plugin.h": "#include <stdint.h>\n",
    "include/loom/loom.h": '#include "loom/ops/sum.h"\n',
    "cli/main.cpp": '#include "loom/ops/sum.h"\n',
    "examples/hello.cpp": "#include <loom/loom.h>\n",
    "tests/unit/one/lu_test.cpp": '#include "loom/backends/one/backend.h"\n',
}


class CheckIncludes(unittest.TestCase):
    def check(self, added):
        """Status and complaints of the checker over the good house with some files replaced."""
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            subprocess.run(["git", "init", "-q", root], check=True)
            for path, text in (GOOD | added).items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            run = subprocess.run([CHECKER, root], capture_output=True, text=True)
            return run.returncode, run.stderr

    def assert_refused(self, path, include, complaint):
        self.assertEqual(self.check({path: f"#pragma once\n#include {include}\n"}),
                         (1, f"{path}:2: {complaint}\n"))

    def test_the_good_house_passes(self):
        self.assertEqual(self.check({}), (0, ""))

    def test_a_lower_layer_may_not_include_a_higher_one(self):
        self.assert_refused("loom/array/array.h", '"loom/ops/sum.h"',
                            "array may not include ops (loom/ops/sum.h)")
        self.assert_refused("loom/dispatch/more.cpp", "<loom/ops/sum.h>",
                            "dispatch may not include ops (loom/ops/sum.h)")

    def test_a_public_c_header_may_include_nothing_of_the_library(self):
        self.assert_refused("include/loom/plugin.h", '"loom/array/array.h"',
                            "interface may not include array (loom/array/array.h)")

    def test_a_backend_may_not_include_operations(self):
        self.assert_refused("loom/backends/one/more.cpp", '"loom/ops/sum.h"',
                            "backends/one may not include ops (loom/ops/sum.h)")

    def test_a_backend_may_not_include_another(self):
        self.assert_refused(
            "loom/backends/one/more.cpp", '"loom/backends/two/backend.h"',
            "backends/one may not include backends/two (loom/backends/two/backend.h)")

    def test_only_the_registration_names_a_backend(self):
        for path, layer in (("loom/gwas/more.cpp", "gwas"), ("loom/dispatch/more.cpp", "dispatch"),
                            ("cli/more.cpp", "cli"), ("include/loom/loom.h", "front")):
            self.assert_refused(
                path, '"loom/backends/one/backend.h"',
                f"{layer} may not include backends/one (loom/backends/one/backend.h)")

    def test_an_example_includes_what_a_user_includes(self):
        self.assert_refused("examples/hello.cpp", '"loom/ops/sum.h"',
                            "examples may not include ops (loom/ops/sum.h)")

    def test_an_include_that_hides_its_layer_is_refused(self):
        self.assert_refused("loom/array/more.cpp", '"../ops/sum.h"',
                            '"../ops/sum.h" is no path from the root of the repository')

    def test_a_folder_without_a_layer_is_refused(self):
        self.assertEqual(self.check({"loom/extra/more.cpp": ""}),
                         (1, "loom/extra/more.cpp: is in no layer\n"))
        self.assertEqual(self.check({"loom/backends/more.cpp": ""}),
                         (1, "loom/backends/more.cpp: is in no layer\n"))


if __name__ == "__main__":
    unittest.main()
