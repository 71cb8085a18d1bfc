"""What `loom simulate` writes, read by plink2."""

import shutil
import subprocess
import unittest

from command import CommandTest


@unittest.skipUnless(shutil.which("plink2"), "plink2 is not installed")
class SimulatedDataInPlink2(CommandTest):
    def test_frequencies_and_missing_genotypes_agree(self):
        self.simulate("d", 103, 400, "--missing", "0.03")
        rows = self.loom("lmm", "-bfile", "d", "-k", "d.K", "-lmm", "3", "-maf", "0",
                         "-miss", "1").associations()
        subprocess.run(["plink2", "--bfile", "d", "--freq", "--missing", "--out", "plink"],
                       cwd=self.folder, check=True, capture_output=True)
        frequency, missing = self.column("plink.afreq", 4), self.column("plink.vmiss", 2)
        self.assertGreater(len(rows), 350)
        self.assertTrue(any(missing.values()))
        for name, row in rows.items():
            self.assertEqual(int(row["n_miss"]), missing[name])
            # plink2's alternate allele is the one that the .bim file names first; af has 3 digits.
            self.assertAlmostEqual(float(row["af"]), frequency[name], delta=0.00050001)

    def column(self, name, index):
        """A column of one of plink2's tables by SNP."""
        lines = (self.folder / name).read_text().splitlines()[1:]
        return {fields[1]: float(fields[index]) for fields in map(str.split, lines)}


if __name__ == "__main__":
    unittest.main()
