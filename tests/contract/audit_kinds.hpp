#pragma once
/// The kinds of event that the schema's functions write, read from their source.

#include <regex>
#include <set>
#include <string>

namespace jobflip::test {

/// The literals of the second argument of each call of audit_append.
inline std::set<std::string> kinds_in(const std::string& source) {
  std::set<std::string> kinds;
  static const std::string call = "audit_append(";
  for (auto at = source.find(call); at != std::string::npos; at = source.find(call, at + 1)) {
    int depth = 0;
    int commas = 0;
    std::string second;
    for (auto i = at + call.size(); i < source.size() && depth >= 0 && commas < 2; ++i) {
      const char c = source[i];
      if (c == '(') ++depth;
      if (c == ')') --depth;
      if (c == ',' && depth == 0)
        ++commas;
      else if (commas == 1)
        second += c;
    }
    static const std::regex literal{"(then|else|^)\\s*'([a-z_]+)'"};
    for (std::sregex_iterator one{second.begin(), second.end(), literal}, end; one != end; ++one)
      kinds.insert((*one)[2]);
  }
  return kinds;
}

}  // namespace jobflip::test
