#pragma once
/// Whose fault it is that a queue could not be read: that of the queue, whose statement or row is
/// wrong, or that of the database, which then concerns all queues that are read from it.

#include <array>

#include "jobflip/base/result.hpp"
#include "jobflip/pg/errors.hpp"

namespace jobflip::probe {

/// What SQLSTATEs mean of a statement that is not ours: the server's own words help most.
inline constexpr std::array kMeanings{
    pg::Meaning{"42501", ErrorCode::probe_failed,
                "grant the login of [databases] what the query reads"},
    pg::Meaning{"55P03", ErrorCode::store_conflict, ""},  // query_fault.cpp has the words
    pg::Meaning{"40", ErrorCode::probe_failed, "another reading may succeed"},
    pg::Meaning{"42", ErrorCode::probe_failed, ""},
    pg::Meaning{"3F000", ErrorCode::probe_failed, ""},
    pg::Meaning{"25006", ErrorCode::probe_failed, "a query must only read"},
    pg::Meaning{"53400", ErrorCode::probe_failed, "the query exceeds a limit of its role"},
    pg::Meaning{"58", ErrorCode::database_failed,
                "the database's files can't be read: see its log"},
};

/// The code of a reading that failed with this code of a connection: database_failed if the
/// database could not be reached, refused the session, or gave no answer in time. A lock on the
/// queue's table is a matter of that queue.
constexpr ErrorCode code_of_reading(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::config:
    case ErrorCode::database_failed:
    case ErrorCode::store_unreachable:
    case ErrorCode::store_timeout:
    case ErrorCode::store_denied:
    case ErrorCode::store_read_only:
    case ErrorCode::store_full:
      return ErrorCode::database_failed;
    default:
      return ErrorCode::probe_failed;
  }
}

}  // namespace jobflip::probe
