#include "cli/confirm.hpp"

#include <algorithm>
#include <istream>
#include <ostream>
#include <string>

namespace jobflip::cli {
namespace {

constexpr std::string_view kSpaces = " \t\r";

/// One line, without the spaces at its end; "" at the end of the input.
std::string answer_to(Session& session, std::string_view question) {
  session.out().flush();
  *session.terminal().err << question << std::flush;
  std::string line;
  if (!std::getline(*session.terminal().in, line)) *session.terminal().err << '\n';
  line.resize(line.find_last_not_of(kSpaces) + 1);
  return line;
}

}  // namespace

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
  const auto line = answer_to(session, question);
  return line.substr(std::min(line.find_first_not_of(kSpaces), line.size()));
}

bool confirm(Session& session, std::string_view wanted, std::string_view question) {
  return answer_to(session, question) == wanted;
}

}  // namespace jobflip::cli
