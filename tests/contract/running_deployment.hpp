#pragma once
/// A deployment of mail that runs, in the model and in PostgreSQL.

#include <string>

#include "contract/store_suite.hpp"

namespace jobflip::test {

inline core::Deployment running_since(WallTime start) {
  core::Deployment one;
  one.id = 1;
  one.pool = mail;
  one.started_at = start;
  return one;
}

/// `start` is an expression in SQL.
inline std::string insert_running_since(const std::string& start) {
  return "insert into jobflip_data.deployment (id, pool, version, state, started_at, started_by, "
         "started_login) values (1, 'mail', '4.2.1', 'running', " +
         start + ", 'ci', 'ci');";
}

}  // namespace jobflip::test
