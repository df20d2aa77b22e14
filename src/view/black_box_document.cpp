#include "jobflip/view/black_box_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "jobflip/base/escape.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::view {

std::optional<Document> read_document(std::string_view text) {
  auto parsed = parse_bounded<Document>(text);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  return parsed;
}

const Document& value_of(const Document& of, const char* key) {
  static const Document kNothing;
  if (!of.is_object()) return kNothing;
  const auto found = of.find(key);
  return found == of.end() ? kNothing : *found;
}

const Document::array_t& list_of(const Document& of, const char* key) {
  static const Document::array_t kNone;
  const auto& value = value_of(of, key);
  return value.is_array() ? value.get_ref<const Document::array_t&>() : kNone;
}

std::string shown(const Document& value, std::size_t max_bytes) {
  if (value.is_null()) return "";
  if (value.is_string()) return printable(value.get_ref<const std::string&>(), max_bytes);
  return printable(value.dump(-1, ' ', false, Document::error_handler_t::replace), max_bytes);
}

std::string shown(const Document& of, const char* key) {
  return shown(value_of(of, key));
}

std::optional<std::uint64_t> count_of(const Document& of, const char* key) {
  const auto& value = value_of(of, key);
  return value.is_number_unsigned() ? std::optional{value.get<std::uint64_t>()} : std::nullopt;
}

void Tally::add(const std::string& name, std::uint64_t times) {
  auto& known = times_[name];
  known = sum_of(known, times);
}

std::string Tally::text(std::size_t most) const {
  std::vector<std::pair<std::string, std::uint64_t>> sorted{times_.begin(), times_.end()};
  std::ranges::stable_sort(sorted, std::ranges::greater{},
                           &std::pair<std::string, std::uint64_t>::second);
  std::string out;
  for (std::size_t i = 0; i < std::min(most, sorted.size()); ++i)
    out += fmt::format("{}{} {}", i == 0 ? "" : ", ", sorted[i].second, sorted[i].first);
  if (sorted.size() > most) out += fmt::format(" and {} more", sorted.size() - most);
  return out;
}

std::uint64_t sum_of(std::uint64_t a, std::uint64_t b) noexcept {
  return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

}  // namespace jobflip::view
