#pragma once
/// What readers of the store share: the arguments of a filter, and all rows of an answer.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/pg/connection.hpp"
#include "store/wire.hpp"

namespace jobflip::store {

/// Null for what a filter does not say.
inline std::optional<std::string> argument_of(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional{text};
}
inline std::optional<std::string> argument_of(const std::optional<WallTime>& at) {
  if (!at) return std::nullopt;
  return std::to_string(at->time_since_epoch().count());
}
template <class Tag>
std::optional<std::string> argument_of(const std::optional<Id<Tag>>& id) {
  if (!id) return std::nullopt;
  return std::to_string(id->value);
}

/// Reads every row with `read`; an error if one can't be read.
template <class T, class Read>
Result<std::vector<T>> read_all(std::string_view what, const Result<pg::Rows>& rows, Read read) {
  if (!rows) return rows.error();
  std::vector<T> all;
  for (int i = 0; i < rows->size(); ++i) {
    auto in = rows->row(i);
    all.push_back(read(in));
    if (in.failed()) return unreadable(what);
  }
  return all;
}

}  // namespace jobflip::store
