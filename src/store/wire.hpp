#pragma once
/// The text in which the store's functions answer a beat: records separated by chr(30), of fields
/// separated by chr(31), the first field a tag; a pool's settings are a record that is a JSON
/// document (core/settings_document.hpp). Neither character can be in a value: names are names, and
/// JSON escapes them. What comes with each beat is read without a parser worth the name.

#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/core/lease_calls.hpp"
#include "jobflip/pg/cells.hpp"
#include "jobflip/pg/connection.hpp"

namespace jobflip::store {

inline constexpr char kRecordEnd = '\x1e';
inline constexpr char kFieldEnd = '\x1f';

std::vector<std::string_view> split_records(std::string_view text);
pg::Cells split_fields(std::string_view record);

/// "{"a","b:1"}" of names and numbers: needs no escaping.
std::string array_of(const std::vector<std::string>& words);
/// Any text, escaped.
std::string array_of_texts(const std::vector<std::string>& texts);

/// A reply, and whether the next beat may go on from it.
struct BeatAnswer {
  core::BeatReply reply;
  bool is_quiet{false};
};
Result<BeatAnswer> parse_beat(std::string_view text);

/// The error of an answer that this program can't read.
Error unreadable(std::string_view what);

/// The answer of a function that only the leading supervisor may call: whether it still leads.
Result<bool> still_leads(std::string_view what, const Result<pg::Rows>& rows);

}  // namespace jobflip::store
