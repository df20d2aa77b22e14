#include "cli/confirm.hpp"

#include <istream>
#include <ostream>
#include <string>

namespace jobflip::cli {

bool confirm(Session& session, std::string_view wanted, std::string_view question) {
  session.out().flush();
  *session.terminal().err << question << std::flush;
  std::string line;
  if (!std::getline(*session.terminal().in, line)) *session.terminal().err << '\n';
  const auto last = line.find_last_not_of(" \t\r");
  return last != std::string::npos && line.substr(0, last + 1) == wanted;
}

}  // namespace jobflip::cli
