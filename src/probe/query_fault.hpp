#pragma once
/// What to do about an error of the server while a queue was read. The server names a table without
/// its schema, and does not say who asked and where: the session is asked for that.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/core/settings.hpp"
#include "jobflip/pg/connection.hpp"

namespace jobflip::probe {

enum class Fault { other, denied_schema, denied_table, denied_function, no_table, hidden_rows };

/// The object that an error mentions, as the server writes it: in most cases without its schema.
struct Mention {
  Fault fault{Fault::other};
  std::string name;
};
Mention mention_in(std::string_view text);

/// Names are as SQL writes them: in quotes if need be.
struct SessionFacts {
  std::string login;
  std::string database;
  std::string search_path;
  std::string name;                  // the one that was mentioned
  std::vector<std::string> objects;  // tables or functions of that name, with their schemas
  std::vector<std::string> locks;    // "pid 17 (ada, psql) has locked app.job"
};

/// The error with its fix. Pure; without facts it says less.
Error explained(Error error, const core::QueueSettings& queue,
                const std::optional<SessionFacts>& facts);

/// The same, with the facts of the session, if that is still open.
Error explained(Error error, const core::QueueSettings& queue, pg::Connection& connection);

}  // namespace jobflip::probe
