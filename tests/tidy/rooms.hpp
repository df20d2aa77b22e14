#pragma once
/// Which room may include which. The table is read from docs/rooms.md: the page and the check
/// can't differ.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tree.hpp"

namespace jobflip::tidy {

struct Room {
  std::set<std::string> may_include;     // rooms, including itself, and single private headers
  std::vector<std::string> third_party;  // prefixes of the names of allowed headers
};
using Rooms = std::map<std::string, Room>;

/// Reads the rows `| room | duty | may include | third party |` of the page. All rooms that may
/// include base may also use what base may use, because it is in base's own headers.
Rooms parse_rooms(std::string_view page);

/// "" if the path is in no room.
std::string room_of(std::string_view path);

std::vector<Finding> check_includes(const Rooms& rooms, const SourceFile& file);

/// A header in include/jobflip/<room> crosses rooms: another room includes it, or a header of its
/// room that does cross. Else it belongs in src/<room>. `worker` is public. `files`: all of them.
std::vector<Finding> check_crossing(const std::vector<SourceFile>& files);

/// What decides reads no clock, starts no thread, prints and opens nothing.
std::vector<Finding> check_purity(const SourceFile& file);

}  // namespace jobflip::tidy
