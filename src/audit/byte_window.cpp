#include "audit/byte_window.hpp"

#include <cstring>

namespace jobflip::audit {
namespace {

constexpr std::size_t kBlock = 128 * 1024;

}  // namespace

bool ByteWindow::more() {
  if (is_over_) return false;
  const auto left = filled_ - taken_;
  std::memmove(bytes_.data(), bytes_.data() + taken_, left);
  taken_ = 0;
  filled_ = left;
  if (bytes_.size() < filled_ + kBlock) bytes_.resize(2 * filled_ + kBlock);
  in_.read(bytes_.data() + filled_, kBlock);
  const auto got = static_cast<std::size_t>(in_.gcount());
  filled_ += got;
  if (!in_) is_over_ = true;
  return got > 0;
}

int ByteWindow::peek() {
  if (taken_ == filled_ && !more()) return -1;
  return static_cast<unsigned char>(bytes_[taken_]);
}

}  // namespace jobflip::audit
