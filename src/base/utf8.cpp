#include "jobflip/base/utf8.hpp"

namespace jobflip {

bool is_utf8(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first >= 0x80 && (first < 0xC2 || first > 0xF4)) return false;
    if (i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      unsigned least = 0x80;
      unsigned most = 0xBF;
      if (k == 1 && first == 0xE0) least = 0xA0;
      if (k == 1 && first == 0xED) most = 0x9F;
      if (k == 1 && first == 0xF0) least = 0x90;
      if (k == 1 && first == 0xF4) most = 0x8F;
      if (next < least || next > most) return false;
    }
    i += length;
  }
  return true;
}

}  // namespace jobflip
