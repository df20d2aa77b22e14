#pragma once
/// A black box's document as a host wrote it. Nothing in it is trusted: each key may be missing or
/// of another type, and whatever is asked for comes out as text that can be shown, as a number, or
/// as nothing. Nothing here throws, and the work grows with the document's length only.

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace jobflip::view {

/// Sorted by key: to look one up stays quick, however many a stranger put there.
using Document = nlohmann::json;

/// nothing where the text is no JSON object, or is nested too deep
std::optional<Document> read_document(std::string_view text);

/// The value of a key; null where it is missing, and where `of` is no object.
const Document& value_of(const Document& of, const char* key);
/// The elements of a key; none where it is no list.
const Document::array_t& list_of(const Document& of, const char* key);
/// A value in one line that can be shown, "" for null.
std::string shown(const Document& value, std::size_t max_bytes = 500);
std::string shown(const Document& of, const char* key);
/// A whole number that is not negative.
std::optional<std::uint64_t> count_of(const Document& of, const char* key);

/// How often something was met.
class Tally {
 public:
  void add(const std::string& name, std::uint64_t times = 1);
  bool empty() const { return times_.empty(); }
  /// "2 S, 1 D", the most frequent first; "" where nothing was met.
  std::string text(std::size_t most = 6) const;

 private:
  std::map<std::string, std::uint64_t> times_;
};

/// No sum of a stranger's numbers overflows.
std::uint64_t sum_of(std::uint64_t a, std::uint64_t b) noexcept;

}  // namespace jobflip::view
