#pragma once
/// What a command prints, kept back until somebody has looked how much it is.

#include <ostream>
#include <sstream>
#include <string>

namespace jobflip::cli {

/// Keeps back what is written to a stream as long as it lives.
class KeptBack {
 public:
  explicit KeptBack(std::ostream& out) : out_{out}, real_{out.rdbuf(&text_)} {}
  ~KeptBack() { out_.rdbuf(real_); }
  KeptBack(const KeptBack&) = delete;
  KeptBack& operator=(const KeptBack&) = delete;
  std::string text() const { return text_.str(); }

 private:
  std::stringbuf text_;
  std::ostream& out_;
  std::streambuf* real_;
};

}  // namespace jobflip::cli
