#pragma once
/// What the SQL of the store writes into the audit log, read from its calls of audit_append.

#include <set>
#include <string>
#include <vector>

#include "tree.hpp"

namespace jobflip::tidy {

struct AuditCall {
  std::string path;
  int line{};
  std::set<std::string> kinds;
  std::set<std::string> chains;  // "pool" for a variable, all for p_chain
  bool node{};                   // whether it is given one at all
  bool flip{};
  bool epoch{};
  std::set<std::string> payload;  // the keys
  bool is_json{};                 // the payload is an object that is built here
};

std::vector<AuditCall> audit_calls(const SourceFile& file);

}  // namespace jobflip::tidy
