#pragma once
/// A document that somebody else wrote: a black box, an event's payload, the evidence of a flip.
/// Nothing in it is trusted: each key may be missing or
/// have another type, and each function returns escaped text, a number, or nothing. Nothing here
/// throws, and the time grows no faster than the document's length.

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace jobflip::view {

/// Sorted by key: a lookup stays quick, however many keys the document has.
using Document = nlohmann::json;

/// Empty if the text is not a JSON object, or is nested too deeply.
std::optional<Document> read_document(std::string_view text);

/// The value of a key; null if it is missing or `of` is not an object.
const Document& value_of(const Document& of, const char* key);
/// The elements of a key; empty if it is not a list.
const Document::array_t& list_of(const Document& of, const char* key);
/// A value in one line, safe to print, "" for null.
std::string shown(const Document& value, std::size_t max_bytes = 500);
std::string shown(const Document& of, const char* key);
/// A whole number that is not negative.
std::optional<std::uint64_t> count_of(const Document& of, const char* key);

/// How often each name occurred.
class Tally {
 public:
  void add(const std::string& name, std::uint64_t times = 1);
  bool empty() const { return times_.empty(); }
  /// "2 S, 1 D", the most frequent first; "" if it is empty.
  std::string text(std::size_t most = 6) const;

 private:
  std::map<std::string, std::uint64_t> times_;
};

/// No sum of a stranger's numbers overflows.
std::uint64_t sum_of(std::uint64_t a, std::uint64_t b) noexcept;

}  // namespace jobflip::view
