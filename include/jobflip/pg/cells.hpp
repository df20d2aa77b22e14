#pragma once
/// One record of a server's answer, read from left to right. A value that can't be read, or a
/// missing one, makes the whole record failed(); reading goes on with zeros, and the caller asks
/// once, at the end. A length or a time that is out of range fails as well, so that sums of those
/// that are accepted can't overflow a clock.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::pg {

class Cells {
 public:
  Cells() = default;
  explicit Cells(std::vector<std::optional<std::string_view>> cells) : cells_(std::move(cells)) {}

  std::string text() { return std::string{next().value_or("")}; }
  bool flag() { return next() == "t"; }
  std::int64_t number();                       // Requires a value
  std::optional<std::int64_t> maybe_number();  // absent or "": nothing
  double real();
  Uuid uuid() { return Uuid{text()}; }

  template <class T>
  T id() {
    return T{number()};
  }
  Millis millis();
  std::optional<Millis> maybe_millis();
  std::optional<WallTime> maybe_time();
  WallTime time();
  std::optional<std::string> maybe_text();

  /// Absent or "": the empty name.
  template <class T>
  T name() {
    const auto text = next().value_or("");
    if (text.empty()) return T{};
    auto parsed = T::parse(text, "name");
    if (!parsed) failed_ = true;
    return parsed ? *parsed : T{};
  }

  /// The value of an enum by its name, by a function that answers an optional.
  template <class Parse>
  auto word(Parse parse) {
    const auto found = parse(next().value_or(""));
    if (!found) failed_ = true;
    return found.value_or(typename decltype(found)::value_type{});
  }

  bool failed() const noexcept { return failed_; }
  bool at_end() const noexcept { return at_ == cells_.size(); }

 private:
  std::optional<std::string_view> next();

  std::vector<std::optional<std::string_view>> cells_;
  std::size_t at_{0};
  bool failed_{false};
};

}  // namespace jobflip::pg
