#include "audit/time_field.hpp"

#include <array>
#include <string>

namespace jobflip::audit {
namespace {

/// The text of the newest time: another one of the same day needs no calendar.
class DayText {
 public:
  std::string_view of(WallTime at) {
    constexpr std::int64_t kDay = 86'400'000'000;
    const auto micros = at.time_since_epoch().count();
    if (micros / kDay != day_) {
      day_ = micros / kDay;
      text_ = rfc3339(at);
    }
    struct Part {
      std::size_t last_digit;  // its place in "2026-11-23T03:12:09.123456Z"
      std::size_t digits;
      std::int64_t count;
    };
    constexpr std::array<Part, 4> kParts{Part{25, 6, 1'000'000}, Part{18, 2, 60}, Part{15, 2, 60},
                                         Part{12, 2, 24}};
    auto rest = micros % kDay;
    for (const auto& part : kParts) {
      auto value = rest % part.count;
      rest /= part.count;
      for (std::size_t digit = 0; digit < part.digits; ++digit, value /= 10)
        text_[part.last_digit - digit] = static_cast<char>('0' + value % 10);
    }
    return text_;
  }

 private:
  std::int64_t day_{-1};
  std::string text_;
};

}  // namespace

bool is_time_text(std::string_view text, WallTime at) {
  thread_local DayText day;
  return day.of(at) == text;
}

}  // namespace jobflip::audit
