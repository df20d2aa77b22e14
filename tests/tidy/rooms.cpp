#include "rooms.hpp"

#include <algorithm>
#include <array>
#include <regex>

namespace jobflip::tidy {
namespace {

std::vector<std::string> cells(const std::string& row) {
  std::vector<std::string> out;
  std::size_t from = 1;
  for (auto bar = row.find('|', from); bar != std::string::npos; bar = row.find('|', from)) {
    out.push_back(row.substr(from, bar - from));
    from = bar + 1;
  }
  return out;
}

std::vector<std::string> all_matches(const std::string& text, const char* pattern) {
  const std::regex re{pattern};
  std::vector<std::string> out;
  for (std::sregex_iterator it{text.begin(), text.end(), re}, end; it != end; ++it) {
    out.push_back((*it)[1].str());
  }
  return out;
}

/// Headers of the language, of the C library and of the kernel don't count as third party.
bool is_of_the_system(const std::string& header) {
  static constexpr std::array kFolders{"sys/", "linux/", "netinet/", "arpa/", "net/"};
  const auto in_folder = [&](const char* folder) { return header.starts_with(folder); };
  if (std::ranges::any_of(kFolders, in_folder)) return true;
  return header.find('/') == std::string::npos && header != "libpq-fe.h";
}

bool begins_with_one_of(const std::string& text, const std::vector<std::string>& beginnings) {
  return std::ranges::any_of(beginnings, [&](const auto& b) { return text.starts_with(b); });
}

std::string why_not(const Rooms& rooms, const std::string& room, const std::string& header,
                    bool angle) {
  const auto& own = rooms.at(room);
  if (angle) {
    if (is_of_the_system(header) || begins_with_one_of(header, own.third_party)) return "";
    return room + " may not use <" + header + ">";
  }
  const auto slash = header.find('/');
  if (slash == std::string::npos) return "name the room: \"" + room + "/" + header + "\"";
  if (!header.starts_with("jobflip/")) {
    if (header.starts_with(room + "/") || own.may_include.contains(header)) return "";
    return "\"" + header + "\" is private to its room";
  }
  const auto other = room_of("include/" + header);
  if (own.may_include.contains(other)) return "";
  return room + " may not include " + (other.empty() ? header : other);
}

}  // namespace

Rooms parse_rooms(std::string_view page) {
  Rooms rooms;
  for (const auto& line : split_lines(page)) {
    if (!line.starts_with("| `")) continue;
    const auto row = cells(line);
    if (row.size() != 4) continue;
    const auto name = all_matches(row[0], "`([a-z]+)`");
    if (name.size() != 1) continue;
    const auto others = all_matches(row[2], "`([a-z_/.]+)`");
    Room room{.may_include = {others.begin(), others.end()},
              .third_party = all_matches(row[3], "`([^`]+)`")};
    room.may_include.insert(name[0]);
    rooms[name[0]] = room;
  }
  for (auto& [name, room] : rooms) {
    if (name == "base" || !room.may_include.contains("base")) continue;
    std::ranges::copy(rooms["base"].third_party, std::back_inserter(room.third_party));
  }
  return rooms;
}

std::string room_of(std::string_view path) {
  for (const std::string_view top : {"include/jobflip/", "src/"}) {
    if (!path.starts_with(top)) continue;
    const auto rest = path.substr(top.size());
    const auto slash = rest.find('/');
    return slash == std::string_view::npos ? "" : std::string{rest.substr(0, slash)};
  }
  return "";
}

std::vector<Finding> check_includes(const Rooms& rooms, const SourceFile& file) {
  const auto room = room_of(file.path);
  if (!rooms.contains(room)) return {{file.path, 0, "is in no room of docs/rooms.md"}};
  static const std::regex include{R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re"};
  std::vector<Finding> findings;
  int number = 0;
  for (const auto& line : split_lines(file.text)) {
    ++number;
    std::smatch match;
    if (!std::regex_search(line, match, include)) continue;
    const auto why = why_not(rooms, room, match[2].str(), match[1].str() == "<");
    if (!why.empty()) findings.push_back({file.path, number, why});
  }
  return findings;
}

std::vector<Finding> check_crossing(const std::vector<SourceFile>& files) {
  std::map<std::string, std::vector<std::string>> included;  // path -> the shared headers in it
  for (const auto& file : files)
    for (const auto& header : all_matches(file.text, R"re(#\s*include\s*"(jobflip/[^"]+)")re"))
      included[file.path].push_back("include/" + header);
  std::set<std::string> crossing;
  std::vector<std::string> todo;
  const auto cross = [&](const std::string& header) {
    if (crossing.insert(header).second) todo.push_back(header);
  };
  for (const auto& [path, headers] : included)
    for (const auto& header : headers)
      if (room_of(header) != room_of(path)) cross(header);
  while (!todo.empty()) {
    const auto header = todo.back();
    todo.pop_back();
    for (const auto& next : included[header]) cross(next);
  }
  std::vector<Finding> findings;
  for (const auto& file : files) {
    const auto room = room_of(file.path);
    if (!file.path.starts_with("include/") || room == "worker" || crossing.contains(file.path))
      continue;
    findings.push_back({file.path, 0, "only its own room includes it: move it to src/" + room});
  }
  return findings;
}

std::vector<Finding> check_purity(const SourceFile& file) {
  static constexpr std::array kWords{"::now(",
                                     "<thread>",
                                     "<mutex>",
                                     "<fstream>",
                                     "<iostream>",
                                     "<future>",
                                     "<atomic>",
                                     "<cstdlib>",
                                     "<ctime>",
                                     "<unistd.h>",
                                     "<condition_variable>",
                                     "<sys/",
                                     "printf(",
                                     "fopen(",
                                     "getenv(",
                                     "std::cout",
                                     "std::cerr",
                                     "<filesystem>"};
  std::vector<Finding> findings;
  int number = 0;
  for (const auto& line : split_lines(code_only(file.text))) {
    ++number;
    for (const std::string_view word : kWords) {
      const auto at = line.find(word);
      if (at == std::string::npos) continue;
      if (word == "printf(" && at > 0 && line[at - 1] == 'n') continue;  // snprintf only formats
      findings.push_back({file.path, number, "what decides has no " + std::string{word}});
    }
  }
  return findings;
}

}  // namespace jobflip::tidy
