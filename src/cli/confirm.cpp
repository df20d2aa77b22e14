#include "cli/confirm.hpp"

#include <istream>
#include <ostream>
#include <string>

namespace jobflip::cli {

Result<void> can_confirm(const Session& session, std::string_view look_first) {
  const bool can_ask = session.terminal().in_is_terminal && session.format() == Format::table;
  if (session.options().yes || can_ask) return {};
  return Error{ErrorCode::usage, "there is no terminal to ask at, and --yes was not given",
               look_first.empty()
                   ? std::string{"add --yes if this shall be done without a question"}
                   : "add --yes, or look first with " + std::string{look_first}};
}

bool may_ask(const Session& session) {
  const auto& options = session.options();
  return session.terminal().in_is_terminal && session.format() == Format::table && !options.yes &&
         !options.dry_run;
}

std::string ask_for(Session& session, std::string_view question) {
  session.out().flush();
  *session.terminal().err << question << std::flush;
  std::string line;
  if (!std::getline(*session.terminal().in, line)) *session.terminal().err << '\n';
  const auto first = line.find_first_not_of(" \t\r");
  if (first == line.npos) return "";
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

bool confirm(Session& session, std::string_view wanted, std::string_view question) {
  session.out().flush();
  *session.terminal().err << question << std::flush;
  std::string line;
  if (!std::getline(*session.terminal().in, line)) *session.terminal().err << '\n';
  const auto last = line.find_last_not_of(" \t\r");
  return last != std::string::npos && line.substr(0, last + 1) == wanted;
}

}  // namespace jobflip::cli
