#pragma once
/// What every function of the schema must have: the owner's rights with a search path that nobody
/// can stand in, and the clock that goes on while a transaction waits.

#include <string>
#include <vector>

#include "tree.hpp"

namespace jobflip::tidy {

struct SqlFunction {
  std::string name;
  int line{};
  std::string head;  // everything but the body, in lower case, one space between words
  std::string body;
};

std::vector<SqlFunction> sql_functions(const SourceFile& file);

std::vector<Finding> check_sql_rights(const SourceFile& file);

/// now() is the start of the transaction, and so before any wait for a lock.
std::vector<Finding> check_sql_clock(const SourceFile& file);

}  // namespace jobflip::tidy
