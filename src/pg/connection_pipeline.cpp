// A statement with a hint behind it: two transactions in one round trip.

#include <poll.h>

#include "store/connection.hpp"

namespace jobflip::store {
namespace {

/// What jobflip.wake does, without a function that a fresh session would have to compile first: a
/// hint does not wait for the disk.
constexpr const char* kWake =
    "select set_config('synchronous_commit', 'off', true), pg_notify('jobflip', $1)";

}  // namespace

/// Of two statements in a pipeline, the results of the first. It counts as soon as it is complete,
/// whatever becomes of the second.
Result<std::vector<PGresult*>> Connection::finish_two(std::string_view what, bool sent) {
  if (auto flushed = flush(what, sent); !flushed) return flushed.error();
  std::vector<PGresult*> results;
  int ended_statements = 0;
  int nothing = 0;  // in a row
  const auto give_up = [&](Error error) -> Result<std::vector<PGresult*>> {
    if (ended_statements > 0) return results;
    for (auto* result : results) PQclear(result);
    return error;
  };
  while (ended_statements < 2) {
    while (PQisBusy(connection_) != 0) {
      const auto wait = wait_for(POLLIN);
      if (wait != Wait::ready) return give_up(ended(what, wait));
      if (PQconsumeInput(connection_) == 0) return give_up(broken(what));
    }
    auto* result = PQgetResult(connection_);
    nothing = result == nullptr ? nothing + 1 : 0;
    if (PQstatus(connection_) != CONNECTION_OK || nothing > 1) {
      PQclear(result);
      return give_up(broken(what));
    }
    if (result == nullptr) continue;  // between a statement and its sync
    if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) ++ended_statements;
    if (ended_statements == 0) {
      results.push_back(result);
    } else {
      PQclear(result);
    }
  }
  if (PQexitPipelineMode(connection_) != 1) close();
  return results;
}

Result<Rows> Connection::query_and_wake(std::string_view what, const char* sql,
                                        const Parameters& parameters, const core::WakeHint& hint) {
  begin_call();
  if (auto ready = ensure(what); !ready) return ready.error();
  const bool sent = PQenterPipelineMode(connection_) == 1 && send(sql, parameters) &&
                    PQpipelineSync(connection_) == 1 && send(kWake, {core::text_of(hint)}) &&
                    PQpipelineSync(connection_) == 1;
  return first_of(what, finish_two(what, sent));
}

}  // namespace jobflip::store
