#pragma once
/// Failures come in three kinds. An expected outcome is a value of an enum. An operating failure is
/// a `Result<T>` that holds an `Error`. A bug in jobflip fails a JF_CHECK. No exception crosses a
/// room.

#include <boost/system/result.hpp>
#include <string>
#include <string_view>

namespace jobflip {

enum class ErrorCode {
  usage,              // wrong arguments
  config,             // a file or a setting is invalid
  refused,            // a rule forbids it
  not_found,          // no such pool, node, flip
  store_unreachable,  // no connection, or the connection broke
  store_timeout,      // no answer in time
  store_denied,       // the store refused the login, or the login lacks a right
  store_read_only,    // a standby, or a read-only session
  store_full,         // no space, or no connection slot left
  schema_missing,     // `jobflip init` was never run in this database
  schema_old,         // the schema is older than this program
  schema_new,         // the schema is newer than this program
  store_conflict,     // a lock timeout or a serialization failure: try again
  store_failed,       // any other error of the store
  probe_failed,       // a queue could not be read: its query, its grants or its row is wrong
  database_failed,    // a queue could not be read: its database refuses, fails or is too slow
  host_failed,        // an operation on this machine failed (fork, exec, a folder, a unit)
  audit_broken,       // the audit chain does not verify
  internal,           // a bug in jobflip
};

std::string_view name_of(ErrorCode code) noexcept;

/// True if the failure may go away by itself: a daemon keeps running and tries again.
bool is_passing(ErrorCode code) noexcept;

/// `text` names the field, the value and what is wrong with it; `hint` is the fix ("": none known).
struct Error {
  ErrorCode code{ErrorCode::internal};
  std::string text;
  std::string hint;

  bool operator==(const Error&) const = default;
};

template <class T>
using Result = boost::system::result<T, Error>;

[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location&);

}  // namespace jobflip
