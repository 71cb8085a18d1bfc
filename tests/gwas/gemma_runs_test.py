#!/usr/bin/env python3
"""The comparison of the other tests notices what it is there to notice."""

import pathlib
import tempfile
import unittest

from gemma_runs import GemmaTest, Result

HEADER = "chr rs ps n_miss allele1 allele0 af beta se logl_H1 l_remle p_wald"
LINE = "1 rs1 100 0 A G 0.443 1.000000e-09 6.186788e-02 -1.583642e+03 4.332964e+00 2.028160e-01"
# `loom` must be found wrong in each of these: what stands in a line, and what would be wrong there.
WRONG = [("rs1", "rs2"), (" 100 ", " 101 "), ("0.443", "0.444"), ("1.000000e-09", "1.100000e-07"),
         ("6.186788e-02", "6.186798e-02"), ("-1.583642e+03", "1.583642e+03"),
         ("4.332964e+00", "nan"), ("2.028160e-01", "2.028170e-01")]
# And right in these: a unit in the last digit at worst, an effect that is nothing.
RIGHT = [("1.000000e-09", "-1.000000e-09"), ("4.332964e+00", "4.332965e+00")]


class Comparison(GemmaTest):
    def result(self, line):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        text = "".join(f"{row}\n".replace(" ", "\t") for row in (HEADER, line))
        (folder / "result.assoc.txt").write_text(text)
        return Result(folder)

    def test_association(self):
        for old, new in WRONG:
            with self.subTest(new=new), self.assertRaises(AssertionError):
                self.assert_same_association(self.result(LINE), self.result(LINE.replace(old, new)))
        for old, new in RIGHT:
            with self.subTest(new=new):
                self.assert_same_association(self.result(LINE), self.result(LINE.replace(old, new)))
        without = LINE.replace("4.332964e+00", "-nan")
        self.assert_same_association(self.result(without),
                                     self.result(without.replace("-nan", "nan")))

    def test_what_gemma_lost(self):
        gone = self.result(LINE.replace("4.332964e+00", "nan"))
        self.assert_same_association(gone, self.result(LINE), lost=1)
        for expected, found, lost in ((gone, self.result(LINE), 0), (self.result(LINE), gone, 1)):
            with self.subTest(lost=lost), self.assertRaises(AssertionError):
                self.assert_same_association(expected, found, lost=lost)

    def test_null_model_numbers(self):
        self.assert_printed_alike("-1584.07", "-1584.08", "one unit")
        self.assert_printed_alike("0", "-0", "zero")
        for found in ("-1584.09", "1584.07", "nan"):
            with self.subTest(found=found), self.assertRaises(AssertionError):
                self.assert_printed_alike("-1584.07", found, "too far")


if __name__ == "__main__":
    unittest.main()
