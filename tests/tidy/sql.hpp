#pragma once
/// What every function of the schema must have: the owner's rights, a search path in which nobody
/// else can create objects, and the clock that advances while a transaction waits.

#include <string>
#include <vector>

#include "tree.hpp"

namespace jobflip::tidy {

struct SqlFunction {
  std::string name;
  int line{};
  std::string head;  // everything except the body, in lower case, with one space between words
  std::string body;
};

std::vector<SqlFunction> sql_functions(const SourceFile& file);

std::vector<Finding> check_sql_rights(const SourceFile& file);

/// now() is the start of the transaction, which is before any wait for a lock.
std::vector<Finding> check_sql_clock(const SourceFile& file);

}  // namespace jobflip::tidy
