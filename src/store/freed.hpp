#pragma once
/// Calls that lock rows, of supervisors and operators: a session that sits in a transaction with
/// such a row must not keep a pool from being flipped.

#include "jobflip/base/result.hpp"
#include "jobflip/pg/connection.hpp"

namespace jobflip::store {

/// Ends the sessions that are stuck with rows that others need (jobflip.free_rows). False: none
/// was ended, or the login may not.
bool free_rows(pg::Connection& connection);

/// `ask()`, and once more if it could not lock a row in time and whoever held it could be ended.
template <class Ask>
Result<pg::Rows> freed(pg::Connection& connection, Ask ask) {
  auto rows = ask();
  if (rows || rows.error().code != ErrorCode::store_conflict || !free_rows(connection)) return rows;
  return ask();
}

}  // namespace jobflip::store
