#pragma once
/// How to reach a server, and the rules for the sessions there. A Connection connects at its first
/// call, and again at the call after one that broke it. Use it from one thread, except for
/// cancel().
///
/// Invariant: a call, connecting included, ends within `call_deadline`. The exception is the lookup
/// of a host name, so an address is better than a name.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "jobflip/pg/cells.hpp"
#include "jobflip/pg/connect_pace.hpp"
#include "jobflip/pg/errors.hpp"

namespace jobflip::pg {

struct Settings {
  std::string conninfo;  // as libpq has it; "service=jobflip"
  Millis call_deadline{2000};
  std::string application_name{"jobflip"};
  std::shared_ptr<ConnectPace> pace{};  // none: whoever calls connects at once
  /// How long nobody tries again after so many failures to connect in a row. Empty: whoever calls
  /// paces the calls.
  std::function<Millis(int)> back_off{};
};

/// One query that each new session answers before anything else, within the deadline of the call
/// that connects. An error of `judge` closes the session.
struct FirstQuery {
  std::string_view what;  // names it in an error
  const char* sql;
  std::function<Result<void>(Cells)> judge;  // of its first row
};

/// What holds for every session of one Connection.
struct SessionRules {
  std::string options{};                // as libpq's `options` has them: "-c lock_timeout=500ms"
  bool read_write{false};               // only a server that accepts changes will do
  bool warnings_refuse{false};          // a statement that the server warns of is an error
  std::span<const Meaning> meanings{};  // of SQLSTATEs to the caller: before those of this room
  std::function<Result<void>(int)> check_server{};  // its server_version_num; empty: any will do
  std::optional<FirstQuery> first_query{};
};

/// A connection string with everything that is in force for such a session.
Result<std::string> session_conninfo(const Settings& settings, const SessionRules& rules);

}  // namespace jobflip::pg
