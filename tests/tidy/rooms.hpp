#pragma once
/// Who may include whom. The table is the one in docs/rooms.md: what people read is what is
/// checked.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tree.hpp"

namespace jobflip::tidy {

struct Room {
  std::set<std::string> may_include;     // rooms, itself included, and single private headers
  std::vector<std::string> third_party;  // how the name of an allowed header begins
};
using Rooms = std::map<std::string, Room>;

/// Reads the rows `| room | duty | may include | third party |` of the page. What base may use,
/// all that may include base may use, too: it is in base's own headers.
Rooms parse_rooms(std::string_view page);

/// "" where the path lies in no room.
std::string room_of(std::string_view path);

std::vector<Finding> check_includes(const Rooms& rooms, const SourceFile& file);

/// A header in include/jobflip/<room> crosses rooms: another room includes it, or a header of its
/// room that does cross. Else it belongs in src/<room>. `worker` is public. `files`: all of them.
std::vector<Finding> check_crossing(const std::vector<SourceFile>& files);

/// What decides reads no clock, starts no thread, prints and opens nothing.
std::vector<Finding> check_purity(const SourceFile& file);

}  // namespace jobflip::tidy
