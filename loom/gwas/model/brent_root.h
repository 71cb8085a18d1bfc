#pragma once

namespace loom::gwas {

/// Brent's method for a root of a continuous function between two points of opposite sign, one
/// evaluation at a time (R. P. Brent, Algorithms for Minimization without Derivatives, 1973, ch.
/// 4).
class BrentRoot {
 public:
  BrentRoot() = default;
  BrentRoot(double lower, double f_lower, double upper, double f_upper);

  /// Chooses the next point; false where the root is known as well as floating point allows.
  bool propose();
  /// Takes the value at `root()`, the point that propose() chose.
  void accept(double f);

  double root() const { return best_; }
  /// The bracket is narrower than `fraction` of the end nearer to zero.
  bool narrower_than(double fraction) const;

 private:
  bool same_side() const;

  double previous_ = 0, best_ = 0, opposite_ = 0;  // iterates; best_ and opposite_ bracket the root
  double f_previous_ = 0, f_best_ = 0, f_opposite_ = 0;
  double step_ = 0, step_before_ = 0;
};

}  // namespace loom::gwas
