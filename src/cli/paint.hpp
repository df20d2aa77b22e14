#pragma once
/// Colour for people at a terminal; nothing for anybody else.

#include <string>
#include <string_view>

namespace jobflip::cli {

enum class Style { plain, bold, dim, good, warn, bad };

class Paint {
 public:
  explicit Paint(bool on = false) : on_(on) {}
  std::string operator()(Style style, std::string_view text) const;

 private:
  bool on_;
};

}  // namespace jobflip::cli
