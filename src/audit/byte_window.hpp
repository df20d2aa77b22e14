#pragma once
/// A window on a stream: bytes come in blocks, and go once they have been read. So a parser sees
/// whole pieces in one place, and memory holds no more than the largest piece and a block.

#include <cstddef>
#include <istream>
#include <string>
#include <string_view>

namespace jobflip::audit {

class ByteWindow {
 public:
  explicit ByteWindow(std::istream& in) : in_(in) {}

  /// What has been read and not been taken.
  std::string_view view() const noexcept { return {bytes_.data() + taken_, filled_ - taken_}; }
  void take(std::size_t count) noexcept { taken_ += count; }
  /// Reads another block behind the view, which moves. False at the end of the stream.
  bool more();
  /// The first byte of the view; reads on if it is empty. -1 at the end.
  int peek();
  /// The stream failed, and did not end: a folder, a broken disk.
  bool is_bad() const { return in_.bad(); }

 private:
  std::istream& in_;
  std::string bytes_;  // only grows
  std::size_t taken_{0};
  std::size_t filled_{0};
  bool is_over_{false};
};

}  // namespace jobflip::audit
