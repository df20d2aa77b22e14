#pragma once
/// The bytes of one run, read as numbers and texts from left to right. Missing input reads as 0 or
/// "".

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace jobflip::fuzz {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }
  bool flag() { return (byte() & 1) != 0; }
  /// Any number, with small ones as likely as large ones.
  std::int64_t number() {
    const std::size_t wanted = byte() % 9;  // read first, because it shortens the rest
    const std::size_t bytes = std::min(wanted, rest_.size());
    std::uint64_t value = 0;
    std::memcpy(&value, rest_.data(), bytes);
    rest_.remove_prefix(bytes);
    return static_cast<std::int64_t>(value);
  }
  std::int64_t number(std::int64_t least, std::int64_t most) {
    const auto range = static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least) + 1;
    const auto value = static_cast<std::uint64_t>(number());
    return least + static_cast<std::int64_t>(range == 0 ? value : value % range);
  }
  /// Its length is the first byte.
  std::string text() {
    const std::size_t wanted = byte();  // read first, because it shortens the rest
    const std::size_t length = std::min(wanted, rest_.size());
    std::string out{rest_.substr(0, length)};
    rest_.remove_prefix(length);
    return out;
  }
  /// Up to `end`, which is dropped, or to the end of the input.
  std::string text_up_to(char end) {
    const auto length = std::min(rest_.find(end), rest_.size());
    std::string out{rest_.substr(0, length)};
    rest_.remove_prefix(std::min(length + 1, rest_.size()));
    return out;
  }
  std::vector<std::string> texts_between(char end) {
    std::vector<std::string> out;
    while (!rest_.empty()) out.push_back(text_up_to(end));
    return out;
  }
  std::string_view rest() const { return rest_; }
  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace jobflip::fuzz
